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

/* A node whose successors are being gone through. */
struct visit {
    uint32_t node, edge;
};

void graph_sort(struct graph *g)
{
    enum { NEW, OPEN, DONE };
    uint8_t *state = mem_alloc(g->n_nodes, sizeof *state);
    struct visit *stack = NULL;
    size_t n = 0, capacity = 0;
    g->order = mem_alloc(g->n_nodes, sizeof *g->order);
    stack = mem_grow(stack, n, &capacity, sizeof *stack);
    stack[n++] = (struct visit){0, g->first[0]};
    state[0] = OPEN;
    while (n > 0) {
        struct visit *top = &stack[n - 1];
        if (top->edge == g->first[top->node + 1]) {
            state[top->node] = DONE;
            g->order[g->n_order++] = top->node;
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
}

void graph_release(struct graph *g)
{
    free(g->first);
    free(g->targets);
    free(g->choices);
    free(g->changes);
    free(g->order);
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
        for (uint32_t k = 0; k < g->n_order; k++) {
            uint32_t n = g->order[k];
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

struct labels {
    struct label *items;
    uint32_t n;
    size_t capacity;
    int32_t *of_node; // first label, or NONE
    uint32_t *depth;  // of a node, once it has a label
};

static uint32_t add_label(struct labels *l, struct label label)
{
    l->items = mem_grow(l->items, l->n, &l->capacity, sizeof *l->items);
    l->items[l->n] = label;
    l->of_node[label.node] = (int32_t)l->n;
    return l->n++;
}

/* The label of the node that ends with a step of this thread, or NONE. */
static int32_t find_label(const struct labels *l, uint32_t node, uint8_t thread)
{
    int32_t ix = l->of_node[node];
    while (ix != NONE && l->items[ix].last.thread != thread) {
        ix = l->items[ix].next;
    }
    return ix;
}

static uint32_t switches_with(const struct label *label, uint8_t thread)
{
    return label->switches + (label->parent != NONE && label->last.thread != thread);
}

static void offer(struct labels *l, uint32_t from, uint32_t to, struct choice c, uint32_t order,
                  uint32_t depth)
{
    bool known = l->of_node[to] != NONE;
    if (known && l->depth[to] != depth) {
        return; // reached in fewer steps
    }
    struct label label = {.node = to,
                          .parent = (int32_t)from,
                          .next = l->of_node[to],
                          .switches = switches_with(&l->items[from], c.thread),
                          .order = order,
                          .last = c};
    l->depth[to] = depth;
    int32_t same = find_label(l, to, c.thread);
    if (same == NONE) {
        add_label(l, label);
    } else if (label.switches < l->items[same].switches) {
        label.next = l->items[same].next;
        l->items[same] = label;
    }
}

static int by_order(const void *a, const void *b)
{
    uint32_t x = ((const struct label *)a)->order, y = ((const struct label *)b)->order;
    return (x > y) - (x < y);
}

/* Numbers the labels first.. in lexicographic order and links them to their nodes anew. */
static void settle_layer(struct labels *l, uint32_t first)
{
    qsort(l->items + first, l->n - first, sizeof *l->items, by_order);
    for (uint32_t i = first; i < l->n; i++) {
        l->of_node[l->items[i].node] = NONE;
    }
    for (uint32_t i = l->n; i-- > first;) {
        l->items[i].next = l->of_node[l->items[i].node];
        l->of_node[l->items[i].node] = (int32_t)i;
    }
}

static void make_labels(const struct graph *g, struct labels *l)
{
    l->of_node = mem_alloc(g->n_nodes, sizeof *l->of_node);
    l->depth = mem_alloc(g->n_nodes, sizeof *l->depth);
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        l->of_node[n] = NONE;
    }
    add_label(l, (struct label){.node = 0, .parent = NONE, .next = NONE});
    uint32_t first = 0;
    for (uint32_t depth = 1; first < l->n; depth++) {
        uint32_t end = l->n, order = 0;
        for (uint32_t k = first; k < end; k++) {
            uint32_t node = l->items[k].node;
            for (uint32_t i = g->first[node]; i < g->first[node + 1]; i++) {
                offer(l, k, g->targets[i], choice_unpack(g->choices[i]), order++, depth);
            }
        }
        settle_layer(l, end);
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
    struct candidate c = {label, l->depth[at->node] + n_more, at->switches, more, n_more};
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
    for (int32_t ix = l->of_node[node]; ix != NONE; ix = l->items[ix].next) {
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
    for (uint32_t k = 0; k < g->n_order; k++) {
        uint32_t depth = l.depth[g->order[k]];
        r->depth = depth > r->depth ? depth : r->depth;
    }
    free(best);
    free(l.items);
    free(l.of_node);
    free(l.depth);
}
