/*
 * The file system.
 *
 * An open goes through NT's order of checks: path, type, attributes, share state; nothing is changed
 * before the last one has passed. What a call touched is said per aspect, because that is what decides
 * whether two calls commute: a failing open reads existence and share state only, a write through a handle
 * touches data only, a close changes the share state.
 */
#include "kernel_model/file.h"

#include "kernel_model/nt_status.h"
#include "kernel_model/share.h"
#include "kernel_model/stop.h"

enum {
    RENAME_NAME_OFFSET = 20, // FIELD_OFFSET(FILE_RENAME_INFORMATION, FileName) on x64
    RENAME_SIZE = 24,        // sizeof, x64
    NT_PREFIX_LENGTH = 12,   // "\DosDevices\": scenario paths leave it out, kernel buffers hold it
};

static object_ref name_ref(name_ix n)
{
    return object_make(OBJECT_NAME, n);
}

static const struct name_info *info(const struct world *w, name_ix n)
{
    return &w->layout->shape.names[n];
}

static void fail(struct effect *out, nt_status status, enum km_rule rule)
{
    out->result = status;
    out->rule = rule;
}

/* The Zw routines run at PASSIVE_LEVEL. True if the machine stopped. */
static bool irql_stops(struct world *w, thread_ix t, struct effect *out)
{
    uint8_t irql = world_thread(w, t)->irql;
    if (irql == NT_PASSIVE_LEVEL) {
        return false;
    }
    if (irql < NT_DISPATCH_LEVEL) {
        stop_verifier(w, out, 0, object_make(OBJECT_THREAD, t), irql,
                      "File routines need PASSIVE_LEVEL: at APC_LEVEL their completion cannot "
                      "arrive.");
        return false;
    }
    stop_bugcheck(w, t, out, BUGCHECK_IRQL_NOT_LESS_OR_EQUAL,
                  (const uint64_t[4]){0, irql, 0, 0},
                  "A file routine was called at DISPATCH_LEVEL; it touches pageable memory and "
                  "waits.");
    return true;
}

/* ---- handles ---------------------------------------------------------------------------------------- */

int32_t handle_value(const struct world *w, uint32_t slot)
{
    thread_ix t = handle_thread(w, slot);
    return (int32_t)((uint32_t)(t + 1) << 16 | (slot - w->layout->handle_first[t] + 1) << 2);
}

thread_ix handle_thread(const struct world *w, uint32_t slot)
{
    thread_ix t = 0;
    while (w->layout->handle_first[t + 1] <= slot) {
        t++;
    }
    return t;
}

uint32_t handle_find(const struct world *w, int32_t handle)
{
    uint32_t t = (uint32_t)handle >> 16;
    uint32_t number = ((uint32_t)handle & 0xffff) >> 2;
    if (t == 0 || t > w->layout->shape.n_threads || number == 0 || (handle & 3) != 0) {
        return UINT32_MAX;
    }
    uint32_t slot = w->layout->handle_first[t - 1] + number - 1;
    if (slot >= w->layout->handle_first[t] || world_handle(w, slot)->flags == 0) {
        return UINT32_MAX;
    }
    return slot;
}

/* Lowest free slot of t, or UINT32_MAX. */
static uint32_t handle_free_slot(const struct world *w, thread_ix t)
{
    for (uint32_t slot = w->layout->handle_first[t]; slot < w->layout->handle_first[t + 1];
         slot++) {
        if (world_handle(w, slot)->flags == 0) {
            return slot;
        }
    }
    return UINT32_MAX;
}

/* The open file handle, or NULL with STATUS_INVALID_HANDLE in the effect. */
static const struct handle_slot *use_handle(const struct world *w, int32_t handle, uint32_t *slot,
                                            struct effect *out)
{
    *slot = handle_find(w, handle);
    if (*slot == UINT32_MAX) {
        fail(out, STATUS_INVALID_HANDLE, RULE_BAD_HANDLE);
        return NULL;
    }
    const struct handle_slot *h = world_handle(w, *slot);
    out->object = (h->flags & HANDLE_DIRECTORY) != 0 ? object_make(OBJECT_DIRECTORY, h->name)
                                                     : name_ref(h->name);
    return h;
}

/* ---- create and open ------------------------------------------------------------------------------------ */

/* Opens the handle itself; share state and existence are settled. */
static void open_handle(struct world *w, thread_ix t, uint16_t flags, uint16_t name,
                        const struct create_request *q, struct effect *out)
{
    uint32_t slot = handle_free_slot(w, t);
    struct handle_slot *h = world_edit_handle(w, slot);
    *h = (struct handle_slot){
        .flags = (uint8_t)(HANDLE_OPEN | flags |
                           (w->layout->shape.kind[t] == KIND_USER ? HANDLE_USER : 0)),
        .share = (uint8_t)(q->share & 7),
        .name = name,
        .access = access_map(q->access),
    };
    out->out_value = handle_value(w, slot);
    out->result = STATUS_SUCCESS;
}

static void open_directory(struct world *w, thread_ix t, directory_ix d,
                           const struct create_request *q, struct effect *out)
{
    out->object = object_make(OBJECT_DIRECTORY, d);
    effect_touch(out, out->object, ASPECT_SHARE, false);
    if (q->disposition == NT_FILE_CREATE) {
        fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_NAME_COLLISION);
        return;
    }
    if (q->disposition != NT_FILE_OPEN && q->disposition != NT_FILE_OPEN_IF) {
        fail(out, STATUS_FILE_IS_A_DIRECTORY, RULE_IS_DIRECTORY);
        return;
    }
    if (!share_fits(&world_directory(w, d)->share, access_map(q->access), q->share)) {
        out->status = KM_BUSY;
        fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
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

/* Rights that the disposition itself uses in the share test (4.3). */
static uint32_t disposition_access(int32_t disposition, bool exists)
{
    if (!exists) {
        return 0;
    }
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
    uint32_t also = disposition_access(q->disposition, true);
    if ((f->flags & FILE_DELETE_PENDING) != 0) {
        out->status = KM_BUSY;
        fail(out, STATUS_DELETE_PENDING, RULE_PENDING_DELETE);
        return false;
    }
    bool writes = (access & (NT_FILE_WRITE_DATA | NT_FILE_APPEND_DATA)) != 0;
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0 && (also != 0 || writes)) {
        fail(out, STATUS_ACCESS_DENIED, RULE_READ_ONLY);
        return false;
    }
    uint32_t kept = f->attributes & (NT_FILE_ATTRIBUTE_HIDDEN | NT_FILE_ATTRIBUTE_SYSTEM);
    if (also != 0 && (kept & ~q->attributes) != 0) {
        fail(out, STATUS_ACCESS_DENIED, RULE_ATTRIBUTE_LOST);
        return false;
    }
    if (!share_fits(&f->share, access | also, q->share)) {
        out->status = KM_BUSY;
        fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
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
        world_edit_directory(w, info(w, q->name)->parent)->n_files++;
        effect_touch(out, name_ref(q->name), ASPECT_EXISTENCE, true);
        effect_touch(out, name_ref(q->name), ASPECT_DATA, true);
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
    effect_touch(out, name_ref(q->name), ASPECT_DATA, true);
}

/* Path and name as such. False with the failure in the effect. */
static bool path_exists(const struct world *w, name_ix n, struct effect *out)
{
    if (info(w, n)->invalid) {
        fail(out, STATUS_OBJECT_NAME_INVALID, RULE_BAD_NAME);
        return false;
    }
    if (info(w, n)->parent == NO_INDEX) {
        fail(out, STATUS_OBJECT_PATH_NOT_FOUND, RULE_NO_PATH);
        return false;
    }
    return true;
}

void zw_create_file(struct world *w, thread_ix t, const struct create_request *q,
                    struct effect *out)
{
    out->object = name_ref(q->name);
    if (irql_stops(w, t, out)) {
        return;
    }
    if (q->disposition < NT_FILE_SUPERSEDE || q->disposition > NT_FILE_OVERWRITE_IF) {
        fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    if (handle_free_slot(w, t) == UINT32_MAX) {
        out->status = KM_FULL;
        return;
    }
    if (info(w, q->name)->directory != NO_INDEX) {
        open_directory(w, t, info(w, q->name)->directory, q, out);
        return;
    }
    if (!path_exists(w, q->name, out)) {
        return;
    }
    const struct file_slot *f = world_file(w, q->name);
    bool exists = (f->flags & FILE_EXISTS) != 0;
    uint32_t access = access_map(q->access);
    effect_touch(out, name_ref(q->name), ASPECT_EXISTENCE, false);
    if (!exists && (q->disposition == NT_FILE_OPEN || q->disposition == NT_FILE_OVERWRITE)) {
        fail(out, STATUS_OBJECT_NAME_NOT_FOUND, RULE_NO_NAME);
        return;
    }
    if (exists && q->disposition == NT_FILE_CREATE) {
        fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_NAME_COLLISION);
        return;
    }
    effect_touch(out, name_ref(q->name), ASPECT_SHARE, false);
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
    effect_touch(out, name_ref(q->name), ASPECT_SHARE, true);
    open_handle(w, t, 0, q->name, q, out);
}

/* ---- close and delete ----------------------------------------------------------------------------------- */

static void remove_file(struct world *w, name_ix n, struct effect *out)
{
    *world_edit_file(w, n) = (struct file_slot){0};
    world_edit_directory(w, info(w, n)->parent)->n_files--;
    effect_touch(out, name_ref(n), ASPECT_EXISTENCE, true);
    effect_touch(out, name_ref(n), ASPECT_DATA, true);
}

void zw_close(struct world *w, thread_ix t, int32_t handle, struct effect *out)
{
    uint32_t slot;
    if (irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *found = use_handle(w, handle, &slot, out);
    if (found == NULL) {
        return;
    }
    struct handle_slot h = *found;
    *world_edit_handle(w, slot) = (struct handle_slot){0};
    out->rule = RULE_CLOSED;
    out->result = STATUS_SUCCESS;
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
    if (irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *h = use_handle(w, handle, &slot, out);
    if (h == NULL) {
        return;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0 || (h->access & NT_DELETE) == 0) {
        fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return;
    }
    effect_touch(out, out->object, ASPECT_EXISTENCE, true);
    struct file_slot *f = world_edit_file(w, h->name);
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        fail(out, STATUS_CANNOT_DELETE, RULE_READ_ONLY);
        return;
    }
    f->flags = (uint8_t)(delete_file ? f->flags | FILE_DELETE_PENDING
                                     : f->flags & ~FILE_DELETE_PENDING);
    out->rule = RULE_DISPOSITION_SET;
    out->result = STATUS_SUCCESS;
}

void zw_delete_file(struct world *w, thread_ix t, name_ix n, struct effect *out)
{
    out->object = name_ref(n);
    if (irql_stops(w, t, out)) {
        return;
    }
    if (info(w, n)->directory != NO_INDEX) {
        fail(out, STATUS_CANNOT_DELETE, RULE_IS_DIRECTORY);
        return;
    }
    if (!path_exists(w, n, out)) {
        return;
    }
    const struct file_slot *f = world_file(w, n);
    effect_touch(out, name_ref(n), ASPECT_EXISTENCE, false);
    if ((f->flags & FILE_EXISTS) == 0) {
        fail(out, STATUS_OBJECT_NAME_NOT_FOUND, RULE_NO_NAME);
        return;
    }
    if ((f->flags & FILE_DELETE_PENDING) != 0) {
        out->status = KM_BUSY;
        fail(out, STATUS_DELETE_PENDING, RULE_PENDING_DELETE);
        return;
    }
    if ((f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        fail(out, STATUS_CANNOT_DELETE, RULE_READ_ONLY);
        return;
    }
    effect_touch(out, name_ref(n), ASPECT_SHARE, false);
    if (!share_fits(&f->share, NT_DELETE,
                    NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE | NT_FILE_SHARE_DELETE)) {
        out->status = KM_BUSY;
        fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return;
    }
    out->rule = RULE_DISPOSITION_SET;
    out->result = STATUS_SUCCESS;
    if (f->n_handles != 0) {
        world_edit_file(w, n)->flags |= FILE_DELETE_PENDING;
        effect_touch(out, name_ref(n), ASPECT_EXISTENCE, true);
    } else {
        remove_file(w, n, out);
    }
}

/* ---- read and write ----------------------------------------------------------------------------------------- */

/* The open file handle with one of these rights; NULL with the failure in the effect. */
static struct handle_slot *use_file(struct world *w, thread_ix t, int32_t handle, uint32_t rights,
                                    struct effect *out)
{
    uint32_t slot;
    if (irql_stops(w, t, out)) {
        return NULL;
    }
    const struct handle_slot *h = use_handle(w, handle, &slot, out);
    if (h == NULL) {
        return NULL;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0) {
        fail(out, STATUS_INVALID_PARAMETER, RULE_IS_DIRECTORY);
        return NULL;
    }
    if ((h->access & rights) == 0) {
        fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return NULL;
    }
    return world_edit_handle(w, slot);
}

void zw_read_file(struct world *w, thread_ix t, int32_t handle, int32_t bytes, struct effect *out)
{
    struct handle_slot *h = use_file(w, t, handle, NT_FILE_READ_DATA, out);
    if (h == NULL) {
        return;
    }
    if (bytes < 0) {
        fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    effect_touch(out, name_ref(h->name), ASPECT_DATA, false);
    uint32_t size = world_file(w, h->name)->size;
    if (h->position >= size && bytes > 0) {
        fail(out, STATUS_END_OF_FILE, RULE_AT_END);
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
    struct handle_slot *h =
        use_file(w, t, handle, NT_FILE_WRITE_DATA | NT_FILE_APPEND_DATA, out);
    if (h == NULL) {
        return;
    }
    if (bytes < 0 || offset < NT_FILE_USE_FILE_POINTER_POSITION) {
        fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return;
    }
    name_ix n = h->name;
    bool append = offset == NT_FILE_WRITE_TO_END_OF_FILE || (h->access & NT_FILE_WRITE_DATA) == 0;
    uint32_t at = append ? world_file(w, n)->size
                  : offset == NT_FILE_USE_FILE_POINTER_POSITION ? h->position
                                                                 : (uint32_t)offset;
    if ((uint32_t)bytes > (uint32_t)MAX_FILE_SIZE - at) {
        fail(out, STATUS_FILE_TOO_LARGE, RULE_NONE);
        return;
    }
    effect_touch(out, name_ref(n), ASPECT_DATA, true);
    h->position = at + (uint32_t)bytes;
    if (bytes > 0 && h->position > world_file(w, n)->size) {
        world_edit_file(w, n)->size = h->position;
    }
    out->information = (uint32_t)bytes;
    out->rule = append ? RULE_APPENDED : RULE_WROTE;
    out->result = STATUS_SUCCESS;
}

/* ---- rename ---------------------------------------------------------------------------------------------------- */

/* UTF-16 units of UTF-8 text: one per character, two for those outside the basic plane. */
static uint32_t utf16_units(const char *text)
{
    uint32_t n = 0;
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        n += (c & 0xc0) != 0x80;
        n += c >= 0xf0;
    }
    return n;
}

/* Length checks of NtSetInformationFile, and the overrun that it cannot see (4.5, 5.6). */
static bool rename_length_fits(const struct world *w, const struct rename_request *q,
                               struct effect *out)
{
    if (q->buffer_bytes < 0 && q->length < 0) {
        return true;
    }
    int32_t name_bytes = (int32_t)(2 * (NT_PREFIX_LENGTH + utf16_units(info(w, q->target)->path)));
    int32_t needed = RENAME_NAME_OFFSET + name_bytes;
    if (q->buffer_bytes >= 0 && needed > q->buffer_bytes) {
        stop_verifier(w, out, 0, name_ref(q->target), (uint32_t)(needed - q->buffer_bytes),
                      "The name was written past the end of the FILE_RENAME_INFORMATION on the "
                      "stack: allocate the structure with room for the name.");
    }
    if (q->length >= 0 && q->length < RENAME_SIZE) {
        fail(out, STATUS_INFO_LENGTH_MISMATCH, RULE_BAD_LENGTH);
        return false;
    }
    if (q->length >= 0 && q->length < needed) {
        fail(out, STATUS_INVALID_PARAMETER, RULE_BAD_LENGTH);
        return false;
    }
    return true;
}

/* The target's place: volume, parent directory and its share state, a file in the way. */
static bool target_fits(const struct world *w, const struct rename_request *q, name_ix source,
                        struct effect *out)
{
    const struct name_info *target = info(w, q->target);
    if (target->volume != info(w, source)->volume) {
        fail(out, STATUS_NOT_SAME_DEVICE, RULE_OTHER_VOLUME);
        return false;
    }
    if (target->directory == NO_INDEX && !path_exists(w, q->target, out)) {
        return false;
    }
    const struct file_slot *f = world_file(w, q->target);
    effect_touch(out, name_ref(q->target), ASPECT_EXISTENCE, false);
    bool taken = target->directory != NO_INDEX || (f->flags & FILE_EXISTS) != 0;
    if (target->directory == NO_INDEX &&
        !share_fits(&world_directory(w, target->parent)->share, NT_FILE_WRITE_DATA,
                    NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE)) {
        out->status = KM_BUSY;
        fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return false;
    }
    if (!taken) {
        return true;
    }
    if (!q->replace) {
        fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_TARGET_EXISTS);
        return false;
    }
    effect_touch(out, name_ref(q->target), ASPECT_SHARE, false);
    if (target->directory != NO_INDEX || f->n_handles != 0 ||
        (f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        out->status = f->n_handles != 0 ? KM_BUSY : KM_OK;
        fail(out, STATUS_ACCESS_DENIED, RULE_TARGET_BUSY);
        return false;
    }
    return true;
}

/* Moves the record and every handle that names the file; own is the one that it is moved through. */
static void move_file(struct world *w, name_ix from, name_ix to, uint32_t own, struct effect *out)
{
    bool replaced = (world_file(w, to)->flags & FILE_EXISTS) != 0;
    *world_edit_file(w, to) = *world_file(w, from);
    *world_edit_file(w, from) = (struct file_slot){0};
    world_edit_directory(w, info(w, from)->parent)->n_files--;
    if (!replaced) {
        world_edit_directory(w, info(w, to)->parent)->n_files++;
    }
    world_edit_handle(w, own)->name = to;
    uint32_t left = world_file(w, to)->n_handles - 1u;
    uint32_t n_slots = w->layout->handle_first[w->layout->shape.n_threads];
    for (uint32_t slot = 0; left > 0 && slot < n_slots; slot++) {
        const struct handle_slot *h = world_handle(w, slot);
        if (h->flags != 0 && (h->flags & HANDLE_DIRECTORY) == 0 && h->name == from) {
            world_edit_handle(w, slot)->name = to;
            left--;
        }
    }
    static const enum aspect all[] = {ASPECT_EXISTENCE, ASPECT_SHARE, ASPECT_DATA};
    for (unsigned i = 0; i < 3; i++) {
        effect_touch(out, name_ref(from), all[i], true);
        effect_touch(out, name_ref(to), all[i], true);
    }
    out->rule = replaced ? RULE_TARGET_REPLACED : RULE_RENAMED;
}

void zw_rename(struct world *w, thread_ix t, const struct rename_request *q, struct effect *out)
{
    uint32_t slot;
    if (irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *h = use_handle(w, q->handle, &slot, out);
    if (h == NULL || !rename_length_fits(w, q, out)) {
        return;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0 ||
        ((h->access & NT_DELETE) == 0 && !w->layout->shape.switches.rename_without_delete)) {
        fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return;
    }
    name_ix source = h->name;
    out->other = name_ref(source);
    if (source == q->target) {
        out->rule = RULE_RENAMED;
        out->result = STATUS_SUCCESS;
        return;
    }
    if (!target_fits(w, q, source, out)) {
        return;
    }
    move_file(w, source, q->target, slot, out);
    out->object = name_ref(q->target);
    out->result = STATUS_SUCCESS;
}
