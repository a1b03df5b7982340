/*
 * lockstep export: one run in the format of another program. The steps are those of --schedule, else of the
 * scenario's [schedule], else of its policy as run has it.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/lang/mem.h"
#include "sim/lang/span.h"
#include "sim/report/export.h"
#include "sim/report/out_file.h"
#include "sim/report/saved_schedule.h"
#include "sim/report/text.h"
#include "sim/stepper/pct.h"
#include "sim/stepper/policy.h"

enum { DEFAULT_MAX_STEPS = 100000, INI = N_EXPORT_FORMATS, N_FORMATS };

/* The steps of the run to export. */
struct steps {
    const struct scenario *scenario;
    struct machine *machine;
    struct choice *choices;
    size_t n, capacity;
    uint64_t most;
    struct policy policy;
};

static bool add_step(struct steps *steps, struct choice c)
{
    if (steps->n >= steps->most) {
        fprintf(stderr, "lockstep export: the run has more than --max-steps %" PRIu64 " steps\n",
                steps->most);
        return false;
    }
    steps->choices = mem_grow(steps->choices, steps->n, &steps->capacity, sizeof *steps->choices);
    steps->choices[steps->n++] = c;
    machine_step(steps->machine, c);
    return true;
}

static int follow_schedule(struct steps *steps, const struct schedule *schedule)
{
    char reason[TEXT_LINE];

    for (size_t i = 0; i < schedule->n; i++) {
        const struct schedule_item *item = &schedule->items[i];
        struct choice c = {item->step.thread, item->step.kind, item->step.pick, 0};
        for (uint32_t k = 0; k < item->count; k++) {
            enum refusal why = machine_refusal(steps->machine, c);
            if (why != REFUSED_NOT) {
                text_refusal(steps->machine, c, why, reason, sizeof reason);
                fprintf(stderr, "lockstep export: step %zu of the schedule: %s\n", steps->n + 1,
                        reason);
                return EXIT_BAD_INPUT;
            }
            if (!add_step(steps, c)) {
                return EXIT_INCOMPLETE;
            }
        }
    }
    return EXIT_DONE;
}

static int follow_text(struct steps *steps, const char *text)
{
    struct schedule schedule = {0};
    struct diag_list diags = {0};
    bool good = schedule_parse(
        steps->scenario,
        (struct span){.file = "--schedule", .at = text, .n = strlen(text), .line = 1, .column = 1},
        &schedule, &diags);

    diag_print(&diags, stderr);
    diag_release(&diags);
    int status = good ? follow_schedule(steps, &schedule) : EXIT_BAD_INPUT;
    schedule_release(&schedule);
    return status;
}

static int follow_policy(struct steps *steps)
{
    struct choice choices[MAX_CHOICES];
    struct policy *policy = &steps->policy;
    struct pct pct;
    unsigned n;

    if (policy->kind == POLICY_MANUAL || policy->kind == POLICY_REPLAY)
        policy->kind = POLICY_ROUND_ROBIN; // nobody is there to choose
    if (policy->kind == POLICY_PCT) {
        const struct pct_plan plan = pct_measure(steps->scenario, PCT_DEPTH);
        pct_begin(&pct, &plan, policy->seed);
    }
    while ((n = machine_choices(steps->machine, choices)) > 0) {
        struct choice c = policy->kind == POLICY_PCT
                              ? pct_next(&pct, steps->machine, choices, n)
                              : policy_propose(policy, steps->machine, choices, n);
        if (!add_step(steps, c))
            return EXIT_INCOMPLETE;
    }
    return EXIT_DONE;
}

/* Makes the run; an exit status, with a message if it is none of success. */
static int make_run(struct steps *steps, const struct cli *cli)
{
    const struct cli_option *schedule = cli_option(cli, "--schedule");
    const struct schedule_default *own = &steps->scenario->schedule;

    steps->machine = machine_create(steps->scenario, true);
    steps->policy = (struct policy){own->policy, own->seed};
    if (schedule == NULL && own->steps == NULL)
        return follow_policy(steps);
    steps->policy.kind = POLICY_REPLAY;
    return follow_text(steps, schedule != NULL ? schedule->text : own->steps);
}

/* ---- writing ---- */

/* False: a message has been printed. */
static bool write_ini(const struct steps *steps, const char *file, FILE *out)
{
    struct schedule schedule = {0};
    char *error = NULL, *title = mem_format("%s: a saved run", steps->scenario->title);

    for (size_t i = 0; i < steps->n; i++)
        schedule_add(&schedule, schedule_step_of(steps->choices[i]));
    char *text = schedule_print(&schedule);
    bool ok = saved_schedule_print(steps->scenario,
                                   &(struct saved_schedule){.title = title, .steps = text}, file,
                                   shipped_find, out, &error);
    if (!ok)
        fprintf(stderr, "lockstep export: %s\n", error);
    schedule_release(&schedule);
    free(text);
    free(title);
    free(error);
    return ok;
}

static bool write_format(const struct steps *steps, size_t format, const char *file, FILE *out)
{
    if (format == INI)
        return write_ini(steps, file, out);
    export_run(&export_formats[format],
               &(struct export_run){.scenario = steps->scenario,
                                    .choices = steps->choices,
                                    .n = (uint32_t)steps->n,
                                    .policy = policy_name(steps->policy.kind),
                                    .seed = steps->policy.seed},
               out);
    return true;
}

static int write_file(const struct steps *steps, size_t format, const char *name)
{
    struct out_file file;
    bool said = false, ok = out_file_begin(&file, name);

    if (ok) {
        said = !write_format(steps, format, name, file.out);
        ok = said ? out_file_drop(&file) : out_file_end(&file);
    }
    if (!ok && !said)
        fprintf(stderr, "lockstep export: %s cannot be written: %s\n", name, strerror(errno));
    return said ? EXIT_BAD_INPUT : ok ? EXIT_DONE : EXIT_INCOMPLETE;
}

/* ---- the command line ---- */

static const char *format_name(size_t i)
{
    return i == INI ? "ini" : export_formats[i].name;
}

/* False: message printed. */
static bool read_format(const struct cli *cli, size_t *format)
{
    const char *names[N_FORMATS];

    for (size_t i = 0; i < N_FORMATS; i++)
        names[i] = format_name(i);
    if (cli_option(cli, "--format") == NULL) {
        cli_usage("export",
                  "needs --format: text, schedule, ini, jsonl, trace, mermaid, dot, states or svg");
        return false;
    }
    return cli_word(cli, "--format", names, N_FORMATS, format);
}

static int perform(const struct cli *cli, size_t format, uint64_t most)
{
    const struct cli_option *output = cli_option(cli, "-o");
    struct scenario *s = cli_load(cli->files[0], cli);
    struct steps steps = {.scenario = s, .most = most};

    if (s == NULL)
        return EXIT_BAD_INPUT;
    int status = make_run(&steps, cli);
    if (status == EXIT_DONE && output != NULL && strcmp(output->text, "-") != 0)
        status = write_file(&steps, format, output->text);
    else if (status == EXIT_DONE && !write_format(&steps, format, "-", stdout))
        status = EXIT_BAD_INPUT;
    machine_free(steps.machine);
    free(steps.choices);
    scenario_free(s);
    return status;
}

static int cmd_export(int argc, char **argv)
{
    struct cli cli;
    size_t format;
    uint64_t most;
    int status = EXIT_USAGE;

    if (cli_parse(&cli, &verb_export, argc, argv) && read_format(&cli, &format) &&
        cli_number_in(&cli, "--max-steps", DEFAULT_MAX_STEPS, 1, UINT32_MAX - 1, &most)) {
        if (cli.n_files != 1)
            cli_usage("export", "needs one scenario");
        else
            status = perform(&cli, format, most);
    }
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    {.name = "--format",
     .value = "F",
     .help =
         "text (a column for each thread), schedule (as --schedule takes it), ini (a scenario "
         "that replays it), jsonl (as run --json), trace (trace events for ui.perfetto.dev), "
         "mermaid (a sequence diagram), dot (who waits for whom at the end, for Graphviz), "
         "states (the graph of states, the run in it, for Graphviz), svg (a picture with a lane "
         "for each thread and object)"},
    {.name = "--schedule",
     .value = "S",
     .fallback = "what [schedule] says, else round-robin",
     .help = "the steps, such as 1112 or 1*3,2"},
    {.name = "--max-steps",
     .value = "N",
     .fallback = "100000",
     .help = "refuses a run that goes on longer"},
    {.name = "-o",
     .value = "OUT",
     .fallback = "standard output",
     .help = "the file to write; it is there as a whole or not at all"},
};

const struct cli_verb verb_export = {
    .name = "export",
    .run = cmd_export,
    .files = "FILE",
    .summary = "one run as text, diagram, picture or data of other programs",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "it is written, however the run ended",
              [EXIT_BAD_INPUT] = "the scenario or the schedule is wrong",
              [EXIT_INCOMPLETE] = "--max-steps ended the run, or the output could not be written"},
};
