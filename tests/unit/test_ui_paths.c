/*
 * The tree of the ways to all endings.
 */
#include <string.h>

#include "expect.h"
#include "shipped.h"
#include "ui/paths.h"

static struct scenario *scenario;
static struct explore_result *result;
static struct paths paths;

static void explore_scenario(const char *name)
{
    struct explore_options options = {.search = SEARCH_STATES, .jobs = 1};

    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    result = explore(scenario, &options);
    paths_make(&paths, scenario, result);
}

static void forget(void)
{
    paths_release(&paths);
    explore_free(result);
    scenario_free(scenario);
}

/* The piece that leads to an ending. */
static const struct path *leaf(int ending)
{
    for (int i = 0; i < paths.n; i++) {
        if (paths.at[i].ending == ending)
            return &paths.at[i];
    }
    return NULL;
}

TEST(what_ways_have_in_common_is_told_once)
{
    explore_scenario("race");
    EXPECT_EQ(4, paths.n); // three ways, two of which begin alike
    EXPECT_STR_EQ("T2 Open file_0.txt", paths.at[0].what);
    EXPECT_STR_EQ("2*2,1*6", paths.at[0].steps);
    EXPECT_EQ(0, paths.at[0].ending);
    EXPECT_EQ(-1, paths.at[1].ending);
    EXPECT_STR_EQ("T1 Create file_0.txt", paths.at[1].what);
    EXPECT_TRUE(paths.at[1].is_last && !paths.at[0].is_last);
    EXPECT_EQ(1, paths.at[2].depth);
    EXPECT_EQ(paths.at[1].last + 1, paths.at[2].first);
    EXPECT_EQ(0, paths.at[3].open); // nothing stands below the piece that it hangs on
    forget();
}

TEST(the_pieces_of_a_way_are_its_steps)
{
    static const char *const names[] = {"race", "leftover_file", "dining_philosophers"};

    for (size_t k = 0; k < 3; k++) {
        explore_scenario(names[k]);
        for (uint32_t e = 0; e < result->n_endings; e++) {
            const struct path *path = leaf((int)e);
            assert_non_null(path);
            EXPECT_EQ(result->endings[e].witness.n, path->last);
            // Going up: each piece ends where the next one begins.
            for (const struct path *p = path; p->depth > 0;) {
                const struct path *up = p - 1;
                while (up->depth != p->depth - 1)
                    up--;
                EXPECT_EQ(up->last + 1, p->first);
                p = up;
            }
        }
        forget();
    }
}

TEST(one_ending_is_one_piece)
{
    explore_scenario("event_synchronization");
    EXPECT_EQ(1, result->n_endings);
    EXPECT_EQ(1, paths.n);
    EXPECT_EQ(1, paths.at[0].first);
    EXPECT_EQ(result->endings[0].witness.n, paths.at[0].last);
    forget();
}

TEST_MAIN(RUN(what_ways_have_in_common_is_told_once), RUN(the_pieces_of_a_way_are_its_steps),
          RUN(one_ending_is_one_piece))
