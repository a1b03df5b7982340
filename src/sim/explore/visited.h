/*
 * The visited states: 128-bit fingerprints to node numbers, for any number of workers at once.
 *
 * Purpose    A state is its fingerprint: two different states with one fingerprint would be taken for
 *            one. With n states the chance of that is below n * n / 2^129, which a search prints.
 * Threads    Whoever creates the table is inside. Further workers enter before they use it, and leave before
 *            they wait for each other; all that are inside rest now and then. prefetch, add and find
 *            take no lock and write to nothing but the place of a new state. A table that is full grows while all
 *            rest, with their help; one with a single user grows as it is filled.
 * Limits     UINT32_MAX - 2 nodes. Between two rests, all workers together add at most VISITED_SLACK
 *            states.
 */
#ifndef SIM_EXPLORE_VISITED_H
#define SIM_EXPLORE_VISITED_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/world.h"

enum { VISITED_SLACK = 1024 };

struct visited;

struct visited *visited_create(void);
void visited_free(struct visited *v);
uint64_t visited_bytes(const struct visited *v);

void visited_enter(struct visited *v);
void visited_leave(struct visited *v);

/* Nearly always returns at once. */
void visited_rest(struct visited *v);

/* Asks for the memory in which the state would lie; visited_add comes soon. */
void visited_prefetch(const struct visited *v, struct fingerprint f);

/*
 * Does the state lie in the memory that was asked for, if it lies anywhere? Else asks for more: again visited_add
 * comes soon.
 */
bool visited_is_near(const struct visited *v, struct fingerprint f);

/* The state's node: fresh if the state is new, and then *known is false. */
uint32_t visited_add(struct visited *v, struct fingerprint f, uint32_t fresh, bool *known);

/* The state's node, or UINT32_MAX. */
uint32_t visited_find(const struct visited *v, struct fingerprint f);

#endif
