/*
 * What is still possible from where a run stands.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/explore/possible.h"

static struct scenario *race(void)
{
    return load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
}

/* A schedule of digits as choices. */
static uint32_t steps_of(const char *digits, struct choice *out)
{
    uint32_t n = 0;
    for (; digits[n] != '\0'; n++) {
        out[n] = (struct choice){(uint8_t)(digits[n] - '1'), CHOICE_RUN, 0, 0};
    }
    return n;
}

static const struct explore_result *ask(struct possible *p, const char *digits)
{
    struct choice steps[32];
    possible_ask(p, steps, steps_of(digits, steps));
    return possible_wait(p);
}

TEST(at_the_start_everything_is_possible)
{
    struct scenario *s = race();
    struct possible *p = possible_create(s);
    const struct explore_result *r = ask(p, "");
    EXPECT_TRUE(r->complete);
    EXPECT_EQ(3, r->n_endings);
    EXPECT_STR_EQ("53", r->schedules);
    bool known;
    EXPECT_EQ(LOST_NOTHING, possible_lost(p, &known));
    EXPECT_TRUE(known);
    possible_free(p);
    scenario_free(s);
}

TEST(the_step_that_lost_the_good_end_is_found)
{
    struct scenario *s = race();
    struct possible *p = possible_create(s);
    bool known;
    const struct explore_result *r = ask(p, "11211"); // the mover came too early for file 0
    EXPECT_TRUE(r->complete);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        EXPECT_TRUE(!r->endings[i].goal);
    }
    EXPECT_EQ(3, possible_lost(p, &known));
    EXPECT_TRUE(known);
    possible_free(p);
    scenario_free(s);
}

TEST(a_rule_that_every_way_to_a_good_end_breaks_is_told_before_it_is_broken)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "critical_region_outside", NULL, 0);
    struct possible *p = possible_create(s);
    struct clean_answer how;
    bool known;
    ask(p, "");
    EXPECT_EQ(LOST_NOTHING, possible_lost(p, &known));
    EXPECT_TRUE(possible_breaks(p, &how));
    EXPECT_TRUE(how.one);
    EXPECT_FALSE(how.rule.invariant);
    possible_free(p);
    scenario_free(s);
    s = race();
    p = possible_create(s);
    ask(p, "");
    EXPECT_FALSE(possible_breaks(p, &how));
    ask(p, "112"); // lost: then it is that which is told
    EXPECT_FALSE(possible_breaks(p, &how));
    possible_free(p);
    scenario_free(s);
}

TEST(witnesses_and_counts_are_from_there_on)
{
    struct scenario *s = race();
    struct possible *p = possible_create(s);
    const struct explore_result *r = ask(p, "111222");
    EXPECT_EQ(2, r->n_endings); // all moved, or the second left behind
    for (uint32_t i = 0; i < r->n_endings; i++) {
        struct machine *m = machine_create(s, false);
        struct choice steps[32];
        uint32_t n = steps_of("111222", steps);
        for (uint32_t k = 0; k < n; k++) {
            machine_step(m, steps[k]);
        }
        for (uint32_t k = 0; k < r->endings[i].witness.n; k++) {
            machine_step(m, r->endings[i].witness.steps[k]);
        }
        EXPECT_EQ(r->endings[i].kind, machine_verdict(m));
        EXPECT_STR_EQ(r->endings[i].name, s->endings[machine_ending(m)].name);
        machine_free(m);
    }
    possible_free(p);
    scenario_free(s);
}

TEST(a_question_drops_the_one_before)
{
    static const char *const large[] = {"files=40", "writes=4"};
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", large, 2);
    struct possible *p = possible_create(s);
    struct choice steps[32];
    for (unsigned i = 0; i < 50; i++) {
        possible_ask(p, steps, steps_of(i % 2 == 0 ? "1" : "11", steps));
        possible_get(p);
    }
    const struct explore_result *r = possible_wait(p);
    EXPECT_TRUE(!r->complete);
    EXPECT_TRUE(r->n_endings > 0);
    possible_free(p);
    scenario_free(s);
}

TEST_MAIN(RUN(at_the_start_everything_is_possible), RUN(the_step_that_lost_the_good_end_is_found),
          RUN(a_rule_that_every_way_to_a_good_end_breaks_is_told_before_it_is_broken),
          RUN(witnesses_and_counts_are_from_there_on), RUN(a_question_drops_the_one_before))
