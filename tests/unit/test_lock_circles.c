/*
 * Locks taken in a circle (KERNEL.md B50): a search finds them over all runs, in whichever run they close, and
 * only if one run closes them.
 */
#include "agreement.h"
#include "expect.h"
#include "shipped.h"
#include "sim/explore/lock_relation.h"
#include "sim/report/text_finding.h"

#define LOCKS_A_AND_B "[resource A]\n[resource B]\n"
#define TAKE(x, y)                                        \
    "    ExAcquireResourceExclusiveLite(&" x ", TRUE);\n" \
    "    ExAcquireResourceExclusiveLite(&" y ", TRUE);\n" \
    "    ExReleaseResourceLite(&" y ");\n"                \
    "    ExReleaseResourceLite(&" x ");\n"

static const struct explore_options searches[] = {
    {.search = SEARCH_STATES, .jobs = 1},
    {.search = SEARCH_STATES, .jobs = 2},
    {.search = SEARCH_STATES, .reduce = true},
    {.search = SEARCH_TRACES},
    {.search = SEARCH_TRACES, .bounded = true, .preemptions = 9},
    {.search = SEARCH_ALL},
};

enum { N_SEARCHES = sizeof searches / sizeof searches[0] };

/* The circles of locks that a result has; the last one's finding in *out. */
static unsigned circles_of(const struct explore_result *r, const struct explore_finding **out)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        struct lock_circle circle;
        const struct explore_finding *f = &r->findings[i];
        EXPECT_TRUE(f->kind != FINDING_LOCK_EDGE);
        if (f->kind == FINDING_VERIFIER && found_circle(f->key, f->key_size, &circle)) {
            *out = f;
            n++;
        }
    }
    return n;
}

/* Every search finds as many circles, and its witnesses show them. */
static void expect_circles(unsigned n, const char *text)
{
    struct scenario *s = load_text(text);
    for (unsigned i = 0; i < N_SEARCHES; i++) {
        const struct explore_finding *f;
        struct explore_result *r = explore(s, &searches[i]);
        EXPECT_TRUE(r->complete);
        EXPECT_EQ(n, circles_of(r, &f));
        EXPECT_TRUE(witness_lies(s, r, false) == NULL);
        explore_free(r);
    }
    scenario_free(s);
}

TEST(B50_opposite_order_is_found_even_if_the_two_are_never_at_it_together)
{
    expect_circles(
        1, LOCKS_A_AND_B
        "[event Done]\ntype = SynchronizationEvent\n"
        "[thread T1]\nbody =\n" TAKE(
            "A", "B") "    KeSetEvent(&Done);\n"
                      "[thread T2]\nbody =\n    KeWaitForSingleObject(&Done);\n" TAKE("B", "A"));
}

TEST(one_order_closes_no_circle)
{
    expect_circles(0, LOCKS_A_AND_B "[thread T]\ncount = 2\nbody =\n" TAKE("A", "B"));
}

TEST(one_thread_alone_can_close_a_circle)
{
    expect_circles(1, LOCKS_A_AND_B "[thread T1]\nbody =\n" TAKE("A", "B") TAKE("B", "A"));
}

/* Each order is taken in some run, but no run takes both. */
TEST(orders_of_different_runs_close_no_circle)
{
    expect_circles(
        0, LOCKS_A_AND_B
        "[shared]\nfirst = 0\n"
        "[thread T1]\nbody =\n"
        "    if (InterlockedExchange(&first, 1) == 0) {\n" TAKE(
            "A", "B") "    }\n"
                      "[thread T2]\nbody =\n"
                      "    if (InterlockedExchange(&first, 1) == 0) {\n" TAKE("B", "A") "    }\n");
}

TEST(a_circle_of_three_is_one_finding_whoever_closes_it)
{
    expect_circles(1, "[resource L[3]]\n[thread T]\ncount = 3\nbody =\n"
                      "    ExAcquireResourceExclusiveLite(&L[self - 1], TRUE);\n"
                      "    ExAcquireResourceExclusiveLite(&L[self % 3], TRUE);\n"
                      "    ExReleaseResourceLite(&L[self % 3]);\n"
                      "    ExReleaseResourceLite(&L[self - 1]);\n");
}

TEST(three_locks_in_all_orders_are_five_circles)
{
    // AB, AC, BC and both ways round A, B, C
    expect_circles(5, "[resource L[3]]\n[thread T1]\nbody =\n"
                      "    for (int i = 0; i < 3; i++)\n"
                      "        for (int k = 0; k < 3; k++)\n"
                      "            if (i != k) {\n"
                      "                ExAcquireResourceExclusiveLite(&L[i], TRUE);\n"
                      "                ExAcquireResourceExclusiveLite(&L[k], TRUE);\n"
                      "                ExReleaseResourceLite(&L[k]);\n"
                      "                ExReleaseResourceLite(&L[i]);\n"
                      "            }\n");
}

TEST(who_would_not_wait_closes_no_circle)
{
    expect_circles(0, LOCKS_A_AND_B "[thread T1]\nbody =\n" TAKE(
                          "A", "B") "[thread T2]\nbody =\n"
                                    "    ExAcquireResourceExclusiveLite(&B, TRUE);\n"
                                    "    if (ExTryToAcquireResourceExclusiveLite(&A))\n"
                                    "        ExReleaseResourceLite(&A);\n"
                                    "    ExReleaseResourceLite(&B);\n");
}

TEST(without_verifier_there_is_no_circle)
{
    expect_circles(0, "[scenario]\nverifier = off\n" LOCKS_A_AND_B
                      "[thread T1]\nbody =\n" TAKE("A", "B") TAKE("B", "A"));
}

TEST(the_finding_names_each_thread_and_line)
{
    struct scenario *s = load_text(LOCKS_A_AND_B "[thread T1]\nbody =\n" TAKE(
        "A", "B") "[thread T2]\nbody =\n" TAKE("B", "A"));
    struct explore_result *r = explore(s, &searches[0]);
    const struct explore_finding *f;
    EXPECT_EQ(1, circles_of(r, &f));
    EXPECT_STR_EQ("Verifier 0xC4/0x1001, locks taken in a circle: T1 line 2 takes B while it holds "
                  "A and T2 line 2 takes A while it holds B. Where that happens at the same time, "
                  "it can be a deadlock.",
                  f->text);
    explore_free(r);
    scenario_free(s);
}

/* What a run with an annex finds is told by the same key. */
TEST(a_run_and_a_search_find_the_same_circle)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "abba_deadlock", NULL, 0);
    struct explore_result *r = explore(s, &searches[0]);
    const struct explore_finding *f;
    EXPECT_EQ(1, circles_of(r, &f));
    struct machine *m = machine_create(s, true);
    for (uint32_t i = 0; i < f->witness.n; i++) {
        machine_step(m, f->witness.steps[i]);
    }
    EXPECT_EQ(1, m->last.effect.n_verifier);
    uint32_t key[MAX_FOUND_KEY];
    unsigned n = found_key(m, (struct found){.kind = FINDING_VERIFIER}, key);
    EXPECT_EQ(f->key_size, n * sizeof *key);
    EXPECT_TRUE(memcmp(f->key, key, f->key_size) == 0);
    machine_free(m);
    explore_free(r);
    scenario_free(s);
}

TEST(a_step_taken_back_takes_its_edges_with_it)
{
    struct scenario *s = load_text(LOCKS_A_AND_B "[thread T1]\nbody =\n" TAKE("A", "B"));
    struct lock_relation *l = lock_relation_create(s);
    const struct lock_edge forth = {0, 1}, back = {1, 0};
    const struct lock_circle *closed;
    lock_relation_push(l, &forth, 1);
    struct fingerprint before = lock_relation_sum(l);
    lock_relation_push(l, &back, 1);
    EXPECT_EQ(1, lock_relation_closed(l, &closed));
    EXPECT_EQ(1, lock_relation_first(l, back));
    lock_relation_pop(l);
    EXPECT_TRUE(lock_relation_sum(l).low == before.low);
    lock_relation_push(l, &forth, 1);
    EXPECT_EQ(0, lock_relation_closed(l, &closed));
    EXPECT_EQ(0, lock_relation_first(l, forth));
    lock_relation_free(l);
    scenario_free(s);
}

TEST_MAIN(RUN(B50_opposite_order_is_found_even_if_the_two_are_never_at_it_together),
          RUN(one_order_closes_no_circle), RUN(one_thread_alone_can_close_a_circle),
          RUN(orders_of_different_runs_close_no_circle),
          RUN(a_circle_of_three_is_one_finding_whoever_closes_it),
          RUN(three_locks_in_all_orders_are_five_circles), RUN(who_would_not_wait_closes_no_circle),
          RUN(without_verifier_there_is_no_circle), RUN(the_finding_names_each_thread_and_line),
          RUN(a_run_and_a_search_find_the_same_circle),
          RUN(a_step_taken_back_takes_its_edges_with_it))
