/*
 * The searches check each other: on random scenarios all of them give the same endings, findings
 * and claims, and every witness replays to what it says.
 *
 *     LOCKSTEP_AGREEMENT=100000 build/check/bin/test_agreement     more scenarios
 *     LOCKSTEP_AGREEMENT_FROM=7 ...                                beginning at another seed
 *     LOCKSTEP_SHOW=7 build/check/bin/test_agreement               prints the scenario of a seed
 *
 * Another search is another row of `variants`.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"
#include "expect.h"
#include "naive_search.h"
#include "oracle_random.h"
#include "random_scenario.h"
#include "sim/lang/mem.h"

enum { SCENARIOS = ORACLE_SEQUENCES(2000), MAX_SCHEDULES = 20000, MAX_STATES = 20000 };

/* Compared with the search `states`, one worker, not reduced. */
static const struct variant {
    const char *name;
    struct explore_options options;
    unsigned agree; // enum agreement, or'ed
    bool cycles;    // comes to an end where a thread can spin
    bool jobs;      // two and four workers give the same, witnesses too
} variants[] = {
    {"all", {.search = SEARCH_ALL}, AGREE_SCHEDULES | AGREE_WITNESSES, false, false},
    {"traces", {.search = SEARCH_TRACES}, AGREE_LENGTHS, false, false},
    {"states", {.search = SEARCH_STATES}, AGREE_SCHEDULES | AGREE_WITNESSES, true, true},
    {"reduced", {.search = SEARCH_STATES, .reduce = true}, AGREE_LENGTHS, true, true},
};

enum { N_VARIANTS = sizeof variants / sizeof variants[0] };

/* What the scenarios of a run were like. */
struct tally {
    unsigned compared, too_large, cyclic, cut_races;
    unsigned endings[VERDICT_FAULT + 1];  // scenarios with an ending of this kind
    unsigned findings[FINDING_CLAIM + 1]; // and with a finding
};

static uint64_t environment(const char *name, uint64_t otherwise)
{
    const char *value = getenv(name);
    return value != NULL ? strtoull(value, NULL, 0) : otherwise;
}

/* Fails the test with all that is needed to look into it. */
static void disagree(uint64_t seed, const char *search, const char *why)
{
    char *text = random_scenario(seed);
    print_error("seed %" PRIu64 ", search %s: %s\n%s\n", seed, search, why, text);
    free(text);
    fail();
}

static struct scenario *load(uint64_t seed)
{
    char *text = random_scenario(seed);
    struct diag_list diags = {0};
    struct scenario_source source = {.file = "random.ini", .text = text, .length = strlen(text)};
    struct scenario *s = scenario_load(&source, NULL, 0, &diags);
    diag_print(&diags, stderr);
    if (s == NULL) {
        disagree(seed, "none", "it cannot be loaded");
    }
    diag_release(&diags);
    free(text);
    return s;
}

static struct explore_result *explore_with(const struct scenario *s, struct explore_options options,
                                           bool final_states)
{
    options.claims = !final_states; // what is found must not depend on whether claims are looked at
    options.jobs = options.jobs != 0 ? options.jobs : 1;
    options.final_states = final_states;
    options.max_states = MAX_STATES;
    return explore(s, &options);
}

static bool same_chances(const double *chances, const struct explore_result *r)
{
    double missing[VERDICT_FAULT + 1];
    bool same = true;
    memcpy(missing, chances, sizeof missing);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        missing[r->endings[i].kind] -= r->endings[i].probability;
    }
    for (unsigned k = 0; k <= VERDICT_FAULT; k++) {
        same = same && fabs(missing[k]) < 1e-12;
    }
    return same;
}

/* The graph itself, against a search that keeps whole worlds. */
static void compare_with_naive(uint64_t seed, const struct scenario *s,
                               const struct explore_result *r)
{
    struct naive_result naive = naive_search(s, MAX_STATES);
    char schedules[24];
    snprintf(schedules, sizeof schedules, "%" PRIu64, naive.schedules);
    if (naive.broken != NULL) {
        disagree(seed, "naive", naive.broken);
    }
    if (naive.states != r->states || naive.transitions != r->transitions) {
        disagree(seed, "naive", "other numbers of states or transitions");
    }
    if (!r->cyclic && (strcmp(schedules, r->schedules) != 0 || !same_chances(naive.chances, r))) {
        disagree(seed, "naive", "other numbers of schedules or other chances");
    }
}

static void compare_variant(uint64_t seed, const struct scenario *s, const struct variant *v,
                            const struct explore_result *reference, bool final_states)
{
    struct explore_result *r = explore_with(s, v->options, final_states);
    char *why = r->complete ? results_differ(reference, r, v->agree)
                            : mem_format("incomplete: %s", r->why_incomplete);
    why = why != NULL ? why : witness_lies(s, r, final_states);
    if (why != NULL || r->redundant > 0) {
        disagree(seed, v->name, why != NULL ? why : "an execution was begun in vain");
    }
    for (unsigned jobs = 2; v->jobs && jobs <= 4; jobs += 2) {
        struct explore_options options = v->options;
        options.jobs = jobs;
        struct explore_result *together = explore_with(s, options, final_states);
        why = results_differ(r, together, AGREE_SCHEDULES | AGREE_WITNESSES);
        if (why != NULL || r->states != together->states) {
            disagree(seed, v->name, why != NULL ? why : "workers find another number of states");
        }
        explore_free(together);
    }
    explore_free(r);
}

static bool is_small(const struct explore_result *r)
{
    return r->complete && (r->cyclic || (strlen(r->schedules) < 10 &&
                                         strtoull(r->schedules, NULL, 10) <= MAX_SCHEDULES));
}

static void count(struct tally *tally, const struct explore_result *r)
{
    bool endings[VERDICT_FAULT + 1] = {false}, findings[FINDING_CLAIM + 1] = {false};
    for (uint32_t i = 0; i < r->n_endings; i++) {
        tally->endings[r->endings[i].kind] += !endings[r->endings[i].kind];
        endings[r->endings[i].kind] = true;
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        tally->findings[r->findings[i].kind] += !findings[r->findings[i].kind];
        findings[r->findings[i].kind] = true;
    }
    tally->compared++;
    tally->cyclic += r->cyclic;
}

/* What a bounded search gives, against the same of `states`. */
static void compare_within(uint64_t seed, const struct scenario *s, const char *name,
                           struct explore_options options, const struct explore_result *states,
                           unsigned agree, bool final_states)
{
    struct explore_result *r = explore_with(s, options, final_states);
    if (r->complete || options.search != SEARCH_ALL) { // that one may have too many schedules
        char *why = r->complete ? results_differ(states, r, agree)
                                : mem_format("incomplete: %s", r->why_incomplete);
        why = why != NULL ? why : witness_lies(s, r, final_states);
        if (why != NULL) {
            disagree(seed, name, why);
        }
    }
    explore_free(r);
}

/* With a bound on preemptions the searches agree too. */
static void compare_bounded(uint64_t seed, const struct scenario *s, bool final_states)
{
    struct explore_options options = {
        .search = SEARCH_STATES, .bounded = true, .preemptions = (uint32_t)(seed % 3)};
    struct explore_result *states = explore_with(s, options, final_states);
    options.search = SEARCH_ALL;
    compare_within(seed, s, "all, bounded", options, states, AGREE_SCHEDULES | AGREE_WITNESSES,
                   final_states);
    options.search = SEARCH_TRACES;
    compare_within(seed, s, "traces, bounded", options, states, AGREE_RESULTS, final_states);
    options.search = SEARCH_STATES;
    options.reduce = true;
    for (options.jobs = 1; options.jobs <= 2; options.jobs++) {
        compare_within(seed, s, "reduced, bounded", options, states, AGREE_LENGTHS, final_states);
    }
    explore_free(states);
}

/* A bound that no schedule comes to leaves every trace. */
static void compare_traces(uint64_t seed, const struct scenario *s, bool final_states)
{
    struct explore_options options = {.search = SEARCH_TRACES};
    struct explore_result *optimal = explore_with(s, options, final_states);
    options.bounded = true;
    options.preemptions = 1000;
    struct explore_result *bounded = explore_with(s, options, final_states);
    if (optimal->executions != bounded->executions) {
        disagree(seed, "traces, bounded", "another number of traces");
    }
    explore_free(optimal);
    explore_free(bounded);
}

static void compare_one(uint64_t seed, struct tally *tally)
{
    bool final_states = seed % 2 == 0;
    struct scenario *s = load(seed);
    struct explore_options states = {.search = SEARCH_STATES, .jobs = 1};
    struct explore_result *reference = explore_with(s, states, final_states);
    if (!is_small(reference)) {
        tally->too_large++;
    } else {
        char *why = witness_lies(s, reference, final_states);
        if (why != NULL) {
            disagree(seed, "states", why);
        }
        compare_with_naive(seed, s, reference);
        for (unsigned i = 0; i < N_VARIANTS; i++) {
            if (variants[i].cycles || !reference->cyclic) {
                compare_variant(seed, s, &variants[i], reference, final_states);
            }
        }
        if (!reference->cyclic) {
            compare_bounded(seed, s, final_states);
            compare_traces(seed, s, final_states);
        }
        count(tally, reference);
    }
    explore_free(reference);
    scenario_free(s);
}

static void print_tally(const struct tally *t)
{
    printf("%u scenarios compared, %u of them with cycles; %u too large\nendings:", t->compared,
           t->cyclic, t->too_large);
    for (unsigned k = VERDICT_FINISHED; k <= VERDICT_FAULT; k++) {
        printf(" %s %u", verdict_name((enum verdict)k), t->endings[k]);
    }
    printf("\nfindings:");
    for (unsigned k = 0; k <= FINDING_CLAIM; k++) {
        printf(" %s %u", finding_name((enum finding_kind)k), t->findings[k]);
    }
    printf("\n");
}

TEST(all_searches_agree_on_random_scenarios)
{
    struct tally tally = {.compared = 0};
    uint64_t n = environment("LOCKSTEP_AGREEMENT", SCENARIOS);
    uint64_t from = environment("LOCKSTEP_AGREEMENT_FROM", 1);
    for (uint64_t seed = from; seed < from + n; seed++) {
        compare_one(seed, &tally);
    }
    print_tally(&tally);
    if (n < 500) {
        return; // too few to say what they are like
    }
    EXPECT_TRUE(tally.too_large * 5 < n);
    EXPECT_TRUE(tally.cyclic > 0);
    for (unsigned k = VERDICT_FINISHED; k <= VERDICT_FAULT; k++) {
        EXPECT_TRUE(tally.endings[k] > 0);
    }
    for (unsigned k = 0; k <= FINDING_CLAIM; k++) {
        EXPECT_TRUE(k == FINDING_HANG || tally.findings[k] > 0); // a hang is an ending only
    }
}

static int show(uint64_t seed)
{
    char *text = random_scenario(seed);
    fputs(text, stdout);
    free(text);
    return EXIT_SUCCESS;
}

int main(void)
{
    const struct CMUnitTest tests[] = {RUN(all_searches_agree_on_random_scenarios)};
    if (getenv("LOCKSTEP_SHOW") != NULL) {
        return show(environment("LOCKSTEP_SHOW", 0));
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
