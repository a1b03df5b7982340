/*
 * Branches and marks: nothing recorded is lost, nothing is recorded twice.
 */
#include <stdio.h>

#include "expect.h"
#include "shipped.h"
#include "sim/stepper/branches.h"
#include "sim/stepper/policy.h"

static struct scenario *scenario;
static struct timeline *timeline;
static struct branches *branches;

static void open_race(void)
{
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    timeline = timeline_open(scenario);
    branches = branches_open(timeline);
}

static void close_race(void)
{
    branches_close(branches);
    timeline_close(timeline);
    scenario_free(scenario);
}

static enum branching step(int thread)
{
    enum branching how;
    EXPECT_EQ(REFUSED_NOT,
              branches_step(branches, (struct choice){.thread = (uint8_t)(thread - 1)}, &how));
    return how;
}

static void steps(const char *digits)
{
    for (; *digits != '\0'; digits++)
        step(*digits - '0');
}

/* In a row from each step behind the fork on: as often as one finds by looking. */
static void expect_repeats(uint32_t ix)
{
    struct branch branch = branches_at(branches, ix);
    for (uint32_t n = branch.length, repeats = 0; n > (ix > 0 ? branch.fork : 0); n--) {
        bool same = n < branch.length && same_choice(branches_choice(branches, ix, n),
                                                     branches_choice(branches, ix, n + 1));
        repeats = same ? repeats + 1 : 1;
        EXPECT_EQ(repeats, branches_repeats(branches, ix, n));
    }
}

/* The steps of a branch as digits. */
static const char *text_of(uint32_t ix)
{
    static char text[64];
    uint32_t n = branches_at(branches, ix).length;
    for (uint32_t i = 1; i <= n; i++)
        text[i - 1] = (char)('1' + branches_choice(branches, ix, i).thread);
    text[n] = '\0';
    expect_repeats(ix);
    return text;
}

TEST(another_choice_opens_a_branch_and_keeps_the_first)
{
    open_race();
    steps("1121");
    timeline_seek(timeline, 2);
    EXPECT_EQ(BRANCH_OPENED, step(1));
    EXPECT_EQ(2, branches_count(branches));
    EXPECT_EQ(1, branches_present(branches));
    EXPECT_STR_EQ("1121", text_of(0));
    EXPECT_STR_EQ("111", text_of(1));
    EXPECT_EQ(2, branches_at(branches, 1).fork);
    EXPECT_EQ(2, branches_at(branches, 0).position); // where it was left
    close_race();
}

TEST(long_rows_of_one_choice_are_counted_on_every_branch)
{
    static const char *const many[] = {"writes=200"};
    scenario = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", many, 1);
    timeline = timeline_open(scenario);
    branches = branches_open(timeline);
    for (int i = 0; i < 150; i++)
        step(1);
    timeline_seek(timeline, 20);
    step(2);
    for (int i = 0; i < 130; i++)
        step(1);
    expect_repeats(0);
    expect_repeats(1);
    branches_go(branches, 0, 150);
    expect_repeats(0);
    expect_repeats(1);
    close_race();
}

TEST(the_recorded_choice_stays_on_its_branch)
{
    open_race();
    steps("1121");
    timeline_seek(timeline, 1);
    EXPECT_EQ(BRANCH_KEPT, step(1));
    EXPECT_EQ(1, branches_count(branches));
    EXPECT_EQ(4, timeline_length(timeline));
    close_race();
}

TEST(choosing_what_another_branch_has_resumes_it)
{
    open_race();
    steps("1121");
    timeline_seek(timeline, 2);
    step(1);
    timeline_seek(timeline, 2);
    EXPECT_EQ(BRANCH_RESUMED, step(2));
    EXPECT_EQ(0, branches_present(branches));
    EXPECT_EQ(2, branches_count(branches));
    EXPECT_EQ(3, timeline_position(timeline));
    EXPECT_EQ(4, timeline_length(timeline));
    EXPECT_EQ(1, branches_previous(branches));
    close_race();
}

TEST(a_branch_of_a_branch_that_leaves_before_its_fork_belongs_to_the_ancestor)
{
    open_race();
    steps("111111");
    timeline_seek(timeline, 4);
    step(2); // branch 1 leaves after 4
    timeline_seek(timeline, 1);
    step(2); // branch 2 leaves after 1
    EXPECT_EQ(0, branches_at(branches, 2).parent);
    EXPECT_STR_EQ("111111", text_of(0));
    EXPECT_STR_EQ("11112", text_of(1));
    EXPECT_STR_EQ("12", text_of(2));
    EXPECT_EQ(4, branches_common(branches, 0, 1));
    EXPECT_EQ(1, branches_common(branches, 1, 2));
    EXPECT_EQ(2, branches_common(branches, 2, 2));
    close_race();
}

TEST(going_to_a_branch_restores_its_steps_and_its_world)
{
    open_race();
    steps("112211");
    machine_keep_fingerprint((struct machine *)timeline_machine(timeline));
    struct fingerprint end = world_fingerprint(&timeline_machine(timeline)->world);
    timeline_seek(timeline, 1);
    steps("2211");
    branches_go(branches, 0, 6);
    EXPECT_EQ(6, timeline_position(timeline));
    struct fingerprint again = world_fingerprint(&timeline_machine(timeline)->world);
    EXPECT_TRUE(memcmp(&end, &again, sizeof end) == 0);
    EXPECT_STR_EQ("12211", text_of(1));
    close_race();
}

TEST(a_refused_choice_opens_nothing)
{
    open_race();
    steps("1111112");
    timeline_seek(timeline, 6);
    enum branching how;
    EXPECT_EQ(REFUSED_ENDED, branches_step(branches, (struct choice){.thread = 0}, &how));
    EXPECT_EQ(BRANCH_KEPT, how);
    EXPECT_EQ(1, branches_count(branches));
    EXPECT_EQ(7, timeline_length(timeline));
    close_race();
}

TEST(a_branch_knows_how_it_ended)
{
    open_race();
    steps("111111222222");
    EXPECT_EQ(VERDICT_FINISHED, branches_at(branches, 0).verdict);
    EXPECT_TRUE(branches_at(branches, 0).ending >= 0);
    timeline_seek(timeline, 0);
    steps("2");
    EXPECT_EQ(VERDICT_RUNNING, branches_at(branches, 1).verdict);
    EXPECT_EQ(VERDICT_FINISHED, branches_at(branches, 0).verdict);
    close_race();
}

TEST(a_mark_is_found_again_from_another_branch)
{
    open_race();
    steps("112");
    marks_set(branches, 'a');
    steps("2");
    timeline_seek(timeline, 0);
    steps("2");
    EXPECT_FALSE(marks_go(branches, 'b'));
    EXPECT_TRUE(marks_go(branches, 'a'));
    EXPECT_EQ(0, branches_present(branches));
    EXPECT_EQ(3, timeline_position(timeline));
    marks_clear(branches, 'a');
    EXPECT_FALSE(marks_get(branches, 'a').set);
    close_race();
}

/* Random walks with many jumps back: every branch ever made still replays as it was recorded. */
TEST(no_branch_changes_and_no_two_are_the_same)
{
    enum { MOVES = 600, MOST = 400 };
    static char recorded[MOST][64];
    open_race();
    for (uint64_t i = 0; i < MOVES; i++) {
        const struct machine *m = timeline_machine(timeline);
        struct choice choices[MAX_CHOICES];
        unsigned n = machine_choices(m, choices);
        if (n == 0 || policy_random(1, 2 * i, 4) == 0)
            timeline_seek(timeline, policy_random(2, i, timeline_position(timeline) + 1));
        else
            branches_step(branches, choices[policy_random(1, 2 * i + 1, n)], NULL);
        for (uint32_t k = 0; k < branches_count(branches) && k < MOST; k++) {
            const char *text = text_of(k);
            EXPECT_TRUE(strncmp(text, recorded[k], strlen(recorded[k])) == 0); // only grows
            snprintf(recorded[k], sizeof recorded[k], "%s", text);
        }
    }
    EXPECT_TRUE(branches_count(branches) > 10);
    for (uint32_t k = 0; k < branches_count(branches) && k < MOST; k++) {
        for (uint32_t j = 0; j < k; j++) {
            uint32_t same = 0;
            while (recorded[j][same] != '\0' && recorded[j][same] == recorded[k][same])
                same++;
            EXPECT_EQ(same, branches_common(branches, j, k));
            EXPECT_TRUE(recorded[j][same] != '\0' || recorded[k][same] != '\0');
        }
    }
    close_race();
}

TEST_MAIN(RUN(another_choice_opens_a_branch_and_keeps_the_first),
          RUN(long_rows_of_one_choice_are_counted_on_every_branch),
          RUN(the_recorded_choice_stays_on_its_branch),
          RUN(choosing_what_another_branch_has_resumes_it),
          RUN(a_branch_of_a_branch_that_leaves_before_its_fork_belongs_to_the_ancestor),
          RUN(going_to_a_branch_restores_its_steps_and_its_world),
          RUN(a_refused_choice_opens_nothing), RUN(a_branch_knows_how_it_ended),
          RUN(a_mark_is_found_again_from_another_branch),
          RUN(no_branch_changes_and_no_two_are_the_same))
