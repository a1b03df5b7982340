/*
 * Breakpoints: what a place must be to be a stop, and that forward and backward find the same ones.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/stepper/breakpoints.h"

static struct scenario *scenario;
static struct timeline *timeline;
static struct branches *branches;
static struct breakpoints *stops;
static const struct policy in_turn = {POLICY_ROUND_ROBIN, 0};

static void open_scenario(const char *name)
{
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    timeline = timeline_open(scenario);
    branches = branches_open(timeline);
    stops = breakpoints_open(scenario);
}

static void close_scenario(void)
{
    breakpoints_close(stops);
    branches_close(branches);
    timeline_close(timeline);
    scenario_free(scenario);
}

/* Only what is added counts. */
static void only(const char *text)
{
    char why[256] = "";
    for (uint32_t k = 0; k < N_STANDING_HALTS; k++)
        breakpoints_switch(stops, k, false);
    bool ok = breakpoints_add(stops, text, why, sizeof why);
    if (!ok)
        print_error("%s: %s\n", text, why);
    EXPECT_TRUE(ok);
}

static uint32_t forward(void)
{
    return run_forward(branches, timeline, stops, &in_turn, 1000);
}

static uint32_t position(void)
{
    return timeline_position(timeline);
}

static bool refuses(const char *text, const char *part)
{
    char why[256] = "";
    bool refused = !breakpoints_add(stops, text, why, sizeof why);
    if (strstr(why, part) == NULL)
        print_error("%s: '%s'\n", text, why);
    return refused && strstr(why, part) != NULL;
}

TEST(by_default_it_halts_where_a_thread_blocks_is_woken_and_at_the_end)
{
    open_scenario("event_synchronization");
    EXPECT_EQ(HALT_AT_BLOCK, forward());
    EXPECT_EQ(KM_WAIT, timeline_machine(timeline)->last.effect.status);
    EXPECT_EQ(HALT_AT_WAKE, forward());
    EXPECT_EQ(1, timeline_machine(timeline)->last.effect.n_woken);
    EXPECT_EQ(HALT_AT_END, forward());
    EXPECT_EQ(NO_HALT, forward());
    close_scenario();
}

TEST(a_deadlock_is_a_finding_before_it_is_an_end)
{
    open_scenario("abba_deadlock");
    breakpoints_switch(stops, HALT_AT_BLOCK, false);
    EXPECT_EQ(HALT_AT_FINDING, forward());
    EXPECT_STR_EQ("deadlock", step_trouble(&timeline_machine(timeline)->last));
    close_scenario();
}

TEST(a_line_is_a_stop_before_it_runs)
{
    open_scenario("race");
    only("line Creator 9");
    EXPECT_EQ(N_STANDING_HALTS, forward());
    EXPECT_EQ(9, vm_line(scenario, &timeline_machine(timeline)->world, 0));
    EXPECT_NE(9, timeline_machine(timeline)->last.line);
    EXPECT_TRUE(breakpoints_on_line(stops, 0, 9));
    EXPECT_FALSE(breakpoints_on_line(stops, 1, 9));
    close_scenario();
}

TEST(a_call_an_object_and_a_thread_are_stops_behind_the_step)
{
    open_scenario("race");
    only("call close");
    forward();
    EXPECT_EQ(CALL_ZwClose, timeline_machine(timeline)->last.call);
    breakpoints_remove(stops, N_STANDING_HALTS);
    only("object file_1.txt");
    timeline_seek(timeline, 0);
    forward();
    EXPECT_EQ(OBJECT_NAME, object_kind_of(timeline_machine(timeline)->last.effect.object));
    breakpoints_remove(stops, N_STANDING_HALTS);
    only("thread 2");
    timeline_seek(timeline, 0);
    forward();
    EXPECT_EQ(1, timeline_machine(timeline)->last.choice.thread);
    close_scenario();
}

TEST(a_condition_is_a_stop_where_it_comes_true)
{
    open_scenario("race");
    only("when files(temp) == 1");
    EXPECT_EQ(N_STANDING_HALTS, forward());
    uint32_t first = position();
    EXPECT_EQ(1, world_directory(&timeline_machine(timeline)->world, 0)->n_files);
    forward(); // still true at the next step: no stop there
    EXPECT_TRUE(position() > first + 1);
    close_scenario();
}

TEST(paths_constants_and_threads_are_known_in_conditions)
{
    open_scenario("race");
    only("when exists(\"C:\\Temp\\file_{files-1}.txt\") && !ended(Creator)");
    EXPECT_EQ(N_STANDING_HALTS, forward());
    EXPECT_FALSE(world_thread(&timeline_machine(timeline)->world, 0)->state == THREAD_FINISHED);
    close_scenario();
    open_scenario("lost_update");
    only("when n == 1");
    EXPECT_EQ(N_STANDING_HALTS, forward());
    EXPECT_EQ(1, world_shared(&timeline_machine(timeline)->world, 0));
    close_scenario();
}

TEST(what_is_no_breakpoint_is_explained)
{
    open_scenario("race");
    EXPECT_TRUE(refuses("line Creator 99", "lines 1 to"));
    EXPECT_TRUE(refuses("line Creater 3", "no thread 'Creater'"));
    EXPECT_TRUE(refuses("line 1 1", "Nothing that others could see"));
    EXPECT_TRUE(refuses("call Foo", "begins with 'Foo'"));
    EXPECT_TRUE(refuses("object nothing", "is called 'nothing'"));
    EXPECT_TRUE(refuses("thread 3", "no thread '3'"));
    EXPECT_TRUE(refuses("when files(", "Column"));
    EXPECT_TRUE(refuses("nonsense", "'nonsense' is no breakpoint"));
    EXPECT_TRUE(refuses("", "is no breakpoint"));
    EXPECT_EQ(N_STANDING_HALTS, breakpoints_count(stops));
    close_scenario();
}

TEST(the_same_breakpoint_twice_is_one)
{
    char why[256];
    open_scenario("race");
    EXPECT_TRUE(breakpoints_add(stops, "thread 1", why, sizeof why));
    breakpoints_switch(stops, N_STANDING_HALTS, false);
    EXPECT_TRUE(breakpoints_add(stops, "thread Creator", why, sizeof why));
    EXPECT_EQ(N_STANDING_HALTS + 1, breakpoints_count(stops));
    EXPECT_TRUE(breakpoints_at(stops, N_STANDING_HALTS)->on);
    close_scenario();
}

/* Every stop of a whole run, forward and then backward. */
static void expect_mirrored(const char *name, const char *text)
{
    enum { MOST = 200 };
    uint32_t places[MOST], n = 0;
    char why[256];
    open_scenario(name);
    if (text[0] != '\0')
        EXPECT_TRUE(breakpoints_add(stops, text, why, sizeof why));
    while (n < MOST && forward() != NO_HALT)
        places[n++] = position();
    EXPECT_TRUE(n > 0);
    timeline_seek(timeline, timeline_length(timeline));
    uint32_t k = n;
    while (k > 0 && places[k - 1] == position())
        k--; // the end is where it stands already
    while (k-- > 0) {
        EXPECT_NE(NO_HALT, run_backward(timeline, stops));
        EXPECT_EQ(places[k], position());
    }
    EXPECT_EQ(NO_HALT, run_backward(timeline, stops));
    EXPECT_EQ(0, position());
    close_scenario();
}

TEST(backward_finds_what_forward_found)
{
    expect_mirrored("event_synchronization", "");
    expect_mirrored("eresource_shared", "call ZwWriteFile");
    expect_mirrored("race", "line Mover 8");
    expect_mirrored("race", "when files(temp) == 1");
    expect_mirrored("race", "when files(temp2) == 0"); // true from the start: no stop there
    expect_mirrored("timeouts", "object Ready");
}

TEST_MAIN(RUN(by_default_it_halts_where_a_thread_blocks_is_woken_and_at_the_end),
          RUN(a_deadlock_is_a_finding_before_it_is_an_end), RUN(a_line_is_a_stop_before_it_runs),
          RUN(a_call_an_object_and_a_thread_are_stops_behind_the_step),
          RUN(a_condition_is_a_stop_where_it_comes_true),
          RUN(paths_constants_and_threads_are_known_in_conditions),
          RUN(what_is_no_breakpoint_is_explained), RUN(the_same_breakpoint_twice_is_one),
          RUN(backward_finds_what_forward_found))
