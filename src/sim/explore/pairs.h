/*
 * Pairs of outcomes that may race.
 *
 * Purpose    Two steps meet in one state after another; whether they race depends on what each would do there
 *            (memo.h), so the answer is kept under their outcomes.
 * Ownership  pairs_init allocates, pairs_release frees. What outcomes mean is the memo's: when it was trimmed,
 *            pairs_forget.
 */
#ifndef SIM_EXPLORE_PAIRS_H
#define SIM_EXPLORE_PAIRS_H

#include "sim/explore/memo.h"

struct pair;

struct pairs {
    struct pair *slots; // hash table
    uint32_t n, mask;
};

void pairs_init(struct pairs *p);
void pairs_release(struct pairs *p);
void pairs_forget(struct pairs *p);

/* Do two outcomes of the present state, each with a next step, race? *finding: its number among the memo's. */
bool pairs_race(struct pairs *p, const struct memo *memo, uint32_t a, uint32_t b,
                uint32_t *finding);

#endif
