/*
 * The search `traces`: one execution for each Mazurkiewicz trace, none in vain, and what it finds is
 * what `states` finds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "naive_traces.h"
#include "random_scenario.h"
#include "shipped.h"
#include "sim/explore/explore.h"
#include "sim/explore/findings.h"

static struct explore_result *search(const struct scenario *s, enum search_kind kind)
{
    struct explore_options options = {
        .search = kind, .claims = true, .final_states = true, .time_limit = 60};
    return explore(s, &options);
}

/* ---- numbers of traces ---- */

static uint64_t traces_of(struct scenario *s)
{
    struct explore_result *r = search(s, SEARCH_TRACES);
    uint64_t n = r->executions;
    EXPECT_TRUE(r->complete);
    EXPECT_EQ(0, r->redundant);
    explore_free(r);
    scenario_free(s);
    return n;
}

static uint64_t traces(const char *name, const char *setting)
{
    return traces_of(load_shipped(LOCKSTEP_TEST_DATA "/../scenarios", name, &setting, 1));
}

TEST(readers_have_2_to_the_n_traces)
{
    EXPECT_EQ(4, traces("readers", "n=2"));
    EXPECT_EQ(256, traces("readers", "n=8"));
    EXPECT_EQ(8192, traces("readers", "n=13"));
}

TEST(lastzero_has_the_traces_of_the_paper)
{
    EXPECT_EQ(64, traces("lastzero", "n=5"));
    EXPECT_EQ(3328, traces("lastzero", "n=10"));
}

TEST(lastzero_of_15_threads_has_the_traces_of_the_paper)
{
#ifndef ORACLE_IS_SLOW
    EXPECT_EQ(147456, traces("lastzero", "n=15"));
#endif
}

TEST(indexer_has_8_to_the_n_minus_11_traces)
{
    EXPECT_EQ(8, traces("indexer", "n=12"));
    EXPECT_EQ(4096, traces("indexer", "n=15"));
}

TEST(filesystem_has_2_to_the_n_minus_13_traces)
{
    EXPECT_EQ(2, traces("filesystem", "n=14"));
    EXPECT_EQ(8, traces("filesystem", "n=16"));
    EXPECT_EQ(32, traces("filesystem", "n=18"));
    EXPECT_EQ(64, traces("filesystem", "n=19"));
}

static uint64_t interleavings(const char *name, const char *setting)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_DATA "/../scenarios", name, &setting, 1);
    struct explore_result *r = search(s, SEARCH_ALL);
    uint64_t n = r->executions;
    explore_free(r);
    scenario_free(s);
    return n;
}

TEST(the_programs_of_the_paper_have_the_known_numbers_of_interleavings)
{
    EXPECT_EQ(6, interleavings("readers", "n=2"));
    EXPECT_EQ(120, interleavings("readers", "n=4"));
    EXPECT_EQ(35, interleavings("lastzero", "n=2"));
    EXPECT_EQ(920, interleavings("lastzero", "n=3"));
}

static uint64_t shipped_traces(const char *name, const char *files, const char *writes)
{
    const char *settings[] = {files, writes};
    return traces_of(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, files != NULL ? 2 : 0));
}

TEST(lost_update_has_four_traces)
{
    EXPECT_EQ(4, shipped_traces("lost_update", NULL, NULL)); // only the loads commute
}

TEST(abba_has_nine_traces)
{
    EXPECT_EQ(9, shipped_traces("abba_deadlock", NULL, NULL));
}

TEST(a_write_does_not_conflict_with_a_failing_open)
{
    EXPECT_EQ(9, shipped_traces("race", "files=2", "writes=1"));
    EXPECT_EQ(9, shipped_traces("race", "files=2", "writes=2"));
    EXPECT_EQ(27, shipped_traces("race", "files=3", "writes=2"));
    EXPECT_EQ(81, shipped_traces("race", "files=4", "writes=2"));
}

/* ---- refinements: what commutes ---- */

#define THREADS(a, b)      "[thread A]\nbody =\n    " a "\n[thread B]\nbody =\n    " b "\n"
#define RESOURCE           "[resource R]\n"
#define SHARED             "ExAcquireResourceSharedLite(&R); ExReleaseResourceLite(&R);"
#define EVENT(type, state) "[event E]\ntype = " type "Event\nsignaled = " state "\n"

static uint64_t traces_in(const char *text)
{
    return traces_of(load_text(text));
}

TEST(shared_owners_come_and_go_in_any_order)
{
    EXPECT_EQ(1, traces_in(RESOURCE THREADS(SHARED, SHARED)));
    EXPECT_EQ(1, traces_in(RESOURCE THREADS(SHARED SHARED, SHARED)));
    EXPECT_NE(1, traces_in(RESOURCE THREADS(SHARED, "ExAcquireResourceExclusiveLite(&R);")));
}

TEST(recursion_is_the_owners_own_affair)
{
    // B fails; B is through; A comes in between and queues; B comes after A
    EXPECT_EQ(4, traces_in(RESOURCE THREADS(
                     "ExAcquireResourceExclusiveLite(&R); ExAcquireResourceExclusiveLite(&R);"
                     " ExReleaseResourceLite(&R); ExReleaseResourceLite(&R);",
                     "if (ExAcquireResourceSharedLite(&R, FALSE)) ExReleaseResourceLite(&R);")));
}

TEST(setting_a_signalled_event_commutes_with_itself)
{
    EXPECT_EQ(
        1, traces_in(EVENT("Notification", "TRUE") THREADS("KeSetEvent(&E);", "KeSetEvent(&E);")));
    EXPECT_EQ(1, traces_in(EVENT("Synchronization", "TRUE")
                               THREADS("KeSetEvent(&E);", "KeSetEvent(&E);")));
    EXPECT_EQ(
        2, traces_in(EVENT("Notification", "FALSE") THREADS("KeSetEvent(&E);", "KeSetEvent(&E);")));
    EXPECT_EQ(1, traces_in(EVENT("Notification", "FALSE")
                               THREADS("KeResetEvent(&E);", "KeResetEvent(&E);")));
}

TEST(waiters_of_a_notification_event_queue_in_any_order)
{
    EXPECT_EQ(1, traces_in(EVENT("Notification", "FALSE") THREADS("KeWaitForSingleObject(&E);",
                                                                  "KeWaitForSingleObject(&E);")));
    EXPECT_EQ(2, traces_in(EVENT("Synchronization", "FALSE") THREADS(
                     "KeWaitForSingleObject(&E);", "KeWaitForSingleObject(&E);")));
}

TEST(sleeping_meets_nobody)
{
    EXPECT_EQ(1, traces_in(THREADS("KeDelayExecutionThread(5);", "KeDelayExecutionThread(5);")));
}

TEST(a_timeout_competes_with_being_woken)
{
    // set first, set while it waits, timeout first
    EXPECT_EQ(
        3, traces_in(EVENT("Synchronization", "FALSE") THREADS(
               "KeWaitForSingleObject(&E, Executive, KernelMode, FALSE, 5);", "KeSetEvent(&E);")));
}

/* ---- agreement ---- */

static uint32_t steps_of(const struct explore_result *r, const struct explore_ending *e)
{
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (r->endings[i].kind == e->kind && strcmp(r->endings[i].name, e->name) == 0) {
            return r->endings[i].witness.n;
        }
    }
    return UINT32_MAX;
}

static bool has_finding(const struct explore_result *r, const struct explore_finding *f)
{
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].kind == f->kind && strcmp(r->findings[i].text, f->text) == 0) {
            return true;
        }
    }
    return false;
}

/* Makes the first n steps; false: one cannot be made. */
static bool make_steps(struct machine *m, const struct witness *w, uint32_t n)
{
    machine_reset(m);
    for (uint32_t i = 0; i < n; i++) {
        if (machine_refusal(m, w->steps[i]) != REFUSED_NOT) {
            return false;
        }
        machine_step(m, w->steps[i]);
    }
    return true;
}

static bool ending_replays(struct machine *m, const struct explore_ending *e)
{
    struct registry endings;
    struct choice choices[MAX_CHOICES];
    registry_init(&endings);
    bool ok = make_steps(m, &e->witness, e->witness.n) && machine_choices(m, choices) == 0;
    ok = ok && ending_of(&endings, m, true) == 0 && strcmp(endings.texts[0], e->name) == 0 &&
         endings.kinds[0] == (uint8_t)e->kind;
    for (uint32_t i = 0; i < endings.n; i++) {
        free(endings.texts[i]);
    }
    registry_release(&endings);
    return ok;
}

/* What the last step shows, or, of a race, the last two in the state before them. */
static void show(struct machine *m, const struct explore_finding *f, struct registry *shown)
{
    const struct witness *w = &f->witness;
    uint32_t numbers[MAX_EXPECTATIONS];
    if (f->kind == FINDING_CLAIM) {
        make_steps(m, w, w->n);
        claims_of(shown, m, numbers, MAX_EXPECTATIONS);
    } else if (f->kind == FINDING_RACE) {
        struct next_step a, b;
        struct witness other = {.n = w->n - 1};
        other.steps = malloc(w->n * sizeof *other.steps);
        memcpy(other.steps, w->steps, w->n * sizeof *other.steps);
        other.steps[w->n - 2] = w->steps[w->n - 1];
        if (make_steps(m, w, w->n - 1)) {
            next_step_note(m, &a);
            if (make_steps(m, &other, other.n)) {
                next_step_note(m, &b);
                bool in_order = a.choice.thread < b.choice.thread;
                race_of(shown, m->scenario, in_order ? &a : &b, in_order ? &b : &a, numbers);
            }
        }
        free(other.steps);
    } else if (make_steps(m, w, w->n)) {
        findings_of(shown, m, numbers, MAX_STEP_FINDINGS);
    }
}

static bool finding_replays(struct machine *m, const struct explore_finding *f)
{
    struct registry shown;
    registry_init(&shown);
    bool ok = false;
    show(m, f, &shown);
    for (uint32_t i = 0; i < shown.n; i++) {
        ok |= shown.kinds[i] == (uint8_t)f->kind && strcmp(shown.texts[i], f->text) == 0;
        free(shown.texts[i]);
    }
    registry_release(&shown);
    return ok;
}

static bool everything_replays(const struct scenario *s, const struct explore_result *r)
{
    struct machine *m = machine_create(s, false);
    bool ok = true;
    machine_watch_invariants(m);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (!ending_replays(m, &r->endings[i])) {
            print_error("the ending %s is not replayed\n", r->endings[i].name);
            ok = false;
        }
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (!finding_replays(m, &r->findings[i])) {
            print_error("this is not replayed: %s\n", r->findings[i].text);
            ok = false;
        }
    }
    machine_free(m);
    return ok;
}

/* What one found and the other did not. */
static bool same(const struct explore_result *states, const struct explore_result *traces)
{
    bool ok = states->n_endings == traces->n_endings;
    for (uint32_t i = 0; i < states->n_endings; i++) {
        const struct explore_ending *e = &states->endings[i];
        uint32_t steps = steps_of(traces, e);
        if (steps != e->witness.n) {
            print_error("ending %s: %u steps, not %u\n", e->name, steps, e->witness.n);
            ok = false;
        }
    }
    for (unsigned way = 0; way < 2; way++) {
        const struct explore_result *a = way == 0 ? states : traces;
        const struct explore_result *b = way == 0 ? traces : states;
        for (uint32_t i = 0; i < a->n_findings; i++) {
            if (a->findings[i].kind != FINDING_LIVELOCK && !has_finding(b, &a->findings[i])) {
                print_error("only %s: %s\n", search_name(a->search), a->findings[i].text);
                ok = false;
            }
        }
    }
    return ok;
}

enum { MOST_SCHEDULES = 20000 };

/* True: all that can be compared agrees. *compared: how many were counted schedule by schedule. */
static bool agree(struct scenario *s, unsigned *compared)
{
    struct explore_result *t = search(s, SEARCH_TRACES), *states = search(s, SEARCH_STATES);
    bool countable = states->schedules != NULL && strlen(states->schedules) <= 5 &&
                     strtoul(states->schedules, NULL, 10) <= MOST_SCHEDULES;
    bool ok = true;
    if (t->complete) {
        ok = t->redundant == 0 && same(states, t) && everything_replays(s, t);
    }
    if (t->complete && countable) {
        struct naive_traces n = naive_traces(s);
        if (n.mixed != 0 || n.traces != t->executions) {
            print_error("%u traces, %u ends that differ in one trace; executions %u\n", n.traces,
                        n.mixed, (unsigned)t->executions);
            ok = false;
        }
        naive_traces_release(&n);
        ++*compared;
    }
    explore_free(t);
    explore_free(states);
    scenario_free(s);
    return ok;
}

static void agree_on(void *context, const char *name)
{
    if (!agree(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0), context)) {
        print_error("in %s\n", name);
        EXPECT_TRUE(false);
    }
}

TEST(traces_and_states_agree_on_every_shipped_scenario)
{
    unsigned compared = 0;
    each_shipped(LOCKSTEP_TEST_SCENARIOS, agree_on, &compared);
    EXPECT_TRUE(compared >= 30);
}

TEST(traces_and_states_agree_on_random_scenarios)
{
    struct oracle_random random = {.state = 1};
    char text[RANDOM_SCENARIO_SIZE];
    unsigned compared = 0, n = ORACLE_SEQUENCES(2000);
    for (unsigned i = 0; i < n; i++) {
        random_scenario(&random, text);
        if (!agree(load_text(text), &compared)) {
            print_error("in scenario %u:\n%s", i, text);
            EXPECT_TRUE(false);
        }
    }
    EXPECT_TRUE(compared > n / 2);
}

/* ---- limits ---- */

TEST(a_thread_that_spins_makes_it_incomplete)
{
    struct scenario *s = load_text("[shared]\nn = 0\n" THREADS("while (n == 0) ;", "n = 1;"));
    struct explore_result *r = search(s, SEARCH_TRACES);
    EXPECT_FALSE(r->complete);
    EXPECT_TRUE(strstr(r->why_incomplete, "spin") != NULL);
    explore_free(r);
    scenario_free(s);
}

TEST_MAIN(RUN(readers_have_2_to_the_n_traces), RUN(lastzero_has_the_traces_of_the_paper),
          RUN(lastzero_of_15_threads_has_the_traces_of_the_paper),
          RUN(indexer_has_8_to_the_n_minus_11_traces),
          RUN(filesystem_has_2_to_the_n_minus_13_traces),
          RUN(the_programs_of_the_paper_have_the_known_numbers_of_interleavings),
          RUN(lost_update_has_four_traces), RUN(abba_has_nine_traces),
          RUN(a_write_does_not_conflict_with_a_failing_open),
          RUN(shared_owners_come_and_go_in_any_order), RUN(recursion_is_the_owners_own_affair),
          RUN(setting_a_signalled_event_commutes_with_itself),
          RUN(waiters_of_a_notification_event_queue_in_any_order), RUN(sleeping_meets_nobody),
          RUN(a_timeout_competes_with_being_woken),
          RUN(traces_and_states_agree_on_every_shipped_scenario),
          RUN(traces_and_states_agree_on_random_scenarios),
          RUN(a_thread_that_spins_makes_it_incomplete))
