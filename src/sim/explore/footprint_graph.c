/*
 * From what each operation touches to what can still be touched.
 *
 * A thread's future at a node is what its next operation touches and the futures of the nodes that
 * it can come to. Nodes that can come to each other have one future, so the graph is gone through by
 * strongly connected components, last first (Tarjan's algorithm, with a stack of its own: graphs are
 * deep).
 *
 * What can happen before a thread must wait for a guard is found by the same search with the edges cut
 * that lead on from there.
 *
 * Inner nodes are passed in the middle of a step. Where the end of the routine can be reached through
 * inner nodes alone, it belongs to the step before.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/footprint_parts.h"

enum { MAX_SET_BYTES = 1 << 28 }; // of all sets of a scenario

struct component_search {
    struct footprints *f;
    struct local_graph *g;
    object_ref guard; // edges behind what waits for it are cut; 0: none are
    uint32_t *future; // of each node: what is to be found
    uint32_t *order;  // of each node: when it was met, from 1; 0: not yet
    uint32_t *low;    // the earliest open node that it can come to
    bool *open;       // its component is not closed
    bool *ends;       // the end can follow in the same step
    bool *cyclic;     //
    uint32_t *stack;  // open nodes
    uint32_t n_stack;
    uint32_t *path; // nodes being gone through
    uint32_t *edge; // of each of them: next edge
    uint32_t n_path;
    uint32_t n_met;
    uint64_t *bits; // one set at work
};

static const uint32_t *edges_of(const struct local_graph *g, uint32_t node)
{
    return g->edges + g->nodes[node].first_edge;
}

static uint32_t n_edges_of(const struct component_search *c, uint32_t node)
{
    const struct local_node *n = &c->g->nodes[node];
    return c->guard != 0 && n->waits_for == c->guard ? 0 : n->n_edges;
}

/* Then the thread's set is everything. */
static bool too_large(const struct footprints *f)
{
    return (uint64_t)f->sets.n * f->sets.words * sizeof(uint64_t) > MAX_SET_BYTES;
}

/* ---- next ---- */

static uint32_t next_of(struct footprints *f, struct local_graph *g, uint32_t node, uint64_t *bits)
{
    struct touch touch = {.set = bits};
    memset(bits, 0, f->sets.words * sizeof *bits);
    node_touches(f, g, node, &touch);
    g->nodes[node].counts = (touch.directories & f->observed_counts) != 0;
    g->nodes[node].waits_for = touch.waits_for;
    g->nodes[node].opens = touch.opens;
    return touch.everything ? f->everything : bit_sets_find(&f->sets, bits);
}

/* What is touched from a queue is what the call touched that led there. */
static void find_next(struct footprints *f, struct local_graph *g, uint64_t *bits)
{
    for (uint32_t k = 0; k < g->n_nodes && !too_large(f); k++) {
        uint32_t place = place_of(g, k);
        bool waits = (place & PLACE_WAITING) != 0;
        if (waits || (!g->nodes[k].rest && (place & PLACE_END) == 0)) {
            continue;
        }
        g->sets[k].next = next_of(f, g, k, bits);
        for (uint32_t j = 0; j < g->nodes[k].n_edges; j++) {
            uint32_t to = edges_of(g, k)[j];
            if ((place_of(g, to) & PLACE_WAITING) != 0 &&
                place_of(g, to) == (place | PLACE_WAITING)) {
                bool first = g->sets[to].next == 0;
                if (first || g->nodes[to].waits_for != g->nodes[k].waits_for) {
                    g->nodes[to].waits_for = first ? g->nodes[k].waits_for : 0;
                }
                g->sets[to].next = bit_sets_union(&f->sets, g->sets[to].next, g->sets[k].next);
                g->nodes[to].counts |= g->nodes[k].counts;
            }
        }
    }
}

/* ---- components ---- */

/* Can the end follow from this node without another step? members: the open component counts. */
static bool can_end(const struct component_search *c, uint32_t node, uint32_t first)
{
    if ((place_of(c->g, node) & PLACE_END) != 0) {
        return true;
    }
    for (uint32_t k = 0; k < n_edges_of(c, node); k++) {
        uint32_t to = edges_of(c->g, node)[k];
        bool passes = !c->g->nodes[to].rest || (place_of(c->g, to) & PLACE_WAITING) != 0;
        bool member = c->open[to] && c->order[to] >= first;
        if (passes && !member && c->ends[to]) {
            return true;
        }
    }
    return false;
}

static bool opens_guard(const struct component_search *c, uint32_t node, const uint64_t *next)
{
    const struct footprints *f = c->f;
    return c->guard != 0 && c->g->nodes[node].opens &&
           bit_is_set(next, f->thing[base_of(f, c->guard)]);
}

/* What the open component of these members can touch, into bits. */
static void gather_future(struct component_search *c, const uint32_t *members, uint32_t n)
{
    struct footprints *f = c->f;
    struct local_graph *g = c->g;
    memset(c->bits, 0, f->sets.words * sizeof *c->bits);
    bit_set(c->bits, f->thing[base_of(f, object_make(OBJECT_THREAD, g->thread))]);
    for (uint32_t k = 0; k < n; k++) {
        const uint64_t *next = bit_sets_at(&f->sets, g->sets[members[k]].next);
        bits_add(c->bits, next, f->sets.words);
        if (opens_guard(c, members[k], next)) {
            bit_set(c->bits, f->n_things);
        }
        for (uint32_t j = 0; j < n_edges_of(c, members[k]); j++) {
            uint32_t to = edges_of(g, members[k])[j];
            if (!c->open[to]) {
                bits_add(c->bits, bit_sets_at(&f->sets, c->future[to]), f->sets.words);
            }
        }
    }
}

/* The future of one node that adds nothing to that of the only node behind it; else UINT32_MAX. */
static uint32_t inherited_future(const struct component_search *c, uint32_t node)
{
    const struct footprints *f = c->f;
    const struct local_graph *g = c->g;
    if (n_edges_of(c, node) != 1 || c->open[*edges_of(g, node)]) {
        return UINT32_MAX;
    }
    uint32_t future = c->future[*edges_of(g, node)];
    const uint64_t *next = bit_sets_at(&f->sets, g->sets[node].next);
    const uint64_t *later = bit_sets_at(&f->sets, future);
    if (opens_guard(c, node, next) && !bit_is_set(later, f->n_things)) {
        return UINT32_MAX;
    }
    for (uint32_t k = 0; k < f->sets.words; k++) {
        if ((next[k] & ~later[k]) != 0) {
            return UINT32_MAX;
        }
    }
    return future;
}

/* The node on top of the path has met all that it can, and began a component: closes it. */
static void close_component(struct component_search *c, uint32_t node)
{
    struct local_graph *g = c->g;
    uint32_t first = c->n_stack - 1;
    while (c->stack[first] != node) {
        first--;
    }
    bool cyclic = c->n_stack - first > 1, ends = false;
    for (uint32_t k = first; k < c->n_stack; k++) {
        uint32_t member = c->stack[k];
        ends |= can_end(c, member, c->order[node]);
        for (uint32_t j = 0; j < n_edges_of(c, member); j++) {
            cyclic |= edges_of(g, member)[j] == member;
        }
    }
    uint32_t future = cyclic ? UINT32_MAX : inherited_future(c, node);
    if (future == UINT32_MAX) {
        gather_future(c, c->stack + first, c->n_stack - first);
        future = bit_sets_find(&c->f->sets, c->bits);
    }
    while (c->n_stack > first) {
        uint32_t member = c->stack[--c->n_stack];
        c->open[member] = false;
        c->ends[member] = ends;
        c->future[member] = future;
        c->cyclic[member] = cyclic;
    }
}

static void meet(struct component_search *c, uint32_t node)
{
    c->order[node] = c->low[node] = ++c->n_met;
    c->open[node] = true;
    c->stack[c->n_stack++] = node;
    c->edge[c->n_path] = 0;
    c->path[c->n_path++] = node;
}

/* One edge further, or back from the node on top of the path. */
static void advance(struct component_search *c)
{
    uint32_t node = c->path[c->n_path - 1];
    if (c->edge[c->n_path - 1] < n_edges_of(c, node)) {
        uint32_t to = edges_of(c->g, node)[c->edge[c->n_path - 1]++];
        if (c->order[to] == 0) {
            meet(c, to);
        } else if (c->open[to] && c->order[to] < c->low[node]) {
            c->low[node] = c->order[to];
        }
        return;
    }
    c->n_path--;
    if (c->low[node] == c->order[node]) {
        close_component(c, node);
    }
    if (c->n_path > 0) {
        uint32_t parent = c->path[c->n_path - 1];
        c->low[parent] = c->low[node] < c->low[parent] ? c->low[node] : c->low[parent];
    }
}

/* Everything is reached from node 0, but not where edges are cut. */
static void search_components(struct component_search *c)
{
    for (uint32_t k = 0; k < c->g->n_nodes; k++) {
        if (c->order[k] == 0) {
            meet(c, k);
        }
        while (c->n_path > 0 && !too_large(c->f)) {
            advance(c);
        }
    }
}

static struct component_search begin_search(struct footprints *f, struct local_graph *g,
                                            object_ref guard, uint32_t *future)
{
    uint32_t n = g->n_nodes;
    struct component_search c = {.f = f, .g = g, .guard = guard};
    c.future = future;
    c.order = mem_alloc(n, sizeof *c.order);
    c.low = mem_alloc(n, sizeof *c.low);
    c.open = mem_alloc(n, sizeof *c.open);
    c.ends = mem_alloc(n, sizeof *c.ends);
    c.cyclic = mem_alloc(n, sizeof *c.cyclic);
    c.stack = mem_alloc(n, sizeof *c.stack);
    c.path = mem_alloc(n, sizeof *c.path);
    c.edge = mem_alloc(n, sizeof *c.edge);
    c.bits = mem_alloc(f->sets.words, sizeof *c.bits);
    return c;
}

static void end_search(struct component_search *c)
{
    free(c->order);
    free(c->low);
    free(c->open);
    free(c->ends);
    free(c->cyclic);
    free(c->stack);
    free(c->path);
    free(c->edge);
    free(c->bits);
}

/* ---- the rest ---- */

/* The end that follows in the same step belongs to its operation. */
static void add_ends(struct footprints *f, struct local_graph *g, const bool *ends, uint64_t *bits)
{
    memset(bits, 0, f->sets.words * sizeof *bits);
    bit_set(bits, f->thing[base_of(f, object_make(OBJECT_THREAD, g->thread))]);
    uint32_t own = bit_sets_find(&f->sets, bits);
    for (uint32_t k = 0; k < g->n_nodes; k++) {
        if (g->nodes[k].rest && ends[k]) {
            g->sets[k].next = bit_sets_union(&f->sets, g->sets[k].next, own);
        }
    }
}

/*
 * Before it is created a thread cannot do anything. Who creates it touches it, so its own thing
 * need not be in its set, unless that thing is more than itself.
 */
static uint32_t find_absent(struct footprints *f, const struct local_graph *g, uint32_t future,
                            uint64_t *bits)
{
    uint32_t base = base_of(f, object_make(OBJECT_THREAD, g->thread));
    bool alone = true;
    for (uint32_t k = 0; k < f->n_bases; k++) {
        alone &= k == base || f->thing[k] != f->thing[base];
    }
    memcpy(bits, bit_sets_at(&f->sets, future), f->sets.words * sizeof *bits);
    if (alone) {
        bits[f->thing[base] / 64] &= ~(UINT64_C(1) << f->thing[base] % 64);
    }
    return bit_sets_find(&f->sets, bits);
}

void find_futures(struct footprints *f, struct local_graph *g)
{
    uint32_t n = g->n_nodes;
    uint32_t *future = mem_alloc(n, sizeof *future);
    g->sets = mem_alloc(n, sizeof *g->sets);
    struct component_search c = begin_search(f, g, 0, future);
    find_next(f, g, c.bits);
    search_components(&c);
    for (uint32_t k = 0; k < n; k++) {
        g->sets[k].future = future[k];
        g->sets[k].cyclic = c.cyclic[k];
    }
    if (too_large(f)) {
        g->unbounded = true;
    } else {
        add_ends(f, g, c.ends, c.bits);
        g->absent = n > 0 ? find_absent(f, g, g->sets[0].future, c.bits) : 0;
    }
    end_search(&c);
    free(future);
}

/* ---- guards ---- */

static void note_guard(struct footprints *f, object_ref guard)
{
    for (uint32_t k = 0; k < f->n_guards; k++) {
        if (f->guards[k] == guard) {
            return;
        }
    }
    if (f->n_guards < MAX_GUARDS) {
        f->guards[f->n_guards++] = guard;
    }
}

/* What can happen in the graph before the thread must wait for the guard. */
static void find_before(struct footprints *f, struct local_graph *g, uint32_t guard)
{
    uint32_t *before = mem_alloc(g->n_nodes + 1u, sizeof *before);
    struct component_search c = begin_search(f, g, f->guards[guard], before);
    search_components(&c);
    before[g->n_nodes] = find_absent(f, g, before[0], c.bits);
    g->before[guard] = before;
    end_search(&c);
}

/* Is the guard's hold of any account in the graph? */
static bool meets_guard(const struct footprints *f, const struct local_graph *g, object_ref guard)
{
    uint32_t thing = f->thing[base_of(f, guard)];
    for (uint32_t k = 0; k < g->n_nodes; k++) {
        bool opens = g->nodes[k].opens && bit_is_set(bit_sets_at(&f->sets, g->sets[k].next), thing);
        if (opens || g->nodes[k].waits_for == guard) {
            return true;
        }
    }
    return false;
}

void find_guards(struct footprints *f)
{
    for (thread_ix t = 0; t < f->scenario->n_threads; t++) {
        for (uint32_t k = 0; k < f->graphs[t].n_nodes; k++) {
            if (f->graphs[t].nodes[k].waits_for != 0) {
                note_guard(f, f->graphs[t].nodes[k].waits_for);
            }
        }
    }
    for (uint32_t k = 0; k < f->n_guards; k++) {
        for (thread_ix t = 0; t < f->scenario->n_threads; t++) {
            struct local_graph *g = &f->graphs[t];
            if (!g->unbounded && meets_guard(f, g, f->guards[k])) {
                find_before(f, g, k);
            }
        }
        if (too_large(f)) {
            f->n_guards = k; // the sets that are there already do
        }
    }
}
