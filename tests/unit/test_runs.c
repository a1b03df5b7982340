/*
 * What the samples do: whole runs of the shipped scenarios under given schedules and under every
 * seed.
 */
#include "expect.h"
#include "shipped.h"
#include "sim/lang/schedule_text.h"
#include "sim/lang/span.h"
#include "sim/stepper/machine.h"
#include "sim/stepper/policy.h"

struct fixture {
    struct scenario *scenario;
    struct machine *machine;
};

static struct fixture open_scenario(const char *name, const char *const *settings, size_t n)
{
    struct scenario *s = load_shipped(LOCKSTEP_TEST_SCENARIOS, name, settings, n);
    return (struct fixture){s, machine_create(s, true)};
}

static void close_scenario(struct fixture f)
{
    machine_free(f.machine);
    scenario_free(f.scenario);
}

/* Steps the machine along a schedule text, as far as it goes. */
static void follow(struct fixture f, const char *steps)
{
    struct schedule schedule = {0};
    struct diag_list diags = {0};
    struct span text = {.at = steps, .n = strlen(steps), .file = "test", .line = 1, .column = 1};
    EXPECT_TRUE(schedule_parse(f.scenario, text, &schedule, &diags));
    for (size_t i = 0; i < schedule.n; i++) {
        struct schedule_step step = schedule.items[i].step;
        struct choice c = {step.thread, step.kind, step.pick, 0};
        for (uint32_t k = 0; k < schedule.items[i].count; k++) {
            EXPECT_EQ(REFUSED_NOT, machine_refusal(f.machine, c));
            machine_step(f.machine, c);
        }
    }
    schedule_release(&schedule);
    diag_release(&diags);
}

static void run_randomly(struct machine *m, uint64_t seed)
{
    struct choice choices[MAX_CHOICES];
    struct policy policy = {POLICY_RANDOM, seed};
    for (unsigned n; (n = machine_choices(m, choices)) > 0;) {
        machine_step(m, policy_propose(&policy, m, choices, n));
    }
}

static const char *ending(struct fixture f)
{
    int ix = machine_ending(f.machine);
    return ix < 0 ? "other" : f.scenario->endings[ix].name;
}

static void expect_ending(const char *name, const char *steps, const char *expected)
{
    struct fixture f = open_scenario(name, NULL, 0);
    follow(f, steps);
    EXPECT_EQ(VERDICT_FINISHED, machine_verdict(f.machine));
    EXPECT_STR_EQ(expected, ending(f));
    close_scenario(f);
}

TEST(the_mover_alone_first_moves_nothing)
{
    expect_ending("race", "22111111", "nothing moved");
}

TEST(the_creator_alone_first_lets_everything_be_moved)
{
    expect_ending("race", "111111222222", "all moved");
}

TEST(one_file_too_early_is_left_behind)
{
    expect_ending("race", "1112222111", "some left");
}

TEST(a_half_written_file_cannot_be_opened)
{
    struct fixture f = open_scenario("race", NULL, 0);
    follow(f, "12");
    EXPECT_EQ(STATUS_SHARING_VIOLATION, f.machine->last.effect.result);
    EXPECT_EQ(CALL_ZwOpenFile, f.machine->last.call);
    close_scenario(f);
}

TEST(a_lock_gives_no_order)
{
    expect_ending("eresource_exclusive", "2*4,1*8", "nothing moved");
    expect_ending("eresource_exclusive", "1*8,2*8", "all moved");
}

TEST(events_order_creator_and_mover_under_every_seed)
{
    static const char *const names[] = {"event_synchronization", "event_notification"};
    for (unsigned i = 0; i < 2; i++) {
        struct fixture f = open_scenario(names[i], NULL, 0);
        for (uint64_t seed = 1; seed <= 1000; seed++) {
            machine_reset(f.machine);
            run_randomly(f.machine, seed);
            EXPECT_EQ(VERDICT_FINISHED, machine_verdict(f.machine));
            EXPECT_STR_EQ("all moved", ending(f));
        }
        close_scenario(f);
    }
}

TEST(the_readme_has_27890_bytes_whatever_was_moved)
{
    static const char *const size[] = {"files=1000", "writes=2"};
    struct fixture f = open_scenario("eresource_shared", size, 2);
    for (uint64_t seed = 1; seed <= 4; seed++) {
        machine_reset(f.machine);
        run_randomly(f.machine, seed);
        bool found = false;
        const struct world_shape *shape = &f.machine->world.layout->shape;
        for (name_ix n = 0; n < shape->n_names; n++) {
            if (strcmp(shape->names[n].path, "C:\\Temp2\\README.txt") == 0) {
                EXPECT_EQ(27890, world_file(&f.machine->world, n)->size);
                found = true;
            }
        }
        EXPECT_TRUE(found);
    }
    close_scenario(f);
}

TEST(the_second_of_two_threads_with_swapped_locks_closes_the_circle)
{
    struct fixture f = open_scenario("abba_deadlock", NULL, 0);
    follow(f, "1,2*2");
    EXPECT_EQ(0, f.machine->last.n_cycles);
    follow(f, "1");
    const struct cycle *c = &f.machine->last.cycles[0];
    EXPECT_EQ(2, c->n);
    EXPECT_EQ(0, c->threads[0]);
    EXPECT_EQ(object_make(OBJECT_RESOURCE, 1), c->objects[0]); // T1 waits for B
    EXPECT_EQ(1, c->threads[1]);
    EXPECT_EQ(object_make(OBJECT_RESOURCE, 0), c->objects[1]);
    EXPECT_EQ(VERDICT_DEADLOCK, machine_verdict(f.machine));
    close_scenario(f);
}

/* One thread whose body ends the run at its first step; what the machine says about it. */
static void expect_fault(const char *text, const char *reason, unsigned line)
{
    struct scenario *s = load_text(text);
    struct machine *m = machine_create(s, true);
    struct choice one = {0, CHOICE_RUN, 0, 0};
    while (machine_refusal(m, one) == REFUSED_NOT) {
        machine_step(m, one);
    }
    EXPECT_EQ(VERDICT_FAULT, machine_verdict(m));
    EXPECT_STR_EQ(reason, m->last.stop.reason);
    EXPECT_EQ(line, m->last.stop.line);
    machine_free(m);
    scenario_free(s);
}

TEST(a_division_by_zero_is_a_fault)
{
    expect_fault("[shared]\nx = 0\n[thread T]\nbody =\n  int y = x;\n  y = 7 / y;\n  x = y;\n",
                 "division by zero", 2);
}

TEST(leaving_an_array_is_a_fault)
{
    expect_fault("[shared]\na[4] = 1\nx = 4\n[thread T]\nbody =\n  int y = x;\n  a[y] = 1;\n",
                 "array index out of range", 2);
}

TEST(never_making_a_step_is_a_fault)
{
    expect_fault("[shared]\nx = 0\n[thread T]\nbody =\n  x = 1;\n  while (TRUE)\n    ;\n",
                 "a million instructions without a visible operation", 2);
}

/* The threads of the steps that the policy `priority` makes, as digits. */
static void expect_priority_order(const char *text, const char *expected)
{
    struct scenario *s = load_text(text);
    struct machine *m = machine_create(s, true);
    struct policy policy = {POLICY_PRIORITY, 0};
    struct choice choices[MAX_CHOICES];
    char order[64] = "";
    size_t at = 0;
    for (unsigned n; (n = machine_choices(m, choices)) > 0 && at + 1 < sizeof order;) {
        machine_step(m, policy_propose(&policy, m, choices, n));
        order[at++] = (char)('1' + m->last.choice.thread);
        order[at] = '\0';
    }
    EXPECT_STR_EQ(expected, order);
    machine_free(m);
    scenario_free(s);
}

/* B73: who wakes with a higher priority runs before the caller's next statement. */
TEST(priority_lets_a_woken_thread_preempt)
{
    expect_priority_order("[event E]\ntype = NotificationEvent\n[shared]\nx = 0\n"
                          "[thread Low]\nbody =\n  KeSetEvent(&E);\n  x = 1;\n"
                          "[thread High]\npriority = 12\nbody =\n"
                          "  KeWaitForSingleObject(&E);\n  x = 2;\n",
                          "2121");
}

/* B71, B72: an increment lifts an equal above the caller; without one it has to wait its turn. */
TEST(priority_boosts_by_the_increment_of_the_set)
{
    expect_priority_order("[event E]\ntype = NotificationEvent\n[shared]\nx = 0\n"
                          "[thread Waiter]\nbody =\n  KeWaitForSingleObject(&E);\n  x = 2;\n"
                          "[thread Setter]\nbody =\n  KeSetEvent(&E, 1);\n  x = 1;\n",
                          "1212");
    expect_priority_order("[event E]\ntype = NotificationEvent\n[shared]\nx = 0\n"
                          "[thread Waiter]\nbody =\n  KeWaitForSingleObject(&E);\n  x = 2;\n"
                          "[thread Setter]\nbody =\n  KeSetEvent(&E, 0);\n  x = 1;\n",
                          "1221");
}

TEST(priority_rotates_equals_at_the_end_of_a_quantum)
{
    expect_priority_order("[shared]\nx = 0\ny = 0\n"
                          "[thread A]\nbody =\n  for (int i = 0; i < 8; i++)\n    x = i;\n"
                          "[thread B]\nbody =\n  for (int i = 0; i < 8; i++)\n    y = i;\n",
                          "1111112222221122");
}

TEST_MAIN(RUN(priority_lets_a_woken_thread_preempt),
          RUN(priority_boosts_by_the_increment_of_the_set),
          RUN(priority_rotates_equals_at_the_end_of_a_quantum),
          RUN(the_mover_alone_first_moves_nothing),
          RUN(the_creator_alone_first_lets_everything_be_moved),
          RUN(one_file_too_early_is_left_behind), RUN(a_half_written_file_cannot_be_opened),
          RUN(a_lock_gives_no_order), RUN(events_order_creator_and_mover_under_every_seed),
          RUN(the_readme_has_27890_bytes_whatever_was_moved),
          RUN(the_second_of_two_threads_with_swapped_locks_closes_the_circle),
          RUN(a_division_by_zero_is_a_fault), RUN(leaving_an_array_is_a_fault),
          RUN(never_making_a_step_is_a_fault))
