/*
 * What keys do: steps, back and forth, what is refused and why, overlays, leaving.
 */
#include <stdio.h>

#include "expect.h"
#include "shipped.h"
#include "ui/render.h"
#include "ui/session.h"

static struct scenario *scenario;
static struct session *session;

static void open_scenario(const char *name)
{
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    session = session_open(scenario);
    assert_non_null(session);
}

static void close_scenario(void)
{
    session_close(session);
    scenario_free(scenario);
}

static void keys(const char *text)
{
    for (int32_t key; (key = key_next(&text)) != K_NONE;)
        session_key(session, key);
}

static uint32_t position(void)
{
    return timeline_position(session->timeline);
}

static uint32_t length(void)
{
    return timeline_length(session->timeline);
}

static bool says(const char *part)
{
    return strstr(session->message, part) != NULL;
}

/* Does the frame at this size show the text? */
static bool shows(int w, int h, const char *part)
{
    static char buffer[1 << 17];
    struct frame frame = {0};
    FILE *f = tmpfile();

    assert_non_null(f);
    EXPECT_TRUE(frame_resize(&frame, w, h));
    session_draw(session, &frame);
    render_text(&frame, f);
    rewind(f);
    buffer[fread(buffer, 1, sizeof buffer - 1, f)] = '\0';
    fclose(f);
    frame_release(&frame);
    return strstr(buffer, part) != NULL;
}

TEST(a_digit_steps_that_thread_and_chooses_it)
{
    open_scenario("race");
    keys("12");
    EXPECT_EQ(2, position());
    EXPECT_EQ(0, timeline_choice(session->timeline, 1).thread);
    EXPECT_EQ(1, timeline_choice(session->timeline, 2).thread);
    EXPECT_EQ(1, session->focus);
    close_scenario();
}

TEST(back_redo_first_and_last_move_along_the_recorded_steps)
{
    open_scenario("race");
    keys("1121<BS>u<Left>");
    EXPECT_EQ(1, position());
    EXPECT_EQ(4, length());
    keys("l<Right>");
    EXPECT_EQ(3, position());
    keys("<Home>");
    EXPECT_EQ(0, position());
    keys("G");
    EXPECT_EQ(4, position());
    keys("hh1");
    EXPECT_EQ(3, position());
    EXPECT_EQ(3, length()); // another choice: a branch of its own
    EXPECT_TRUE(says("Branch 1 keeps its 4 steps"));
    close_scenario();
}

TEST(a_refused_key_changes_nothing_and_says_why)
{
    open_scenario("event_synchronization");
    keys("22");
    EXPECT_EQ(1, position());
    EXPECT_TRUE(session->refused);
    EXPECT_TRUE(says("2 is blocked: waits for FilesReady"));
    keys("9");
    EXPECT_TRUE(session->refused && says("There is no thread 9"));
    keys("<Home><BS>");
    EXPECT_TRUE(session->refused && says("This is the start"));
    keys("<End>l");
    EXPECT_TRUE(session->refused && says("This is the last step"));
    keys("~");
    EXPECT_TRUE(session->refused && says("timeout"));
    keys("x");
    EXPECT_TRUE(session->refused && says("x does nothing here"));
    keys("1");
    EXPECT_FALSE(session->refused);
    EXPECT_STR_EQ("", session->message);
    close_scenario();
}

TEST(f_runs_a_thread_until_it_blocks_or_ends)
{
    open_scenario("event_synchronization");
    keys("2f");
    EXPECT_TRUE(session->refused); // 2 is chosen, and waits
    EXPECT_EQ(1, position());
    close_scenario();
    open_scenario("race");
    keys("1f");
    EXPECT_EQ(6, position());
    EXPECT_EQ(THREAD_FINISHED, world_thread(&timeline_machine(session->timeline)->world, 0)->state);
    close_scenario();
}

TEST(space_and_r_step_by_themselves_until_the_end_and_then_say_so)
{
    open_scenario("race");
    for (int i = 0; i < 12; i++)
        keys(i % 2 == 0 ? " " : "r");
    while (!session->refused)
        keys(" ");
    EXPECT_TRUE(says("The run is over"));
    EXPECT_EQ(VERDICT_FINISHED, machine_verdict(timeline_machine(session->timeline)));
    close_scenario();
}

TEST(r_makes_the_same_random_step_at_the_same_place)
{
    open_scenario("race");
    keys("rrrrrr");
    uint8_t first[6];
    for (uint32_t n = 1; n <= 6; n++)
        first[n - 1] = timeline_choice(session->timeline, n).thread;
    keys("Rrrrrrr");
    for (uint32_t n = 1; n <= 6; n++)
        EXPECT_EQ(first[n - 1], timeline_choice(session->timeline, n).thread);
    close_scenario();
}

TEST(the_comma_chooses_and_the_dot_steps)
{
    open_scenario("race");
    keys(",");
    EXPECT_EQ(1, session->focus);
    keys(".");
    EXPECT_EQ(1, timeline_choice(session->timeline, 1).thread);
    keys(",");
    EXPECT_EQ(0, session->focus);
    close_scenario();
}

TEST(tab_goes_through_threads_and_panes_and_back)
{
    open_scenario("race");
    keys("<Tab>");
    EXPECT_EQ(1, session->focus);
    keys("<Tab>");
    EXPECT_EQ(VIEW_DIRECTORY, session->pane.view);
    EXPECT_EQ(1, session->focus); // stays who was chosen
    keys("<S-Tab><S-Tab>");
    EXPECT_EQ(0, session->focus);
    keys("<S-Tab>");
    EXPECT_EQ(VIEW_SENTENCES, session->pane.view);
    close_scenario();
}

TEST(zoom_shows_the_chosen_pane_alone)
{
    open_scenario("race");
    keys("11<Tab><Tab>z");
    EXPECT_TRUE(shows(80, 24, "file_0.txt"));
    EXPECT_FALSE(shows(80, 24, "timeline"));
    EXPECT_TRUE(shows(80, 24, "what happened"));
    keys("<Tab>");
    EXPECT_TRUE(shows(80, 24, "C:\\Temp2"));
    keys("<Esc>");
    EXPECT_TRUE(shows(80, 24, "timeline"));
    EXPECT_FALSE(session->leaving);
    close_scenario();
}

TEST(tilde_fires_a_timeout)
{
    open_scenario("timeouts");
    keys("1~");
    EXPECT_EQ(2, position());
    EXPECT_EQ(CHOICE_TIMEOUT, timeline_choice(session->timeline, 2).kind);
    close_scenario();
}

TEST(q_closes_one_level_and_then_leaves)
{
    open_scenario("race");
    keys("?");
    EXPECT_EQ(OVERLAY_HELP, session->overlay);
    keys("q");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_FALSE(session->leaving);
    keys("i<Esc><Esc>");
    EXPECT_FALSE(session->leaving);
    keys("q");
    EXPECT_TRUE(session->leaving);
    close_scenario();
}

TEST(a_digit_behind_the_help_closes_it_and_steps)
{
    open_scenario("race");
    keys("?1");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(1, position());
    close_scenario();
}

TEST(the_footer_offers_only_what_works)
{
    open_scenario("race");
    EXPECT_FALSE(shows(80, 24, "Bksp back"));
    EXPECT_TRUE(shows(80, 24, "1-2 step"));
    keys("1");
    EXPECT_TRUE(shows(80, 24, "Bksp back"));
    EXPECT_FALSE(shows(200, 50, "Right redo"));
    keys("u");
    EXPECT_TRUE(shows(200, 50, "Right redo"));
    close_scenario();
}

TEST(every_command_of_the_table_is_in_the_help)
{
    open_scenario("race");
    keys("?");
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++)
        EXPECT_TRUE(shows(200, 190, key_row((enum command)i)->help));
    close_scenario();
}

TEST(the_help_scrolls_to_its_end_and_no_further)
{
    open_scenario("race");
    keys("?");
    EXPECT_FALSE(shows(80, 24, "Delay"));
    for (int i = 0; i < 200; i++)
        keys("j");
    EXPECT_TRUE(shows(80, 24, "Delay")); // the last of the letters
    EXPECT_EQ(session->scroll.most, session->scroll.offset);
    keys("<Home>");
    EXPECT_EQ(0, session->scroll.offset);
    keys("<End>");
    EXPECT_EQ(session->scroll.most, session->scroll.offset);
    close_scenario();
}

TEST(why_names_the_waker_and_the_rule)
{
    open_scenario("event_synchronization");
    keys("211i");
    EXPECT_TRUE(shows(80, 24, "T1 Creator, line 12: KeSetEvent"));
    EXPECT_TRUE(shows(80, 24, "not signalled"));
    close_scenario();
}

TEST(a_deadlock_is_in_the_header_and_leaves_it_with_a_step_back)
{
    open_scenario("abba_deadlock");
    keys("1212");
    EXPECT_TRUE(shows(80, 24, "deadlock: T1"));
    EXPECT_TRUE(shows(80, 24, "nothing can run any more"));
    keys("u");
    EXPECT_TRUE(shows(80, 24, "nothing wrong yet"));
    close_scenario();
}

TEST(a_thousand_files_fold_and_say_how_many_there_are)
{
    static const char *const settings[] = {"files=1000"};

    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 1);
    session = session_open(scenario);
    keys("f");
    EXPECT_TRUE(shows(80, 24, "1000 files"));
    EXPECT_TRUE(shows(80, 24, " more files"));
    keys("u"); // the last file is still open: it is shown
    EXPECT_TRUE(shows(80, 24, "file_999.txt"));
    close_scenario();
}

TEST(v_turns_the_pages_of_a_small_screen_only)
{
    open_scenario("race");
    EXPECT_TRUE(shows(60, 20, "[Threads]"));
    keys("v");
    EXPECT_TRUE(shows(60, 20, "[Objects]"));
    EXPECT_TRUE(shows(80, 24, "timeline"));
    keys("v");
    EXPECT_TRUE(session->refused);
    close_scenario();
}

TEST_MAIN(RUN(a_digit_steps_that_thread_and_chooses_it),
          RUN(back_redo_first_and_last_move_along_the_recorded_steps),
          RUN(a_refused_key_changes_nothing_and_says_why),
          RUN(f_runs_a_thread_until_it_blocks_or_ends),
          RUN(space_and_r_step_by_themselves_until_the_end_and_then_say_so),
          RUN(r_makes_the_same_random_step_at_the_same_place), RUN(the_comma_chooses_and_the_dot_steps),
          RUN(tab_goes_through_threads_and_panes_and_back), RUN(zoom_shows_the_chosen_pane_alone),
          RUN(tilde_fires_a_timeout), RUN(q_closes_one_level_and_then_leaves),
          RUN(a_digit_behind_the_help_closes_it_and_steps), RUN(the_footer_offers_only_what_works),
          RUN(every_command_of_the_table_is_in_the_help),
          RUN(the_help_scrolls_to_its_end_and_no_further), RUN(why_names_the_waker_and_the_rule),
          RUN(a_deadlock_is_in_the_header_and_leaves_it_with_a_step_back),
          RUN(a_thousand_files_fold_and_say_how_many_there_are),
          RUN(v_turns_the_pages_of_a_small_screen_only))
