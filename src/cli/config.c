/*
 * A reader of its own: the one for scenarios wants sections.
 */
#include "cli/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/diag.h"
#include "sim/lang/mem.h"

enum { LINE_SIZE = 512, MAX_KEYS = 16 };

static char *config_path(void)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    if (config != NULL && config[0] == '/') { // the standard wants an absolute path
        return mem_format("%s/lockstep/config", config);
    }
    return home != NULL && home[0] != '\0' ? mem_format("%s/.config/lockstep/config", home) : NULL;
}

static char *trim(char *text)
{
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    size_t n = strlen(text);
    while (n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL) {
        text[--n] = '\0';
    }
    return text;
}

static void unknown_key(struct diag_list *diags, const char *path, uint32_t line, const char *key,
                        const struct config_key *keys, unsigned n)
{
    const char *names[MAX_KEYS];
    for (unsigned k = 0; k < n && k < MAX_KEYS; k++) {
        names[k] = keys[k].name;
    }
    const char *nearest = diag_nearest(key, names, n < MAX_KEYS ? n : MAX_KEYS);
    if (nearest != NULL) {
        diag_add(diags, DIAG_ERROR, path, line, 1, "no key '%s'; did you mean '%s'?", key, nearest);
    } else {
        diag_add(diags, DIAG_ERROR, path, line, 1, "no key '%s'", key);
    }
}

/* One line; column counts from 1. */
static void read_line(struct diag_list *diags, const char *path, uint32_t number, char *line,
                      const struct config_key *keys, unsigned n, void *context)
{
    char *comment = strchr(line, '#');
    if (comment != NULL) {
        *comment = '\0';
    }
    char *key = trim(line);
    if (key[0] == '\0') {
        return;
    }
    char *equals = strchr(key, '=');
    if (equals == NULL) {
        diag_add(diags, DIAG_ERROR, path, number, 1, "expected 'key = value'");
        return;
    }
    uint32_t column = (uint32_t)(equals - line) + 2;
    *equals = '\0';
    key = trim(key);
    char *value = trim(equals + 1);
    for (unsigned k = 0; k < n; k++) {
        if (strcmp(keys[k].name, key) == 0) {
            if (!keys[k].read(value, context)) {
                diag_add(diags, DIAG_ERROR, path, number, column, "%s is %s, not '%s'", key,
                         keys[k].expected, value);
            }
            return;
        }
    }
    unknown_key(diags, path, number, key, keys, n);
}

static void read_file(FILE *f, struct diag_list *diags, const char *path,
                      const struct config_key *keys, unsigned n, void *context)
{
    char line[LINE_SIZE];
    for (uint32_t number = 1; fgets(line, sizeof line, f) != NULL; number++) {
        if (strchr(line, '\n') == NULL && !feof(f)) {
            diag_add(diags, DIAG_ERROR, path, number, 0, "the line is longer than %d bytes",
                     LINE_SIZE - 2);
            return;
        }
        read_line(diags, path, number, line, keys, n, context);
    }
    if (ferror(f)) {
        diag_add(diags, DIAG_ERROR, path, 0, 0, "cannot read it: %s", strerror(errno));
    }
}

bool config_read(const struct config_key *keys, unsigned n, void *context)
{
    struct diag_list diags = {0};
    char *path = config_path();
    FILE *f = path != NULL ? fopen(path, "r") : NULL;
    if (f != NULL) {
        read_file(f, &diags, path, keys, n, context);
        fclose(f);
    } else if (path != NULL && errno != ENOENT && errno != ENOTDIR) {
        diag_add(&diags, DIAG_ERROR, path, 0, 0, "cannot read it: %s", strerror(errno));
    }
    bool ok = diags.n_errors == 0;
    diag_print(&diags, stderr);
    diag_release(&diags);
    free(path);
    return ok;
}
