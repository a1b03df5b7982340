/*
 * The walk over all states, by one or several workers.
 *
 * Purpose    search_states in two halves: here every state is visited once and the graph is
 *            collected in pieces; states.c makes one graph and one result of them.
 * How        A walker goes depth first through states of its own (memo.h): it asks the visited
 *            table for each successor and goes on behind those that are new. One without work gets
 *            the oldest unvisited successor of another, as the schedule that leads there.
 * Order      Which worker finds a state first depends on time; which states and steps there are
 *            does not. So numbers of nodes differ from run to run with several workers, and nothing
 *            that is reported may depend on them.
 */
#ifndef SIM_EXPLORE_WORKER_H
#define SIM_EXPLORE_WORKER_H

#include <stdatomic.h>

#include <pthread.h>

#include "sim/explore/graph.h"
#include "sim/explore/memo.h"
#include "sim/explore/reduce.h"
#include "sim/explore/search.h"
#include "sim/explore/visited.h"

enum { N_WALKERS = 4 }; // of one worker

/* What one walker found. Lists are parallel: states in the order in which it was done with them. */
struct harvest {
    struct registry endings, findings;
    struct witness *of_endings, *of_findings; // the first way there; not the shortest
    size_t capacity_of_endings, capacity_of_findings;
    uint32_t *nodes;
    uint16_t *n_edges;
    size_t n_nodes, capacity_nodes, capacity_n_edges;
    uint32_t *targets;
    uint16_t *choices; // packed, see graph.h
    counts *changes;   // of the counters; only where there are some
    size_t n_targets, capacity_targets, capacity_choices, capacity_changes;
    struct end *ends;
    size_t n_ends, capacity_ends;
    struct shown *shown; // each once
    size_t n_shown, capacity_shown;
    uint32_t *shown_slots; // hash table
    uint32_t shown_mask;
    struct occurrence *occurrences;
    size_t n_occurrences, capacity_occurrences;
    uint64_t n_alone,
        n_folded; // states in which one thread went alone; steps after which names left
};

/* A schedule whose last state is new and waits for a worker. */
struct task {
    struct choice *steps;
    uint32_t n;
    uint32_t node;
};

struct worker;

/* What the workers share. */
struct crew {
    const struct scenario *scenario;
    const struct explore_options *options;
    struct clock clock;
    const struct reduction *reduction; // NULL: none
    counts start;                      // its counters before the first step
    _Atomic bool stopped; // some step stops the machine, and the reduction supposed that none does
    struct visited *visited;
    bool races; // something can race at all
    unsigned n_workers, n_harvests;
    bool crowded;               // more than the first walker walk; written before the others begin
    _Atomic uint32_t next_node; // numbers are given out in blocks
    _Atomic uint64_t n_states;  // as of each worker's last look at the clock
    _Atomic uint64_t n_steps;   // likewise
    _Atomic uint64_t bytes;     // of the workers' own lists, likewise
    _Atomic(const char *) why;  // not NULL: stop, and this is why
    _Atomic int hungry;         // workers without work, less tasks that wait
    _Atomic unsigned n_ready;   // tasks that wait
    pthread_mutex_t lock;       // of what follows
    pthread_cond_t changed;
    struct task *tasks;
    size_t n_tasks, capacity_tasks;
    unsigned n_waiting;
    bool over;
    struct worker *workers;
    struct harvest harvests[MAX_JOBS * N_WALKERS];
};

/*
 * Walks over everything. The crew's harvests are the result; crew_release frees all. The caller has zeroed it and set
 * scenario, options, clock and reduction.
 */
void crew_walk(struct crew *crew);
void crew_release(struct crew *crew);
void harvest_release(struct harvest *h);
uint64_t crew_bytes(struct crew *crew);

#endif
