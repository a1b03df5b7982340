/*
 * Threads: creation, end, critical regions, IRQL, priority.
 *
 * State      struct kthread, a slot of the world. kind and whether a thread starts inside a
 *            critical region are the layout's.
 * Source     KERNEL.md 3.1 to 3.3, 2.2 (boosts).
 */
#ifndef KERNEL_MODEL_KTHREAD_H
#define KERNEL_MODEL_KTHREAD_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

/*
 * Result STATUS_SUCCESS and effect.other = the new thread, which is ready at pc 0: the caller of
 * the table runs its invisible prefix. STATUS_UNSUCCESSFUL if that thread exists already.
 */
void ps_create_system_thread(struct world *w, thread_ix t, thread_ix created, struct effect *out);

/* Ends t with that status; STATUS_INVALID_PARAMETER for a thread of kind user. */
void ps_terminate_system_thread(struct world *w, thread_ix t, int32_t status, struct effect *out);

void ke_enter_critical_region(struct world *w, thread_ix t, struct effect *out);
void ke_leave_critical_region(struct world *w, thread_ix t, struct effect *out);
bool ke_apcs_disabled(const struct world *w, thread_ix t);

/* Result: the old level. */
void ke_raise_irql(struct world *w, thread_ix t, int32_t level, struct effect *out);
void ke_lower_irql(struct world *w, thread_ix t, int32_t level, struct effect *out);

/* Result: the old base priority. */
void ke_set_priority(struct world *w, thread_ix t, int32_t priority, struct effect *out);

/* IoDeleteDevice: frees every object in the device extension. */
void io_delete_device(struct world *w, thread_ix t, struct effect *out);

#endif
