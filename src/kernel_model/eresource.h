/*
 * NT executive resource: a recursive reader/writer lock.
 *
 * Purpose    Acquire, release, convert and query; decides who is granted, who queues, who is
 *            woken.
 * State      struct eresource, a slot of the world; nothing to allocate or free.
 * Invariant  An exclusive owner is the only owner. Whoever waits, somebody owns: ownership is
 *            handed over inside the release, so "free with waiters" is never seen.
 * Units      A wait has no duration here; counters and since-when lie in the annex.
 * Returns    Each fills an effect: KM_OK granted or done; KM_WAIT queued, not enabled until a
 *            release grants it; KM_BUSY would queue, but wait was false (result FALSE);
 *            KM_BUGCHECK a rule was broken that stops a retail kernel; KM_FULL more than
 *            MAX_RECURSION acquisitions or MAX_OWNER_POINTERS pointers. Bad indices are our bug:
 *            asserted.
 * Source     KERNEL.md 1.2 to 1.10. Known differences from NT are listed at the end of
 *            eresource.c.
 */
#ifndef KERNEL_MODEL_ERESOURCE_H
#define KERNEL_MODEL_ERESOURCE_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

/* The columns of the grant table (1.2). */
enum acquire_mode {
    ACQUIRE_EXCLUSIVE,
    ACQUIRE_SHARED,
    ACQUIRE_SHARED_STARVE_EXCLUSIVE,
    ACQUIRE_SHARED_WAIT_FOR_EXCLUSIVE,
};

void ex_initialize_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out);
void ex_reinitialize_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out);
void ex_delete_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out);

/* Result TRUE when granted, at once or after waiting. */
void ex_acquire_resource(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode,
                         bool wait, struct effect *out);

/* The critical-region combos: enter, then acquire with wait; the result is an opaque NULL. */
void ex_enter_and_acquire(struct world *w, thread_ix t, resource_ix r, enum acquire_mode mode,
                          struct effect *out);
void ex_release_and_leave(struct world *w, thread_ix t, resource_ix r, struct effect *out);

void ex_release_resource(struct world *w, thread_ix t, resource_ix r, struct effect *out);

/* owner: a thread's id, or an owner pointer (its two lowest bits set). */
void ex_release_resource_for_thread(struct world *w, thread_ix t, resource_ix r, int32_t owner,
                                    struct effect *out);
void ex_set_resource_owner_pointer(struct world *w, thread_ix t, resource_ix r, int32_t owner,
                                   struct effect *out);
void ex_convert_exclusive_to_shared(struct world *w, thread_ix t, resource_ix r,
                                    struct effect *out);

enum resource_query {
    QUERY_ACQUIRED_EXCLUSIVE, // BOOLEAN
    QUERY_ACQUIRED_SHARED,    // recursion count of the caller, also when exclusive
    QUERY_EXCLUSIVE_WAITERS,
    QUERY_SHARED_WAITERS,
};
void ex_query_resource(struct world *w, thread_ix t, resource_ix r, enum resource_query what,
                       struct effect *out);

/* ---- views ---- */

bool resource_is_exclusive(const struct world *w, resource_ix r);

/* Threads that own it; holds renamed by an owner pointer are not among them. */
thread_set resource_owners(const struct world *w, resource_ix r);

/*
 * NT's ActiveEntries: distinct owners, owner pointers included (B9, B36); and ActiveCount, which
 * since Vista only says whether the resource is held at all.
 */
unsigned resource_active_entries(const struct world *w, resource_ix r);
unsigned resource_active_count(const struct world *w, resource_ix r);

/* Recursion count of a thread. */
uint32_t resource_count(const struct world *w, resource_ix r, thread_ix t);

/* Holds that owner pointers have. */
unsigned resource_n_pointers(const struct world *w, resource_ix r);

unsigned resource_n_exclusive_waiters(const struct world *w, resource_ix r);
unsigned resource_n_shared_waiters(const struct world *w, resource_ix r);

#endif
