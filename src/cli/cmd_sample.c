/*
 * lockstep sample: many seeded runs and how often each ending came.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "sim/explore/sample_report.h"

enum { DEFAULT_RUNS = 1000 };

/* False: message printed. */
static bool parse_policy(const struct cli *cli, enum policy_kind *policy)
{
    const struct cli_option *option = cli_option(cli, "--policy");
    *policy = POLICY_RANDOM;
    if (option == NULL || strcmp(option->text, "random") == 0) {
        return true;
    }
    if (strcmp(option->text, "pct") == 0) {
        *policy = POLICY_PCT;
        return true;
    }
    cli_usage(cli->verb, "no policy '%s' for many runs; there are random and pct", option->text);
    return false;
}

static bool parse_options(const struct cli *cli, const struct scenario *s, struct sample_options *o)
{
    uint64_t depth, jobs, max_steps, seconds;
    size_t by_state;
    static const char *const endings[] = {"named", "state"};
    if (!parse_policy(cli, &o->policy) || !cli_word(cli, "--endings", endings, 2, &by_state) ||
        !cli_number_in(cli, "--runs", DEFAULT_RUNS, 1, UINT64_MAX / 2, &o->runs) ||
        !cli_number(cli, "--seed", s->schedule.seed, &o->seed) ||
        !cli_number_in(cli, "--depth", PCT_DEPTH, 1, PCT_MAX_DEPTH, &depth) ||
        !cli_number_in(cli, "--max-steps", SAMPLE_MAX_STEPS, 1, UINT32_MAX, &max_steps) ||
        !cli_number(cli, "--time-limit", 0, &seconds) ||
        !cli_number_in(cli, "--jobs", 0, 0, MAX_JOBS, &jobs)) {
        return false;
    }
    o->depth = (uint32_t)depth;
    o->max_steps = (uint32_t)max_steps;
    o->jobs = (unsigned)jobs;
    o->final_states = by_state == 1;
    o->time_limit = (double)seconds;
    return true;
}

static int perform(const struct cli *cli, const struct scenario *s)
{
    struct sample_options o = {.runs = 0};
    if (!parse_options(cli, s, &o)) {
        return EXIT_USAGE;
    }
    o.stop = interrupt_watch();
    struct progress progress;
    o.progress = progress_begin(&progress, "runs");
    o.progress_context = &progress;
    struct sample_result *r = sample(s, &o);
    progress_end(&progress);
    if (cli_flag(cli, "--json")) {
        sample_report_json(stdout, s, &o, r);
    } else {
        sample_report(stdout, s, &o, r);
    }
    int status = r->complete ? EXIT_DONE : EXIT_INCOMPLETE;
    sample_free(r);
    return status;
}

static int cmd_sample(int argc, char **argv)
{
    struct cli cli;
    if (!cli_parse(&cli, &verb_sample, argc, argv)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files != 1) {
        cli_release(&cli);
        return cli_usage("sample", "needs one scenario");
    }
    struct scenario *s = cli_load(cli.files[0], &cli);
    int status = s != NULL ? perform(&cli, s) : EXIT_BAD_INPUT;
    scenario_free(s);
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    {.name = "--runs", .value = "N", .fallback = "1000", .help = "how many"},
    {.name = "--policy",
     .value = "random|pct",
     .fallback = "random",
     .help = "random: every choice is equally likely; pct: random priorities that change at few "
             "random steps, which finds rare bugs more often and prints its least chance"},
    {.name = "--seed",
     .value = "N",
     .fallback = "the scenario's, else 0",
     .help = "of the first run; the next has the next number, and lockstep run makes the same one"},
    {.name = "--depth",
     .value = "D",
     .fallback = "3",
     .help = "for the policy pct: how many ordering constraints a bug may need"},
    {.name = "--endings",
     .value = "named|state",
     .fallback = "named",
     .help = "what endings are called: as [endings] says, or by their final state"},
    {.name = "--max-steps",
     .value = "N",
     .fallback = "1000000",
     .help = "a run that goes on longer is counted as unfinished"},
    {.name = "--time-limit",
     .value = "SECONDS",
     .fallback = "no limit",
     .help = "stops the work after that time"},
    {.name = "--jobs",
     .value = "N",
     .fallback = "as many as the machine has processors",
     .help = "workers; the result is the same for any number"},
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_sample = {
    .name = "sample",
    .run = cmd_sample,
    .files = "FILE",
    .summary = "many seeded runs: how often each ending came",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "all runs were made, whatever they showed",
              [EXIT_BAD_INPUT] = "the scenario is wrong",
              [EXIT_INCOMPLETE] = "a limit or Ctrl-C ended the work"},
};
