/*
 * The search `states`: every reachable state once.
 *
 * The walk is in worker.c. Here the pieces that the workers collected become one graph, and what
 * follows from the graph is read off in a second pass: counts, chances and shortest witnesses.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>

#include "sim/explore/lock_circles.h"
#include "sim/explore/shorten.h"
#include "sim/explore/totals.h"
#include "sim/explore/worker.h"
#include "sim/lang/mem.h"

enum { LARGE_GRAPH = 200000 }; // nodes: counting them takes longer than starting a thread

/* ---- one registry of all ---- */

/*
 * Adds the texts of one registry to another; numbers[i] is the new number of i. Only what somebody
 * came to: a step that was looked at but not made shows nothing.
 */
static uint32_t *merge_registry(struct registry *into, const struct registry *from,
                                const struct witness *ways, size_t n_ways)
{
    uint32_t *numbers = mem_alloc(from->n, sizeof *numbers);
    for (uint32_t i = 0; i < from->n; i++) {
        bool came = i < n_ways && ways[i].steps != NULL;
        numbers[i] = came ? registry_take(into, from, i) : UINT32_MAX;
    }
    return numbers;
}

/* ---- one graph of all ---- */

static bool has_counters(const struct crew *crew)
{
    return crew->reduction != NULL && crew->reduction->n_counters > 0;
}

static void set_first(struct graph *g, const struct crew *crew)
{
    g->first = mem_alloc(g->n_nodes + 1u, sizeof *g->first);
    for (unsigned k = 0; k < crew->n_harvests; k++) {
        struct log_place place = {.block = crew->harvests[k].first};
        struct logged state;
        while (log_next(&place, has_counters(crew), &state)) {
            for (uint32_t i = 0; i < state.n; i++) {
                uint32_t to = logged_step(&state, i, has_counters(crew)).to;
                g->first[state.node + 1] += to != UNKNOWN; // else the walk was cut short here
            }
        }
    }
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        g->first[n + 1] += g->first[n];
    }
    g->n_edges = g->first[g->n_nodes];
}

static void take_edges(struct graph *g, const struct harvest *h)
{
    struct log_place place = {.block = h->first};
    struct logged state;
    while (log_next(&place, g->changes != NULL, &state)) {
        uint32_t to = g->first[state.node];
        for (uint32_t i = 0; i < state.n; i++) {
            struct logged_step step = logged_step(&state, i, g->changes != NULL);
            if (step.to == UNKNOWN) {
                continue;
            }
            g->targets[to] = step.to;
            g->choices[to] = step.choice;
            if (g->changes != NULL) {
                g->changes[to] = step.change;
            }
            to++;
        }
    }
}

static void take_ends(struct graph *g, const struct harvest *h, const uint32_t *endings)
{
    for (size_t i = 0; i < h->n_ends; i++) {
        g->ends[g->n_ends] = h->ends[i];
        if (g->changes == NULL) {
            g->ends[g->n_ends].ending = endings[h->ends[i].ending];
        }
        g->n_ends++;
    }
}

static void take_occurrences(struct graph *g, const struct harvest *h, const uint32_t *findings)
{
    uint32_t base = (uint32_t)g->n_shown;
    for (size_t i = 0; i < h->n_shown; i++) {
        g->shown[g->n_shown] = h->shown[i];
        g->shown[g->n_shown++].finding = findings[h->shown[i].finding];
    }
    for (size_t i = 0; i < h->n_occurrences; i++) {
        g->occurrences[g->n_occurrences++] =
            (struct occurrence){h->occurrences[i].node, base + h->occurrences[i].shown};
    }
}

/* Of a search that was cut short: the first way that somebody found. */
static void take_ways(struct ways *ways, struct witness *of, const uint32_t *numbers, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        struct witness *w = numbers[i] != UINT32_MAX ? ways_at(ways, numbers[i]) : NULL;
        if (w != NULL && (w->steps == NULL || of[i].n < w->n)) {
            free(w->steps);
            *w = of[i];
            of[i].steps = NULL;
        }
    }
}

static void set_ways(struct ways *of_endings, struct ways *of_findings, struct explore_result *r)
{
    for (uint32_t i = 0; i < r->n_endings; i++) {
        if (r->endings[i].witness.steps == NULL) {
            r->endings[i].witness = *ways_at(of_endings, i);
            ways_at(of_endings, i)->steps = NULL;
        }
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].witness.steps == NULL) {
            r->findings[i].witness = *ways_at(of_findings, i);
            ways_at(of_findings, i)->steps = NULL;
        }
    }
}

/* ---- all of it ---- */

struct collection {
    struct graph graph;
    struct registry endings, findings;
    struct ways of_endings, of_findings;
};

static void collect(struct collection *c, struct crew *crew)
{
    struct graph *g = &c->graph;
    size_t n_ends = 0, n_shown = 0, n_occurrences = 0;
    for (unsigned k = 0; k < crew->n_harvests; k++) {
        n_ends += crew->harvests[k].n_ends;
        n_shown += crew->harvests[k].n_shown;
        n_occurrences += crew->harvests[k].n_occurrences;
    }
    g->n_nodes = atomic_load(&crew->next_node);
    set_first(g, crew);
    g->targets = mem_alloc(g->n_edges, sizeof *g->targets);
    g->choices = mem_alloc(g->n_edges, sizeof *g->choices);
    if (has_counters(crew)) {
        g->changes = mem_alloc(g->n_edges, sizeof *g->changes);
    }
    g->ends = mem_alloc(n_ends, sizeof *g->ends);
    g->shown = mem_alloc(n_shown, sizeof *g->shown);
    g->occurrences = mem_alloc(n_occurrences, sizeof *g->occurrences);
    for (unsigned k = 0; k < crew->n_harvests; k++) {
        struct harvest *h = &crew->harvests[k];
        uint32_t *endings =
            merge_registry(&c->endings, &h->endings, h->of_endings, h->capacity_of_endings);
        uint32_t *findings =
            merge_registry(&c->findings, &h->findings, h->of_findings, h->capacity_of_findings);
        take_edges(g, h);
        take_ends(g, h, endings);
        take_occurrences(g, h, findings);
        take_ways(&c->of_endings, h->of_endings, endings, h->endings.n);
        take_ways(&c->of_findings, h->of_findings, findings, h->findings.n);
        free(endings);
        free(findings);
        harvest_release(h);
    }
}

/* States from which no end can be reached any more, in a graph with cycles. */
static void note_livelocks(struct collection *c)
{
    struct graph *g = &c->graph;
    bool *reaches = mem_alloc(g->n_nodes, sizeof *reaches);
    uint32_t n = 0;
    graph_reaches_end(g, reaches);
    for (uint32_t k = 0; k < g->n_nodes; k++) {
        n += !reaches[k];
    }
    if (n > 0) {
        uint32_t finding = registry_add(&c->findings,
                                        "Livelock: from here on the threads can only run in "
                                        "circles; no end can be reached any more.",
                                        FINDING_LIVELOCK);
        g->shown = mem_resize(g->shown, (g->n_shown + 1) * sizeof *g->shown);
        g->shown[g->n_shown++] = (struct shown){.finding = finding};
        g->occurrences =
            mem_resize(g->occurrences, (g->n_occurrences + n) * sizeof *g->occurrences);
        for (uint32_t k = 0; k < g->n_nodes; k++) {
            if (!reaches[k]) {
                g->occurrences[g->n_occurrences++] =
                    (struct occurrence){k, (uint32_t)g->n_shown - 1};
            }
        }
    }
    free(reaches);
}

/* A walk under this reduction (or none). The crew is released by the caller. */
static struct crew *walk_with(const struct scenario *s, const struct explore_options *options,
                              const struct clock *clock, const struct reduction *reduction)
{
    struct crew *crew = mem_alloc(1, sizeof *crew);
    crew->scenario = s;
    crew->options = options;
    crew->clock = *clock;
    crew->reduction = reduction;
    crew_walk(crew);
    return crew;
}

static void forget(struct collection *c, struct crew *crew, struct reduction *reduction)
{
    graph_release(&c->graph);
    ways_release(&c->of_endings);
    ways_release(&c->of_findings);
    registry_release(&c->endings);
    registry_release(&c->findings);
    *c = (struct collection){.graph = {.n_nodes = 0}};
    crew_release(crew);
    free(crew);
    reduction_free(reduction);
}

/* What the walk found, as one graph; with the figures that are known then. */
static void take_figures(struct collection *c, struct crew *crew, struct explore_result *r)
{
    r->seconds = clock_seconds(&crew->clock);
    r->bytes = crew_bytes(crew);
    r->why_incomplete = atomic_load(&crew->why);
    r->complete = r->why_incomplete == NULL;
    r->states = atomic_load(&crew->n_states);
    r->collisions = (double)r->states * (double)r->states / 6.8e38; // 2^129
    r->alone = r->folded = 0;
    for (unsigned k = 0; k < crew->n_harvests; k++) {
        r->alone += crew->harvests[k].n_alone;
        r->folded += crew->harvests[k].n_folded;
    }
    visited_free(crew->visited);
    crew->visited = NULL;
    registry_init(&c->endings);
    registry_init(&c->findings);
    collect(c, crew);
    r->transitions = c->graph.n_edges;
    if (r->complete) {
        graph_sort(&c->graph);
        r->cyclic = c->graph.cyclic;
    }
}

/*
 * Walks, reduced if that is asked for. The reduction supposes that no step stops the machine and
 * that there are no cycles; where that turns out wrong, it is done again without.
 */
static struct crew *find_all(const struct scenario *s, const struct explore_options *options,
                             const struct clock *clock, struct collection *c,
                             struct reduction **reduction, struct explore_result *r)
{
    bool stops = false, may_fold = true;
    while (true) {
        *reduction = options->reduce ? reduction_create(s, options, stops, may_fold) : NULL;
        struct crew *crew = walk_with(s, options, clock, *reduction);
        bool again = atomic_load(&crew->stopped) && !stops;
        stops |= again;
        if (!again) {
            take_figures(c, crew, r);
            again = r->complete && r->cyclic && crew->reduction != NULL &&
                    crew->reduction->n_counters > 0;
            may_fold &= !again;
        }
        if (!again) {
            return crew;
        }
        forget(c, crew, *reduction);
    }
}

struct counting {
    const struct graph *graph;
    struct explore_result *result;
};

static void *count(void *context)
{
    struct counting *c = context;
    graph_count(c->graph, c->result);
    return NULL;
}

/*
 * Counts and witnesses of a complete search. They write different things, so with several workers and a large graph
 * a thread counts meanwhile.
 */
static void read_off(const struct graph *g, bool counted, unsigned workers,
                     struct explore_result *r)
{
    struct counting counting = {g, r};
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before); // signals are for the caller's thread
    bool apart = counted && workers > 1 && g->n_nodes > LARGE_GRAPH &&
                 pthread_create(&thread, NULL, count, &counting) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (counted && !apart) {
        graph_count(g, r);
    }
    graph_witnesses(g, r);
    if (apart) {
        pthread_join(thread, NULL);
    }
}

static void second_pass(struct collection *c, const struct crew *crew, struct explore_result *r)
{
    const struct reduction *reduction = crew->reduction;
    const char *why = NULL;
    if (r->complete && r->cyclic) {
        note_livelocks(c);
    }
    if (r->complete && reduction != NULL && reduction->n_counters > 0) {
        ways_release(&c->of_endings);
        why = totals_find(&(struct totals){.graph = &c->graph,
                                           .reduction = reduction,
                                           .options = crew->options,
                                           .clock = &crew->clock,
                                           .start = crew->start,
                                           .endings = &c->endings,
                                           .findings = &c->findings,
                                           .of_endings = &c->of_endings,
                                           .of_findings = &c->of_findings});
    }
    registry_to_endings(&c->endings, r);
    registry_to_findings(&c->findings, r);
    if (why != NULL) {
        r->complete = false;
        r->why_incomplete = why;
    }
    if (r->complete) {
        read_off(&c->graph, !r->cyclic && reduction == NULL, n_workers(crew->options->jobs), r);
    }
    set_ways(&c->of_endings, &c->of_findings, r);
    if (r->complete && crew->options->n_prefix == 0) {
        lock_circles_find(crew->scenario, &c->graph, r);
    }
    lock_edges_drop(r);
    for (uint32_t i = 0; i < r->n_endings && reduction != NULL; i++) {
        if (r->endings[i].kind >= VERDICT_BUGCHECK) {
            shorten_witness(crew->scenario, crew->options, &r->endings[i]);
        }
    }
}

void search_states(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r)
{
    struct collection c = {.graph = {.n_nodes = 0}};
    struct reduction *reduction;
    struct clock clock;
    clock_start(&clock);
    struct crew *crew = find_all(s, options, &clock, &c, &reduction, r);
    second_pass(&c, crew, r);
    r->reduced = options->reduce;
    r->second_pass = clock_seconds(&clock) - r->seconds;
    forget(&c, crew, reduction);
}
