/*
 * What keys do: steps, back and forth, what is refused and why, overlays, leaving.
 */
#include <time.h>

#include "with_session.h"

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
    EXPECT_TRUE(says("Branch 2 leaves branch 1 at step 3. [A] returns to branch 1, step 2 of 4."));
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

TEST(a_digit_behind_the_help_only_closes_it)
{
    open_scenario("race");
    keys("?1");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(0, position());
    EXPECT_TRUE(says("[1] once more does it."));
    keys("1?u");
    EXPECT_EQ(1, position());
    keys("?e"); // what opens something does not wait
    EXPECT_EQ(OVERLAY_EXPLORE, session->overlay);
    keys("<Esc>i1");
    EXPECT_EQ(2, position());
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

/* The column at which a text stands in the last row, or -1. */
static int footer_column(int w, int h, const char *text)
{
    struct frame frame = {0};
    int found = -1;

    EXPECT_TRUE(frame_resize(&frame, w, h));
    session->patient = true;
    session_draw(session, &frame);
    for (int x = 0; x + (int)strlen(text) <= w && found < 0; x++) {
        int n = 0;
        while (text[n] != '\0' && frame_at(&frame, x + n, h - 1)->ch == (unsigned char)text[n])
            n++;
        found = text[n] == '\0' ? x : -1;
    }
    frame_release(&frame);
    return found;
}

TEST(a_key_keeps_its_place_in_the_footer_whatever_comes_and_goes)
{
    static const char *const always[] = {"i why", "e explore", "z zoom", "/ search", "q quit"};
    static const char *const states[] = {"1", "u", "2", "<End>22", "ffff1f"};
    static const int widths[] = {80, 120, 200};

    for (size_t w = 0; w < 3; w++) {
        int before[5];
        open_scenario("race");
        for (int i = 0; i < 5; i++)
            before[i] = footer_column(widths[w], 40, always[i]);
        EXPECT_TRUE(before[0] > 0 && before[1] > before[0]);
        for (size_t k = 0; k < 5; k++) {
            keys(states[k]);
            for (int i = 0; i < 5; i++)
                EXPECT_EQ(before[i], footer_column(widths[w], 40, always[i]));
        }
        close_scenario();
    }
}

TEST(the_step_that_lost_the_good_end_is_marked_and_stays_marked)
{
    open_scenario("race");
    keys("112");
    EXPECT_TRUE(shows(80, 24, "T2 Mover   · · O✗!"));
    EXPECT_TRUE(shows(120, 40, "3✗! T2 Open"));
    keys("2");
    EXPECT_TRUE(shows(120, 40, "Point of no return: step 3."));
    keys("uu"); // before it: the mark stands on what can be redone
    EXPECT_FALSE(shows(120, 40, "Point of no return: step 3."));
    EXPECT_TRUE(shows(120, 40, "3✗! T2 Open"));
    keys("12"); // another branch, in which step 3 is T1's
    EXPECT_FALSE(shows(120, 40, "! T1"));
    close_scenario();
}

TEST(why_tells_a_lost_race_with_its_way_out)
{
    open_scenario("race");
    keys("112222111111i");
    EXPECT_TRUE(shows(120, 60, "It ended as 'nothing moved'. Good is 'all moved'."));
    EXPECT_TRUE(shows(120, 60, "Point of no return: step 3."));
    EXPECT_TRUE(shows(120, 60, "Let T1 run at step 3 instead: schedule 1*6,2*6 (12 steps"));
    keys("qg12i"); // lost update's cousin: not over yet
    EXPECT_TRUE(shows(120, 60, "No good ending can come any more"));
    keys("qg111i"); // nothing is lost
    EXPECT_FALSE(shows(120, 60, "Point of no return"));
    close_scenario();
    open_scenario("lost_update");
    keys("12i"); // no call failed: the step itself is told
    EXPECT_TRUE(shows(120, 60, "step 2: T2 line 1 loaded n: 0."));
    EXPECT_TRUE(shows(120, 60, "Let T1 run at step 2 instead"));
    close_scenario();
}

TEST(who_chose_the_order_is_said)
{
    open_scenario("race");
    keys("<Space>");
    EXPECT_TRUE(says("T1: the ready threads in turn (round-robin)."));
    keys("11<Space><Space>");
    EXPECT_FALSE(says("T2: no other could go."));
    keys("c");
    EXPECT_TRUE(says("Ran all in turn to step"));
    EXPECT_TRUE(says(", the end."));
    EXPECT_TRUE(shows(80, 24, "All threads have finished:"));
    EXPECT_FALSE(shows(80, 24, "nothing can run"));
    keys("gc"); // over what is recorded: nobody chooses
    EXPECT_FALSE(says("round-robin"));
    EXPECT_TRUE(says(", the end."));
    session->policy.kind = POLICY_RANDOM;
    keys("g2c");
    EXPECT_TRUE(says("Ran at random to step"));
    close_scenario();
}

TEST(chance_and_schedules_are_explained_where_they_stand)
{
    open_scenario("race");
    session->patient = true;
    keys("1");
    EXPECT_TRUE(shows(80, 24, "chance from here"));
    EXPECT_TRUE(shows(80, 24, "can go are equally likely"));
    EXPECT_TRUE(shows(120, 40, "still possible from here: chance"));
    EXPECT_TRUE(shows(120, 40, "different orders"));
    keys("e");
    EXPECT_TRUE(
        shows(80, 24, "equally likely at each step; schedules: number of different orders"));
    keys("q?");
    EXPECT_TRUE(shows(200, 200, "likely at each step; schedules:"));
    close_scenario();
}

TEST(every_command_of_the_table_is_in_the_help)
{
    open_scenario("race");
    keys("?");
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++)
        EXPECT_TRUE(shows(200, 200, key_row((enum command)i)->help));
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

TEST(what_can_be_done_at_times_takes_a_place_that_is_free)
{
    open_scenario("race");
    keys("2222111111");
    EXPECT_EQ(VERDICT_FINISHED, machine_verdict(timeline_machine(session->timeline)));
    EXPECT_EQ(1, footer_column(80, 24, "! before no return")); // where the digits were
    EXPECT_TRUE(footer_column(200, 50, "! before no return") > 100);
    close_scenario();
}

TEST(what_is_half_scrolled_away_keeps_its_other_rows)
{
    open_scenario("race");
    EXPECT_TRUE(shows(80, 24, "Nothing has run"));
    keys("?");
    EXPECT_TRUE(shows(80, 24, "each digit lets that thread make one"));
    keys("j");
    EXPECT_FALSE(shows(80, 24, "each digit lets that thread make one"));
    EXPECT_TRUE(shows(80, 24, "step. You can always go back."));
    close_scenario();
}

TEST(home_end_g_and_G_go_to_the_ends_of_every_sheet_and_list)
{
    open_scenario("race");
    keys("?");
    EXPECT_TRUE(shows(80, 24, "1-9"));
    keys("G");
    EXPECT_EQ(session->scroll.most, session->scroll.offset);
    keys("g");
    EXPECT_EQ(0, session->scroll.offset);
    keys("<Esc>B");
    EXPECT_TRUE(shows(80, 24, "a thread is woken"));
    keys("G");
    EXPECT_EQ(session->list.n - 1, session->list.selected);
    keys("g");
    EXPECT_EQ(0, session->list.selected);
    keys("<Esc>:");
    EXPECT_TRUE(shows(80, 24, "commands"));
    keys("<End>");
    EXPECT_EQ(session->list.n - 1, session->list.selected);
    keys("<Home><PgDn>");
    EXPECT_EQ(session->list.page, session->list.selected);
    keys("<Esc>1e");
    EXPECT_TRUE(shows(80, 24, "how it comes about"));
    keys("G");
    EXPECT_EQ(session->list.n - 1, session->list.selected);
    keys("g");
    EXPECT_EQ(0, session->list.selected);
    close_scenario();
}

TEST(a_command_that_is_named_is_found_by_its_name_alone)
{
    open_scenario("race");
    keys(":open");
    EXPECT_EQ(1, session->list.n);
    EXPECT_EQ(CMD_OPEN, session->found[0]);
    keys("<C-u>deadlock"); // no name: what it does
    EXPECT_TRUE(session->list.n >= 1);
    EXPECT_EQ(CMD_WHY, session->found[0]);
    keys("<C-u>");
    int help = 0;
    while (session->found[help] != CMD_HELP && help < session->list.n)
        help++;
    EXPECT_TRUE(help < 3);
    close_scenario();
}

TEST(why_names_the_waker_and_the_rule)
{
    open_scenario("event_synchronization");
    keys("211i");
    EXPECT_TRUE(shows(80, 24, "T1 Creator runs line 12: KeSetEvent"));
    EXPECT_TRUE(shows(80, 24, "not signalled"));
    close_scenario();
}

TEST(a_deadlock_is_in_the_header_and_leaves_it_with_a_step_back)
{
    open_scenario("abba_deadlock");
    keys("1212");
    EXPECT_TRUE(shows(80, 24, "deadlock: T1"));
    EXPECT_TRUE(shows(80, 24, "nothing can run any more"));
    keys("uuu");
    EXPECT_TRUE(shows(80, 24, "every way on breaks a rule"));
    close_scenario();
}

TEST(the_legend_tells_all_letters_if_they_fit_and_that_of_the_last_step_if_not)
{
    open_scenario("race");
    keys("1112");
    EXPECT_TRUE(shows(80, 24, "C Create  O Open  W Write  X Close"));
    EXPECT_FALSE(shows(80, 24, "✗ failed")); // nothing has
    close_scenario();
    open_scenario("event_notification");
    keys("11111112");
    EXPECT_TRUE(shows(80, 24, "? Wait"));
    EXPECT_TRUE(shows(80, 24, "… [?]"));
    EXPECT_TRUE(shows(200, 50, "● signalled"));
    close_scenario();
}

TEST(a_small_screen_has_a_tab_for_the_endings)
{
    open_scenario("race");
    EXPECT_FALSE(shows(40, 10, "nothing moved"));
    EXPECT_TRUE(shows(40, 10, "[Threads] Files  Timeline  Endings"));
    keys("vvv");
    EXPECT_TRUE(shows(40, 10, " Threads  Files  Timeline [Endings]"));
    EXPECT_TRUE(shows(40, 10, "85.2 %"));
    EXPECT_TRUE(shows(79, 23, "[Endings]"));
    EXPECT_TRUE(shows(79, 23, "6.6 %"));
    keys("v");
    EXPECT_TRUE(shows(40, 10, "[Threads]"));
    close_scenario();
    open_scenario("eresource_exclusive");
    EXPECT_TRUE(shows(40, 10, "[Threads]Objects Files Timeline Endings"));
    keys("vvvv");
    EXPECT_TRUE(shows(40, 10, " Threads Objects Files Timeline[Endings]"));
    close_scenario();
}

TEST(the_log_gives_a_cell_what_its_neighbour_leaves)
{
    open_scenario("race");
    keys("1112ffff");
    EXPECT_TRUE(shows(120, 40, "Rename NewFile_0.txt SUCCESS"));
    EXPECT_TRUE(shows(120, 40, "Open file_0.txt     SUCCESS")); // in its column
    close_scenario();
}

TEST(before_the_first_step_the_description_has_the_rows)
{
    open_scenario("race");
    EXPECT_TRUE(shows(80, 24, "─ Creator and mover without any lock ─"));
    EXPECT_TRUE(shows(80, 24, "and nothing keeps them apart"));
    EXPECT_TRUE(shows(80, 24, "read on: press i"));
    keys("i");
    EXPECT_TRUE(shows(80, 24, "behind.")); // its last word
    keys("1");
    EXPECT_TRUE(shows(80, 24, "what happened"));
    close_scenario();
}

TEST(a_lane_is_not_read_as_a_letter)
{
    open_scenario("abba_deadlock");
    keys("12");
    EXPECT_TRUE(shows(80, 24, "ERESOURCE A 1██"));
    EXPECT_TRUE(shows(80, 24, "ERESOURCE B · 2█"));
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
    EXPECT_TRUE(shows(60, 20, "[Files]")); // there are no objects in this scenario
    EXPECT_FALSE(shows(60, 20, "Objects"));
    keys("z");
    EXPECT_FALSE(shows(60, 20, "[Files]"));
    keys("v");
    EXPECT_TRUE(session->refused && says("[z] shows all again"));
    keys("z");
    EXPECT_TRUE(shows(80, 24, "timeline"));
    keys("v");
    EXPECT_TRUE(session->refused && says("All panes are on the screen already."));
    EXPECT_TRUE(shows(30, 8, "q quits"));
    keys("v");
    EXPECT_TRUE(says("The screen is too small for panes."));
    close_scenario();
}

TEST(a_left_branch_is_listed_and_taken_up_again)
{
    open_scenario("race");
    keys("1121uu1");
    EXPECT_EQ(2, branches_count(session->branches));
    keys("A");
    EXPECT_EQ(0, branches_present(session->branches));
    EXPECT_TRUE(says("Branch 1"));
    keys("a");
    EXPECT_TRUE(shows(80, 24, "leaves branch 1 at step 3"));
    keys("<End><Enter>");
    EXPECT_EQ(1, branches_present(session->branches));
    EXPECT_EQ(3, position());
    close_scenario();
}

TEST(what_goes_wrong_belongs_to_its_branch)
{
    struct failure last;

    open_scenario("race");
    keys("122"); // two opens fail
    EXPECT_EQ(2, session_failures(session, &last));
    keys("uu1");
    EXPECT_EQ(0, session_failures(session, &last));
    EXPECT_TRUE(shows(80, 24, "nothing wrong yet"));
    keys("A");
    EXPECT_EQ(0, session_failures(session, &last)); // at step 1 of it
    keys("G");
    EXPECT_EQ(2, session_failures(session, &last));
    EXPECT_EQ(3, last.n);
    close_scenario();
}

TEST(a_number_after_the_colon_is_a_step)
{
    open_scenario("race");
    keys("111111:5<Enter>");
    EXPECT_EQ(5, position());
    keys(":2<Enter>");
    EXPECT_EQ(2, position());
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    keys(":4");
    EXPECT_TRUE(shows(80, 24, "Enter goes to step 4."));
    keys("2");
    EXPECT_TRUE(shows(80, 24, "There is no step 42: 6 are recorded"));
    keys("<Enter>");
    EXPECT_TRUE(session->refused && says("There is no step 42: 6 are recorded"));
    EXPECT_EQ(2, position());
    close_scenario();
}

TEST(the_command_list_finds_by_name_and_by_what_it_does)
{
    open_scenario("race");
    keys("11:run-a<Enter>");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_TRUE(position() > 2);
    keys(":");
    EXPECT_TRUE(shows(120, 60, "c F5"));
    keys("swb"); // letters of switch-back
    EXPECT_EQ(CMD_SWITCH_BACK, session->found[0]);
    keys("<C-u>breakpoint");
    EXPECT_TRUE(session->list.n >= 2);
    keys("<C-u>qqqq<Enter>");
    EXPECT_TRUE(session->refused && says("No command is called 'qqqq'"));
    keys("<Esc>R:step 2<Enter>");
    EXPECT_EQ(1, session->focus);
    close_scenario();
}

TEST(marks_are_set_listed_and_found)
{
    open_scenario("race");
    keys("11ma11'a");
    EXPECT_EQ(2, position());
    keys("'");
    EXPECT_TRUE(shows(80, 24, "branch 1, step 2"));
    keys("d<Esc>'a");
    EXPECT_TRUE(session->overlay == OVERLAY_NONE || session->overlay == OVERLAY_MARKS);
    keys("<Esc>mA");
    EXPECT_TRUE(session->refused && says("a letter from a to z"));
    close_scenario();
}

TEST(jumps_to_switches_and_events_are_mirrored)
{
    open_scenario("event_synchronization");
    keys("211111111122<Home>]");
    EXPECT_EQ(2, position());
    keys("]");
    uint32_t second = position();
    keys("[");
    EXPECT_EQ(2, position());
    keys("<Home>}}");
    uint32_t wake = position();
    EXPECT_TRUE(says("wakes T2") && wake > 1);
    keys("<End>{");
    EXPECT_EQ(wake, position());
    keys("{");
    EXPECT_EQ(1, position());
    EXPECT_TRUE(says("T2 begins to wait"));
    keys("{");
    EXPECT_TRUE(session->refused);
    EXPECT_TRUE(second > 2);
    close_scenario();
}

static bool collect_eventful(void *context, const struct machine *m)
{
    struct noted_steps *noted = context;
    if (step_is_of_interest(&m->last))
        noted->steps[noted->n++] = m->last.n;
    return true;
}

/* What is noted step by step, and partly forgotten with a branch, is what a replay of the whole run finds. */
TEST(where_threads_block_and_wake_is_known_on_every_branch)
{
    open_scenario("eresource_shared");
    for (uint64_t i = 0; i < 600; i++) {
        static const char *const moves[] = {"1", "2", "3",    "1",      "2",       "3",
                                            "u", "A", "<BS>", "<Home>", "<Right>", "}"};
        uint32_t found[256];
        struct noted_steps all = {.steps = found};
        keys(moves[policy_random(5, i, sizeof moves / sizeof moves[0])]);
        EXPECT_TRUE(length() < 256 && session->checked >= position());
        timeline_replay(session->timeline, 1, session->checked, collect_eventful, &all);
        EXPECT_EQ(all.n, session->eventful.n);
        if (all.n > 0)
            EXPECT_MEM_EQ(found, session->eventful.steps, all.n * sizeof found[0]);
    }
    EXPECT_TRUE(branches_count(session->branches) > 2);
    close_scenario();
}

TEST(an_event_ahead_is_found_on_a_branch_that_was_not_walked)
{
    open_scenario("event_synchronization");
    keys("211111111122<Home>");
    keys("}}");
    uint32_t wake = position();
    EXPECT_TRUE(wake > 1);
    keys("<Home>1<BS>A"); // back on the first branch: nothing behind its start was looked at since
    EXPECT_EQ(0, position());
    EXPECT_EQ(0, session->checked);
    keys("}}");
    EXPECT_EQ(wake, position());
    keys("<End>}");
    EXPECT_TRUE(session->refused);
    close_scenario();
}

/* Frames until the run of the chosen row is whole; the first of them refuses to compare. */
static int frames_of_the_run(struct frame *frame)
{
    int n = 0;
    for (; session_makes_run(session); n++) {
        keys("d");
        EXPECT_TRUE(session->refused && session->overlay == OVERLAY_EXPLORE);
        session_draw(session, frame);
    }
    return n;
}

TEST(a_long_run_on_the_explore_screen_is_made_in_slices)
{
    const char *settings[] = {"files=300", "writes=20"};
    struct frame frame = {0};
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 2);
    session = session_open(scenario);
    EXPECT_TRUE(frame_resize(&frame, 80, 24));
    keys("1e");
    while (session->exploring.result == NULL) {
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
        session_draw(session, &frame);
    }
    for (int row = 0; row < 2; row++) {
        EXPECT_TRUE(frames_of_the_run(&frame) > 0);
        struct timeline *run = session->exploring.shown.timeline;
        EXPECT_TRUE(timeline_length(run) > 2000);
        EXPECT_EQ(timeline_length(run), timeline_position(run));
        EXPECT_EQ(timeline_length(run), session_witness(session, row)->n);
        keys("<Down>");
        session_draw(session, &frame);
    }
    frames_of_the_run(&frame);
    keys("d");
    EXPECT_EQ(OVERLAY_DIFF, session->overlay);
    frame_release(&frame);
    close_scenario();
}

TEST(continue_runs_to_stops_and_back_to_them)
{
    open_scenario("race");
    keys("Bnline 1 9<Enter>");
    EXPECT_TRUE(shows(80, 24, "[x] line Creator 9"));
    keys("<Esc>c");
    EXPECT_TRUE(says(": the point of no return."));
    keys("c");
    EXPECT_TRUE(says("breakpoint line Creator 9"));
    uint32_t at = position();
    keys("11C");
    EXPECT_EQ(at, position());
    keys("Bnline 7<Enter>");
    EXPECT_TRUE(session->refused); // what was typed stays
    EXPECT_EQ(OVERLAY_NEW_BREAK, session->overlay);
    EXPECT_STR_EQ("line 7", session->prompt);
    close_scenario();
}

TEST(b_sets_and_takes_away_a_breakpoint_where_the_thread_stands)
{
    open_scenario("race");
    keys("1b");
    EXPECT_TRUE(breakpoints_on_line(session->breakpoints, 0, 8));
    keys("b");
    EXPECT_FALSE(breakpoints_on_line(session->breakpoints, 0, 8));
    close_scenario();
}

TEST(play_goes_on_with_time_and_stops_at_the_end)
{
    open_scenario("race");
    EXPECT_EQ(-1, session_delay(session));
    keys("p");
    int slow = session_delay(session);
    EXPECT_TRUE(slow > 0);
    keys("+");
    EXPECT_TRUE(session_delay(session) < slow);
    keys("<Tick><Tick>");
    EXPECT_EQ(2, position());
    keys("p<Tick>");
    EXPECT_EQ(2, position());
    keys("p1"); // a step of one's own pauses
    EXPECT_EQ(-1, session_delay(session));
    keys("p");
    for (int i = 0; i < 100; i++)
        keys("<Tick>");
    EXPECT_EQ(-1, session_delay(session));
    EXPECT_EQ(VERDICT_FINISHED, machine_verdict(timeline_machine(session->timeline)));
    close_scenario();
}

TEST(search_goes_through_source_objects_and_log)
{
    open_scenario("race");
    keys("11/zwclose<Enter>");
    EXPECT_TRUE(says("1 of 2: T1 line 9"));
    keys("n");
    EXPECT_TRUE(says("2 of 2: T2 line 10"));
    EXPECT_EQ(1, session->focus);
    keys("n");
    EXPECT_TRUE(says("1 of 2"));
    keys("N");
    EXPECT_TRUE(says("2 of 2"));
    keys("/temp\\file_0<Enter>");
    EXPECT_TRUE(says("C:\\Temp\\file_0.txt"));
    EXPECT_EQ(VIEW_DIRECTORY, session->pane.view);
    keys("/T1 ZwWrite<Enter>");
    EXPECT_TRUE(says("step 2"));
    EXPECT_EQ(2, position());
    keys("/nowhere<Enter>");
    EXPECT_TRUE(session->refused && says("'nowhere' was not found."));
    close_scenario();
}

TEST(the_point_of_no_return_is_named)
{
    open_scenario("lost_update");
    keys("12");
    EXPECT_TRUE(shows(80, 24, "✗ point of no return: step 2"));
    EXPECT_TRUE(shows(80, 24, "Point of no return: no good ending can come any more."));
    keys("u");
    EXPECT_TRUE(shows(80, 24, "nothing wrong yet"));
    keys("1");
    EXPECT_TRUE(shows(80, 24, "nothing wrong yet")); // another branch
    keys("A<End>1");
    EXPECT_TRUE(shows(80, 24, "point of no return: step 2"));
    close_scenario();
    open_scenario("abba_deadlock");
    keys("1212"); // nothing was drawn on the way
    EXPECT_TRUE(shows(80, 24, "deadlock"));
    EXPECT_EQ(2, session_lost(session));
    keys("i");
    EXPECT_TRUE(shows(100, 60, "Point of no return: step 2."));
    close_scenario();
}

TEST(what_is_still_possible_stands_beside_the_timeline)
{
    open_scenario("race");
    EXPECT_TRUE(shows(80, 24, "8.2 %"));
    EXPECT_TRUE(shows(80, 24, "all moved"));
    keys("112");
    EXPECT_TRUE(shows(80, 24, "point of no return: step 3"));
    keys("<BS>");
    EXPECT_TRUE(!shows(80, 24, "point of no return"));
    close_scenario();
}

TEST(a_screen_that_does_not_wait_looks_again_until_the_answer_is_there)
{
    struct frame frame = {0};
    int looks = 0;

    open_scenario("race");
    EXPECT_TRUE(frame_resize(&frame, 80, 24));
    session_draw(session, &frame);
    for (; session_working(session) && looks < 100000; looks++) {
        EXPECT_EQ(10, session_delay(session));
        session_key(session, K_TICK);
        session_draw(session, &frame);
    }
    EXPECT_TRUE(looks < 100000);
    EXPECT_EQ(-1, session_delay(session)); // nothing to wait for: it sleeps until a key comes
    EXPECT_EQ(0, position());
    frame_release(&frame);
    close_scenario();
}

TEST(naps_do_not_make_play_faster)
{
    open_scenario("race");
    keys("p");
    session->ahead.asked = true; // and never answered
    int whole = 0, ticks = 0;
    while (position() == 0 && ticks < 1000) {
        whole += session_delay(session);
        session_key(session, K_TICK);
        ticks++;
    }
    EXPECT_EQ(1000, whole);
    EXPECT_TRUE(ticks > 10);
    session->ahead.asked = false;
    close_scenario();
}

TEST(explore_lists_endings_and_findings_and_lays_out_a_run)
{
    open_scenario("race");
    keys("1122e");
    EXPECT_TRUE(shows(80, 24, "3 endings of 53 schedules"));
    EXPECT_TRUE(shows(80, 24, "2 findings on the way, to any ending"));
    EXPECT_EQ(5, session_explored(session));
    keys("j");
    EXPECT_TRUE(shows(80, 24, "1*6,2*6 (12 steps)"));
    keys("<Enter>");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(0, position());
    EXPECT_EQ(12, length());
    EXPECT_EQ(2, branches_count(session->branches));
    keys("<End>");
    EXPECT_TRUE(shows(80, 24, "all moved"));
    keys("A");
    EXPECT_EQ(4, length()); // nothing recorded was lost
    close_scenario();
}

TEST(a_branch_keeps_the_mark_of_what_lost_it)
{
    open_scenario("race");
    keys("12");
    EXPECT_TRUE(shows(80, 24, "point of no return: step 2"));
    keys("<Home>2");
    EXPECT_TRUE(shows(80, 24, "schedule 2"));
    uint32_t of_other = session_lost_mark(session);
    EXPECT_TRUE(of_other != 2);
    keys("A");
    EXPECT_EQ(0, timeline_position(session->timeline));
    EXPECT_EQ(2, session_lost_mark(session));
    keys("A");
    EXPECT_EQ(of_other, session_lost_mark(session));
    close_scenario();
}

TEST(explore_compares_two_runs_from_where_they_part)
{
    open_scenario("race");
    keys("e");
    EXPECT_TRUE(shows(80, 24, "complete"));
    keys("d");
    EXPECT_TRUE(session->refused && says("nothing has run yet"));
    keys("<Esc>1122e");
    EXPECT_TRUE(shows(80, 24, "complete"));
    keys("jd");
    EXPECT_TRUE(shows(80, 24, "The first 2 steps are the same. They part at step 3."));
    EXPECT_TRUE(shows(80, 24, "T1 closed C:\\Temp\\file_0.txt"));
    EXPECT_TRUE(shows(80, 24, "(stands here)"));
    keys("<Esc>");
    EXPECT_EQ(OVERLAY_EXPLORE, session->overlay);
    EXPECT_EQ(1, session->list.selected);
    keys("<Esc>");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    close_scenario();
}

TEST(the_way_out_is_the_nearest_good_ending_before_it_was_lost)
{
    open_scenario("abba_deadlock");
    keys("1212i");
    EXPECT_TRUE(shows(100, 60, "Let T1 run at step 2 instead: schedule 1*4,2*4 (8 steps"));
    keys("!");
    EXPECT_EQ(OVERLAY_NONE, session->overlay);
    EXPECT_EQ(1, position());
    EXPECT_EQ(4, length());
    EXPECT_TRUE(shows(80, 24, "every way on breaks a rule"));
    keys("!");
    EXPECT_TRUE(session->refused && says("No point of no return has been passed"));
    keys("i"); // the advice is still there
    EXPECT_TRUE(shows(80, 24, "Let T1 run at step 2 instead: schedule 1*4,2*4 (8 steps"));
    keys("<Esc>R");
    keys("11112222"); // as advised, from the start
    EXPECT_TRUE(shows(80, 24, "both done, but a rule was broken"));
    close_scenario();
}

TEST(a_message_hides_no_key)
{
    open_scenario("race");
    keys("~");
    EXPECT_TRUE(session->refused);
    EXPECT_TRUE(shows(80, 24, "No thread waits with a timeout now."));
    EXPECT_TRUE(shows(80, 24, "q quit"));
    close_scenario();
}

TEST(finish_says_who_can_run_when_the_chosen_thread_cannot)
{
    open_scenario("race");
    keys("ff");
    EXPECT_TRUE(session->refused && says("Press [2]: that can run."));
    keys("2ff");
    EXPECT_TRUE(session->refused && says("The run is over"));
    close_scenario();
}

TEST(the_open_overlay_offers_only_its_own_keys)
{
    open_scenario("race");
    keys("1:");
    EXPECT_TRUE(shows(80, 24, "Esc cancel"));
    EXPECT_FALSE(shows(80, 24, "q quit"));
    keys("<Esc>?");
    EXPECT_TRUE(shows(80, 24, "Esc close"));
    EXPECT_FALSE(shows(80, 24, "1-2 step"));
    close_scenario();
}

TEST(a_circle_is_drawn_with_its_history_and_a_way_out)
{
    open_scenario("abba_deadlock");
    keys("1212i");
    EXPECT_TRUE(shows(100, 60, "The circle of waiting"));
    EXPECT_TRUE(shows(100, 60, "step 1: T1 got A."));
    EXPECT_TRUE(shows(100, 60, "step 4: T2 asked for A (line 2) and waits."));
    EXPECT_TRUE(shows(100, 60, "same order in every thread"));
    close_scenario();
    open_scenario("upgrade_deadlock");
    keys("cccccci");
    EXPECT_TRUE(shows(100, 60, "waits for itself"));
    close_scenario();
}

TEST(a_hang_names_what_could_have_ended_it)
{
    open_scenario("pulse_missed");
    keys("11111122222i");
    EXPECT_TRUE(shows(100, 60, "A wait that nobody ends"));
    EXPECT_TRUE(shows(100, 60, "KePulseEvent wakes only who waits"));
    close_scenario();
}

TEST(wishes_are_made_and_left_to_who_holds_the_session)
{
    open_scenario("race");
    keys("y");
    EXPECT_TRUE(session->refused); // nothing has run
    keys("112y");
    EXPECT_EQ(WISH_COPY, session->wish);
    char *text = session_schedule(session);
    EXPECT_STR_EQ("1*2,2", text);
    free(text);
    keys("s");
    EXPECT_EQ(WISH_SAVE, session->wish);
    session->wish = WISH_NONE;
    keys("<F12>q");
    EXPECT_EQ(WISH_NONE, session->wish);
    EXPECT_FALSE(session->leaving);
    keys("<F12>s");
    EXPECT_EQ(WISH_PICTURE, session->wish);
    EXPECT_EQ(PICTURE_SVG, session->picture_format);
    keys("o");
    EXPECT_TRUE(session->refused); // nobody offers scenarios here
    close_scenario();
}

TEST(presenter_mode_changes_the_theme_and_gives_it_back)
{
    open_scenario("race");
    keys("TP");
    EXPECT_EQ(THEME_HIGH_CONTRAST, session->theme);
    EXPECT_FALSE(shows(120, 40, " log "));
    EXPECT_TRUE(shows(120, 40, "key P"));
    keys("P");
    EXPECT_EQ(THEME_LIGHT, session->theme);
    close_scenario();
}

TEST(four_threads_stand_side_by_side_where_there_is_room)
{
    open_scenario("driver_load");
    EXPECT_FALSE(shows(200, 50, "4 threads"));
    EXPECT_TRUE(shows(200, 50, "4 UnloadDriver"));
    EXPECT_TRUE(shows(80, 24, "4 threads"));
    close_scenario();
}

TEST(long_lists_scroll_in_the_chosen_pane)
{
    static const char *const settings[] = {"files=40"};

    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", settings, 1);
    session = session_open(scenario);
    keys("f<Tab><Tab>");
    EXPECT_TRUE(shows(80, 24, "of 40"));
    EXPECT_FALSE(shows(80, 24, "file_5.txt"));
    keys("jjjjjjjjjjjjjjjjjjjj");
    EXPECT_TRUE(session->pane_scroll.offset > 0);
    for (int i = 0; i < 100; i++) {
        keys("j");
        shows(80, 24, "");
    }
    EXPECT_EQ(session->pane_scroll.most, session->pane_scroll.offset);
    close_scenario();
}

TEST_MAIN(
    RUN(a_digit_steps_that_thread_and_chooses_it),
    RUN(back_redo_first_and_last_move_along_the_recorded_steps),
    RUN(a_refused_key_changes_nothing_and_says_why), RUN(f_runs_a_thread_until_it_blocks_or_ends),
    RUN(space_and_r_step_by_themselves_until_the_end_and_then_say_so),
    RUN(r_makes_the_same_random_step_at_the_same_place), RUN(the_comma_chooses_and_the_dot_steps),
    RUN(tab_goes_through_threads_and_panes_and_back), RUN(zoom_shows_the_chosen_pane_alone),
    RUN(tilde_fires_a_timeout), RUN(q_closes_one_level_and_then_leaves),
    RUN(a_digit_behind_the_help_only_closes_it), RUN(the_footer_offers_only_what_works),
    RUN(a_key_keeps_its_place_in_the_footer_whatever_comes_and_goes),
    RUN(what_can_be_done_at_times_takes_a_place_that_is_free),
    RUN(what_is_half_scrolled_away_keeps_its_other_rows), RUN(a_lane_is_not_read_as_a_letter),
    RUN(a_small_screen_has_a_tab_for_the_endings),
    RUN(the_log_gives_a_cell_what_its_neighbour_leaves),
    RUN(before_the_first_step_the_description_has_the_rows),
    RUN(the_legend_tells_all_letters_if_they_fit_and_that_of_the_last_step_if_not),
    RUN(home_end_g_and_G_go_to_the_ends_of_every_sheet_and_list),
    RUN(a_command_that_is_named_is_found_by_its_name_alone),
    RUN(the_step_that_lost_the_good_end_is_marked_and_stays_marked),
    RUN(why_tells_a_lost_race_with_its_way_out), RUN(who_chose_the_order_is_said),
    RUN(chance_and_schedules_are_explained_where_they_stand),
    RUN(every_command_of_the_table_is_in_the_help), RUN(the_help_scrolls_to_its_end_and_no_further),
    RUN(why_names_the_waker_and_the_rule),
    RUN(a_deadlock_is_in_the_header_and_leaves_it_with_a_step_back),
    RUN(a_thousand_files_fold_and_say_how_many_there_are),
    RUN(v_turns_the_pages_of_a_small_screen_only), RUN(a_left_branch_is_listed_and_taken_up_again),
    RUN(what_goes_wrong_belongs_to_its_branch), RUN(a_number_after_the_colon_is_a_step),
    RUN(the_command_list_finds_by_name_and_by_what_it_does), RUN(marks_are_set_listed_and_found),
    RUN(jumps_to_switches_and_events_are_mirrored),
    RUN(where_threads_block_and_wake_is_known_on_every_branch),
    RUN(an_event_ahead_is_found_on_a_branch_that_was_not_walked),
    RUN(a_long_run_on_the_explore_screen_is_made_in_slices),
    RUN(continue_runs_to_stops_and_back_to_them),
    RUN(b_sets_and_takes_away_a_breakpoint_where_the_thread_stands),
    RUN(play_goes_on_with_time_and_stops_at_the_end),
    RUN(search_goes_through_source_objects_and_log), RUN(the_point_of_no_return_is_named),
    RUN(what_is_still_possible_stands_beside_the_timeline),
    RUN(a_screen_that_does_not_wait_looks_again_until_the_answer_is_there),
    RUN(naps_do_not_make_play_faster), RUN(explore_lists_endings_and_findings_and_lays_out_a_run),
    RUN(a_branch_keeps_the_mark_of_what_lost_it),
    RUN(explore_compares_two_runs_from_where_they_part),
    RUN(the_way_out_is_the_nearest_good_ending_before_it_was_lost), RUN(a_message_hides_no_key),
    RUN(finish_says_who_can_run_when_the_chosen_thread_cannot),
    RUN(the_open_overlay_offers_only_its_own_keys),
    RUN(a_circle_is_drawn_with_its_history_and_a_way_out),
    RUN(a_hang_names_what_could_have_ended_it),
    RUN(wishes_are_made_and_left_to_who_holds_the_session),
    RUN(presenter_mode_changes_the_theme_and_gives_it_back),
    RUN(four_threads_stand_side_by_side_where_there_is_room),
    RUN(long_lists_scroll_in_the_chosen_pane))
