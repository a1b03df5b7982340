/*
 * Random runs beside a search meet the states that it stores: all of them are known once it is complete, and only
 * a part while it is not.
 */
#include <stdlib.h>

#include "expect.h"
#include "shipped.h"
#include "sim/explore/probe.h"
#include "sim/lang/mem.h"

/* The share that is known when the walk is over. */
static double seen_after(const struct scenario *s, const struct explore_options *options)
{
    struct crew *crew = mem_alloc(1, sizeof *crew);
    struct reduction *reduction = options->reduce ? reduction_create(s, options, true, true) : NULL;
    crew->scenario = s;
    crew->options = options;
    crew->reduction = reduction;
    clock_start(&crew->clock);
    crew_walk(crew);
    struct probe *p = probe_create(crew);
    double seen = probe_seen(p);
    for (unsigned i = 0; i < 4; i++) {
        seen = probe_seen(p);
    }
    probe_free(p);
    crew_release(crew);
    free(crew);
    reduction_free(reduction);
    return seen;
}

static void expect_all_known(void *context, const char *name)
{
    (void)context;
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    for (unsigned reduce = 0; reduce < 2; reduce++) {
        const struct explore_options options = {.reduce = reduce == 1, .jobs = 1};
        EXPECT_TRUE(seen_after(s, &options) == 1);
    }
    scenario_free(s);
}

TEST(all_that_random_runs_meet_is_known_at_the_end)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, expect_all_known, NULL) > 0);
}

TEST(a_part_is_known_of_a_search_that_was_cut_short)
{
    static const char *const settings[] = {"files=10", "writes=4"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
    const struct explore_options options = {.max_states = 1000, .jobs = 1};
    double seen = seen_after(s, &options);
    EXPECT_TRUE(seen > 0 && seen < 1);
    scenario_free(s);
}

TEST(nothing_is_said_under_a_bound)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    const struct explore_options options = {.bounded = true, .preemptions = 1, .jobs = 1};
    EXPECT_TRUE(seen_after(s, &options) < 0);
    scenario_free(s);
}

TEST_MAIN(RUN(all_that_random_runs_meet_is_known_at_the_end),
          RUN(a_part_is_known_of_a_search_that_was_cut_short), RUN(nothing_is_said_under_a_bound))
