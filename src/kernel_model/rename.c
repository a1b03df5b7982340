/*
 * Renaming: the length checks, the target, the move (KERNEL.md 4.5).
 *
 * A file is its name, so a rename moves the record to another slot and every open handle with it.
 */
#include "kernel_model/file_checks.h"
#include "kernel_model/share.h"
#include "kernel_model/stop.h"

enum {
    RENAME_NAME_OFFSET = 20, // FIELD_OFFSET(FILE_RENAME_INFORMATION, FileName) on x64
    RENAME_SIZE = 24,        // sizeof, x64
    NT_PREFIX_LENGTH = 12,   // "\DosDevices\": scenario paths leave it out, kernel buffers hold it
};

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
    int32_t name_bytes = q->name_bytes;
    if (name_bytes < 0) {
        name_bytes = (int32_t)(2 * (NT_PREFIX_LENGTH + utf16_units(file_info(w, q->target)->path)));
    }
    int32_t needed = RENAME_NAME_OFFSET + name_bytes;
    if (q->buffer_bytes >= 0 && needed > q->buffer_bytes) {
        stop_verifier(w, out, 0, file_ref(q->target), (uint32_t)(needed - q->buffer_bytes),
                      "The name was written past the end of the FILE_RENAME_INFORMATION on the "
                      "stack: allocate the structure with room for the name.");
    }
    if (q->length >= 0 && q->length < RENAME_SIZE) {
        file_fail(out, STATUS_INFO_LENGTH_MISMATCH, RULE_BAD_LENGTH);
        return false;
    }
    bool odd = name_bytes == 0 || name_bytes % 2 != 0;
    if (odd || (q->length >= 0 && q->length < needed)) {
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_BAD_LENGTH);
        return false;
    }
    return true;
}

/* The target's place: volume, parent directory and its share state, a file in the way. */
static bool target_fits(const struct world *w, const struct rename_request *q, name_ix source,
                        struct effect *out)
{
    const struct name_info *target = file_info(w, q->target);
    if (target->volume != file_info(w, source)->volume) {
        file_fail(out, STATUS_NOT_SAME_DEVICE, RULE_OTHER_VOLUME);
        return false;
    }
    if (target->directory == NO_INDEX && !file_path_exists(w, q->target, out)) {
        return false;
    }
    const struct file_slot *f = world_file(w, q->target);
    effect_touch(out, file_ref(q->target), ASPECT_EXISTENCE, false);
    if (target->directory == NO_INDEX) {
        effect_touch(out, object_make(OBJECT_DIRECTORY, target->parent), ASPECT_SHARE, false);
    }
    bool taken = target->directory != NO_INDEX || (f->flags & FILE_EXISTS) != 0;
    if (target->directory == NO_INDEX &&
        !share_fits(&world_directory(w, target->parent)->share, NT_FILE_WRITE_DATA,
                    NT_FILE_SHARE_READ | NT_FILE_SHARE_WRITE)) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return false;
    }
    if (!taken) {
        return true;
    }
    if (!q->replace) {
        file_fail(out, STATUS_OBJECT_NAME_COLLISION, RULE_TARGET_EXISTS);
        return false;
    }
    effect_touch(out, file_ref(q->target), ASPECT_SHARE, false);
    if (target->directory != NO_INDEX || (f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_TARGET_BUSY);
        return false;
    }
    if (f->n_handles != 0 && !q->posix) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_ACCESS_DENIED, RULE_TARGET_BUSY);
        return false;
    }
    if (f->share.shared_delete < f->share.open_count) {
        out->status = KM_BUSY;
        file_fail(out, STATUS_SHARING_VIOLATION, RULE_SHARE_VIOLATION);
        return false;
    }
    return true;
}

/* The directory that the name is relative to must be open and hold the target (R8). */
static bool root_fits(const struct world *w, const struct rename_request *q, struct effect *out)
{
    uint32_t slot = q->root != 0 ? handle_find(w, q->root) : UINT32_MAX;
    if (q->root == 0) {
        return true;
    }
    if (slot == UINT32_MAX) {
        file_fail(out, STATUS_INVALID_HANDLE, RULE_BAD_HANDLE);
        return false;
    }
    const struct handle_slot *h = world_handle(w, slot);
    if ((h->flags & HANDLE_DIRECTORY) == 0 || h->name != file_info(w, q->target)->parent) {
        file_fail(out, STATUS_INVALID_PARAMETER, RULE_NONE);
        return false;
    }
    return true;
}

/* Lets n handles that name one file name another. */
static void rename_handles(struct world *w, name_ix from, name_ix to, uint32_t n)
{
    uint32_t n_slots = w->layout->handle_first[w->layout->shape.n_threads];
    for (uint32_t slot = 0; n > 0 && slot < n_slots; slot++) {
        const struct handle_slot *h = world_handle(w, slot);
        if (h->flags != 0 && (h->flags & HANDLE_DIRECTORY) == 0 && h->name == from) {
            world_edit_handle(w, slot)->name = to;
            n--;
        }
    }
}

/* Everything about the file changes. */
static void touch_file(struct effect *out, name_ix n)
{
    effect_touch(out, file_ref(n), ASPECT_EXISTENCE, true);
    effect_touch(out, file_ref(n), ASPECT_SHARE, true);
    effect_touch(out, file_ref(n), ASPECT_DATA, true);
}

/* An open file loses its name: it lives on until its last handle is closed. False: no room. */
static bool take_name(struct world *w, name_ix n, struct effect *out)
{
    const struct world_shape *s = &w->layout->shape;
    for (uint32_t k = s->n_names; k < (uint32_t)s->n_names + s->n_unnamed; k++) {
        name_ix to = (name_ix)k;
        touch_file(out, to);
        if (world_file(w, to)->flags == 0) {
            *world_edit_file(w, to) = *world_file(w, n);
            world_edit_file(w, to)->flags |= FILE_DELETE_PENDING;
            rename_handles(w, n, to, world_file(w, n)->n_handles);
            return true;
        }
    }
    return false;
}

/* Moves the record and every handle that names the file; own is the one it is moved through. */
static void move_file(struct world *w, name_ix from, name_ix to, uint32_t own, struct effect *out)
{
    bool replaced = (world_file(w, to)->flags & FILE_EXISTS) != 0;
    *world_edit_file(w, to) = *world_file(w, from);
    *world_edit_file(w, from) = (struct file_slot){0};
    world_count_file(w, file_info(w, from)->parent, -1);
    if (!replaced) {
        world_count_file(w, file_info(w, to)->parent, 1);
    }
    world_edit_handle(w, own)->name = to;
    rename_handles(w, from, to, world_file(w, to)->n_handles - 1u);
    touch_file(out, from);
    touch_file(out, to);
    out->rule = replaced ? RULE_TARGET_REPLACED : RULE_RENAMED;
}

void zw_rename(struct world *w, thread_ix t, const struct rename_request *q, struct effect *out)
{
    uint32_t slot;
    if (file_irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *h = file_use_handle(w, q->handle, &slot, out);
    if (h == NULL || !rename_length_fits(w, q, out) || !root_fits(w, q, out)) {
        return;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0 ||
        ((h->access & NT_DELETE) == 0 && !w->layout->shape.switches.rename_without_delete)) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return;
    }
    name_ix source = h->name;
    out->other = file_ref(source);
    effect_touch(out, out->other, ASPECT_EXISTENCE, false);
    if (!file_is_named(w, source)) {
        file_fail(out, STATUS_OBJECT_NAME_NOT_FOUND, RULE_NO_NAME);
        return;
    }
    if (source == q->target) {
        out->rule = RULE_RENAMED;
        out->result = STATUS_SUCCESS;
        return;
    }
    if (!target_fits(w, q, source, out)) {
        return;
    }
    if (world_file(w, q->target)->n_handles != 0 && !take_name(w, q->target, out)) {
        out->status = KM_FULL;
        return;
    }
    move_file(w, source, q->target, slot, out);
    out->object = file_ref(q->target);
    out->result = STATUS_SUCCESS;
}
