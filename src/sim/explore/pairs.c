/*
 * Pairs of outcomes that may race: open addressing by both numbers.
 */
#include "sim/explore/pairs.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

enum { FIRST_SLOTS = 64 };

struct pair {
    uint32_t a, b;    // outcomes, plus one; 0: free
    uint32_t finding; // plus one; 0: they do not race
};

static struct pair *find_pair(const struct pairs *p, uint32_t a, uint32_t b)
{
    uint32_t at = (uint32_t)((((uint64_t)a << 32 | b) * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
    while (true) {
        struct pair *pair = &p->slots[at++ & p->mask];
        if (pair->a == 0 || (pair->a == a + 1 && pair->b == b + 1)) {
            return pair;
        }
    }
}

static void grow(struct pairs *p)
{
    struct pair *old = p->slots;
    uint32_t n = p->mask + 1;
    p->mask = 2 * n - 1;
    p->slots = mem_alloc((size_t)p->mask + 1, sizeof *p->slots);
    for (uint32_t i = 0; i < n; i++) {
        if (old[i].a != 0) {
            *find_pair(p, old[i].a - 1, old[i].b - 1) = old[i];
        }
    }
    free(old);
}

void pairs_init(struct pairs *p)
{
    *p = (struct pairs){.mask = FIRST_SLOTS - 1};
    p->slots = mem_alloc(FIRST_SLOTS, sizeof *p->slots);
}

void pairs_release(struct pairs *p)
{
    free(p->slots);
}

void pairs_forget(struct pairs *p)
{
    memset(p->slots, 0, ((size_t)p->mask + 1) * sizeof *p->slots);
    p->n = 0;
}

bool pairs_race(struct pairs *p, const struct memo *memo, uint32_t a, uint32_t b, uint32_t *finding)
{
    struct pair *pair = find_pair(p, a, b);
    if (pair->a == 0) {
        bool races = race_of(memo->findings, memo->m->scenario, memo_next_step(memo, a),
                             memo_next_step(memo, b), finding);
        *pair = (struct pair){a + 1, b + 1, races ? *finding + 1 : 0};
        p->n++;
    }
    uint32_t found = pair->finding;
    if (2 * (p->n + 1) > p->mask) {
        grow(p);
    }
    *finding = found - 1;
    return found != 0;
}
