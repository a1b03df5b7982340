/*
 * Dynamic priorities: boosts, decay and quanta.
 *
 * Purpose    What the policy `priority` looks at (KERNEL.md 2.2). Nothing here changes what a call
 *            does or who may run: a person and a search may choose any ready thread. State
 *            annex_thread.priority and quantum; without an annex every function does nothing.
 *            Units Priorities 0 to 31; a quantum is QUANTUM_STEPS steps of the thread.
 * Source     KERNEL.md 2.2 (increment), 1.5 (hand-off), B71 to B73.
 */
#ifndef KERNEL_MODEL_PRIORITY_H
#define KERNEL_MODEL_PRIORITY_H

#include "kernel_model/world.h"

enum {
    QUANTUM_STEPS = 6,
    BOOST_NONE = 0,
    BOOST_RESOURCE = 1,    // an exclusive waiter that gets its resource
    PRIORITY_BOOSTED = 15, // no boost goes beyond
    PRIORITY_REALTIME = 16,
};

/* A thread wakes: base plus increment, if that is higher than what it has; never for base 14 and
 * above. */
void priority_boost(struct world *w, thread_ix t, int32_t increment);

/* The thread made a step. At the end of its quantum a boost decays by one and an equal may go
 * first. */
void priority_charge(struct world *w, thread_ix t);

/* Its base priority changed: a boost is gone. */
void priority_set_base(struct world *w, thread_ix t, uint8_t base);

/* The priority at which it competes now: the dynamic one, or the base without an annex. */
uint8_t priority_of(const struct world *w, thread_ix t);

#endif
