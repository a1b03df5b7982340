/*
 * lockstep explore: what can come of a scenario over all schedules.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sim/explore/explore_report.h"

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* "500M", "2G", "64K" or bytes. False: message printed. */
static bool parse_size(const struct cli *cli, const char *name, uint64_t *bytes)
{
    const struct cli_option *option = cli_option(cli, name);
    *bytes = 0;
    if (option == NULL) {
        return true;
    }
    char *end;
    errno = 0;
    unsigned long long n = strtoull(option->text, &end, 10);
    static const char units[] = "KMG";
    const char *unit = *end != '\0' ? strchr(units, *end) : NULL;
    if (end == option->text || option->text[0] == '-' ||
        (*end != '\0' && (unit == NULL || end[1] != '\0'))) {
        cli_usage(cli->verb, "%s needs a size such as 500M or 2G, not '%s'", name, option->text);
        return false;
    }
    unsigned shift = unit != NULL ? 10 * (unsigned)(unit - units + 1) : 0;
    if (errno != 0 || n > UINT64_MAX >> shift) {
        cli_usage(cli->verb, "%s: '%s' is too large", name, option->text);
        return false;
    }
    *bytes = (uint64_t)n << shift;
    return true;
}

static bool parse_word(const struct cli *cli, const char *name, const char *const *words, size_t n,
                       size_t *ix)
{
    const struct cli_option *option = cli_option(cli, name);
    *ix = 0;
    for (; option != NULL && *ix < n; ++*ix) {
        if (strcmp(option->text, words[*ix]) == 0) {
            return true;
        }
    }
    if (option == NULL) {
        return true;
    }
    const char *nearest = diag_nearest(option->text, words, n);
    cli_usage(cli->verb, "%s: unknown word '%s'; did you mean '%s'?", name, option->text,
              nearest != NULL ? nearest : words[0]);
    return false;
}

static bool parse_options(const struct cli *cli, struct explore_options *o)
{
    static const char *const searches[] = {"auto", "states", "traces", "all"};
    static const enum search_kind kinds[] = {SEARCH_STATES, SEARCH_STATES, SEARCH_TRACES,
                                             SEARCH_ALL};
    static const char *const endings[] = {"named", "state"};
    size_t search, by_state;
    uint64_t seconds;
    if (!parse_word(cli, "--search", searches, 4, &search) ||
        !parse_word(cli, "--endings", endings, 2, &by_state) ||
        !cli_number(cli, "--max-states", 0, &o->max_states) ||
        !cli_number(cli, "--time-limit", 0, &seconds) ||
        !parse_size(cli, "--max-memory", &o->max_memory)) {
        return false;
    }
    o->search = kinds[search];
    o->final_states = by_state == 1;
    o->time_limit = (double)seconds;
    o->stop = &interrupted;
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
        struct sigaction action = {.sa_handler = interrupt};
        sigaction(SIGINT, &action, NULL);
        struct explore_result *r = explore(s, &o);
        if (cli_flag(&cli, "--json")) {
            explore_report_json(stdout, s, r);
        } else {
            explore_report(stdout, s, r);
        }
        status = r->complete ? EXIT_DONE : EXIT_INCOMPLETE;
        explore_free(r);
    }
    scenario_free(s);
    cli_release(&cli);
    return status;
}
