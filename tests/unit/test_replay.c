/*
 * A run is its schedule, and time goes both ways: for every shipped scenario and many random
 * schedules, replaying the recorded schedule gives the same world, stepping back k steps gives the
 * world of the prefix, and undoing a step's journal gives the world before it; all byte for byte.
 */
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/stepper/policy.h"
#include "sim/stepper/timeline.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RUNS = 100 };
#else
enum { RUNS = 1000 };
#endif

enum { MAX_RUN = 4000 }; // steps after which a run that spins is left alone

static void expect_same_world(const struct machine *expected, const struct machine *actual)
{
    EXPECT_MEM_EQ(expected->world.block, actual->world.block, expected->world.layout->size);
    EXPECT_MEM_EQ(expected->world.annex, actual->world.annex, expected->annex_bytes);
    EXPECT_EQ(expected->last.n, actual->last.n);
    EXPECT_EQ(machine_verdict(expected), machine_verdict(actual));
}

/* One random step of the timeline, checked against undoing it. False: the run has ended. */
static bool random_step(struct timeline *t, uint64_t seed, unsigned char *scratch)
{
    struct choice choices[MAX_CHOICES];
    const struct machine *m = timeline_machine(t);
    unsigned n = machine_choices(m, choices);
    if (n == 0 || m->last.n == MAX_RUN) {
        return false;
    }
    uint32_t size = m->world.layout->size;
    memcpy(scratch, m->world.block, size);
    EXPECT_EQ(REFUSED_NOT, timeline_step(t, choices[policy_random(seed, m->last.n, n)], NULL));

    struct world undone = m->world;
    undone.block = malloc(size);
    memcpy(undone.block, m->world.block, size);
    world_undo_to(&undone, 0);
    EXPECT_MEM_EQ(scratch, undone.block, size);
    free(undone.block);
    return true;
}

static void check_run(const struct scenario *s, struct timeline *t, struct machine *replayed,
                      uint64_t seed)
{
    unsigned char *scratch = malloc(s->layout.size);
    timeline_seek(t, 0);
    while (random_step(t, seed, scratch)) {
    }
    uint32_t n = timeline_length(t);
    uint32_t back = policy_random(seed, 1000000, n + 1);
    EXPECT_EQ(n, timeline_position(t));
    machine_reset(replayed);
    for (uint32_t i = 1; i <= n; i++) {
        if (i - 1 == n - back) {
            timeline_seek(t, n - back);
            expect_same_world(replayed, timeline_machine(t));
        }
        machine_step(replayed, timeline_choice(t, i));
    }
    timeline_seek(t, n);
    expect_same_world(replayed, timeline_machine(t));
    struct fingerprint whole = world_fingerprint(&replayed->world);
    EXPECT_EQ(whole.low, replayed->world.fingerprint.low);
    EXPECT_EQ(whole.high, replayed->world.fingerprint.high);
    free(scratch);
}

static void check_scenario(void *context, const char *name)
{
    (void)context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct machine *replayed = machine_create(s, true);
    machine_keep_fingerprint(replayed);
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        struct timeline *t = timeline_open(s);
        check_run(s, t, replayed, seed);
        timeline_close(t);
    }
    machine_free(replayed);
    scenario_free(s);
}

TEST(every_shipped_scenario_replays_and_goes_back)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, check_scenario, NULL) >= 8);
}

/* A long run at its end. */
static struct timeline *long_run(const struct scenario *s)
{
    struct timeline *t = timeline_open(s);
    struct choice choices[MAX_CHOICES];
    unsigned n;
    while ((n = machine_choices(timeline_machine(t), choices)) > 0) {
        uint32_t at = timeline_position(t);
        timeline_step(t, choices[policy_random(7, at, n)], NULL);
    }
    return t;
}

static struct scenario *load_large(void)
{
    const char *settings[] = {"files=300", "writes=20"};
    return load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
}

static void expect_jumps(const struct scenario *s, struct timeline *t, uint64_t seed)
{
    uint32_t length = timeline_length(t);
    struct machine *m = machine_create(s, true);
    for (unsigned i = 0; i < 20; i++) {
        uint32_t to = policy_random(seed, i, length + 1);
        EXPECT_TRUE(timeline_seek(t, to));
        machine_reset(m);
        for (uint32_t k = 1; k <= to; k++) {
            machine_step(m, timeline_choice(t, k));
        }
        expect_same_world(m, timeline_machine(t));
    }
    EXPECT_FALSE(timeline_seek(t, length + 1));
    machine_free(m);
}

TEST(a_long_run_jumps_anywhere)
{
    struct scenario *s = load_large();
    struct timeline *t = long_run(s);
    expect_jumps(s, t, 9);
    timeline_close(t);
    scenario_free(s);
}

static bool same_step(void *context, const struct machine *m)
{
    uint32_t *n = context;
    EXPECT_EQ(++*n, m->last.n);
    return true;
}

/* Both machines leave checkpoints where they make steps again: those of either must do for the other. */
TEST(a_future_that_is_handed_back_jumps_anywhere)
{
    struct scenario *s = load_large();
    struct timeline *t = long_run(s);
    uint32_t length = timeline_length(t), fork = length / 5, seen = length / 2 - 1;
    struct choice *rest = malloc(length * sizeof *rest);
    memcpy(rest, timeline_choices(t) + fork, (length - fork) * sizeof *rest);
    timeline_seek(t, fork);
    timeline_replace(t, rest, length - fork);
    EXPECT_EQ(length, timeline_length(t));
    timeline_replay(t, length / 2, length / 2 + 500, same_step, &seen);
    EXPECT_EQ(length / 2 + 500, seen);
    expect_jumps(s, t, 11);
    free(rest);
    timeline_close(t);
    scenario_free(s);
}

TEST(a_choice_is_counted_as_often_as_it_was_made_in_a_row)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    struct timeline *t = timeline_open(s);
    static const uint8_t threads[] = {0, 0, 1, 0, 0, 0};
    static const uint32_t repeats[] = {1, 2, 1, 1, 2, 3};
    for (size_t i = 0; i < sizeof threads; i++) {
        timeline_step(t, (struct choice){threads[i], CHOICE_RUN, 0, (uint8_t)i}, NULL);
    }
    for (uint32_t n = 1; n <= sizeof threads; n++) {
        EXPECT_EQ(repeats[n - 1], timeline_repeats(t, n));
    }
    timeline_close(t);
    scenario_free(s);
}

TEST(a_long_row_of_one_choice_is_counted_in_full)
{
    struct scenario *s = load_large();
    struct timeline *t = timeline_open(s);
    uint32_t repeats = 0;
    for (uint32_t n = 1; n <= 500; n++) {
        bool other = n == 3 || n == 200;
        timeline_step(t, (struct choice){other, CHOICE_RUN, 0, 0}, NULL);
        repeats = other || n == 4 || n == 201 ? 1 : repeats + 1;
        EXPECT_EQ(repeats, timeline_repeats(t, n));
    }
    timeline_close(t);
    scenario_free(s);
}

TEST(another_choice_after_going_back_drops_the_future)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    struct timeline *t = timeline_open(s);
    struct choice one = {0, CHOICE_RUN, 0, 0}, two = {1, CHOICE_RUN, 0, 0};
    bool branched;
    for (unsigned i = 0; i < 6; i++) {
        timeline_step(t, one, NULL);
    }
    EXPECT_EQ(REFUSED_ENDED, timeline_step(t, one, NULL));
    timeline_seek(t, 3);
    timeline_step(t, one, &branched);
    EXPECT_FALSE(branched);
    EXPECT_EQ(6, timeline_length(t));
    timeline_step(t, two, &branched);
    EXPECT_TRUE(branched);
    EXPECT_EQ(5, timeline_length(t));
    timeline_close(t);
    scenario_free(s);
}

TEST_MAIN(RUN(every_shipped_scenario_replays_and_goes_back), RUN(a_long_run_jumps_anywhere),
          RUN(a_future_that_is_handed_back_jumps_anywhere),
          RUN(a_choice_is_counted_as_often_as_it_was_made_in_a_row),
          RUN(a_long_row_of_one_choice_is_counted_in_full),
          RUN(another_choice_after_going_back_drops_the_future))
