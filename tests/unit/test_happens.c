/*
 * What synchronisation orders and what only luck does: each kind of order by a small run, and over
 * all shipped scenarios that a run shows luck only where the search knows a race.
 */
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/explore/explore.h"
#include "sim/stepper/happens.h"
#include "sim/stepper/policy.h"

/* Runs the schedule, a digit for each step, and returns what it ordered. */
static struct happens *run(const struct scenario *s, const char *schedule)
{
    struct machine *m = machine_create(s, true);
    struct happens *h = happens_open(s);
    for (const char *c = schedule; *c != '\0'; c++) {
        machine_step(m, (struct choice){(uint8_t)(*c - '1'), CHOICE_RUN, 0, 0});
        happens_step(h, m);
    }
    machine_free(m);
    return h;
}

static void expect_luck(uint32_t expected, const char *text, const char *schedule)
{
    struct scenario *s = load_text(text);
    struct happens *h = run(s, schedule);
    EXPECT_EQ(expected, happens_n_luck(h));
    happens_close(h);
    scenario_free(s);
}

TEST(two_stores_are_ordered_by_luck)
{
    struct scenario *s = load_text("[shared]\nn = 0\n"
                                   "[thread A]\nbody =\n    n = 1;\n"
                                   "[thread B]\nbody =\n    n = 2;\n");
    struct happens *h = run(s, "12");
    EXPECT_EQ(1, happens_n_luck(h));
    EXPECT_EQ(1, happens_luck(h, 0).first);
    EXPECT_EQ(2, happens_luck(h, 0).second);
    EXPECT_EQ(object_make(OBJECT_SHARED, 0), happens_luck(h, 0).object);
    EXPECT_FALSE(happens_ordered(h, 1, 2));
    EXPECT_EQ(0, happens_clock(h, 2)[0]);
    EXPECT_EQ(1, happens_clock(h, 2)[1]);
    happens_close(h);
    scenario_free(s);
}

TEST(two_loads_do_not_meet)
{
    expect_luck(0,
                "[shared]\nn = 0\n"
                "[thread A]\nbody =\n    n;\n"
                "[thread B]\nbody =\n    n;\n",
                "12");
}

#define LOCKED(lock, unlock)                                           \
    "[shared]\nn = 0\n[resource R]\n[spinlock L]\n"                    \
    "[thread A]\nbody =\n    " lock ";\n    n = 1;\n    " unlock ";\n" \
    "[thread B]\nbody =\n    " lock ";\n    n = 2;\n    " unlock ";\n"

TEST(a_resource_orders_one_after_the_other)
{
    const char *text =
        LOCKED("ExAcquireResourceExclusiveLite(&R, TRUE)", "ExReleaseResourceLite(&R)");
    expect_luck(0, text, "111222");
    expect_luck(0, text, "121122"); // handed over
}

TEST(shared_owners_are_not_ordered)
{
    const char *text = LOCKED("ExAcquireResourceSharedLite(&R, TRUE)", "ExReleaseResourceLite(&R)");
    expect_luck(1, text, "111222");
    expect_luck(1, text, "121122");
}

TEST(an_exclusive_owner_comes_after_every_shared_one)
{
    const char *text = "[shared]\nn = 0\n[resource R]\n"
                       "[thread A]\nbody =\n    ExAcquireResourceSharedLite(&R, TRUE);\n    n;\n"
                       "    ExReleaseResourceLite(&R);\n"
                       "[thread B]\nbody =\n    ExAcquireResourceSharedLite(&R, TRUE);\n    n;\n"
                       "    ExReleaseResourceLite(&R);\n"
                       "[thread C]\nbody =\n    ExAcquireResourceExclusiveLite(&R, TRUE);\n"
                       "    n = 1;\n    ExReleaseResourceLite(&R);\n";
    expect_luck(0, text, "111222333");
    expect_luck(0, text, "123112233"); // handed over by the last of them
}

TEST(a_failed_try_orders_nothing)
{
    expect_luck(1,
                "[shared]\nn = 0\n[resource R]\n"
                "[thread A]\nbody =\n    ExAcquireResourceExclusiveLite(&R, TRUE);\n    n = 1;\n"
                "    ExReleaseResourceLite(&R);\n"
                "[thread B]\nbody =\n    ExTryToAcquireResourceExclusiveLite(&R);\n    n = 2;\n",
                "11221");
}

TEST(a_spin_lock_orders)
{
    expect_luck(0, LOCKED("KeAcquireSpinLock(&L)", "KeReleaseSpinLock(&L)"), "111222");
}

#define SIGNALLED(type)                                     \
    "[shared]\nn = 0\n[event E]\ntype = " type "\n"         \
    "[thread A]\nbody =\n    n = 1;\n    KeSetEvent(&E);\n" \
    "[thread B]\nbody =\n    KeWaitForSingleObject(&E);\n    n = 2;\n"

TEST(an_event_orders_what_came_before_its_set)
{
    expect_luck(0, SIGNALLED("SynchronizationEvent"), "1122"); // signalled when it comes
    expect_luck(0, SIGNALLED("SynchronizationEvent"), "2112"); // woken
    expect_luck(0, SIGNALLED("NotificationEvent"), "1122");
    expect_luck(0, SIGNALLED("NotificationEvent"), "2112");
}

TEST(a_timeout_orders_nothing)
{
    struct scenario *s =
        load_text("[shared]\nn = 0\n[event E]\ntype = NotificationEvent\n"
                  "[thread A]\nbody =\n    n = 1;\n    KeSetEvent(&E);\n"
                  "[thread B]\nbody =\n"
                  "    KeWaitForSingleObject(&E, Executive, KernelMode, FALSE, 5);\n"
                  "    n = 2;\n");
    struct machine *m = machine_create(s, true);
    struct happens *h = happens_open(s);
    const struct choice choices[] = {
        {0, CHOICE_RUN, 0, 0}, {1, CHOICE_RUN, 0, 0}, {1, CHOICE_TIMEOUT, 0, 0}, {1, 0, 0, 0}};
    for (unsigned i = 0; i < 4; i++) {
        machine_step(m, choices[i]);
        happens_step(h, m);
    }
    EXPECT_EQ(1, happens_n_luck(h));
    happens_close(h);
    machine_free(m);
    scenario_free(s);
}

TEST(a_wait_for_all_learns_from_every_object)
{
    const char *text = "[shared]\nn = 0\n[event E]\ntype = NotificationEvent\n"
                       "[event F]\ntype = NotificationEvent\n"
                       "[thread A]\nbody =\n    n = 1;\n    KeSetEvent(&E);\n"
                       "[thread B]\nbody =\n    KeSetEvent(&F);\n"
                       "[thread C]\nbody =\n    KeWaitForMultipleObjects(WaitAll, &E, &F);\n"
                       "    n = 2;\n";
    expect_luck(0, text, "11233");
    expect_luck(0, text, "31123");
}

TEST(a_wait_for_any_learns_from_the_one_that_ended_it)
{
    expect_luck(1,
                "[shared]\nn = 0\n[event E]\ntype = NotificationEvent\n"
                "[event F]\ntype = NotificationEvent\n"
                "[thread A]\nbody =\n    n = 1;\n    KeSetEvent(&F);\n"
                "[thread B]\nbody =\n    KeSetEvent(&E);\n"
                "[thread C]\nbody =\n    KeWaitForMultipleObjects(WaitAny, &E, &F);\n    n = 2;\n",
                "11233");
}

TEST(creation_and_end_of_a_thread_order)
{
    const char *text = "[shared]\nn = 0\n"
                       "[thread A]\nbody =\n    n = 1;\n    PsCreateSystemThread(&B);\n"
                       "    KeWaitForSingleObject(&B);\n    n = 3;\n"
                       "[thread B]\nautostart = no\nbody =\n    n = 2;\n";
    expect_luck(0, text, "112211"); // its end is a step here
    expect_luck(0, text, "111221"); // waited for
}

TEST(interlocked_operations_order_and_do_not_race)
{
    const char *text = "[shared]\nn = 0\nlock = 0\n"
                       "[thread A]\nbody =\n    n = 1;\n    InterlockedExchange(&lock, 1);\n"
                       "[thread B]\nbody =\n    InterlockedExchange(&lock, 2);\n    n = 2;\n";
    expect_luck(0, text, "1122");
    expect_luck(1, text, "1221"); // B has not seen what A exchanges afterwards
}

TEST(a_plain_load_races_with_an_interlocked_operation)
{
    expect_luck(1,
                "[shared]\nn = 0\n"
                "[thread A]\nbody =\n    InterlockedIncrement(&n);\n"
                "[thread B]\nbody =\n    n;\n",
                "12");
}

/* ---- all shipped scenarios ---- */

static bool has_race(const struct scenario *s)
{
    struct explore_options o = {.search = SEARCH_STATES, .max_states = 50000};
    struct explore_result *r = explore(s, &o);
    bool race = !r->complete;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        race |= r->findings[i].kind == FINDING_RACE;
    }
    explore_free(r);
    return race;
}

static void check_runs(void *context, const char *name)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    bool race = has_race(s);
    unsigned *n_lucky = context;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct policy policy = {.kind = POLICY_RANDOM, .seed = seed};
        struct machine *m = machine_create(s, true);
        struct happens *h = happens_open(s);
        struct choice choices[MAX_CHOICES];
        unsigned n;
        while ((n = machine_choices(m, choices)) > 0 && m->last.n < 300) {
            machine_step(m, policy_propose(&policy, m, choices, n));
            happens_step(h, m);
            const uint32_t *clock = happens_clock(h, m->last.n);
            for (uint32_t a = 1; a < m->last.n; a++) { // an order is transitive: clocks only grow
                if (happens_ordered(h, a, m->last.n)) {
                    for (uint32_t t = 0; t < happens_n_threads(h); t++) {
                        EXPECT_TRUE(happens_clock(h, a)[t] <= clock[t]);
                    }
                }
            }
        }
        if (happens_n_luck(h) > 0 && !race) {
            print_error("%s, seed %u: luck without a race\n", name, (unsigned)seed);
        }
        EXPECT_TRUE(race || happens_n_luck(h) == 0);
        *n_lucky += happens_n_luck(h) > 0;
        happens_close(h);
        machine_free(m);
    }
    scenario_free(s);
}

TEST(a_run_shows_luck_only_where_the_search_finds_a_race)
{
    unsigned n_lucky = 0;
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, check_runs, &n_lucky) > 20);
    EXPECT_TRUE(n_lucky > 0);
}

TEST_MAIN(RUN(two_stores_are_ordered_by_luck), RUN(two_loads_do_not_meet),
          RUN(a_resource_orders_one_after_the_other), RUN(shared_owners_are_not_ordered),
          RUN(an_exclusive_owner_comes_after_every_shared_one), RUN(a_failed_try_orders_nothing),
          RUN(a_spin_lock_orders), RUN(an_event_orders_what_came_before_its_set),
          RUN(a_timeout_orders_nothing), RUN(a_wait_for_all_learns_from_every_object),
          RUN(a_wait_for_any_learns_from_the_one_that_ended_it),
          RUN(creation_and_end_of_a_thread_order),
          RUN(interlocked_operations_order_and_do_not_race),
          RUN(a_plain_load_races_with_an_interlocked_operation),
          RUN(a_run_shows_luck_only_where_the_search_finds_a_race))
