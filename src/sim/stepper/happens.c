/*
 * A clock per thread, and clocks per object: what whoever synchronises with the object next learns.
 * A step takes in what its acquisitions make known, counts itself, and hands its clock to what it
 * released, created or woke.
 *
 * A resource has two: after an exclusive hold everybody who comes learns of it, after a shared one
 * only the next exclusive owner does, so readers stay unordered among themselves.
 *
 * Who owns what is read off the journal of the step, so that recursion, conversion, hand-over and
 * the many acquire calls need no cases: an owner that was none before has acquired, any other
 * change by a call that did not queue is a release.
 */
#include "sim/stepper/happens.h"

#include <stdlib.h>

#include "kernel_model/eresource.h"
#include "sim/lang/mem.h"

enum { N_RACE_ASPECTS = ASPECT_DATA + 1 };

/* Last steps of one thread at one place; 0: none. */
struct last {
    uint32_t write, read;
    uint32_t atomic_write, atomic_read; // by interlocked operations: those race with others only
};

struct happens {
    const struct scenario *scenario;
    uint32_t n_threads, n_steps;
    uint32_t *clocks; // n_threads of each step
    size_t capacity_clocks;
    struct happened *steps;
    size_t capacity_steps;
    struct luck *luck;
    uint32_t n_luck;
    size_t capacity_luck;
    uint32_t *threads;   // n_threads clocks: what each knows
    uint32_t *alerts;    // of each thread: what an alert of it makes known
    uint32_t *exclusive; // of each resource: what every acquisition learns
    uint32_t *shared;    // and what only an exclusive one learns besides
    uint32_t *events, *spinlocks, *cells;
    struct last *last; // place, then thread; see place_of
};

/* ---- life ---- */

static uint32_t *new_clocks(const struct happens *h, size_t n)
{
    return mem_alloc(n * h->n_threads + 1, sizeof(uint32_t));
}

/* Cells first, then the aspects of every name. */
static size_t place_of(const struct happens *h, object_ref object, uint8_t aspect)
{
    size_t n_shared = h->scenario->layout.shape.n_shared, ix = object_ix_of(object);
    return object_kind_of(object) == OBJECT_SHARED ? ix : n_shared + ix * N_RACE_ASPECTS + aspect;
}

struct happens *happens_open(const struct scenario *s)
{
    const struct world_shape *shape = &s->layout.shape;
    struct happens *h = mem_alloc(1, sizeof *h);
    size_t n_names = (size_t)shape->n_names + shape->n_unnamed;
    h->scenario = s;
    h->n_threads = shape->n_threads;
    h->threads = new_clocks(h, shape->n_threads);
    h->alerts = new_clocks(h, shape->n_threads);
    h->exclusive = new_clocks(h, shape->n_resources);
    h->shared = new_clocks(h, shape->n_resources);
    h->events = new_clocks(h, shape->n_events);
    h->spinlocks = new_clocks(h, shape->n_spinlocks);
    h->cells = new_clocks(h, shape->n_shared);
    h->last =
        mem_alloc((shape->n_shared + n_names * N_RACE_ASPECTS) * h->n_threads + 1, sizeof *h->last);
    return h;
}

void happens_close(struct happens *h)
{
    if (h == NULL) {
        return;
    }
    uint32_t *const clocks[] = {h->clocks, h->threads, h->alerts,    h->exclusive,
                                h->shared, h->events,  h->spinlocks, h->cells};
    for (unsigned i = 0; i < sizeof clocks / sizeof clocks[0]; i++) {
        free(clocks[i]);
    }
    free(h->steps);
    free(h->luck);
    free(h->last);
    free(h);
}

/* ---- clocks ---- */

static uint32_t *clock_in(const struct happens *h, uint32_t *clocks, size_t ix)
{
    return clocks + ix * h->n_threads;
}

static void join(const struct happens *h, uint32_t *into, const uint32_t *from)
{
    for (uint32_t t = 0; t < h->n_threads; t++) {
        into[t] = from[t] > into[t] ? from[t] : into[t];
    }
}

static uint32_t *thread_clock(const struct happens *h, thread_ix t)
{
    return clock_in(h, h->threads, t);
}

/* ---- what a thread learns ---- */

/* t has become an owner of r. */
static void learn_resource(const struct happens *h, const struct machine *m, thread_ix t,
                           resource_ix r)
{
    join(h, thread_clock(h, t), clock_in(h, h->exclusive, r));
    if (resource_is_exclusive(&m->world, r)) {
        join(h, thread_clock(h, t), clock_in(h, h->shared, r));
    }
}

/* t's wait was satisfied by this object, among others perhaps. */
static void learn_object(const struct happens *h, const struct machine *m, thread_ix t,
                         object_ref object)
{
    uint16_t ix = object_ix_of(object);
    if (object_kind_of(object) == OBJECT_EVENT) {
        join(h, thread_clock(h, t), clock_in(h, h->events, ix));
    } else if (object_kind_of(object) == OBJECT_THREAD &&
               world_thread(&m->world, (thread_ix)ix)->state == THREAD_FINISHED) {
        join(h, thread_clock(h, t), thread_clock(h, (thread_ix)ix));
    }
}

/* Was t made an owner of the resource by this step? */
static bool acquired(const struct machine *m, thread_ix t, resource_ix r,
                     const struct eresource *old)
{
    return resource_rows(old)[t].owner_count == 0 &&
           resource_rows(world_resource(&m->world, r))[t].owner_count != 0;
}

/* A wait that ended at once took these objects: its arguments name them. */
static void learn_wait(const struct happens *h, const struct machine *m, thread_ix t)
{
    const struct step *s = &m->last;
    if (s->effect.rule == RULE_ALERTED) {
        join(h, thread_clock(h, t), clock_in(h, h->alerts, t));
        return;
    }
    if (s->effect.rule != RULE_SATISFIED && s->effect.rule != RULE_CONSUMED &&
        s->effect.rule != RULE_THREAD_OVER) {
        return;
    }
    if (s->call == CALL_KeWaitForMultipleObjects && s->args[0] == NT_WaitAll) {
        for (unsigned i = 2; i < s->n_args; i++) { // after type and timeout
            learn_object(h, m, t, (object_ref)s->args[i]);
        }
    } else {
        learn_object(h, m, t, s->effect.object);
    }
}

/* Before the step counts itself: what its own thread acquired. */
static void learn(const struct happens *h, const struct machine *m)
{
    const struct step *s = &m->last;
    const struct journal *j = &m->world.journal;
    thread_ix t = s->choice.thread;
    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        uint16_t ix = object_ix_of(j->entries[i].slot);
        enum object_kind kind = object_kind_of(j->entries[i].slot);
        const void *old = j->saved + j->entries[i].saved;
        if (kind == OBJECT_RESOURCE && acquired(m, t, ix, old)) {
            learn_resource(h, m, t, ix);
        } else if (kind == OBJECT_SPINLOCK && world_spinlock(&m->world, ix)->owner == t + 1) {
            join(h, thread_clock(h, t), clock_in(h, h->spinlocks, ix));
        }
    }
    if (nt_call_row(s->call)->group == GROUP_WAIT && s->effect.status == KM_OK) {
        learn_wait(h, m, t);
    } else if (s->effect.rule == RULE_INTERLOCKED) {
        join(h, thread_clock(h, t), clock_in(h, h->cells, object_ix_of(s->effect.object)));
    }
}

/* ---- what a step makes known ---- */

static void teach_event(const struct happens *h, const struct machine *m, const uint32_t *clock)
{
    const struct step *s = &m->last;
    event_ix e = object_ix_of(s->effect.object);
    uint32_t *known = clock_in(h, h->events, e);
    if (s->effect.result <= 0) { // a new signal; who waits for it learns nothing of older ones
        memset(known, 0, sizeof *known * h->n_threads);
    }
    join(h, known, clock);
}

static void teach(const struct happens *h, const struct machine *m, const uint32_t *clock)
{
    const struct step *s = &m->last;
    const struct journal *j = &m->world.journal;
    thread_ix t = s->choice.thread;
    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        uint16_t ix = object_ix_of(j->entries[i].slot);
        enum object_kind kind = object_kind_of(j->entries[i].slot);
        const struct eresource *old = (const void *)(j->saved + j->entries[i].saved);
        if (kind == OBJECT_RESOURCE && s->effect.status != KM_WAIT && !acquired(m, t, ix, old)) {
            bool was_shared = resource_rows(old)[t].owner_count != 0 &&
                              (old->flags & RESOURCE_OWNED_EXCLUSIVE) == 0;
            join(h, clock_in(h, was_shared ? h->shared : h->exclusive, ix), clock);
        } else if (kind == OBJECT_SPINLOCK && world_spinlock(&m->world, ix)->owner == 0) {
            join(h, clock_in(h, h->spinlocks, ix), clock);
        }
    }
    if (s->call == CALL_KeSetEvent || s->call == CALL_KePulseEvent) {
        teach_event(h, m, clock);
    } else if (s->effect.rule == RULE_INTERLOCKED) {
        join(h, clock_in(h, h->cells, object_ix_of(s->effect.object)), clock);
    } else if (s->call == CALL_KeAlertThread) {
        join(h, clock_in(h, h->alerts, object_ix_of((object_ref)s->args[0])), clock);
    } else if (s->call == CALL_PsCreateSystemThread && s->effect.other != 0) {
        join(h, thread_clock(h, (thread_ix)object_ix_of(s->effect.other)), clock);
    }
}

/* u goes on because of this step: it learns of it, and of all that its wait was for. */
static void wake(const struct happens *h, const struct machine *m, thread_ix u,
                 const uint32_t *clock)
{
    const struct journal *j = &m->world.journal;
    const struct kthread *old = world_before(&m->world, object_make(OBJECT_THREAD, u));
    bool all = old != NULL && (old->wait_flags & WAIT_FLAG_ALL) != 0;
    unsigned n;
    const object_ref *objects = world_awaited_before(&m->world, u, &n);
    if (m->last.choice.kind == CHOICE_TIMEOUT && u == m->last.choice.thread) {
        return; // nobody woke it
    }
    join(h, thread_clock(h, u), clock);
    for (unsigned i = 0; i < n; i++) {
        if (all || object_kind_of(objects[i]) == OBJECT_THREAD) {
            learn_object(h, m, u, objects[i]);
        }
    }
    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        uint16_t ix = object_ix_of(j->entries[i].slot);
        if (object_kind_of(j->entries[i].slot) == OBJECT_RESOURCE &&
            acquired(m, u, ix, (const void *)(j->saved + j->entries[i].saved))) {
            learn_resource(h, m, u, ix);
        }
    }
}

/* ---- who meets whom ---- */

static void note_luck(struct happens *h, uint32_t first, const struct access *a)
{
    if (first == 0 || happens_ordered(h, first, h->n_steps)) {
        return;
    }
    for (uint32_t i = h->n_luck; i-- > 0 && h->luck[i].second == h->n_steps;) {
        if (h->luck[i].first == first && h->luck[i].object == a->object) {
            return; // they meet in another aspect of it too
        }
    }
    h->luck = mem_grow(h->luck, h->n_luck, &h->capacity_luck, sizeof *h->luck);
    h->luck[h->n_luck++] = (struct luck){first, h->n_steps, a->object, a->aspect};
}

static void meet(struct happens *h, const struct step *s, const struct access *a)
{
    struct last *here = h->last + place_of(h, a->object, a->aspect) * h->n_threads;
    bool atomic = s->effect.rule == RULE_INTERLOCKED;
    for (uint32_t u = 0; u < h->n_threads; u++) {
        const struct last *l = &here[u];
        if (u == s->choice.thread) {
            continue;
        }
        note_luck(h, l->write, a);
        note_luck(h, a->write ? l->read : 0, a);
        note_luck(h, atomic ? 0 : l->atomic_write, a);
        note_luck(h, a->write && !atomic ? l->atomic_read : 0, a);
    }
    struct last *mine = &here[s->choice.thread];
    *(atomic     ? a->write ? &mine->atomic_write : &mine->atomic_read
      : a->write ? &mine->write
                 : &mine->read) = h->n_steps;
}

void happens_step(struct happens *h, const struct machine *m)
{
    const struct step *s = &m->last;
    thread_ix t = s->choice.thread;
    assert(s->n == h->n_steps + 1);
    while (h->capacity_clocks < ((size_t)h->n_steps + 1) * h->n_threads) {
        h->clocks = mem_grow(h->clocks, h->capacity_clocks, &h->capacity_clocks, sizeof *h->clocks);
    }
    h->steps = mem_grow(h->steps, h->n_steps, &h->capacity_steps, sizeof *h->steps);
    h->steps[h->n_steps] = (struct happened){s->line, (uint8_t)s->call, t};
    uint32_t *clock = clock_in(h, h->clocks, h->n_steps++);
    learn(h, m);
    thread_clock(h, t)[t]++;
    memcpy(clock, thread_clock(h, t), sizeof *clock * h->n_threads);
    teach(h, m, clock);
    for (unsigned i = 0; i < s->effect.n_woken; i++) {
        wake(h, m, s->effect.woken[i].thread, clock);
    }
    for (unsigned i = 0; i < s->effect.n_accesses; i++) {
        if (can_race(s->effect.accesses[i].object)) {
            meet(h, s, &s->effect.accesses[i]);
        }
    }
}

/* ---- queries ---- */

uint32_t happens_n_steps(const struct happens *h)
{
    return h->n_steps;
}

uint32_t happens_n_threads(const struct happens *h)
{
    return h->n_threads;
}

const uint32_t *happens_clock(const struct happens *h, uint32_t step)
{
    assert(step > 0 && step <= h->n_steps);
    return clock_in(h, h->clocks, step - 1);
}

struct happened happens_at(const struct happens *h, uint32_t step)
{
    assert(step > 0 && step <= h->n_steps);
    return h->steps[step - 1];
}

bool happens_ordered(const struct happens *h, uint32_t a, uint32_t b)
{
    thread_ix t = happens_at(h, a).thread;
    return a < b && happens_clock(h, b)[t] >= happens_clock(h, a)[t];
}

uint32_t happens_n_luck(const struct happens *h)
{
    return h->n_luck;
}

struct luck happens_luck(const struct happens *h, uint32_t ix)
{
    assert(ix < h->n_luck);
    return h->luck[ix];
}
