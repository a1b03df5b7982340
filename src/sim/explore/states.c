/*
 * The search `states`: every reachable state once.
 *
 * Depth first on one world that is walked up and down: a step is pushed on the journal, and taken
 * back when everything behind it has been seen. A state is known by its fingerprint; its number is
 * its place in order of discovery. All choices of a state are made, in order; which states they
 * lead to are the graph's edges, and what they would touch is compared pair by pair for races. What
 * follows from the graph (counts, chances, witnesses) is a second pass.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/explore/findings.h"
#include "sim/explore/graph.h"
#include "sim/explore/search.h"
#include "sim/explore/table.h"
#include "sim/lang/mem.h"

/* A state on the way from the start to where the walk is. */
struct frame {
    uint32_t node;
    uint32_t first_choice; // in choices and next_steps
    uint16_t n_choices, at;
    struct machine_mark mark; // takes the step back that led here
};

struct walk {
    const struct explore_options *options;
    struct clock clock;
    struct machine *m;
    struct table table;
    struct graph graph;
    struct registry endings, findings;
    uint8_t *on_path; // per node
    size_t capacity_on_path;
    struct frame *frames;
    size_t n_frames, capacity_frames;
    struct next_step *next; // of all frames, in a stack
    size_t n_next, capacity_next;
    bool races; // something can race at all
    const char *why;
};

/* ---- the graph grows ---- */

static void add_edge(struct walk *w, uint32_t from, uint32_t to, struct choice c)
{
    struct graph *g = &w->graph;
    g->edges = mem_grow(g->edges, g->n_edges, &g->capacity_edges, sizeof *g->edges);
    g->edges[g->n_edges++] = (struct edge){from, to, c.thread, c.kind, c.pick, 0};
}

static void add_occurrence(struct walk *w, uint32_t node, uint32_t finding,
                           const struct choice *steps, uint8_t n)
{
    struct graph *g = &w->graph;
    struct occurrence o = {.node = node, .finding = finding, .n_steps = n};
    for (uint8_t i = 0; i < n; i++) {
        o.steps[i] = steps[i];
    }
    g->occurrences = mem_grow(g->occurrences, g->n_occurrences, &g->capacity_occurrences, sizeof o);
    g->occurrences[g->n_occurrences++] = o;
}

static void note_findings(struct walk *w, uint32_t node, const struct choice *step, uint8_t n_steps)
{
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = findings_of(&w->findings, w->m, found, MAX_STEP_FINDINGS);
    for (unsigned i = 0; i < n; i++) {
        add_occurrence(w, node, found[i], step, n_steps);
    }
}

/* ---- the walk ---- */

/* The state has just been found: what can be done in it goes on the stack, or it is an end. */
static void open_state(struct walk *w, uint32_t node, struct machine_mark mark)
{
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(w->m, choices);
    w->on_path = mem_grow(w->on_path, node, &w->capacity_on_path, 1);
    w->on_path[node] = 1;
    w->frames = mem_grow(w->frames, w->n_frames, &w->capacity_frames, sizeof *w->frames);
    w->frames[w->n_frames++] = (struct frame){
        .node = node, .first_choice = (uint32_t)w->n_next, .n_choices = (uint16_t)n, .mark = mark};
    for (unsigned i = 0; i < n; i++) {
        w->next = mem_grow(w->next, w->n_next, &w->capacity_next, sizeof *w->next);
        w->next[w->n_next++].choice = choices[i];
    }
    if (n == 0) {
        struct graph *g = &w->graph;
        uint32_t claims[MAX_EXPECTATIONS];
        unsigned n_claims =
            w->options->claims ? claims_of(&w->findings, w->m, claims, MAX_EXPECTATIONS) : 0;
        for (unsigned i = 0; i < n_claims; i++) {
            add_occurrence(w, node, claims[i], NULL, 0);
        }
        g->ends = mem_grow(g->ends, g->n_ends, &g->capacity_ends, sizeof *g->ends);
        g->ends[g->n_ends++] =
            (struct end){node, ending_of(&w->endings, w->m, w->options->final_states)};
    }
}

/* Steps of the state that could both come next and conflict. */
static void note_races(struct walk *w, const struct frame *f)
{
    const struct next_step *next = w->next + f->first_choice;
    // of a walk that was cut short, only the steps that were made
    for (unsigned i = 0; w->races && i < f->at; i++) {
        for (unsigned k = i + 1; k < f->at; k++) {
            uint32_t finding;
            if (race_of(&w->findings, w->m->scenario, &next[i], &next[k], &finding)) {
                add_occurrence(w, f->node, finding,
                               (const struct choice[2]){next[i].choice, next[k].choice}, 2);
                add_occurrence(w, f->node, finding,
                               (const struct choice[2]){next[k].choice, next[i].choice}, 2);
            }
        }
    }
}

/* Everything behind the state has been seen. */
static void close_state(struct walk *w)
{
    struct frame f = w->frames[--w->n_frames];
    struct graph *g = &w->graph;
    note_races(w, &f);
    w->on_path[f.node] = 0;
    g->order = mem_grow(g->order, g->n_order, &g->capacity_order, sizeof *g->order);
    g->order[g->n_order++] = f.node;
    w->n_next = f.first_choice;
    if (w->n_frames > 0) {
        machine_pop(w->m, &f.mark);
    }
}

/* Makes the next choice of the state on top. */
static void take_choice(struct walk *w)
{
    struct frame *f = &w->frames[w->n_frames - 1];
    struct next_step *next = &w->next[f->first_choice + f->at++];
    struct choice c = next->choice;
    struct machine_mark mark;
    uint32_t from = f->node;
    bool known;
    machine_push(w->m, c, &mark);
    next_step_note(w->m, next);
    note_findings(w, from, &c, 1);
    uint32_t to = table_find_or_add(&w->table, w->m->world.fingerprint, &known);
    add_edge(w, from, to, c);
    if (!known) {
        open_state(w, to, mark);
        return;
    }
    w->graph.cyclic |= w->on_path[to] != 0;
    machine_pop(w->m, &mark);
}

static uint64_t walk_bytes(const struct walk *w)
{
    return table_bytes(&w->table) + w->graph.capacity_edges * sizeof(struct edge) +
           w->graph.capacity_occurrences * sizeof(struct occurrence) +
           w->capacity_next * sizeof(struct next_step) + w->capacity_frames * sizeof(struct frame) +
           w->graph.capacity_order * sizeof(uint32_t) + w->capacity_on_path;
}

static void walk_all(struct walk *w)
{
    bool known;
    machine_keep_fingerprint(w->m);
    note_findings(w, 0, NULL, 0);
    table_find_or_add(&w->table, w->m->world.fingerprint, &known);
    open_state(w, 0, (struct machine_mark){.n_entries = 0});
    for (uint64_t n = 0; w->n_frames > 0; n++) {
        const struct frame *f = &w->frames[w->n_frames - 1];
        if (f->at < f->n_choices && w->why == NULL) {
            take_choice(w);
        } else {
            close_state(w);
        }
        bool full = w->options->max_states != 0 && w->table.n >= w->options->max_states;
        if (w->why == NULL && (full || (n & CLOCK_MASK) == 0)) {
            w->why = clock_over(&w->clock, w->options, w->table.n, walk_bytes(w));
            clock_progress(&w->clock, w->options,
                           (struct explore_progress){.states = w->table.n,
                                                     .steps = w->graph.n_edges,
                                                     .frontier = (uint32_t)w->n_frames,
                                                     .endings = w->endings.n});
        }
    }
}

/* States from which no end can be reached any more, in a graph with cycles. */
static void note_livelocks(struct walk *w)
{
    struct graph *g = &w->graph;
    bool *reaches = mem_alloc(g->n_nodes, sizeof *reaches);
    graph_reaches_end(g, reaches);
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        if (!reaches[n]) {
            uint32_t finding =
                registry_add(&w->findings,
                             "Livelock: from here on the threads can only run in circles; no end "
                             "can be reached any more.",
                             FINDING_LIVELOCK);
            add_occurrence(w, n, finding, NULL, 0);
        }
    }
    free(reaches);
}

static void walk_release(struct walk *w)
{
    table_release(&w->table);
    graph_release(&w->graph);
    registry_release(&w->endings);
    registry_release(&w->findings);
    machine_free(w->m);
    free(w->on_path);
    free(w->frames);
    free(w->next);
}

void search_states(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r)
{
    struct walk w = {.options = options, .m = machine_create(s, false)};
    const struct world_shape *shape = &s->layout.shape;
    w.races = shape->n_names > 0 || shape->n_shared > 0;
    clock_start(&w.clock);
    table_init(&w.table);
    registry_init(&w.endings);
    registry_init(&w.findings);
    machine_watch_invariants(w.m);
    walk_all(&w);

    w.graph.n_nodes = w.table.n;
    graph_sort(&w.graph);
    r->states = w.table.n;
    r->transitions = w.graph.n_edges;
    r->complete = w.why == NULL;
    r->why_incomplete = w.why;
    r->cyclic = w.graph.cyclic;
    r->collisions = (double)w.table.n * w.table.n / 6.8e38; // 2^129
    if (r->complete && r->cyclic) {
        note_livelocks(&w);
    }
    registry_to_endings(&w.endings, s, r);
    registry_to_findings(&w.findings, r);
    r->seconds = clock_seconds(&w.clock);
    r->bytes = walk_bytes(&w);
    if (r->complete && !r->cyclic) {
        graph_count(&w.graph, r);
    }
    graph_witnesses(&w.graph, r);
    r->second_pass = clock_seconds(&w.clock) - r->seconds;
    walk_release(&w);
}
