/*
 * Parsing a command line. getopt_long is no part of POSIX, stops at the first word that is no
 * option, and cannot say which option was meant; this needs forty lines.
 */
#include "cli/cli.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/stat.h>

int cli_usage(const char *verb, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fprintf(stderr, "lockstep%s%s: ", verb[0] != '\0' ? " " : "", verb);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\nTry 'lockstep%s%s --help'.\n", verb[0] != '\0' ? " " : "", verb);
    va_end(arguments);
    return EXIT_USAGE;
}

static const struct cli_option *find(const struct cli *cli, const char *name, size_t length)
{
    for (size_t i = 0; i < cli->n_options; i++) {
        if (strlen(cli->options[i].name) == length &&
            memcmp(cli->options[i].name, name, length) == 0) {
            return &cli->options[i];
        }
    }
    return NULL;
}

static bool unknown_option(const struct cli *cli, const char *name)
{
    const char *names[CLI_MAX_OPTIONS + 2];
    size_t n = 0;
    for (; n < cli->n_options; n++) {
        names[n] = cli->options[n].name;
    }
    names[n++] = "--set";
    names[n++] = "--help";
    const char *nearest = diag_nearest(name, names, n);
    if (nearest != NULL) {
        cli_usage(cli->verb, "unknown option '%s'; did you mean '%s'?", name, nearest);
    } else {
        cli_usage(cli->verb, "unknown option '%s'", name);
    }
    return false;
}

/* name=value with a decimal or hexadecimal 32-bit value. */
static bool add_setting(struct cli *cli, const char *text)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        cli_usage(cli->verb, "--set needs name=value, not '%s'", text);
        return false;
    }
    char *end;
    errno = 0;
    long long value = strtoll(equals + 1, &end, 0);
    if (equals[1] == '\0' || *end != '\0' || errno != 0 || value < INT32_MIN ||
        value > UINT32_MAX) {
        cli_usage(cli->verb, "--set %s: '%s' is not a 32-bit number", text, equals + 1);
        return false;
    }
    if (cli->n_settings == CLI_MAX_SETTINGS) {
        cli_usage(cli->verb, "more than %d settings", CLI_MAX_SETTINGS);
        return false;
    }
    size_t length = (size_t)(equals - text);
    char *name = malloc(length + 1);
    if (name == NULL) {
        abort();
    }
    memcpy(name, text, length);
    name[length] = '\0';
    cli->setting_names[cli->n_settings] = name;
    cli->settings[cli->n_settings++] = (struct setting){name, (int32_t)value};
    return true;
}

/* One argument that begins with "--". *i moves on if the value is the next word. */
static bool parse_option(struct cli *cli, int argc, char **argv, int *i)
{
    const char *word = argv[*i];
    const char *equals = strchr(word, '=');
    size_t length = equals != NULL ? (size_t)(equals - word) : strlen(word);
    bool setting = length == 5 && memcmp(word, "--set", 5) == 0;
    const struct cli_option *found = find(cli, word, length);
    struct cli_option *option = found != NULL ? &cli->options[found - cli->options] : NULL;
    if (!setting && option == NULL) {
        return unknown_option(cli, word);
    }
    bool takes_value = setting || option->value != NULL;
    const char *value = equals != NULL ? equals + 1 : NULL;
    if (!takes_value && value != NULL) {
        cli_usage(cli->verb, "%s takes no value", option->name);
        return false;
    }
    if (takes_value && value == NULL) {
        if (*i + 1 >= argc) {
            cli_usage(cli->verb, "%s needs a value: %s %s", word, word,
                      setting ? "name=value" : option->value);
            return false;
        }
        value = argv[++*i];
    }
    if (setting) {
        return add_setting(cli, value);
    }
    option->given = true;
    option->text = value;
    return true;
}

bool cli_parse(struct cli *cli, const struct cli_verb *verb, int argc, char **argv)
{
    bool only_files = false;
    assert(verb->n_options <= CLI_MAX_OPTIONS);
    *cli = (struct cli){.verb = verb->name, .n_options = verb->n_options};
    for (size_t i = 0; i < verb->n_options; i++) {
        cli->options[i] = verb->options[i];
    }
    for (int i = 0; i < argc; i++) {
        if (!only_files && strcmp(argv[i], "--") == 0) {
            only_files = true;
        } else if (!only_files && strncmp(argv[i], "-", 1) == 0 && argv[i][1] != '\0') {
            if (!parse_option(cli, argc, argv, &i)) {
                return false;
            }
        } else if (cli->n_files < CLI_MAX_FILES) {
            cli->files[cli->n_files++] = argv[i];
        } else {
            cli_usage(cli->verb, "more than %d files", CLI_MAX_FILES);
            return false;
        }
    }
    return true;
}

void cli_release(struct cli *cli)
{
    for (size_t i = 0; i < cli->n_settings; i++) {
        free(cli->setting_names[i]);
    }
}

const struct cli_option *cli_option(const struct cli *cli, const char *name)
{
    const struct cli_option *option = find(cli, name, strlen(name));
    return option != NULL && option->given ? option : NULL;
}

bool cli_flag(const struct cli *cli, const char *name)
{
    return cli_option(cli, name) != NULL;
}

bool cli_number(const struct cli *cli, const char *name, uint64_t fallback, uint64_t *value)
{
    const struct cli_option *option = cli_option(cli, name);
    *value = fallback;
    if (option == NULL) {
        return true;
    }
    char *end;
    errno = 0;
    unsigned long long n = strtoull(option->text, &end, 0);
    if (option->text[0] == '\0' || option->text[0] == '-' || *end != '\0' || errno != 0) {
        cli_usage(cli->verb, "%s needs a number, not '%s'", name, option->text);
        return false;
    }
    *value = n;
    return true;
}

bool cli_number_in(const struct cli *cli, const char *name, uint64_t fallback, uint64_t least,
                   uint64_t greatest, uint64_t *value)
{
    if (!cli_number(cli, name, fallback, value)) {
        return false;
    }
    if (*value < least || *value > greatest) {
        cli_usage(cli->verb, "%s is %" PRIu64 ": expected %" PRIu64 " to %" PRIu64, name, *value,
                  least, greatest);
        return false;
    }
    return true;
}

bool cli_size(const struct cli *cli, const char *name, uint64_t *bytes)
{
    const struct cli_option *option = cli_option(cli, name);
    *bytes = 0;
    if (option == NULL) {
        return true;
    }
    char *end;
    errno = 0;
    unsigned long long n = strtoull(option->text, &end, 10);
    static const char units[] = "KMG";
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (end == option->text || option->text[0] == '-' ||
        (*end != '\0' && (unit == NULL || end[1] != '\0'))) {
        cli_usage(cli->verb, "%s needs a size such as 500M or 2G, not '%s'", name, option->text);
        return false;
    }
    unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
    if (errno != 0 || n > UINT64_MAX >> shift) {
        cli_usage(cli->verb, "%s: '%s' is too large", name, option->text);
        return false;
    }
    *bytes = (uint64_t)n << shift;
    return true;
}

bool cli_word(const struct cli *cli, const char *name, const char *const *words, size_t n,
              size_t *ix)
{
    const struct cli_option *option = cli_option(cli, name);
    *ix = 0;
    for (; option != NULL && *ix < n; ++*ix) {
        if (strcmp(option->text, words[*ix]) == 0) {
            return true;
        }
    }
    if (option == NULL) {
        return true;
    }
    const char *nearest = diag_nearest(option->text, words, n);
    cli_usage(cli->verb, "%s: unknown word '%s'; did you mean '%s'?", name, option->text,
              nearest != NULL ? nearest : words[0]);
    return false;
}

/* ---- scenarios ---- */

bool cli_is_file(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && !S_ISDIR(status.st_mode);
}

struct names {
    const char *items[CLI_MAX_FILES];
    char *owned[CLI_MAX_FILES];
    size_t n;
};

static void collect(void *context, const char *name, const char *path)
{
    struct names *names = context;
    (void)path;
    if (names->n < CLI_MAX_FILES) {
        size_t size = strlen(name) + 1;
        char *copy = malloc(size);
        if (copy == NULL) {
            abort();
        }
        memcpy(copy, name, size);
        names->owned[names->n] = copy;
        names->items[names->n++] = copy;
    }
}

static void no_such_scenario(const char *file)
{
    struct names names = {.n = 0};
    shipped_each(collect, &names);
    const char *nearest = diag_nearest(file, names.items, names.n);
    fprintf(stderr, "%s: error: there is no such file and no shipped scenario of this name", file);
    if (nearest != NULL) {
        fprintf(stderr, "; did you mean '%s'?\n", nearest);
    } else {
        fprintf(stderr, "; 'lockstep list' shows the shipped ones\n");
    }
    for (size_t i = 0; i < names.n; i++) {
        free(names.owned[i]);
    }
}

struct scenario *cli_load(const char *file, const struct cli *cli)
{
    struct diag_list diags = {0};
    char *shipped = NULL;
    const char *path = file;
    if (strcmp(file, "-") != 0 && !cli_is_file(file)) {
        shipped = strchr(file, '/') == NULL ? shipped_find(file) : NULL;
        if (shipped == NULL) {
            no_such_scenario(file);
            return NULL;
        }
        path = shipped;
    }
    struct scenario *s =
        scenario_load_file(path, shipped_find, cli->settings, cli->n_settings, &diags);
    diag_print(&diags, stderr);
    diag_release(&diags);
    if (s != NULL)
        s->shipped = shipped != NULL;
    free(shipped);
    return s;
}
