/*
 * Endings by the sums of counters along schedules.
 *
 * Purpose    Where names have left the state (reduce.h), what became of them is no longer read off a
 *            state but added up along the way there. For each node: all sums with which it can be
 *            reached, and the fewest steps of each. At the ends the endings and claims are asked with
 *            each of these sums in turn.
 * How        Sums of a node nearly always lie in equal distances, and so do their steps; they are kept
 *            as runs, so a thousand of them cost what one does.
 * Limits     Only of a graph without cycles: else there is no end to the sums.
 * Source     SEARCH.md 4.
 */
#ifndef SIM_EXPLORE_TOTALS_H
#define SIM_EXPLORE_TOTALS_H

#include "sim/explore/graph.h"
#include "sim/explore/reduce.h"
#include "sim/explore/search.h"

/* Shortest schedules by number in a registry; steps are the receiver's to free. */
struct ways {
    struct witness *items;
    size_t capacity;
};

struct witness *ways_at(struct ways *ways, uint32_t i);
void ways_release(struct ways *ways);

struct totals {
    const struct graph *graph;
    const struct reduction *reduction;
    const struct explore_options *options;
    const struct clock *clock;
    counts start;              // before the first step
    struct registry *endings;  // grow by what is found
    struct registry *findings; //
    struct ways *of_endings, *of_findings;
};

/* NULL, or which limit ended it early. */
const char *totals_find(const struct totals *t);

#endif
