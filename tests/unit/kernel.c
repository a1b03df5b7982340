/*
 * The kernel of the tests: one allocation holds struct kernel, block, three copies of the block for
 * the checks, the journal of one step and the annex. Every verb ends in kernel_step_ends, where the
 * step is checked: invariants, fingerprint, and that undoing it gives the bytes it began with.
 */
#include "kernel.h"

#include <stdio.h>
#include <stdlib.h>

#include "kernel_model/priority.h"
#include "kernel_model/waitgraph.h"

enum { BASE_PRIORITY = 8, HANDLES_PER_THREAD = 8, POINTERS_PER_RESOURCE = 4 };
enum { ROOT_C, DIRECTORY_TEMP, DIRECTORY_TEMP2, ROOT_D, N_DIRECTORIES };

static const struct name_info test_names[N_TEST_NAMES] = {
    [LOST] = {"C:\\Lost\\A", NO_INDEX, NO_INDEX, 'C', false},
    [TEMP] = {"C:\\Temp", ROOT_C, DIRECTORY_TEMP, 'C', false},
    [TEMP2] = {"C:\\Temp2", ROOT_C, DIRECTORY_TEMP2, 'C', false},
    [TEMP2_A] = {"C:\\Temp2\\A", DIRECTORY_TEMP2, NO_INDEX, 'C', false},
    [TEMP2_B] = {"C:\\Temp2\\B", DIRECTORY_TEMP2, NO_INDEX, 'C', false},
    [TEMP3] = {"C:\\Temp3", ROOT_C, NO_INDEX, 'C', false},
    [TEMP_A] = {"C:\\Temp\\A", DIRECTORY_TEMP, NO_INDEX, 'C', false},
    [TEMP_A_STAR] = {"C:\\Temp\\A*", DIRECTORY_TEMP, NO_INDEX, 'C', true},
    [TEMP_B] = {"C:\\Temp\\B", DIRECTORY_TEMP, NO_INDEX, 'C', false},
    [OTHER_A] = {"D:\\A", ROOT_D, NO_INDEX, 'D', false},
};

/* Objects of a test are few; all have the same home. */
static const uint8_t in_extension[] = {
    HOME_EXTENSION,
    HOME_EXTENSION,
    HOME_EXTENSION,
    HOME_EXTENSION,
};

/* ---- building ---- */

static struct world_shape shape_of(const struct kernel_parts *parts)
{
    struct world_shape shape = {
        .n_threads = (uint16_t)(parts->n_threads != 0 ? parts->n_threads : 4),
        .n_resources = (uint16_t)parts->n_resources,
        .n_events = (uint16_t)parts->n_events,
        .n_owner_pointers = POINTERS_PER_RESOURCE,
        .queue_order_matters = parts->queue_order,
        .switches = parts->switches,
    };

    if (parts->files) {
        shape.n_directories = N_DIRECTORIES;
        shape.n_names = N_TEST_NAMES;
        shape.n_unnamed = 1;
        shape.names = test_names;
    }
    if (parts->home == HOME_EXTENSION)
        shape.resource_home = shape.event_home = in_extension;
    for (thread_ix t = 0; t < shape.n_threads; t++) {
        bool user = (parts->user_threads & thread_bit(t)) != 0;
        shape.handles[t] = HANDLES_PER_THREAD;
        shape.wait_objects[t] = MAXIMUM_WAIT_OBJECTS;
        shape.base_priority[t] = BASE_PRIORITY;
        shape.kind[t] = user ? KIND_USER : KIND_SYSTEM;
        if (!user && !parts->outside)
            shape.critical_region_inside |= thread_bit(t);
    }
    return shape;
}

static void furnish(struct kernel *k, const struct kernel_parts *parts)
{
    const struct world_shape *shape = &k->layout.shape;

    world_begin_step(&k->w);
    for (thread_ix t = 0; t < shape->n_threads; t++) {
        bool absent = (parts->absent_threads & thread_bit(t)) != 0;
        struct kthread *thread = world_edit_thread(&k->w, t);
        thread->state = absent ? THREAD_ABSENT : THREAD_READY;
        thread->priority = absent ? 0 : BASE_PRIORITY;
    }
    for (resource_ix r = 0; r < shape->n_resources && !parts->uninitialized; r++)
        world_edit_resource(&k->w, r)->flags = OBJECT_INITIALIZED;
    for (event_ix e = 0; e < shape->n_events && !parts->uninitialized; e++)
        world_edit_event(&k->w, e)->flags = OBJECT_INITIALIZED;
    kernel_keep(k);
}

struct kernel *kernel_new(const struct kernel_parts *parts)
{
    struct world_layout layout;
    struct world_shape shape = shape_of(parts);
    world_layout_init(&layout, &shape);

    uint32_t n_entries = journal_worst_entries(&layout);
    uint32_t n_saved = (journal_worst_saved(&layout) + 7) & ~(uint32_t)7;
    size_t annex = (annex_size(&layout) + 7) & ~(size_t)7;
    struct kernel *k = (struct kernel *)calloc(1, sizeof *k);
    unsigned char *memory = (unsigned char *)calloc(
        1, annex + (size_t)4 * layout.size + n_saved + n_entries * sizeof(struct journal_entry));
    if (k == NULL || memory == NULL) {
        free(k);
        free(memory);
        return NULL;
    }
    unsigned char *block = memory + annex;
    k->memory = memory;
    k->layout = layout;
    k->initial = block + layout.size;
    k->before = k->initial + layout.size;
    k->after = k->before + layout.size;
    struct journal journal = {
        .saved = k->after + layout.size, .capacity_saved = n_saved, .capacity_entries = n_entries};
    journal.entries = (struct journal_entry *)(void *)(journal.saved + n_saved);
    struct world w;
    world_init(&w, &k->layout, block, (struct annex *)(void *)memory, journal);
    k->w = w;
    furnish(k, parts);
    kernel_reset(k);
    k->w.fingerprinting = true;
    return k;
}

void kernel_keep(struct kernel *k)
{
    world_forget(&k->w);
    memcpy(k->initial, k->w.block, k->layout.size);
}

void kernel_reset(struct kernel *k)
{
    world_forget(&k->w);
    memcpy(k->w.block, k->initial, k->layout.size);
    memset(k->w.annex, 0, annex_size(&k->layout));
    for (thread_ix t = 0; t < k->layout.shape.n_threads; t++)
        priority_set_base(&k->w, t, BASE_PRIORITY);
    if (k->w.fingerprinting)
        k->w.fingerprint = world_fingerprint(&k->w);
}

int kernel_teardown(void **state)
{
    struct kernel *k = (struct kernel *)*state;

    free(k->memory);
    free(k);
    return 0;
}

/* ---- steps ---- */

void kernel_step_begins(struct kernel *k)
{
    memcpy(k->before, k->w.block, k->layout.size);
    k->w.fingerprint = world_fingerprint(&k->w);
    k->w.annex->step++;
    world_forget(&k->w);
    world_begin_step(&k->w);
    effect_begin(&k->effect);
}

static void expect_undo(struct kernel *k)
{
    struct fingerprint kept = k->w.fingerprint;

    memcpy(k->after, k->w.block, k->layout.size);
    world_undo_to(&k->w, k->w.journal.step_first);
    EXPECT_MEM_EQ(k->before, k->w.block, k->layout.size);
    memcpy(k->w.block, k->after, k->layout.size);
    k->w.fingerprint = kept;
}

int32_t kernel_step_ends(struct kernel *k)
{
    world_end_step(&k->w);
    struct fingerprint computed = world_fingerprint(&k->w);
    EXPECT_MEM_EQ(&computed, &k->w.fingerprint, sizeof computed);
    EXPECT_STR_EQ(NULL, world_invariant(&k->w));
    expect_undo(k);

    switch (k->effect.status) {
    case KM_WAIT:
        return BLOCKED;
    case KM_BUGCHECK:
        EXPECT_EQ(STOP_BUGCHECK, world_system(&k->w)->stop);
        return STOPPED;
    case KM_FULL:
        return TABLE_FULL;
    case KM_OK:
    case KM_BUSY:
        break;
    }
    return k->effect.result;
}

int32_t kernel_call(struct kernel *k, unsigned t, enum nt_call call, const int32_t *args,
                    unsigned n)
{
    struct request request = {.call = call, .n_args = (uint8_t)n, .args = args};

    EXPECT_EQ(THREAD_READY, world_thread(&k->w, (thread_ix)t)->state);
    EXPECT_TRUE(nt_call_enabled(&k->w, (thread_ix)t, &request));
    kernel_step_begins(k);
    nt_call_perform(&k->w, (thread_ix)t, &request, 0, &k->effect);
    return kernel_step_ends(k);
}

const char *woken(struct kernel *k)
{
    char *end = k->woken_text;

    *end = '\0';
    for (unsigned i = 0; i < k->effect.n_woken; i++)
        end += sprintf(end, i == 0 ? "T%d" : " T%d", k->effect.woken[i].thread + 1);
    return k->woken_text;
}

int32_t woken_with(const struct kernel *k, unsigned t)
{
    for (unsigned i = 0; i < k->effect.n_woken; i++) {
        if (k->effect.woken[i].thread == t)
            return k->effect.woken[i].result;
    }
    return NOT_WOKEN;
}

bool verifier_said(const struct kernel *k, uint32_t code)
{
    for (unsigned i = 0; i < k->effect.n_verifier; i++) {
        if (k->effect.verifier[i].code == code)
            return true;
    }
    return false;
}

/* ---- resources ---- */

static int32_t resource_call(struct kernel *k, unsigned t, enum nt_call call, unsigned r)
{
    return kernel_call(k, t, call, LIST((int32_t)object_make(OBJECT_RESOURCE, r)));
}

static int32_t resource_call_with(struct kernel *k, unsigned t, enum nt_call call, unsigned r,
                                  int32_t argument)
{
    return kernel_call(k, t, call, LIST((int32_t)object_make(OBJECT_RESOURCE, r), argument));
}

/* An acquisition that returned says the same by status and by result. */
static int32_t acquire(struct kernel *k, unsigned t, enum nt_call call, unsigned r, bool wait)
{
    int32_t answer = resource_call_with(k, t, call, r, wait);

    if (k->effect.status == KM_OK)
        EXPECT_EQ(true, answer);
    if (k->effect.status == KM_BUSY)
        EXPECT_EQ(false, answer);
    return answer;
}

int32_t initialize_resource(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExInitializeResourceLite, r);
}

int32_t reinitialize_resource(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExReinitializeResourceLite, r);
}

int32_t delete_resource(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExDeleteResourceLite, r);
}

int32_t acquire_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait)
{
    return acquire(k, t, CALL_ExAcquireResourceExclusiveLite, r, wait);
}

int32_t acquire_shared(struct kernel *k, unsigned t, unsigned r, bool wait)
{
    return acquire(k, t, CALL_ExAcquireResourceSharedLite, r, wait);
}

int32_t acquire_starve_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait)
{
    return acquire(k, t, CALL_ExAcquireSharedStarveExclusive, r, wait);
}

int32_t acquire_wait_for_exclusive(struct kernel *k, unsigned t, unsigned r, bool wait)
{
    return acquire(k, t, CALL_ExAcquireSharedWaitForExclusive, r, wait);
}

int32_t try_to_acquire_exclusive(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExTryToAcquireResourceExclusiveLite, r);
}

int32_t enter_and_acquire_exclusive(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExEnterCriticalRegionAndAcquireResourceExclusive, r);
}

int32_t enter_and_acquire_shared(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExEnterCriticalRegionAndAcquireResourceShared, r);
}

int32_t enter_and_acquire_wait_for_exclusive(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive, r);
}

int32_t release_and_leave(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExReleaseResourceAndLeaveCriticalRegion, r);
}

int32_t release(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExReleaseResourceLite, r);
}

int32_t release_for(struct kernel *k, unsigned t, unsigned r, int32_t owner)
{
    return resource_call_with(k, t, CALL_ExReleaseResourceForThreadLite, r, owner);
}

int32_t set_owner_pointer(struct kernel *k, unsigned t, unsigned r, int32_t pointer)
{
    return resource_call_with(k, t, CALL_ExSetResourceOwnerPointer, r, pointer);
}

int32_t convert(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExConvertExclusiveToSharedLite, r);
}

int32_t is_exclusive(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExIsResourceAcquiredExclusiveLite, r);
}

int32_t count(struct kernel *k, unsigned t, unsigned r)
{
    return resource_call(k, t, CALL_ExIsResourceAcquiredSharedLite, r);
}

unsigned exclusive_waiters(const struct kernel *k, unsigned r)
{
    return resource_n_exclusive_waiters(&k->w, (resource_ix)r);
}

unsigned shared_waiters(const struct kernel *k, unsigned r)
{
    return resource_n_shared_waiters(&k->w, (resource_ix)r);
}

unsigned active_entries(const struct kernel *k, unsigned r)
{
    return resource_active_entries(&k->w, (resource_ix)r);
}

unsigned contention(const struct kernel *k, unsigned r)
{
    return k->w.annex->objects[r].contention;
}

bool is_free(const struct kernel *k, unsigned r)
{
    return active_entries(k, r) == 0 && !resource_is_exclusive(&k->w, (resource_ix)r);
}

/* ---- events and waiting ---- */

int32_t initialize_event(struct kernel *k, unsigned t, unsigned e, int32_t type, bool signaled)
{
    return kernel_call(k, t, CALL_KeInitializeEvent, LIST(EVENT(e), type, signaled));
}

int32_t set_event(struct kernel *k, unsigned t, unsigned e)
{
    return set_event_boost(k, t, e, NT_IO_NO_INCREMENT);
}

int32_t set_event_boost(struct kernel *k, unsigned t, unsigned e, int32_t increment)
{
    return kernel_call(k, t, CALL_KeSetEvent, LIST(EVENT(e), increment, false));
}

int32_t reset_event(struct kernel *k, unsigned t, unsigned e)
{
    return kernel_call(k, t, CALL_KeResetEvent, LIST(EVENT(e)));
}

int32_t clear_event(struct kernel *k, unsigned t, unsigned e)
{
    return kernel_call(k, t, CALL_KeClearEvent, LIST(EVENT(e)));
}

int32_t pulse_event(struct kernel *k, unsigned t, unsigned e)
{
    return kernel_call(k, t, CALL_KePulseEvent, LIST(EVENT(e), NT_IO_NO_INCREMENT, false));
}

int32_t read_state(struct kernel *k, unsigned t, unsigned e)
{
    return kernel_call(k, t, CALL_KeReadStateEvent, LIST(EVENT(e)));
}

int32_t wait_single(struct kernel *k, unsigned t, int32_t object, int32_t timeout)
{
    return kernel_call(k, t, CALL_KeWaitForSingleObject,
                       LIST(object, NT_Executive, NT_KernelMode, false, timeout));
}

int32_t wait_alertable(struct kernel *k, unsigned t, int32_t object, int32_t timeout)
{
    return kernel_call(k, t, CALL_KeWaitForSingleObject,
                       LIST(object, NT_Executive, NT_KernelMode, true, timeout));
}

static int32_t wait_multiple(struct kernel *k, unsigned t, int32_t type, int32_t timeout,
                             const int32_t *objects, unsigned n)
{
    int32_t args[2 + MAXIMUM_WAIT_OBJECTS] = {type, timeout};

    memcpy(args + 2, objects, n * sizeof *objects);
    return kernel_call(k, t, CALL_KeWaitForMultipleObjects, args, n + 2);
}

int32_t wait_any(struct kernel *k, unsigned t, int32_t timeout, const int32_t *objects, unsigned n)
{
    return wait_multiple(k, t, NT_WaitAny, timeout, objects, n);
}

int32_t wait_all(struct kernel *k, unsigned t, int32_t timeout, const int32_t *objects, unsigned n)
{
    return wait_multiple(k, t, NT_WaitAll, timeout, objects, n);
}

int32_t timeout_fires(struct kernel *k, unsigned t)
{
    kernel_step_begins(k);
    nt_timeout_fires(&k->w, (thread_ix)t, &k->effect);
    return kernel_step_ends(k);
}

/* ---- threads ---- */

bool is_waiting(const struct kernel *k, unsigned t)
{
    return world_thread(&k->w, (thread_ix)t)->state == THREAD_WAITING;
}

unsigned deadlock(const struct kernel *k, unsigned t)
{
    return wait_cycle(&k->w, (thread_ix)t, NULL).n;
}

int32_t create_thread(struct kernel *k, unsigned t, unsigned created)
{
    return kernel_call(k, t, CALL_PsCreateSystemThread, LIST(THREAD_OBJECT(created)));
}

int32_t thread_returns(struct kernel *k, unsigned t)
{
    return kernel_call(k, t, CALL_return, NULL, 0);
}

int32_t alert_thread(struct kernel *k, unsigned t, unsigned target)
{
    return kernel_call(k, t, CALL_KeAlertThread, LIST(THREAD_OBJECT(target)));
}

int32_t enter_critical_region(struct kernel *k, unsigned t)
{
    return kernel_call(k, t, CALL_KeEnterCriticalRegion, NULL, 0);
}

int32_t leave_critical_region(struct kernel *k, unsigned t)
{
    return kernel_call(k, t, CALL_KeLeaveCriticalRegion, NULL, 0);
}

int32_t apcs_disabled(struct kernel *k, unsigned t)
{
    return kernel_call(k, t, CALL_KeAreApcsDisabled, NULL, 0);
}

int32_t raise_irql(struct kernel *k, unsigned t, int32_t level)
{
    return kernel_call(k, t, CALL_KeRaiseIrql, LIST(level));
}

int32_t lower_irql(struct kernel *k, unsigned t, int32_t level)
{
    return kernel_call(k, t, CALL_KeLowerIrql, LIST(level));
}

int32_t set_priority(struct kernel *k, unsigned t, int32_t priority)
{
    return kernel_call(k, t, CALL_KeSetPriorityThread, LIST(priority));
}

int32_t priority(const struct kernel *k, unsigned t)
{
    return priority_of(&k->w, (thread_ix)t);
}

int32_t delete_device(struct kernel *k, unsigned t)
{
    return kernel_call(k, t, CALL_IoDeleteDevice, NULL, 0);
}

/* ---- files ---- */

void place_file(struct kernel *k, enum test_name name, int32_t size, uint32_t attributes)
{
    EXPECT_EQ(STATUS_SUCCESS, create_with_attributes(k, T1, name, NT_GENERIC_WRITE, SHARE_NONE,
                                                     NT_FILE_CREATE, attributes));
    int32_t handle = k->effect.out_value;
    EXPECT_EQ(STATUS_SUCCESS, write_file(k, T1, handle, size, 0));
    EXPECT_EQ(STATUS_SUCCESS, close_handle(k, T1, handle));
}

int32_t create_file(struct kernel *k, unsigned t, enum test_name name, int32_t access,
                    int32_t share, int32_t disposition)
{
    return kernel_call(k, t, CALL_ZwCreateFile, LIST((int32_t)name, access, share, disposition));
}

int32_t create_with_attributes(struct kernel *k, unsigned t, enum test_name name, int32_t access,
                               int32_t share, int32_t disposition, uint32_t attributes)
{
    return create_by_request(k, t,
                             (struct create_request){
                                 .name = (name_ix)name,
                                 .access = (uint32_t)access,
                                 .share = (uint32_t)share,
                                 .disposition = disposition,
                                 .attributes = attributes,
                             });
}

int32_t create_by_request(struct kernel *k, unsigned t, struct create_request request)
{
    kernel_step_begins(k);
    zw_create_file(&k->w, (thread_ix)t, &request, &k->effect);
    return kernel_step_ends(k);
}

int32_t rename_by_request(struct kernel *k, unsigned t, struct rename_request request)
{
    kernel_step_begins(k);
    zw_rename(&k->w, (thread_ix)t, &request, &k->effect);
    return kernel_step_ends(k);
}

int32_t open_file(struct kernel *k, unsigned t, enum test_name name, int32_t access, int32_t share)
{
    return kernel_call(k, t, CALL_ZwOpenFile, LIST((int32_t)name, access, share));
}

int32_t opened(struct kernel *k, unsigned t, enum test_name name, int32_t access, int32_t share)
{
    EXPECT_EQ(STATUS_SUCCESS, open_file(k, t, name, access, share));
    return k->effect.out_value;
}

int32_t write_file(struct kernel *k, unsigned t, int32_t handle, int32_t bytes, int32_t offset)
{
    return kernel_call(k, t, CALL_ZwWriteFile, LIST(handle, bytes, offset));
}

int32_t rename_file(struct kernel *k, unsigned t, int32_t handle, enum test_name target,
                    bool replace)
{
    return kernel_call(k, t, CALL_ZwSetInformationFile,
                       LIST(handle, NT_FileRenameInformation, (int32_t)target, replace, -1, -1));
}

int32_t rename_with_length(struct kernel *k, unsigned t, int32_t handle, enum test_name target,
                           int32_t buffer_bytes, int32_t length)
{
    return kernel_call(
        k, t, CALL_ZwSetInformationFile,
        LIST(handle, NT_FileRenameInformation, (int32_t)target, false, buffer_bytes, length));
}

int32_t close_handle(struct kernel *k, unsigned t, int32_t handle)
{
    return kernel_call(k, t, CALL_ZwClose, LIST(handle));
}

bool file_exists(const struct kernel *k, enum test_name name)
{
    return (world_file(&k->w, (name_ix)name)->flags & FILE_EXISTS) != 0;
}

int64_t file_size(const struct kernel *k, enum test_name name)
{
    return world_file(&k->w, (name_ix)name)->size;
}

static const struct handle_slot *slot_of(const struct kernel *k, int32_t handle)
{
    return world_handle(&k->w, handle_find(&k->w, handle));
}

int64_t file_position(const struct kernel *k, int32_t handle)
{
    return slot_of(k, handle)->position;
}

enum test_name file_name(const struct kernel *k, int32_t handle)
{
    return (enum test_name)slot_of(k, handle)->name;
}
