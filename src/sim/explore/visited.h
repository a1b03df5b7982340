/*
 * The visited states: 128-bit fingerprints to node numbers, for any number of workers at once.
 *
 * Purpose    A state is its fingerprint: two different states with one fingerprint would be taken for
 *            one. With n states the chance of that is below n * n / 2^129, which a search prints.
 * Threads    All functions but create and free may be called by several workers at a time. The
 *            table lies in parts, each with a lock and a growth of its own.
 * Limits     UINT32_MAX - 1 nodes.
 */
#ifndef SIM_EXPLORE_VISITED_H
#define SIM_EXPLORE_VISITED_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/world.h"

struct visited;

struct visited *visited_create(void);
void visited_free(struct visited *v);
uint64_t visited_bytes(struct visited *v);

/* Asks for the memory in which the state would lie; visited_add comes soon. */
void visited_prefetch(const struct visited *v, struct fingerprint f);

/* The state's node: fresh if the state is new, and then *known is false. */
uint32_t visited_add(struct visited *v, struct fingerprint f, uint32_t fresh, bool *known);

/* The state's node, or UINT32_MAX. */
uint32_t visited_find(struct visited *v, struct fingerprint f);

#endif
