/*
 * lockstep sample: many seeded runs and how often each ending came.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
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
        !cli_number_in(cli, "--jobs", 0, 0, SAMPLE_MAX_JOBS, &jobs)) {
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
    struct sample_result *r = sample(s, &o);
    if (cli_flag(cli, "--json")) {
        sample_report_json(stdout, s, &o, r);
    } else {
        sample_report(stdout, s, &o, r);
    }
    int status = r->complete ? EXIT_DONE : EXIT_INCOMPLETE;
    sample_free(r);
    return status;
}

int cmd_sample(int argc, char **argv)
{
    struct cli_option options[] = {
        {.name = "--runs", .value = "a number"},
        {.name = "--policy", .value = "random or pct"},
        {.name = "--seed", .value = "a number"},
        {.name = "--depth", .value = "a number"},
        {.name = "--endings", .value = "named|state"},
        {.name = "--max-steps", .value = "a number"},
        {.name = "--time-limit", .value = "seconds"},
        {.name = "--jobs", .value = "a number"},
        {.name = "--json"},
    };
    struct cli cli = {
        .verb = "sample", .options = options, .n_options = sizeof options / sizeof options[0]};
    if (!cli_parse(&cli, argc, argv)) {
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
