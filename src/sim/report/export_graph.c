/*
 * The graph of states, for Graphviz: what can be reached from the start, in breadth, up to MAX_STATES of them.
 *
 * A state is known by its fingerprint. The way to it is kept as its parent and a choice, and made again when
 * its turn comes; the ways are short, since the walk goes in breadth. Colours tell what can still come: good endings only,
 * bad ends only; a state whose followers are not all there tells neither. The steps of the exported run are bold.
 */
#include <stdlib.h>

#include "sim/lang/mem.h"
#include "sim/lang/schedule_text.h"
#include "sim/report/export_parts.h"

enum { MAX_STATES = 300, CAN_GOOD = 1, CAN_BAD = 2 };

struct state {
    struct fingerprint fingerprint;
    uint32_t parent, depth;
    struct choice choice; // from the parent to here
    uint8_t can;          // what ends can come
    bool over, open;      // open: some of what follows is not there
};

struct graph_edge {
    uint32_t from, to;
    struct choice choice;
};

struct graph {
    struct state states[MAX_STATES];
    uint32_t n;
    struct graph_edge *edges;
    size_t n_edges, capacity_edges;
    bool cut;
    struct fingerprint
        run[MAX_STATES]; // places of the exported run: no bold step begins behind them
    uint32_t n_run;
};

static bool same(const struct fingerprint *a, const struct fingerprint *b)
{
    return a->low == b->low && a->high == b->high;
}

static void graph_note(struct export *e, const struct machine *m)
{
    struct graph *g = e->own;
    if (g->n_run < MAX_STATES) {
        g->run[g->n_run++] = m->world.fingerprint;
    }
}

static void graph_begin(struct export *e, const struct machine *m)
{
    e->own = mem_alloc(1, sizeof(struct graph));
    graph_note(e, m);
}

/* Goes to a state on its way from the start. */
static void go_to(struct machine *m, const struct graph *g, uint32_t state)
{
    struct choice way[MAX_STATES];
    uint32_t n = g->states[state].depth;
    for (uint32_t at = state, k = n; k > 0; at = g->states[at].parent) {
        way[--k] = g->states[at].choice;
    }
    machine_reset(m);
    for (uint32_t k = 0; k < n; k++) {
        machine_step(m, way[k]);
    }
}

/* The number of the machine's state, which is new if need be; MAX_STATES: there is no room for it. */
static uint32_t state_of(struct graph *g, const struct machine *m, uint32_t parent,
                         struct choice choice)
{
    for (uint32_t i = 0; i < g->n; i++) {
        if (same(&g->states[i].fingerprint, &m->world.fingerprint)) {
            return i;
        }
    }
    if (g->n == MAX_STATES) {
        return MAX_STATES;
    }
    struct state *s = &g->states[g->n];
    *s = (struct state){.fingerprint = m->world.fingerprint,
                        .parent = parent,
                        .depth = g->n > 0 ? g->states[parent].depth + 1 : 0,
                        .choice = choice,
                        .over = machine_verdict(m) != VERDICT_RUNNING};
    if (s->over) {
        s->can = machine_ended_well(m) ? CAN_GOOD : CAN_BAD;
    }
    return g->n++;
}

static void expand(struct graph *g, struct machine *m, uint32_t from)
{
    struct choice choices[MAX_CHOICES];
    go_to(m, g, from);
    unsigned n = g->states[from].over ? 0 : machine_choices(m, choices);
    for (unsigned i = 0; i < n; i++) {
        struct machine_mark mark;
        machine_push(m, choices[i], &mark);
        uint32_t to = state_of(g, m, from, choices[i]);
        machine_pop(m, &mark);
        if (to == MAX_STATES) {
            g->cut = g->states[from].open = true;
            continue;
        }
        g->edges = mem_grow(g->edges, g->n_edges, &g->capacity_edges, sizeof *g->edges);
        g->edges[g->n_edges++] = (struct graph_edge){from, to, choices[i]};
    }
}

/* What can come of a state can come of those before it. */
static void spread(struct graph *g)
{
    for (uint32_t i = 0; i < g->n; i++) {
        g->states[i].can |= g->states[i].open ? CAN_GOOD | CAN_BAD : 0;
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t k = g->n_edges; k-- > 0;) {
            struct state *from = &g->states[g->edges[k].from];
            uint8_t can = from->can | g->states[g->edges[k].to].can;
            changed |= can != from->can;
            from->can = can;
        }
    }
}

static bool in_run(const struct graph *g, const struct export_run *run, const struct graph_edge *e)
{
    for (uint32_t i = 0; i < g->n_run && i < run->n; i++) {
        const struct choice *c = &run->choices[i];
        if (c->thread == e->choice.thread && c->kind == e->choice.kind &&
            c->pick == e->choice.pick && same(&g->run[i], &g->states[e->from].fingerprint)) {
            return true;
        }
    }
    return false;
}

static void write_state(FILE *out, const struct graph *g, uint32_t i)
{
    static const char *const fills[] = {"white", "#c3e6da", "#f4c9ae", "white"};
    static const char *const ends[] = {"white", "#009e73", "#d55e00", "white"};
    const struct state *s = &g->states[i];
    fprintf(out, "  s%u [label=\"\", shape=%s, fillcolor=\"%s\"%s];\n", (unsigned)i,
            s->over ? "doublecircle" : "circle", (s->over ? ends : fills)[s->can],
            s->open ? ", style=\"filled,dashed\"" : "");
}

static void graph_write(const struct graph *g, const struct export *e)
{
    FILE *out = e->out;
    fprintf(out, "digraph states {\n  label=\"%u states%s. An edge is the thread that steps; ",
            (unsigned)g->n, g->cut ? ", the first of more (dashed: not all that follows)" : "");
    fputs("bold: the exported run; green: only good endings can come; red: none\";\n"
          "  node [style=filled, width=0.2];\n",
          out);
    for (uint32_t i = 0; i < g->n; i++) {
        write_state(out, g, i);
    }
    for (size_t k = 0; k < g->n_edges; k++) {
        const struct graph_edge *edge = &g->edges[k];
        char label[SCHEDULE_ITEM];
        schedule_item_print(label, schedule_step_of(edge->choice), 1);
        fprintf(out, "  s%u -> s%u [label=\"%s\"%s];\n", (unsigned)edge->from, (unsigned)edge->to,
                label, in_run(g, e->run, edge) ? ", style=bold, penwidth=3" : "");
    }
    fputs("}\n", out);
}

static void graph_end(struct export *e, const struct machine *m)
{
    struct graph *g = e->own;
    struct machine *walker = machine_create(m->scenario, false);
    machine_keep_fingerprint(walker);
    machine_reset(walker);
    state_of(g, walker, 0, (struct choice){.thread = 0});
    for (uint32_t i = 0; i < g->n; i++) {
        expand(g, walker, i);
    }
    spread(g);
    graph_write(g, e);
    machine_free(walker);
    free(g->edges);
    free(g);
}

const struct exporter export_graph = {graph_begin, graph_note, graph_end};
