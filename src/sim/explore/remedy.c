/*
 * Candidates are pairs of calls of different threads about the same object that come in this order in a good
 * witness; a pair is meant for every object that its second call is about. It holds in a schedule if
 * the second call is made, and on no object before the first was made on it. Candidates that a good witness
 * breaks or a bad one keeps are dropped.
 *
 * The proof walks the product of the states with what the pairs have seen: which first calls were made on which
 * objects, and which pairs are broken. Two ways that agree in all of it go on alike, so each such node is
 * visited once, and what is left at the end is true of every schedule.
 */
#include "sim/explore/remedy.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/explore/visited.h"
#include "sim/lang/mem.h"
#include "sim/report/calls.h"

enum { MAX_PAIRS = 32, MAX_SEEN = 64, MAX_NODES = 4 * REMEDY_STATES, MAX_WITNESS = 4096 };

struct event {
    struct remedy_call call;
    object_ref object;
};

struct pair {
    struct remedy_call first, then;
    object_ref object; // one that it is about
    bool each;         // and there are others
};

/* A first call that was made on an object, or a second call that was made (object 0). */
struct fact {
    struct remedy_call call;
    object_ref object;
};

/* What a way has shown so far. */
struct shown_so_far {
    uint64_t seen;   // bit i: facts[i]
    uint32_t broken; // bit p: pairs[p]
};

struct level {
    struct choice choices[MAX_CHOICES];
    unsigned n, at;
    struct machine_mark mark; // of the step that led here
    struct shown_so_far shown;
};

struct proof {
    struct machine *m;
    struct pair pairs[MAX_PAIRS];
    unsigned n_pairs;
    struct fact facts[MAX_SEEN];
    unsigned n_facts;
    uint32_t left;   // bit p: pairs[p] was true so far
    uint32_t always; // bit p: the second call of pairs[p] was made in all so far
    bool too_large;
    struct visited *nodes; // states, with what their ways have shown
    uint32_t n_nodes;
    struct level *levels;
    size_t n_levels, capacity;
};

/* ---- events ---- */

static bool same_call(struct remedy_call a, struct remedy_call b)
{
    return a.thread == b.thread && a.line == b.line && a.call == b.call;
}

/* What the step made last was; object 0: nothing that has an order with others. */
static struct event event_of(const struct machine *m)
{
    const struct step *s = &m->last;
    struct event e = {.call = {s->choice.thread, s->line, s->call}};
    if (s->call != CALL_NONE) {
        e.object = s->effect.object != 0 ? s->effect.object : s->effect.queued_on;
    }
    return e;
}

static unsigned find_fact(const struct proof *p, struct remedy_call call, object_ref object)
{
    unsigned i = 0;
    while (i < p->n_facts && !(p->facts[i].object == object && same_call(p->facts[i].call, call))) {
        i++;
    }
    return i;
}

static bool is_seen(const struct proof *p, struct shown_so_far shown, struct remedy_call call,
                    object_ref object)
{
    unsigned fact = find_fact(p, call, object);
    return fact < p->n_facts && (shown.seen >> fact & 1) != 0;
}

static void see(struct proof *p, struct remedy_call call, object_ref object,
                struct shown_so_far *shown)
{
    unsigned fact = find_fact(p, call, object);
    if (fact == MAX_SEEN) {
        p->too_large = true;
        return;
    }
    if (fact == p->n_facts) {
        p->facts[p->n_facts++] = (struct fact){call, object};
    }
    shown->seen |= UINT64_C(1) << fact;
}

/* The pairs whose second call was made. */
static uint32_t made(const struct proof *p, struct shown_so_far shown)
{
    uint32_t pairs = 0;
    for (unsigned i = 0; i < p->n_pairs; i++) {
        pairs |= is_seen(p, shown, p->pairs[i].then, 0) ? 1u << i : 0;
    }
    return pairs;
}

/* The pairs that hold: their second call was made, and never without the first before it. */
static uint32_t holding(const struct proof *p, struct shown_so_far shown)
{
    return made(p, shown) & ~shown.broken;
}

static void note_then(struct proof *p, unsigned ix, const struct event *e,
                      struct shown_so_far *shown)
{
    struct pair *pair = &p->pairs[ix];
    if (!is_seen(p, *shown, pair->first, e->object)) {
        shown->broken |= 1u << ix;
    }
    see(p, pair->then, 0, shown);
    pair->each = pair->each || e->object != pair->object;
}

static void note(struct proof *p, struct shown_so_far *shown)
{
    struct event e = event_of(p->m);
    if (e.object == 0) {
        return;
    }
    for (unsigned i = 0; i < p->n_pairs; i++) {
        if (same_call(p->pairs[i].then, e.call)) {
            note_then(p, i, &e, shown);
        }
    }
    for (unsigned i = 0; i < p->n_pairs; i++) {
        if (same_call(p->pairs[i].first, e.call)) {
            see(p, e.call, e.object, shown);
            return; // one fact, whatever the number of pairs
        }
    }
}

/* ---- candidates ---- */

static void add_pair(struct proof *p, const struct event *first, const struct event *then)
{
    for (unsigned i = 0; i < p->n_pairs; i++) {
        if (same_call(p->pairs[i].first, first->call) && same_call(p->pairs[i].then, then->call)) {
            return;
        }
    }
    if (p->n_pairs < MAX_PAIRS) {
        p->pairs[p->n_pairs++] = (struct pair){first->call, then->call, then->object, false};
    }
}

/* In order of their second calls; of those with the same one, the first call that comes last is first. */
static void find_pairs(struct proof *p, const struct witness *w)
{
    uint32_t n = w->n < MAX_WITNESS ? w->n : MAX_WITNESS;
    struct event *events = mem_alloc(n + 1u, sizeof *events);
    machine_reset(p->m);
    for (uint32_t i = 0; i < n; i++) {
        machine_step(p->m, w->steps[i]);
        events[i] = event_of(p->m);
        for (uint32_t k = i; k-- > 0 && events[i].object != 0;) {
            if (events[k].object == events[i].object &&
                events[k].call.thread != events[i].call.thread) {
                add_pair(p, &events[k], &events[i]);
            }
        }
    }
    free(events);
}

/* In a good witness each pair holds, in a bad one none. */
static void try_witness(struct proof *p, const struct explore_ending *e)
{
    struct shown_so_far shown = {0};
    machine_reset(p->m);
    for (uint32_t i = 0; i < e->witness.n; i++) {
        machine_step(p->m, e->witness.steps[i]);
        note(p, &shown);
    }
    p->left &= e->goal ? holding(p, shown) : ~holding(p, shown);
}

/* Only the pairs that are left; nothing has been seen of them. */
static void keep_left(struct proof *p)
{
    unsigned n = 0;
    for (unsigned i = 0; i < p->n_pairs; i++) {
        if ((p->left >> i & 1) != 0) {
            p->pairs[n] = p->pairs[i];
            p->pairs[n++].each = false;
        }
    }
    p->n_pairs = n;
    p->n_facts = 0;
    p->left = n < 32 ? (1u << n) - 1 : UINT32_MAX;
}

/* ---- the proof ---- */

/* Is this the first way that comes here with what it has shown? Told by 128 bits of both. */
static bool is_new(struct proof *p, struct shown_so_far shown)
{
    struct fingerprint state = p->m->world.fingerprint;
    const uint64_t node[] = {state.low, state.high, shown.seen, shown.broken};
    XXH128_hash_t hash = XXH3_128bits(node, sizeof node);
    bool known;
    visited_add(p->nodes, (struct fingerprint){hash.low64, hash.high64}, p->n_nodes, &known);
    p->n_nodes += known ? 0 : 1;
    p->too_large = p->too_large || p->n_nodes > MAX_NODES;
    return !known;
}

static void enter(struct proof *p, struct machine_mark mark, struct shown_so_far shown)
{
    p->levels = mem_grow(p->levels, p->n_levels, &p->capacity, sizeof *p->levels);
    struct level *l = &p->levels[p->n_levels++];
    l->n = machine_choices(p->m, l->choices);
    l->at = 0;
    l->mark = mark;
    l->shown = shown;
    if (l->n == 0) {
        p->left &= machine_ended_well(p->m) ? holding(p, shown) : ~holding(p, shown);
        p->always &= made(p, shown);
    }
}

static void walk(struct proof *p)
{
    machine_reset(p->m);
    machine_keep_fingerprint(p->m);
    enter(p, (struct machine_mark){.n_entries = 0}, (struct shown_so_far){0});
    while (p->n_levels > 0 && p->left != 0 && !p->too_large) {
        struct level *l = &p->levels[p->n_levels - 1];
        if (l->at == l->n) {
            struct machine_mark mark = l->mark;
            if (--p->n_levels > 0) {
                machine_pop(p->m, &mark);
            }
            continue;
        }
        struct shown_so_far shown = l->shown;
        struct machine_mark mark;
        machine_push(p->m, l->choices[l->at++], &mark);
        note(p, &shown);
        if (is_new(p, shown)) {
            enter(p, mark, shown);
        } else {
            machine_pop(p->m, &mark);
        }
    }
}

/* ---- the answer ---- */

static const struct explore_ending *shortest_good(const struct explore_result *r)
{
    const struct explore_ending *best = NULL;
    bool bad = false;
    for (uint32_t i = 0; i < r->n_endings; i++) {
        const struct explore_ending *e = &r->endings[i];
        bad = bad || !e->goal;
        if (e->goal && (best == NULL || e->witness.n < best->witness.n)) {
            best = e;
        }
    }
    return bad ? best : NULL;
}

struct remedy remedy_find(const struct scenario *s, const struct explore_result *r)
{
    struct remedy remedy = {.known = false};
    const struct explore_ending *good = shortest_good(r);
    if (good == NULL || !r->complete || r->reduced || r->bounded || r->cyclic ||
        r->search != SEARCH_STATES || r->states > REMEDY_STATES) {
        return remedy;
    }
    struct proof *p = mem_alloc(1, sizeof *p);
    p->m = machine_create(s, false);
    find_pairs(p, &good->witness);
    p->left = p->always = UINT32_MAX;
    for (uint32_t i = 0; i < r->n_endings && p->n_pairs > 0; i++) {
        try_witness(p, &r->endings[i]);
    }
    keep_left(p);
    if (p->n_pairs > 0) {
        p->nodes = visited_create();
        walk(p);
    }
    for (unsigned i = p->n_pairs; i-- > 0 && !p->too_large;) {
        if ((p->left >> i & 1) != 0) {
            const struct pair *pair = &p->pairs[i];
            bool always = (p->always >> i & 1) != 0;
            remedy =
                (struct remedy){true, pair->each, always, pair->first, pair->then, pair->object};
        }
    }
    machine_free(p->m);
    visited_free(p->nodes);
    free(p->levels);
    free(p);
    return remedy;
}

static void write_call_of(struct pen *p, struct remedy_call call)
{
    write_thread(p, call.thread);
    pen_printf(p, " line %u (%s)", call.line, nt_call_row(call.call)->verb);
}

size_t remedy_text(const struct scenario *s, const struct remedy *r, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (!r->known) {
        return p.n;
    }
    pen_text(&p, "It ends well exactly when ");
    if (r->always_made) {
        write_call_of(&p, r->first);
        pen_text(&p, " comes before ");
        write_call_of(&p, r->then);
    } else {
        write_call_of(&p, r->then);
        pen_text(&p, " is made, and ");
        write_call_of(&p, r->first);
        pen_text(&p, " before it");
    }
    if (r->each) {
        pen_text(&p,
                 object_kind_of(r->object) == OBJECT_NAME ? " for each file" : " for each object");
    } else {
        pen_text(&p, " on ");
        write_object(&p, s, r->object, NAME_FULL);
    }
    pen_text(&p, ".");
    return p.n;
}
