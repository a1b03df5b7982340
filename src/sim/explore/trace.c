/*
 * The execution on the way.
 *
 * Accesses to a key hang in a list, latest first, and each knows the write before it; so what a new
 * access conflicts with is found without looking at anything else: a read conflicts with the last
 * write, a write with the reads since then too. Among these, those that do not happen before
 * another one are the races; looked at from the latest to the earliest, each is one unless the
 * clock gathered so far counts it.
 */
#include "sim/explore/trace.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

enum { NO_LINK = UINT32_MAX, FIRST_CAPACITY = 64 };

/* Threads of a clock that are joined at once: every 64-bit processor has an instruction for that. */
enum { AT_ONCE = 4 };
typedef int32_t part_of_clock __attribute__((vector_size(AT_ONCE * sizeof(int32_t))));
_Static_assert(MAX_THREADS % AT_ONCE == 0, "a clock that is kept apart has whole parts");

struct link {
    uint32_t event;
    uint32_t before;  // earlier access to the key
    uint32_t written; // the write before it
    uint32_t key;
    bool write;
};

void trace_init(struct trace *t, const struct dependency *d, uint32_t n_threads)
{
    uint32_t width = (n_threads + AT_ONCE - 1) / AT_ONCE * AT_ONCE;
    *t = (struct trace){
        .dependency = d, .n_threads = n_threads, .width = width, .everything = NO_EVENT};
    uint32_t n_keys = dependency_keys(d);
    t->heads = mem_alloc(n_keys + 1u, sizeof *t->heads);
    memset(t->heads, 0xff, n_keys * sizeof *t->heads);
    trace_next(t);
    memset(t->last, 0xff, width * sizeof *t->last);
}

void trace_release(struct trace *t)
{
    free(t->events);
    free(t->clocks);
    free(t->last);
    free(t->links);
    free(t->heads);
    free(t->found);
}

size_t trace_bytes(const struct trace *t)
{
    size_t of_event = sizeof *t->events + 2 * t->width * sizeof *t->clocks;
    return t->capacity * of_event + t->capacity_links * sizeof *t->links;
}

struct event *trace_next(struct trace *t)
{
    if (t->n == t->capacity) {
        t->capacity = t->capacity == 0 ? FIRST_CAPACITY : 2 * t->capacity;
        size_t clocks = (size_t)t->capacity * t->width * sizeof *t->clocks;
        t->events = mem_resize(t->events, t->capacity * sizeof *t->events);
        t->clocks = mem_resize(t->clocks, clocks + 1);
        t->last = mem_resize(t->last, clocks + t->width * sizeof *t->last + 1);
    }
    return &t->events[t->n];
}

void trace_join(const struct trace *t, uint32_t *clock, const uint32_t *other)
{
    for (uint32_t i = 0; i < t->width; i += AT_ONCE) {
        part_of_clock a, b;
        memcpy(&a, clock + i, sizeof a);
        memcpy(&b, other + i, sizeof b);
        part_of_clock later = a > b; // all bits of those that are
        a = (a & later) | (b & ~later);
        memcpy(clock + i, &a, sizeof a);
    }
}

void trace_clock_of_thread(const struct trace *t, thread_ix thread, uint32_t *clock)
{
    uint32_t last = trace_last(t, t->n)[thread];
    if (last == NO_EVENT) {
        memset(clock, 0, t->width * sizeof *clock);
    } else {
        trace_copy_clock(t, clock, trace_clock(t, last));
    }
}

/* ---- candidates ---- */

/* Keeps the list sorted, latest first, each once. */
static void found(struct trace *t, uint32_t event)
{
    if (event == NO_EVENT) {
        return;
    }
    uint32_t at = t->n_found;
    while (at > 0 && t->found[at - 1] < event) {
        at--;
    }
    if (at > 0 && t->found[at - 1] == event) {
        return;
    }
    t->found = mem_grow(t->found, t->n_found, &t->capacity_found, sizeof *t->found);
    for (uint32_t i = t->n_found++; i > at; i--) {
        t->found[i] = t->found[i - 1];
    }
    t->found[at] = event;
}

static void found_by_key(struct trace *t, uint32_t key, bool write)
{
    uint32_t at = t->heads[key];
    while (write && at != NO_LINK && !t->links[at].write) {
        found(t, t->links[at].event);
        at = t->links[at].before;
    }
    if (at != NO_LINK && !t->links[at].write) {
        at = t->links[at].written;
    }
    if (at != NO_LINK) {
        found(t, t->links[at].event);
    }
}

static void find_candidates(struct trace *t, const struct action *a)
{
    const uint32_t *last = trace_last(t, t->n);
    t->n_found = 0;
    thread_set threads = a->everything ? UINT32_MAX : a->threads & ~thread_bit(a->choice.thread);
    for (thread_ix u = 0; threads != 0 && u < t->n_threads; u++) {
        if ((threads & thread_bit(u)) != 0) {
            found(t, last[u]);
        }
    }
    found(t, t->everything);
    for (unsigned i = 0; i < a->n; i++) {
        found_by_key(t, a->accesses[i] >> 1, (a->accesses[i] & 1) != 0);
    }
}

/* ---- races ---- */

uint32_t trace_taken(const struct trace *t, uint32_t lock_key)
{
    uint32_t at = t->heads[lock_key];
    if (at != NO_LINK && t->events[t->links[at].event].lock == LOCK_GIVEN_UP) {
        at = t->links[at].before;
    }
    bool taken = at != NO_LINK && t->events[t->links[at].event].lock == LOCK_TAKEN;
    return taken ? t->links[at].event : NO_EVENT;
}

/*
 * The release that made this acquisition possible; the one that it undid may race. It does unless
 * it happens before what the thread did last: whatever else the step depends on, as what its
 * invisible work meets in, need not come before it, and may lie between acquisition and release.
 */
static uint32_t find_lock_race(struct trace *t, const struct event *e, const uint32_t *clock)
{
    t->lock_race = NO_EVENT;
    uint32_t at = e->lock == LOCK_TAKEN ? t->heads[e->lock_key] : NO_LINK;
    if (at == NO_LINK || t->events[t->links[at].event].lock != LOCK_GIVEN_UP) {
        return NO_EVENT;
    }
    uint32_t taken = trace_taken(t, e->lock_key);
    if (taken != NO_EVENT && !trace_counted(t, taken, clock)) {
        t->lock_race = taken;
    }
    return t->links[at].event;
}

/* The clock of the new event without itself, and its races. */
static void order(struct trace *t, const struct event *e, uint32_t *clock)
{
    trace_clock_of_thread(t, e->action.choice.thread, clock);
    find_candidates(t, &e->action);
    uint32_t release = find_lock_race(t, e, clock);
    t->n_races = 0;
    for (uint32_t i = 0; i < t->n_found; i++) {
        uint32_t event = t->found[i];
        if (trace_counted(t, event, clock)) {
            continue;
        }
        if (event != release) {
            t->races[t->n_races++] = event;
        }
        trace_join(t, clock, trace_clock(t, event));
    }
}

void trace_add(struct trace *t)
{
    struct event *e = &t->events[t->n];
    const struct action *a = &e->action;
    uint32_t *clock = t->clocks + (size_t)t->n * t->width;
    order(t, e, clock);
    e->index = ++t->counts[a->choice.thread];
    clock[a->choice.thread] = e->index;
    e->first_link = t->n_links;
    e->earlier_everything = t->everything;
    if (a->everything) {
        t->everything = t->n;
    }
    for (unsigned i = 0; i < a->n; i++) {
        uint32_t key = a->accesses[i] >> 1, before = t->heads[key];
        t->links = mem_grow(t->links, t->n_links, &t->capacity_links, sizeof *t->links);
        uint32_t written = before == NO_LINK        ? NO_LINK
                           : t->links[before].write ? before
                                                    : t->links[before].written;
        t->links[t->n_links] = (struct link){t->n, before, written, key, (a->accesses[i] & 1) != 0};
        t->heads[key] = t->n_links++;
    }
    const uint32_t *last = trace_last(t, t->n);
    uint32_t *after = t->last + (size_t)(t->n + 1) * t->width;
    trace_copy_clock(t, after, last);
    for (thread_set left = a->threads; left != 0; left &= left - 1) {
        after[__builtin_ctz(left)] = t->n;
    }
    t->n++;
}

void trace_remove(struct trace *t)
{
    const struct event *e = &t->events[--t->n];
    while (t->n_links > e->first_link) {
        const struct link *l = &t->links[--t->n_links];
        t->heads[l->key] = l->before;
    }
    t->everything = e->earlier_everything;
    t->counts[e->action.choice.thread]--;
}
