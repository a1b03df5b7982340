/*
 * The search that chooses its method: by the number of states alone, however many workers there are and
 * whenever the reduced search began beside the attempt; and Ctrl-C is heard in both of its parts.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/explore/explore.h"

static struct scenario *race_of(const char *files)
{
    const char *const settings[] = {files, "writes=4"};
    return load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
}

TEST(few_states_are_counted)
{
    struct scenario *s = race_of("files=4");
    struct explore_result *r = explore(s, &(struct explore_options){.search = SEARCH_AUTO});
    EXPECT_TRUE(r->complete);
    EXPECT_FALSE(r->reduced);
    EXPECT_TRUE(r->schedules != NULL);
    EXPECT_STR_EQ("the states are few", r->why_chosen);
    explore_free(r);
    scenario_free(s);
}

/* Of two results, the same endings by the same ways. */
static void expect_same(const struct explore_result *a, const struct explore_result *b)
{
    EXPECT_EQ(a->states, b->states);
    EXPECT_EQ(a->transitions, b->transitions);
    EXPECT_EQ(a->n_endings, b->n_endings);
    EXPECT_EQ(a->n_findings, b->n_findings);
    for (uint32_t i = 0; i < a->n_endings && i < b->n_endings; i++) {
        EXPECT_STR_EQ(a->endings[i].name, b->endings[i].name);
        EXPECT_EQ(a->endings[i].witness.n, b->endings[i].witness.n);
    }
}

/* 327,329 states by the test of states; larger worlds take so long that the reduced search begins beside. */
static void expect_reduced(const char *name, const char *const *settings)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, 2);
    struct explore_result *r[3];
    for (unsigned i = 0; i < 2; i++) {
        static const unsigned jobs[] = {1, 3};
        r[i] = explore(s, &(struct explore_options){.search = SEARCH_AUTO, .jobs = jobs[i]});
    }
    r[2] = explore(s, &(struct explore_options){.search = SEARCH_STATES, .reduce = true});
    EXPECT_TRUE(r[2]->n_endings > 0);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_TRUE(r[i]->complete);
        EXPECT_TRUE(r[i]->reduced);
        EXPECT_TRUE(r[i]->why_chosen != NULL);
        expect_same(r[i], r[2]);
    }
    for (unsigned i = 0; i < 3; i++) {
        explore_free(r[i]);
    }
    scenario_free(s);
}

TEST(many_states_are_reduced)
{
    expect_reduced("race", (const char *const[]){"files=13", "writes=4"});
    expect_reduced("eresource_shared", (const char *const[]){"files=330", "writes=100"});
}

TEST(a_smaller_limit_of_states_is_kept)
{
    struct scenario *s = race_of("files=13");
    struct explore_result *r =
        explore(s, &(struct explore_options){.search = SEARCH_AUTO, .max_states = 1000});
    EXPECT_FALSE(r->complete);
    EXPECT_FALSE(r->reduced);
    EXPECT_EQ(1000, r->states);
    EXPECT_STR_EQ("--max-states reached", r->why_incomplete);
    explore_free(r);
    scenario_free(s);
}

struct stopping {
    unsigned told, at; // progress that was told; when to stop
    atomic_int stop;
};

static void stop_in_time(void *context, const struct explore_progress *p)
{
    struct stopping *stopping = context;
    (void)p;
    stopping->stop = ++stopping->told >= stopping->at;
}

/* Nobody waits for all of it, reduced or not. The first time that it is told of, the attempt may be at work; later it is over. */
TEST(it_stops_wherever_it_is)
{
    struct scenario *s = load_text("[shared]\nx = 0\n[thread T]\ncount = 8\nbody =\n"
                                   "    for (int i = 0; i < 30; i++)\n        x = x + self;\n");
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        for (unsigned at = 1; at <= 8; at += 7) {
            struct stopping stopping = {.at = at};
            const struct explore_options options = {.search = SEARCH_AUTO,
                                                    .jobs = jobs,
                                                    .stop = &stopping.stop,
                                                    .progress = stop_in_time,
                                                    .progress_context = &stopping};
            struct explore_result *r = explore(s, &options);
            EXPECT_FALSE(r->complete);
            EXPECT_TRUE(stopping.told >= at);
            EXPECT_STR_EQ("interrupted", r->why_incomplete);
            explore_free(r);
        }
    }
    scenario_free(s);
}

TEST_MAIN(RUN(few_states_are_counted), RUN(many_states_are_reduced),
          RUN(a_smaller_limit_of_states_is_kept), RUN(it_stops_wherever_it_is))
