#include "sim/explore/explain.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/lock_relation.h"
#include "sim/lang/mem.h"
#include "sim/report/calls.h"
#include "sim/report/circle.h"
#include "sim/report/pen.h"
#include "sim/report/text_finding.h"

/* Is this what the search told apart by that key? */
static bool is_same(const struct machine *m, struct found found, const struct explore_finding *f)
{
    uint32_t key[MAX_FOUND_KEY];
    unsigned n = found.kind == f->kind ? found_key(m, found, key) : 0;
    return n > 0 && n * sizeof *key == f->key_size && memcmp(key, f->key, f->key_size) == 0;
}

/* The finding in the state and step that its witness led to, in words; 0: it is not there. */
static size_t describe(struct machine *m, const struct explore_finding *f, char *text)
{
    struct found found[MAX_FOUND];
    uint32_t key[MAX_FOUND_KEY];
    if (f->kind == FINDING_LIVELOCK) {
        return text_circle(m, text, FOUND_TEXT);
    }
    if (f->kind == FINDING_INVARIANT || f->kind == FINDING_FAULT) {
        memcpy(key, f->key, f->key_size < sizeof key ? f->key_size : sizeof key);
        struct found predicate = {f->kind, (uint16_t)key[1], (enum found_in)key[0]};
        if (is_same(m, predicate, f)) {
            return text_found(m, predicate, text, FOUND_TEXT);
        }
    }
    unsigned n = found_in_step(m, found), ix = 0;
    n += machine_over(m) ? found_at_end(m, found + n) : 0;
    while (ix < n && !is_same(m, found[ix], f)) {
        ix++;
    }
    return ix < n ? text_found(m, found[ix], text, FOUND_TEXT) : 0;
}

/* Who first asks in this run for a lock of the circle while holding the one before. */
struct asker {
    thread_ix thread;
    uint16_t line; // 0: nobody
};

static void note_askers(const struct machine *m, const struct lock_circle *c, struct asker *askers)
{
    struct lock_edge edges[MAX_EDGES];
    unsigned n = lock_edges_of(m, edges);
    for (unsigned i = 0; i < n; i++) {
        for (unsigned k = 0; k < c->n; k++) {
            bool is = edges[i].held == c->r[k] && edges[i].asked == c->r[(k + 1u) % c->n];
            if (is && askers[k].line == 0) {
                askers[k] = (struct asker){m->last.choice.thread, m->last.line};
            }
        }
    }
}

/* "Verifier 0xC4/0x1001, locks in a circle: T1 line 2 takes B while it holds A, T2 line 2 takes A ..." */
static size_t describe_circle(const struct scenario *s, const struct witness *w,
                              const struct lock_circle *c, char *text)
{
    struct asker askers[MAX_CIRCLE] = {{0}};
    struct machine *m = machine_create(s, false);
    struct pen p = pen_on(text, FOUND_TEXT);
    for (uint32_t i = 0; i < w->n; i++) {
        machine_step(m, w->steps[i]);
        note_askers(m, c, askers);
    }
    machine_free(m);
    pen_printf(&p, "Verifier 0xC4/0x%X, locks taken in a circle:", VERIFIER_LOCK_ORDER);
    for (unsigned k = 0; k < c->n; k++) {
        pen_text(&p, k == 0 ? " " : k + 1u < c->n ? ", " : " and ");
        write_thread(&p, askers[k].thread);
        pen_printf(&p, " line %u takes ", askers[k].line);
        write_object(&p, s, object_make(OBJECT_RESOURCE, c->r[(k + 1u) % c->n]), NAME_FULL);
        pen_text(&p, " while it holds ");
        write_object(&p, s, object_make(OBJECT_RESOURCE, c->r[k]), NAME_FULL);
    }
    pen_text(&p, ". Where that happens at the same time, it can be a deadlock.");
    return p.n;
}

/* A finding of the step that its witness leads to, in words. */
static size_t describe_step(const struct scenario *s, const struct explore_finding *f, char *text)
{
    struct machine *m = machine_create(s, true);
    for (uint32_t i = 0; i < f->witness.n; i++) {
        machine_step(m, f->witness.steps[i]);
    }
    size_t length = describe(m, f, text);
    machine_free(m);
    return length;
}

static bool needs_a_run(const struct explore_finding *f)
{
    return f->kind == FINDING_HANG || f->kind == FINDING_DEADLOCK || f->kind == FINDING_LIVELOCK ||
           f->kind == FINDING_INVARIANT || f->kind == FINDING_FAULT || f->kind == FINDING_VERIFIER;
}

void explain_finding(const struct scenario *s, struct explore_finding *f)
{
    if (!needs_a_run(f)) {
        return;
    }
    char *text = mem_alloc(FOUND_TEXT, 1);
    struct lock_circle circle;
    bool is_circle = f->kind == FINDING_VERIFIER && found_circle(f->key, f->key_size, &circle);
    size_t length =
        is_circle ? describe_circle(s, &f->witness, &circle, text) : describe_step(s, f, text);
    if (length > 0) { // an incomplete search may have no witness yet
        free(f->text);
        f->text = mem_text(text, length);
    }
    free(text);
}
