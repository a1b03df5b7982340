/*
 * The local graph of one thread.
 *
 * First, a forward pass over the code finds for each program counter which locals and operands can
 * hold something unknown there. That makes the key of a node a function of the thread's record
 * alone: the program counter, the values of the live locals and of the operands that are surely
 * known. Then the code is run from node to node. Nodes are the places where the thread can stand
 * (before a visible operation, and queued in it), the branches on something unknown, and the end; all
 * that lies between is known and has one way to go.
 *
 * Beside the key a node carries, for each value that is not in it, what the value may stand for if
 * it is used as a handle, a path or an object (a reference). References that meet at one node are
 * joined, and the node is gone through again until nothing changes. They decide nothing about where
 * the code goes.
 *
 * A handle that was closed may be given out again for another file: what may be the closed one, and
 * is still live, may from then on be any handle of the thread. What other threads can do to a handle
 * is footprint_touch.c's.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/footprint_parts.h"
#include "sim/vm/vm.h"

enum { MAX_UNFOLD_STEPS = 200 * 1000 * 1000 }; // instructions run for one thread

/* An unfolding at work. */
struct unfolding {
    struct local_graph *g;
    struct walk_state s; // at hand
    uint32_t *queue;     // a ring of the nodes to go through
    size_t capacity_queue, first, n_queued;
    uint64_t steps;
    bool fresh;       // the node at hand has no edges yet
    uint32_t *record; // of the node being reached
};

/* ---- what is known where ---- */

static void arrive(struct local_graph *g, uint32_t at, uint64_t locals, const bool *stack,
                   bool *changed)
{
    if (at >= g->code->n) {
        return;
    }
    *changed |= (locals & ~g->unsure_locals[at]) != 0;
    g->unsure_locals[at] |= locals;
    for (uint32_t k = 0; k < g->code->notes[at].depth; k++) {
        if (stack[k] && !g->unsure_stack[at][k]) {
            g->unsure_stack[at][k] = true;
            *changed = true;
        }
    }
}

/* Is what the instruction leaves unknown, given whether something that it takes is? */
static bool leaves_unsure(const struct local_graph *g, const struct instr *i, uint64_t locals,
                          bool taken)
{
    switch ((int)i->op) {
    case OP_LOAD:
        return (locals >> i->a & 1) != 0;
    case OP_CALL:
    case OP_TEXT:
        return true;
    case OP_PATH:
        return taken || g->code->names == NULL;
    default:
        return taken;
    }
}

static void pass_instr(struct local_graph *g, uint32_t pc, bool *stack, bool *changed)
{
    const struct instr *i = &g->code->instrs[pc];
    uint64_t locals = g->unsure_locals[pc];
    uint32_t depth = g->code->notes[pc].depth;
    bool taken = false;
    memcpy(stack, g->unsure_stack[pc], depth * sizeof *stack);
    for (unsigned n = walk_pops(i); n > 0; n--) {
        taken |= stack[--depth];
    }
    bool left = leaves_unsure(g, i, locals, taken);
    for (unsigned n = walk_pushes(i); n > 0; n--) {
        stack[depth++] = left;
    }
    if (i->op == OP_STORE) {
        uint64_t bit = UINT64_C(1) << i->a;
        locals = taken ? locals | bit : locals & ~bit;
    } else if (i->op == OP_CALL && i->c >= 0) {
        locals |= UINT64_C(1) << i->c;
    }
    if (i->op == OP_JUMP || i->op == OP_JUMP_ZERO || i->op == OP_JUMP_NONZERO) {
        arrive(g, (uint32_t)i->c, locals, stack, changed);
    }
    if (i->op != OP_JUMP && i->op != OP_RETURN) {
        arrive(g, pc + 1, locals, stack, changed);
    }
}

static void find_unsure(struct local_graph *g)
{
    bool stack[MAX_WORDS + 2];
    bool changed = true;
    g->unsure_locals = arena_alloc(&g->arena, g->code->n, sizeof *g->unsure_locals);
    g->unsure_stack = arena_alloc(&g->arena, g->code->n, sizeof *g->unsure_stack);
    for (uint32_t k = 0; k < g->code->n; k++) {
        g->unsure_stack[k] = arena_alloc(&g->arena, g->code->notes[k].depth + 1u, sizeof(bool));
    }
    while (changed) {
        changed = false;
        for (uint32_t k = 0; k < g->code->n; k++) {
            pass_instr(g, k, stack, &changed);
        }
    }
}

/* ---- keys ---- */

/* Locals that are live at a place, and operands that are on its stack. */
static uint64_t live_at(const struct local_graph *g, uint32_t place)
{
    return (place & PLACE_END) != 0 ? 0 : g->code->notes[place & PLACE_PC].live;
}

static uint32_t depth_at(const struct local_graph *g, uint32_t place)
{
    uint32_t pc = place & PLACE_PC;
    uint32_t depth = g->code->notes[pc].depth;
    return (place & PLACE_END) != 0       ? 0
           : (place & PLACE_WAITING) != 0 ? depth - g->code->instrs[pc].b
                                          : depth;
}

static uint32_t lowest(uint64_t bits)
{
    uint32_t k = 0;
    while ((bits >> k & 1) == 0) {
        k++;
    }
    return k;
}

static uint32_t *find_slot(const struct local_graph *g, const uint32_t *key, size_t n)
{
    size_t at = (size_t)XXH3_64bits(key, n * sizeof *key);
    while (true) {
        uint32_t *slot = &g->slots[at++ & (g->n_slots - 1)];
        if (*slot == 0) {
            return slot;
        }
        const struct local_node *node = &g->nodes[*slot - 1];
        if (node->n_key == n && memcmp(g->pool + node->at, key, n * sizeof *key) == 0) {
            return slot;
        }
    }
}

static void grow_slots(struct local_graph *g)
{
    free(g->slots);
    g->n_slots = g->n_slots == 0 ? 256 : 2 * g->n_slots;
    g->slots = mem_alloc(g->n_slots, sizeof *g->slots);
    for (uint32_t k = 0; k < g->n_nodes; k++) {
        *find_slot(g, g->pool + g->nodes[k].at, g->nodes[k].n_key) = k + 1;
    }
}

uint32_t local_graph_find(const struct local_graph *g, uint32_t place, const int32_t *words)
{
    uint32_t key[1 + MAX_WORDS], n = 0;
    uint32_t pc = place & PLACE_PC;
    key[n++] = place;
    for (uint64_t m = live_at(g, place) & ~g->unsure_locals[pc]; m != 0; m &= m - 1) {
        key[n++] = (uint32_t)words[lowest(m)];
    }
    for (uint32_t k = 0; k < depth_at(g, place); k++) {
        if (!g->unsure_stack[pc][k]) {
            key[n++] = (uint32_t)words[g->code->n_locals + k];
        }
    }
    return g->n_slots == 0 ? UINT32_MAX : *find_slot(g, key, n) - 1;
}

uint32_t local_graph_resume(const struct local_graph *g, uint32_t node, struct walk_state *s)
{
    const struct local_node *from = &g->nodes[node];
    const uint32_t *known = g->pool + from->at, *refs = known + from->n_key;
    uint32_t place = *known++, pc = place & PLACE_PC;
    uint64_t live = live_at(g, place), unsure = g->unsure_locals[pc];
    s->depth = depth_at(g, place);
    for (uint64_t m = live; m != 0; m &= m - 1) {
        uint32_t k = lowest(m);
        s->locals[k] = (unsure >> k & 1) != 0 ? value_of_ref(*refs++) : (int32_t)*known++;
    }
    for (uint32_t k = 0; k < s->depth; k++) {
        s->stack[k] = g->unsure_stack[pc][k] ? value_of_ref(*refs++) : (int32_t)*known++;
    }
    return place;
}

/* ---- references ---- */

static uint32_t find_ref(struct refs *r, const struct ref *wanted)
{
    if (r->n_slots < 2 * ((size_t)r->n_refs + 1)) {
        free(r->slots);
        r->n_slots = r->n_slots == 0 ? 256 : 2 * r->n_slots;
        r->slots = mem_alloc(r->n_slots, sizeof *r->slots);
        for (uint32_t k = N_FIXED_REFS; k < r->n_refs; k++) {
            size_t at = (size_t)XXH3_64bits(&r->refs[k], sizeof r->refs[k]);
            while (r->slots[at & (r->n_slots - 1)] != 0) {
                at++;
            }
            r->slots[at & (r->n_slots - 1)] = k + 1;
        }
    }
    for (size_t at = (size_t)XXH3_64bits(wanted, sizeof *wanted);; at++) {
        uint32_t *slot = &r->slots[at & (r->n_slots - 1)];
        if (*slot != 0 && memcmp(&r->refs[*slot - 1], wanted, sizeof *wanted) == 0) {
            return *slot - 1;
        }
        if (*slot == 0) {
            while (r->n_refs < N_FIXED_REFS) {
                r->refs = mem_grow(r->refs, r->n_refs++, &r->capacity_refs, sizeof *r->refs);
            }
            r->refs = mem_grow(r->refs, r->n_refs, &r->capacity_refs, sizeof *r->refs);
            r->refs[r->n_refs++] = *wanted;
            *slot = r->n_refs;
            return r->n_refs - 1;
        }
    }
}

static uint32_t ref_single(struct refs *r, uint32_t element)
{
    return find_ref(r, &(struct ref){.n = 1, .elements = {element}});
}

/* Both together. */
static uint32_t ref_join(struct refs *r, uint32_t a, uint32_t b)
{
    if (a == b || b == REF_NOTHING || a == REF_ANY) {
        return a;
    }
    if (a == REF_NOTHING || b == REF_ANY || b == REF_OWN) {
        return b;
    }
    if (a == REF_OWN) {
        return a;
    }
    struct ref joined = {.n = 0};
    const struct ref *x = &r->refs[a], *y = &r->refs[b];
    for (uint32_t i = 0, j = 0; i < x->n || j < y->n;) {
        bool from_x = j == y->n || (i < x->n && x->elements[i] <= y->elements[j]);
        uint32_t element = from_x ? x->elements[i] : y->elements[j];
        i += i < x->n && x->elements[i] == element;
        j += j < y->n && y->elements[j] == element;
        if (joined.n == MAX_REF_ELEMENTS) {
            return REF_OWN;
        }
        joined.elements[joined.n++] = element;
    }
    return find_ref(r, &joined);
}

/* Can two references be one handle? Only names are told apart. */
static bool ref_meets(const struct refs *r, uint32_t a, uint32_t b)
{
    if (a == REF_NOTHING || b == REF_NOTHING) {
        return false;
    }
    if (a < N_FIXED_REFS || b < N_FIXED_REFS) {
        return true;
    }
    const struct ref *x = &r->refs[a], *y = &r->refs[b];
    for (uint32_t i = 0; i < x->n; i++) {
        for (uint32_t j = 0; j < y->n; j++) {
            bool names = x->elements[i] < REF_BLOB && y->elements[j] < REF_BLOB;
            if (!names || x->elements[i] == y->elements[j]) {
                return true;
            }
        }
    }
    return false;
}

static uint32_t find_blob(struct refs *r, const struct pattern *pattern, object_ref first,
                          uint32_t n)
{
    for (uint32_t k = 0; k < r->n_blobs; k++) {
        const struct blob *b = &r->blobs[k];
        if (b->pattern == pattern && b->first == first && (pattern != NULL || b->n == n)) {
            return REF_BLOB + k;
        }
    }
    r->blobs = mem_grow(r->blobs, r->n_blobs, &r->capacity_blobs, sizeof *r->blobs);
    r->blobs[r->n_blobs] = (struct blob){.pattern = pattern, .first = first, .n = n};
    return REF_BLOB + r->n_blobs++;
}

/* ---- reaching a node ---- */

static void enqueue(struct unfolding *u, uint32_t node)
{
    if (u->g->nodes[node].queued) {
        return;
    }
    if (u->n_queued == u->capacity_queue) {
        size_t capacity = u->capacity_queue == 0 ? 64 : 2 * u->capacity_queue;
        uint32_t *queue = mem_alloc(capacity, sizeof *queue);
        for (size_t k = 0; k < u->n_queued; k++) {
            queue[k] = u->queue[(u->first + k) & (u->capacity_queue - 1)];
        }
        free(u->queue);
        u->queue = queue;
        u->first = 0;
        u->capacity_queue = capacity;
    }
    u->queue[(u->first + u->n_queued++) & (u->capacity_queue - 1)] = node;
    u->g->nodes[node].queued = true;
}

/* The record of the state at hand as a node: place and known words; then references. */
static size_t make_record(struct unfolding *u, uint32_t place, size_t *n_key)
{
    struct local_graph *g = u->g;
    const struct walk_state *s = &u->s;
    uint32_t refs[MAX_LOCALS + MAX_WORDS], n_refs = 0, pc = place & PLACE_PC;
    size_t n = 0;
    u->record[n++] = place;
    for (uint64_t m = live_at(g, place); m != 0; m &= m - 1) {
        uint32_t k = lowest(m);
        if ((g->unsure_locals[pc] >> k & 1) != 0) {
            refs[n_refs++] = ref_of_value(s->locals[k]);
        } else {
            assert(walk_knows(s->locals[k]));
            u->record[n++] = (uint32_t)s->locals[k];
        }
    }
    for (uint32_t k = 0; k < depth_at(g, place); k++) {
        if (g->unsure_stack[pc][k]) {
            refs[n_refs++] = ref_of_value(s->stack[k]);
        } else {
            assert(walk_knows(s->stack[k]));
            u->record[n++] = (uint32_t)s->stack[k];
        }
    }
    *n_key = n;
    memcpy(u->record + n, refs, n_refs * sizeof *refs);
    return n + n_refs;
}

static uint32_t add_node(struct unfolding *u, size_t n, size_t n_key, bool rest)
{
    struct local_graph *g = u->g;
    g->nodes = mem_grow(g->nodes, g->n_nodes, &g->capacity_nodes, sizeof *g->nodes);
    g->nodes[g->n_nodes] = (struct local_node){.at = g->n_pool,
                                               .n_edges = UINT32_MAX,
                                               .n_key = (uint16_t)n_key,
                                               .n_refs = (uint16_t)(n - n_key),
                                               .rest = rest};
    for (size_t k = 0; k < n; k++) {
        g->pool = mem_grow(g->pool, g->n_pool, &g->capacity_pool, sizeof *g->pool);
        g->pool[g->n_pool++] = u->record[k];
    }
    g->n_rest += rest;
    return g->n_nodes++;
}

/* Joins the references of the record into the node's. True if that changed them. */
static bool join_refs(struct unfolding *u, uint32_t node)
{
    const struct local_node *to = &u->g->nodes[node];
    bool changed = false;
    for (uint32_t k = to->n_key; k < (uint32_t)to->n_key + to->n_refs; k++) {
        uint32_t *ref = &u->g->pool[to->at + k];
        uint32_t joined = ref_join(u->g->refs, *ref, u->record[k]);
        changed |= joined != *ref;
        *ref = joined;
    }
    return changed;
}

/* The state at hand arrives at a place. */
static void reach(struct unfolding *u, uint32_t place, bool rest)
{
    struct local_graph *g = u->g;
    size_t n_key, n = make_record(u, place, &n_key);
    if (g->n_slots < 2 * ((size_t)g->n_nodes + 1)) {
        grow_slots(g);
    }
    uint32_t *slot = find_slot(g, u->record, n_key);
    uint32_t node = *slot - 1;
    if (*slot == 0) {
        if (g->n_nodes == MAX_LOCAL_NODES) {
            g->unbounded = true;
            return;
        }
        node = add_node(u, n, n_key, rest);
        *slot = node + 1;
        enqueue(u, node);
    } else if (join_refs(u, node)) {
        enqueue(u, node);
    }
    if (u->fresh) {
        g->edges = mem_grow(g->edges, g->n_edges, &g->capacity_edges, sizeof *g->edges);
        g->edges[g->n_edges++] = node;
    }
}

/* ---- going on from a node ---- */

/*
 * A path or an element of an array that a node's key does not have: what it stands for. unsure: the
 * key will not have it, even if it is known on this way.
 */
static void refine(struct unfolding *u, const struct instr *i, bool unsure, int64_t *value)
{
    struct refs *r = u->g->refs;
    bool known = walk_knows(*value);
    if (known && !unsure) {
        return;
    }
    uint32_t element;
    if (i->op == OP_PATH) {
        element = known ? (uint32_t)*value : find_blob(r, &u->g->code->patterns[i->a], 0, 0);
    } else {
        element = find_blob(r, NULL, (object_ref)(known ? *value : i->c), known ? 1 : i->a);
    }
    *value = value_of_ref(ref_single(r, element));
}

/* A call inside a step. False: the thread ends here. */
static bool goes_on(struct unfolding *u, uint32_t pc)
{
    const struct local_graph *g = u->g;
    if (g->code->instrs[pc].a != CALL_PsTerminateSystemThread ||
        g->scenario->threads[g->thread].kind == KIND_USER) {
        return true;
    }
    reach(u, pc | PLACE_END, false);
    return false;
}

/* Runs on from pc to the next node. */
static void run(struct unfolding *u, uint32_t pc)
{
    const struct local_graph *g = u->g;
    const struct code *code = g->code;
    bool end_visible = g->scenario->threads[g->thread].end_visible;
    for (uint32_t budget = MAX_INVISIBLE; budget > 0 && pc < code->n; budget--) {
        const struct instr *i = &code->instrs[pc];
        u->steps++;
        if (i->op == OP_RETURN) {
            reach(u, end_visible ? pc : pc | PLACE_END, end_visible);
            return;
        }
        if (walk_branches(&u->s, pc)) {
            reach(u, pc, false);
            return;
        }
        if (i->op == OP_CALL && vm_is_visible(g->scenario, g->thread, (enum nt_call)i->a)) {
            reach(u, pc, true);
            return;
        }
        if (i->op == OP_CALL && !goes_on(u, pc)) {
            return;
        }
        pc = walk_instr(&u->s, pc);
        if (i->op == OP_PATH || i->op == OP_ELEMENT) {
            int64_t *value = &u->s.stack[u->s.depth - 1];
            if (*value == NAME_UNKNOWN || pc == code->n) {
                return; // a fault
            }
            refine(u, i, g->unsure_stack[pc][u->s.depth - 1], value);
        }
    }
}

/* After a close: what may be the closed handle may be the next one that is opened. */
static void note_close(struct unfolding *u, uint32_t pc, uint32_t closed)
{
    struct walk_state *s = &u->s;
    for (uint64_t m = u->g->code->notes[pc + 1].live; m != 0; m &= m - 1) {
        int64_t *value = &s->locals[lowest(m)];
        if (!walk_knows(*value) && ref_meets(u->g->refs, ref_of_value(*value), closed)) {
            *value = value_of_ref(ref_join(u->g->refs, ref_of_value(*value), REF_OWN));
        }
    }
    for (uint32_t k = 0; k < s->depth; k++) {
        if (!walk_knows(s->stack[k]) && ref_meets(u->g->refs, ref_of_value(s->stack[k]), closed)) {
            s->stack[k] = value_of_ref(ref_join(u->g->refs, ref_of_value(s->stack[k]), REF_OWN));
        }
    }
}

int argument_of(const struct nt_call_row *row, enum nt_param_kind kind)
{
    int at = 0;
    for (unsigned k = 0; k < row->n_params; k++) {
        if (row->params[k].kind == kind) {
            return at;
        }
        at += row->params[k].kind != PARAM_OUT_HANDLE;
    }
    return -1;
}

/* The handle that an open gives stands for the path's name. */
static int64_t opened_handle(struct unfolding *u, const struct instr *i, const int64_t *args)
{
    int path = argument_of(nt_call_row((enum nt_call)i->a), PARAM_PATH);
    if (path < 0 || !walk_knows(args[path])) {
        return path < 0 ? WALK_UNKNOWN : args[path];
    }
    return value_of_ref(ref_single(u->g->refs, (uint32_t)args[path]));
}

/* The call at pc returned: on to the next nodes. waited: its arguments are gone already. */
static void returned(struct unfolding *u, uint32_t pc, bool waited)
{
    const struct instr *i = &u->g->code->instrs[pc];
    const int64_t *args = u->s.stack + u->s.depth - (waited ? 0 : i->b);
    if (i->a == CALL_PsTerminateSystemThread &&
        u->g->scenario->threads[u->g->thread].kind != KIND_USER) {
        return;
    }
    uint32_t closed = i->a == CALL_ZwClose ? ref_of_value(args[0]) : REF_NOTHING;
    int64_t handle = i->c >= 0 ? opened_handle(u, i, args) : 0;
    u->s.depth -= waited ? 0 : i->b;
    note_close(u, pc, closed);
    if (i->c >= 0) {
        u->s.locals[i->c] = handle;
    }
    u->s.stack[u->s.depth++] = WALK_UNKNOWN;
    run(u, pc + 1);
}

/* Can the thread be queued in this call? A spinning thread is not: it just cannot go. */
static bool can_queue(const struct instr *i)
{
    return i->a != CALL_KeAcquireSpinLock && nt_call_row((enum nt_call)i->a)->waits != NULL;
}

static void go_through(struct unfolding *u, uint32_t node)
{
    uint32_t place = local_graph_resume(u->g, node, &u->s), pc = place & PLACE_PC;
    const struct instr *i = &u->g->code->instrs[pc];
    if ((place & PLACE_END) != 0 || i->op == OP_RETURN) {
        return;
    }
    if (i->op != OP_CALL) { // a branch
        u->s.depth--;
        run(u, pc + 1);
        local_graph_resume(u->g, node, &u->s);
        u->s.depth--;
        run(u, (uint32_t)i->c);
    } else if ((place & PLACE_WAITING) == 0 && can_queue(i)) {
        u->s.depth -= i->b;
        reach(u, pc | PLACE_WAITING, true);
    } else {
        returned(u, pc, (place & PLACE_WAITING) != 0);
    }
}

void local_graph_forget(struct local_graph *g)
{
    free(g->edges);
    g->edges = NULL;
}

static void clear_nodes(struct local_graph *g)
{
    local_graph_forget(g);
    free(g->pool);
    free(g->nodes);
    free(g->slots);
    g->pool = NULL;
    g->nodes = NULL;
    g->slots = NULL;
    g->n_nodes = g->n_rest = 0;
    g->n_slots = g->n_pool = g->n_edges = 0;
}

void local_graph_unfold(struct local_graph *g, const struct scenario *s, thread_ix t,
                        struct refs *refs)
{
    g->scenario = s;
    g->code = &s->threads[t].code;
    g->thread = t;
    g->refs = refs;
    find_unsure(g);
    struct unfolding *u = mem_alloc(1, sizeof *u);
    u->g = g;
    u->s.code = g->code;
    u->s.relevant = UINT64_MAX;
    u->record = mem_alloc(1 + MAX_LOCALS + MAX_WORDS, sizeof *u->record);
    run(u, 0); // all locals are 0
    while (u->n_queued > 0 && !g->unbounded) {
        uint32_t node = u->queue[u->first & (u->capacity_queue - 1)];
        u->first++;
        u->n_queued--;
        g->nodes[node].queued = false;
        u->fresh = g->nodes[node].n_edges == UINT32_MAX;
        if (u->fresh) {
            g->nodes[node].first_edge = (uint32_t)g->n_edges;
        }
        go_through(u, node);
        if (u->fresh) {
            g->nodes[node].n_edges = (uint32_t)g->n_edges - g->nodes[node].first_edge;
        }
        g->unbounded |= u->steps > MAX_UNFOLD_STEPS;
    }
    free(u->queue);
    free(u->record);
    free(u);
    if (g->unbounded) {
        clear_nodes(g);
    }
}

void local_graph_release(struct local_graph *g)
{
    clear_nodes(g);
    free(g->sets);
    for (unsigned k = 0; k < MAX_GUARDS; k++) {
        free(g->before[k]);
    }
    arena_release(&g->arena);
}
