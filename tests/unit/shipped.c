/*
 * Loading scenarios in tests.
 */
#include "shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>

#include "expect.h"

static const char *shipped_directory; // of the load in progress, for `extends`

static char *find_shipped(const char *name)
{
    size_t size = strlen(shipped_directory) + strlen(name) + 6;
    char *path = malloc(size);
    snprintf(path, size, "%s/%s.ini", shipped_directory, name);
    return path;
}

static struct scenario *loaded(struct scenario *s, struct diag_list *diags, const char *what)
{
    if (s == NULL) {
        diag_print(diags, stderr);
        print_error("%s cannot be loaded\n", what);
    }
    diag_release(diags);
    EXPECT_TRUE(s != NULL);
    return s;
}

struct scenario *load_shipped(const char *directory, const char *name, const char *const *settings,
                              size_t n)
{
    char names[16][64];
    struct setting parsed[16];
    char path[4096];
    for (size_t i = 0; i < n && i < 16; i++) {
        const char *equals = strchr(settings[i], '=');
        snprintf(names[i], sizeof names[i], "%.*s", (int)(equals - settings[i]), settings[i]);
        parsed[i] = (struct setting){names[i], (int32_t)strtol(equals + 1, NULL, 10)};
    }
    shipped_directory = directory;
    snprintf(path, sizeof path, "%s/%s.ini", directory, name);
    struct diag_list diags = {0};
    return loaded(scenario_load_file(path, find_shipped, parsed, n, &diags), &diags, name);
}

struct scenario *load_text(const char *text)
{
    struct diag_list diags = {0};
    struct scenario_source source = {.file = "test.ini", .text = text, .length = strlen(text)};
    return loaded(scenario_load(&source, NULL, 0, &diags), &diags, "the scenario of the test");
}

static int is_scenario(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > 4 && strcmp(entry->d_name + n - 4, ".ini") == 0;
}

size_t each_shipped(const char *directory, void (*see)(void *context, const char *name),
                    void *context)
{
    struct dirent **entries;
    int n = scandir(directory, &entries, is_scenario, alphasort);
    for (int i = 0; i < n; i++) {
        entries[i]->d_name[strlen(entries[i]->d_name) - 4] = '\0';
        see(context, entries[i]->d_name);
        free(entries[i]);
    }
    if (n >= 0) {
        free(entries);
    }
    return n > 0 ? (size_t)n : 0;
}
