/*
 * NT event objects: initialise, set, reset, clear, pulse, read.
 *
 * State      struct kevent, a slot of the world.
 * Invariant  A signalled event has no waiter that it could satisfy.
 * Returns    Each fills an effect; result is the old signal state for set, reset, pulse and read.
 *            Woken threads are listed in queue order; a synchronization event's signal is consumed
 *            at set time, before the woken thread runs.
 * Source     KERNEL.md 2.1 to 2.3.
 */
#ifndef KERNEL_MODEL_KEVENT_H
#define KERNEL_MODEL_KEVENT_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

void ke_initialize_event(struct world *w, thread_ix t, event_ix ix, int32_t type, bool signaled,
                         struct effect *out);

/* wait: the very next call of t must be a wait (2.2); anything else is a verifier stop. */
void ke_set_event(struct world *w, thread_ix t, event_ix ix, int32_t increment, bool wait,
                  struct effect *out);
void ke_reset_event(struct world *w, thread_ix t, event_ix ix, struct effect *out);
void ke_clear_event(struct world *w, thread_ix t, event_ix ix, struct effect *out);
void ke_read_state_event(struct world *w, thread_ix t, event_ix ix, struct effect *out);

/*
 * miss: 0, or under pulse = may_miss the 1-based place in the queue of a waiter that a kernel APC
 * has taken off its wait at this moment: it misses the pulse and keeps its place (2.3).
 */
void ke_pulse_event(struct world *w, thread_ix t, event_ix ix, int32_t increment, bool wait,
                    unsigned miss, struct effect *out);

/* A verifier stop if nobody has initialised the event; a wait asks this too. */
void event_check_initialized(const struct world *w, event_ix ix, struct effect *out);

/* Threads queued on the event. */
unsigned event_n_waiters(const struct world *w, event_ix ix);

#endif
