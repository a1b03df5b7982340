/*
 * Which resources were asked for while others were held.
 *
 * The relation is a square of counts. A new edge h -> r closes the circles that lead from r back to h without coming to a
 * resource twice; the search for them goes only where h can still be reached.
 */
#include "sim/explore/lock_relation.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

struct made {
    struct lock_edge edge;
    uint32_t step;
};

struct lock_relation {
    uint32_t n;       // resources
    uint32_t *counts; // n * n, by held and asked
    uint32_t n_steps;
    struct made *made; // by the steps on the way, in a stack
    uint32_t n_made;
    size_t capacity_made;
    struct fingerprint sum;
    struct lock_circle closed[MAX_CLOSED];
    unsigned n_closed;
    bool overflow;
};

bool lock_circles_possible(const struct scenario *s)
{
    return s->layout.shape.n_resources > 1 && !s->layout.shape.switches.verifier_off;
}

struct lock_relation *lock_relation_create(const struct scenario *s)
{
    if (!lock_circles_possible(s)) {
        return NULL;
    }
    struct lock_relation *l = mem_alloc(1, sizeof *l);
    l->n = s->layout.shape.n_resources;
    l->counts = mem_alloc((size_t)l->n * l->n, sizeof *l->counts);
    return l;
}

void lock_relation_free(struct lock_relation *l)
{
    if (l != NULL) {
        free(l->counts);
        free(l->made);
        free(l);
    }
}

unsigned lock_edges_of(const struct machine *m, struct lock_edge *out)
{
    resource_ix held[MAX_RESOURCES];
    object_ref asked = m->last.effect.asked;
    if (asked == 0 || !lock_circles_possible(m->scenario)) {
        return 0;
    }
    unsigned n = lock_order_held(&m->world, m->last.choice.thread, asked, held);
    for (unsigned i = 0; i < n; i++) {
        out[i] = (struct lock_edge){held[i], object_ix_of(asked)};
    }
    return n;
}

static uint32_t *count_of(const struct lock_relation *l, struct lock_edge e)
{
    return &l->counts[(size_t)e.held * l->n + e.asked];
}

/* ---- circles ---- */

/* A way from the resource that was asked for, on which no resource stands twice. */
struct way {
    struct lock_circle circle;
    uint32_t at[MAX_CIRCLE]; // next resource to be tried behind each
    bool on[MAX_RESOURCES];
};

/* Marks the resources from which `to` can be reached. */
static void mark_leading(const struct lock_relation *l, resource_ix to, bool *leads)
{
    memset(leads, 0, l->n * sizeof *leads);
    leads[to] = true;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t a = 0; a < l->n; a++) {
            for (uint32_t b = 0; b < l->n && !leads[a]; b++) {
                leads[a] = leads[b] && l->counts[(size_t)a * l->n + b] != 0;
                again |= leads[a];
            }
        }
    }
}

static void note_closed(struct lock_relation *l, const struct lock_circle *c)
{
    if (l->n_closed == MAX_CLOSED) {
        l->overflow = true;
        return;
    }
    l->closed[l->n_closed] = *c;
    lock_circle_turn(&l->closed[l->n_closed++]);
}

static void step_on(struct way *w, resource_ix r)
{
    w->at[w->circle.n] = 0;
    w->on[r] = true;
    w->circle.r[w->circle.n++] = r;
}

/* The circles through an edge that is new. */
static void find_circles(struct lock_relation *l, struct lock_edge e)
{
    bool leads[MAX_RESOURCES];
    struct way w = {.circle = {.n = 0}};
    mark_leading(l, e.held, leads);
    if (!leads[e.asked]) {
        return; // nearly always
    }
    step_on(&w, e.asked);
    while (w.circle.n > 0 && !l->overflow) {
        resource_ix at = w.circle.r[w.circle.n - 1];
        uint32_t next = w.at[w.circle.n - 1];
        if (at == e.held) {
            note_closed(l, &w.circle);
            next = l->n; // no further
        }
        while (next < l->n &&
               (w.on[next] || !leads[next] || l->counts[(size_t)at * l->n + next] == 0)) {
            next++;
        }
        if (next < l->n && w.circle.n < MAX_CIRCLE) {
            w.at[w.circle.n - 1] = next + 1;
            step_on(&w, (resource_ix)next);
        } else {
            w.on[at] = false;
            w.circle.n--;
        }
    }
}

/* ---- steps ---- */

/* Adds what an edge stands for in the sum, or takes it off. */
static void change_sum(struct lock_relation *l, struct lock_edge e, bool add)
{
    XXH128_hash_t hash = XXH3_128bits(&e, sizeof e);
    l->sum.low += add ? hash.low64 : 0 - hash.low64;
    l->sum.high += add ? hash.high64 : 0 - hash.high64;
}

void lock_relation_push(struct lock_relation *l, const struct lock_edge *edges, unsigned n)
{
    if (l == NULL) {
        return;
    }
    l->n_closed = 0;
    for (unsigned i = 0; i < n; i++) {
        l->made = mem_grow(l->made, l->n_made, &l->capacity_made, sizeof *l->made);
        l->made[l->n_made++] = (struct made){edges[i], l->n_steps};
        if ((*count_of(l, edges[i]))++ == 0) {
            change_sum(l, edges[i], true);
            find_circles(l, edges[i]);
        }
    }
    l->n_steps++;
}

void lock_relation_push_step(struct lock_relation *l, const struct machine *m)
{
    struct lock_edge edges[MAX_EDGES];
    if (l != NULL) {
        lock_relation_push(l, edges, lock_edges_of(m, edges));
    }
}

void lock_relation_pop(struct lock_relation *l)
{
    if (l == NULL) {
        return;
    }
    l->n_steps--;
    for (; l->n_made > 0 && l->made[l->n_made - 1].step == l->n_steps; l->n_made--) {
        struct lock_edge e = l->made[l->n_made - 1].edge;
        if (--*count_of(l, e) == 0) {
            change_sum(l, e, false);
        }
    }
}

unsigned lock_relation_closed(struct lock_relation *l, const struct lock_circle **out)
{
    *out = l != NULL ? l->closed : NULL;
    return l != NULL ? l->n_closed : 0;
}

uint32_t lock_relation_first(const struct lock_relation *l, struct lock_edge edge)
{
    uint32_t i = 0;
    while (l->made[i].edge.held != edge.held || l->made[i].edge.asked != edge.asked) {
        i++;
    }
    return l->made[i].step;
}

struct fingerprint lock_relation_sum(const struct lock_relation *l)
{
    return l != NULL ? l->sum : (struct fingerprint){0, 0};
}

bool lock_relation_overflow(const struct lock_relation *l)
{
    return l != NULL && l->overflow;
}
