/*
 * What decides between good and bad ends, against every schedule run by itself.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/explore/remedy.h"
#include "sim/report/text.h"

static struct remedy remedy_of(struct scenario *s, bool reduce)
{
    struct explore_options options = {
        .search = SEARCH_STATES, .reduce = reduce, .jobs = 1, .remedy = true};
    struct explore_result *r = explore(s, &options);
    struct remedy remedy = r->remedy;
    explore_free(r);
    return remedy;
}

enum { MOST_STEPS = 64 };

struct made {
    struct remedy_call call;
    object_ref object;
};

struct check {
    struct machine *m;
    struct remedy remedy;
    struct made made[MOST_STEPS];
    uint32_t n;
    unsigned good, bad, wrong;
};

static bool is_call(const struct made *made, struct remedy_call call)
{
    return made->call.thread == call.thread && made->call.line == call.line &&
           made->call.call == call.call;
}

/* Does the schedule make the second call, and on no object before the first? */
static bool has_order(const struct check *c)
{
    bool any = false;
    for (uint32_t i = 0; i < c->n; i++) {
        bool before = false;
        if (!is_call(&c->made[i], c->remedy.then)) {
            continue;
        }
        any = true;
        for (uint32_t k = 0; k < i; k++) {
            before = before || (is_call(&c->made[k], c->remedy.first) &&
                                c->made[k].object == c->made[i].object);
        }
        if (!before) {
            return false;
        }
    }
    return any;
}

static void run_all(struct check *c)
{
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(c->m, choices);
    if (n == 0) {
        int ending = machine_ending(c->m);
        bool good = ending >= 0 && c->m->scenario->endings[ending].goal;
        c->good += good;
        c->bad += !good;
        c->wrong += has_order(c) != good;
    }
    for (unsigned i = 0; i < n; i++) {
        struct machine_mark mark;
        const struct step *step = machine_push(c->m, choices[i], &mark);
        object_ref object = step->effect.object != 0 ? step->effect.object : step->effect.queued_on;
        assert_true(c->n < MOST_STEPS);
        c->made[c->n++] = (struct made){{step->choice.thread, step->line, step->call}, object};
        run_all(c);
        c->n--;
        machine_pop(c->m, &mark);
    }
}

static void expect_order(const char *name, const char *text)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct check c = {.m = machine_create(s, false), .remedy = remedy_of(s, false)};
    char told[TEXT_LINE];
    remedy_text(s, &c.remedy, told, sizeof told);
    EXPECT_STR_EQ(text, told);
    run_all(&c);
    EXPECT_TRUE(c.good > 0 && c.bad > 0);
    EXPECT_EQ(0, c.wrong);
    machine_free(c.m);
    scenario_free(s);
}

TEST(the_order_that_decides_is_that_of_every_good_schedule_and_of_no_bad_one)
{
    expect_order("race", "It ends well exactly when T1 line 9 (Close) comes before T2 line 4 "
                         "(Open) for each file.");
    expect_order("eresource_exclusive",
                 "It ends well exactly when T1 line 3 (AcquireExcl) comes before T2 line 3 "
                 "(AcquireExcl) on FileResource.");
    expect_order("pulse_missed", "It ends well exactly when T2 line 1 (Wait) comes before T1 line "
                                 "1 (Pulse) on Ready.");
    expect_order("notification_reset_latecomer",
                 "It ends well exactly when T3 line 5 (Reset) is made, and T2 line 3 (Wait) before "
                 "it on FilesReady.");
}

TEST(where_no_single_order_decides_nothing_is_said)
{
    // Either of two orders will do; or all ends are good; or all are bad.
    static const char *const names[] = {"lost_update", "abba_deadlock", "event_synchronization",
                                        "upgrade_deadlock"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, names[i], NULL, 0);
        struct remedy remedy = remedy_of(s, false);
        char told[TEXT_LINE];
        EXPECT_FALSE(remedy.known);
        EXPECT_EQ(0, remedy_text(s, &remedy, told, sizeof told));
        scenario_free(s);
    }
}

TEST(a_reduced_search_proves_no_order)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "race", NULL, 0);
    EXPECT_FALSE(remedy_of(s, true).known);
    scenario_free(s);
}

TEST_MAIN(RUN(the_order_that_decides_is_that_of_every_good_schedule_and_of_no_bad_one),
          RUN(where_no_single_order_decides_nothing_is_said), RUN(a_reduced_search_proves_no_order))
