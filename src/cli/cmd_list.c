/*
 * lockstep list: the shipped scenarios by name and title.
 */
#include <stdio.h>

#include "cli/cli.h"
#include "sim/report/json.h"

struct listing {
    bool json;
    struct json writer;
    const struct cli *cli;
    bool failed;
};

static void show_one(void *context, const char *name, const char *path)
{
    struct listing *list = context;
    struct diag_list diags = {0};
    struct scenario *s = scenario_load_file(path, shipped_find, NULL, 0, &diags);
    if (s == NULL) {
        diag_print(&diags, stderr);
        list->failed = true;
    } else if (list->json) {
        json_open(&list->writer, NULL, '{');
        json_string(&list->writer, "name", name);
        json_string(&list->writer, "title", s->title);
        json_string(&list->writer, "description", s->description);
        json_close(&list->writer, '}');
    } else {
        printf("%-32s %s\n", name, s->title);
    }
    scenario_free(s);
    diag_release(&diags);
}

static int cmd_list(int argc, char **argv)
{
    struct cli cli;
    if (!cli_parse(&cli, &verb_list, argc, argv)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files > 0 || cli.n_settings > 0) {
        cli_release(&cli);
        return cli_usage(cli.verb, "takes no scenario");
    }
    struct listing list = {.json = cli_flag(&cli, "--json"), .writer = {.out = stdout}};
    if (list.json) {
        json_open(&list.writer, NULL, '[');
    }
    size_t n = shipped_each(show_one, &list);
    if (list.json) {
        json_close(&list.writer, ']');
        json_end_line(&list.writer);
    }
    if (n == 0) {
        fprintf(stderr, "lockstep list: no shipped scenarios were found in ");
        shipped_print_places(stderr);
        fprintf(stderr, "\n");
        return EXIT_BAD_INPUT;
    }
    return list.failed ? EXIT_BAD_INPUT : EXIT_DONE;
}

static const struct cli_option options[] = {
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_list = {
    .name = "list",
    .run = cmd_list,
    .files = "",
    .summary = "the shipped scenarios",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .exits = {[EXIT_DONE] = "they are printed",
              [EXIT_BAD_INPUT] = "a shipped scenario is wrong, or none is there"},
};
