/*
 * The order of the graph, and the shortest witnesses.
 *
 * Witnesses: breadth-first over labels. A label is a node together with the thread that made the
 * last step; it stands for the best schedule that gets there in the node's least number of steps.
 * All schedules of one layer have the same length, so among those with fewest switches the
 * lexicographic order of schedules is the order of (label of the prefix, last choice). Labels of a
 * layer are numbered in that order; going through a layer by number and through a node's edges by
 * choice meets candidates in lexicographic order, so the first with fewest switches is the one.
 */
#include "sim/explore/graph.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

enum { NONE = -1 };

/* So many labels ahead memory is asked for: of a node's edges, then of what they lead to. */
enum { AHEAD = 12, FAR_AHEAD = 24 };

/* A node whose successors are being gone through. */
struct visit {
    uint32_t node, edge;
};

/* The nodes that the start reaches, depth first, each behind its successors. Returns how many. */
static uint32_t find_order(struct graph *g, uint32_t *order)
{
    enum { NEW, OPEN, DONE };
    uint8_t *state = mem_alloc(g->n_nodes, sizeof *state);
    struct visit *stack = NULL;
    size_t n = 0, capacity = 0;
    uint32_t n_order = 0;
    stack = mem_grow(stack, n, &capacity, sizeof *stack);
    stack[n++] = (struct visit){0, g->first[0]};
    state[0] = OPEN;
    while (n > 0) {
        struct visit *top = &stack[n - 1];
        if (top->edge == g->first[top->node + 1]) {
            state[top->node] = DONE;
            order[n_order++] = top->node;
            n--;
            continue;
        }
        uint32_t to = g->targets[top->edge++];
        g->cyclic |= state[to] == OPEN;
        if (state[to] == NEW) {
            state[to] = OPEN;
            stack = mem_grow(stack, n, &capacity, sizeof *stack);
            stack[n++] = (struct visit){to, g->first[to]};
        }
    }
    free(state);
    free(stack);
    return n_order;
}

/* A list of the edges in the new order of the nodes, each of so many bytes; the old one is freed. */
static void *move_edges(const struct graph *g, const uint32_t *order, uint32_t n, void *edges,
                        size_t size)
{
    if (edges == NULL) {
        return NULL;
    }
    unsigned char *moved = mem_alloc(g->n_edges, size), *to = moved;
    for (uint32_t k = n; k-- > 0;) {
        uint32_t first = g->first[order[k]], end = g->first[order[k] + 1];
        memcpy(to, (const unsigned char *)edges + first * size, (end - first) * size);
        to += (end - first) * size;
    }
    free(edges);
    return moved;
}

/* The nodes in the reverse of order, which has n of them. */
static void renumber(struct graph *g, const uint32_t *order, uint32_t n)
{
    uint32_t *number = mem_alloc(g->n_nodes, sizeof *number);
    uint32_t *first = mem_alloc(n + 1u, sizeof *first);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t old = order[n - 1 - i];
        number[old] = i;
        first[i + 1] = first[i] + g->first[old + 1] - g->first[old];
    }
    g->targets = move_edges(g, order, n, g->targets, sizeof *g->targets);
    g->choices = move_edges(g, order, n, g->choices, sizeof *g->choices);
    g->changes = move_edges(g, order, n, g->changes, sizeof *g->changes);
    free(g->first);
    g->first = first;
    g->n_nodes = n;
    g->n_edges = first[n];
    for (uint32_t i = 0; i < g->n_edges; i++) {
        g->targets[i] = number[g->targets[i]];
    }
    for (size_t i = 0; i < g->n_ends; i++) {
        g->ends[i].node = number[g->ends[i].node];
    }
    for (size_t i = 0; i < g->n_occurrences; i++) {
        g->occurrences[i].node = number[g->occurrences[i].node];
    }
    free(number);
}

void graph_sort(struct graph *g)
{
    uint32_t *order = mem_alloc(g->n_nodes, sizeof *order);
    renumber(g, order, find_order(g, order));
    free(order);
}

void graph_release(struct graph *g)
{
    free(g->first);
    free(g->targets);
    free(g->choices);
    free(g->changes);
    free(g->ends);
    free(g->shown);
    free(g->occurrences);
}

void graph_reaches_end(const struct graph *g, bool *reaches)
{
    for (size_t i = 0; i < g->n_ends; i++) {
        reaches[g->ends[i].node] = true;
    }
    for (bool again = true; again;) {
        again = false;
        for (uint32_t n = g->n_nodes; n-- > 0;) {
            for (uint32_t i = g->first[n]; i < g->first[n + 1] && !reaches[n]; i++) {
                reaches[n] = reaches[g->targets[i]];
                again |= reaches[n];
            }
        }
    }
}

/* ---- labels ---- */

struct label {
    uint32_t node;
    int32_t parent; // label of the prefix
    int32_t next;   // label of the same node
    uint32_t switches;
    uint32_t order; // while its layer is made: number of the candidate
    struct choice last;
};

/* The labels of a node, and the steps in which it is reached. */
struct labelled {
    int32_t first; // or NONE
    uint32_t depth;
};

struct labels {
    struct label *items;
    uint32_t n;
    size_t capacity;
    struct labelled *nodes;
    uint32_t deepest;
    uint32_t *places; // by the order of a candidate: label of its layer plus one
    size_t capacity_places;
    struct label *sorted;
    size_t capacity_sorted;
};

static void add_label(struct labels *l, struct label label)
{
    l->items = mem_grow(l->items, l->n, &l->capacity, sizeof *l->items);
    l->items[l->n] = label;
    l->nodes[label.node].first = (int32_t)l->n++;
}

static uint32_t switches_with(const struct label *label, uint8_t thread)
{
    return label->switches + (label->parent != NONE && label->last.thread != thread);
}

static void offer(struct labels *l, uint32_t from, uint32_t to, struct choice c, uint32_t order,
                  uint32_t depth)
{
    struct labelled *node = &l->nodes[to];
    if (node->first != NONE && node->depth != depth) {
        return; // reached in fewer steps
    }
    struct label label = {.node = to,
                          .parent = (int32_t)from,
                          .next = node->first,
                          .switches = switches_with(&l->items[from], c.thread),
                          .order = order,
                          .last = c};
    int32_t same = node->first; // the label that ends with a step of this thread
    while (same != NONE && l->items[same].last.thread != c.thread) {
        same = l->items[same].next;
    }
    node->depth = depth;
    if (same == NONE) {
        add_label(l, label);
    } else if (label.switches < l->items[same].switches) {
        label.next = l->items[same].next;
        l->items[same] = label;
    }
}

/*
 * Numbers the labels from first on in lexicographic order, which is that of their candidates, and links them to their nodes
 * anew. n_candidates were offered to the layer.
 */
static void settle_layer(struct labels *l, uint32_t first, uint32_t n_candidates)
{
    uint32_t n = l->n - first, at = first;
    if (n == 0) {
        return;
    }
    while (l->capacity_places < n_candidates) {
        l->places = mem_grow_list(l->places, &l->capacity_places, sizeof *l->places);
    }
    while (l->capacity_sorted < n) {
        l->sorted = mem_grow_list(l->sorted, &l->capacity_sorted, sizeof *l->sorted);
    }
    memset(l->places, 0, n_candidates * sizeof *l->places);
    memcpy(l->sorted, l->items + first, n * sizeof *l->sorted);
    for (uint32_t i = 0; i < n; i++) {
        l->places[l->sorted[i].order] = i + 1;
        l->nodes[l->sorted[i].node].first = NONE;
    }
    for (uint32_t k = 0; k < n_candidates; k++) {
        if (l->places[k] != 0) {
            l->items[at++] = l->sorted[l->places[k] - 1];
        }
    }
    for (uint32_t i = l->n; i-- > first;) {
        struct labelled *node = &l->nodes[l->items[i].node];
        l->items[i].next = node->first;
        node->first = (int32_t)i;
    }
}

/* Asks for what the labels after label k will want. */
static void ask_ahead(const struct graph *g, const struct labels *l, uint32_t k, uint32_t end)
{
    if (k + FAR_AHEAD < end) {
        __builtin_prefetch(&g->first[l->items[k + FAR_AHEAD].node]);
    }
    if (k + AHEAD < end) {
        uint32_t node = l->items[k + AHEAD].node;
        for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
            __builtin_prefetch(&l->nodes[g->targets[i]], 1);
        }
    }
}

static void make_labels(const struct graph *g, struct labels *l)
{
    l->nodes = mem_alloc(g->n_nodes, sizeof *l->nodes);
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        l->nodes[n].first = NONE;
    }
    add_label(l, (struct label){.node = 0, .parent = NONE, .next = NONE});
    uint32_t first = 0;
    for (uint32_t depth = 1; first < l->n; depth++) {
        uint32_t end = l->n, order = 0;
        for (uint32_t k = first; k < end; k++) {
            uint32_t node = l->items[k].node;
            ask_ahead(g, l, k, end);
            for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
                offer(l, k, g->targets[i], choice_unpack(g->choices[i]), order++, depth);
            }
        }
        l->deepest = l->n > end ? depth : l->deepest;
        settle_layer(l, end, order);
        first = end;
    }
}

/* ---- witnesses ---- */

/* A schedule: that of a label, then a few steps more. */
struct candidate {
    int32_t label; // NONE: no candidate yet
    uint32_t n, switches;
    const struct choice *more;
    uint8_t n_more;
};

static struct candidate extend(const struct labels *l, int32_t label, const struct choice *more,
                               uint8_t n_more)
{
    const struct label *at = &l->items[label];
    struct candidate c = {label, l->nodes[at->node].depth + n_more, at->switches, more, n_more};
    for (uint8_t i = 0; i < n_more; i++) {
        if (i == 0) {
            c.switches = switches_with(at, more[0].thread);
        } else {
            c.switches += more[i].thread != more[i - 1].thread;
        }
    }
    return c;
}

/* Does the first of two lists of n choices come first? */
static bool comes_first(const struct choice *a, const struct choice *b, uint8_t n)
{
    uint8_t i = 0;
    while (i < n && memcmp(&a[i], &b[i], sizeof a[i]) == 0) {
        i++;
    }
    return i < n && memcmp(&a[i], &b[i], sizeof a[i]) < 0;
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
    if (b->label == NONE || a->n != b->n) {
        return b->label == NONE || a->n < b->n;
    }
    if (a->switches != b->switches) {
        return a->switches < b->switches;
    }
    if (a->label != b->label) {
        return a->label < b->label;
    }
    return comes_first(a->more, b->more, a->n_more);
}

/* Offers every label of the node, extended by the steps, to the best so far. */
static void offer_node(const struct labels *l, uint32_t node, const struct choice *more,
                       uint8_t n_more, struct candidate *best)
{
    for (int32_t ix = l->nodes[node].first; ix != NONE; ix = l->items[ix].next) {
        struct candidate c = extend(l, ix, more, n_more);
        if (is_better(&c, best)) {
            *best = c;
        }
    }
}

static struct witness spell(const struct labels *l, const struct candidate *c)
{
    struct witness w = {.n = c->n, .switches = c->switches};
    w.steps = mem_alloc(c->n + 1u, sizeof *w.steps);
    uint32_t at = c->n - c->n_more;
    for (uint8_t i = 0; i < c->n_more; i++) {
        w.steps[at + i] = c->more[i];
    }
    for (int32_t ix = c->label; l->items[ix].parent != NONE; ix = l->items[ix].parent) {
        w.steps[--at] = l->items[ix].last;
    }
    return w;
}

void graph_witnesses(const struct graph *g, struct explore_result *r)
{
    struct labels l = {.n = 0};
    struct candidate *best = mem_alloc(r->n_endings + r->n_findings + 1u, sizeof *best);
    struct candidate *of_findings = best + r->n_endings;
    make_labels(g, &l);
    for (uint32_t i = 0; i < r->n_endings + r->n_findings; i++) {
        best[i].label = NONE;
    }
    for (size_t i = 0; i < g->n_ends && g->changes == NULL; i++) {
        offer_node(&l, g->ends[i].node, NULL, 0, &best[g->ends[i].ending]);
    }
    for (size_t i = 0; i < g->n_occurrences; i++) {
        const struct shown *s = &g->shown[g->occurrences[i].shown];
        offer_node(&l, g->occurrences[i].node, s->steps, s->n_steps, &of_findings[s->finding]);
    }
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (best[i].label != NONE) {
            r->endings[i].witness = spell(&l, &best[i]);
        }
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (of_findings[i].label != NONE) {
            r->findings[i].witness = spell(&l, &of_findings[i]);
        }
    }
    r->depth = l.deepest;
    free(best);
    free(l.items);
    free(l.nodes);
    free(l.places);
    free(l.sorted);
}
