/*
 * The search `traces`: one execution for each Mazurkiewicz trace, none in vain, and what it finds is
 * what `states` finds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "agreement.h"
#include "expect.h"
#include "naive_traces.h"
#include "random_program.h"
#include "shipped.h"
#include "sim/explore/explore.h"
#include "sim/explore/findings.h"

static struct explore_result *search(const struct scenario *s, enum search_kind kind)
{
    struct explore_options options = {.search = kind, .claims = true, .final_states = true};
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

/* The same endings, each in as few steps, the same findings, and witnesses that are true. */
static bool same(const struct scenario *s, const struct explore_result *states,
                 const struct explore_result *traces)
{
    char *why = results_differ(states, traces, AGREE_LENGTHS);
    why = why != NULL ? why : witness_lies(s, traces, true);
    if (why != NULL) {
        print_error("%s\n", why);
    }
    free(why);
    return why == NULL;
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
        ok = t->redundant == 0 && same(s, states, t);
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
    char text[RANDOM_PROGRAM_SIZE];
    unsigned compared = 0, n = ORACLE_SEQUENCES(2000);
    for (unsigned i = 0; i < n; i++) {
        random_program(&random, text);
        if (!agree(load_text(text), &compared)) {
            print_error("in scenario %u:\n%s", i, text);
            EXPECT_TRUE(false);
        }
    }
    EXPECT_TRUE(compared > n / 2);
}

TEST(an_acquisition_comes_first_though_it_meets_what_the_owner_does)
{
    // B takes L and ends in one step: that meets A's creation of B inside of L, which C's makes vain
    unsigned compared = 0;
    EXPECT_TRUE(agree(load_text("[spinlock L]\n"
                                "[thread A]\nbody =\n    KeAcquireSpinLock(&L);\n"
                                "    PsCreateSystemThread(&B);\n    KeReleaseSpinLock(&L);\n"
                                "[thread B]\nautostart = no\nbody =\n    KeAcquireSpinLock(&L);\n"
                                "[thread C]\nbody =\n    PsCreateSystemThread(&B);\n"),
                      &compared));
    EXPECT_EQ(1, compared);
}

TEST(two_steps_that_stop_the_run_do_not_hide_a_race_of_the_same_two)
{
    // B's store faults behind an exchange that gave 2, and else does not; A's load always faults
    unsigned compared = 0;
    EXPECT_TRUE(agree(load_text("[shared]\nx = 0\ny = 0\na[2] = 0\n"
                                "[thread A]\nbody =\n    InterlockedIncrement(&x);\n"
                                "    InterlockedIncrement(&x);\n    int r = 1 / y;\n"
                                "[thread B]\nbody =\n    int r = InterlockedExchange(&x, 2);\n"
                                "    y = a[1];\n    a[r] = 1;\n"),
                      &compared));
    EXPECT_EQ(1, compared);
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
          RUN(an_acquisition_comes_first_though_it_meets_what_the_owner_does),
          RUN(two_steps_that_stop_the_run_do_not_hide_a_race_of_the_same_two),
          RUN(a_thread_that_spins_makes_it_incomplete))
