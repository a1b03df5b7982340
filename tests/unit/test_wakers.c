/*
 * Who can wake a waiting thread: what the program says about it comes true in every run.
 */
#include <stdio.h>
#include <stdlib.h>

#include "expect.h"
#include "kernel_model/eresource.h"
#include "random_program.h"
#include "random_scenario.h"
#include "shipped.h"
#include "sim/report/text.h"
#include "sim/stepper/machine.h"
#include "sim/stepper/policy.h"

enum { RUNS = 300, MOST_STEPS = 120 };

/* What was said of a thread when the step before the present one was made. */
struct said {
    struct wakers wakers;
    bool waits;
};

static struct said say(const struct machine *m, thread_ix t)
{
    struct said said = {.waits = world_thread(&m->world, t)->state == THREAD_WAITING};
    if (said.waits) {
        said.wakers = text_wakers(m, t);
    }
    return said;
}

/* May the step wake the thread, after all that was said? */
static bool was_named(const struct said *said, const struct step *step)
{
    const struct wakers *k = &said->wakers;
    for (unsigned i = 0; i < k->n && i < MAX_WAKERS; i++) {
        const struct waker *w = &k->list[i];
        bool here = w->thread == step->choice.thread && w->line == step->line;
        if (w->call == CALL_return ? (step->ended >> w->thread & 1) != 0 : here) {
            return true;
        }
    }
    return k->n > MAX_WAKERS || k->before != 0;
}

/* Nobody deleted the resource, and with it the queue, under the thread. */
static bool is_queued(const struct world *w, thread_ix t, resource_ix r)
{
    const struct eresource *e = world_resource(w, r);
    bool found = (e->shared_waiters & thread_bit(t)) != 0;
    for (unsigned i = 0; i < w->layout->shape.n_threads; i++) {
        found |= resource_rows(e)[i].exclusive_queue == t + 1;
    }
    return found;
}

/* Where one place alone is named, the hold that ends there goes to the thread. */
static void check_promise(const struct machine *m, thread_ix t, const struct wakers *k,
                          const char *name)
{
    const struct step *step = &m->last;
    const struct kthread *thread = world_thread(&m->world, t);
    object_ref on = waits_on(&m->world, t);
    bool resource = thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED;
    bool alone = k->n == 1 && k->before == 0 && k->list[0].thread == step->choice.thread &&
                 k->list[0].line == step->line;
    bool ended = nt_call_row(step->call)->letter == 'R' && step->effect.object == on &&
                 resource_n_pointers(&m->world, thread->wait_on) == 0;
    if (resource && alone && ended && is_queued(&m->world, t, thread->wait_on) &&
        step->effect.status == KM_OK && !object_owned_by(&m->world, on, step->choice.thread)) {
        fail_msg("%s, step %u ends the hold at the place named, line %u, and T%u waits on", name,
                 step->n, step->line, t + 1u);
    }
}

static void check_step(const struct machine *m, struct said *said, const char *name)
{
    const struct step *step = &m->last;
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        if (said[t].waits && world_thread(&m->world, t)->state == THREAD_WAITING &&
            m->world.annex->threads[t].since < step->n) {
            check_promise(m, t, &said[t].wakers, name);
        }
    }
    for (unsigned i = 0; i < step->effect.n_woken; i++) {
        thread_ix t = step->effect.woken[i].thread;
        if (t != step->choice.thread && said[t].waits && !was_named(&said[t], step)) {
            char text[TEXT_LINE];
            text_step(m, step, text, sizeof text);
            fail_msg("%s, step %u wakes T%u, which was not said: line %u, %s", name, step->n,
                     t + 1u, step->line, text);
        }
    }
}

/*
 * A run by chance. What was said when a thread began to wait must hold until it is woken, and so must what is said at
 * each step since: so each step is checked against all that has been said since.
 */
static void run_checked(struct machine *m, uint64_t seed, const char *name)
{
    struct choice choices[MAX_CHOICES];
    struct policy policy = {POLICY_RANDOM, seed};
    static struct said said[MOST_STEPS + 1][MAX_THREADS];
    unsigned n_threads = m->world.layout->shape.n_threads;
    unsigned since[MAX_THREADS] = {0}; // of each thread: the first step of its present wait
    machine_reset(m);
    for (unsigned n; m->last.n < MOST_STEPS && (n = machine_choices(m, choices)) > 0;) {
        unsigned at = m->last.n;
        for (thread_ix t = 0; t < n_threads; t++) {
            said[at][t] = say(m, t);
            since[t] = said[at][t].waits ? since[t] : at + 1;
        }
        machine_step(m, policy_propose(&policy, m, choices, n));
        for (unsigned k = 0; k <= at; k++) {
            struct said now[MAX_THREADS];
            for (thread_ix t = 0; t < n_threads; t++) {
                now[t] = said[k][t];
                now[t].waits &= k >= since[t];
            }
            check_step(m, now, name);
        }
        for (unsigned i = 0; i < m->last.effect.n_woken; i++) {
            since[m->last.effect.woken[i].thread] = m->last.n;
        }
    }
}

static void check_scenario(struct scenario *s, uint64_t runs, const char *name)
{
    struct machine *m = machine_create(s, true);
    for (uint64_t seed = 1; seed <= runs; seed++) {
        run_checked(m, seed, name);
    }
    machine_free(m);
    scenario_free(s);
}

static void check_shipped(void *context, const char *name)
{
    (void)context;
    check_scenario(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0), RUNS, name);
}

TEST(nobody_is_woken_from_a_place_that_was_not_named)
{
    EXPECT_TRUE(each_shipped(LOCKSTEP_TEST_SCENARIOS, check_shipped, NULL) > 30);
}

TEST(nor_in_random_scenarios)
{
    struct oracle_random random = {7};
    for (uint64_t seed = 1; seed <= ORACLE_SEQUENCES(1000); seed++) {
        char *text = random_scenario(seed), program[RANDOM_PROGRAM_SIZE], name[32];
        snprintf(name, sizeof name, "random scenario %u", (unsigned)seed);
        check_scenario(load_text(text), RUNS / 10, name);
        free(text);
        random_program(&random, program);
        snprintf(name, sizeof name, "random program %u", (unsigned)seed);
        check_scenario(load_text(program), RUNS / 10, name);
    }
}

/* ---- one situation each ---- */

static void expect_said_of(struct scenario *s, const char *threads, thread_ix t,
                           const char *expected)
{
    struct machine *m = machine_create(s, true);
    char text[TEXT_LINE];
    for (const char *c = threads; *c != '\0'; c++) {
        machine_step(m, (struct choice){.thread = (uint8_t)(*c - '1')});
    }
    text_blocked(m, t, text, sizeof text);
    if (strstr(text, expected) == NULL) {
        fail_msg("after %s of T%u: '%s' does not say '%s'", threads, t + 1u, text, expected);
    }
    machine_free(m);
    scenario_free(s);
}

static void expect_said(const char *name, const char *threads, thread_ix t, const char *expected)
{
    expect_said_of(load_shipped(LOCKSTEP_TEST_SCENARIOS, name, NULL, 0), threads, t, expected);
}

TEST(of_an_array_the_release_of_the_right_element_is_named)
{
    expect_said("dining_ordered", "12345", 4, "Only T1 line 9 (Release) can wake it.");
    expect_said("dining_philosophers", "12341", 0, "Only T2 line 7 (Release) can wake it.");
}

TEST(of_a_recursive_hold_the_last_release_is_named)
{
    expect_said("resource_queries", "1112", 1, "Only T1 line 11 (Release) can wake it.");
}

TEST(who_queues_behind_a_writer_is_woken_by_the_writer)
{
    expect_said("writer_starvation", "12341", 3,
                "T4 queues behind T2: only T2 line 2 (Release) can wake it.");
    expect_said("writer_starvation", "1234", 3,
                "T4 queues behind T2: only T2 line 2 (Release) can wake it.");
}

TEST(a_writer_is_told_of_readers_that_may_come_first)
{
    expect_said("eresource_shared", "12", 1, "unless");
}

TEST(where_the_element_is_not_known_every_line_is_named)
{
    const char *text = "[resource Fork[2]]\n"
                       "[shared]\n"
                       "which = 0\n"
                       "[thread One]\n"
                       "body =\n"
                       "    ExAcquireResourceExclusiveLite(&Fork[0], TRUE);\n"
                       "    ExAcquireResourceExclusiveLite(&Fork[1], TRUE);\n"
                       "    int i = which;\n"
                       "    ExReleaseResourceLite(&Fork[i]);\n"
                       "    ExReleaseResourceLite(&Fork[1 - i]);\n"
                       "[thread Two]\n"
                       "body =\n"
                       "    ExAcquireResourceExclusiveLite(&Fork[1], TRUE);\n";
    expect_said_of(load_text(text), "112", 1,
                   "T1 line 4 (Release) or T1 line 5 (Release) can wake it.");
}

TEST(a_set_that_serves_another_first_is_not_named)
{
    const char *text = "[event E]\n"
                       "type = SynchronizationEvent\n"
                       "[thread Setter]\n"
                       "body =\n"
                       "    KeSetEvent(&E);\n"
                       "    KeSetEvent(&E);\n"
                       "[thread First]\n"
                       "body =\n"
                       "    KeWaitForSingleObject(&E);\n"
                       "[thread Second]\n"
                       "body =\n"
                       "    KeWaitForSingleObject(&E);\n";
    expect_said_of(load_text(text), "23", 1, "Only T1 line 1 (Set) can wake it.");
    expect_said_of(load_text(text), "23", 2,
                   "T3 queues behind T2: only T1 line 2 (Set) can wake it.");
}

TEST(a_hold_that_goes_through_a_long_loop_ends_at_its_release)
{
    const char *text = "[constants]\n"
                       "rounds = 5000\n"
                       "[shared]\n"
                       "x = 0\n"
                       "[resource R]\n"
                       "[thread One]\n"
                       "body =\n"
                       "    ExAcquireResourceExclusiveLite(&R, TRUE);\n"
                       "    ExAcquireResourceExclusiveLite(&R, TRUE);\n"
                       "    for (int i = 0; i < rounds; i++)\n"
                       "        x = i;\n"
                       "    ExReleaseResourceLite(&R);\n"
                       "    ExReleaseResourceLite(&R);\n"
                       "[thread Two]\n"
                       "body =\n"
                       "    ExAcquireResourceExclusiveLite(&R, TRUE);\n";
    expect_said_of(load_text(text), "112", 1, "Only T1 line 6 (Release) can wake it.");
}

TEST_MAIN(RUN(nobody_is_woken_from_a_place_that_was_not_named), RUN(nor_in_random_scenarios),
          RUN(of_an_array_the_release_of_the_right_element_is_named),
          RUN(of_a_recursive_hold_the_last_release_is_named),
          RUN(who_queues_behind_a_writer_is_woken_by_the_writer),
          RUN(a_writer_is_told_of_readers_that_may_come_first),
          RUN(where_the_element_is_not_known_every_line_is_named),
          RUN(a_set_that_serves_another_first_is_not_named),
          RUN(a_hold_that_goes_through_a_long_loop_ends_at_its_release))
