/*
 * Outlook: what is lost is lost, and only that; compared with what the endings say of every schedule.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/stepper/outlook.h"
#include "sim/stepper/timeline.h"

/* After these steps, thread by thread. */
static enum outlook after(const char *name, const char *steps)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct timeline *t = timeline_open(s);
    struct outlook_search *o = outlook_create(s);
    for (; *steps != '\0'; steps++)
        EXPECT_EQ(REFUSED_NOT,
                  timeline_step(t, (struct choice){.thread = (uint8_t)(*steps - '1')}, NULL));
    enum outlook outlook = outlook_from(o, timeline_machine(t));
    outlook_free(o);
    timeline_close(t);
    scenario_free(s);
    return outlook;
}

TEST(a_lost_update_is_lost_when_both_have_loaded)
{
    EXPECT_EQ(OUTLOOK_OPEN, after("lost_update", ""));
    EXPECT_EQ(OUTLOOK_OPEN, after("lost_update", "1"));
    EXPECT_EQ(OUTLOOK_LOST, after("lost_update", "12"));
    EXPECT_EQ(OUTLOOK_LOST, after("lost_update", "121"));
    EXPECT_EQ(OUTLOOK_OPEN, after("lost_update", "112"));
}

TEST(a_file_that_was_passed_by_is_not_moved_any_more)
{
    EXPECT_EQ(OUTLOOK_OPEN, after("race", "1"));
    EXPECT_EQ(OUTLOOK_LOST, after("race", "12"));
    EXPECT_EQ(OUTLOOK_OPEN, after("race", "1112"));
}

TEST(a_deadlock_is_sealed_before_it_closes)
{
    EXPECT_EQ(OUTLOOK_OPEN, after("abba_deadlock", "1"));
    EXPECT_EQ(OUTLOOK_LOST, after("abba_deadlock", "12"));
}

TEST(an_end_is_what_it_is)
{
    EXPECT_EQ(OUTLOOK_OPEN, after("race", "111111222222"));
    EXPECT_EQ(OUTLOOK_LOST, after("race", "22111111"));
}

TEST(too_large_is_unknown_and_not_lost)
{
    static const char *const settings[] = {"files=2000", "writes=3"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
    struct timeline *t = timeline_open(s);
    struct outlook_search *o = outlook_create(s);
    EXPECT_EQ(OUTLOOK_UNKNOWN, outlook_from(o, timeline_machine(t)));
    EXPECT_EQ(OUTLOOK_UNKNOWN, outlook_from(o, timeline_machine(t))); // nothing stays behind
    outlook_free(o);
    timeline_close(t);
    scenario_free(s);
}

TEST_MAIN(RUN(a_lost_update_is_lost_when_both_have_loaded),
          RUN(a_file_that_was_passed_by_is_not_moved_any_more),
          RUN(a_deadlock_is_sealed_before_it_closes), RUN(an_end_is_what_it_is),
          RUN(too_large_is_unknown_and_not_lost))
