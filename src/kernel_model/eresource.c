/*
 * ERESOURCE.
 *
 * Data: per thread a recursion count, shared and exclusive alike (one flag says which); the
 * exclusive waiters as a queue, since the oldest goes first; the shared waiters as a set, since a
 * release admits all of them at once and their order changes nothing. A hold renamed by an owner
 * pointer leaves its thread's row and lies in a small table sorted by pointer.
 *
 * grant() is the grant table of KERNEL.md 1.2: one place decides every acquire. admit() is the
 * hand-off of 1.5: it runs inside the call that gave the last hold up, makes the next owners
 * owners, and so leaves no moment at which somebody could slip in between.
 */
#include "kernel_model/eresource.h"

#include "kernel_model/dispatcher.h"
#include "kernel_model/kthread.h"
#include "kernel_model/lock_order.h"
#include "kernel_model/priority.h"
#include "kernel_model/stop.h"

static object_ref ref(resource_ix r)
{
    return object_make(OBJECT_RESOURCE, r);
}

static bool is_free(const struct world *w, resource_ix r)
{
    return resource_owners(w, r) == 0 && resource_n_pointers(w, r) == 0;
}

static bool writer_waits(const struct world *w, resource_ix r)
{
    return resource_rows(world_resource(w, r))[0].exclusive_queue != 0;
}

/* ---- checks ---- */

/* What every routine notes and checks first. True if the machine stopped. */
static bool begin(struct world *w, thread_ix t, resource_ix r, bool writes, struct effect *out)
{
    out->object = ref(r);
    effect_touch(out, ref(r), ASPECT_STATE, writes);
    return stop_if_gone(w, t, ref(r), world_resource(w, r)->flags, w->layout->shape.resource_home,
                        out);
}

static void check_initialized(const struct world *w, resource_ix r, struct effect *out)
{
    if ((world_resource(w, r)->flags & OBJECT_INITIALIZED) == 0) {
        stop_verifier(w, out, 0x1002, ref(r), 0,
                      "The resource is used before ExInitializeResourceLite, or after "
                      "ExDeleteResourceLite.");
    }
}

/* Normal kernel APCs must be off from acquire until after release (1.4); system threads are exempt.
 */
static void check_apcs(const struct world *w, thread_ix t, resource_ix r, uint32_t code,
                       struct effect *out)
{
    if (w->layout->shape.kind[t] == KIND_USER && world_thread(w, t)->irql < NT_APC_LEVEL &&
        !ke_apcs_disabled(w, t)) {
        stop_verifier(w, out, code, ref(r), world_thread(w, t)->irql,
                      code == 0x37
                          ? "A resource is acquired with normal kernel APCs enabled: a "
                            "suspended thread could own it. Enter a critical region first."
                          : "A resource is released with normal kernel APCs enabled: leave "
                            "the critical region after the release.");
    }
}

static bool acquire_irql_stops(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    uint8_t irql = world_thread(w, t)->irql;
    if (irql < NT_DISPATCH_LEVEL) {
        return false;
    }
    stop_bugcheck(w, t, out, BUGCHECK_KERNEL_AUTO_BOOST_LOCK_ACQUISITION_WITH_RAISED_IRQL,
                  (const uint64_t[4]){object_address(object_make(OBJECT_THREAD, t)),
                                      object_address(ref(r)), irql, 0},
                  "A resource can make its caller wait, so it must not be acquired at "
                  "DISPATCH_LEVEL or above.");
    return true;
}

/* The call does not commute with what others do to the resource in between (see struct access). */
static void touch_write(resource_ix r, struct effect *out)
{
    effect_touch(out, ref(r), ASPECT_STATE, true);
}

static bool somebody_waits(const struct world *w, resource_ix r)
{
    return world_resource(w, r)->shared_waiters != 0 || writer_waits(w, r);
}

/* ---- acquire ---- */

/* The grant table. True: granted now. *rule says why, either way. */
static bool grant(const struct world *w, resource_ix r, thread_ix t, enum acquire_mode mode,
                  enum km_rule *rule)
{
    bool mine = resource_count(w, r, t) != 0;
    if (is_free(w, r)) {
        *rule = RULE_FREE;
        return true;
    }
    if (resource_is_exclusive(w, r)) {
        *rule = !mine                       ? RULE_OWNED_EXCLUSIVE
                : mode == ACQUIRE_EXCLUSIVE ? RULE_RECURSIVE
                                            : RULE_RECURSIVE_EXCLUSIVE;
        return mine;
    }
    switch (mode) {
    case ACQUIRE_EXCLUSIVE:
        *rule = mine ? RULE_UPGRADE : RULE_READERS_OWN;
        return false;
    case ACQUIRE_SHARED:
        *rule = mine                 ? RULE_RECURSIVE
                : writer_waits(w, r) ? RULE_BEHIND_WRITER
                                     : RULE_SHARED_TOGETHER;
        return mine || !writer_waits(w, r);
    case ACQUIRE_SHARED_STARVE_EXCLUSIVE:
        *rule = mine                 ? RULE_RECURSIVE
                : writer_waits(w, r) ? RULE_STARVES_WRITER
                                     : RULE_SHARED_TOGETHER;
        return true;
    case ACQUIRE_SHARED_WAIT_FOR_EXCLUSIVE:
        *rule = writer_waits(w, r) ? RULE_WAITS_FOR_EXCLUSIVE
                : mine             ? RULE_RECURSIVE
                                   : RULE_SHARED_TOGETHER;
        return !writer_waits(w, r);
    }
    return false;
}

/*
 * Does an acquisition that is granted, or refused without waiting, commute with others that do?
 * Recursion is the owner's own affair; shared owners come and go in any order while nobody waits;
 * who finds an exclusive owner learns nothing else.
 */
static bool commutes(const struct world *w, resource_ix r, enum acquire_mode mode,
                     enum km_rule rule)
{
    switch (rule) {
    case RULE_RECURSIVE:
    case RULE_RECURSIVE_EXCLUSIVE:
    case RULE_OWNED_EXCLUSIVE:
        return true;
    case RULE_FREE:
    case RULE_SHARED_TOGETHER:
        return mode != ACQUIRE_EXCLUSIVE && !somebody_waits(w, r);
    default:
        return false;
    }
}

static void queue(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode,
                  uint8_t flags, struct effect *out)
{
    struct eresource *e = world_edit_resource(w, r);
    touch_write(r, out);
    if (mode == ACQUIRE_EXCLUSIVE) {
        unsigned n = resource_n_exclusive_waiters(w, r);
        resource_edit_rows(e)[n].exclusive_queue = (uint8_t)(t + 1);
    } else {
        e->shared_waiters |= thread_bit(t);
    }
    wait_on_resource(w, t, r, mode == ACQUIRE_EXCLUSIVE ? WAIT_EXCLUSIVE : WAIT_SHARED, flags, out);
}

static void count_acquired(struct world *w, resource_ix r, bool exclusive)
{
    if (w->annex != NULL) {
        struct annex_object *a = &w->annex->objects[r];
        *(exclusive ? &a->acquired_exclusive : &a->acquired_shared) += 1;
    }
}

static void acquire(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode, bool wait,
                    uint8_t flags, struct effect *out)
{
    if (begin(w, t, r, false, out) || acquire_irql_stops(w, t, r, out)) {
        return;
    }
    check_initialized(w, r, out);
    check_apcs(w, t, r, 0x37, out);
    if (wait && resource_count(w, r, t) == 0) {
        lock_order_note(w, t, r, out);
    }
    bool granted = grant(w, r, t, mode, &out->rule);
    if (!commutes(w, r, mode, out->rule)) {
        touch_write(r, out);
    }
    if (granted) {
        struct eresource *e = world_edit_resource(w, r);
        struct resource_row *row = &resource_edit_rows(e)[t];
        if (row->owner_count == MAX_RECURSION) {
            out->status = KM_FULL;
            return;
        }
        if (out->rule == RULE_FREE && mode == ACQUIRE_EXCLUSIVE) {
            e->flags |= RESOURCE_OWNED_EXCLUSIVE;
        }
        row->owner_count++;
        count_acquired(w, r, mode == ACQUIRE_EXCLUSIVE);
        out->result = (flags & WAIT_FLAG_RETURNS_NULL) != 0 ? 0 : 1;
        return;
    }
    if (!wait) {
        out->status = KM_BUSY;
        out->result = 0;
        return;
    }
    if (resource_count(w, r, t) != 0) {
        stop_verifier(w, out, 0x1000, ref(r), 0,
                      mode == ACQUIRE_EXCLUSIVE
                          ? "A shared owner waits for exclusive access."
                          : "A shared owner waits behind a writer that waits for the owner's "
                            "release.");
    }
    queue(w, t, r, mode, flags, out);
}

void ex_acquire_resource(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode,
                         bool wait, struct effect *out)
{
    acquire(w, t, r, mode, wait, 0, out);
}

void ex_enter_and_acquire(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode,
                          struct effect *out)
{
    ke_enter_critical_region(w, t, out);
    acquire(w, t, r, mode, true, WAIT_FLAG_RETURNS_NULL, out);
}

/* ---- release and hand-off ---- */

static void admit_shared(struct world *w, resource_ix r, struct effect *out)
{
    struct eresource *e = world_edit_resource(w, r);
    thread_set waiters = e->shared_waiters;
    e->shared_waiters = 0;
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        if ((waiters & thread_bit(t)) != 0) {
            resource_edit_rows(e)[t].owner_count++; // a WaitForExclusive waiter may own already
            count_acquired(w, r, false);
            wait_ends(w, t, 1, BOOST_NONE, out);
        }
    }
}

static void admit_exclusive(struct world *w, resource_ix r, struct effect *out)
{
    struct eresource *e = world_edit_resource(w, r);
    struct resource_row *rows = resource_edit_rows(e);
    thread_ix t = (thread_ix)(rows[0].exclusive_queue - 1);
    unsigned n = resource_n_exclusive_waiters(w, r);
    for (unsigned i = 0; i + 1 < n; i++) {
        rows[i].exclusive_queue = rows[i + 1].exclusive_queue;
    }
    rows[n - 1].exclusive_queue = 0;
    e->flags |= RESOURCE_OWNED_EXCLUSIVE;
    rows[t].owner_count++;
    count_acquired(w, r, true);
    wait_ends(w, t, 1, BOOST_RESOURCE, out);
}

/* The last hold of an owner is gone: hand over if nobody else owns (1.5 steps 4 to 6). */
static void admit(struct world *w, resource_ix r, bool was_exclusive, struct effect *out)
{
    if (was_exclusive || somebody_waits(w, r)) {
        touch_write(r, out);
    }
    if (!is_free(w, r)) {
        out->rule = RULE_OTHERS_OWN;
        return;
    }
    world_edit_resource(w, r)->flags &= (uint8_t)~RESOURCE_OWNED_EXCLUSIVE;
    bool shared = world_resource(w, r)->shared_waiters != 0;
    bool exclusive = writer_waits(w, r);
    bool writer_first = !was_exclusive || w->layout->shape.switches.release == RELEASE_WRITER_FIRST;
    if (exclusive && (writer_first || !shared)) {
        out->rule = shared && was_exclusive ? RULE_WRITER_FIRST : RULE_HAND_OFF_EXCLUSIVE;
        admit_exclusive(w, r, out);
    } else if (shared) {
        out->rule = RULE_HAND_OFF_SHARED;
        admit_shared(w, r, out);
    } else {
        out->rule = RULE_NOW_FREE;
    }
}

static void not_owned(struct world *w, thread_ix t, resource_ix r, int32_t id, struct effect *out)
{
    uint64_t reason = is_free(w, r) ? 2 : resource_is_exclusive(w, r) ? 1 : 3;
    stop_verifier(w, out, reason == 2 ? 0x1007 : 0x1004, ref(r), 0,
                  "A thread releases what it does not own.");
    stop_bugcheck(w, t, out, BUGCHECK_RESOURCE_NOT_OWNED,
                  (const uint64_t[4]){object_address(ref(r)), (uint32_t)id, 0, reason},
                  "A thread released a resource that it does not own.");
}

static bool release_begins(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (begin(w, t, r, false, out)) {
        return false;
    }
    check_apcs(w, t, r, 0x38, out);
    return true;
}

static void release_own(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (resource_count(w, r, t) == 0) {
        not_owned(w, t, r, thread_id(t), out);
        return;
    }
    bool was_exclusive = resource_is_exclusive(w, r);
    struct resource_row *row = &resource_edit_rows(world_edit_resource(w, r))[t];
    if (--row->owner_count != 0) {
        out->rule = RULE_STILL_OWNED;
        return;
    }
    admit(w, r, was_exclusive, out);
}

void ex_release_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (release_begins(w, t, r, out)) {
        release_own(w, t, r, out);
    }
}

void ex_release_and_leave(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    ex_release_resource(w, t, r, out);
    if (out->status == KM_OK) {
        ke_leave_critical_region(w, t, out);
    }
}

/* ---- owner pointers ---- */

/* Place of the pointer in the sorted table: where it is, or where it would go. */
static unsigned pointer_place(const struct world *w, resource_ix r, uint32_t id)
{
    const struct owner_pointer *p = resource_pointers(w, world_resource(w, r));
    unsigned n = resource_n_pointers(w, r);
    unsigned at = 0;
    while (at < n && p[at].id < id) {
        at++;
    }
    return at;
}

static bool pointer_owns(const struct world *w, resource_ix r, uint32_t id)
{
    unsigned at = pointer_place(w, r, id);
    return at < resource_n_pointers(w, r) &&
           resource_pointers(w, world_resource(w, r))[at].id == id;
}

void ex_release_resource_for_thread(struct world *w, thread_ix t, resource_ix r, int32_t owner,
                                    struct effect *out)
{
    if (!release_begins(w, t, r, out)) {
        return;
    }
    if (owner == thread_id(t)) {
        release_own(w, t, r, out);
        return;
    }
    uint32_t id = (uint32_t)owner;
    if (!pointer_owns(w, r, id)) {
        stop_bugcheck(
            w, t, out, BUGCHECK_ERESOURCE_INVALID_RELEASE,
            (const uint64_t[4]){object_address(ref(r)),
                                object_address(object_make(OBJECT_THREAD, t)), id, 0},
            "A hold of another thread can be released only after that thread gave it away "
            "with ExSetResourceOwnerPointer.");
        return;
    }
    touch_write(r, out);
    bool was_exclusive = resource_is_exclusive(w, r);
    struct owner_pointer *p = resource_edit_pointers(w, world_edit_resource(w, r));
    unsigned at = pointer_place(w, r, id);
    if (--p[at].count != 0) {
        out->rule = RULE_STILL_OWNED;
        return;
    }
    unsigned n = w->layout->shape.n_owner_pointers;
    memmove(p + at, p + at + 1, (n - at - 1) * sizeof *p);
    p[n - 1] = (struct owner_pointer){0, 0};
    admit(w, r, was_exclusive, out);
}

void ex_set_resource_owner_pointer(struct world *w, thread_ix t, resource_ix r, int32_t owner,
                                   struct effect *out)
{
    if (begin(w, t, r, true, out)) {
        return;
    }
    uint32_t id = (uint32_t)owner;
    if ((id & 3) != 3) {
        stop_bugcheck(w, t, out, BUGCHECK_RESOURCE_OWNER_POINTER_INVALID,
                      (const uint64_t[4]){object_address(ref(r)), 0,
                                          object_address(object_make(OBJECT_THREAD, t)), id},
                      "An owner pointer must have its two lowest bits set.");
        return;
    }
    if (resource_count(w, r, t) == 0) {
        not_owned(w, t, r, thread_id(t), out);
        return;
    }
    unsigned at = pointer_place(w, r, id);
    struct eresource *e = world_edit_resource(w, r);
    struct owner_pointer *p = resource_edit_pointers(w, e);
    if (!pointer_owns(w, r, id)) {
        unsigned n = resource_n_pointers(w, r);
        if (n == w->layout->shape.n_owner_pointers) {
            out->status = KM_FULL;
            return;
        }
        memmove(p + at + 1, p + at, (n - at) * sizeof *p);
        p[at] = (struct owner_pointer){id, 0};
    }
    struct resource_row *row = &resource_edit_rows(e)[t];
    p[at].count += row->owner_count;
    row->owner_count = 0;
    out->rule = RULE_OWNER_POINTER;
}

/* ---- convert and query ---- */

void ex_convert_exclusive_to_shared(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (begin(w, t, r, true, out)) {
        return;
    }
    bool exclusive = resource_is_exclusive(w, r) && resource_count(w, r, t) != 0;
    out->rule = exclusive ? RULE_CONVERTED : RULE_CONVERT_NOT_EXCLUSIVE;
    if (!exclusive) {
        stop_verifier(w, out, 0, ref(r), 0,
                      "ExConvertExclusiveToSharedLite is called by a thread that does not own the "
                      "resource exclusively.");
    }
    if (is_free(w, r)) {
        return;
    }
    world_edit_resource(w, r)->flags &= (uint8_t)~RESOURCE_OWNED_EXCLUSIVE;
    admit_shared(w, r, out);
}

void ex_query_resource(struct world *w, thread_ix t, resource_ix r, enum resource_query what,
                       struct effect *out)
{
    if (begin(w, t, r, false, out)) {
        return;
    }
    out->rule = RULE_QUERY;
    switch (what) {
    case QUERY_ACQUIRED_EXCLUSIVE:
        out->result = resource_is_exclusive(w, r) && resource_count(w, r, t) != 0;
        break;
    case QUERY_ACQUIRED_SHARED:
        out->result = (int32_t)resource_count(w, r, t);
        break;
    case QUERY_EXCLUSIVE_WAITERS:
        out->result = (int32_t)resource_n_exclusive_waiters(w, r);
        break;
    case QUERY_SHARED_WAITERS:
        out->result = (int32_t)resource_n_shared_waiters(w, r);
        break;
    }
}

/* ---- life ---- */

/* Forgets the queues: whoever waited stays blocked for ever. */
static void orphan_waiters(struct world *w, resource_ix r)
{
    struct eresource *e = world_edit_resource(w, r);
    e->shared_waiters = 0;
    for (unsigned i = 0; i < w->layout->shape.n_threads; i++) {
        resource_edit_rows(e)[i].exclusive_queue = 0;
    }
}

static void clear(struct world *w, resource_ix r)
{
    struct eresource *e = world_edit_resource(w, r);
    memset(e, 0, w->layout->resource_size);
    e->flags = OBJECT_INITIALIZED;
    if (w->annex != NULL) {
        memset(&w->annex->objects[r], 0, sizeof w->annex->objects[r]);
    }
}

void ex_initialize_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (begin(w, t, r, true, out)) {
        return;
    }
    if ((world_resource(w, r)->flags & OBJECT_INITIALIZED) != 0) {
        stop_verifier(
            w, out, 0xD0, ref(r), 0,
            "The resource is initialised again without ExDeleteResourceLite: the system's "
            "list of resources is corrupt from now on.");
    }
    clear(w, r);
    out->rule = RULE_INITIALIZED;
}

void ex_reinitialize_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (begin(w, t, r, true, out)) {
        return;
    }
    check_initialized(w, r, out);
    if (!is_free(w, r)) {
        stop_verifier(w, out, 0xD0, ref(r), 0,
                      "ExReinitializeResourceLite needs a resource that nobody owns or waits for.");
    }
    clear(w, r);
    out->rule = RULE_INITIALIZED;
}

void ex_delete_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (begin(w, t, r, true, out)) {
        return;
    }
    if ((world_resource(w, r)->flags & OBJECT_INITIALIZED) == 0) {
        stop_verifier(w, out, 0xD1, ref(r), 0,
                      "ExDeleteResourceLite is called for a resource that is not initialised.");
        stop_bugcheck(w, t, out, BUGCHECK_KERNEL_SECURITY_CHECK_FAILURE,
                      (const uint64_t[4]){3, 0, 0, 0},
                      "Deleting a resource that is not on the system's list finds that list "
                      "corrupt.");
        return;
    }
    if (!is_free(w, r)) {
        stop_verifier(w, out, 0x100B, ref(r), resource_active_entries(w, r),
                      "The resource is deleted while somebody owns it; whoever waits never wakes.");
    }
    orphan_waiters(w, r);
    struct eresource *e = world_edit_resource(w, r);
    e->flags = (uint8_t)((e->flags & ~OBJECT_INITIALIZED) | OBJECT_DELETED);
    out->rule = RULE_DELETED;
}

/*
 * Known differences from NT. The list of all resources is not modelled as a list: what would
 * corrupt it is reported. NT 5.x allowed a release for another thread's id without an owner
 * pointer; this model follows the documentation of today and stops (B39). Priority boosts of owners
 * are not modelled (1.9).
 */
