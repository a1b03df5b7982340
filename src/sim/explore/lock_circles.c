/*
 * Circles of locks over all runs.
 *
 * A circle of n edges: the search goes through pairs of a node and the set of edges made on the way to it, layer by layer,
 * and ends behind the layer in which some step completes the set. The pairs and steps seen until then
 * are a graph again, so the shortest witness is read off as from any other (graph.h).
 */
#include "sim/explore/lock_circles.h"

#include <stdlib.h>
#include <string.h>

#include "kernel_model/lock_order.h"
#include "sim/explore/findings.h"
#include "sim/explore/lock_relation.h"
#include "sim/lang/mem.h"

enum { MAX_ALL_CIRCLES = 256, MAX_PAIRS = 1 << 26, FIRST_SLOTS = 1 << 10 };

/* A step of the graph that makes an edge. */
struct making {
    uint32_t node;
    uint16_t choice; // packed
    struct lock_edge edge;
};

struct makings {
    struct making *items; // by node
    size_t n, capacity;
};

static struct lock_edge edge_of(const struct explore_finding *f)
{
    uint32_t key[2];
    memcpy(key, f->key, sizeof key);
    return (struct lock_edge){(resource_ix)key[0], (resource_ix)key[1]};
}

static int by_node(const void *a, const void *b)
{
    uint32_t x = ((const struct making *)a)->node, y = ((const struct making *)b)->node;
    return (x > y) - (x < y);
}

static void find_makings(const struct graph *g, const struct explore_result *r, struct makings *out)
{
    for (size_t i = 0; i < g->n_occurrences; i++) {
        const struct shown *s = &g->shown[g->occurrences[i].shown];
        const struct explore_finding *f = &r->findings[s->finding];
        if (f->kind == FINDING_LOCK_EDGE) {
            out->items = mem_grow(out->items, out->n, &out->capacity, sizeof *out->items);
            out->items[out->n++] =
                (struct making){g->occurrences[i].node, choice_pack(s->steps[0]), edge_of(f)};
        }
    }
    if (out->n > 0) {
        qsort(out->items, out->n, sizeof *out->items, by_node);
    }
}

static size_t first_making(const struct makings *m, uint32_t node)
{
    size_t low = 0, high = m->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        *(m->items[middle].node < node ? &low : &high) =
            m->items[middle].node < node ? middle + 1 : middle;
    }
    return low;
}

/* ---- circles of all runs together ---- */

struct circles {
    struct lock_circle *items;
    size_t n, capacity;
    bool overflow;
};

static int by_edge(const void *a, const void *b)
{
    const struct lock_edge *x = a, *y = b;
    return x->held != y->held ? x->held - y->held : x->asked - y->asked;
}

static void find_circles(const struct explore_result *r, struct lock_relation *l,
                         struct circles *out)
{
    struct lock_edge *edges = mem_alloc(r->n_findings, sizeof *edges);
    size_t n = 0;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].kind == FINDING_LOCK_EDGE) {
            edges[n++] = edge_of(&r->findings[i]);
        }
    }
    if (n > 0) {
        qsort(edges, n, sizeof *edges, by_edge);
    }
    for (size_t i = 0; i < n && !out->overflow; i++) {
        const struct lock_circle *closed;
        lock_relation_push(l, &edges[i], 1);
        unsigned n_closed = lock_relation_closed(l, &closed);
        for (unsigned k = 0; k < n_closed; k++) {
            out->items = mem_grow(out->items, out->n, &out->capacity, sizeof *out->items);
            out->items[out->n++] = closed[k];
        }
        out->overflow = lock_relation_overflow(l) || out->n > MAX_ALL_CIRCLES;
    }
    free(edges);
}

/* ---- one circle in one run ---- */

struct pair {
    uint32_t node, made; // made: a bit for each edge of the circle
};

struct product {
    const struct graph *g;
    const struct makings *makings;
    const struct lock_circle *circle;
    struct graph pairs; // its nodes; targets, choices and first grow with it
    size_t capacity_edges, capacity_choices, capacity_first;
    struct pair *items;
    size_t capacity_items;
    uint32_t *slots; // hash table: item plus one
    uint32_t mask;
    bool full;
};

static uint32_t slot_of(const struct product *p, struct pair x)
{
    uint64_t hash = ((uint64_t)x.node << 16 | x.made) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t at = (uint32_t)(hash >> 32) & p->mask;
    while (p->slots[at] != 0 && (p->items[p->slots[at] - 1].node != x.node ||
                                 p->items[p->slots[at] - 1].made != x.made)) {
        at = (at + 1) & p->mask;
    }
    return at;
}

static void grow_slots(struct product *p)
{
    free(p->slots);
    p->mask = 2 * p->mask + 1;
    p->slots = mem_alloc((size_t)p->mask + 1, sizeof *p->slots);
    for (uint32_t i = 0; i < p->pairs.n_nodes; i++) {
        p->slots[slot_of(p, p->items[i])] = i + 1;
    }
}

static uint32_t number_of(struct product *p, struct pair x)
{
    if (2 * ((uint64_t)p->pairs.n_nodes + 1) > p->mask) {
        grow_slots(p);
    }
    uint32_t slot = slot_of(p, x);
    if (p->slots[slot] == 0) {
        p->items = mem_grow(p->items, p->pairs.n_nodes, &p->capacity_items, sizeof *p->items);
        p->items[p->pairs.n_nodes++] = x;
        p->slots[slot] = p->pairs.n_nodes;
        p->full |= p->pairs.n_nodes >= MAX_PAIRS;
    }
    return p->slots[slot] - 1;
}

/* The edges of the circle that a step of the node makes. */
static uint32_t made_by(const struct product *p, uint32_t node, uint16_t choice)
{
    uint32_t made = 0;
    for (size_t i = first_making(p->makings, node);
         i < p->makings->n && p->makings->items[i].node == node; i++) {
        const struct making *m = &p->makings->items[i];
        for (unsigned k = 0; m->choice == choice && k < p->circle->n; k++) {
            resource_ix next = p->circle->r[(k + 1u) % p->circle->n];
            made |= (uint32_t)(m->edge.held == p->circle->r[k] && m->edge.asked == next) << k;
        }
    }
    return made;
}

static void add_step(struct product *p, uint32_t to, uint16_t choice)
{
    struct graph *g = &p->pairs;
    g->targets = mem_grow(g->targets, g->n_edges, &p->capacity_edges, sizeof *g->targets);
    g->choices = mem_grow(g->choices, g->n_edges, &p->capacity_choices, sizeof *g->choices);
    g->targets[g->n_edges] = to;
    g->choices[g->n_edges++] = choice;
}

static void begin_steps(struct product *p, uint32_t pair)
{
    p->pairs.first = mem_grow(p->pairs.first, pair, &p->capacity_first, sizeof *p->pairs.first);
    p->pairs.first[pair] = p->pairs.n_edges;
}

static void note_closed(struct graph *pairs, uint32_t pair, uint16_t choice)
{
    size_t n = pairs->n_occurrences;
    pairs->shown = mem_resize(pairs->shown, (n + 1) * sizeof *pairs->shown);
    pairs->occurrences = mem_resize(pairs->occurrences, (n + 1) * sizeof *pairs->occurrences);
    pairs->shown[n] = (struct shown){.n_steps = 1, .steps = {choice_unpack(choice)}};
    pairs->occurrences[n] = (struct occurrence){pair, (uint32_t)n};
    pairs->n_shown = pairs->n_occurrences = n + 1;
}

/* The steps of one pair: what they lead to, and whether one completes the circle. */
static void go_through(struct product *p, uint32_t pair)
{
    const struct graph *g = p->g;
    struct pair at = p->items[pair];
    uint32_t all = (1u << p->circle->n) - 1;
    begin_steps(p, pair);
    for (uint32_t i = g->first[at.node]; i < g->first[at.node + 1] && !p->full; i++) {
        uint32_t made = at.made | made_by(p, at.node, g->choices[i]);
        if (made == all) {
            note_closed(&p->pairs, pair, g->choices[i]);
        } else {
            add_step(p, number_of(p, (struct pair){g->targets[i], made}), g->choices[i]);
        }
    }
}

/* Layer by layer, until the circle is closed or all is seen. */
static void build(struct product *p)
{
    uint32_t done = 0;
    number_of(p, (struct pair){0, 0});
    while (done < p->pairs.n_nodes && p->pairs.n_occurrences == 0 && !p->full) {
        for (uint32_t end = p->pairs.n_nodes; done < end && !p->full; done++) {
            go_through(p, done);
        }
    }
    for (; done <= p->pairs.n_nodes; done++) {
        begin_steps(p, done);
    }
}

/* The shortest run that closes the circle; without steps: none does. */
static struct witness closing_run(const struct graph *g, const struct makings *makings,
                                  const struct lock_circle *circle, bool *full)
{
    struct product p = {.g = g, .makings = makings, .circle = circle, .mask = FIRST_SLOTS - 1};
    p.slots = mem_alloc(FIRST_SLOTS, sizeof *p.slots);
    p.items = mem_grow(p.items, 0, &p.capacity_items, sizeof *p.items);
    struct explore_finding closed = {.kind = FINDING_VERIFIER};
    struct explore_result found = {.findings = &closed, .n_findings = 1};
    build(&p);
    if (p.pairs.n_occurrences > 0) {
        graph_witnesses(&p.pairs, &found);
    }
    *full |= p.full;
    graph_release(&p.pairs);
    free(p.items);
    free(p.slots);
    return closed.witness;
}

/* ---- the result ---- */

static void add_finding(struct explore_result *r, const struct lock_circle *c,
                        struct witness witness)
{
    struct explore_finding f = {.kind = FINDING_VERIFIER, .witness = witness};
    uint32_t key[MAX_FOUND_KEY];
    f.key_size = found_circle_key(c, key) * sizeof *key;
    f.key = mem_alloc(f.key_size, 1);
    memcpy(f.key, key, f.key_size);
    f.text = mem_text("", 0); // see explain.h
    r->findings = mem_resize(r->findings, (r->n_findings + 1) * sizeof *r->findings);
    r->findings[r->n_findings++] = f;
}

void lock_circles_find(const struct scenario *s, const struct graph *g, struct explore_result *r)
{
    struct makings makings = {.items = NULL};
    struct circles circles = {.items = NULL};
    struct lock_relation *l = lock_relation_create(s);
    bool full = false;
    find_makings(g, r, &makings);
    if (makings.n > 0) {
        find_circles(r, l, &circles);
    }
    for (size_t i = 0; i < circles.n && !circles.overflow; i++) {
        struct witness w = closing_run(g, &makings, &circles.items[i], &full);
        if (w.steps != NULL) {
            add_finding(r, &circles.items[i], w);
        }
    }
    if (circles.overflow || full) {
        r->complete = false;
        r->why_incomplete = TOO_MANY_CIRCLES;
    }
    lock_relation_free(l);
    free(circles.items);
    free(makings.items);
}

void lock_edges_drop(struct explore_result *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].kind == FINDING_LOCK_EDGE) {
            free(r->findings[i].text);
            free(r->findings[i].key);
            free(r->findings[i].witness.steps);
        } else {
            r->findings[n++] = r->findings[i];
        }
    }
    r->n_findings = n;
}
