/*
 * Progress is told while a search works, in numbers that grow, and Ctrl-C is heard then.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/explore/sample.h"

struct told {
    unsigned n;
    struct explore_progress last;
    atomic_int stop;
};

/* The second time, asks the search to stop. */
static void tell(void *context, const struct explore_progress *p)
{
    struct told *told = context;
    EXPECT_TRUE(p->seconds > told->last.seconds);
    EXPECT_TRUE(p->states >= told->last.states);
    EXPECT_TRUE(p->states + p->steps > told->last.states + told->last.steps);
    told->last = *p;
    told->stop = ++told->n >= 2;
}

/* Far more than anybody waits for. */
static struct scenario *endless(void)
{
    static const char *const settings[] = {"files=40", "writes=4"};
    return load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
}

static struct told told_by(enum search_kind search)
{
    struct told told = {.n = 0};
    struct scenario *s = endless();
    const struct explore_options options = {.search = search,
                                            .stop = &told.stop,
                                            .time_limit = 60,
                                            .progress = tell,
                                            .progress_context = &told,
                                            .estimate = true};
    struct explore_result *r = explore(s, &options);
    EXPECT_FALSE(r->complete);
    EXPECT_STR_EQ("interrupted", r->why_incomplete);
    EXPECT_EQ(2, told.n);
    explore_free(r);
    scenario_free(s);
    return told;
}

TEST(states_tell_what_they_stored)
{
    struct told told = told_by(SEARCH_STATES);
    EXPECT_TRUE(told.last.states > 0);
    EXPECT_TRUE(told.last.frontier > 0);
}

TEST(all_tells_its_steps)
{
    struct told told = told_by(SEARCH_ALL);
    EXPECT_EQ(0, told.last.states);
    EXPECT_TRUE(told.last.steps > 0);
}

TEST(a_sample_tells_its_runs)
{
    struct told told = {.n = 0};
    struct scenario *s = endless();
    const struct sample_options options = {.runs = UINT64_MAX / 2,
                                           .policy = POLICY_RANDOM,
                                           .max_steps = 1000,
                                           .jobs = 2,
                                           .stop = &told.stop,
                                           .time_limit = 60,
                                           .progress = tell,
                                           .progress_context = &told};
    struct sample_result *r = sample(s, &options);
    EXPECT_FALSE(r->complete);
    EXPECT_EQ(2, told.n);
    EXPECT_TRUE(told.last.states > 0);
    sample_free(r);
    scenario_free(s);
}

TEST_MAIN(RUN(states_tell_what_they_stored), RUN(all_tells_its_steps), RUN(a_sample_tells_its_runs))
