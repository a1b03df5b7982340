/*
 * The search `traces`: one schedule of each Mazurkiewicz trace, by optimal dynamic partial-order
 * reduction.
 *
 * Depth first on one world that is walked up and down. When an event is added, the races that it
 * closes are noted; at the end of the execution each race is turned round (reversal.c). That gives
 * a sequence to be run in the state before the first of the two, unless something that sleeps there
 * can come first in it (then what it would show has been seen) or a wakeup tree covers it already.
 * A sequence that is inserted so wakes up everything that sleeps on its way; no execution is begun
 * in vain.
 *
 * What a race does not show, because one of the two never happens:
 * - An event ends or redirects the wait of a thread whose timeout could have fired, or that could
 *   have run: that choice comes instead.
 * - A thread stands before a lock that is not released any more: it could have come first.
 * - The machine stops: whoever could run could have come first.
 * - A step has several choices: each of the others comes instead.
 *
 * What the second event does where it comes first is known if the first only looked at what they
 * meet in. Otherwise the machine shows it when it decides: for shared memory by making the step with
 * the value that the variable had, else by walking there.
 */
#include "sim/explore/traces.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

/* ---- room ---- */

/* Room for one event more than there are. */
static void make_room(struct traces *s)
{
    uint32_t n = s->trace.n;
    s->levels = mem_grow(s->levels, n + 1, &s->capacity_levels, sizeof *s->levels);
    trace_next(&s->trace);
    if (s->capacity_schedule < s->trace.capacity) {
        s->capacity_schedule = s->trace.capacity;
        size_t room = s->capacity_schedule + 2;
        s->sequence = mem_resize(s->sequence, room * sizeof(struct action *));
        s->steps = mem_resize(s->steps, room * sizeof *s->steps);
        s->member = mem_resize(s->member, room * sizeof *s->member);
    }
}

static uint64_t bytes(const struct traces *s)
{
    return trace_bytes(&s->trace) + wakeup_bytes(&s->pool) +
           s->capacity_levels * sizeof *s->levels + s->capacity_slept * sizeof *s->slept +
           s->capacity_sleepers * sizeof *s->sleepers + s->capacity_found * sizeof *s->found +
           show_bytes(s);
}

/* ---- sleep sets ---- */

static void add_sleeper(struct traces *s, struct level *l, uint32_t slept)
{
    s->sleepers = mem_grow(s->sleepers, s->n_sleepers, &s->capacity_sleepers, sizeof *s->sleepers);
    s->sleepers[s->n_sleepers++] = slept;
    l->n_sleepers++;
}

/* What sleeps before the event and does not depend on it sleeps on. */
static void keep_asleep(struct traces *s, const struct level *from, struct level *to,
                        const struct action *event)
{
    to->first_sleeper = s->n_sleepers;
    to->n_sleepers = 0;
    for (uint32_t i = 0; i < from->n_sleepers; i++) {
        uint32_t slept = s->sleepers[from->first_sleeper + i];
        if (!actions_conflict(&s->slept[slept], event)) {
            add_sleeper(s, to, slept);
        }
    }
}

/* What was run from here is seen. It is the last thing in both stacks. */
static void put_to_sleep(struct traces *s, struct level *l, const struct action *a)
{
    s->slept = mem_grow(s->slept, s->n_slept, &s->capacity_slept, sizeof *s->slept);
    action_copy(&s->slept[s->n_slept], a);
    add_sleeper(s, l, s->n_slept++);
}

static bool asleep(const struct traces *s, const struct level *l, struct choice c)
{
    for (uint32_t i = 0; i < l->n_sleepers; i++) {
        if (same_choice(s->slept[s->sleepers[l->first_sleeper + i]].choice, c)) {
            return true;
        }
    }
    return false;
}

/* ---- one event ---- */

/* Choices of other threads that the event, just pushed, took away by redirecting them. */
static unsigned redirected_choices(const struct traces *s, const struct action *a,
                                   struct choice *out)
{
    unsigned n = 0;
    thread_set others = a->threads & ~thread_bit(a->choice.thread);
    for (thread_ix t = 0; others != 0 && t < s->trace.n_threads; t++) {
        if ((others & thread_bit(t)) == 0) {
            continue;
        }
        const struct kthread *old = world_before(&s->m->world, object_make(OBJECT_THREAD, t));
        if (old->state == THREAD_WAITING && (old->wait_flags & WAIT_FLAG_RETEST) != 0) {
            out[n++] = (struct choice){t, CHOICE_RUN, 0, 0};
        }
        if (old->state == THREAD_WAITING && (old->wait_flags & WAIT_FLAG_TIMED) != 0) {
            out[n++] = (struct choice){t, CHOICE_TIMEOUT, 0, 0};
        }
    }
    return n;
}

/* Of all choices of the present state, those of one thread or of all others, but not c itself. */
static unsigned choices_beside(const struct traces *s, struct choice c, bool others,
                               struct choice *out)
{
    struct choice all[MAX_CHOICES];
    unsigned n_all = machine_choices(s->m, all), n = 0;
    for (unsigned i = 0; i < n_all; i++) {
        if ((all[i].thread != c.thread) == others && !same_choice(all[i], c)) {
            out[n++] = all[i];
        }
    }
    return n;
}

/* What the events of a spin lock need to know beside the access. */
static void note_lock(const struct traces *s, struct event *e, enum nt_call call)
{
    const struct step *step = &s->m->last;
    e->lock = LOCK_NOT_USED;
    if (call != CALL_KeAcquireSpinLock && call != CALL_KeReleaseSpinLock) {
        return;
    }
    object_ref lock = (object_ref)step->args[0];
    const struct spinlock *old = world_before(&s->m->world, lock);
    e->lock_key = dependency_key(s->dependency, lock, ASPECT_STATE);
    if (old != NULL) { // it stopped the machine otherwise
        e->lock = call == CALL_KeAcquireSpinLock ? LOCK_TAKEN
                  : old->owner != 0              ? LOCK_GIVEN_UP
                                                 : LOCK_NOT_USED;
    }
}

/* What the level keeps of the step just pushed. */
static void note_step(const struct traces *s, struct level *l)
{
    const struct step *step = &s->m->last;
    l->call = step->call;
    l->next.n = 0;
    if (s->races) {
        next_step_note(s->m, &l->next);
        if (l->next.n > 0) {
            l->hash = hash_of_step(&l->next);
        }
    }
    if (nt_call_row(step->call)->group == GROUP_SHARED && step->call != CALL_NONE) {
        object_ref cell = (object_ref)step->args[0];
        const int32_t *old = world_before(&s->m->world, cell);
        l->cell = object_ix_of(cell);
        l->old = old != NULL ? *old : world_shared(&s->m->world, l->cell);
    }
}

/* Nothing has left it yet; what is known of the event that leaves it is set when one does. */
static void reach_level(const struct traces *s, struct level *l, wakeup_ix tree)
{
    l->tree = tree;
    l->n_slept = s->n_slept;
    l->n_found = s->n_found;
    l->entered = false;
    l->cell = 0;
    l->old = 0;
}

/* Makes a step and everything that it gives rise to; its wakeup tree is handed on. */
static void make_event(struct traces *s, struct choice c, wakeup_ix tree)
{
    make_room(s);
    struct level *l = &s->levels[s->trace.n], *next = l + 1;
    struct event *e = trace_next(&s->trace);
    struct choice prevented[2 * MAX_CHOICES];
    unsigned n = s->several ? choices_beside(s, c, false, prevented) : 0;
    l->entered = true;
    machine_push(s->m, c, &l->mark);
    s->transitions++;
    action_of(s->dependency, s->m, &e->action);
    note_step(s, l);
    note_lock(s, e, l->call);
    n += redirected_choices(s, &e->action, prevented + n);
    reach_level(s, next, tree);
    keep_asleep(s, l, next, &e->action);
    trace_add(&s->trace);
    lock_relation_push_step(s->locks, s->m);
    show_step(s);
    if (world_system(&s->m->world)->stop != STOP_NONE) {
        struct machine_lifted lifted;
        machine_lift(s->m, &l->mark, 1, &lifted);
        n = choices_beside(s, c, false, prevented);
        n += choices_beside(s, c, true, prevented + n);
        machine_lower(s->m, &lifted);
    }
    note_races(s, prevented, n);
    if (s->trace.n > MAX_SCHEDULE) {
        s->why = TOO_LONG;
    }
}

/* Everything behind the newest event has been seen. */
static void unmake_event(struct traces *s)
{
    struct level *l = &s->levels[s->trace.n - 1], *next = l + 1;
    wakeup_drop(&s->pool, next->tree);
    s->n_sleepers = next->first_sleeper;
    trace_remove(&s->trace);
    lock_relation_pop(s->locks);
    machine_pop(s->m, &l->mark);
    s->n_slept = next->n_slept;
    s->n_found = next->n_found;
    put_to_sleep(s, l, &s->trace.events[s->trace.n].action);
}

/* ---- the walk ---- */

/* A choice that does not sleep: the same thread's if possible. False: there is none. */
static bool free_choice(const struct traces *s, const struct level *l, struct choice *out,
                        bool *any)
{
    uint32_t made = s->trace.n;
    thread_ix t = made > 0 ? s->trace.events[made - 1].action.choice.thread : 0;
    *out = (struct choice){t, CHOICE_RUN, 0, 0};
    if (machine_refusal(s->m, *out) == REFUSED_NOT && !asleep(s, l, *out)) {
        return true;
    }
    *any = false;
    if (world_system(&s->m->world)->stop != STOP_NONE) {
        return false;
    }
    for (t = 0; t < s->trace.n_threads; t++) {
        struct choice of_thread[MAX_CHOICES];
        if (world_thread(&s->m->world, t)->state == THREAD_FINISHED) {
            continue; // as nearly all of them, near an end
        }
        unsigned n = machine_thread_choices(s->m, t, of_thread);
        for (unsigned i = 0; i < n; i++) {
            if (!asleep(s, l, of_thread[i])) {
                *out = of_thread[i];
                return true;
            }
        }
        *any |= n > 0;
    }
    return false;
}

/* Goes on from the state on top, or back. */
static void go_on(struct traces *s)
{
    struct level *l = &s->levels[s->trace.n];
    struct choice c;
    bool any;
    if (s->why == NULL && l->tree != WAKEUP_NONE) {
        wakeup_ix tree = wakeup_take(&s->pool, &l->tree, &c);
        make_event(s, c, tree);
        return;
    }
    if (s->why == NULL && !l->entered) {
        if (free_choice(s, l, &c, &any)) {
            make_event(s, c, WAKEUP_NONE);
            return;
        }
        if (any) {
            s->redundant++;
        } else {
            show_end(s);
            reverse_all(s);
        }
    }
    if (s->trace.n > 0) {
        unmake_event(s);
    }
}

static void walk(struct traces *s)
{
    make_room(s);
    s->levels[0] = (struct level){.tree = WAKEUP_NONE};
    show_step(s);
    do {
        go_on(s);
        if (s->why == NULL && (s->transitions & CLOCK_MASK) == 0) {
            s->why = clock_over(&s->clock, s->options, 0, bytes(s));
        }
    } while (s->trace.n > 0 || (s->why == NULL && s->levels[0].tree != WAKEUP_NONE));
}

void search_traces(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r)
{
    struct traces t = {.options = options, .m = machine_create(s, false)};
    const struct kernel_switches *switches = &s->layout.shape.switches;
    t.several = switches->pulse == PULSE_MAY_MISS || switches->wait_all == WAIT_ALL_RETEST;
    t.dependency = dependency_create(s);
    clock_start(&t.clock);
    trace_init(&t.trace, t.dependency, s->layout.shape.n_threads);
    wakeup_init(&t.pool);
    show_init(&t, s);
    t.locks = lock_relation_create(s);
    machine_watch_invariants(t.m);
    walk(&t);
    r->transitions = t.transitions;
    r->executions = t.executions;
    r->redundant = t.redundant;
    r->depth = t.depth;
    r->complete = t.why == NULL;
    r->why_incomplete = t.why;
    r->bytes = bytes(&t);
    show_result(&t, r);
    r->seconds = clock_seconds(&t.clock);
    show_release(&t);
    lock_relation_free(t.locks);
    wakeup_release(&t.pool);
    trace_release(&t.trace);
    dependency_free(t.dependency);
    machine_free(t.m);
    free(t.levels);
    free(t.sleepers);
    free(t.slept);
    free(t.found);
    free(t.sequence);
    free(t.steps);
    free(t.member);
}
