/*
 * What the file routines have in common: IRQL, handles, paths, failing.
 *
 * Purpose    Shared by file.c and rename.c alone; file.h is their outside.
 */
#ifndef KERNEL_MODEL_FILE_CHECKS_H
#define KERNEL_MODEL_FILE_CHECKS_H

#include "kernel_model/file.h"

static inline object_ref file_ref(name_ix n)
{
    return object_make(OBJECT_NAME, n);
}

static inline const struct name_info *file_info(const struct world *w, name_ix n)
{
    return &w->layout->shape.names[n];
}

/* False for what a POSIX rename took the name from. */
static inline bool file_is_named(const struct world *w, name_ix n)
{
    return n < w->layout->shape.n_names;
}

static inline void file_fail(struct effect *out, nt_status status, enum km_rule rule)
{
    out->result = status;
    out->rule = rule;
}

/* The Zw routines run at PASSIVE_LEVEL. True if the machine stopped. */
bool file_irql_stops(struct world *w, thread_ix t, struct effect *out);

/* Notes that the call depends on which handles of t are open, or changes that. */
void handle_touch_table(const struct world *w, thread_ix t, bool write, struct effect *out);

/* Lowest free handle slot of t, or UINT32_MAX. */
uint32_t handle_free_slot(const struct world *w, thread_ix t);

/*
 * The open handle and its slot, with the effect's object set to what it names; NULL with
 * STATUS_INVALID_HANDLE in the effect.
 */
const struct handle_slot *file_use_handle(const struct world *w, int32_t handle, uint32_t *slot,
                                          struct effect *out);

/* Path and name as such are possible. False with the failure in the effect. */
bool file_path_exists(const struct world *w, name_ix n, struct effect *out);

#endif
