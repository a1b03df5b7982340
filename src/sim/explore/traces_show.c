/*
 * Endings and findings of the search `traces`.
 *
 * What is shown needs only what happens before it: a witness is that part of the execution, put in
 * an order with few thread switches. An end needs all of it.
 *
 * Races: `states` compares what could come next in each state. Two steps that both could come next
 * and conflict are a race of some execution, with nothing between them; so the races that are
 * turned round are all there are.
 *
 * Deadlocks: the waits of a cycle need not depend on each other, so all of them belong to its
 * witness, not only what the last one depends on.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/traces.h"
#include "sim/explore/witness.h"
#include "sim/lang/mem.h"

void show_init(struct traces *s, const struct scenario *scenario)
{
    const struct world_shape *shape = &scenario->layout.shape;
    registry_init(&s->endings);
    registry_init(&s->findings);
    s->ends = visited_create();
    s->pairs = visited_create();
    s->local = visited_create();
    s->races = shape->n_names > 0 || shape->n_shared > 0;
}

void show_release(struct traces *s)
{
    registry_release(&s->endings);
    registry_release(&s->findings);
    machine_free(s->other);
    visited_free(s->ends);
    visited_free(s->pairs);
    visited_free(s->local);
    free(s->of_local);
    free(s->ending_of_end);
    free(s->of_endings);
    free(s->of_findings);
}

uint64_t show_bytes(const struct traces *s)
{
    return visited_bytes(s->ends) + visited_bytes(s->pairs) + visited_bytes(s->local) +
           s->capacity_local * sizeof *s->of_local + s->capacity_ends * sizeof *s->ending_of_end;
}

/* ---- witnesses ---- */

/* The member of a thread that comes next, from event `at` on; NO_EVENT: none. */
static uint32_t next_member(const struct traces *s, thread_ix thread, uint32_t at)
{
    while (at < s->trace.n &&
           (!s->member[at] || s->trace.events[at].action.choice.thread != thread)) {
        at++;
    }
    return at < s->trace.n ? at : NO_EVENT;
}

/* Does everything before the event stand in the schedule already? */
static bool can_come(const struct traces *s, uint32_t event, const uint32_t *done)
{
    const uint32_t *clock = trace_clock(&s->trace, event);
    thread_ix own = s->trace.events[event].action.choice.thread;
    for (thread_ix u = 0; u < s->trace.n_threads; u++) {
        if (u != own && clock[u] > done[u]) {
            return false;
        }
    }
    return true;
}

/*
 * The events marked as members, which hold everything that happens before one of them: a thread goes
 * on as long as it can, then the first that can. Returns how many.
 */
static uint32_t linearise(struct traces *s)
{
    uint32_t next[MAX_THREADS] = {NO_EVENT}, done[MAX_THREADS] = {0}, n = 0;
    thread_ix at = 0, n_threads = (thread_ix)s->trace.n_threads;
    for (thread_ix u = 0; u < n_threads; u++) {
        next[u] = next_member(s, u, 0);
    }
    for (thread_ix tried = 0; tried <= n_threads;) {
        if (next[at] != NO_EVENT && can_come(s, next[at], done)) {
            s->steps[n++] = s->trace.events[next[at]].action.choice;
            done[at] = s->trace.events[next[at]].index;
            next[at] = next_member(s, at, next[at] + 1);
            tried = 0;
        } else {
            at = tried++;
            at = at < n_threads ? at : 0;
        }
    }
    return n;
}

/* Marks what the clock counts, but for the two events. Returns how many. */
static uint32_t mark_counted(struct traces *s, const uint32_t *clock, uint32_t a, uint32_t b)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->trace.n; i++) {
        s->member[i] = i != a && i != b && trace_counted(&s->trace, i, clock);
        n += s->member[i];
    }
    return n;
}

static struct witness *witness_of(struct witness **list, size_t *capacity, uint32_t ix)
{
    while (*capacity <= ix) {
        *list = mem_grow(*list, *capacity, capacity, sizeof **list);
    }
    return &(*list)[ix];
}

static struct witness *of_finding(struct traces *s, uint32_t finding)
{
    return witness_of(&s->of_findings, &s->capacity_findings, finding);
}

/* The events that the clock counts, with this one last. */
static void offer_event(struct traces *s, struct witness *w, const uint32_t *clock, uint32_t last)
{
    uint32_t n = mark_counted(s, clock, last, last) + 1;
    if (w->steps != NULL && n > w->n) {
        return;
    }
    linearise(s);
    s->steps[n - 1] = s->trace.events[last].action.choice;
    witness_offer(w, s->steps, n);
}

/* ---- ends ---- */

static void offer_end(struct traces *s, struct witness *w)
{
    uint32_t n = s->trace.n;
    if (w->steps != NULL && n >= w->n) {
        return;
    }
    memset(s->member, true, n);
    linearise(s);
    witness_offer(w, s->steps, n);
}

static void show_end_findings(struct traces *s)
{
    uint32_t found[MAX_END_FINDINGS];
    unsigned n =
        end_findings_of(&s->findings, s->m, s->options->claims ? END_CLAIMS : END_ENDINGS, found);
    for (unsigned i = 0; i < n; i++) {
        offer_end(s, of_finding(s, found[i]));
    }
}

void show_end(struct traces *s)
{
    const struct world *world = &s->m->world;
    XXH128_hash_t hash = XXH3_128bits(world->block, world->layout->size);
    const struct fingerprint state = {hash.low64, hash.high64};
    bool known;
    uint32_t end = visited_add(s->ends, state, s->n_ends, &known);
    if (!known) {
        s->n_ends++;
        s->ending_of_end =
            mem_grow(s->ending_of_end, end, &s->capacity_ends, sizeof *s->ending_of_end);
        s->ending_of_end[end] = ending_of(&s->endings, s->m, s->options->final_states);
    }
    struct witness *w = witness_of(&s->of_endings, &s->capacity_endings, s->ending_of_end[end]);
    bool better = w->steps == NULL || s->trace.n < w->n;
    offer_end(s, w);
    if (!known || better) {
        show_end_findings(s);
    }
    s->executions++;
    s->depth = s->trace.n > s->depth ? s->trace.n : s->depth;
}

/* ---- findings of a step ---- */

/* The way to a cycle that the last event closed: to all waits in it. */
static void offer_cycle(struct traces *s, struct witness *w, const struct cycle *c)
{
    const struct trace *t = &s->trace;
    const uint32_t *last = trace_last(t, t->n);
    uint32_t clock[MAX_THREADS] = {0};
    for (unsigned i = 0; i < c->n; i++) {
        if (last[c->threads[i]] != NO_EVENT) {
            trace_join(t, clock, trace_clock(t, last[c->threads[i]]));
        }
    }
    offer_event(s, w, clock, t->n - 1);
}

/*
 * The way to a circle of locks that the last event closed: to the first event of each of its edges. They need not
 * depend on each other.
 */
static void offer_circle(struct traces *s, const struct lock_circle *c)
{
    const struct trace *t = &s->trace;
    uint32_t clock[MAX_THREADS] = {0};
    for (unsigned i = 0; i < c->n; i++) {
        struct lock_edge edge = {c->r[i], c->r[(i + 1u) % c->n]};
        trace_join(t, clock, trace_clock(t, lock_relation_first(s->locks, edge)));
    }
    offer_event(s, of_finding(s, lock_circle_finding(&s->findings, c)), clock, t->n - 1);
}

static void show_circles(struct traces *s)
{
    const struct lock_circle *closed;
    unsigned n = s->trace.n > 0 ? lock_relation_closed(s->locks, &closed) : 0;
    for (unsigned i = 0; i < n; i++) {
        offer_circle(s, &closed[i]);
    }
    if (lock_relation_overflow(s->locks)) {
        s->why = TOO_MANY_CIRCLES;
    }
}

void show_step(struct traces *s)
{
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = findings_of(&s->findings, s->m, found, MAX_STEP_FINDINGS);
    for (unsigned i = 0; i < n; i++) {
        struct witness *w = of_finding(s, found[i]);
        if (s->trace.n == 0) {
            witness_offer(w, s->steps, 0);
        } else if (i < s->m->last.n_cycles) { // they come first
            offer_cycle(s, w, &s->m->last.cycles[i]);
        } else {
            offer_event(s, w, trace_clock(&s->trace, s->trace.n - 1), s->trace.n - 1);
        }
    }
    show_circles(s);
}

/* ---- races ---- */

struct fingerprint hash_of_step(const struct next_step *s)
{
    uint64_t words[1 + MAX_NEXT_ACCESSES];
    words[0] = s->choice.thread | (uint64_t)s->choice.kind << 8 | (uint64_t)s->line << 16 |
               (uint64_t)s->call << 32 | (uint64_t)s->n << 40 | (uint64_t)s->stops << 48;
    for (unsigned i = 0; i < s->n; i++) {
        const struct next_access *a = &s->accesses[i];
        words[1 + i] = a->object | (uint64_t)a->aspect << 32 | (uint64_t)a->write << 40 |
                       (uint64_t)a->atomic << 48;
    }
    XXH128_hash_t hash = XXH3_128bits(words, (1 + (size_t)s->n) * sizeof *words);
    return (struct fingerprint){hash.low64, hash.high64};
}

bool show_race_is_new(struct traces *s, struct fingerprint a, struct fingerprint b)
{
    bool known;
    const struct fingerprint pair = {a.low * 3 + b.low, a.high * 3 + b.high}; // not the same turned
    struct fingerprint *lately = &s->lately[pair.low % PAIRS_LATELY];
    if (lately->low == pair.low && lately->high == pair.high) {
        return false;
    }
    *lately = pair;
    visited_add(s->pairs, pair, 0, &known);
    return !known;
}

/* Does the last of these steps stop the run? They are made on a machine of their own. */
static bool last_stops(struct traces *s, uint32_t n)
{
    if (s->other == NULL) {
        s->other = machine_create(s->m->scenario, false);
    }
    machine_reset(s->other);
    for (uint32_t i = 0; i < n; i++) {
        machine_step(s->other, s->steps[i]);
    }
    return world_system(&s->other->world)->stop != STOP_NONE;
}

void show_race(struct traces *s, uint32_t first, const struct next_step *next,
               const uint32_t *clock)
{
    const struct trace *t = &s->trace;
    struct next_step pair[2] = {s->levels[first].next, *next};
    bool in_order = pair[0].choice.thread < pair[1].choice.thread;
    uint32_t finding, both[MAX_THREADS];
    trace_copy_clock(t, both, clock);
    trace_join(t, both, trace_clock(t, first));
    // the newest event is what next is, or nothing that comes before it
    uint32_t n = mark_counted(s, both, first, t->n - 1);
    linearise(s);
    for (unsigned i = 0; i < 2; i++) {
        s->steps[n] = pair[i].choice;
        pair[i].stops = last_stops(s, n + 1);
    }
    if (!race_of(&s->findings, s->m->scenario, &pair[!in_order], &pair[in_order], &finding)) {
        return;
    }
    for (unsigned i = 0; i < 2; i++) {
        s->steps[n] = pair[i].choice;
        s->steps[n + 1] = pair[1 - i].choice;
        if (!pair[i].stops) { // else nothing can come after it
            witness_offer(of_finding(s, finding), s->steps, n + 2);
        }
    }
}

/* ---- the result ---- */

void show_result(struct traces *s, struct explore_result *r)
{
    registry_to_endings(&s->endings, r);
    registry_to_findings(&s->findings, r);
    for (uint32_t i = 0; i < r->n_endings; i++) {
        r->endings[i].witness = s->of_endings[i];
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        r->findings[i].witness = s->of_findings[i];
    }
}
