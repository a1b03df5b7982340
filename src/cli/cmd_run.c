/*
 * lockstep run: one run without a screen. Who goes next comes from --schedule, else from the
 * policy; the scenario's [schedule] is the default of both.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"
#include "sim/report/locks.h"
#include "sim/report/run_report.h"
#include "sim/report/text.h"
#include "sim/stepper/pct.h"

enum { DEFAULT_MAX_STEPS = 10000000 };

struct run {
    struct machine *machine;
    struct run_report report;
    struct policy policy;
    struct pct pct;           // of the policy pct
    struct schedule schedule; // of a replay
    struct text prints;       // of the step being made
    bool replay;
    bool locks; // dump the resources at the end
    uint64_t max_steps;
};

/* DbgPrint output of a step comes after the line of the step. */
static void note_print(void *context, thread_ix t, const char *text)
{
    text_format(context, "                     T%u prints: %s\n", t + 1u, text);
}

static void flush_prints(struct run *run)
{
    if (run->prints.n > 0) {
        fputs(run->prints.at, stdout);
        run->prints.n = 0;
    }
}

static void step_to(struct run *run, struct choice c)
{
    machine_step(run->machine, c);
    run_report_step(&run->report, run->machine);
    flush_prints(run);
}

/* Says which step asked for what, and what could run. */
static int schedule_refused(const struct run *run, struct choice c, enum refusal why)
{
    char reason[TEXT_LINE];
    text_refusal(run->machine, c, why, reason, sizeof reason);
    fflush(stdout);
    char item[SCHEDULE_ITEM];
    schedule_item_print(item, schedule_step_of(c), 1);
    fprintf(stderr, "lockstep run: step %u asks for %s: %s", run->machine->last.n + 1, item,
            reason);
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(run->machine, choices);
    fprintf(stderr, n == 0 ? " Nothing can run.\n" : " Could run: ");
    for (unsigned i = 0; i < n; i++) {
        schedule_item_print(item, schedule_step_of(choices[i]), 1);
        fprintf(stderr, "%s%s", item, i + 1 < n ? ", " : ".\n");
    }
    return EXIT_BAD_INPUT;
}

/* Has the run made as many steps as it may? Says so. */
static bool is_over_limit(const struct run *run)
{
    if (run->machine->last.n < run->max_steps) {
        return false;
    }
    fflush(stdout);
    fprintf(stderr, "lockstep run: stopped at --max-steps %" PRIu64 "\n", run->max_steps);
    return true;
}

static int replay(struct run *run)
{
    for (size_t i = 0; i < run->schedule.n; i++) {
        const struct schedule_item *item = &run->schedule.items[i];
        struct choice c = {item->step.thread, item->step.kind, item->step.pick, 0};
        for (uint32_t k = 0; k < item->count; k++) {
            if (is_over_limit(run)) {
                return EXIT_INCOMPLETE;
            }
            enum refusal why = machine_refusal(run->machine, c);
            if (why != REFUSED_NOT) {
                return schedule_refused(run, c, why);
            }
            step_to(run, c);
        }
    }
    return EXIT_DONE;
}

/* EXIT_INCOMPLETE: the limit on steps ended the run. */
static int follow_policy(struct run *run)
{
    struct choice choices[MAX_CHOICES];
    unsigned n;
    while ((n = machine_choices(run->machine, choices)) > 0) {
        if (is_over_limit(run)) {
            return EXIT_INCOMPLETE;
        }
        step_to(run, run->policy.kind == POLICY_PCT
                         ? pct_next(&run->pct, run->machine, choices, n)
                         : policy_propose(&run->policy, run->machine, choices, n));
    }
    return EXIT_DONE;
}

static int verdict_status(enum verdict v)
{
    return v == VERDICT_RUNNING || v == VERDICT_FINISHED ? EXIT_DONE : EXIT_VIOLATION;
}

static void print_dump_line(void *context, const char *text)
{
    fprintf(context, "%s\n", text);
}

static int perform(struct run *run)
{
    machine_reset(
        run->machine); // with the sink in place, so that what is printed at the start shows
    run_report_begin(&run->report, run->machine);
    flush_prints(run);
    int status = run->replay ? replay(run) : follow_policy(run);
    if (run->replay && status == EXIT_BAD_INPUT) {
        return status;
    }
    run_report_end(&run->report, run->machine);
    if (run->locks) {
        putchar('\n');
        locks_dump(run->machine, false, print_dump_line, stdout);
    }
    return status != EXIT_DONE ? status : verdict_status(machine_verdict(run->machine));
}

/* What decides the steps, from options and the scenario's defaults. False: message printed. */
static bool set_up(struct run *run, const struct scenario *s, const struct cli *cli, int *status)
{
    const struct cli_option *schedule = cli_option(cli, "--schedule");
    const struct cli_option *policy = cli_option(cli, "--policy");
    const char *steps = schedule != NULL ? schedule->text : NULL;
    *status = EXIT_USAGE;
    run->policy.kind = s->schedule.policy;
    if (policy != NULL && !policy_find(policy->text, &run->policy.kind)) {
        cli_usage("run", "no policy '%s'; there are round-robin, random, pct, priority and replay",
                  policy->text);
        return false;
    }
    uint64_t depth;
    if (!cli_number_in(cli, "--depth", PCT_DEPTH, 1, PCT_MAX_DEPTH, &depth) ||
        !cli_number(cli, "--seed", s->schedule.seed, &run->policy.seed) ||
        !cli_number(cli, "--max-steps", DEFAULT_MAX_STEPS, &run->max_steps)) {
        return false;
    }
    if (steps == NULL && policy == NULL) {
        steps = s->schedule.steps;
    }
    if (run->policy.kind == POLICY_MANUAL) {
        run->policy.kind = POLICY_ROUND_ROBIN; // nobody is there to choose
    }
    if (steps == NULL) {
        if (run->policy.kind == POLICY_PCT) {
            const struct pct_plan plan = pct_measure(s, (uint32_t)depth);
            pct_begin(&run->pct, &plan, run->policy.seed);
        }
        if (run->policy.kind == POLICY_REPLAY) {
            cli_usage("run", "the policy replay needs --schedule");
            return false;
        }
        return true;
    }
    struct diag_list diags = {0};
    run->replay = true;
    run->policy.kind = POLICY_REPLAY;
    bool good = schedule_parse(
        s,
        (struct span){
            .file = "--schedule", .at = steps, .n = strlen(steps), .line = 1, .column = 1},
        &run->schedule, &diags);
    diag_print(&diags, stderr);
    diag_release(&diags);
    *status = EXIT_BAD_INPUT;
    return good;
}

static int cmd_run(int argc, char **argv)
{
    struct cli cli;
    if (!cli_parse(&cli, &verb_run, argc, argv)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files != 1) {
        cli_release(&cli);
        return cli_usage("run", "needs one scenario");
    }
    int status = EXIT_BAD_INPUT;
    struct scenario *s = cli_load(cli.files[0], &cli);
    struct run run = {.locks = cli_flag(&cli, "--locks") && !cli_flag(&cli, "--json")};
    if (s != NULL && set_up(&run, s, &cli, &status)) {
        run.machine = machine_create(s, true);
        machine_watch_invariants(run.machine);
        run.report = (struct run_report){.out = stdout,
                                         .json = cli_flag(&cli, "--json"),
                                         .quiet = cli_flag(&cli, "--quiet"),
                                         .policy = policy_name(run.policy.kind),
                                         .seed = run.policy.seed};
        if (run.report.json) {
            machine_keep_fingerprint(run.machine);
        } else if (!run.report.quiet) {
            run.machine->sink = (struct vm_sink){note_print, &run.prints};
        }
        status = perform(&run);
        machine_free(run.machine);
    }
    schedule_release(&run.schedule);
    text_release(&run.prints);
    scenario_free(s);
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    {.name = "--schedule",
     .value = "S",
     .fallback = "what [schedule] says",
     .help = "the steps, such as 1112 or 1*3,2"},
    {.name = "--policy",
     .value = "P",
     .fallback = "what [schedule] says, else round-robin",
     .help = "who makes the next step: round-robin, random, pct, priority or replay"},
    {.name = "--seed",
     .value = "N",
     .fallback = "the scenario's, else 0",
     .help = "where the random numbers begin; the same seed gives the same run on every machine"},
    {.name = "--depth",
     .value = "D",
     .fallback = "3",
     .help = "for the policy pct: how many ordering constraints a bug may need"},
    {.name = "--max-steps",
     .value = "N",
     .fallback = "10000000",
     .help = "stops a run that goes on longer"},
    {.name = "--locks",
     .help = "afterwards prints the resources that are owned, in the manner of !locks"},
    {.name = "--quiet", .help = "prints only how it ended"},
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_run = {
    .name = "run",
    .run = cmd_run,
    .files = "FILE",
    .summary = "one run; prints the step table and the ending",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "the run ended well, or the schedule left it unfinished",
              [EXIT_VIOLATION] = "deadlock, hang, bug check, assertion or fault",
              [EXIT_BAD_INPUT] = "the scenario or the schedule is wrong",
              [EXIT_INCOMPLETE] = "--max-steps ended the run"},
};
