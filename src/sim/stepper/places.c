/*
 * Places are read off the journal of the step: an owner that was none before has just got the
 * resource, an event whose signal is gone has just lost it. Who got something inside another
 * thread's step (a hand-over, a signal consumed at set time) asked for it where it waited until
 * then; its old record still says where that was.
 */
#include "sim/stepper/places.h"

#include "kernel_model/spinlock.h"

/* Those of the handles come last. */
static size_t first_handle(const struct world_shape *s)
{
    return (size_t)s->n_resources * s->n_threads + s->n_spinlocks + 2u * (size_t)s->n_events;
}

static size_t n_places(const struct world_layout *layout)
{
    return first_handle(&layout->shape) + layout->handle_first[layout->shape.n_threads];
}

size_t places_size(const struct world_layout *layout)
{
    return n_places(layout) * sizeof(struct place);
}

/* ---- where each lies ---- */

static size_t hold_ix(const struct machine *m, resource_ix r, thread_ix t)
{
    return (size_t)r * m->world.layout->shape.n_threads + t;
}

static size_t lock_ix(const struct machine *m, spinlock_ix l)
{
    const struct world_shape *s = &m->world.layout->shape;
    return (size_t)s->n_resources * s->n_threads + l;
}

static size_t signal_ix(const struct machine *m, event_ix e)
{
    const struct world_shape *s = &m->world.layout->shape;
    return (size_t)s->n_resources * s->n_threads + s->n_spinlocks + 2u * (size_t)e;
}

static struct place look(const struct machine *m, size_t ix)
{
    return m->places != NULL ? m->places[ix] : (struct place){0, 0, 0};
}

struct place place_of_hold(const struct machine *m, resource_ix r, thread_ix t)
{
    return look(m, hold_ix(m, r, t));
}

struct place place_of_lock(const struct machine *m, spinlock_ix l)
{
    return look(m, lock_ix(m, l));
}

struct place place_of_signal(const struct machine *m, event_ix e)
{
    return look(m, signal_ix(m, e));
}

struct place place_of_loss(const struct machine *m, event_ix e)
{
    return look(m, signal_ix(m, e) + 1);
}

struct place place_of_open(const struct machine *m, uint32_t slot)
{
    return look(m, first_handle(&m->world.layout->shape) + slot);
}

/* ---- noting ---- */

/* Where the thread stood before the step: the call it made in it, or waited in. */
static struct place stood_at(const struct machine *m, thread_ix t)
{
    const struct step *s = &m->last;
    const struct kthread *old = world_before(&m->world, object_make(OBJECT_THREAD, t));
    const struct code *code = &m->scenario->threads[t].code;
    if (old == NULL || t == s->choice.thread) {
        return (struct place){s->line, (uint8_t)s->call, (uint8_t)(s->choice.thread + 1)};
    }
    bool call = code->instrs[old->pc].op == OP_CALL;
    return (struct place){code->notes[old->pc].line,
                          call ? (uint8_t)code->instrs[old->pc].a : CALL_NONE, (uint8_t)(t + 1)};
}

static void note_resource(struct machine *m, resource_ix r, const struct eresource *old)
{
    const struct resource_row *before = resource_rows(old);
    const struct resource_row *now = resource_rows(world_resource(&m->world, r));
    for (thread_ix t = 0; t < m->world.layout->shape.n_threads; t++) {
        if (now[t].owner_count != 0 && before[t].owner_count == 0) {
            m->places[hold_ix(m, r, t)] = stood_at(m, t);
        }
    }
}

/* Did the thread wait for the event before this step? */
static bool awaited(const struct machine *m, thread_ix t, object_ref event)
{
    unsigned n;
    const object_ref *objects = world_awaited_before(&m->world, t, &n);
    for (unsigned i = 0; i < n; i++) {
        if (objects[i] == event) {
            return true;
        }
    }
    return false;
}

/* Who took the signal that this step gave or found: a woken waiter, else who made the step. */
static struct place taker(const struct machine *m, object_ref event)
{
    const struct step *s = &m->last;
    bool resets = s->call == CALL_KeResetEvent || s->call == CALL_KeClearEvent ||
                  s->call == CALL_KePulseEvent || s->call == CALL_KeInitializeEvent;
    for (unsigned i = 0; i < s->effect.n_woken && !(resets && s->effect.object == event); i++) {
        if (awaited(m, s->effect.woken[i].thread, event)) {
            return stood_at(m, s->effect.woken[i].thread);
        }
    }
    return stood_at(m, s->choice.thread);
}

static void note_event(struct machine *m, event_ix e, const struct kevent *old)
{
    const struct step *s = &m->last;
    object_ref event = object_make(OBJECT_EVENT, e);
    struct place *signal = &m->places[signal_ix(m, e)], *loss = signal + 1;
    bool before = old->signal_state > 0;
    bool now = world_event(&m->world, e)->signal_state > 0;
    bool set = s->call == CALL_KeSetEvent && s->effect.object == event;
    bool pulse = s->call == CALL_KePulseEvent && s->effect.object == event;
    if ((set && !before) || pulse || (now && !before)) {
        *signal = stood_at(m, s->choice.thread);
    }
    if (now) {
        *loss = (struct place){0, 0, 0};
    } else if (before || set || pulse) { // a set that leaves no signal gave it to a waiter
        *loss = taker(m, event);
    }
}

void places_note(struct machine *m)
{
    const struct journal *j = &m->world.journal;
    if (m->places == NULL) {
        return;
    }
    for (uint32_t i = j->step_first; i < j->n_entries; i++) {
        const void *old = j->saved + j->entries[i].saved;
        uint16_t ix = object_ix_of(j->entries[i].slot);
        enum object_kind kind = object_kind_of(j->entries[i].slot);
        if (kind == OBJECT_RESOURCE) {
            note_resource(m, ix, old);
        } else if (kind == OBJECT_EVENT) {
            note_event(m, ix, old);
        } else if (kind == OBJECT_SPINLOCK && world_spinlock(&m->world, ix)->owner != 0 &&
                   ((const struct spinlock *)old)->owner == 0) {
            m->places[lock_ix(m, ix)] = stood_at(m, m->last.choice.thread);
        } else if (kind == OBJECT_HANDLE && world_handle(&m->world, ix)->flags != 0 &&
                   ((const struct handle_slot *)old)->flags == 0) {
            m->places[first_handle(&m->world.layout->shape) + ix] =
                stood_at(m, m->last.choice.thread);
        }
    }
}
