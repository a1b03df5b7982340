/*
 * The world's block, its journal and its fingerprint.
 *
 * Layout: the kinds of slot lie one after the other, each record a multiple of 4 bytes, so that a
 * slot's place follows from kind and index by arithmetic alone. The journal is a stack: entries
 * name the slot and where its old bytes lie in a second stack, so undoing is copying back newest
 * first, and the edits of one step are the entries from step_first on.
 *
 * Fingerprint: the sum over all slots of a 128-bit hash of the record, seeded with the slot's
 * offset. A sum can be kept slot by slot: subtract the old record's hash, add the new one's. A
 * record of zeros adds nothing, so slots where nothing is cost nothing (the hash of zeros would
 * only be a constant).
 */
#include "kernel_model/world.h"

#include "kernel_model/lock_order.h"
#include "kernel_model/priority.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint32_t round_up(uint32_t n, uint32_t to)
{
    return (n + to - 1) / to * to;
}

void world_layout_init(struct world_layout *layout, const struct world_shape *shape)
{
    assert(shape->n_threads <= MAX_THREADS && shape->n_resources <= MAX_RESOURCES);
    assert(shape->n_events <= MAX_EVENTS && shape->n_spinlocks <= MAX_SPINLOCKS);
    assert(shape->n_shared <= MAX_SHARED && shape->n_directories <= MAX_DIRECTORIES);
    assert(shape->n_names <= MAX_NAMES && shape->n_owner_pointers <= MAX_OWNER_POINTERS);

    memset(layout, 0, sizeof *layout);
    layout->shape = *shape;
    uint32_t n = shape->n_threads;
    uint32_t at = sizeof(struct system_state);
    uint32_t handle = 0;
    for (uint32_t t = 0; t < n; t++) {
        assert(shape->words[t] <= MAX_WORDS && shape->handles[t] <= MAX_HANDLES);
        layout->thread_offset[t] = at;
        at += (uint32_t)sizeof(struct kthread) + 4u * shape->words[t] +
              (uint32_t)sizeof(object_ref) * shape->wait_objects[t] +
              (shape->queue_order_matters ? round_up(n, 4) : 0);
        layout->waiters |= shape->wait_objects[t] > 0 ? thread_bit((thread_ix)t) : 0;
        layout->handle_first[t] = handle;
        handle += shape->handles[t];
    }
    layout->thread_offset[n] = at;
    layout->handle_first[n] = handle;

    layout->resources = at;
    layout->resource_size = (uint32_t)(sizeof(struct eresource) + n * sizeof(struct resource_row) +
                                       shape->n_owner_pointers * sizeof(struct owner_pointer));
    at += shape->n_resources * layout->resource_size;
    layout->events = at;
    layout->event_size = (uint32_t)sizeof(struct kevent) + round_up(n, 4);
    at += shape->n_events * layout->event_size;
    layout->spinlocks = at;
    at += shape->n_spinlocks * (uint32_t)sizeof(struct spinlock);
    layout->shared = at;
    at += shape->n_shared * (uint32_t)sizeof(int32_t);
    layout->directories = at;
    at += shape->n_directories * (uint32_t)sizeof(struct directory);
    layout->names = at;
    at += ((uint32_t)shape->n_names + shape->n_unnamed) * (uint32_t)sizeof(struct file_slot);
    layout->handles = at;
    at += handle * (uint32_t)sizeof(struct handle_slot);
    layout->size = round_up(at, 8);
}

size_t annex_size(const struct world_layout *layout)
{
    const struct world_shape *s = &layout->shape;
    return sizeof(struct annex) +
           sizeof(struct annex_object) * (s->n_resources + (size_t)s->n_events) +
           sizeof(uint32_t) * lock_order_words(s->n_resources);
}

uint32_t journal_worst_entries(const struct world_layout *layout)
{
    const struct world_shape *s = &layout->shape;
    return 1u + s->n_threads + s->n_resources + s->n_events + s->n_spinlocks + s->n_shared +
           s->n_directories + s->n_names + s->n_unnamed + layout->handle_first[s->n_threads];
}

uint32_t journal_worst_saved(const struct world_layout *layout)
{
    return layout->size;
}

void world_init(struct world *w, const struct world_layout *layout, unsigned char *block,
                struct annex *annex, struct journal journal)
{
    *w = (struct world){.layout = layout, .block = block, .annex = annex, .journal = journal};
    memset(block, 0, layout->size);
}

void annex_reset(struct world *w)
{
    if (w->annex == NULL) {
        return;
    }
    memset(w->annex, 0, annex_size(w->layout));
    w->annex->last_thread = NO_THREAD;
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        w->annex->threads[t].woken_by = NO_THREAD;
        w->annex->threads[t].priority = w->layout->shape.base_priority[t];
        w->annex->threads[t].quantum = QUANTUM_STEPS;
    }
}

struct fingerprint world_mix(const unsigned char *record, uint32_t size, uint32_t offset)
{
    static const unsigned char zeros[64];
    uint32_t at = 0;
    while (at < size && memcmp(record + at, zeros, size - at < 64 ? size - at : 64) == 0) {
        at += 64;
    }
    if (at >= size) {
        return (struct fingerprint){0, 0};
    }
    XXH128_hash_t h = XXH3_128bits_withSeed(record, size, offset);
    return (struct fingerprint){h.low64, h.high64};
}

void world_end_step(struct world *w)
{
    if (!w->fingerprinting) {
        return;
    }
    for (uint32_t i = w->journal.step_first; i < w->journal.n_entries; i++) {
        const struct journal_entry *e = &w->journal.entries[i];
        struct fingerprint before = world_mix(w->journal.saved + e->saved, e->size, e->offset);
        struct fingerprint after = world_mix(w->block + e->offset, e->size, e->offset);
        w->fingerprint.low += after.low - before.low;
        w->fingerprint.high += after.high - before.high;
    }
}

void world_undo_to(struct world *w, uint32_t n_entries)
{
    struct journal *j = &w->journal;
    while (j->n_entries > n_entries) {
        const struct journal_entry *e = &j->entries[--j->n_entries];
        if (w->fingerprinting) {
            struct fingerprint now = world_mix(w->block + e->offset, e->size, e->offset);
            struct fingerprint old = world_mix(j->saved + e->saved, e->size, e->offset);
            w->fingerprint.low += old.low - now.low;
            w->fingerprint.high += old.high - now.high;
        }
        memcpy(w->block + e->offset, j->saved + e->saved, e->size);
        j->n_saved = e->saved;
    }
    if (j->step_first > n_entries) {
        j->step_first = n_entries;
    }
}

/* The record goes where its other version was. */
static void swap_record(struct world *w, uint32_t entry)
{
    const struct journal_entry *e = &w->journal.entries[entry];
    unsigned char *now = w->block + e->offset, *other = w->journal.saved + e->saved;
    unsigned char part[64];
    for (uint32_t at = 0; at < e->size; at += sizeof part) {
        uint32_t n = e->size - at < sizeof part ? e->size - at : (uint32_t)sizeof part;
        memcpy(part, now + at, n);
        memcpy(now + at, other + at, n);
        memcpy(other + at, part, n);
    }
}

void world_swap_back(struct world *w, uint32_t first, uint32_t end)
{
    for (uint32_t i = end; i > first; i--) {
        swap_record(w, i - 1);
    }
}

void world_swap_forward(struct world *w, uint32_t first, uint32_t end)
{
    for (uint32_t i = first; i < end; i++) {
        swap_record(w, i);
    }
}

void world_slot_counts(const struct world_layout *layout, uint32_t counts[N_SLOT_KINDS])
{
    const struct world_shape *s = &layout->shape;
    const uint32_t n[N_SLOT_KINDS] = {
        [OBJECT_SYSTEM] = 1,
        [OBJECT_THREAD] = s->n_threads,
        [OBJECT_RESOURCE] = s->n_resources,
        [OBJECT_EVENT] = s->n_events,
        [OBJECT_SPINLOCK] = s->n_spinlocks,
        [OBJECT_SHARED] = s->n_shared,
        [OBJECT_DIRECTORY] = s->n_directories,
        [OBJECT_NAME] = (uint32_t)s->n_names + s->n_unnamed,
        [OBJECT_HANDLE] = layout->handle_first[s->n_threads],
    };
    memcpy(counts, n, sizeof n);
}

uint32_t world_slot_offset(const struct world_layout *layout, object_ref slot, uint32_t *size)
{
    uint32_t ix = object_ix_of(slot);
    switch (object_kind_of(slot)) {
    case OBJECT_SYSTEM:
        *size = sizeof(struct system_state);
        return 0;
    case OBJECT_THREAD:
        *size = layout->thread_offset[ix + 1] - layout->thread_offset[ix];
        return layout->thread_offset[ix];
    case OBJECT_RESOURCE:
        *size = layout->resource_size;
        return layout->resources + ix * layout->resource_size;
    case OBJECT_EVENT:
        *size = layout->event_size;
        return layout->events + ix * layout->event_size;
    case OBJECT_SPINLOCK:
        *size = sizeof(struct spinlock);
        return layout->spinlocks + ix * *size;
    case OBJECT_SHARED:
        *size = sizeof(int32_t);
        return layout->shared + ix * *size;
    case OBJECT_DIRECTORY:
        *size = sizeof(struct directory);
        return layout->directories + ix * *size;
    case OBJECT_NAME:
        *size = sizeof(struct file_slot);
        return layout->names + ix * *size;
    case OBJECT_HANDLE:
        *size = sizeof(struct handle_slot);
        return layout->handles + ix * *size;
    case OBJECT_NONE:
        break;
    }
    assert(!"no such slot");
    *size = 0;
    return 0;
}

const void *world_before(const struct world *w, object_ref slot)
{
    for (uint32_t i = w->journal.step_first; i < w->journal.n_entries; i++) {
        if (w->journal.entries[i].slot == slot) {
            return w->journal.saved + w->journal.entries[i].saved;
        }
    }
    return NULL;
}

const object_ref *world_awaited_before(const struct world *w, thread_ix t, unsigned *n)
{
    const struct kthread *old = world_before(w, object_make(OBJECT_THREAD, t));
    old = old != NULL ? old : world_thread(w, t);
    *n = old->state == THREAD_WAITING && old->wait_kind == WAIT_OBJECTS ? old->n_wait_objects : 0;
    return (const object_ref *)(const void *)(world_words(old) + w->layout->shape.words[t]);
}

/* Adds the records of n slots of one kind. */
static void sum_slots(const struct world *w, enum object_kind kind, uint32_t n,
                      struct fingerprint *sum)
{
    for (uint32_t ix = 0; ix < n; ix++) {
        uint32_t size;
        uint32_t offset = world_slot_offset(w->layout, object_make(kind, ix), &size);
        struct fingerprint f = world_mix(w->block + offset, size, offset);
        sum->low += f.low;
        sum->high += f.high;
    }
}

struct fingerprint world_fingerprint(const struct world *w)
{
    const struct world_shape *s = &w->layout->shape;
    struct fingerprint sum = {0, 0};
    sum_slots(w, OBJECT_SYSTEM, 1, &sum);
    sum_slots(w, OBJECT_THREAD, s->n_threads, &sum);
    sum_slots(w, OBJECT_RESOURCE, s->n_resources, &sum);
    sum_slots(w, OBJECT_EVENT, s->n_events, &sum);
    sum_slots(w, OBJECT_SPINLOCK, s->n_spinlocks, &sum);
    sum_slots(w, OBJECT_SHARED, s->n_shared, &sum);
    sum_slots(w, OBJECT_DIRECTORY, s->n_directories, &sum);
    sum_slots(w, OBJECT_NAME, (uint32_t)s->n_names + s->n_unnamed, &sum);
    sum_slots(w, OBJECT_HANDLE, w->layout->handle_first[s->n_threads], &sum);
    return sum;
}
