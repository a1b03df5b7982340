/*
 * lockstep show: the text of a scenario as it stands in its file, to read or to start one's own
 * from.
 */
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"

static int cmd_show(int argc, char **argv)
{
    struct cli cli;
    if (!cli_parse(&cli, &verb_show, argc, argv)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files != 1 || cli.n_settings > 0) {
        cli_release(&cli);
        return cli_usage(cli.verb, cli.n_files != 1 ? "needs one scenario"
                                                    : "shows the file as it is: no --set");
    }
    struct scenario *s = cli_load(cli.files[0], &cli); // a misspelt name gets the nearest one
    if (s == NULL) {
        return EXIT_BAD_INPUT;
    }
    FILE *f = fopen(s->file, "rb");
    int status = f != NULL ? EXIT_DONE : EXIT_BAD_INPUT;
    if (f == NULL) {
        fprintf(stderr, "lockstep show: %s cannot be read\n", s->file);
    } else {
        char part[4096];
        for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) {
            fwrite(part, 1, n, stdout);
        }
        fclose(f);
    }
    scenario_free(s);
    return status;
}

const struct cli_verb verb_show = {
    .name = "show",
    .run = cmd_show,
    .files = "NAME",
    .summary = "the text of a scenario",
    .exits = {[EXIT_DONE] = "it is printed",
              [EXIT_BAD_INPUT] = "there is no such scenario, or it is wrong"},
};
