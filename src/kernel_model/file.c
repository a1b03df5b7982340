/*
 * The file system.
 *
 * An open goes through NT's order of checks: path, type, attributes, share state; nothing is
 * changed before the last one has passed. What a call touched is said per aspect, because that is
 * what decides whether two calls commute: a failing open reads existence and share state only, a
 * write through a handle touches data only, a close changes the share state.
 */
#include "kernel_model/file_checks.h"
#include "kernel_model/share.h"
#include "kernel_model/stop.h"

/* ---- create and open ---- */

/* Opens the handle itself; share state and existence are settled. */
static void open_handle(struct world *w, thread_ix t, uint16_t flags, uint16_t name,
                        const struct create_request *q, struct effect *out)
{
    uint32_t slot = handle_free_slot(w, t);
    struct handle_slot *h = world_edit_handle(w, slot);
    *h = (struct handle_slot){
        .flags = (uint8_t)(HANDLE_OPEN | flags | (q->asynchronous ? HANDLE_ASYNCHRONOUS : 0)),
        .share = (uint8_t)(q->share & 7),
        .name = name,
        .access = access_map(q->access),
    };
    handle_touch_table(w, t, true, out);
    out->out_value = handle_value(w, slot);
    out->result = STATUS_SUCCESS;
}

static void open_directory(struct world *w, thread_ix t, directory_ix d,
                           const struct create_request *q, struct effect *out)
{
    out->object = object_make(OBJECT_DIRECTORY, d);
    effect_touch(out, out->object, ASPECT_SHARE, false);
    if (q->disposition == NT_FILE_CREATE) {
        file_fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_NAME_COLLISION);
        return;
    }
    if (q->disposition != NT_FILE_OPEN && q->disposition != NT_FILE_OPEN_IF) {
        file_fail(out, STATUS_FILE_IS_A_DIRECTORY, RULE_IS_DIRECTORY);
        return;
    }
    if (!share_fits(&world_directory(w, d)->share, access_map(q->access), q->share)) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return;
    }
    struct directory *directory = world_edit_directory(w, d);
    share_add(&directory->share, access_map(q->access), q->share);
    directory->n_handles++;
    effect_touch(out, out->object, ASPECT_SHARE, true);
    out->information = 1;
    out->rule = RULE_OPENED;
    open_handle(w, t, HANDLE_DIRECTORY, d, q, out);
}

uint32_t file_disposition_access(int32_t disposition)
{
    switch (disposition) {
    case NT_FILE_OVERWRITE:
    case NT_FILE_OVERWRITE_IF:
        return NT_FILE_WRITE_DATA;
    case NT_FILE_SUPERSEDE:
        return NT_DELETE;
    default:
        return 0;
    }
}

/* Whether an existing file may be opened so; the failure is in the effect otherwise. */
static bool may_open(const struct world *w, const struct create_request *q, uint32_t access,
                     struct effect *out)
{
    const struct file_slot *f = world_file(w, q->name);
    uint32_t also = file_disposition_access(q->disposition);
    if ((f->flags & FILE_DELETE_PENDING) != 0) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_DELETE_PENDING, RULE_PENDING_DELETE);
        return false;
    }
    bool writes = (access & (NT_FILE_WRITE_DATA | NT_FILE_APPEND_DATA)) != 0;
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0 && (also != 0 || writes)) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_READ_ONLY);
        return false;
    }
    uint32_t kept = f->attributes & (NT_FILE_ATTRIBUTE_HIDDEN | NT_FILE_ATTRIBUTE_SYSTEM);
    if (also != 0 && (kept & ~q->attributes) != 0) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_ATTRIBUTE_LOST);
        return false;
    }
    if (!share_fits(&f->share, access | also, q->share)) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return false;
    }
    return true;
}

/* Makes the file what the disposition says; all checks have passed. */
static void dispose(struct world *w, const struct create_request *q, bool exists,
                    struct effect *out)
{
    struct file_slot *f = world_edit_file(w, q->name);
    uint8_t attributes = (uint8_t)(q->attributes & 7);
    if (!exists) {
        *f = (struct file_slot){.flags = FILE_EXISTS, .attributes = attributes};
        world_count_file(w, file_info(w, q->name)->parent, 1);
        effect_touch(out, file_ref(q->name), ASPECT_EXISTENCE, true);
        effect_touch(out, file_ref(q->name), ASPECT_DATA, true);
        out->information = 2;
        out->rule = RULE_CREATED;
        return;
    }
    switch (q->disposition) {
    case NT_FILE_OVERWRITE:
    case NT_FILE_OVERWRITE_IF:
        f->attributes |= attributes;
        out->information = 3;
        out->rule = RULE_OVERWRITTEN;
        break;
    case NT_FILE_SUPERSEDE:
        f->attributes = attributes;
        out->information = 0;
        out->rule = RULE_SUPERSEDED;
        break;
    default:
        out->information = 1;
        out->rule = RULE_OPENED;
        return;
    }
    f->size = 0;
    effect_touch(out, file_ref(q->name), ASPECT_DATA, true);
}

void zw_create_file(struct world *w, thread_ix t, const struct create_request *q,
                    struct effect *out)
{
    out->object = file_ref(q->name);
    if (file_irql_stops(w, t, out)) {
        return;
    }
    bool synchronize_missing =
        q->user_mode && !q->asynchronous && (q->access & NT_SYNCHRONIZE) == 0;
    if (q->disposition < NT_FILE_SUPERSEDE || q->disposition > NT_FILE_OVERWRITE_IF ||
        synchronize_missing) {
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    handle_touch_table(w, t, false, out);
    if (handle_free_slot(w, t) == UINT32_MAX) {
        out->status = KM_FULL;
        return;
    }
    if (file_info(w, q->name)->directory != NO_INDEX) {
        open_directory(w, t, file_info(w, q->name)->directory, q, out);
        return;
    }
    if (!file_path_exists(w, q->name, out)) {
        return;
    }
    const struct file_slot *f = world_file(w, q->name);
    bool exists = (f->flags & FILE_EXISTS) != 0;
    uint32_t access = access_map(q->access);
    effect_touch(out, file_ref(q->name), ASPECT_EXISTENCE, false);
    if (!exists && (q->disposition == NT_FILE_OPEN || q->disposition == NT_FILE_OVERWRITE)) {
        file_fail(out, STATUS_OBJECT_NAME_NOT_FOUND, RULE_NO_NAME);
        return;
    }
    if (exists && q->disposition == NT_FILE_CREATE) {
        file_fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_NAME_COLLISION);
        return;
    }
    effect_touch(out, file_ref(q->name), ASPECT_SHARE, false);
    if (exists && !may_open(w, q, access, out)) {
        return;
    }
    if (f->n_handles == MAX_OPENS) {
        out->status = KM_FULL;
        return;
    }
    dispose(w, q, exists, out);
    struct file_slot *edited = world_edit_file(w, q->name);
    share_add(&edited->share, access, q->share);
    edited->n_handles++;
    effect_touch(out, file_ref(q->name), ASPECT_SHARE, true);
    open_handle(w, t, 0, q->name, q, out);
}

/* ---- close and delete ---- */

static void remove_file(struct world *w, name_ix n, struct effect *out)
{
    *world_edit_file(w, n) = (struct file_slot){0};
    if (file_is_named(w, n)) {
        world_count_file(w, file_info(w, n)->parent, -1);
    }
    effect_touch(out, file_ref(n), ASPECT_EXISTENCE, true);
    effect_touch(out, file_ref(n), ASPECT_DATA, true);
}

void zw_close(struct world *w, thread_ix t, int32_t handle, struct effect *out)
{
    uint32_t slot;
    if (file_irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *found = file_use_handle(w, handle, &slot, out);
    if (found == NULL) {
        return;
    }
    struct handle_slot h = *found;
    *world_edit_handle(w, slot) = (struct handle_slot){0};
    out->rule = RULE_CLOSED;
    out->result = STATUS_SUCCESS;
    handle_touch_table(w, handle_thread(w, slot), true, out);
    effect_touch(out, out->object, ASPECT_SHARE, true);
    if ((h.flags & HANDLE_DIRECTORY) != 0) {
        struct directory *d = world_edit_directory(w, h.name);
        share_remove(&d->share, h.access, h.share);
        d->n_handles--;
        return;
    }
    struct file_slot *f = world_edit_file(w, h.name);
    share_remove(&f->share, h.access, h.share);
    f->n_handles--;
    if (f->n_handles == 0 && (f->flags & FILE_DELETE_PENDING) != 0) {
        remove_file(w, h.name, out);
    }
}

void zw_set_disposition(struct world *w, thread_ix t, int32_t handle, bool delete_file,
                        struct effect *out)
{
    uint32_t slot;
    if (file_irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *h = file_use_handle(w, handle, &slot, out);
    if (h == NULL) {
        return;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0 || (h->access & NT_DELETE) == 0) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return;
    }
    effect_touch(out, out->object, ASPECT_EXISTENCE, true);
    effect_touch(out, out->object, ASPECT_SHARE, false); // the attributes
    struct file_slot *f = world_edit_file(w, h->name);
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        file_fail(out, STATUS_CANNOT_DELETE, RULE_READ_ONLY);
        return;
    }
    f->flags =
        (uint8_t)(delete_file ? f->flags | FILE_DELETE_PENDING : f->flags & ~FILE_DELETE_PENDING);
    out->rule = RULE_DISPOSITION_SET;
    out->result = STATUS_SUCCESS;
}

void zw_delete_file(struct world *w, thread_ix t, name_ix n, struct effect *out)
{
    out->object = file_ref(n);
    if (file_irql_stops(w, t, out)) {
        return;
    }
    if (file_info(w, n)->directory != NO_INDEX) {
        file_fail(out, STATUS_CANNOT_DELETE, RULE_IS_DIRECTORY);
        return;
    }
    if (!file_path_exists(w, n, out)) {
        return;
    }
    const struct file_slot *f = world_file(w, n);
    effect_touch(out, file_ref(n), ASPECT_EXISTENCE, false);
    if ((f->flags & FILE_EXISTS) == 0) {
        file_fail(out, STATUS_OBJECT_NAME_NOT_FOUND, RULE_NO_NAME);
        return;
    }
    if ((f->flags & FILE_DELETE_PENDING) != 0) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_DELETE_PENDING, RULE_PENDING_DELETE);
        return;
    }
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        file_fail(out, STATUS_CANNOT_DELETE, RULE_READ_ONLY);
        return;
    }
    effect_touch(out, file_ref(n), ASPECT_SHARE, false);
    if (!share_fits(&f->share, NT_DELETE,
                    NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE | NT_FILE_SHARE_DELETE)) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return;
    }
    out->rule = RULE_DISPOSITION_SET;
    out->result = STATUS_SUCCESS;
    if (f->n_handles != 0) {
        world_edit_file(w, n)->flags |= FILE_DELETE_PENDING;
        effect_touch(out, file_ref(n), ASPECT_EXISTENCE, true);
    } else {
        remove_file(w, n, out);
    }
}

/* ---- read and write ---- */

/* The open file handle with one of these rights; NULL with the failure in the effect. */
static struct handle_slot *use_file(struct world *w, thread_ix t, int32_t handle, uint32_t rights,
                                    struct effect *out)
{
    uint32_t slot;
    if (file_irql_stops(w, t, out)) {
        return NULL;
    }
    const struct handle_slot *h = file_use_handle(w, handle, &slot, out);
    if (h == NULL) {
        return NULL;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0) {
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_IS_DIRECTORY);
        return NULL;
    }
    if ((h->access & rights) == 0) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return NULL;
    }
    effect_touch(out, object_make(OBJECT_HANDLE, slot), ASPECT_STATE, true); // the position
    return world_edit_handle(w, slot);
}

void zw_read_file(struct world *w, thread_ix t, int32_t handle, int32_t bytes, struct effect *out)
{
    struct handle_slot *h = use_file(w, t, handle, NT_FILE_READ_DATA, out);
    if (h == NULL) {
        return;
    }
    if (bytes < 0 || (h->flags & HANDLE_ASYNCHRONOUS) != 0) { // this routine has no offset
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    effect_touch(out, file_ref(h->name), ASPECT_DATA, false);
    uint32_t size = world_file(w, h->name)->size;
    if (h->position >= size && bytes > 0) {
        file_fail(out, STATUS_END_OF_FILE, RULE_AT_END);
        return;
    }
    uint32_t left = h->position < size ? size - h->position : 0;
    out->information = (uint32_t)bytes < left ? (uint32_t)bytes : left;
    h->position += out->information;
    out->rule = RULE_READ;
    out->result = STATUS_SUCCESS;
}

void zw_write_file(struct world *w, thread_ix t, int32_t handle, int32_t bytes, int32_t offset,
                   struct effect *out)
{
    struct handle_slot *h = use_file(w, t, handle, NT_FILE_WRITE_DATA | NT_FILE_APPEND_DATA, out);
    if (h == NULL) {
        return;
    }
    bool needs_position = offset == NT_FILE_USE_FILE_POINTER_POSITION;
    if (bytes < 0 || offset < NT_FILE_USE_FILE_POINTER_POSITION ||
        (needs_position && (h->flags & HANDLE_ASYNCHRONOUS) != 0)) {
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    name_ix n = h->name;
    effect_touch(out, file_ref(n), ASPECT_DATA, false);
    bool append = offset == NT_FILE_WRITE_TO_END_OF_FILE || (h->access & NT_FILE_WRITE_DATA) == 0;
    uint32_t at = append ? world_file(w, n)->size : needs_position ? h->position : (uint32_t)offset;
    if ((uint32_t)bytes > (uint32_t)MAX_FILE_SIZE - at) {
        file_fail(out, STATUS_FILE_TOO_LARGE, RULE_NONE);
        return;
    }
    effect_touch(out, file_ref(n), ASPECT_DATA, true);
    h->position = at + (uint32_t)bytes;
    if (bytes > 0 && h->position > world_file(w, n)->size) {
        world_edit_file(w, n)->size = h->position;
    }
    out->information = (uint32_t)bytes;
    out->rule = append ? RULE_APPENDED : needs_position ? RULE_WROTE : RULE_WROTE_AT;
    out->result = STATUS_SUCCESS;
}
