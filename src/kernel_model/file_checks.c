/*
 * What the file routines have in common.
 *
 * A handle's value names its thread in the high half and its number, from 1, times 4 in the low
 * half, as NT's handles are multiples of 4: any thread can use any handle, and equal situations
 * have equal values.
 */
#include "kernel_model/file_checks.h"

#include "kernel_model/stop.h"

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

void handle_touch_table(const struct world *w, thread_ix t, bool write, struct effect *out)
{
    effect_touch(out, object_make(OBJECT_HANDLE, w->layout->handle_first[t]), ASPECT_EXISTENCE,
                 write);
}

uint32_t handle_free_slot(const struct world *w, thread_ix t)
{
    for (uint32_t slot = w->layout->handle_first[t]; slot < w->layout->handle_first[t + 1];
         slot++) {
        if (world_handle(w, slot)->flags == 0) {
            return slot;
        }
    }
    return UINT32_MAX;
}

const struct handle_slot *file_use_handle(const struct world *w, int32_t handle, uint32_t *slot,
                                          struct effect *out)
{
    uint32_t owner = (uint32_t)handle >> 16;
    if (owner > 0 && owner <= w->layout->shape.n_threads) {
        handle_touch_table(w, (thread_ix)(owner - 1), false, out);
    }
    *slot = handle_find(w, handle);
    if (*slot == UINT32_MAX) {
        file_fail(out, STATUS_INVALID_HANDLE, RULE_BAD_HANDLE);
        return NULL;
    }
    const struct handle_slot *h = world_handle(w, *slot);
    bool directory = (h->flags & HANDLE_DIRECTORY) != 0;
    out->object = directory ? object_make(OBJECT_DIRECTORY, h->name) : file_ref(h->name);
    return h;
}

bool file_irql_stops(struct world *w, thread_ix t, struct effect *out)
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
    stop_bugcheck(w, t, out, BUGCHECK_IRQL_NOT_LESS_OR_EQUAL, (const uint64_t[4]){0, irql, 0, 0},
                  "A file routine was called at DISPATCH_LEVEL; it touches pageable memory and "
                  "waits.");
    return true;
}

bool file_path_exists(const struct world *w, name_ix n, struct effect *out)
{
    if (file_info(w, n)->invalid) {
        file_fail(out, STATUS_OBJECT_NAME_INVALID, RULE_BAD_NAME);
        return false;
    }
    if (file_info(w, n)->parent == NO_INDEX) {
        file_fail(out, STATUS_OBJECT_PATH_NOT_FOUND, RULE_NO_PATH);
        return false;
    }
    return true;
}
