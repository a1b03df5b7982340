/*
 * Endings by the sums of counters along schedules.
 *
 * One pass in topological order: what reaches a node is what reaches its predecessors, changed by
 * the step between. Witnesses are found backwards: a predecessor that has the right sum in one step
 * less.
 */
#include "sim/explore/totals.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

struct witness *ways_at(struct ways *ways, uint32_t i)
{
    while (ways->capacity <= i) {
        ways->items = mem_grow(ways->items, ways->capacity, &ways->capacity, sizeof *ways->items);
    }
    return &ways->items[i];
}

void ways_release(struct ways *ways)
{
    for (size_t i = 0; i < ways->capacity; i++) {
        free(ways->items[i].steps);
    }
    free(ways->items);
    *ways = (struct ways){.items = NULL};
}

/* ---- sums in runs ---- */

/* n sums from first on, distance apart; each with slope steps more than the one before. */
struct run {
    counts first, distance;
    uint32_t n, steps;
    int64_t slope;
};

/* Sums in ascending order. */
struct sums {
    struct run *runs;
    uint32_t n;
    size_t capacity;
};

struct entry {
    counts sum;
    int64_t steps;
};

struct entries {
    struct entry *items;
    size_t n, capacity;
};

static void put_entry(struct entries *e, counts sum, int64_t steps)
{
    e->items = mem_grow(e->items, e->n, &e->capacity, sizeof *e->items);
    e->items[e->n++] = (struct entry){sum, steps};
}

static void spread(const struct sums *s, counts change, int64_t more, struct entries *out)
{
    out->n = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        const struct run *r = &s->runs[i];
        for (uint32_t k = 0; k < r->n; k++) {
            put_entry(out, r->first + change + (counts)k * r->distance,
                      r->steps + more + (int64_t)k * r->slope);
        }
    }
}

/* Both lists in one, in order; of equal sums the one with fewer steps. */
static void merge(const struct entries *a, const struct entries *b, struct entries *out)
{
    size_t i = 0, k = 0;
    out->n = 0;
    while (i < a->n || k < b->n) {
        if (k == b->n || (i < a->n && a->items[i].sum < b->items[k].sum)) {
            put_entry(out, a->items[i].sum, a->items[i].steps);
            i++;
        } else if (i == a->n || b->items[k].sum < a->items[i].sum) {
            put_entry(out, b->items[k].sum, b->items[k].steps);
            k++;
        } else {
            bool first = a->items[i].steps <= b->items[k].steps;
            put_entry(out, a->items[i].sum, first ? a->items[i].steps : b->items[k].steps);
            i++;
            k++;
        }
    }
}

/* Runs as long as possible, from the first entry on. */
static void gather(const struct entries *e, struct sums *out)
{
    out->n = 0;
    for (size_t i = 0; i < e->n;) {
        struct run r = {e->items[i].sum, 0, 1, (uint32_t)e->items[i].steps, 0};
        if (i + 1 < e->n) {
            r.distance = e->items[i + 1].sum - e->items[i].sum;
            r.slope = e->items[i + 1].steps - e->items[i].steps;
            while (i + r.n < e->n &&
                   e->items[i + r.n].sum - e->items[i + r.n - 1].sum == r.distance &&
                   e->items[i + r.n].steps - e->items[i + r.n - 1].steps == r.slope) {
                r.n++;
            }
        }
        out->runs = mem_grow(out->runs, out->n, &out->capacity, sizeof *out->runs);
        out->runs[out->n++] = r;
        i += r.n;
    }
}

/* Two runs of one line that overlap or touch become one. */
static bool join(struct run *a, struct run b)
{
    if (a->n == 1) {
        a->distance = b.distance;
        a->slope = b.slope;
    } else if (b.n == 1) {
        b.distance = a->distance;
        b.slope = a->slope;
    }
    if (a->distance == 0 || a->distance != b.distance || a->slope != b.slope) {
        return false;
    }
    counts apart = b.first - a->first;
    counts k = apart / a->distance;
    if (k * a->distance != apart || a->steps + k * a->slope != b.steps || k > (counts)a->n ||
        -k > (counts)b.n) {
        return false;
    }
    counts first = k < 0 ? k : 0;
    counts end = k + (counts)b.n > (counts)a->n ? k + (counts)b.n : (counts)a->n;
    a->first += first * a->distance;
    a->steps = (uint32_t)(a->steps + first * a->slope);
    a->n = (uint32_t)(end - first);
    return true;
}

struct scratch {
    struct entries a, b, both;
};

static struct run run_behind(struct run r, counts change)
{
    r.first += change;
    r.steps++;
    return r;
}

/* Adds what another node has, changed by one step. */
static void add_sums(struct sums *to, const struct sums *from, counts change,
                     struct scratch *scratch)
{
    if (to->n == 0) { // nearly always
        to->runs = mem_alloc(from->n, sizeof *to->runs);
        to->capacity = from->n;
        while (to->n < from->n) {
            to->runs[to->n] = run_behind(from->runs[to->n], change);
            to->n++;
        }
        return;
    }
    if (to->n == 1 && from->n == 1) {
        struct run joined = to->runs[0];
        if (join(&joined, run_behind(from->runs[0], change))) {
            to->runs[0] = joined;
            return;
        }
    }
    spread(to, 0, 0, &scratch->a);
    spread(from, change, 1, &scratch->b);
    merge(&scratch->a, &scratch->b, &scratch->both);
    gather(&scratch->both, to);
}

/* The fewest steps with this sum, or -1. */
static int64_t steps_of(const struct sums *s, counts sum)
{
    for (uint32_t i = 0; i < s->n; i++) {
        const struct run *r = &s->runs[i];
        counts apart = sum - r->first;
        counts k = r->distance != 0 ? apart / r->distance : 0;
        if (apart >= 0 && k < (counts)r->n && k * r->distance == apart) {
            return r->steps + k * r->slope;
        }
    }
    return -1;
}

/* ---- the pass ---- */

struct step_in {
    uint32_t from, edge;
};

struct pass {
    const struct totals *t;
    struct sums *sums;        // of each node
    uint32_t *first;          // nodes + 1: of steps_in
    struct step_in *steps_in; // in topological order of where they come from
};

static void find_steps_in(struct pass *p)
{
    const struct graph *g = p->t->graph;
    p->first = mem_alloc(g->n_nodes + 2u, sizeof *p->first);
    p->steps_in = mem_alloc(g->n_edges, sizeof *p->steps_in);
    for (uint32_t e = 0; e < g->n_edges; e++) {
        p->first[g->targets[e] + 2]++;
    }
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        p->first[n + 2] += p->first[n + 1];
    }
    for (uint32_t from = 0; from < g->n_nodes;
         from++) { // first[n + 1]: from the start of n to its end
        for (uint32_t e = g->first[from]; e < g->first[from + 1]; e++) {
            p->steps_in[p->first[g->targets[e] + 1]++] = (struct step_in){from, e};
        }
    }
}

static const char *add_up(struct pass *p)
{
    const struct graph *g = p->t->graph;
    struct scratch scratch = {.a = {.n = 0}};
    const char *why = NULL;
    p->sums = mem_alloc(g->n_nodes, sizeof *p->sums);
    put_entry(&scratch.both, 0, 0);
    gather(&scratch.both, &p->sums[0]);
    for (uint32_t n = 0; n < g->n_nodes && why == NULL; n++) {
        for (uint32_t i = p->first[n]; i < p->first[n + 1]; i++) {
            const struct step_in *in = &p->steps_in[i];
            add_sums(&p->sums[n], &p->sums[in->from], g->changes[in->edge], &scratch);
        }
        if ((n & CLOCK_MASK) == 0) {
            why = clock_over(p->t->clock, p->t->options, 0, 0);
        }
    }
    free(scratch.a.items);
    free(scratch.b.items);
    free(scratch.both.items);
    return why;
}

/* The schedule that reaches the node with this sum in the fewest steps; the first of its kind. */
static struct witness go_back(const struct pass *p, uint32_t node, counts sum)
{
    const struct graph *g = p->t->graph;
    struct witness w = {.n = (uint32_t)steps_of(&p->sums[node], sum)};
    w.steps = mem_alloc(w.n + 1u, sizeof *w.steps);
    for (uint32_t at = w.n; at > 0; at--) {
        uint32_t i = p->first[node];
        while (i + 1 < p->first[node + 1] &&
               steps_of(&p->sums[p->steps_in[i].from], sum - g->changes[p->steps_in[i].edge]) !=
                   (int64_t)at - 1) {
            i++;
        }
        const struct step_in *in = &p->steps_in[i];
        assert(steps_of(&p->sums[in->from], sum - g->changes[in->edge]) == (int64_t)at - 1);
        w.steps[at - 1] = choice_unpack(g->choices[in->edge]);
        sum -= g->changes[in->edge];
        node = in->from;
    }
    for (uint32_t i = 1; i < w.n; i++) {
        w.switches += w.steps[i].thread != w.steps[i - 1].thread;
    }
    return w;
}

/* ---- the ends ---- */

/* Keeps the shorter of two ways to the same ending or claim; the earlier one if they are equal. */
static void offer(const struct pass *p, struct ways *ways, uint32_t number, uint32_t node,
                  counts sum)
{
    struct witness *best = ways_at(ways, number);
    int64_t steps = steps_of(&p->sums[node], sum);
    if (best->steps == NULL || steps < best->n) {
        free(best->steps);
        *best = go_back(p, node, sum);
    }
}

static bool holds(const struct totals *t, const struct machine *m, uint32_t expectation, counts all)
{
    for (unsigned k = 0; k < t->reduction->n_counters; k++) {
        const struct counter *c = &t->reduction->counters[k];
        if (c->failing && c->expectation == expectation) {
            return counts_get(all, k) == 0;
        }
    }
    bool failed;
    const struct expectation *e = &m->scenario->expectations[expectation];
    return vm_evaluate(&e->claim.code, &m->world, &failed) != 0;
}

/* Asks endings and claims in a world that has these counts of files. */
static void ask(const struct pass *p, struct machine *m, const struct end *end, counts sum)
{
    const struct totals *t = p->t;
    counts all = sum + t->start + end->rest;
    world_begin_step(&m->world);
    for (unsigned k = 0; k < t->reduction->n_counters; k++) {
        const struct counter *c = &t->reduction->counters[k];
        if (!c->failing) {
            world_edit_directory(&m->world, c->directory)->n_files = (uint32_t)counts_get(all, k);
        }
    }
    offer(p, t->of_endings, ending_of(t->endings, m, t->options->final_states), end->node, sum);
    uint32_t found[MAX_END_FINDINGS];
    unsigned n = end_findings_of(t->findings, m, END_ENDINGS, found);
    for (unsigned i = 0; i < n; i++) {
        offer(p, t->of_findings, found[i], end->node, sum);
    }
    if (t->options->claims && machine_verdict(m) < VERDICT_BUGCHECK) {
        for (uint32_t i = 0; i < m->scenario->n_expectations; i++) {
            if (is_claim(&m->scenario->expectations[i]) &&
                claim_tells(m->scenario, i, holds(t, m, i, all))) {
                offer(p, t->of_findings, claim_finding(t->findings, i), end->node, sum);
            }
        }
    }
    world_undo_to(&m->world, 0);
}

static void ask_end(const struct pass *p, struct machine *m, const struct end *end)
{
    const struct sums *s = &p->sums[end->node];
    struct witness w = go_back(p, end->node, s->runs[0].first);
    machine_reset(m);
    for (uint32_t i = 0; i < w.n; i++) {
        machine_step(m, w.steps[i]);
    }
    free(w.steps);
    world_forget(&m->world);
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t k = 0; k < s->runs[i].n; k++) {
            ask(p, m, end, s->runs[i].first + (counts)k * s->runs[i].distance);
        }
    }
}

/* The ends in topological order, so that it does not matter who found which first. */
static void ask_ends(const struct pass *p)
{
    const struct graph *g = p->t->graph;
    struct machine *m = machine_create(p->t->reduction->scenario, false);
    uint32_t *end_of = mem_alloc(g->n_nodes, sizeof *end_of); // plus one
    for (size_t i = 0; i < g->n_ends; i++) {
        end_of[g->ends[i].node] = (uint32_t)i + 1;
    }
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        uint32_t end = end_of[n];
        if (end != 0) {
            ask_end(p, m, &g->ends[end - 1]);
        }
    }
    free(end_of);
    machine_free(m);
}

const char *totals_find(const struct totals *t)
{
    struct pass p = {.t = t};
    find_steps_in(&p);
    const char *why = add_up(&p);
    if (why == NULL) {
        ask_ends(&p);
    }
    for (uint32_t n = 0; n < t->graph->n_nodes; n++) {
        free(p.sums[n].runs);
    }
    free(p.sums);
    free(p.first);
    free(p.steps_in);
    return why;
}
