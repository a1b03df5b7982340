/*
 * Whatever signals an object walks the whole list of waits from the oldest on and tries each one
 * that names the object: a wait that is satisfied takes its signals and leaves the list at once.
 */
#include "oracle_wait.h"

enum { SUCCESS = 0, ALERTED = 0x101, TIMEOUT = 0x102 };

bool oracle_waits_for(const struct oracle_wait *wait, int object)
{
    for (unsigned i = 0; i < wait->n_objects; i++) {
        if (wait->objects[i] == object)
            return true;
    }
    return false;
}

static unsigned place_of(const struct oracle_waits *o, int thread)
{
    unsigned place = 0;

    while (place < o->n_waits && o->waits[place].thread != thread)
        place++;
    return place;
}

const struct oracle_wait *oracle_find_wait(const struct oracle_waits *o, int thread)
{
    unsigned place = place_of(o, thread);

    return place < o->n_waits ? &o->waits[place] : 0;
}

static void ends(struct oracle_waits *o, unsigned place, int result)
{
    o->woken[o->n_woken++] = (struct oracle_woken){o->waits[place].thread, result};
    o->n_waits--;
    for (unsigned i = place; i < o->n_waits; i++)
        o->waits[i] = o->waits[i + 1];
}

static void consume(struct oracle_waits *o, int object)
{
    if (o->objects[object].takes_signal)
        o->objects[object].state = 0;
}

/* 2.5: the status of a wait that is satisfied now, its signals taken; else ORACLE_WAITS. */
static int try_to_satisfy(struct oracle_waits *o, const struct oracle_wait *wait)
{
    if (wait->is_delay)
        return ORACLE_WAITS;
    if (wait->all) {
        for (unsigned i = 0; i < wait->n_objects; i++) {
            if (o->objects[wait->objects[i]].state == 0)
                return ORACLE_WAITS;
        }
        for (unsigned i = 0; i < wait->n_objects; i++)
            consume(o, wait->objects[i]);
        return SUCCESS;
    }
    for (unsigned i = 0; i < wait->n_objects; i++) {
        if (o->objects[wait->objects[i]].state != 0) {
            consume(o, wait->objects[i]);
            return SUCCESS + (int)i;
        }
    }
    return ORACLE_WAITS;
}

/* The object has just been signalled. */
static void walk(struct oracle_waits *o, int object, int missed)
{
    unsigned place = 0;

    while (place < o->n_waits) {
        struct oracle_wait *wait = &o->waits[place];
        int status = ORACLE_WAITS;
        if (oracle_waits_for(wait, object) && wait->thread != missed &&
            o->objects[object].state != 0)
            status = try_to_satisfy(o, wait);
        if (status == ORACLE_WAITS)
            place++;
        else
            ends(o, place, status);
    }
}

/* 2.4: state first, then the alert, then the timeout, then the tail of the queue. */
int oracle_wait(struct oracle_waits *o, struct oracle_wait wait, bool poll)
{
    int status = try_to_satisfy(o, &wait);

    if (status != ORACLE_WAITS)
        return status;
    if (wait.alertable && o->alerted[wait.thread]) {
        o->alerted[wait.thread] = false;
        return ALERTED;
    }
    if (poll)
        return wait.is_delay ? SUCCESS : TIMEOUT;
    o->waits[o->n_waits++] = wait;
    return ORACLE_WAITS;
}

int oracle_set(struct oracle_waits *o, int event)
{
    int old = o->objects[event].state;

    o->objects[event].state = 1;
    if (old == 0)
        walk(o, event, -1);
    return old;
}

int oracle_reset(struct oracle_waits *o, int event)
{
    int old = o->objects[event].state;

    o->objects[event].state = 0;
    return old;
}

int oracle_pulse(struct oracle_waits *o, int event, int missed)
{
    int old = o->objects[event].state;

    o->objects[event].state = 1;
    if (old == 0)
        walk(o, event, missed);
    o->objects[event].state = 0;
    return old;
}

bool oracle_alert(struct oracle_waits *o, int thread)
{
    bool before = o->alerted[thread];
    unsigned place = place_of(o, thread);

    if (place < o->n_waits && o->waits[place].alertable)
        ends(o, place, ALERTED);
    else
        o->alerted[thread] = true;
    return before;
}

void oracle_timeout(struct oracle_waits *o, int thread)
{
    unsigned place = place_of(o, thread);

    ends(o, place, o->waits[place].is_delay ? SUCCESS : TIMEOUT);
}

void oracle_thread_ends(struct oracle_waits *o, int thread)
{
    o->objects[WAIT_EVENTS + thread].state = 1;
    o->alerted[thread] = false;
    walk(o, WAIT_EVENTS + thread, -1);
}
