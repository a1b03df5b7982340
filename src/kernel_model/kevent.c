/*
 * Events. A set walks the queue oldest first: a notification event offers itself to every waiter, a
 * synchronization event until one takes the signal. A WaitAll waiter whose other objects are not
 * signalled stays where it is and the walk goes on behind it.
 */
#include "kernel_model/kevent.h"

#include "kernel_model/dispatcher.h"
#include "kernel_model/stop.h"

static object_ref ref(event_ix e)
{
    return object_make(OBJECT_EVENT, e);
}

void event_check_initialized(const struct world *w, event_ix ix, struct effect *out)
{
    if ((world_event(w, ix)->flags & OBJECT_INITIALIZED) == 0) {
        stop_verifier(
            w, out, 0, ref(ix), 0,
            "The event is used before KeInitializeEvent: its wait list is not there yet.");
    }
}

/* What every routine checks and notes first. True if the machine stopped. */
static bool begin(struct world *w, thread_ix t, event_ix ix, bool writes, struct effect *out)
{
    out->object = ref(ix);
    effect_touch(out, ref(ix), ASPECT_STATE, writes);
    uint8_t flags = world_event(w, ix)->flags;
    if (stop_if_gone(w, t, ref(ix), flags, w->layout->shape.event_home, out)) {
        return true;
    }
    event_check_initialized(w, ix, out);
    return false;
}

static void check_irql(const struct world *w, thread_ix t, event_ix ix, struct effect *out)
{
    if (world_thread(w, t)->irql > NT_DISPATCH_LEVEL) {
        stop_verifier(w, out, 0, ref(ix), world_thread(w, t)->irql,
                      "Setting, resetting and pulsing an event need IRQL <= DISPATCH_LEVEL.");
    }
}

unsigned event_n_waiters(const struct world *w, event_ix ix)
{
    return queue_length(w, world_event(w, ix)->queue);
}

/*
 * Lets the event, signalled now, wake whom it can: everybody, or for a synchronization event until
 * its signal is taken. increment: their boost. miss: see ke_pulse_event.
 */
static void wake_waiters(struct world *w, event_ix ix, int32_t increment, unsigned miss,
                         struct effect *out)
{
    thread_ix missed = miss > 0 ? (thread_ix)(world_event(w, ix)->queue[miss - 1] - 1) : NO_THREAD;
    unsigned at = 0;
    while (at < event_n_waiters(w, ix) && world_event(w, ix)->signal_state > 0) {
        thread_ix u = (thread_ix)(world_event(w, ix)->queue[at] - 1);
        if (u == missed || !wait_test(w, u, ref(ix), increment, out)) {
            at++;
        }
    }
}

/* KeSetEvent with Wait = TRUE keeps the dispatcher locked: the next call must be a wait. */
static void note_wait_next(struct world *w, thread_ix t, bool wait)
{
    if (wait) {
        world_edit_thread(w, t)->flags |= THREAD_FLAG_WAIT_NEXT;
    }
}

void ke_initialize_event(struct world *w, thread_ix t, event_ix ix, int32_t type, bool signaled,
                         struct effect *out)
{
    world_edit_event(w, ix)->flags |= OBJECT_INITIALIZED;
    if (begin(w, t, ix, true, out)) {
        return;
    }
    check_irql(w, t, ix, out);
    if (event_n_waiters(w, ix) > 0) {
        stop_verifier(w, out, 0, ref(ix), event_n_waiters(w, ix),
                      "The event was initialised while threads wait on it: their wait list is "
                      "lost, and they never wake.");
    }
    struct kevent *e = world_edit_event(w, ix);
    memset(e->queue, 0, w->layout->event_size - sizeof *e);
    e->type = (uint8_t)(type == NT_SynchronizationEvent);
    e->signal_state = signaled;
    out->rule = RULE_INITIALIZED;
}

void ke_set_event(struct world *w, thread_ix t, event_ix ix, int32_t increment, bool wait,
                  struct effect *out)
{
    // to set what is signalled already changes nothing
    if (begin(w, t, ix, world_event(w, ix)->signal_state != 1, out)) {
        return;
    }
    check_irql(w, t, ix, out);
    int32_t old = world_event(w, ix)->signal_state;
    out->result = old;
    note_wait_next(w, t, wait);
    if (w->annex != NULL) {
        w->annex->objects[w->layout->shape.n_resources + ix].acquired_exclusive++;
    }
    if (old > 0) {
        out->rule = RULE_SIGNALED_STAYS;
        if (old != 1) {
            world_edit_event(w, ix)->signal_state = 1;
        }
        return;
    }
    world_edit_event(w, ix)->signal_state = 1;
    wake_waiters(w, ix, increment, 0, out);
    out->rule = out->n_woken == 0                                     ? RULE_SET_NO_WAITER
                : world_event(w, ix)->type == NT_SynchronizationEvent ? RULE_SET_SYNCHRONIZATION
                                                                      : RULE_SET_NOTIFICATION;
}

void ke_reset_event(struct world *w, thread_ix t, event_ix ix, struct effect *out)
{
    if (begin(w, t, ix, world_event(w, ix)->signal_state != 0, out)) {
        return;
    }
    check_irql(w, t, ix, out);
    out->rule = RULE_RESET;
    out->result = world_event(w, ix)->signal_state;
    world_edit_event(w, ix)->signal_state = 0;
}

void ke_clear_event(struct world *w, thread_ix t, event_ix ix, struct effect *out)
{
    ke_reset_event(w, t, ix, out);
    out->result = 0; // KeClearEvent is void
}

void ke_read_state_event(struct world *w, thread_ix t, event_ix ix, struct effect *out)
{
    if (begin(w, t, ix, false, out)) {
        return;
    }
    out->rule = RULE_QUERY;
    out->result = world_event(w, ix)->signal_state;
}

void ke_pulse_event(struct world *w, thread_ix t, event_ix ix, int32_t increment, bool wait,
                    unsigned miss, struct effect *out)
{
    if (begin(w, t, ix, true, out)) {
        return;
    }
    check_irql(w, t, ix, out);
    out->result = world_event(w, ix)->signal_state;
    note_wait_next(w, t, wait);
    struct kevent *e = world_edit_event(w, ix);
    bool waited = event_n_waiters(w, ix) > 0;
    if (out->result <= 0 && waited) {
        e->signal_state = 1;
        wake_waiters(w, ix, increment, miss, out);
    }
    e->signal_state = 0;
    out->rule = miss > 0 ? RULE_PULSE_SKIPPED : waited ? RULE_PULSED : RULE_PULSE_MISSED;
}
