/*
 * The world: everything a step can change, as slots in one flat block, and the journal of edits.
 *
 * Purpose    One place that knows where a record lies, what a step changed and how to take it
 *            back.
 * Layout     system | threads | resources | events | spin locks | shared cells | directories |
 *            names | handles. Record sizes depend on what the scenario has; world_layout_init
 *            computes them. Records hold indices, never pointers, and no padding, so equal worlds
 *            are equal bytes. An all-zero record means "nothing here".
 * Writing    Read through a const accessor. Write through an edit accessor: it saves the old
 *            record in the journal the first time in a step. Undo, fingerprint, the screen's marks
 *            and the delta of the JSON all come from the journal; nobody else saves, compares or
 *            hashes by hand.
 * Reading    Every accessor notes its slot in the world's trace while there is one, so a search
 *            knows what a step's outcome depended on.
 * Ownership  The world owns nothing: the caller hands over block, annex and journal memory. A
 *            pointer from an accessor is valid as long as the block; a journal entry until the
 *            next world_begin_step, world_undo_step or world_forget.
 * Errors     None. An index outside the layout is our bug: asserted.
 */
#ifndef KERNEL_MODEL_WORLD_H
#define KERNEL_MODEL_WORLD_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "kernel_model/limits.h"
#include "kernel_model/object.h"

/* ---- records ------------------------------------------------------------------------------------
 */

enum stop_kind { STOP_NONE, STOP_BUGCHECK, STOP_ASSERTION, STOP_FAULT };

struct system_state {
    uint8_t stop;           // enum stop_kind; not STOP_NONE: nothing runs any more
    uint8_t thread;         // whose step stopped the machine; meaningful with stop
    uint8_t device_deleted; // IoDeleteDevice was called: objects in the extension are gone
    uint8_t image_unmapped; // the unload thread ended: driver code is gone
    uint32_t code;          // bug check code, or the body line of the assertion or fault
};

enum thread_state {
    THREAD_ABSENT,   // not created yet
    THREAD_READY,    // has a next operation; a pending spin lock may still keep it from running
    THREAD_WAITING,  // queued in a call; see wait_kind
    THREAD_FINISHED, // its object is signalled for ever; everything but exit_status is zero
};

enum wait_kind {
    WAIT_NONE,
    WAIT_EXCLUSIVE, // on resource wait_on
    WAIT_SHARED,    // on resource wait_on, either shared routine
    WAIT_OBJECTS,   // on n_wait_objects dispatcher objects
    WAIT_DELAY,     // KeDelayExecutionThread: only its timeout ends it
};

enum wait_flag {
    WAIT_FLAG_ALL = 1,          // KeWaitForMultipleObjects(WaitAll)
    WAIT_FLAG_TIMED = 2,        // "its timeout fires" is a choice
    WAIT_FLAG_ALERTABLE = 4,    //
    WAIT_FLAG_RETURNS_NULL = 8, // the critical-region combos return an opaque pointer, NULL here
    WAIT_FLAG_RETEST = 16,      // a set kicked this WaitAll: its next step is the re-test
};

enum thread_flag {
    THREAD_FLAG_ALERTED = 1,   // KeAlertThread came while it was not in an alertable wait
    THREAD_FLAG_WAIT_NEXT = 2, // KeSetEvent(Wait = TRUE): the next call must be a wait
};

/*
 * One thread. The program's words (locals, operands) and the awaited objects follow the header;
 * where the order of waiters can matter, so do the threads that wait for it, as in an event's
 * queue.
 */
struct kthread {
    uint16_t pc;            // the program's own; this layer never looks at it
    uint8_t state;          // enum thread_state
    uint8_t wait_kind;      // enum wait_kind
    uint8_t wait_flags;     // enum wait_flag
    uint8_t n_wait_objects; //
    uint16_t wait_on;       // resource of WAIT_EXCLUSIVE and WAIT_SHARED
    uint8_t irql;           //
    int8_t critical_region; // Enter minus Leave since the thread began; 0: balanced
    uint8_t priority;       // base priority; the dynamic one lies in the annex
    uint8_t flags;          // enum thread_flag
    int32_t exit_status;    //
};

enum object_flag {
    OBJECT_INITIALIZED = 1,
    OBJECT_DELETED = 2, // ExDeleteResourceLite
    OBJECT_FREED = 4,   // its storage went with the device extension
    RESOURCE_OWNED_EXCLUSIVE = 8,
};

/* Per thread of the layout: its recursion count, and the k-th place of the exclusive queue. */
struct resource_row {
    uint16_t owner_count;    // acquisitions of thread k not yet released; 0: not an owner
    uint8_t exclusive_queue; // thread plus one of the k-th oldest exclusive waiter; 0: none
    uint8_t spare;           // always 0
};

/* A hold renamed by ExSetResourceOwnerPointer. Sorted by id; unused entries are zero and last. */
struct owner_pointer {
    uint32_t id; // the two lowest bits are set, so never 0
    uint32_t count;
};

/* One ERESOURCE; zero: never initialised. resource_row[n_threads], owner_pointer[...] follow. */
struct eresource {
    uint8_t flags; // enum object_flag
    uint8_t spare[3];
    thread_set shared_waiters; // all are admitted at once, so their order is not behaviour
};

/* One KEVENT. queue: thread plus one, oldest first, then zeros; n_threads bytes rounded up to 4. */
struct kevent {
    int32_t signal_state; // > 0: signalled. Set leaves exactly 1
    uint8_t type;         // NT_NotificationEvent, NT_SynchronizationEvent
    uint8_t flags;        // enum object_flag
    uint8_t spare[2];
    uint8_t queue[];
};

struct spinlock {
    uint8_t owner;      // thread plus one; 0: free
    uint8_t saved_irql; // of the owner, restored at release
    uint8_t flags;      // enum object_flag
    uint8_t spare;
};

/* SHARE_ACCESS of NT: what the participating opens of one file use and allow (KERNEL.md 4.2). */
struct share_access {
    uint8_t open_count;
    uint8_t readers;
    uint8_t writers;
    uint8_t deleters;
    uint8_t shared_read;
    uint8_t shared_write;
    uint8_t shared_delete;
    uint8_t spare;
};

struct directory {
    uint32_t n_files;
    uint32_t n_handles; // open handles of the directory itself
    struct share_access share;
};

enum file_flag {
    FILE_EXISTS = 1,
    FILE_DELETE_PENDING = 2, // the name goes when the last handle is closed
};

/* A file name and, while FILE_EXISTS, the file behind it: an open handle names it by its name. */
struct file_slot {
    uint8_t flags;      // enum file_flag
    uint8_t attributes; // FILE_ATTRIBUTE_READONLY, HIDDEN, SYSTEM
    uint16_t n_handles; // all open handles; share.open_count has the participating ones
    uint32_t size;      // bytes
    struct share_access share;
};

enum handle_flag {
    HANDLE_OPEN = 1,
    HANDLE_DIRECTORY = 2,    // name is a directory_ix
    HANDLE_ASYNCHRONOUS = 4, // keeps no position: every read and write names its offset
};

struct handle_slot {
    uint8_t flags;     // enum handle_flag; 0: free
    uint8_t share;     // FILE_SHARE_ bits given at open
    uint16_t name;     // name_ix, or directory_ix with HANDLE_DIRECTORY
    uint32_t access;   // mapped access mask
    uint32_t position; // bytes
};

/* ---- what never changes ---- */

enum thread_kind { KIND_SYSTEM, KIND_USER, KIND_UNLOAD };
enum object_home { HOME_NONE, HOME_EXTENSION, HOME_IMAGE }; // what frees the object's storage

enum release_policy { RELEASE_NT, RELEASE_WRITER_FIRST };
enum critical_region_policy { REGION_INSIDE, REGION_OUTSIDE };
enum wait_all_policy { WAIT_ALL_SET_TIME, WAIT_ALL_RETEST };
enum pulse_policy { PULSE_SURE, PULSE_MAY_MISS };

/* Where NT's sources disagree or leave it open (KERNEL.md 6.1); zero is the default of each. */
struct kernel_switches {
    enum release_policy release;
    enum critical_region_policy critical_region;
    enum wait_all_policy wait_all;
    enum pulse_policy pulse;
    bool verifier_off;
    bool rename_without_delete; // a handle without DELETE may rename
};

struct name_info {
    const char *path;       // as the scenario writes it, for display; the layout's caller owns it
    directory_ix parent;    // NO_INDEX: a directory on the way is missing
    directory_ix directory; // the name is this directory itself; else NO_INDEX
    char volume;            // upper-case letter
    bool invalid;           // characters that no file name may have
};

/* What a scenario has. Pointers stay the caller's and must outlive the layout. */
struct world_shape {
    uint16_t n_threads;
    uint16_t n_resources;
    uint16_t n_events;
    uint16_t n_spinlocks;
    uint16_t n_shared;
    uint16_t n_directories;
    uint16_t n_names;
    uint16_t n_unnamed;                 // files that a POSIX rename can leave without a name
    uint16_t n_owner_pointers;          // per resource; 0 unless somebody sets one
    uint16_t words[MAX_THREADS];        // program words of each thread
    uint16_t handles[MAX_THREADS];      // handle slots of each thread
    uint8_t wait_objects[MAX_THREADS];  // most objects that one wait of the thread names
    uint8_t kind[MAX_THREADS];          // enum thread_kind
    uint8_t base_priority[MAX_THREADS]; //
    thread_set critical_region_inside;  // threads that start inside a critical region
    bool queue_order_matters;           // some wait is WaitAll: every queue keeps its order
    const struct name_info *names;      // n_names of them
    const uint8_t *resource_home;       // enum object_home of each; NULL: HOME_NONE for all
    const uint8_t *event_home;          //
    const uint8_t *spinlock_home;       //
    struct kernel_switches switches;
};

struct world_layout {
    struct world_shape shape;
    uint32_t size;      // bytes of the block; a multiple of 8
    thread_set waiters; // threads that can wait for an object
    uint32_t thread_offset[MAX_THREADS + 1];
    uint32_t handle_first[MAX_THREADS + 1]; // number of the thread's first handle slot
    uint32_t resources, resource_size;      // offset of the first, bytes of each
    uint32_t events, event_size;
    uint32_t spinlocks, shared, directories, names, handles;
};

/* Computes offsets and size from shape. The shape must be within limits.h: asserted. */
void world_layout_init(struct world_layout *layout, const struct world_shape *shape);

/* ---- annex: what only the schedule decides (DESIGN.md 1) ----------------------------------------
 */

enum { ANNEX_LINES = 256 }; // of a body, from the first on: of later ones it is not kept

struct annex_thread {
    uint32_t lines[ANNEX_LINES / 32]; // bit line - 1: it has made a step there
    uint32_t since;                   // step at which it began to wait, or became ready
    uint32_t steps;                   // steps it made
    uint32_t deadline; // virtual ms at which its timeout is due; with WAIT_FLAG_TIMED
    uint32_t woken_at; // step that last woke it; 0: never
    uint8_t woken_by;  // thread; NO_THREAD: a timeout, or nobody yet
    uint8_t priority;  // dynamic
    uint8_t quantum;   // left
    uint8_t spare;
};

/* Counters of one resource or event. */
struct annex_object {
    uint32_t contention;         // acquisitions that had to wait; waits that had to wait
    uint32_t acquired_exclusive; // events: times set
    uint32_t acquired_shared;    // events: waits satisfied
};

struct annex {
    uint32_t step;  // number of the step being made or made last; 0 before the first
    uint32_t clock; // virtual milliseconds
    thread_ix last_thread;
    uint8_t spare[3];
    struct annex_thread threads[MAX_THREADS];
    struct annex_object objects[]; // resources, then events; then the words of lock_order.h
};

/* Bytes of the annex that goes with a layout. */
size_t annex_size(const struct world_layout *layout);

/* ---- journal ---- */

struct journal_entry {
    object_ref slot; // whose record
    uint32_t offset; // of the record in the block
    uint32_t size;   // of the record, bytes
    uint32_t saved;  // where in saved its old bytes lie
};

struct journal {
    struct journal_entry *entries;
    unsigned char *saved;
    uint32_t n_entries, capacity_entries;
    uint32_t n_saved, capacity_saved; // bytes
    uint32_t step_first;              // first entry of the step being made
};

struct fingerprint {
    uint64_t low, high; // sums of mix(slot, record); equal worlds of one layout have equal sums
};

/*
 * The slots that were read, in order, with repeats; an edit counts as a read. n counts on past the
 * end of the array. A count of files that only goes up or down is not read (world_count_file).
 */
struct world_trace {
    object_ref *slots;
    uint32_t n, capacity;
};

struct world {
    const struct world_layout *layout;
    unsigned char *block;           // layout->size bytes, aligned to 8
    struct annex *annex;            // NULL: nobody keeps one, as in a search
    struct journal journal;         //
    struct fingerprint fingerprint; // kept by world_end_step if fingerprinting
    bool fingerprinting;
    struct world_trace *trace; // NULL: nobody wants to know what is read
};

/*
 * The most that one step can add to the journal: one entry per slot and the whole block. A caller
 * that never undoes more than one step hands over exactly this much.
 */
uint32_t journal_worst_entries(const struct world_layout *layout);
uint32_t journal_worst_saved(const struct world_layout *layout);

/* A world of zeros over the caller's block. annex may be NULL. Journal memory is set by the caller.
 */
void world_init(struct world *w, const struct world_layout *layout, unsigned char *block,
                struct annex *annex, struct journal journal);

/* Step 0: nothing counted, base priorities, full quanta. Does nothing without an annex. */
void annex_reset(struct world *w);

/* Opens a step: edits from here on belong to it. The journal must have room for the worst step. */
static inline void world_begin_step(struct world *w)
{
    w->journal.step_first = w->journal.n_entries;
}

/* Closes the step: brings the fingerprint up to date if fingerprinting. */
void world_end_step(struct world *w);

/* Drops all entries; nothing can be undone any more. */
static inline void world_forget(struct world *w)
{
    w->journal.n_entries = 0;
    w->journal.n_saved = 0;
    w->journal.step_first = 0;
}

/* Takes back every edit since the journal had n_entries entries, newest first; annex untouched. */
void world_undo_to(struct world *w, uint32_t n_entries);

/*
 * Takes the edits first .. end - 1 back, the newest of all among them, and keeps them in the journal; swapped forward they are
 * made again. In between the journal may only grow behind them, and shrink to them again. The
 * fingerprint is the caller's.
 */
void world_swap_back(struct world *w, uint32_t first, uint32_t end);
void world_swap_forward(struct world *w, uint32_t first, uint32_t end);

/* The old record of a slot that the open step edited, or NULL if it did not. */
const void *world_before(const struct world *w, object_ref slot);

/* The objects that the thread waited for before the open step, n of them; n 0: for none. */
const object_ref *world_awaited_before(const struct world *w, thread_ix t, unsigned *n);

/* Fingerprint of the whole block, computed from nothing: for a start, and to check the kept one. */
struct fingerprint world_fingerprint(const struct world *w);

enum { N_SLOT_KINDS = OBJECT_SYSTEM + 1 };

/* How many slots of each kind there are. */
void world_slot_counts(const struct world_layout *layout, uint32_t counts[N_SLOT_KINDS]);

/* Name and place of a slot. size and offset are in bytes. */
uint32_t world_slot_offset(const struct world_layout *layout, object_ref slot, uint32_t *size);

/* What one record adds to the fingerprint; a record of zeros adds nothing. */
struct fingerprint world_mix(const unsigned char *record, uint32_t size, uint32_t offset);

/* Notes that a slot is read. */
static inline void world_note(const struct world *w, enum object_kind kind, uint32_t ix)
{
    struct world_trace *trace = w->trace;
    if (trace != NULL) {
        if (trace->n < trace->capacity) {
            trace->slots[trace->n] = object_make(kind, ix);
        }
        trace->n++;
    }
}

/* Saves the record for the open step unless that was done already; returns where to write. */
static inline void *world_save(struct world *w, object_ref slot, uint32_t offset, uint32_t size)
{
    struct journal *j = &w->journal;
    for (uint32_t i = j->n_entries; i > j->step_first; i--) {
        if (j->entries[i - 1].offset == offset) {
            return w->block + offset;
        }
    }
    assert(j->n_entries < j->capacity_entries && j->n_saved + size <= j->capacity_saved);
    j->entries[j->n_entries++] = (struct journal_entry){slot, offset, size, j->n_saved};
    memcpy(j->saved + j->n_saved, w->block + offset, size);
    j->n_saved += size;
    return w->block + offset;
}

/* The same for one who looks at what is there. */
static inline void *world_edit(struct world *w, object_ref slot, uint32_t offset, uint32_t size)
{
    world_note(w, object_kind_of(slot), object_ix_of(slot));
    return world_save(w, slot, offset, size);
}

/* ---- accessors: one const and one edit for each kind of slot ---- */

static inline const struct system_state *world_system(const struct world *w)
{
    world_note(w, OBJECT_SYSTEM, 0);
    return (const struct system_state *)(const void *)w->block;
}

static inline struct system_state *world_edit_system(struct world *w)
{
    return world_edit(w, object_make(OBJECT_SYSTEM, 0), 0, sizeof(struct system_state));
}

static inline const struct kthread *world_thread(const struct world *w, thread_ix t)
{
    assert(t < w->layout->shape.n_threads);
    world_note(w, OBJECT_THREAD, t);
    return (const struct kthread *)(const void *)(w->block + w->layout->thread_offset[t]);
}

static inline struct kthread *world_edit_thread(struct world *w, thread_ix t)
{
    assert(t < w->layout->shape.n_threads);
    uint32_t offset = w->layout->thread_offset[t];
    return world_edit(w, object_make(OBJECT_THREAD, t), offset,
                      w->layout->thread_offset[t + 1] - offset);
}

/* The program's words of a thread: shape.words[t] of them. */
static inline const int32_t *world_words(const struct kthread *thread)
{
    return (const int32_t *)(const void *)(thread + 1);
}

static inline int32_t *world_edit_words(struct kthread *edited)
{
    return (int32_t *)(void *)(edited + 1);
}

/* The objects a waiting thread waits for: n_wait_objects of them. */
static inline const object_ref *world_wait_objects(const struct world *w, thread_ix t)
{
    return (const object_ref *)(const void *)(world_words(world_thread(w, t)) +
                                              w->layout->shape.words[t]);
}

static inline object_ref *world_edit_wait_objects(struct world *w, thread_ix t)
{
    return (object_ref *)(void *)(world_edit_words(world_edit_thread(w, t)) +
                                  w->layout->shape.words[t]);
}

/* Who waits for the thread's end, oldest first, as in struct kevent; only if
 * shape.queue_order_matters. */
static inline uint8_t *world_edit_joiners(struct world *w, thread_ix t)
{
    return (uint8_t *)(world_edit_wait_objects(w, t) + w->layout->shape.wait_objects[t]);
}

static inline const struct eresource *world_resource(const struct world *w, resource_ix r)
{
    assert(r < w->layout->shape.n_resources);
    world_note(w, OBJECT_RESOURCE, r);
    return (const struct eresource *)(const void *)(w->block + w->layout->resources +
                                                    r * w->layout->resource_size);
}

static inline struct eresource *world_edit_resource(struct world *w, resource_ix r)
{
    assert(r < w->layout->shape.n_resources);
    return world_edit(w, object_make(OBJECT_RESOURCE, r),
                      w->layout->resources + r * w->layout->resource_size,
                      w->layout->resource_size);
}

/* n_threads rows, then shape.n_owner_pointers owner pointers. */
static inline const struct resource_row *resource_rows(const struct eresource *r)
{
    return (const struct resource_row *)(const void *)(r + 1);
}

static inline struct resource_row *resource_edit_rows(struct eresource *edited)
{
    return (struct resource_row *)(void *)(edited + 1);
}

static inline const struct owner_pointer *resource_pointers(const struct world *w,
                                                            const struct eresource *r)
{
    return (const struct owner_pointer *)(const void *)(resource_rows(r) +
                                                        w->layout->shape.n_threads);
}

static inline struct owner_pointer *resource_edit_pointers(const struct world *w,
                                                           struct eresource *edited)
{
    return (struct owner_pointer *)(void *)(resource_edit_rows(edited) +
                                            w->layout->shape.n_threads);
}

static inline const struct kevent *world_event(const struct world *w, event_ix e)
{
    assert(e < w->layout->shape.n_events);
    world_note(w, OBJECT_EVENT, e);
    return (const struct kevent *)(const void *)(w->block + w->layout->events +
                                                 e * w->layout->event_size);
}

static inline struct kevent *world_edit_event(struct world *w, event_ix e)
{
    assert(e < w->layout->shape.n_events);
    return world_edit(w, object_make(OBJECT_EVENT, e),
                      w->layout->events + e * w->layout->event_size, w->layout->event_size);
}

static inline const struct spinlock *world_spinlock(const struct world *w, spinlock_ix l)
{
    assert(l < w->layout->shape.n_spinlocks);
    world_note(w, OBJECT_SPINLOCK, l);
    return (const struct spinlock *)(const void *)(w->block + w->layout->spinlocks) + l;
}

static inline struct spinlock *world_edit_spinlock(struct world *w, spinlock_ix l)
{
    assert(l < w->layout->shape.n_spinlocks);
    return world_edit(w, object_make(OBJECT_SPINLOCK, l),
                      w->layout->spinlocks + l * (uint32_t)sizeof(struct spinlock),
                      sizeof(struct spinlock));
}

static inline int32_t world_shared(const struct world *w, shared_ix cell)
{
    assert(cell < w->layout->shape.n_shared);
    world_note(w, OBJECT_SHARED, cell);
    return ((const int32_t *)(const void *)(w->block + w->layout->shared))[cell];
}

static inline int32_t *world_edit_shared(struct world *w, shared_ix cell)
{
    assert(cell < w->layout->shape.n_shared);
    return world_edit(w, object_make(OBJECT_SHARED, cell),
                      w->layout->shared + cell * (uint32_t)sizeof(int32_t), sizeof(int32_t));
}

static inline const struct directory *world_directory(const struct world *w, directory_ix d)
{
    assert(d < w->layout->shape.n_directories);
    world_note(w, OBJECT_DIRECTORY, d);
    return (const struct directory *)(const void *)(w->block + w->layout->directories) + d;
}

static inline struct directory *world_edit_directory(struct world *w, directory_ix d)
{
    assert(d < w->layout->shape.n_directories);
    return world_edit(w, object_make(OBJECT_DIRECTORY, d),
                      w->layout->directories + d * (uint32_t)sizeof(struct directory),
                      sizeof(struct directory));
}

/* One file more or less in a directory. No call's result depends on how many there are. */
static inline void world_count_file(struct world *w, directory_ix d, int change)
{
    assert(d < w->layout->shape.n_directories);
    struct directory *directory = world_save(
        w, object_make(OBJECT_DIRECTORY, d),
        w->layout->directories + d * (uint32_t)sizeof(struct directory), sizeof(struct directory));
    directory->n_files += (uint32_t)change;
}

static inline const struct file_slot *world_file(const struct world *w, name_ix n)
{
    assert(n < w->layout->shape.n_names + w->layout->shape.n_unnamed);
    world_note(w, OBJECT_NAME, n);
    return (const struct file_slot *)(const void *)(w->block + w->layout->names) + n;
}

static inline struct file_slot *world_edit_file(struct world *w, name_ix n)
{
    assert(n < w->layout->shape.n_names + w->layout->shape.n_unnamed);
    return world_edit(w, object_make(OBJECT_NAME, n),
                      w->layout->names + n * (uint32_t)sizeof(struct file_slot),
                      sizeof(struct file_slot));
}

/* slot counts over all threads: layout->handle_first[t] is thread t's first. */
static inline const struct handle_slot *world_handle(const struct world *w, uint32_t slot)
{
    assert(slot < w->layout->handle_first[w->layout->shape.n_threads]);
    world_note(w, OBJECT_HANDLE, slot);
    return (const struct handle_slot *)(const void *)(w->block + w->layout->handles) + slot;
}

static inline struct handle_slot *world_edit_handle(struct world *w, uint32_t slot)
{
    assert(slot < w->layout->handle_first[w->layout->shape.n_threads]);
    return world_edit(w, object_make(OBJECT_HANDLE, slot),
                      w->layout->handles + slot * (uint32_t)sizeof(struct handle_slot),
                      sizeof(struct handle_slot));
}

#endif
