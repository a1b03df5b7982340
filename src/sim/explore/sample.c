/*
 * Sampling.
 *
 * Each worker has a machine and counts for itself; they take runs by number from one counter. What a run is follows from its number alone, so the sums are the same whoever made
 * it. No worker keeps a schedule: the best run of each ending is known by its number, and made
 * again at the end. The caller's thread is the first worker and the only one that looks at clock
 * and Ctrl-C, also while it waits for the others.
 */
#include "sim/explore/sample.h"

#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pthread.h>

#include "sim/explore/explain.h"
#include "sim/explore/findings.h"
#include "sim/explore/search.h"
#include "sim/lang/mem.h"
#include "sim/stepper/policy.h"

/* How often, and in which run at its shortest; best.switches of the steps up to there. */
struct tally {
    uint64_t runs;
    uint64_t last; // run that was counted last, plus one
    uint64_t best;
    uint32_t steps, switches;
};

struct tallies {
    struct registry names;
    struct tally *items;
    size_t capacity;
};

/* What the workers share. */
struct sampling {
    const struct scenario *scenario;      // constant
    const struct sample_options *options; // constant
    struct explore_options limits;        // constant; of the first worker
    struct pct_plan plan;                 // constant
    struct clock clock;                   // the first worker's; start is constant
    atomic_uint_fast64_t next;            // number of the next run to make
    atomic_bool over;                     // set by the first worker: stop now
    atomic_uint busy;                     // workers that are not done
    const char *why;                      // the first worker's
};

struct worker {
    struct sampling *shared;
    struct machine *m;
    struct pct pct;
    bool first;
    uint64_t seed; // of the run being made
    uint32_t switches;
    uint64_t runs, unfinished, steps;
    struct tallies endings, findings;
    pthread_t thread;
};

/* ---- counting ---- */

static bool beats(const struct tally *a, const struct tally *b)
{
    if (a->steps != b->steps) {
        return a->steps < b->steps;
    }
    return a->switches != b->switches ? a->switches < b->switches : a->best < b->best;
}

static struct tally *tally_at(struct tallies *t, uint32_t ix)
{
    while (t->capacity <= ix) {
        t->items = mem_grow(t->items, t->capacity, &t->capacity, sizeof *t->items);
    }
    return &t->items[ix];
}

/* Adds what one tally counted to another of the same thing. */
static void tally_merge(struct tally *to, const struct tally *from)
{
    if (to->runs == 0 || beats(from, to)) {
        to->best = from->best;
        to->steps = from->steps;
        to->switches = from->switches;
    }
    to->runs += from->runs;
    to->last = from->last;
}

/* Seen in the machine's present state, in this run: counts once in a run. */
static void tally_run(struct worker *w, struct tallies *t, uint32_t ix, uint64_t run)
{
    struct tally *tally = tally_at(t, ix);
    if (tally->last != run + 1) {
        const struct tally one = {1, run + 1, run, w->m->last.n, w->switches};
        tally_merge(tally, &one);
    }
}

static void note_findings(struct worker *w, uint64_t run)
{
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = findings_of(&w->findings.names, w->m, found, MAX_STEP_FINDINGS);
    for (unsigned i = 0; i < n; i++) {
        tally_run(w, &w->findings, found[i], run);
    }
}

static void note_end(struct worker *w, uint64_t run)
{
    uint32_t found[MAX_END_FINDINGS];
    unsigned n = end_findings_of(&w->findings.names, w->m, END_ENDINGS, found);
    for (unsigned i = 0; i < n; i++) {
        tally_run(w, &w->findings, found[i], run);
    }
    bool final_states = w->shared->options->final_states;
    tally_run(w, &w->endings, ending_of(&w->endings.names, w->m, final_states), run);
}

/* ---- runs ---- */

static void run_begin(struct worker *w, uint64_t run)
{
    w->seed = w->shared->options->seed + run;
    w->switches = 0;
    machine_reset(w->m);
    if (w->shared->options->policy == POLICY_PCT) {
        pct_begin(&w->pct, &w->shared->plan, w->seed);
    }
}

/* Makes the next step; false: the run has ended. */
static bool run_step(struct worker *w)
{
    struct machine *m = w->m;
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(m, choices);
    if (n == 0) {
        return false;
    }
    const struct policy policy = {w->shared->options->policy, w->seed};
    thread_ix before = m->last.n > 0 ? m->last.choice.thread : NO_THREAD;
    struct choice c = policy.kind == POLICY_PCT ? pct_next(&w->pct, m, choices, n)
                                                : policy_propose(&policy, m, choices, n);
    w->switches += before != NO_THREAD && before != c.thread;
    machine_step(m, c);
    return true;
}

/* Has the work to stop? */
static bool is_over(struct worker *w)
{
    struct sampling *shared = w->shared;
    if (w->first && shared->why == NULL) {
        shared->why = clock_over(&shared->clock, &shared->limits, 0, 0);
        if (shared->why != NULL) {
            atomic_store(&shared->over, true);
        }
        uint64_t begun = atomic_load(&shared->next), asked = shared->options->runs;
        clock_progress(&shared->clock, &shared->limits,
                       (struct explore_progress){.states = begun < asked ? begun : asked,
                                                 .endings = w->endings.names.n,
                                                 .seen = -1});
    }
    return atomic_load_explicit(&shared->over, memory_order_relaxed);
}

static void make_run(struct worker *w, uint64_t run)
{
    const struct sample_options *o = w->shared->options;
    bool more = true;
    run_begin(w, run);
    note_findings(w, run);
    while (w->m->last.n < o->max_steps && (more = run_step(w))) {
        note_findings(w, run);
        if ((w->m->last.n & CLOCK_MASK) == 0 && is_over(w)) {
            return;
        }
    }
    struct choice choices[MAX_CHOICES];
    if (more && machine_choices(w->m, choices) > 0) {
        w->unfinished++;
    } else {
        note_end(w, run);
    }
    w->runs++;
    w->steps += w->m->last.n;
}

static void *work(void *argument)
{
    struct worker *w = argument;
    struct sampling *shared = w->shared;
    uint64_t runs = shared->options->runs;
    for (uint64_t run; !is_over(w) && (run = atomic_fetch_add(&shared->next, 1)) < runs;) {
        make_run(w, run);
    }
    atomic_fetch_sub(&shared->busy, 1);
    return NULL;
}

/* ---- workers ---- */

static unsigned number_of_workers(const struct sample_options *o)
{
    unsigned n = n_workers(o->jobs);
    return n < o->runs || o->runs == 0 ? n : (unsigned)o->runs;
}

static void worker_init(struct worker *w, struct sampling *shared)
{
    w->shared = shared;
    w->m = machine_create(shared->scenario, true); // lock order is watched with an annex only
    machine_watch_invariants(w->m);
    registry_init(&w->endings.names);
    registry_init(&w->findings.names);
}

/* Lets all work, with signals left to the caller's thread. */
static void work_together(struct worker *workers, unsigned n)
{
    struct sampling *shared = workers[0].shared;
    sigset_t all, before;
    unsigned started = 1;
    atomic_store(&shared->busy, n);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < n &&
           pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
        started++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    atomic_fetch_sub(&shared->busy, n - started); // those that the host refused: nobody misses them
    work(&workers[0]);
    while (atomic_load(&shared->busy) > 0) {
        is_over(&workers[0]);
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    for (unsigned i = 1; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
}

/* ---- the result ---- */

static void tallies_merge(struct tallies *to, const struct tallies *from)
{
    for (uint32_t i = 0; i < from->names.n; i++) {
        uint32_t ix = registry_take(&to->names, &from->names, i);
        if (from->items[i].runs > 0) {
            tally_merge(tally_at(to, ix), &from->items[i]);
        }
    }
}

static void tallies_release(struct tallies *t)
{
    registry_release(&t->names);
    free(t->items);
}

/* Makes the run again as far as the tally says. */
static struct witness make_witness(struct worker *w, const struct tally *tally)
{
    struct witness witness = {.n = tally->steps, .switches = tally->switches};
    witness.steps = mem_alloc(tally->steps + 1u, sizeof *witness.steps);
    run_begin(w, tally->best);
    for (uint32_t i = 0; i < tally->steps && run_step(w); i++) {
        witness.steps[i] = w->m->last.choice;
    }
    return witness;
}

static int by_runs(const void *a, const void *b)
{
    const struct sample_ending *x = a, *y = b;
    if (x->count.runs != y->count.runs) {
        return x->count.runs < y->count.runs ? 1 : -1;
    }
    return x->ending.kind != y->ending.kind ? (int)x->ending.kind - (int)y->ending.kind
                                            : strcmp(x->ending.name, y->ending.name);
}

static int by_kind(const void *a, const void *b)
{
    const struct explore_finding *x = &((const struct sample_finding *)a)->finding;
    const struct explore_finding *y = &((const struct sample_finding *)b)->finding;
    return x->kind != y->kind ? (int)x->kind - (int)y->kind : strcmp(x->text, y->text);
}

/* Moves what the first worker has, after merging, into the result. */
static void take_tallies(struct worker *w, struct sample_result *r)
{
    struct explore_result found = {.n_endings = 0};
    registry_to_endings(&w->endings.names, &found);
    registry_to_findings(&w->findings.names, &found);
    r->n_endings = found.n_endings;
    r->endings = mem_alloc(r->n_endings + 1u, sizeof *r->endings);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        const struct tally *tally = &w->endings.items[i];
        r->endings[i] = (struct sample_ending){found.endings[i], {tally->runs, tally->best}};
        r->endings[i].ending.witness = make_witness(w, tally);
    }
    r->n_findings = found.n_findings;
    r->findings = mem_alloc(r->n_findings + 1u, sizeof *r->findings);
    for (uint32_t i = 0; i < r->n_findings; i++) {
        const struct tally *tally = &w->findings.items[i];
        r->findings[i] = (struct sample_finding){found.findings[i], {tally->runs, tally->best}};
        r->findings[i].finding.witness = make_witness(w, tally);
        explain_finding(w->shared->scenario, &r->findings[i].finding);
    }
    qsort(r->endings, r->n_endings, sizeof *r->endings, by_runs);
    qsort(r->findings, r->n_findings, sizeof *r->findings, by_kind);
    free(found.endings);
    free(found.findings);
}

static void worker_collect(struct worker *into, struct worker *w, struct sample_result *r)
{
    r->runs += w->runs;
    r->unfinished += w->unfinished;
    r->steps += w->steps;
    if (w != into) {
        tallies_merge(&into->endings, &w->endings);
        tallies_merge(&into->findings, &w->findings);
        tallies_release(&w->endings);
        tallies_release(&w->findings);
        machine_free(w->m);
    }
}

struct sample_result *sample(const struct scenario *s, const struct sample_options *options)
{
    struct sample_result *r = mem_alloc(1, sizeof *r);
    struct sampling shared = {.scenario = s, .options = options};
    unsigned n = number_of_workers(options);
    struct worker *workers = mem_alloc(n, sizeof *workers);
    shared.limits = (struct explore_options){.time_limit = options->time_limit,
                                             .stop = options->stop,
                                             .progress = options->progress,
                                             .progress_context = options->progress_context};
    clock_start(&shared.clock);
    if (options->policy == POLICY_PCT) {
        shared.plan = pct_measure(s, options->depth);
    }
    for (unsigned i = 0; i < n; i++) {
        worker_init(&workers[i], &shared);
    }
    workers[0].first = true;
    work_together(workers, n);
    for (unsigned i = 0; i < n; i++) {
        worker_collect(&workers[0], &workers[i], r);
    }
    r->seconds = clock_seconds(&shared.clock);
    r->complete = r->runs == options->runs;
    r->why_incomplete = r->complete ? NULL : shared.why;
    r->plan = shared.plan;
    take_tallies(&workers[0], r);
    tallies_release(&workers[0].endings);
    tallies_release(&workers[0].findings);
    machine_free(workers[0].m);
    free(workers);
    return r;
}

void sample_free(struct sample_result *r)
{
    if (r == NULL) {
        return;
    }
    for (uint32_t i = 0; i < r->n_endings; i++) {
        free(r->endings[i].ending.name);
        free(r->endings[i].ending.witness.steps);
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        free(r->findings[i].finding.text);
        free(r->findings[i].finding.key);
        free(r->findings[i].finding.witness.steps);
    }
    free(r->endings);
    free(r->findings);
    free(r);
}

double sample_chance(const struct pct_plan *plan, uint64_t runs)
{
    double p = pct_bound(plan);
    return p < 1 ? -expm1((double)runs * log1p(-p)) : 1;
}
