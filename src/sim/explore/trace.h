/*
 * The execution on the way: its events, what happens before what, and which of them race.
 *
 * Purpose    Events are added and taken back at the end. An event happens after the last one of
 *            each of its threads and after each earlier one that it conflicts with. A race is a
 *            pair of such events of different threads with nothing between them: they can be next
 *            to each other, and then the other way round.
 * Clocks     Per event and thread, how many events of that thread happen before it (itself included).
 *            Whoever keeps one apart has room for MAX_THREADS.
 * Spin locks An acquisition happens after the release that made it possible, but cannot come before
 *            that: it races with the acquisition before the release.
 * Ownership  trace_init and trace_release. Storage is per depth and used again.
 * Source     SEARCH.md 4; the POPL 2014 paper, sections 2 and 3.
 */
#ifndef SIM_EXPLORE_TRACE_H
#define SIM_EXPLORE_TRACE_H

#include <string.h>

#include "sim/explore/dependency.h"

enum { NO_EVENT = UINT32_MAX };

enum lock_use { LOCK_NOT_USED, LOCK_TAKEN, LOCK_GIVEN_UP };

struct event {
    struct action action;
    enum lock_use lock;  // GIVEN_UP: it was held before
    uint32_t lock_key;   // with lock
    uint32_t index;      // among the events of its thread, from 1
    uint32_t first_link; // the trace's own
    uint32_t earlier_everything;
};

struct link; // an access, in the list of its key

struct trace {
    const struct dependency *dependency;
    uint32_t n_threads;
    uint32_t width; // of a clock: n_threads and up to three that stay 0
    uint32_t n;     // events
    struct event *events;
    uint32_t *clocks; // of each event
    uint32_t *last;   // as wide as a clock, of each depth: last event of each thread, or NO_EVENT
    uint32_t capacity;
    uint32_t counts[MAX_THREADS];
    uint32_t everything; // last event that conflicts with every other
    struct link *links;
    uint32_t n_links;
    size_t capacity_links;
    uint32_t *heads; // per key: last access
    uint32_t *found; // candidates of the event that is added
    uint32_t n_found;
    size_t capacity_found;
    uint32_t races[MAX_THREADS]; // of the newest event: the first of each pair, latest first
    uint32_t n_races;            // at most one of each thread
    uint32_t lock_race;          // an acquisition that the newest event races with
};

void trace_init(struct trace *t, const struct dependency *d, uint32_t n_threads);
void trace_release(struct trace *t);
size_t trace_bytes(const struct trace *t);

/* Where the next event is filled in: action, lock, lock_key. Valid until the trace grows. */
struct event *trace_next(struct trace *t);

/* Puts what was filled in at the end, and finds its races. */
void trace_add(struct trace *t);
void trace_remove(struct trace *t);

static inline const uint32_t *trace_clock(const struct trace *t, uint32_t event)
{
    return t->clocks + (size_t)event * t->width;
}

/* Last event of each thread, seen from depth (depth events have been made). */
static inline const uint32_t *trace_last(const struct trace *t, uint32_t depth)
{
    return t->last + (size_t)depth * t->width;
}

/* Is the event among what a clock counts? */
static inline bool trace_counted(const struct trace *t, uint32_t event, const uint32_t *clock)
{
    const struct event *e = &t->events[event];
    return clock[e->action.choice.thread] >= e->index;
}

static inline void trace_copy_clock(const struct trace *t, uint32_t *to, const uint32_t *from)
{
    memcpy(to, from, t->width * sizeof *to);
}

/* clock becomes the later of both, thread by thread. */
void trace_join(const struct trace *t, uint32_t *clock, const uint32_t *other);

/* What a thread that makes its next step now surely happens after. */
void trace_clock_of_thread(const struct trace *t, thread_ix thread, uint32_t *clock);

/* The event that took the lock last, whether or not it was given up since; NO_EVENT: none. */
uint32_t trace_taken(const struct trace *t, uint32_t lock_key);

#endif
