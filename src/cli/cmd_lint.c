/*
 * lockstep lint: loads each file and reports everything that is wrong with it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/report/json.h"

static void lint_json(const struct diag_list *diags, struct json *j)
{
    for (size_t i = 0; i < diags->n; i++) {
        const struct diag *d = &diags->items[i];
        json_open(j, NULL, '{');
        json_string(j, "severity", d->severity == DIAG_ERROR ? "error" : "warning");
        json_string(j, "file", d->file);
        json_int(j, "line", d->line);
        json_int(j, "column", d->column);
        json_string(j, "text", d->text);
        json_close(j, '}');
    }
}

/* False: the file has errors. */
static bool lint_file(const struct cli *cli, const char *file, struct json *j)
{
    struct diag_list diags = {0};
    bool named = strcmp(file, "-") != 0 && !cli_is_file(file) && strchr(file, '/') == NULL;
    char *shipped = named ? shipped_find(file) : NULL;
    struct scenario *s = scenario_load_file(shipped != NULL ? shipped : file, shipped_find,
                                            cli->settings, cli->n_settings, &diags);
    bool good = s != NULL;
    if (j != NULL) {
        lint_json(&diags, j);
    } else {
        diag_print(&diags, stderr);
        if (good) {
            printf("%s: no errors\n", file);
        }
    }
    scenario_free(s);
    diag_release(&diags);
    free(shipped);
    return good;
}

static int cmd_lint(int argc, char **argv)
{
    struct cli cli;
    if (!cli_parse(&cli, &verb_lint, argc, argv)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files == 0) {
        cli_release(&cli);
        return cli_usage(cli.verb, "needs at least one scenario");
    }
    struct json j = {.out = stdout};
    bool json = cli_flag(&cli, "--json");
    bool good = true;
    if (json) {
        json_open(&j, NULL, '[');
    }
    for (size_t i = 0; i < cli.n_files; i++) {
        good = lint_file(&cli, cli.files[i], json ? &j : NULL) && good;
    }
    if (json) {
        json_close(&j, ']');
        json_end_line(&j);
    }
    cli_release(&cli);
    return good ? EXIT_DONE : EXIT_BAD_INPUT;
}

static const struct cli_option options[] = {
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_lint = {
    .name = "lint",
    .run = cmd_lint,
    .files = "FILE...",
    .summary = "checks scenario files and reports every error",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "no file has errors", [EXIT_BAD_INPUT] = "a file has errors"},
};
