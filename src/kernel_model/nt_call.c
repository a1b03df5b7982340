/*
 * Dispatch: one switch hands the normalised arguments of a request to the routine's function. The
 * table itself is in nt_call_table.c.
 */
#include "kernel_model/nt_call.h"

#include "kernel_model/dispatcher.h"
#include "kernel_model/eresource.h"
#include "kernel_model/file.h"
#include "kernel_model/kevent.h"
#include "kernel_model/kthread.h"
#include "kernel_model/spinlock.h"
#include "kernel_model/stop.h"

bool nt_call_enabled(const struct world *w, thread_ix t, const struct request *request)
{
    (void)t;
    return request->call != CALL_KeAcquireSpinLock ||
           spinlock_free(w, object_ix_of((object_ref)request->args[0]));
}

unsigned nt_call_choices(const struct world *w, thread_ix t, const struct request *request)
{
    (void)t;
    if (request->call == CALL_KePulseEvent && w->layout->shape.switches.pulse == PULSE_MAY_MISS) {
        event_ix e = object_ix_of((object_ref)request->args[0]);
        return 1 + (world_event(w, e)->signal_state > 0 ? 0 : event_n_waiters(w, e));
    }
    return 1;
}

static void wait_single(struct world *w, thread_ix t, const int32_t *args, struct effect *out)
{
    ke_wait(w, t,
            &(struct wait_request){
                .objects = args, .n = 1, .alertable = args[3] != 0, .timeout = args[4]},
            out);
}

static void wait_multiple(struct world *w, thread_ix t, const struct request *q, struct effect *out)
{
    ke_wait(w, t,
            &(struct wait_request){.objects = q->args + 2,
                                   .n = q->n_args - 2u,
                                   .all = q->args[0] == NT_WaitAll,
                                   .timeout = q->args[1]},
            out);
}

static void create_or_open(struct world *w, thread_ix t, const int32_t *args, int32_t disposition,
                           struct effect *out)
{
    zw_create_file(w, t,
                   &(struct create_request){.name = (name_ix)args[0],
                                            .access = (uint32_t)args[1],
                                            .share = (uint32_t)args[2],
                                            .disposition = disposition},
                   out);
}

static void rename_file(struct world *w, thread_ix t, const int32_t *args, struct effect *out)
{
    zw_rename(w, t,
              &(struct rename_request){.handle = args[0],
                                       .target = (name_ix)args[2],
                                       .replace = args[3] != 0,
                                       .buffer_bytes = args[4],
                                       .length = args[5],
                                       .name_bytes = -1},
              out);
}

/* Shared memory: arithmetic wraps, as the interlocked routines' does. */
static void shared_memory(struct world *w, const struct request *q, struct effect *out)
{
    object_ref ref = (object_ref)q->args[0];
    shared_ix cell = object_ix_of(ref);
    int32_t old = world_shared(w, cell);
    int32_t new = old;
    out->object = ref;
    out->rule =
        q->call == CALL_load || q->call == CALL_store ? RULE_SHARED_VARIABLE : RULE_INTERLOCKED;
    out->result = old;
    switch (q->call) {
    case CALL_store:
        new = out->result = q->args[1];
        break;
    case CALL_InterlockedIncrement:
        new = out->result = (int32_t)((uint32_t)old + 1);
        break;
    case CALL_InterlockedDecrement:
        new = out->result = (int32_t)((uint32_t)old - 1);
        break;
    case CALL_InterlockedAdd:
        new = out->result = (int32_t)((uint32_t)old + (uint32_t)q->args[1]);
        break;
    case CALL_InterlockedExchange:
        new = q->args[1];
        break;
    case CALL_InterlockedCompareExchange:
        new = old == q->args[2] ? q->args[1] : old;
        break;
    default:
        break;
    }
    // a failing compare-exchange counts as a read (SEARCH.md 3)
    bool writes =
        q->call != CALL_load && !(q->call == CALL_InterlockedCompareExchange && old != q->args[2]);
    effect_touch(out, ref, ASPECT_STATE, writes);
    if (new != old) {
        *world_edit_shared(w, cell) = new;
    }
}

static bool is_wait(enum nt_call call)
{
    return call == CALL_KeWaitForSingleObject || call == CALL_KeWaitForMultipleObjects ||
           call == CALL_KeDelayExecutionThread;
}

/* KeSetEvent(..., Wait = TRUE) promises that the very next call is a wait (KERNEL.md 2.2). */
static void check_wait_next(struct world *w, thread_ix t, enum nt_call call, struct effect *out)
{
    if ((world_thread(w, t)->flags & THREAD_FLAG_WAIT_NEXT) == 0 || is_wait(call)) {
        return;
    }
    world_edit_thread(w, t)->flags &= (uint8_t)~THREAD_FLAG_WAIT_NEXT;
    stop_verifier(w, out, 0, object_make(OBJECT_THREAD, t), 0,
                  "KeSetEvent or KePulseEvent with Wait = TRUE must be followed by a wait at once: "
                  "the dispatcher stays locked until then.");
}

void nt_call_perform(struct world *w, thread_ix t, const struct request *q, unsigned pick,
                     struct effect *out)
{
    const int32_t *a = q->args;
    effect_begin(out);
    check_wait_next(w, t, q->call, out);
    resource_ix r =
        nt_call_row(q->call)->group == GROUP_RESOURCE ? object_ix_of((object_ref)a[0]) : 0;
    event_ix e = nt_call_row(q->call)->group == GROUP_EVENT ? object_ix_of((object_ref)a[0]) : 0;
    switch (q->call) {
    case CALL_ExInitializeResourceLite:
        ex_initialize_resource(w, t, r, out);
        break;
    case CALL_ExReinitializeResourceLite:
        ex_reinitialize_resource(w, t, r, out);
        break;
    case CALL_ExDeleteResourceLite:
        ex_delete_resource(w, t, r, out);
        break;
    case CALL_ExAcquireResourceExclusiveLite:
        ex_acquire_resource(w, t, r, ACQUIRE_EXCLUSIVE, a[1] != 0, out);
        break;
    case CALL_ExAcquireResourceSharedLite:
        ex_acquire_resource(w, t, r, ACQUIRE_SHARED, a[1] != 0, out);
        break;
    case CALL_ExAcquireSharedStarveExclusive:
        ex_acquire_resource(w, t, r, ACQUIRE_SHARED_STARVE_EXCLUSIVE, a[1] != 0, out);
        break;
    case CALL_ExAcquireSharedWaitForExclusive:
        ex_acquire_resource(w, t, r, ACQUIRE_SHARED_WAIT_FOR_EXCLUSIVE, a[1] != 0, out);
        break;
    case CALL_ExTryToAcquireResourceExclusiveLite:
        ex_acquire_resource(w, t, r, ACQUIRE_EXCLUSIVE, false, out);
        break;
    case CALL_ExConvertExclusiveToSharedLite:
        ex_convert_exclusive_to_shared(w, t, r, out);
        break;
    case CALL_ExReleaseResourceLite:
        ex_release_resource(w, t, r, out);
        break;
    case CALL_ExReleaseResourceForThreadLite:
        ex_release_resource_for_thread(w, t, r, a[1], out);
        break;
    case CALL_ExSetResourceOwnerPointer:
        ex_set_resource_owner_pointer(w, t, r, a[1], out);
        break;
    case CALL_ExIsResourceAcquiredExclusiveLite:
        ex_query_resource(w, t, r, QUERY_ACQUIRED_EXCLUSIVE, out);
        break;
    case CALL_ExIsResourceAcquiredSharedLite:
        ex_query_resource(w, t, r, QUERY_ACQUIRED_SHARED, out);
        break;
    case CALL_ExGetExclusiveWaiterCount:
        ex_query_resource(w, t, r, QUERY_EXCLUSIVE_WAITERS, out);
        break;
    case CALL_ExGetSharedWaiterCount:
        ex_query_resource(w, t, r, QUERY_SHARED_WAITERS, out);
        break;
    case CALL_ExEnterCriticalRegionAndAcquireResourceExclusive:
        ex_enter_and_acquire(w, t, r, ACQUIRE_EXCLUSIVE, out);
        break;
    case CALL_ExEnterCriticalRegionAndAcquireResourceShared:
        ex_enter_and_acquire(w, t, r, ACQUIRE_SHARED, out);
        break;
    case CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive:
        ex_enter_and_acquire(w, t, r, ACQUIRE_SHARED_WAIT_FOR_EXCLUSIVE, out);
        break;
    case CALL_ExReleaseResourceAndLeaveCriticalRegion:
        ex_release_and_leave(w, t, r, out);
        break;
    case CALL_KeInitializeEvent:
        ke_initialize_event(w, t, e, a[1], a[2] != 0, out);
        break;
    case CALL_KeSetEvent:
        ke_set_event(w, t, e, a[1], a[2] != 0, out);
        break;
    case CALL_KeResetEvent:
        ke_reset_event(w, t, e, out);
        break;
    case CALL_KeClearEvent:
        ke_clear_event(w, t, e, out);
        break;
    case CALL_KePulseEvent:
        ke_pulse_event(w, t, e, a[1], a[2] != 0, pick, out);
        break;
    case CALL_KeReadStateEvent:
        ke_read_state_event(w, t, e, out);
        break;
    case CALL_KeWaitForSingleObject:
        wait_single(w, t, a, out);
        break;
    case CALL_KeWaitForMultipleObjects:
        wait_multiple(w, t, q, out);
        break;
    case CALL_KeDelayExecutionThread:
        ke_delay(w, t, false, a[0], out);
        break;
    case CALL_KeAlertThread:
        ke_alert_thread(w, (thread_ix)object_ix_of((object_ref)a[0]), out);
        break;
    case CALL_PsCreateSystemThread:
        ps_create_system_thread(w, t, (thread_ix)object_ix_of((object_ref)a[0]), out);
        break;
    case CALL_PsTerminateSystemThread:
        ps_terminate_system_thread(w, t, a[0], out);
        break;
    case CALL_KeEnterCriticalRegion:
        ke_enter_critical_region(w, t, out);
        break;
    case CALL_KeLeaveCriticalRegion:
        ke_leave_critical_region(w, t, out);
        break;
    case CALL_KeAreApcsDisabled:
        out->result = ke_apcs_disabled(w, t);
        break;
    case CALL_KeRaiseIrql:
        ke_raise_irql(w, t, a[0], out);
        break;
    case CALL_KeLowerIrql:
        ke_lower_irql(w, t, a[0], out);
        break;
    case CALL_KeGetCurrentIrql:
        out->result = world_thread(w, t)->irql;
        break;
    case CALL_KeSetPriorityThread:
        ke_set_priority(w, t, a[0], out);
        break;
    case CALL_ExGetCurrentResourceThread:
        out->result = thread_id(t);
        break;
    case CALL_ZwCreateFile:
        create_or_open(w, t, a, a[3], out);
        break;
    case CALL_ZwOpenFile:
        create_or_open(w, t, a, NT_FILE_OPEN, out);
        break;
    case CALL_ZwReadFile:
        zw_read_file(w, t, a[0], a[1], out);
        break;
    case CALL_ZwWriteFile:
        zw_write_file(w, t, a[0], a[1], a[2], out);
        break;
    case CALL_ZwSetInformationFile:
        rename_file(w, t, a, out);
        break;
    case CALL_ZwSetInformationFile_disposition:
        zw_set_disposition(w, t, a[0], a[2] != 0, out);
        break;
    case CALL_ZwDeleteFile:
        zw_delete_file(w, t, (name_ix)a[0], out);
        break;
    case CALL_ZwClose:
        zw_close(w, t, a[0], out);
        break;
    case CALL_KeAcquireSpinLock:
        ke_acquire_spin_lock(w, t, object_ix_of((object_ref)a[0]), out);
        break;
    case CALL_KeReleaseSpinLock:
        ke_release_spin_lock(w, t, object_ix_of((object_ref)a[0]), out);
        break;
    case CALL_InterlockedIncrement:
    case CALL_InterlockedDecrement:
    case CALL_InterlockedExchange:
    case CALL_InterlockedCompareExchange:
    case CALL_InterlockedAdd:
    case CALL_load:
    case CALL_store:
        shared_memory(w, q, out);
        break;
    case CALL_IoDeleteDevice:
        io_delete_device(w, t, out);
        break;
    case CALL_return:
        nt_thread_ends(w, t, STATUS_SUCCESS, out);
        break;
    case CALL_NONE:
    case N_CALLS:
        assert(!"no such call");
        break;
    }
}
