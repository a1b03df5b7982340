/*
 * Beginnings of executions. The sums are kept in a stack, one of each depth.
 */
#include "sim/explore/prefixes.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/trace.h"
#include "sim/explore/visited.h"
#include "sim/lang/mem.h"

struct prefixes {
    struct dependency *dependency;
    struct trace trace;
    struct fingerprint *sums; // of each depth
    size_t capacity_sums;
    struct visited *seen, *complete;
    uint32_t n_seen, n_complete;
};

struct prefixes *prefixes_create(const struct scenario *s)
{
    struct prefixes *p = mem_alloc(1, sizeof *p);
    p->dependency = dependency_create(s);
    trace_init(&p->trace, p->dependency, s->layout.shape.n_threads);
    p->sums = mem_grow(p->sums, 0, &p->capacity_sums, sizeof *p->sums);
    p->seen = visited_create();
    p->complete = visited_create();
    return p;
}

void prefixes_free(struct prefixes *p)
{
    if (p == NULL) {
        return;
    }
    trace_release(&p->trace);
    dependency_free(p->dependency);
    visited_free(p->seen);
    visited_free(p->complete);
    free(p->sums);
    free(p);
}

uint64_t prefixes_bytes(const struct prefixes *p)
{
    return trace_bytes(&p->trace) + p->capacity_sums * sizeof *p->sums + visited_bytes(p->seen) +
           visited_bytes(p->complete);
}

uint64_t prefixes_stored(const struct prefixes *p)
{
    return p->n_seen;
}

/* What an event adds to the sum of its beginning. */
static XXH128_hash_t hash_of_event(const struct trace *t, uint32_t event)
{
    uint32_t words[1 + MAX_THREADS];
    struct choice c = t->events[event].action.choice;
    words[0] = (uint32_t)c.thread << 16 | (uint32_t)c.kind << 8 | c.pick;
    memcpy(words + 1, trace_clock(t, event), t->n_threads * sizeof *words);
    return XXH3_128bits(words, (1 + (size_t)t->n_threads) * sizeof *words);
}

void prefixes_push(struct prefixes *p, const struct machine *m)
{
    struct trace *t = &p->trace;
    struct event *e = trace_next(t);
    e->lock = LOCK_NOT_USED; // only for turning races round
    action_of(p->dependency, m, &e->action);
    trace_add(t);
    p->sums = mem_grow(p->sums, t->n, &p->capacity_sums, sizeof *p->sums);
    XXH128_hash_t hash = hash_of_event(t, t->n - 1);
    struct fingerprint before = p->sums[t->n - 1];
    p->sums[t->n] = (struct fingerprint){before.low + hash.low64, before.high + hash.high64};
}

void prefixes_pop(struct prefixes *p)
{
    trace_remove(&p->trace);
}

static bool is_new_in(struct visited *v, struct fingerprint f, uint32_t *n)
{
    bool known;
    visited_add(v, f, *n, &known);
    *n += known ? 0 : 1;
    return !known;
}

bool prefixes_is_new(struct prefixes *p, uint8_t last, uint32_t preemptions)
{
    struct fingerprint f = p->sums[p->trace.n];
    uint32_t more[2] = {last, preemptions};
    XXH128_hash_t hash = XXH3_128bits(more, sizeof more);
    return is_new_in(p->seen, (struct fingerprint){f.low + hash.low64, f.high + hash.high64},
                     &p->n_seen);
}

bool prefixes_is_new_trace(struct prefixes *p)
{
    return is_new_in(p->complete, p->sums[p->trace.n], &p->n_complete);
}
