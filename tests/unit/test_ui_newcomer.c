/*
 * What a person meets who knows the program from its screen alone: advice that can be followed as it stands,
 * help wherever one is, ways out of everything, one word for one thing.
 */
#include "with_session.h"

TEST(search_finds_titles_and_threads_and_a_capital_letter_counts)
{
    open_scenario("race");
    keys("/mover<Enter>");
    EXPECT_TRUE(says("1 of 2: the title, "));
    keys("n");
    EXPECT_TRUE(says("2 of 2: T2 Mover."));
    EXPECT_EQ(1, session->focus);
    keys("/Mover<Enter>");
    EXPECT_TRUE(says("1 of 1: T2 Mover."));
    keys("/zWClose<Enter>");
    EXPECT_TRUE(session->refused);
    close_scenario();
}

TEST(search_finds_what_is_there_and_says_when_time_moves)
{
    open_scenario("race");
    keys("/file_0<Enter>"); // nothing has been created
    EXPECT_TRUE(session->refused && says("'file_0' was not found."));
    keys("111/file_0<Enter>");
    EXPECT_TRUE(says("1 of 4: C:\\Temp\\file_0.txt."));
    EXPECT_EQ(3, position());
    keys("n");
    EXPECT_EQ(1, position());
    EXPECT_TRUE(says("2 of 4: went from step 3 to step 1; :3 goes back."));
    keys("n");
    EXPECT_TRUE(says("3 of 4: went from step 3 to step 2; :3 goes back."));
    keys("n");
    EXPECT_TRUE(says("4 of 4: step 3, where you were."));
    close_scenario();
}

TEST(enter_in_why_lays_out_the_way_out)
{
    open_scenario("abba_deadlock");
    keys("1i");
    EXPECT_TRUE(!shows(80, 24, "take the way out"));
    keys("<Enter>");
    EXPECT_TRUE(session->refused);
    keys("<Esc>212i");
    EXPECT_TRUE(shows(80, 24, "Enter take the way out"));
    keys("<Enter>");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(1, position());
    EXPECT_EQ(8, length());
    keys("llll<Right><Right><Right>");
    EXPECT_TRUE(shows(80, 24, "both done, but a rule was broken"));
    keys("A"); // the deadlock is kept
    EXPECT_EQ(4, length());
    close_scenario();
}

TEST(no_step_is_blamed_where_no_schedule_ends_well)
{
    open_scenario("release_not_owned");
    EXPECT_TRUE(shows(80, 24, "✗ no schedule ends well"));
    keys("12i");
    EXPECT_TRUE(shows(80, 24, "No schedule ends well: explore (e) shows all endings."));
    close_scenario();
}

TEST(the_help_knows_what_it_lies_over)
{
    open_scenario("race");
    keys("e?");
    EXPECT_EQ(OVERLAY_HELP, session->overlay);
    EXPECT_TRUE(shows(80, 24, "explore: that run beside the present one"));
    keys("1");
    EXPECT_TRUE(session->refused);
    EXPECT_EQ(0, position());
    keys("?");
    EXPECT_EQ(OVERLAY_EXPLORE, session->overlay);
    keys("<F1><Esc>");
    EXPECT_EQ(OVERLAY_EXPLORE, session->overlay);
    keys(":"); // means nothing there, and is not named
    EXPECT_TRUE(session->refused && says(": does nothing here. [?] shows the keys."));
    keys("<Esc>B?");
    EXPECT_TRUE(shows(80, 24, "a breakpoint on or off"));
    keys("q");
    EXPECT_EQ(OVERLAY_BREAKS, session->overlay);
    keys("<Esc>/a?<F1>"); // "?" is text there
    EXPECT_EQ(OVERLAY_HELP, session->overlay);
    keys("<Esc>");
    EXPECT_EQ(OVERLAY_SEARCH, session->overlay);
    EXPECT_STR_EQ("a?", session->prompt);
    EXPECT_TRUE(shows(80, 24, "Enter accept"));
    close_scenario();
}

static const struct library *two_scenarios(void *context)
{
    static const struct library_item items[] = {{"race", "Two threads", "They race."},
                                                {"door", "A door", "It is shut."}};
    static const struct library library = {2, items, "here"};

    (void)context;
    return &library;
}

TEST(leaving_the_picker_clears_what_was_typed_then_closes_or_quits)
{
    open_scenario("race");
    session_set_library(session, two_scenarios, NULL);
    keys("odo/or"); // the slash stands before what is typed
    EXPECT_STR_EQ("door", session->prompt);
    EXPECT_EQ(1, session->list.n);
    keys("<Esc>");
    EXPECT_EQ(OVERLAY_SCENARIOS, session->overlay);
    EXPECT_EQ(2, session->list.n);
    keys("<Esc>");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(WISH_NONE, session->wish);
    EXPECT_FALSE(session->leaving);
    session->unchosen = true; // as the program opens it without a file
    keys("o<Esc>");
    EXPECT_TRUE(session->leaving);
    close_scenario();
}

static const struct library *no_scenarios(void *context)
{
    static const struct library library = {0, NULL, "/a/b and /c/d"};

    (void)context;
    return &library;
}

TEST(a_picker_without_scenarios_says_where_they_were_looked_for)
{
    open_scenario("race");
    session_set_library(session, no_scenarios, NULL);
    keys("o");
    EXPECT_TRUE(shows(80, 24, "The scenarios that come with lockstep were not found."));
    EXPECT_TRUE(shows(80, 24, "Looked in /a/b"));
    EXPECT_FALSE(shows(80, 24, "No scenario matches."));
    session_set_library(session, two_scenarios, NULL);
    keys("<Esc>oxyz");
    EXPECT_TRUE(shows(80, 24, "No scenario matches."));
    close_scenario();
}

TEST(why_names_both_lines_of_a_sharing_violation)
{
    open_scenario("race");
    keys("12i");
    EXPECT_TRUE(shows(120, 40, "T2 line 4 could not open C:\\Temp\\file_0.txt"));
    EXPECT_TRUE(shows(120, 40, "T1 line 4 has it open"));
    close_scenario();
}

TEST(c_stops_where_the_last_good_end_is_lost)
{
    open_scenario("lost_update");
    keys("c");
    EXPECT_EQ(2, position());
    EXPECT_EQ(2, length()); // what was tried beyond is not kept
    EXPECT_TRUE(says(": the point of no return."));
    keys("c");
    EXPECT_EQ(4, position());
    keys("C");
    EXPECT_EQ(2, position()); // the same place, from the other side
    EXPECT_TRUE(says(": the point of no return."));
    keys("C");
    EXPECT_EQ(0, position());
    keys("BG<Space><Esc>c");
    EXPECT_EQ(4, position()); // switched off
    close_scenario();
}

TEST(an_end_after_a_broken_rule_is_not_simply_good)
{
    open_scenario("rename_overrun");
    keys("1");
    EXPECT_TRUE(!shows(80, 24, "O⚠") && !shows(80, 24, "M⚠"));
    keys("11111");
    EXPECT_TRUE(shows(80, 24, "⚠ all moved, but a rule was broken at step 2"));
    EXPECT_TRUE(shows(80, 24, "O M⚠X"));
    EXPECT_TRUE(shows(80, 24, "⚠ breaks a rule"));
    EXPECT_TRUE(!shows(80, 24, "✓ all moved"));
    keys("i");
    EXPECT_TRUE(shows(80, 24, "Wrong before"));
    EXPECT_TRUE(shows(80, 24, "step 2: "));
    close_scenario();
}

TEST(a_thread_in_a_circle_is_never_woken)
{
    open_scenario("abba_deadlock");
    keys("121");
    EXPECT_TRUE(shows(80, 24, "│ holds A exclusive  wakes on T2 line 4│"));
    EXPECT_TRUE(shows(120, 40, "when T2 runs line"));
    keys("2");
    EXPECT_TRUE(shows(120, 40, "never: T2 waits for T1"));
    EXPECT_TRUE(shows(120, 40, "never: T1 waits for T2"));
    EXPECT_TRUE(!shows(120, 40, "when T2 runs line"));
    EXPECT_TRUE(shows(80, 24, "│ holds A exclusive  wakes never       │"));
    close_scenario();
}

TEST(the_footer_offers_no_finished_thread)
{
    open_scenario("race");
    EXPECT_TRUE(shows(80, 24, " 1-2 step  Space"));
    keys("22");
    EXPECT_TRUE(shows(80, 24, " 1 step    Space"));
    keys("2");
    EXPECT_TRUE(session->refused && says("T2 has ended."));
    close_scenario();
}

TEST(the_footer_offers_no_blocked_thread)
{
    open_scenario("abba_deadlock");
    keys("121");
    EXPECT_TRUE(shows(80, 24, " 2 step    Space"));
    close_scenario();
    open_scenario("dining_philosophers");
    keys("1123344");
    EXPECT_FALSE(shows(80, 24, "1-5 step"));
    close_scenario();
}

TEST(an_event_that_found_nobody_asleep_woke_nobody)
{
    open_scenario("event_synchronization");
    keys("11111112");
    EXPECT_TRUE(shows(80, 24, "set 1×  consumed 1×"));
    EXPECT_TRUE(shows(80, 24, "T2 did not have to wait for FilesReady: STATUS_SUCCESS."));
    close_scenario();
}

TEST(a_tiny_screen_says_how_to_close_and_to_scroll)
{
    open_scenario("race");
    keys("12");
    EXPECT_TRUE(shows(30, 8, "✗ point of no return: step 2"));
    keys("?");
    EXPECT_TRUE(shows(30, 8, "Esc closes  Down goes on"));
    EXPECT_TRUE(shows(30, 8, ", Down scrolls"));
    EXPECT_FALSE(shows(30, 8, "q quits"));
    keys("q");
    EXPECT_TRUE(shows(30, 8, "q quits"));
    close_scenario();
}

TEST(the_lines_in_sight_are_those_that_are_named)
{
    open_scenario("event_synchronization");
    keys("11111111"); // the creator is the chosen thread
    EXPECT_TRUE(shows(80, 24, "= FINISHED ─ 4-12 of 12"));
    keys("2");
    EXPECT_TRUE(shows(80, 24, "= FINISHED ─ 4-12 of 12"));
    close_scenario();
}

TEST(the_legend_keeps_its_order_and_the_pane_its_title)
{
    open_scenario("abba_deadlock");
    keys("121");
    EXPECT_TRUE(shows(80, 24, "─ timeline  ! lost ■ must wait A AcqExcl ─"));
    keys("2");
    EXPECT_TRUE(shows(80, 24, "─ timeline  ! lost ■ must wait A AcqExcl … ─"));
    close_scenario();
    open_scenario("race");
    keys("1122");
    EXPECT_TRUE(shows(120, 40, "! no return  ✗ failed  C Create  O Open  W Write"));
    keys("1");
    EXPECT_TRUE(shows(120, 40, "! no return  ✗ failed  C Create  O Open  W Write  X Close"));
    close_scenario();
}

TEST(bodies_read_alike_on_one_screen_and_at_one_width)
{
    static const char *const names[] = {"race", "event_synchronization", "eresource_exclusive"};

    for (size_t i = 0; i < 3; i++) {
        open_scenario(names[i]);
        EXPECT_TRUE(shows(80, 24, " Create file_"));
        EXPECT_FALSE(shows(80, 24, "ZwCreateFile"));
        EXPECT_TRUE(shows(120, 40, "ZwCreateFile"));
        close_scenario();
    }
    open_scenario("second_waiter_notification");
    EXPECT_TRUE(shows(80, 24, "if ok(status)"));
    EXPECT_FALSE(shows(80, 24, "if NT_SUCCESS(status)"));
    close_scenario();
}

TEST(what_may_be_stepped_is_whole_words)
{
    open_scenario("second_waiter_notification");
    keys("1");
    EXPECT_TRUE(shows(
        80, 24, "─ step: [1] Write file_0.txt   [2] Wait FilesReady   [3] Wait FilesReady ─"));
    EXPECT_TRUE(shows(60, 20, "─ step: [1] Write   [2] Wait   [3] Wait ─"));
    EXPECT_TRUE(shows(40, 10, "─ step: [1] [2] [3] ─"));
    close_scenario();
}

TEST(down_says_how_to_see_what_is_cut)
{
    open_scenario("race");
    keys("j");
    EXPECT_TRUE(says("All of the chosen pane is on the screen."));
    close_scenario();
    open_scenario("second_waiter_notification");
    keys("12");
    EXPECT_TRUE(shows(80, 24, "Rename NewFile_{i}…"));
    keys("j");
    EXPECT_TRUE(says("[z] shows this pane alone"));
    close_scenario();
}

TEST(a_message_does_not_push_out_what_explains)
{
    open_scenario("abba_deadlock");
    keys("12121");
    EXPECT_TRUE(session->refused);
    EXPECT_TRUE(shows(80, 24, "─ ⚠ T1 is blocked: waits for B (exclusive). ─"));
    EXPECT_TRUE(shows(80, 24, "│   line 1. "));
    keys("c");
    EXPECT_TRUE(shows(80, 24, "─ ⚠ The run is over. [Bksp] goes back, [R] begins again. ─"));
    EXPECT_TRUE(shows(80, 24, "│   line 1. "));
    close_scenario();
}

TEST(the_return_of_unload_tells_what_it_does)
{
    open_scenario("unload_too_early");
    keys("1112222");
    EXPECT_TRUE(shows(120, 40, "The driver was unmapped; T1 still has"));
    close_scenario();
}

TEST_MAIN(RUN(search_finds_titles_and_threads_and_a_capital_letter_counts),
          RUN(search_finds_what_is_there_and_says_when_time_moves),
          RUN(enter_in_why_lays_out_the_way_out),
          RUN(no_step_is_blamed_where_no_schedule_ends_well), RUN(the_help_knows_what_it_lies_over),
          RUN(leaving_the_picker_clears_what_was_typed_then_closes_or_quits),
          RUN(a_picker_without_scenarios_says_where_they_were_looked_for),
          RUN(why_names_both_lines_of_a_sharing_violation),
          RUN(c_stops_where_the_last_good_end_is_lost),
          RUN(an_end_after_a_broken_rule_is_not_simply_good),
          RUN(a_thread_in_a_circle_is_never_woken), RUN(the_footer_offers_no_finished_thread),
          RUN(the_footer_offers_no_blocked_thread),
          RUN(an_event_that_found_nobody_asleep_woke_nobody),
          RUN(a_tiny_screen_says_how_to_close_and_to_scroll),
          RUN(the_lines_in_sight_are_those_that_are_named),
          RUN(the_legend_keeps_its_order_and_the_pane_its_title),
          RUN(bodies_read_alike_on_one_screen_and_at_one_width),
          RUN(what_may_be_stepped_is_whole_words), RUN(down_says_how_to_see_what_is_cut),
          RUN(a_message_does_not_push_out_what_explains),
          RUN(the_return_of_unload_tells_what_it_does))
