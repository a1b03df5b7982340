/*
 * The visited table: 128-bit fingerprints to node numbers, open addressing, linear probing.
 *
 * A state is its fingerprint: two different states with one fingerprint would be taken for one.
 * With n states the chance of that is below n * n / 2^129, which a search prints.
 */
#ifndef SIM_EXPLORE_TABLE_H
#define SIM_EXPLORE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "kernel_model/world.h"

struct table_entry {
    uint64_t low, high;
};

struct table {
    struct table_entry *entries;
    uint32_t *nodes; // node plus one; 0: free
    uint64_t mask;
    uint32_t n;
};

void table_init(struct table *t);
void table_release(struct table *t);
size_t table_bytes(const struct table *t);

/* The node of this state; one more than all before if it is new. *found says which. */
uint32_t table_find_or_add(struct table *t, struct fingerprint f, bool *found);

#endif
