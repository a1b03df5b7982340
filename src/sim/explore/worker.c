/*
 * The walk over all states, by one or several workers.
 */
#include "sim/explore/worker.h"

#include <signal.h>
#include <stdlib.h>

#include "sim/explore/probe.h"
#include "sim/explore/walk.h"
#include "sim/lang/mem.h"

enum {
    ALONE_STATES = 20000, // before others are called to help, unless a number of them was asked for
    ALONE_SHARE = 8,      // and so many for each step worked out: others have to learn it anew
};

enum { N_WALKERS = 2 }; // of one worker
_Static_assert(N_WALKERS *MAX_JOBS <= MAX_HARVESTS, "each walker has a harvest");

struct worker {
    struct crew *crew;
    pthread_t thread;
    uint32_t ticks;
    struct walker walkers[N_WALKERS];
    char apart[APART]; // no cache line is written by two workers
};

/* ---- tasks ---- */

static void give_task(struct crew *crew, struct task task)
{
    pthread_mutex_lock(&crew->lock);
    crew->tasks = mem_grow(crew->tasks, crew->n_tasks, &crew->capacity_tasks, sizeof *crew->tasks);
    crew->tasks[crew->n_tasks++] = task;
    atomic_fetch_sub(&crew->hungry, 1);
    atomic_fetch_add(&crew->n_ready, 1);
    pthread_cond_signal(&crew->changed);
    pthread_mutex_unlock(&crew->lock);
}

/* A task, if there is one; with wait, waits until there is one or will never be one. */
static bool take_task(struct crew *crew, struct task *task, bool wait)
{
    bool got = false;
    if (wait) {
        visited_leave(crew->visited);
    }
    pthread_mutex_lock(&crew->lock);
    crew->n_waiting += wait ? 1u : 0u;
    while (wait && crew->n_tasks == 0 && !crew->over) {
        if (crew->n_waiting == crew->n_workers) {
            crew->over = true;
            pthread_cond_broadcast(&crew->changed);
        } else {
            pthread_cond_wait(&crew->changed, &crew->lock);
        }
    }
    if (crew->n_tasks > 0) {
        *task = crew->tasks[--crew->n_tasks];
        atomic_fetch_sub(&crew->n_ready, 1);
        crew->n_waiting -= wait ? 1u : 0u;
        got = true;
    }
    pthread_mutex_unlock(&crew->lock);
    if (wait) {
        visited_enter(crew->visited);
    }
    return got;
}

/* ---- limits ---- */

/* Tells the crew how far a walker is. */
static void tell(struct crew *crew, struct walker *w)
{
    uint64_t bytes = walker_bytes(w), steps = w->out->n_steps;
    atomic_fetch_add(&crew->bytes, bytes - w->bytes_told);
    atomic_fetch_add(&crew->n_states, w->n_states - w->n_told);
    atomic_fetch_add(&crew->n_steps, steps - w->steps_told);
    w->steps_told = steps;
    w->bytes_told = bytes;
    w->n_told = w->n_states;
}

static void tell_all(struct worker *worker)
{
    for (unsigned i = 0; i < N_WALKERS; i++) {
        if (worker->walkers[i].memo != NULL) { // it has begun
            tell(worker->crew, &worker->walkers[i]);
        }
    }
}

/* Tells the crew how far the worker is, and looks whether a limit is reached. */
static void look_at_clock(struct worker *worker)
{
    struct crew *crew = worker->crew;
    tell_all(worker);
    const char *why =
        clock_over(&crew->clock, crew->options, atomic_load(&crew->n_states), crew_bytes(crew));
    if (why != NULL || atomic_load(&crew->stopped)) {
        atomic_store(&crew->why, why != NULL ? why : "a step stops the machine");
    }
    const struct walker *first = &worker->walkers[0];
    if (worker == crew->workers && clock_wants_progress(&crew->clock, crew->options)) {
        clock_progress(
            &crew->clock, crew->options,
            (struct explore_progress){.states = atomic_load(&crew->n_states),
                                      .steps = atomic_load(&crew->n_steps),
                                      .frontier = (uint32_t)(first->n_base + first->n_frames),
                                      .endings = first->out->endings.n,
                                      .seen = probe_seen(crew->probe)});
    }
}

/* A walker without work says so: others may give some away. */
static void be_hungry(struct walker *w)
{
    if (w->crew->crowded) {
        atomic_fetch_add(&w->crew->hungry, 1);
    }
}

static void call_others(struct crew *crew);

/* Once in a while the worker looks whether it is over, and whether it is worth it to call others. */
static void tick(struct worker *worker)
{
    struct crew *crew = worker->crew;
    uint64_t most = crew->options->max_states;
    bool full = most != 0 && atomic_load_explicit(&crew->n_states, memory_order_relaxed) >= most;
    // whoever wants it to end waits for that, and with many threads much lies between two looks
    const atomic_int *stop = crew->options->stop;
    bool unwanted = stop != NULL && atomic_load_explicit(stop, memory_order_relaxed) != 0 &&
                    atomic_load_explicit(&crew->why, memory_order_relaxed) == NULL;
    if (full || unwanted || (worker->ticks++ & CLOCK_MASK) == 0) {
        look_at_clock(worker);
        call_others(crew);
    }
}

static bool find_work(struct walker *w, bool wait)
{
    struct task task;
    if (!take_task(w->crew, &task, wait)) {
        return false;
    }
    walker_begin_task(w, &task);
    return true;
}

/* A walker's turn, and what is due after it. */
static void make_turn(struct worker *worker, struct walker *w)
{
    struct crew *crew = w->crew;
    struct task task;
    if (!walker_turn(w)) {
        be_hungry(w);
    }
    tick(worker);
    if (atomic_load_explicit(&crew->hungry, memory_order_relaxed) > 0 && walker_give(w, &task)) {
        give_task(crew, task);
    }
}

/* Drives the walkers in turn until there is nothing left to do. */
static void work(struct worker *worker)
{
    struct crew *crew = worker->crew;
    for (bool more = true; more;) {
        more = false;
        visited_rest(crew->visited);
        for (unsigned i = 0; i < N_WALKERS; i++) {
            struct walker *w = &worker->walkers[i];
            if (w->n_frames > 0) {
                make_turn(worker, w);
                more = true;
            } else if (atomic_load_explicit(&crew->n_ready, memory_order_relaxed) > 0) {
                more |= find_work(w, false);
            }
        }
        if (!more && crew->crowded) {
            more = find_work(&worker->walkers[0], true);
        }
    }
}

static void begin_walkers(struct worker *worker, unsigned first)
{
    size_t number = (size_t)(worker - worker->crew->workers) * N_WALKERS;
    for (unsigned i = first; i < N_WALKERS; i++) {
        walker_begin(&worker->walkers[i], worker->crew, &worker->crew->harvests[number + i]);
    }
}

static void *help(void *context)
{
    struct worker *worker = context;
    begin_walkers(worker, 0); // here, so that the memory is this thread's
    visited_enter(worker->crew->visited);
    work(worker);
    visited_leave(worker->crew->visited);
    return NULL;
}

/* Starts a thread for each worker but the first, with signals left to the caller's thread. */
static void start_workers(struct crew *crew)
{
    sigset_t all, before;
    unsigned started = 1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < crew->n_workers && pthread_create(&crew->workers[started].thread, NULL, help,
                                                       &crew->workers[started]) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_mutex_lock(&crew->lock);
    atomic_fetch_sub(&crew->hungry, (int)((crew->n_workers - started) * N_WALKERS));
    crew->n_workers = started; // those that the host refused: nobody misses them
    pthread_mutex_unlock(&crew->lock);
}

/* The first walker calls the others once it is worth it. */
static void call_others(struct crew *crew)
{
    const struct walker *first = &crew->workers[0].walkers[0];
    uint64_t alone = ALONE_SHARE * (uint64_t)first->memo->n_outcomes;
    alone = alone < ALONE_STATES ? ALONE_STATES : alone;
    if (crew->crowded || (first->n_states < alone && crew->options->jobs < 2)) {
        return;
    }
    crew->crowded = true;
    crew->n_workers = n_workers(crew->options->jobs);
    atomic_store(&crew->hungry, (int)(crew->n_workers * N_WALKERS) - 1);
    for (unsigned i = 1; i < crew->n_workers; i++) {
        crew->workers[i].crew = crew;
    }
    begin_walkers(&crew->workers[0], 1);
    crew->n_harvests = crew->n_workers * N_WALKERS;
    start_workers(crew);
}

void crew_walk(struct crew *crew)
{
    crew->n_workers = crew->n_harvests = 1;
    crew->visited = visited_create();
    crew->workers = mem_alloc(MAX_JOBS, sizeof *crew->workers);
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->changed, NULL);
    struct walker *first = &crew->workers[0].walkers[0];
    crew->workers[0].crew = crew;
    walker_begin(first, crew, &crew->harvests[0]);
    crew->start = crew->reduction != NULL ? reducer_start(&first->reducer) : 0;
    walker_visit_start(first);
    crew->probe = crew->options->estimate ? probe_create(crew) : NULL;
    work(&crew->workers[0]);
    for (unsigned i = 0; i < crew->n_workers; i++) {
        if (i > 0) {
            pthread_join(crew->workers[i].thread, NULL);
        }
        tell_all(&crew->workers[i]);
        for (unsigned k = 0; k < N_WALKERS; k++) {
            walker_end(&crew->workers[i].walkers[k]);
        }
    }
    probe_free(crew->probe);
    free(crew->workers);
}

uint64_t crew_bytes(struct crew *crew)
{
    return visited_bytes(crew->visited) + atomic_load(&crew->bytes);
}

void crew_release(struct crew *crew)
{
    for (unsigned i = 0; i < crew->n_harvests; i++) {
        harvest_release(&crew->harvests[i]);
    }
    visited_free(crew->visited);
    free(crew->tasks);
    pthread_mutex_destroy(&crew->lock);
    pthread_cond_destroy(&crew->changed);
}
