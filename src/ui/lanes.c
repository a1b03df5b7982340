/*
 * A ring of records indexed by step number. A record is valid if it carries the number that is asked
 * for; a branch clears the numbers behind it. The step at the present position is read off the machine that
 * the person drives, which is the common case: one new step, no replay.
 *
 * Reading ahead: a replay runs from a checkpoint anyway, so the stretch before the window is taken along.
 */
#include "ui/lanes.h"

#include <stdio.h>
#include <string.h>

#include "kernel_model/eresource.h"
#include "sim/report/text.h"
#include "sim/stepper/breakpoints.h"

enum { READ_AHEAD = 128 };

static void give_lane(struct lanes *lanes, enum object_kind kind, int n)
{
    for (int i = 0; i < n; i++) {
        if (lanes->n_objects < LANE_OBJECTS)
            lanes->objects[lanes->n_objects++] = object_make(kind, (unsigned)i);
        else
            lanes->n_others++;
    }
}

void lanes_init(struct lanes *lanes, const struct scenario *s)
{
    const struct world_shape *shape = &s->layout.shape;

    memset(lanes, 0, sizeof *lanes);
    give_lane(lanes, OBJECT_RESOURCE, shape->n_resources);
    give_lane(lanes, OBJECT_EVENT, shape->n_events);
    give_lane(lanes, OBJECT_SPINLOCK, shape->n_spinlocks);
    give_lane(lanes, OBJECT_SHARED, shape->n_shared);
    give_lane(lanes, OBJECT_DIRECTORY, shape->n_directories);
}

static int32_t resource_value(const struct world *w, resource_ix ix)
{
    thread_set owners = resource_owners(w, ix);

    if (!resource_is_exclusive(w, ix))
        return (int32_t)resource_active_entries(w, ix);
    for (int32_t t = 0; t < MAX_THREADS; t++) {
        if (owners >> t & 1)
            return -1 - t;
    }
    return HELD_BY_POINTER;
}

static bool object_lives(uint8_t flags)
{
    return (flags & OBJECT_INITIALIZED) != 0 && (flags & OBJECT_DELETED) == 0;
}

int32_t lane_value(const struct world *w, object_ref object)
{
    uint16_t ix = object_ix_of(object);

    switch (object_kind_of(object)) {
    case OBJECT_RESOURCE:
        return object_lives(world_resource(w, ix)->flags) ? resource_value(w, ix) : NOT_THERE;
    case OBJECT_EVENT:
        return object_lives(world_event(w, ix)->flags) ? world_event(w, ix)->signal_state > 0
                                                       : NOT_THERE;
    case OBJECT_SPINLOCK:
        return object_lives(world_spinlock(w, ix)->flags) ? -(int32_t)world_spinlock(w, ix)->owner
                                                          : NOT_THERE;
    case OBJECT_SHARED:
        return world_shared(w, ix);
    case OBJECT_DIRECTORY:
        return (int32_t)world_directory(w, ix)->n_files;
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return 0;
}

enum standing lane_standing(const struct world *w, thread_ix t)
{
    switch ((enum thread_state)world_thread(w, t)->state) {
    case THREAD_ABSENT:
        return STANDS_ABSENT;
    case THREAD_WAITING:
        return STANDS_WAITING;
    case THREAD_FINISHED:
        return STANDS_FINISHED;
    case THREAD_READY:
        break;
    }
    return STANDS_READY;
}

static void note(struct lanes *lanes, const struct machine *m)
{
    const struct step *step = &m->last;
    const struct scenario *s = m->scenario;
    struct lane_step *out = &lanes->steps[step->n % LANE_STEPS];

    if (step->n == 0)
        return;
    out->n = step->n;
    out->thread = step->choice.thread;
    out->timeout = step->choice.kind == CHOICE_TIMEOUT;
    out->failed = step_failed(step);
    out->broken = step_trouble(step) != NULL;
    out->line = step->line;
    out->call = step->call;
    for (unsigned t = 0; t < s->n_threads; t++)
        out->standing[t] = (uint8_t)lane_standing(&m->world, (thread_ix)t);
    for (int i = 0; i < lanes->n_objects; i++)
        out->values[i] = lane_value(&m->world, lanes->objects[i]);
    text_about(s, step, out->object, sizeof out->object);
    text_outcome(s, step, out->outcome, sizeof out->outcome);
}

static bool see(void *context, const struct machine *m)
{
    note(context, m);
    return true;
}

void lanes_forget_after(struct lanes *lanes, uint32_t n)
{
    for (int i = 0; i < LANE_STEPS; i++) {
        if (lanes->steps[i].n > n)
            lanes->steps[i].n = 0;
    }
}

static bool is_there(const struct lanes *lanes, uint32_t n)
{
    return lanes_at(lanes, n)->n == n;
}

void lanes_fill(struct lanes *lanes, struct timeline *t, uint32_t first, uint32_t last)
{
    const struct machine *m = timeline_machine(t);
    uint32_t end = last;

    if (m->last.n >= first && m->last.n <= last && !is_there(lanes, m->last.n))
        note(lanes, m);
    while (first <= last && is_there(lanes, first))
        first++;
    while (last >= first && is_there(lanes, last))
        last--;
    if (first > last)
        return;
    uint32_t room = LANE_STEPS - (end - first + 1); // what is read ahead must not push out the end
    uint32_t ahead = room < READ_AHEAD ? room : READ_AHEAD;
    timeline_replay(t, first > ahead ? first - ahead : 1, last, see, lanes);
}
