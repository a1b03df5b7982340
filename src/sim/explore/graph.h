/*
 * The state graph that a search leaves behind, and what is read off it in a second pass.
 *
 * Node 0 is the start. How the others are numbered depends on who found them first, so all that is read off is read
 * off the sorted graph.
 */
#ifndef SIM_EXPLORE_GRAPH_H
#define SIM_EXPLORE_GRAPH_H

#include "sim/explore/explore.h"

/* The sums of all counters in one number (reduce.h): adding two adds each counter. */
typedef int64_t counts;

/* Something that was found at a node: at the node itself, or one or two steps behind it. */
struct occurrence {
    uint32_t node;
    uint32_t shown; // in graph.shown
};

struct shown {
    uint32_t finding;
    uint8_t n_steps;
    uint8_t spare[3]; // always 0: they are compared as bytes
    struct choice steps[2];
};

struct end {
    uint32_t node;
    uint32_t ending; // of a graph without counters
    counts rest;     // what is still to be added to the counters here (reduce.h)
};

/*
 * As the walkers left it, until graph_sort: some nodes may not be there, without edges and reached from nowhere.
 */
struct graph {
    uint32_t n_nodes;
    uint32_t n_edges;
    uint32_t *first;   // n_nodes + 1: edges of a node
    uint32_t *targets; // of edges
    uint16_t *choices; // packed; a node's edges come in order of choice
    counts *changes;   // of the counters, by edge (reduce.h); NULL: there are none
    bool cyclic;       // known once it is sorted
    struct end *ends;
    size_t n_ends;
    struct shown *shown;
    size_t n_shown;
    struct occurrence *occurrences;
    size_t n_occurrences;
};

/* A choice in two bytes; packed choices compare as choices do. */
static inline uint16_t choice_pack(struct choice c)
{
    return (uint16_t)((unsigned)c.thread << 9 | (unsigned)c.kind << 8 | c.pick);
}

static inline struct choice choice_unpack(uint16_t packed)
{
    return (struct choice){(uint8_t)(packed >> 9), packed >> 8 & 1, (uint8_t)packed, 0};
}

/*
 * Numbers the nodes anew: those that the start reaches, predecessors first where there is no cycle. What lies together
 * is then gone through together, and the numbers no longer depend on who found what. Finds cyclic.
 */
void graph_sort(struct graph *g);
void graph_release(struct graph *g);

/*
 * Number of schedules and chance of each of n endings; only of an acyclic graph. Writes
 * result->endings[*].schedules and probability, and result->schedules.
 */
void graph_count(const struct graph *g, struct explore_result *r);

/*
 * Shortest witnesses: fewest steps, then fewest thread switches, then lexicographic. Writes the
 * witness of every ending and finding that the graph shows, and result->depth.
 */
void graph_witnesses(const struct graph *g, struct explore_result *r);

/* Sets in reaches[node] whether an end can be reached from it. */
void graph_reaches_end(const struct graph *g, bool *reaches);

#endif
