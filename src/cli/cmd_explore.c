/*
 * lockstep explore: what can come of a scenario over all schedules.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/witnesses.h"
#include "sim/explore/explore_report.h"

static bool parse_options(const struct cli *cli, struct explore_options *o)
{
    static const char *const searches[] = {"auto", "states", "all"};
    static const char *const endings[] = {"named", "state"};
    size_t search, by_state;
    uint64_t seconds;
    if (!cli_word(cli, "--search", searches, 3, &search) ||
        !cli_word(cli, "--endings", endings, 2, &by_state) ||
        !cli_number(cli, "--max-states", 0, &o->max_states) ||
        !cli_number(cli, "--time-limit", 0, &seconds) ||
        !cli_size(cli, "--max-memory", &o->max_memory)) {
        return false;
    }
    o->search = search == 2 ? SEARCH_ALL : SEARCH_STATES;
    o->final_states = by_state == 1;
    o->time_limit = (double)seconds;
    return true;
}

int cmd_explore(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--search", .value = "a search"},
        {.name = "--endings", .value = "named|state"},
        {.name = "--max-states", .value = "a number"},
        {.name = "--max-memory", .value = "a size"},
        {.name = "--time-limit", .value = "seconds"},
        {.name = "--save-witnesses", .value = "a directory"},
        {.name = "--json"},
    };
    struct cli cli = {
        .verb = "explore", .options = options, .n_options = sizeof options / sizeof options[0]};
    struct explore_options o = {.search = SEARCH_STATES};
    if (!cli_parse(&cli, argc, argv) || !parse_options(&cli, &o)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files != 1) {
        cli_release(&cli);
        return cli_usage("explore", "needs one scenario");
    }
    int status = EXIT_BAD_INPUT;
    struct scenario *s = cli_load(cli.files[0], &cli);
    if (s != NULL) {
        o.stop = interrupt_watch();
        struct explore_result *r = explore(s, &o);
        if (cli_flag(&cli, "--json")) {
            explore_report_json(stdout, s, r);
        } else {
            explore_report(stdout, s, r);
        }
        status = r->complete ? EXIT_DONE : EXIT_INCOMPLETE;
        const struct cli_option *save = cli_option(&cli, "--save-witnesses");
        if (save != NULL && !witnesses_save(save->text, s, r)) {
            status = EXIT_INCOMPLETE;
        }
        explore_free(r);
    }
    scenario_free(s);
    cli_release(&cli);
    return status;
}
