/*
 * lockstep check: the [expect] section of each file against every interleaving. Prints TAP, or
 * JSON.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/search_limits.h"
#include "sim/explore/check.h"
#include "sim/explore/explore_report.h"
#include "sim/report/json.h"

struct checking {
    const struct cli *cli;
    struct explore_options options;
    struct json *json; // NULL: TAP
    unsigned n;        // lines so far
    bool failed, incomplete;
};

/* " --set files=3 ..." for the command that reproduces a failure. */
static void print_settings(const struct cli *cli)
{
    for (size_t i = 0; i < cli->n_settings; i++) {
        printf(" --set %s=%d", cli->settings[i].name, cli->settings[i].value);
    }
}

static void report_tap(struct checking *k, const char *file, const struct scenario *s,
                       const struct check *c)
{
    printf("%sok %u - %s: %s\n", c->ok ? "" : "not ", ++k->n, s->name, c->expectation);
    if (c->ok) {
        return;
    }
    printf("  ---\n  message: '");
    for (const char *t = c->text; *t != '\0'; t++) {
        printf(*t == '\'' ? "''" : "%c", *t);
    }
    printf("'\n");
    if (c->witness != NULL) {
        char *schedule = witness_text(c->witness);
        printf("  schedule: '%s'\n  reproduce: |\n    lockstep run '%s' --schedule '%s'", schedule,
               file, schedule);
        print_settings(k->cli);
        printf("\n");
        free(schedule);
    }
    printf("  ...\n");
}

static void report_json(struct checking *k, const struct scenario *s, const struct check *c)
{
    json_open(k->json, NULL, '{');
    json_string(k->json, "scenario", s->name);
    json_string(k->json, "expectation", c->expectation);
    json_bool(k->json, "ok", c->ok);
    json_string(k->json, "text", c->text != NULL ? c->text : "");
    if (c->witness != NULL) {
        char *schedule = witness_text(c->witness);
        json_string(k->json, "witness", schedule);
        free(schedule);
    } else {
        json_null(k->json, "witness");
    }
    json_close(k->json, '}');
}

static void report_json_incomplete(struct checking *k, const struct scenario *s,
                                   const struct explore_result *r)
{
    json_open(k->json, NULL, '{');
    json_string(k->json, "scenario", s->name);
    json_null(k->json, "expectation");
    json_bool(k->json, "ok", false);
    json_string(k->json, "text", r->why_incomplete);
    json_null(k->json, "witness");
    json_close(k->json, '}');
}

static void check_scenario(struct checking *k, const char *file, const struct scenario *s)
{
    struct progress progress;
    k->options.progress = progress_begin(&progress, "states");
    k->options.progress_context = &progress;
    k->options.estimate = k->options.progress != NULL;
    struct explore_result *r = explore(s, &k->options);
    progress_end(&progress);
    if (!r->complete) {
        k->incomplete = true;
        if (k->json == NULL) {
            printf("ok %u - %s # SKIP %s\n", ++k->n, s->name, r->why_incomplete);
        } else {
            report_json_incomplete(k, s, r);
        }
    } else {
        struct check *checks = check_expectations(s, r);
        for (uint32_t i = 0; i < s->n_expectations; i++) {
            k->failed |= !checks[i].ok;
            if (k->json != NULL) {
                report_json(k, s, &checks[i]);
            } else {
                report_tap(k, file, s, &checks[i]);
            }
        }
        checks_free(checks, s->n_expectations);
    }
    explore_free(r);
}

static int check_files(struct checking *k)
{
    bool bad_input = false;
    for (size_t i = 0; i < k->cli->n_files; i++) {
        struct scenario *s = cli_load(k->cli->files[i], k->cli);
        if (s == NULL) {
            bad_input = true;
        } else {
            check_scenario(k, k->cli->files[i], s);
        }
        scenario_free(s);
    }
    if (k->json == NULL) {
        printf("1..%u\n", k->n);
    }
    return bad_input       ? EXIT_BAD_INPUT
           : k->failed     ? EXIT_VIOLATION
           : k->incomplete ? EXIT_INCOMPLETE
                           : EXIT_DONE;
}

static int cmd_check(int argc, char **argv)
{
    struct cli cli;
    struct checking k = {.cli = &cli, .options = {.search = SEARCH_AUTO, .claims = true}};
    if (!cli_parse(&cli, &verb_check, argc, argv) || !search_limits_read(&cli, &k.options)) {
        cli_release(&cli);
        return EXIT_USAGE;
    }
    if (cli.n_files == 0) {
        cli_release(&cli);
        return cli_usage("check", "needs at least one scenario");
    }
    k.options.stop = interrupt_watch();
    struct json j = {.out = stdout};
    if (cli_flag(&cli, "--json")) {
        k.json = &j;
        json_open(&j, NULL, '[');
    }
    int status = check_files(&k);
    if (k.json != NULL) {
        json_close(&j, ']');
        json_end_line(&j);
    }
    cli_release(&cli);
    return status;
}

static const struct cli_option options[] = {
    SEARCH_LIMITS,
    {.name = "--json", .help = "output for programs"},
};

const struct cli_verb verb_check = {
    .name = "check",
    .run = cmd_check,
    .files = "FILE...",
    .summary = "the file's expectations over every schedule; prints TAP",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .settings = true,
    .exits = {[EXIT_DONE] = "every expectation holds",
              [EXIT_VIOLATION] = "an expectation does not hold",
              [EXIT_BAD_INPUT] = "the scenario is wrong",
              [EXIT_INCOMPLETE] = "a limit or Ctrl-C ended a search: no verdict"},
};
