/*
 * Spin locks. The old level is kept in the lock, as every caller of the two-argument routine keeps
 * it in a local that only the release reads.
 */
#include "kernel_model/spinlock.h"

#include "kernel_model/nt_status.h"
#include "kernel_model/stop.h"

static bool begin(struct world *w, thread_ix t, spinlock_ix l, struct effect *out)
{
    object_ref ref = object_make(OBJECT_SPINLOCK, l);
    out->object = ref;
    effect_touch(out, ref, ASPECT_STATE, true);
    return stop_if_gone(w, t, ref, world_spinlock(w, l)->flags, w->layout->shape.spinlock_home,
                        out);
}

bool spinlock_free(const struct world *w, spinlock_ix l)
{
    return world_spinlock(w, l)->owner == 0;
}

void ke_acquire_spin_lock(struct world *w, thread_ix t, spinlock_ix l, struct effect *out)
{
    assert(spinlock_free(w, l));
    if (begin(w, t, l, out)) {
        return;
    }
    struct kthread *thread = world_edit_thread(w, t);
    if (thread->irql > NT_DISPATCH_LEVEL) {
        stop_bugcheck(w, t, out, BUGCHECK_IRQL_NOT_LESS_OR_EQUAL,
                      (const uint64_t[4]){object_address(out->object), thread->irql, 0, 0},
                      "KeAcquireSpinLock raises to DISPATCH_LEVEL; its caller must not be above.");
        return;
    }
    struct spinlock *lock = world_edit_spinlock(w, l);
    lock->owner = (uint8_t)(t + 1);
    lock->saved_irql = thread->irql;
    thread->irql = NT_DISPATCH_LEVEL;
    out->rule = RULE_LOCK_TAKEN;
}

void ke_release_spin_lock(struct world *w, thread_ix t, spinlock_ix l, struct effect *out)
{
    if (begin(w, t, l, out)) {
        return;
    }
    struct spinlock *lock = world_edit_spinlock(w, l);
    if (lock->owner != t + 1) {
        stop_verifier(w, out, 0x10, out->object, 0,
                      "A spin lock is released by a thread that does not own it: a retail kernel "
                      "just marks it free.");
    }
    world_edit_thread(w, t)->irql = lock->saved_irql;
    lock->owner = 0;
    lock->saved_irql = 0;
    out->rule = RULE_NOW_FREE;
}
