/*
 * The NT call table: one row for each kernel routine that a body can call.
 *
 * Purpose    The seam of the program. Compiler (names, typed parameters, defaults), vm
 *            (visibility), kernel (function), searches (what a call touches) and explanations
 *            (templates) read this one table, and a program of another kind, such as a compiled C
 *            driver, calls through it.
 * Contract   nt_call_perform takes a normalised request, runs the routine on the world and fills
 *            one effect. The caller has opened the step (world_begin_step). With KM_WAIT the
 *            thread is queued and its call returns later, when an effect lists it among the woken.
 * Source     DESIGN.md 3 (the list of calls), KERNEL.md (their behaviour).
 */
#ifndef KERNEL_MODEL_NT_CALL_H
#define KERNEL_MODEL_NT_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/effect.h"
#include "kernel_model/object.h"
#include "kernel_model/world.h"

enum nt_call {
    CALL_NONE,
    /* resource */
    CALL_ExInitializeResourceLite,
    CALL_ExReinitializeResourceLite,
    CALL_ExDeleteResourceLite,
    CALL_ExAcquireResourceExclusiveLite,
    CALL_ExAcquireResourceSharedLite,
    CALL_ExAcquireSharedStarveExclusive,
    CALL_ExAcquireSharedWaitForExclusive,
    CALL_ExTryToAcquireResourceExclusiveLite,
    CALL_ExConvertExclusiveToSharedLite,
    CALL_ExReleaseResourceLite,
    CALL_ExReleaseResourceForThreadLite,
    CALL_ExSetResourceOwnerPointer,
    CALL_ExIsResourceAcquiredExclusiveLite,
    CALL_ExIsResourceAcquiredSharedLite,
    CALL_ExGetExclusiveWaiterCount,
    CALL_ExGetSharedWaiterCount,
    CALL_ExEnterCriticalRegionAndAcquireResourceExclusive,
    CALL_ExEnterCriticalRegionAndAcquireResourceShared,
    CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive,
    CALL_ExReleaseResourceAndLeaveCriticalRegion,
    /* event */
    CALL_KeInitializeEvent,
    CALL_KeSetEvent,
    CALL_KeResetEvent,
    CALL_KeClearEvent,
    CALL_KePulseEvent,
    CALL_KeReadStateEvent,
    /* wait */
    CALL_KeWaitForSingleObject,
    CALL_KeWaitForMultipleObjects,
    CALL_KeDelayExecutionThread,
    CALL_KeAlertThread,
    /* thread */
    CALL_PsCreateSystemThread,
    CALL_PsTerminateSystemThread,
    CALL_KeEnterCriticalRegion,
    CALL_KeLeaveCriticalRegion,
    CALL_KeAreApcsDisabled,
    CALL_KeRaiseIrql,
    CALL_KeLowerIrql,
    CALL_KeGetCurrentIrql,
    CALL_KeSetPriorityThread,
    CALL_ExGetCurrentResourceThread,
    /* file */
    CALL_ZwCreateFile,
    CALL_ZwOpenFile,
    CALL_ZwReadFile,
    CALL_ZwWriteFile,
    CALL_ZwSetInformationFile,             // FileRenameInformation
    CALL_ZwSetInformationFile_disposition, // FileDispositionInformation
    CALL_ZwDeleteFile,
    CALL_ZwClose,
    /* spin lock */
    CALL_KeAcquireSpinLock,
    CALL_KeReleaseSpinLock,
    /* shared memory: interlocked routines, and the load and store that a plain access is */
    CALL_InterlockedIncrement,
    CALL_InterlockedDecrement,
    CALL_InterlockedExchange,
    CALL_InterlockedCompareExchange,
    CALL_InterlockedAdd,
    CALL_load,
    CALL_store,
    /* driver */
    CALL_IoDeleteDevice,
    /* the end of a thread's routine, where it is a step of its own */
    CALL_return,
    N_CALLS
};

enum nt_group {
    GROUP_RESOURCE,
    GROUP_EVENT,
    GROUP_WAIT,
    GROUP_THREAD,
    GROUP_FILE,
    GROUP_SPINLOCK,
    GROUP_SHARED,
    GROUP_DRIVER,
};

/* What a parameter takes in a body, and how its argument arrives in a request (one int32 each). */
enum nt_param_kind {
    PARAM_RESOURCE,   // &R          object_ref
    PARAM_EVENT,      // &E          object_ref
    PARAM_SPINLOCK,   // &L          object_ref
    PARAM_THREAD,     // &T          object_ref
    PARAM_WAITABLE,   // &E or &T    object_ref
    PARAM_SHARED,     // &x          object_ref of the cell
    PARAM_OUT_HANDLE, // &h          nothing: the effect's out_value is stored in the local variable
    PARAM_HANDLE,     // expression
    PARAM_PATH,       // "text"      name_ix
    PARAM_BYTES,      // expression or "text": number of bytes
    PARAM_TIMEOUT,    // expression or NULL: milliseconds or TIMEOUT_FOREVER
    PARAM_VALUE,      // expression
    PARAM_FLAG,       // expression: TRUE or FALSE
    PARAM_REST,       // one or more PARAM_WAITABLE; the last parameter in the request
};

/* NULL as a timeout: wait for ever. Any other value: 0 polls, n or -n may fire after n ms. */
#define TIMEOUT_FOREVER INT32_MIN

struct nt_param {
    const char *name;
    uint8_t kind;       // enum nt_param_kind
    bool optional;      // may be left out, with everything after it
    int32_t if_omitted; // then this is its argument
};

enum nt_result {
    RESULT_VOID,
    RESULT_BOOLEAN,
    RESULT_STATUS,
    RESULT_NUMBER, // a count, a level, a value
    RESULT_STATE,  // old signal state of an event
    RESULT_THREAD, // a thread or owner id
    RESULT_POINTER // opaque, NULL here
};

enum { MAX_PARAMS = 6 };

struct nt_call_row {
    const char *name; // NT's exact spelling
    const char *verb; // short, for narrow columns: "AcquireExcl"
    char letter;      // for the lanes of a timeline: A acquire, R release, C create ...
    bool visible;     // one call is one step; else it belongs to the step before (DESIGN.md 2)
    uint8_t group;    // enum nt_group
    uint8_t result;   // enum nt_result
    uint8_t n_params; //
    int32_t selector; // rows of one NT name differ in the constant that parameter 2 must be; else 0
    struct nt_param params[MAX_PARAMS];
    /*
     * Sentence templates. {1} .. {6}: the argument as its kind shows it; {r}: the result; {o}, {p}:
     * the effect's object and other; {i}: information. would completes "T1 would ..."; did "T1
     * ...", when the call returned KM_OK; refused when it returned KM_BUSY or a failure status;
     * waits when it queued.
     */
    const char *would;
    const char *did;
    const char *refused;
    const char *waits;
};

/* Row of a call; CALL_NONE has an empty name. */
const struct nt_call_row *nt_call_row(enum nt_call call);

/*
 * The call with this exact NT name (aliases such as ExAcquireResourceExclusive included), or
 * CALL_NONE. Of several rows with one name it is the first; nt_call_select finds the one that takes
 * this constant as parameter 2, or CALL_NONE.
 */
enum nt_call nt_call_find(const char *name, uint32_t length);
enum nt_call nt_call_select(enum nt_call first, int32_t selector);

/*
 * A normalised request. args: one per parameter in the table's order, left-out ones filled in,
 * PARAM_OUT_HANDLE ones skipped (they take no place), PARAM_REST ones at the end. Valid as long as
 * the program that made it does not run on.
 */
struct request {
    enum nt_call call;
    uint8_t n_args;
    const int32_t *args;
};

/*
 * Can the thread make this step now? Only a pending KeAcquireSpinLock on a held lock cannot;
 * waiting, absent and finished threads are not asked about (THREAD_READY is the caller's to check).
 */
bool nt_call_enabled(const struct world *w, thread_ix t, const struct request *request);

/*
 * Runs one call of thread t. pick is the number of an open choice (DESIGN.md 2), 0 where there is
 * none; nt_call_choices says how many there are, usually 1.
 */
void nt_call_perform(struct world *w, thread_ix t, const struct request *q, unsigned pick,
                     struct effect *out);
unsigned nt_call_choices(const struct world *w, thread_ix t, const struct request *request);

/* The timeout of thread t fires. t must be waiting with WAIT_FLAG_TIMED: asserted. */
void nt_timeout_fires(struct world *w, thread_ix t, struct effect *out);

/*
 * The routine of thread t returned or faulted out of step: what NT does when a thread ends
 * (checks of 3.1, signals its object, wakes who waits for it). Used by CALL_return and
 * PsTerminateSystemThread, and by the machine where the end is not a step of its own.
 */
void nt_thread_ends(struct world *w, thread_ix t, nt_status exit_status, struct effect *out);

#endif
