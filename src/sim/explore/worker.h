/*
 * The walk over all states, by one or several workers.
 *
 * Purpose    search_states in two halves: here every state is visited once and the graph is
 *            collected in pieces; states.c makes one graph and one result of them.
 * How        A worker is a thread that drives a few walkers (walk.h) in turn. A walker without work gets
 *            the oldest unvisited successor of another, as the schedule that leads there.
 * Order      Which worker finds a state first depends on time; which states and steps there are
 *            does not. So numbers of nodes differ from run to run with several workers, and nothing
 *            that is reported may depend on them.
 */
#ifndef SIM_EXPLORE_WORKER_H
#define SIM_EXPLORE_WORKER_H

#include <stdatomic.h>

#include <pthread.h>

#include "sim/explore/harvest.h"
#include "sim/explore/memo.h"
#include "sim/explore/reduce.h"
#include "sim/explore/search.h"
#include "sim/explore/visited.h"

enum { MAX_HARVESTS = 4 * MAX_JOBS };

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
    unsigned n_workers, n_harvests;
    bool crowded;               // more than the first walker walk; written before the others begin
    _Atomic uint32_t next_node; // numbers are given out in blocks
    _Atomic uint64_t n_states;  // as of each worker's last look at the clock
    _Atomic uint64_t n_steps;   // likewise
    _Atomic uint64_t bytes;     // of the workers' own lists, likewise
    _Atomic(const char *) why;  // not NULL: stop, and this is why
    _Atomic int hungry;         // walkers without work, less tasks that wait
    _Atomic unsigned n_ready;   // tasks that wait
    pthread_mutex_t lock;       // of what follows
    pthread_cond_t changed;
    struct task *tasks;
    size_t n_tasks, capacity_tasks;
    unsigned n_waiting;
    bool over;
    struct probe *probe; // of the first worker; NULL: nobody wants to know
    struct worker *workers;
    struct harvest harvests[MAX_HARVESTS];
};

/*
 * Walks over everything. The crew's harvests are the result; crew_release frees all. The caller has zeroed it and set
 * scenario, options, clock and reduction.
 */
void crew_walk(struct crew *crew);
void crew_release(struct crew *crew);
uint64_t crew_bytes(struct crew *crew);

#endif
