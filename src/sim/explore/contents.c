/*
 * Records by number: open addressing over slot and bytes.
 */
#include "sim/explore/contents.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

enum { FIRST_SIZE = 1 << 10 }; // of the hash table

static void number_slots(struct contents *c, const struct world_layout *layout)
{
    uint32_t counts[N_SLOT_KINDS];
    world_slot_counts(layout, counts);
    for (unsigned k = 0; k < N_SLOT_KINDS; k++) {
        c->base[k] = c->n_slots;
        c->n_slots += counts[k];
    }
    c->slots = mem_alloc(c->n_slots, sizeof *c->slots);
    for (unsigned k = 0; k < N_SLOT_KINDS; k++) {
        for (uint32_t i = 0; i < counts[k]; i++) {
            struct slot *slot = &c->slots[c->base[k] + i];
            slot->ref = object_make((enum object_kind)k, i);
            slot->offset = world_slot_offset(layout, slot->ref, &slot->size);
        }
    }
}

void contents_init(struct contents *c, const struct world_layout *layout)
{
    *c = (struct contents){.mask = FIRST_SIZE - 1};
    number_slots(c, layout);
    c->table = mem_alloc(FIRST_SIZE, sizeof *c->table);
}

void contents_release(struct contents *c)
{
    free(c->slots);
    free(c->items);
    free(c->records);
    free(c->table);
}

uint64_t contents_bytes(const struct contents *c)
{
    return c->n_slots * sizeof *c->slots + c->capacity * sizeof *c->items + c->capacity_records +
           ((uint64_t)c->mask + 1) * sizeof *c->table;
}

static uint32_t *find(const struct contents *c, uint32_t hash, uint32_t slot,
                      const unsigned char *record)
{
    for (uint32_t at = hash;; at++) {
        uint32_t *found = &c->table[at & c->mask];
        const struct content *x = &c->items[*found - 1];
        if (*found == 0 || (x->hash == hash && x->slot == slot &&
                            memcmp(c->records + x->record, record, c->slots[slot].size) == 0)) {
            return found;
        }
    }
}

static void grow(struct contents *c)
{
    free(c->table);
    c->mask = 2 * c->mask + 1;
    c->table = mem_alloc((size_t)c->mask + 1, sizeof *c->table);
    for (uint32_t i = 0; i < c->n; i++) { // all are different
        uint32_t at = c->items[i].hash;
        while (c->table[at & c->mask] != 0) {
            at++;
        }
        c->table[at & c->mask] = i + 1;
    }
}

/* What the record adds to the fingerprint: of a directory without the number of files, which follows from the files. */
static struct fingerprint mix_of(const struct slot *s, const unsigned char *record)
{
    struct directory directory;
    if (object_kind_of(s->ref) == OBJECT_DIRECTORY) {
        memcpy(&directory, record, sizeof directory);
        directory.n_files = 0;
        record = (const unsigned char *)&directory;
    }
    return world_mix(record, s->size, s->offset);
}

uint32_t contents_number(struct contents *c, uint32_t slot, const unsigned char *record)
{
    if (2 * (c->n + 1) > c->mask) {
        grow(c);
    }
    const struct slot *s = &c->slots[slot];
    uint32_t hash = (uint32_t)XXH3_64bits_withSeed(record, s->size, slot);
    uint32_t *found = find(c, hash, slot, record);
    if (*found == 0) {
        while (c->n_records + s->size > c->capacity_records) {
            c->capacity_records = 2 * c->capacity_records + 4096;
            c->records = mem_resize(c->records, c->capacity_records);
        }
        memcpy(c->records + c->n_records, record, s->size);
        c->items = mem_grow(c->items, c->n, &c->capacity, sizeof *c->items);
        c->items[c->n++] =
            (struct content){slot, (uint32_t)c->n_records, hash, 0, mix_of(s, record)};
        c->n_records += s->size;
        *found = c->n;
    }
    return *found - 1;
}
