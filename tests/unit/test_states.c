/*
 * The step and the state are what DESIGN.md 2 and SEARCH.md 1 say: the numbers of states and
 * schedules come out exactly, which they would not if equal situations differed in a byte or a step
 * were cut elsewhere.
 */
#include "expect.h"
#include "naive_search.h"
#include "shipped.h"

static struct naive_result explore(const char *name, const char *files, const char *writes)
{
    const char *settings[] = {files, writes};
    struct scenario *s =
        load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, files != NULL ? 2 : 0);
    struct naive_result r = naive_search(s, 1000000);
    scenario_free(s);
    EXPECT_STR_EQ(NULL, r.broken);
    return r;
}

TEST(race_of_two_files_and_one_write)
{
    struct naive_result r = explore("race", "files=2", "writes=1");
    EXPECT_EQ(43, r.states);
    EXPECT_EQ(53, r.schedules);
    EXPECT_EQ(4, r.endings);
}

TEST(race_of_two_files_and_two_writes)
{
    struct naive_result r = explore("race", "files=2", "writes=2");
    EXPECT_EQ(53, r.states);
    EXPECT_EQ(100, r.schedules);
    EXPECT_EQ(4, r.endings);
}

TEST(race_of_three_files)
{
    struct naive_result r = explore("race", "files=3", "writes=2");
    EXPECT_EQ(149, r.states);
    EXPECT_EQ(4571, r.schedules);
    EXPECT_EQ(8, r.endings);
}

TEST(race_of_four_files)
{
    struct naive_result r = explore("race", "files=4", "writes=2");
    EXPECT_EQ(357, r.states);
    EXPECT_EQ(310559, r.schedules);
    EXPECT_EQ(16, r.endings);
}

TEST(race_of_eight_files)
{
    struct naive_result r = explore("race", "files=8", "writes=4");
    EXPECT_EQ(10009, r.states);
    EXPECT_EQ(256, r.endings);
}

TEST(lost_update_has_six_schedules)
{
    struct naive_result r = explore("lost_update", NULL, NULL);
    EXPECT_EQ(12, r.states);
    EXPECT_EQ(6, r.schedules);
    EXPECT_EQ(2, r.endings);
}

TEST(abba_deadlocks_in_one_state)
{
    struct naive_result r = explore("abba_deadlock", NULL, NULL);
    EXPECT_EQ(26, r.states);
    EXPECT_EQ(14, r.schedules);
    EXPECT_EQ(1, r.verdicts[VERDICT_DEADLOCK]);
}

TEST(a_lock_leaves_two_endings)
{
    EXPECT_EQ(2, explore("eresource_exclusive", "files=2", "writes=1").endings);
    EXPECT_EQ(2, explore("eresource_shared", "files=2", "writes=1").endings);
}

TEST(an_event_leaves_one_ending)
{
    EXPECT_EQ(1, explore("event_synchronization", "files=2", "writes=1").endings);
    EXPECT_EQ(1, explore("event_notification", "files=2", "writes=1").endings);
}

TEST_MAIN(RUN(race_of_two_files_and_one_write), RUN(race_of_two_files_and_two_writes),
          RUN(race_of_three_files), RUN(race_of_four_files), RUN(race_of_eight_files),
          RUN(lost_update_has_six_schedules), RUN(abba_deadlocks_in_one_state),
          RUN(a_lock_leaves_two_endings), RUN(an_event_leaves_one_ending))
