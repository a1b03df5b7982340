/*
 * lockstep explore: what can come of a scenario over all schedules.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/search_limits.h"
#include "cli/witnesses.h"
#include "sim/explore/explore_report.h"

static bool parse_options(const struct cli *cli, struct explore_options *o)
{
    static const char *const searches[] = {"auto", "states", "traces", "all"};
    static const enum search_kind kinds[] = {SEARCH_AUTO, SEARCH_STATES, SEARCH_TRACES, SEARCH_ALL};
    static const char *const endings[] = {"named", "state"};
    size_t search, by_state;
    uint64_t preemptions;
    if (!cli_word(cli, "--search", searches, 4, &search) ||
        !cli_word(cli, "--endings", endings, 2, &by_state) || !search_limits_read(cli, o) ||
        !cli_number(cli, "--preemptions", 0, &preemptions)) {
        return false;
    }
    o->reduce = cli_flag(cli, "--reduce");
    o->bounded = cli_option(cli, "--preemptions") != NULL;
    o->preemptions = preemptions < UINT16_MAX ? (uint32_t)preemptions : UINT16_MAX;
    o->search = kinds[search];
    o->final_states = by_state == 1;
    return true;
}

static int cmd_explore(int argc, char **argv)
{
    struct cli cli;
    struct explore_options o = {.search = SEARCH_AUTO, .remedy = true};
    if (!cli_parse(&cli, &verb_explore, argc, argv) || !parse_options(&cli, &o)) {
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
        struct progress progress;
        o.progress = progress_begin(&progress, "states");
        o.progress_context = &progress;
        o.estimate = o.progress != NULL;
        struct explore_result *r = explore(s, &o);
        progress_end(&progress);
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

static const struct cli_option options[] = {
    {.name = "--search",
     .value = "auto|states|traces|all",
     .fallback = "auto",
     .help =
         "states: every state once; traces: one schedule of those that differ only in the order of "
         "independent steps; all: every schedule, for checking the others; auto: states, reduced "
         "if "
         "there are more than 300,000"},
    {.name = "--reduce",
     .help =
         "of states: only what is needed for the same endings and findings; steps that commute "
         "with all others are made at once, files that nobody can touch any more leave the state"},
    {.name = "--preemptions",
     .value = "N",
     .help = "only schedules in which at most N times a thread is left that could have gone on"},
    {.name = "--endings",
     .value = "named|state",
     .fallback = "named",
     .help = "what endings are called: as [endings] says, or by their final state"},
    SEARCH_LIMITS,
    {.name = "--save-witnesses",
     .value = "DIR",
     .help = "saves the shortest schedule of every ending and finding there, each as a scenario "
             "for lockstep run; the directory is made"},
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_explore = {
    .name = "explore",
    .run = cmd_explore,
    .files = "FILE",
    .summary = "every schedule: all endings, their chances, and what can go wrong",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "the search is complete, whatever it found",
              [EXIT_BAD_INPUT] = "the scenario is wrong",
              [EXIT_INCOMPLETE] =
                  "a limit or Ctrl-C ended the search, or something could not be written"},
};
