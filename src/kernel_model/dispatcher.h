/*
 * Waiting and waking: how a thread is queued, and how its wait ends.
 *
 * Purpose    Threads wait on resources, on dispatcher objects (events, thread objects) and on
 *            time. This file owns the wait fields of a thread's slot; eresource.c and kevent.c
 *            decide who is woken.
 * State      struct kthread's wait fields, the queue of each event, the annex's since-when.
 * Invariant  A waiting thread is in the queue of every event it waits for, and of nothing else.
 * Source     KERNEL.md 2.2 to 2.5.
 */
#ifndef KERNEL_MODEL_DISPATCHER_H
#define KERNEL_MODEL_DISPATCHER_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

/* Threads in a queue: thread plus one each, oldest first, then zeros. */
unsigned queue_length(const struct world *w, const uint8_t *queue);

/* Queues t on a resource; the resource's own queue is the caller's. */
void wait_on_resource(struct world *w, thread_ix t, resource_ix r, enum wait_kind kind,
                      uint8_t flags, struct effect *out);

/*
 * Ends t's wait: it is ready, its pending call returns result, the effect lists it as woken.
 * increment: its priority boost (priority.h).
 */
void wait_ends(struct world *w, thread_ix t, int32_t result, int32_t increment, struct effect *out);

/*
 * KeWaitForSingleObject (n = 1, WaitAny) and KeWaitForMultipleObjects. objects are events and
 * threads. Result: STATUS_SUCCESS plus the index for WaitAny, STATUS_TIMEOUT for a poll,
 * STATUS_ALERTED. KM_WAIT: queued at the tail of every object. Bug checks: 0xC for more than
 * THREAD_WAIT_OBJECTS objects without wait blocks (MAXIMUM_WAIT_OBJECTS with), 0xB8 for blocking at
 * DISPATCH_LEVEL.
 */
struct wait_request {
    const int32_t *objects; // object_ref each
    unsigned n;
    bool all;
    bool wait_blocks; // the caller brings its own
    bool alertable;
    int32_t timeout; // ms; 0 polls; TIMEOUT_FOREVER
};
void ke_wait(struct world *w, thread_ix t, const struct wait_request *q, struct effect *out);

/* KeDelayExecutionThread: queues; only its timeout (or an alert) ends it. 0 returns at once. */
void ke_delay(struct world *w, thread_ix t, bool alertable, int32_t timeout, struct effect *out);

/* KeAlertThread: result is whether it was alerted already. */
void ke_alert_thread(struct world *w, thread_ix target, struct effect *out);

/* Is the event signalled, or the thread over? */
bool object_signaled(const struct world *w, object_ref object);

/* A wait on this object has been satisfied: a synchronization event loses its signal. */
void object_consume(struct world *w, object_ref object);

/*
 * The object has just been signalled and u waits for it: ends the wait if that satisfies it
 * (consuming what it takes), or kicks it under wait_all = retest. True if u left the queue.
 */
bool wait_test(struct world *w, thread_ix u, object_ref object, int32_t increment,
               struct effect *out);

/* The re-test of a WaitAll waiter that was kicked (WAIT_FLAG_RETEST): satisfied, or queued again.
 */
void wait_retest(struct world *w, thread_ix t, struct effect *out);

#endif
