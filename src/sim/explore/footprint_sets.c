/*
 * Sets of things, each kept once, so that a node needs one number and equal futures compare at once.
 * A hash table over the bits finds them.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/footprint_parts.h"

static uint32_t *find_slot(const struct bit_sets *sets, const uint64_t *bits)
{
    size_t bytes = sets->words * sizeof *bits;
    size_t at = (size_t)XXH3_64bits(bits, bytes);
    while (true) {
        uint32_t *slot = &sets->slots[at++ & (sets->n_slots - 1)];
        if (*slot == 0 || memcmp(bit_sets_at(sets, *slot - 1), bits, bytes) == 0) {
            return slot;
        }
    }
}

static void rehash(struct bit_sets *sets, size_t n_slots)
{
    free(sets->slots);
    sets->n_slots = n_slots;
    sets->slots = mem_alloc(n_slots, sizeof *sets->slots);
    for (uint32_t k = 0; k < sets->n; k++) {
        *find_slot(sets, bit_sets_at(sets, k)) = k + 1;
    }
}

uint32_t bit_sets_find(struct bit_sets *sets, const uint64_t *bits)
{
    if (sets->n_slots < 2 * ((size_t)sets->n + 1)) {
        rehash(sets, 2 * sets->n_slots);
    }
    uint32_t *slot = find_slot(sets, bits);
    if (*slot == 0) {
        size_t bytes = sets->words * sizeof *bits;
        sets->bits = mem_grow(sets->bits, sets->n, &sets->capacity, bytes);
        memcpy(sets->bits + (size_t)sets->n * sets->words, bits, bytes);
        *slot = ++sets->n;
    }
    return *slot - 1;
}

uint32_t bit_sets_union(struct bit_sets *sets, uint32_t a, uint32_t b)
{
    if (a == b || b == 0) {
        return a;
    }
    uint64_t *bits = mem_alloc(sets->words, sizeof *bits);
    memcpy(bits, bit_sets_at(sets, a), sets->words * sizeof *bits);
    bits_add(bits, bit_sets_at(sets, b), sets->words);
    uint32_t set = bit_sets_find(sets, bits);
    free(bits);
    return set;
}

void bit_sets_init(struct bit_sets *sets, uint32_t n_bits)
{
    *sets = (struct bit_sets){.words = n_bits == 0 ? 1 : (n_bits + 63) / 64};
    rehash(sets, 64);
    uint64_t *empty = mem_alloc(sets->words, sizeof *empty);
    bit_sets_find(sets, empty);
    free(empty);
}

void bit_sets_release(struct bit_sets *sets)
{
    free(sets->bits);
    free(sets->slots);
}
