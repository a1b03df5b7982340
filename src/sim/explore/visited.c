/*
 * The visited states: open addressing, linear probing, doubled when three quarters full.
 *
 * The fingerprint is a sum of good hashes, so its bits serve as they are: the high half's top names
 * the part, the low half the place. A lock is held for a probe, some ten nanoseconds.
 */
#include "sim/explore/visited.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

enum { PART_BITS = 6, N_PARTS = 1 << PART_BITS, FIRST_SIZE = 1 << 6 };

/* 20 bytes; halves as two words each, so that no alignment is lost. */
struct entry {
    uint32_t low[2], high[2];
    uint32_t node; // plus one; 0: free
};

struct part {
    struct entry *entries; // changed under the lock; read without it only to prefetch
    uint64_t mask;
    uint32_t n;
    atomic_flag lock;
    _Atomic(const void *) memory; // entries again, for the prefetch
    _Atomic uint64_t size;        // mask again
};

struct visited {
    struct part parts[N_PARTS];
};

static struct part *part_of(struct visited *v, struct fingerprint f)
{
    return &v->parts[f.high >> (64 - PART_BITS)];
}

static void lock(struct part *p)
{
    for (unsigned spins = 0; atomic_flag_test_and_set_explicit(&p->lock, memory_order_acquire);
         spins++) {
        if (spins > 100) {
            sched_yield();
        }
    }
}

static void unlock(struct part *p)
{
    atomic_flag_clear_explicit(&p->lock, memory_order_release);
}

static void allocate(struct part *p, uint64_t size)
{
    p->entries = mem_alloc_table(size, sizeof *p->entries);
    p->mask = size - 1;
    atomic_store_explicit(&p->memory, p->entries, memory_order_relaxed);
    atomic_store_explicit(&p->size, p->mask, memory_order_relaxed);
}

struct visited *visited_create(void)
{
    struct visited *v = mem_alloc(1, sizeof *v);
    for (unsigned i = 0; i < N_PARTS; i++) {
        allocate(&v->parts[i], FIRST_SIZE);
        atomic_flag_clear(&v->parts[i].lock);
    }
    return v;
}

void visited_free(struct visited *v)
{
    for (unsigned i = 0; v != NULL && i < N_PARTS; i++) {
        mem_free_table(v->parts[i].entries, v->parts[i].mask + 1, sizeof(struct entry));
    }
    free(v);
}

uint64_t visited_bytes(struct visited *v)
{
    uint64_t bytes = sizeof *v;
    for (unsigned i = 0; i < N_PARTS; i++) {
        uint64_t size = atomic_load_explicit(&v->parts[i].size, memory_order_relaxed) + 1;
        bytes += size * sizeof(struct entry);
    }
    return bytes;
}

static bool is_state(const struct entry *e, struct fingerprint f)
{
    uint64_t low, high;
    memcpy(&low, e->low, sizeof low);
    memcpy(&high, e->high, sizeof high);
    return low == f.low && high == f.high;
}

static struct entry *probe(const struct part *p, struct fingerprint f)
{
    uint64_t at = f.low & p->mask;
    while (p->entries[at].node != 0 && !is_state(&p->entries[at], f)) {
        at = (at + 1) & p->mask;
    }
    return &p->entries[at];
}

static void grow(struct part *p)
{
    struct entry *old = p->entries;
    uint64_t n = p->mask + 1;
    allocate(p, 2 * n);
    for (uint64_t i = 0; i < n; i++) {
        if (old[i].node != 0) {
            struct fingerprint f;
            memcpy(&f.low, old[i].low, sizeof f.low);
            memcpy(&f.high, old[i].high, sizeof f.high);
            *probe(p, f) = old[i];
        }
    }
    mem_free_table(old, n, sizeof *old);
}

void visited_prefetch(const struct visited *v, struct fingerprint f)
{
    const struct part *p = &v->parts[f.high >> (64 - PART_BITS)];
    const struct entry *memory = atomic_load_explicit(&p->memory, memory_order_relaxed);
    uint64_t mask = atomic_load_explicit(&p->size, memory_order_relaxed);
    // memory of a part that grows meanwhile is only asked for, never read
    __builtin_prefetch((const char *)memory + (f.low & mask) * sizeof(struct entry));
}

uint32_t visited_add(struct visited *v, struct fingerprint f, uint32_t fresh, bool *known)
{
    struct part *p = part_of(v, f);
    lock(p);
    if (4 * ((uint64_t)p->n + 1) > 3 * (p->mask + 1)) {
        grow(p);
    }
    struct entry *e = probe(p, f);
    *known = e->node != 0;
    if (!*known) {
        memcpy(e->low, &f.low, sizeof f.low);
        memcpy(e->high, &f.high, sizeof f.high);
        e->node = fresh + 1;
        p->n++;
    }
    uint32_t node = e->node - 1;
    unlock(p);
    return node;
}

uint32_t visited_find(struct visited *v, struct fingerprint f)
{
    struct part *p = part_of(v, f);
    lock(p);
    uint32_t node = probe(p, f)->node - 1; // of a free entry: UINT32_MAX
    unlock(p);
    return node;
}
