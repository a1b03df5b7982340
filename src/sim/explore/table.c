/*
 * The visited table. Doubled when two thirds full. The fingerprint is a sum of good hashes, so its
 * low bits serve as they are.
 */
#include "sim/explore/table.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

enum { FIRST_SIZE = 1 << 10 };

static void allocate(struct table *t, uint64_t size)
{
    t->entries = mem_alloc(size, sizeof *t->entries);
    t->nodes = mem_alloc(size, sizeof *t->nodes);
    t->mask = size - 1;
}

void table_init(struct table *t)
{
    *t = (struct table){.n = 0};
    allocate(t, FIRST_SIZE);
}

void table_release(struct table *t)
{
    free(t->entries);
    free(t->nodes);
}

size_t table_bytes(const struct table *t)
{
    return (t->mask + 1) * (sizeof *t->entries + sizeof *t->nodes);
}

static uint64_t probe(const struct table *t, struct fingerprint f)
{
    uint64_t at = f.low & t->mask;
    while (t->nodes[at] != 0 && (t->entries[at].low != f.low || t->entries[at].high != f.high)) {
        at = (at + 1) & t->mask;
    }
    return at;
}

static void grow(struct table *t)
{
    struct table old = *t;
    allocate(t, 2 * (old.mask + 1));
    for (uint64_t i = 0; i <= old.mask; i++) {
        if (old.nodes[i] != 0) {
            uint64_t at = probe(t, (struct fingerprint){old.entries[i].low, old.entries[i].high});
            t->entries[at] = old.entries[i];
            t->nodes[at] = old.nodes[i];
        }
    }
    table_release(&old);
}

uint32_t table_find_or_add(struct table *t, struct fingerprint f, bool *found)
{
    if ((uint64_t)t->n * 3 > (t->mask + 1) * 2) {
        grow(t);
    }
    uint64_t at = probe(t, f);
    *found = t->nodes[at] != 0;
    if (!*found) {
        t->entries[at] = (struct table_entry){f.low, f.high};
        t->nodes[at] = ++t->n;
    }
    return t->nodes[at] - 1;
}
