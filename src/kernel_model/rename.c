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
    if (q->buffer_bytes < 0 && q->length < 0) {
        return true;
    }
    int32_t name_bytes =
        (int32_t)(2 * (NT_PREFIX_LENGTH + utf16_units(file_info(w, q->target)->path)));
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
    if (q->length >= 0 && q->length < needed) {
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
    if (target->directory != NO_INDEX || f->n_handles != 0 ||
        (f->attributes & NT_FILE_ATTRIBUTE_READONLY) != 0) {
        out->status = f->n_handles != 0 ? KM_BUSY : KM_OK;
        file_fail(out, STATUS_ACCESS_DENIED, RULE_TARGET_BUSY);
        return false;
    }
    return true;
}

/* Moves the record and every handle that names the file; own is the one that it is moved through.
 */
static void move_file(struct world *w, name_ix from, name_ix to, uint32_t own, struct effect *out)
{
    bool replaced = (world_file(w, to)->flags & FILE_EXISTS) != 0;
    *world_edit_file(w, to) = *world_file(w, from);
    *world_edit_file(w, from) = (struct file_slot){0};
    world_edit_directory(w, file_info(w, from)->parent)->n_files--;
    if (!replaced) {
        world_edit_directory(w, file_info(w, to)->parent)->n_files++;
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
        effect_touch(out, file_ref(from), all[i], true);
        effect_touch(out, file_ref(to), all[i], true);
    }
    out->rule = replaced ? RULE_TARGET_REPLACED : RULE_RENAMED;
}

void zw_rename(struct world *w, thread_ix t, const struct rename_request *q, struct effect *out)
{
    uint32_t slot;
    if (file_irql_stops(w, t, out)) {
        return;
    }
    const struct handle_slot *h = file_use_handle(w, q->handle, &slot, out);
    if (h == NULL || !rename_length_fits(w, q, out)) {
        return;
    }
    if ((h->flags & HANDLE_DIRECTORY) != 0 ||
        ((h->access & NT_DELETE) == 0 && !w->layout->shape.switches.rename_without_delete)) {
        file_fail(out, STATUS_ACCESS_DENIED, RULE_NO_ACCESS);
        return;
    }
    name_ix source = h->name;
    out->other = file_ref(source);
    if (source == q->target) {
        out->rule = RULE_RENAMED;
        out->result = STATUS_SUCCESS;
        return;
    }
    if (!target_fits(w, q, source, out)) {
        return;
    }
    move_file(w, source, q->target, slot, out);
    out->object = file_ref(q->target);
    out->result = STATUS_SUCCESS;
}
