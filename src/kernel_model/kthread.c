/*
 * Threads. A thread's object is signalled by its end and stays so; whoever waits for it is found in
 * its queue or, where order cannot matter, in the wait fields of the other threads. A finished
 * thread keeps its exit status alone, so that all ways of ending are equal bytes.
 */
#include "kernel_model/kthread.h"

#include "kernel_model/dispatcher.h"
#include "kernel_model/nt_call.h"
#include "kernel_model/priority.h"
#include "kernel_model/stop.h"

static object_ref ref(thread_ix t)
{
    return object_make(OBJECT_THREAD, t);
}

void ps_create_system_thread(struct world *w, thread_ix t, thread_ix created, struct effect *out)
{
    (void)t;
    out->object = ref(created);
    effect_touch(out, ref(created), ASPECT_EXISTENCE, true);
    if (world_thread(w, created)->state != THREAD_ABSENT) {
        out->status = KM_BUSY;
        out->result = STATUS_UNSUCCESSFUL;
        return;
    }
    world_edit_thread(w, created)->state = THREAD_READY;
    priority_set_base(w, created, w->layout->shape.base_priority[created]);
    if (w->annex != NULL) {
        w->annex->threads[created].since = w->annex->step;
    }
    out->rule = RULE_THREAD_CREATED;
    out->other = ref(created);
    out->result = STATUS_SUCCESS;
}

/* Resources that the ending thread still owns: everybody hangs on them later. */
static void check_owned(const struct world *w, thread_ix t, struct effect *out)
{
    for (resource_ix r = 0; r < w->layout->shape.n_resources; r++) {
        if (resource_rows(world_resource(w, r))[t].owner_count != 0) {
            stop_verifier(w, out, 0x100A, object_make(OBJECT_RESOURCE, r), t,
                          "A thread ended while it owned a resource: nobody can acquire it any "
                          "more.");
        }
    }
}

/* Waits for thread t, by the wait fields of u. */
static bool joins(const struct world *w, thread_ix u, thread_ix t)
{
    const struct kthread *waiter = world_thread(w, u);
    for (unsigned i = 0; i < waiter->n_wait_objects; i++) {
        if (world_wait_objects(w, u)[i] == ref(t)) {
            return (waiter->wait_flags & WAIT_FLAG_RETEST) == 0;
        }
    }
    return false;
}

/* Lists who waits for t, oldest first where that can matter, else by number. */
static unsigned list_joiners(struct world *w, thread_ix t, thread_ix out[MAX_THREADS])
{
    unsigned n = 0, n_threads = w->layout->shape.n_threads;
    if (w->layout->shape.queue_order_matters) {
        const uint8_t *queue = world_edit_joiners(w, t);
        for (; n < n_threads && queue[n] != 0; n++) {
            out[n] = (thread_ix)(queue[n] - 1);
        }
        return n;
    }
    thread_set waiters = w->layout->waiters;
    for (thread_ix u = 0; waiters != 0 && u < n_threads; u++) {
        if ((waiters & thread_bit(u)) != 0 && joins(w, u, t)) {
            out[n++] = u;
        }
    }
    return n;
}

void nt_thread_ends(struct world *w, thread_ix t, nt_status exit_status, struct effect *out)
{
    const struct kthread *now = world_thread(w, t);
    out->thread_ended = true;
    effect_touch(out, ref(t), ASPECT_EXISTENCE, true);
    if (now->irql != NT_PASSIVE_LEVEL || now->critical_region != 0) {
        stop_bugcheck(w, t, out, BUGCHECK_KERNEL_APC_PENDING_DURING_EXIT,
                      (const uint64_t[4]){0, (uint64_t)(int64_t)now->critical_region, now->irql, 0},
                      "A thread ended at raised IRQL, or with more critical regions entered than "
                      "left (or the other way round).");
        return;
    }
    check_owned(w, t, out);
    thread_ix joiners[MAX_THREADS];
    unsigned n_joiners = list_joiners(w, t, joiners);
    struct kthread *thread = world_edit_thread(w, t);
    memset(thread, 0, w->layout->thread_offset[t + 1] - w->layout->thread_offset[t]);
    thread->state = THREAD_FINISHED;
    thread->exit_status = exit_status;
    for (unsigned i = 0; i < n_joiners; i++) {
        wait_test(w, joiners[i], ref(t), BOOST_NONE, out);
    }
    if (w->layout->shape.kind[t] == KIND_UNLOAD) {
        world_edit_system(w)->image_unmapped = 1;
        effect_touch(out, object_make(OBJECT_SYSTEM, 0), ASPECT_STATE, true);
    }
}

void ps_terminate_system_thread(struct world *w, thread_ix t, int32_t status, struct effect *out)
{
    if (w->layout->shape.kind[t] == KIND_USER) {
        out->status = KM_BUSY;
        out->result = STATUS_INVALID_PARAMETER;
        return;
    }
    out->object = ref(t);
    nt_thread_ends(w, t, status, out);
}

bool ke_apcs_disabled(const struct world *w, thread_ix t)
{
    bool inside = (w->layout->shape.critical_region_inside & thread_bit(t)) != 0;
    return world_thread(w, t)->critical_region + inside > 0;
}

void ke_enter_critical_region(struct world *w, thread_ix t, struct effect *out)
{
    struct kthread *thread = world_edit_thread(w, t);
    if (thread->irql > NT_APC_LEVEL) {
        stop_verifier(w, out, 0x11A, ref(t), thread->irql,
                      "A critical region is entered above APC_LEVEL.");
    }
    if (thread->critical_region == INT8_MAX) {
        out->status = KM_FULL;
        return;
    }
    thread->critical_region++;
}

void ke_leave_critical_region(struct world *w, thread_ix t, struct effect *out)
{
    struct kthread *thread = world_edit_thread(w, t);
    if (thread->irql > NT_APC_LEVEL) {
        stop_verifier(w, out, 0x11B, ref(t), thread->irql,
                      "A critical region is left above APC_LEVEL.");
    }
    if (thread->critical_region <= 0) {
        stop_verifier(w, out, 0x3E, ref(t), 0,
                      "KeLeaveCriticalRegion is called more often than KeEnterCriticalRegion.");
    }
    if (thread->critical_region == INT8_MIN) {
        out->status = KM_FULL;
        return;
    }
    thread->critical_region--;
}

/* NT stops at once when a level moves the wrong way. */
static void set_irql(struct world *w, thread_ix t, int32_t level, bool raise, struct effect *out)
{
    struct kthread *thread = world_edit_thread(w, t);
    out->result = thread->irql;
    if (level < NT_PASSIVE_LEVEL || level > NT_HIGH_LEVEL || (raise && level < thread->irql) ||
        (!raise && level > thread->irql)) {
        stop_bugcheck(w, t, out, BUGCHECK_IRQL_NOT_LESS_OR_EQUAL,
                      (const uint64_t[4]){(uint64_t)(int64_t)level, thread->irql, 0, 0},
                      raise ? "KeRaiseIrql must not lower the level."
                            : "KeLowerIrql must not raise the level.");
        return;
    }
    thread->irql = (uint8_t)level;
}

void ke_raise_irql(struct world *w, thread_ix t, int32_t level, struct effect *out)
{
    set_irql(w, t, level, true, out);
}

void ke_lower_irql(struct world *w, thread_ix t, int32_t level, struct effect *out)
{
    set_irql(w, t, level, false, out);
}

void ke_set_priority(struct world *w, thread_ix t, int32_t priority, struct effect *out)
{
    out->result = world_thread(w, t)->priority;
    priority_set_base(w, t, (uint8_t)(priority < 1 ? 1 : priority > 31 ? 31 : priority));
}

static bool in_extension(const uint8_t *homes, unsigned ix)
{
    return homes != NULL && homes[ix] == HOME_EXTENSION;
}

void io_delete_device(struct world *w, thread_ix t, struct effect *out)
{
    const struct world_shape *shape = &w->layout->shape;
    out->object = object_make(OBJECT_SYSTEM, 0);
    out->touches_all = true;
    effect_touch(out, out->object, ASPECT_STATE, true);
    if (world_system(w)->device_deleted) {
        stop_bugcheck(w, t, out, BUGCHECK_DRIVER_PAGE_FAULT_IN_FREED_SPECIAL_POOL,
                      (const uint64_t[4]){object_address(out->object), 1, 0, 0},
                      "The device object has been deleted before.");
        return;
    }
    world_edit_system(w)->device_deleted = 1;
    for (resource_ix r = 0; r < shape->n_resources; r++) {
        if (in_extension(shape->resource_home, r)) {
            if ((world_resource(w, r)->flags & OBJECT_INITIALIZED) != 0) {
                stop_verifier(w, out, 0xD2, object_make(OBJECT_RESOURCE, r), 0,
                              "The device extension is freed while a resource in it is still "
                              "initialised.");
            }
            world_edit_resource(w, r)->flags |= OBJECT_FREED;
        }
    }
    for (event_ix e = 0; e < shape->n_events; e++) {
        if (in_extension(shape->event_home, e)) {
            world_edit_event(w, e)->flags |= OBJECT_FREED;
        }
    }
    for (spinlock_ix l = 0; l < shape->n_spinlocks; l++) {
        if (in_extension(shape->spinlock_home, l)) {
            world_edit_spinlock(w, l)->flags |= OBJECT_FREED;
        }
    }
}
