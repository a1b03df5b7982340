/*
 * Spin locks. KeAcquireSpinLock raises its caller to DISPATCH_LEVEL and back at release; a thread
 * that would have to spin makes no step (DESIGN.md 2), so acquiring always succeeds here.
 */
#ifndef KERNEL_MODEL_SPINLOCK_H
#define KERNEL_MODEL_SPINLOCK_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

/* Could t take the lock now? A thread that owns it already spins for ever. */
bool spinlock_free(const struct world *w, spinlock_ix l);

void ke_acquire_spin_lock(struct world *w, thread_ix t, spinlock_ix l, struct effect *out);
void ke_release_spin_lock(struct world *w, thread_ix t, spinlock_ix l, struct effect *out);

#endif
