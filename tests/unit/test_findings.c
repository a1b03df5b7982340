/*
 * Hangs, deadlocks and livelocks say who waits where, what for, and what on the way made it so; the
 * same hang on many schedules is one finding, and every search has the same ones.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/explore/explore.h"
#include "sim/report/text_finding.h"
#include "sim/stepper/places.h"
#include "sim/stepper/timeline.h"

#define WAITER_AND_SETTER(type, set)   \
    "[event E]\ntype = " type "\n"     \
    "[thread Waiter]\nbody =\n"        \
    "    KeWaitForSingleObject(&E);\n" \
    "[thread Setter]\nbody =\n    " set "\n"

static struct explore_result *search(const struct scenario *s, enum search_kind kind)
{
    struct explore_options o = {.search = kind};
    return explore(s, &o);
}

/* The only finding of the kind; fails if there are more or none. */
static const struct explore_finding *only(const struct explore_result *r, enum finding_kind kind)
{
    const struct explore_finding *found = NULL;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].kind == kind) {
            EXPECT_TRUE(found == NULL);
            found = &r->findings[i];
        }
    }
    EXPECT_TRUE(found != NULL);
    return found;
}

/* Loads, searches, and expects one finding of the kind with this sentence. */
static void expect_one(const char *text, enum finding_kind kind, const char *sentence)
{
    struct scenario *s = load_text(text);
    struct explore_result *r = search(s, SEARCH_STATES);
    EXPECT_STR_EQ(sentence, only(r, kind)->text);
    explore_free(r);
    scenario_free(s);
}

TEST(a_hang_names_the_reset_that_took_the_signal)
{
    expect_one(WAITER_AND_SETTER("NotificationEvent", "KeSetEvent(&E);\n    KeResetEvent(&E);"),
               FINDING_HANG,
               "Hang: T1 line 1 waits for E. Nobody is left to wake it: T2 is past line 1 "
               "(Set). T2 line 2 (Reset) took the signal of T2 line 1 (Set) away.");
}

TEST(a_hang_names_the_pulse_that_was_missed)
{
    expect_one(WAITER_AND_SETTER("SynchronizationEvent", "KePulseEvent(&E);"), FINDING_HANG,
               "Hang: T1 line 1 waits for E. Nobody is left to wake it: T2 is past line 1 "
               "(Pulse). T2 line 1 (Pulse) signalled E for that moment only.");
}

TEST(a_hang_says_that_there_never_was_a_signal)
{
    expect_one(WAITER_AND_SETTER("SynchronizationEvent", "KeResetEvent(&E);"), FINDING_HANG,
               "Hang: T1 line 1 waits for E. Nobody is left to wake it. E was never "
               "signalled.");
}

TEST(a_signal_handed_to_another_waiter_is_named_by_its_wait)
{
    struct scenario *s = load_text(
        WAITER_AND_SETTER("SynchronizationEvent",
                          "KeSetEvent(&E);") "[thread Other]\nbody =\n    DbgPrint(\"to the second "
                                             "line\");\n    KeWaitForSingleObject(&E);\n");
    struct machine *m = machine_create(s, true);
    machine_step(m, (struct choice){2, CHOICE_RUN, 0, 0});
    machine_step(m, (struct choice){0, CHOICE_RUN, 0, 0});
    machine_step(m, (struct choice){1, CHOICE_RUN, 0, 0}); // wakes T3, which ends
    struct found found[MAX_FOUND];
    char text[FOUND_TEXT];
    EXPECT_EQ(1, found_at_end(m, found));
    text_found(m, found[0], text, sizeof text);
    EXPECT_STR_EQ("Hang: T1 line 1 waits for E. Nobody is left to wake it: T2 is past line "
                  "1 (Set). T3 line 2 (Wait) took the signal of T2 line 1 (Set).",
                  text);
    machine_free(m);
    scenario_free(s);
}

TEST(a_hang_on_a_resource_names_where_its_dead_owner_took_it)
{
    expect_one("[resource R]\n"
               "[thread Owner]\nbody =\n"
               "    ExAcquireResourceExclusiveLite(&R, TRUE);\n"
               "[thread Other]\nbody =\n"
               "    ExAcquireResourceSharedLite(&R, TRUE);\n    ExReleaseResourceLite(&R);\n",
               FINDING_HANG,
               "Hang: T2 line 1 waits for R (shared). T1 took R at line 1. Nobody is left to "
               "wake it: T1 has ended.");
}

TEST(a_deadlock_names_where_each_lock_was_taken)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, "abba_deadlock", NULL, 0);
    for (int all = 0; all < 2; all++) {
        struct explore_result *r = search(s, all ? SEARCH_ALL : SEARCH_STATES);
        const struct explore_finding *f = only(r, FINDING_DEADLOCK);
        EXPECT_STR_EQ(
            "Deadlock: T1 \xE2\x86\x92 B \xE2\x86\x92 T2 \xE2\x86\x92 A \xE2\x86\x92 T1: none of "
            "them can run again. T1 line 2 waits for B, which T2 took at line 1; T2 line 2 waits "
            "for A, which T1 took at line 1.",
            f->text);
        EXPECT_EQ(4, f->witness.n);
        EXPECT_EQ(2, f->witness.switches);
        EXPECT_EQ(0, f->witness.steps[0].thread);
        explore_free(r);
    }
    scenario_free(s);
}

TEST(a_lock_handed_over_was_taken_where_its_owner_waited)
{
    struct scenario *s =
        load_text("[resource R]\n"
                  "[thread One]\nbody =\n    ExAcquireResourceExclusiveLite(&R, TRUE);\n"
                  "    ExReleaseResourceLite(&R);\n"
                  "[thread Two]\nbody =\n    int a = 0;\n    a++;\n    "
                  "ExAcquireResourceExclusiveLite(&R, TRUE);\n"
                  "    ExReleaseResourceLite(&R);\n");
    struct timeline *t = timeline_open(s);
    timeline_step(t, (struct choice){0, CHOICE_RUN, 0, 0}, NULL);
    timeline_step(t, (struct choice){1, CHOICE_RUN, 0, 0}, NULL);
    timeline_step(t, (struct choice){0, CHOICE_RUN, 0, 0}, NULL);
    EXPECT_EQ(2, place_of_hold(timeline_machine(t), 0, 1).who);
    EXPECT_EQ(3, place_of_hold(timeline_machine(t), 0, 1).line);
    timeline_seek(t, 2); // the places go back with the run
    EXPECT_EQ(0, place_of_hold(timeline_machine(t), 0, 1).who);
    EXPECT_EQ(1, place_of_hold(timeline_machine(t), 0, 0).line);
    timeline_close(t);
    scenario_free(s);
}

TEST(a_livelock_names_who_goes_in_circles_and_who_waits)
{
    expect_one(
        "[shared]\nready = 0\n[event Never]\ntype = SynchronizationEvent\n"
        "[thread Asker]\nbody =\n    while (ready == 0)\n        ;\n"
        "[thread Sleeper]\nbody =\n    KeWaitForSingleObject(&Never);\n    ready = 1;\n",
        FINDING_LIVELOCK,
        "Livelock: from here on T1 (line 1) can only run in circles, T2 waits; no end can be "
        "reached any more.");
}

/* Each finding of a hang replays to a hang of that thread, and both searches have the same. */
static void compare_searches(const char *name)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0);
    struct explore_result *states = search(s, SEARCH_STATES), *all = search(s, SEARCH_ALL);
    unsigned hangs = 0;
    EXPECT_EQ(states->n_findings, all->n_findings);
    for (uint32_t i = 0; i < states->n_findings; i++) {
        const struct explore_finding *f = &states->findings[i], *g = &all->findings[i];
        EXPECT_EQ(f->kind, g->kind);
        EXPECT_STR_EQ(f->text, g->text);
        EXPECT_EQ(f->witness.n, g->witness.n);
        EXPECT_MEM_EQ(f->witness.steps, g->witness.steps, f->witness.n * sizeof *g->witness.steps);
        if (f->kind == FINDING_HANG) {
            struct machine *m = machine_create(s, false);
            for (uint32_t k = 0; k < f->witness.n; k++) {
                machine_step(m, f->witness.steps[k]);
            }
            EXPECT_EQ(VERDICT_HANG, machine_verdict(m));
            machine_free(m);
            hangs++;
        }
    }
    EXPECT_EQ(2, hangs); // one for each of the two movers, in however many schedules
    explore_free(states);
    explore_free(all);
    scenario_free(s);
}

TEST(the_same_hang_in_many_schedules_is_one_finding)
{
    compare_searches("notification_reset_latecomer");
    compare_searches("second_waiter_synchronization");
}

TEST_MAIN(RUN(a_hang_names_the_reset_that_took_the_signal),
          RUN(a_hang_names_the_pulse_that_was_missed),
          RUN(a_hang_says_that_there_never_was_a_signal),
          RUN(a_signal_handed_to_another_waiter_is_named_by_its_wait),
          RUN(a_hang_on_a_resource_names_where_its_dead_owner_took_it),
          RUN(a_deadlock_names_where_each_lock_was_taken),
          RUN(a_lock_handed_over_was_taken_where_its_owner_waited),
          RUN(a_livelock_names_who_goes_in_circles_and_who_waits),
          RUN(the_same_hang_in_many_schedules_is_one_finding))
