/*
 * What a frame says about the run is so: signs, sentences, and what is marked as changed.
 */
#include "ui/theme.h"
#include "with_session.h"

static void open_at(const char *name, const char *steps)
{
    open_scenario(name);
    keys(steps);
}

static bool stands_at(const struct frame *f, int x, int y, const char *text, bool reversed)
{
    for (int i = 0; text[i] != '\0'; i++) {
        if (x + i >= f->w)
            return false;
        const struct cell *cell = frame_at(f, x + i, y);
        if (cell->ch != (unsigned char)text[i] || ((cell->attr & ATTR_REVERSE) != 0) != reversed)
            return false;
    }
    return true;
}

/* Does the text stand somewhere in the frame, all of it marked as changed, or none? */
static bool stands(int w, int h, const char *text, bool reversed)
{
    struct frame frame = {0};
    bool found = false;

    EXPECT_TRUE(frame_resize(&frame, w, h));
    session->patient = true;
    session_draw(session, &frame);
    for (int y = 0; y < h && !found; y++) {
        for (int x = 0; x < w && !found; x++)
            found = stands_at(&frame, x, y, text, reversed);
    }
    frame_release(&frame);
    return found;
}

static bool is_marked(const char *text)
{
    return stands(120, 40, text, true);
}

static bool is_plain(const char *text)
{
    return stands(120, 40, text, false);
}

TEST(of_a_resource_only_what_changed_is_marked)
{
    open_at("eresource_exclusive", "1");
    EXPECT_TRUE(is_marked("EXCLUSIVE"));
    keys("2"); // only queues
    EXPECT_FALSE(is_marked("EXCLUSIVE"));
    EXPECT_TRUE(is_plain("EXCLUSIVE"));
    EXPECT_TRUE(is_marked("T2"));
    close_scenario();
}

TEST(a_number_that_changed_is_marked_where_the_line_stays)
{
    open_at("race", "11");
    EXPECT_TRUE(is_plain("i=0"));
    keys("2");
    EXPECT_TRUE(is_marked("i=1"));
    close_scenario();
}

TEST(a_pair_that_upgrades_is_shown_as_its_circle)
{
    open_at("upgrade_pair", "1221");
    EXPECT_TRUE(shows(120, 40, "deadlock: T1 \u2192 Table \u2192 T2 \u2192 Table \u2192 T1"));
    EXPECT_FALSE(shows(120, 40, "nobody is left"));
    close_scenario();
}

TEST(only_what_a_wait_for_all_still_lacks_is_missed)
{
    open_at("wait_any_and_all", "111223");
    EXPECT_TRUE(shows(200, 50, "T3 waits for A and B."));
    EXPECT_TRUE(shows(200, 50, "T1 is past line 1 (Set)."));
    EXPECT_FALSE(shows(200, 50, "past line 2"));
    EXPECT_TRUE(shows(120, 40, "WaitMultiple A, B"));
    close_scenario();
}

TEST(a_delay_that_ends_is_no_failure)
{
    open_at("timeouts", "1~1");
    EXPECT_TRUE(shows(120, 40, "timeout             SUCCESS"));
    close_scenario();
}

TEST(a_thread_ends_with_the_status_that_the_log_shows)
{
    open_at("alertable_wait", "111~22");
    EXPECT_FALSE(shows(120, 40, "Terminate Sleeper   SUCCESS"));
    close_scenario();
}

TEST(a_call_fails_and_not_its_thread)
{
    open_at("file_tour", "12221");
    EXPECT_FALSE(shows(120, 40, "T2 failed"));
    EXPECT_TRUE(shows(120, 40, "T2's "));
    close_scenario();
}

TEST(a_hold_that_was_given_away_is_nobodys_bar)
{
    open_at("owner_pointer", "1112");
    EXPECT_TRUE(shows(120, 40, "* owner pointer"));
    close_scenario();
}

TEST(a_letter_of_several_calls_has_a_word_for_all_of_them)
{
    open_at("eresource_shared", "123");
    EXPECT_TRUE(shows(120, 40, "A acquire"));
    EXPECT_FALSE(shows(120, 40, "A AcquireShared"));
    close_scenario();
}

TEST(numbers_in_the_timeline_keep_apart)
{
    open_at("interlocked_counter", "11");
    EXPECT_TRUE(shows(120, 40, "10 15"));
    close_scenario();
}

TEST(a_thread_that_falls_asleep_is_told_of_once)
{
    open_at("eresource_exclusive", "12");
    EXPECT_TRUE(shows(200, 50, "exclusive. T1 owns it exclusive. Only T1 line 13 (Release) can"));
    EXPECT_FALSE(shows(200, 50, "since step 2. T1"));
    keys("2");
    EXPECT_TRUE(says("Only T1 line 13 (Release) can wake it."));
    close_scenario();
}

TEST(a_command_keeps_the_settings)
{
    static const char *const settings[] = {"files=40"};

    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 1);
    scenario->shipped = true;
    session = session_open(scenario);
    keys("12e");
    EXPECT_TRUE(shows(200, 50, "explore race --set files=40 --search states"));
    close_scenario();
}

TEST(six_threads_have_six_colours)
{
    static const enum theme themes[] = {THEME_DARK, THEME_LIGHT, THEME_HIGH_CONTRAST};

    for (size_t k = 0; k < sizeof themes / sizeof themes[0]; k++) {
        for (unsigned t = 0; t < 6; t++) {
            for (unsigned u = 0; u < t; u++) {
                struct style a = {role_thread(t), 0}, b = {role_thread(u), 0};
                EXPECT_NE(theme_paint(themes[k], DEPTH_256, a).fg,
                          theme_paint(themes[k], DEPTH_256, b).fg);
                EXPECT_NE(theme_paint(themes[k], DEPTH_8, a).fg,
                          theme_paint(themes[k], DEPTH_8, b).fg);
            }
        }
    }
}

TEST_MAIN(RUN(of_a_resource_only_what_changed_is_marked),
          RUN(a_number_that_changed_is_marked_where_the_line_stays),
          RUN(a_pair_that_upgrades_is_shown_as_its_circle),
          RUN(only_what_a_wait_for_all_still_lacks_is_missed), RUN(a_delay_that_ends_is_no_failure),
          RUN(a_thread_ends_with_the_status_that_the_log_shows),
          RUN(a_call_fails_and_not_its_thread), RUN(a_hold_that_was_given_away_is_nobodys_bar),
          RUN(a_letter_of_several_calls_has_a_word_for_all_of_them),
          RUN(numbers_in_the_timeline_keep_apart), RUN(a_thread_that_falls_asleep_is_told_of_once),
          RUN(a_command_keeps_the_settings), RUN(six_threads_have_six_colours))
