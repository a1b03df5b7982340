/*
 * The records that the slots of a world were seen to hold, by number.
 *
 * Purpose    A search meets few different records of each slot, in millions of states. Each gets a number once; a state is
 *            then a number for each slot, and what a step depends on and writes are such numbers (memo.h).
 * Ownership  contents_init allocates, contents_release frees. The layout is borrowed. Nothing is ever forgotten; records
 *            may move when one is added.
 */
#ifndef SIM_EXPLORE_CONTENTS_H
#define SIM_EXPLORE_CONTENTS_H

#include "kernel_model/world.h"

struct slot {
    uint32_t offset, size; // in the world's block
    object_ref ref;
};

struct content {
    uint32_t slot;
    uint32_t record; // in records
    uint32_t hash;
    uint32_t offer;         // of memo.c: plus one, of a thread's record that alone decides
    struct fingerprint mix; // what it adds to the fingerprint of a state
};

struct contents {
    uint32_t base[N_SLOT_KINDS]; // number of the first slot of a kind
    struct slot *slots;
    uint32_t n_slots;
    struct content *items;
    uint32_t n;
    size_t capacity;
    unsigned char *records;
    size_t n_records, capacity_records; // bytes
    uint32_t *table;                    // hash table: content plus one
    uint32_t mask;
};

void contents_init(struct contents *c, const struct world_layout *layout);
void contents_release(struct contents *c);
uint64_t contents_bytes(const struct contents *c);

/* Number of the record as content of the slot. */
uint32_t contents_number(struct contents *c, uint32_t slot, const unsigned char *record);

static inline const unsigned char *contents_record(const struct contents *c, uint32_t content)
{
    return c->records + c->items[content].record;
}

static inline uint32_t contents_slot(const struct contents *c, object_ref o)
{
    return c->base[object_kind_of(o)] + object_ix_of(o);
}

#endif
