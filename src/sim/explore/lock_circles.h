/*
 * Circles of locks over all runs of a search that knows states.
 *
 * Purpose    No state says in which order its run took the locks, so the walk only notes where a step asks for a
 *            lock while another is held (FINDING_LOCK_EDGE). Here every circle of such edges is looked for in one
 *            run: breadth first over the states together with the edges of the circle that the run has
 *            made. Where no circle is closed by the edges of all runs, nothing is done.
 * Result     A finding of kind FINDING_VERIFIER for each circle that some run closes, with the shortest witness. Those
 *            of kind FINDING_LOCK_EDGE leave the result.
 * Errors     Too many circles, or too many pairs of state and edges: the result is incomplete and says so.
 */
#ifndef SIM_EXPLORE_LOCK_CIRCLES_H
#define SIM_EXPLORE_LOCK_CIRCLES_H

#include "sim/explore/graph.h"

/* The numbers of the graph's findings are places in the result. */
void lock_circles_find(const struct scenario *s, const struct graph *g, struct explore_result *r);

/* Takes the findings of kind FINDING_LOCK_EDGE out of the result. */
void lock_edges_drop(struct explore_result *r);

#endif
