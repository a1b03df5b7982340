/*
 * How a machine stands: running, finished, stuck or stopped; which ending that is, and whether a good one.
 */
#include "kernel_model/waitgraph.h"
#include "sim/stepper/machine.h"

enum verdict machine_verdict(const struct machine *m)
{
    const struct world *w = &m->world;
    switch ((enum stop_kind)world_system(w)->stop) {
    case STOP_BUGCHECK:
        return VERDICT_BUGCHECK;
    case STOP_ASSERTION:
        return VERDICT_ASSERTION;
    case STOP_FAULT:
        return VERDICT_FAULT;
    case STOP_NONE:
        break;
    }
    struct choice choices[MAX_CHOICES];
    if (machine_choices(m, choices) > 0) {
        return VERDICT_RUNNING;
    }
    return machine_cycle(m).n > 0       ? VERDICT_DEADLOCK
           : machine_unfinished(m) != 0 ? VERDICT_HANG
                                        : VERDICT_FINISHED;
}

bool machine_over(const struct machine *m)
{
    bool goes_on = m->last.n > 0 && m->world.layout->shape.n_spinlocks == 0 &&
                   world_system(&m->world)->stop == STOP_NONE &&
                   world_thread(&m->world, m->last.choice.thread)->state == THREAD_READY;
    struct choice choices[MAX_CHOICES];
    return !goes_on && machine_choices(m, choices) == 0;
}

thread_set machine_unfinished(const struct machine *m)
{
    thread_set left = 0;
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        uint8_t state = world_thread(&m->world, t)->state;
        if (state == THREAD_READY || state == THREAD_WAITING) {
            left |= thread_bit(t);
        }
    }
    return left;
}

struct cycle machine_cycle(const struct machine *m)
{
    object_ref spin[MAX_THREADS];
    machine_spinning(m, spin);
    struct cycle alone = {.n = 0};
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        struct cycle c[MAX_STEP_CYCLES] = {wait_cycle(&m->world, t, spin)};
        if (c[0].n > 1) {
            return c[0];
        }
        // who waits for itself may also be one of a circle of several, which says more
        unsigned n = c[0].n == 1 ? wait_cycles(&m->world, t, spin, c, MAX_STEP_CYCLES) : 0;
        if (n > 1) {
            return c[1];
        }
        alone = alone.n == 0 ? c[0] : alone;
    }
    return alone;
}

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {
        [VERDICT_RUNNING] = "unfinished", [VERDICT_FINISHED] = "finished",
        [VERDICT_DEADLOCK] = "deadlock",  [VERDICT_HANG] = "hang",
        [VERDICT_BUGCHECK] = "bugcheck",  [VERDICT_ASSERTION] = "assertion",
        [VERDICT_FAULT] = "fault",
    };
    return names[v];
}

int machine_ending(const struct machine *m)
{
    for (uint32_t i = 0; i < m->scenario->n_endings; i++) {
        bool failed;
        if (vm_evaluate(&m->scenario->endings[i].when.code, &m->world, &failed) != 0) {
            return (int)i;
        }
    }
    return -1;
}

/* Does [expect] rule out that a run ends like this? */
static bool ruled_out(const struct scenario *s, enum finding_kind kind)
{
    for (uint32_t i = 0; i < s->n_expectations; i++) {
        const struct expectation *e = &s->expectations[i];
        if (e->kind == EXPECT_FINDING && e->finding == kind && e->bound == BOUND_NEVER) {
            return true;
        }
    }
    return false;
}

bool end_is_good(const struct scenario *s, int ending, enum verdict verdict)
{
    bool named = false;
    for (uint32_t i = 0; i < s->n_endings; i++) {
        named |= s->endings[i].goal;
    }
    if (named && (ending < 0 || !s->endings[ending].goal)) {
        return false;
    }
    switch (verdict) {
    case VERDICT_FINISHED:
        return true;
    case VERDICT_HANG:
        return named && !ruled_out(s, FINDING_HANG);
    case VERDICT_DEADLOCK:
        return named && !ruled_out(s, FINDING_DEADLOCK);
    default:
        return false;
    }
}

bool machine_ended_well(const struct machine *m)
{
    return end_is_good(m->scenario, machine_ending(m), machine_verdict(m));
}
