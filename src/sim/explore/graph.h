/*
 * The state graph that a search leaves behind, and what is read off it in a second pass.
 *
 * Nodes are numbered in the order in which they were found; node 0 is the start. Edges come in the
 * order of the walk and are sorted by node once, at the end.
 */
#ifndef SIM_EXPLORE_GRAPH_H
#define SIM_EXPLORE_GRAPH_H

#include "sim/explore/explore.h"

struct edge {
    uint32_t from, to;
    uint8_t thread, kind, pick;
    uint8_t spare;
};

/* A step (or two, for a race) out of a node at which something was found. */
struct occurrence {
    uint32_t node;
    uint32_t finding;
    struct choice steps[2];
    uint8_t n_steps; // 0: the node itself
};

struct end {
    uint32_t node;
    uint32_t ending;
};

struct graph {
    uint32_t n_nodes;
    uint32_t *order; // nodes in the order in which the walk finished them: successors first
    uint32_t n_order;
    size_t capacity_order;
    struct edge *edges;
    uint32_t n_edges;
    size_t capacity_edges;
    uint32_t *first; // n_nodes + 1: edges of a node, after graph_sort
    struct end *ends;
    uint32_t n_ends;
    size_t capacity_ends;
    struct occurrence *occurrences;
    uint32_t n_occurrences;
    size_t capacity_occurrences;
    bool cyclic;
};

void graph_sort(struct graph *g);
void graph_release(struct graph *g);

/*
 * Number of schedules and chance of each of n endings; only of an acyclic graph. Writes
 * result->endings[*].schedules and probability, and result->schedules.
 */
void graph_count(const struct graph *g, struct explore_result *r);

/*
 * Shortest witnesses: fewest steps, then fewest thread switches, then lexicographic. Writes the
 * witness of every ending and finding, and result->depth.
 */
void graph_witnesses(const struct graph *g, struct explore_result *r);

/* Sets in reaches[node] whether an end can be reached from it. */
void graph_reaches_end(const struct graph *g, bool *reaches);

#endif
