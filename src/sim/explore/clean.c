/*
 * A depth-first walk over the states that can be reached without a step that breaks a rule. It ends
 * at the first good end, which where all is well is that of the first way down; only where there is none are
 * all such states visited.
 */
#include "sim/explore/clean.h"

#include <stdlib.h>

#include "kernel_model/lock_order.h"
#include "sim/explore/lock_relation.h"
#include "sim/explore/visited.h"
#include "sim/lang/mem.h"
#include "sim/report/pen.h"

struct level {
    struct choice choices[MAX_CHOICES];
    unsigned n, at;
    struct machine_mark mark; // of the step that led here
};

struct walk {
    struct machine *m;
    struct visited *seen;
    uint32_t n_seen;
    struct lock_relation *locks;
    bool well;        // a good end was found
    unsigned n_rules; // that steps on the way would have broken: 0, 1, 2 for more
    struct rule rule; // the first
    struct level *levels;
    size_t n_levels, capacity;
};

/* Whether a lock may be taken depends on what the run has done, too. */
static bool is_new(struct walk *w)
{
    bool known;
    struct fingerprint f = w->m->world.fingerprint, locks = lock_relation_sum(w->locks);
    visited_add(w->seen, (struct fingerprint){f.low + locks.low, f.high + locks.high}, w->n_seen,
                &known);
    w->n_seen += known ? 0 : 1;
    return !known;
}

static void enter(struct walk *w, struct machine_mark mark)
{
    w->levels = mem_grow(w->levels, w->n_levels, &w->capacity, sizeof *w->levels);
    struct level *l = &w->levels[w->n_levels++];
    l->n = machine_choices(w->m, l->choices);
    l->at = 0;
    l->mark = mark;
    w->well = w->well || (l->n == 0 && machine_ended_well(w->m));
}

static void leave(struct walk *w)
{
    struct machine_mark mark = w->levels[w->n_levels - 1].mark;
    if (--w->n_levels > 0) {
        machine_pop(w->m, &mark);
        lock_relation_pop(w->locks);
    }
}

static void note_rule(struct walk *w, struct rule r)
{
    if (w->n_rules == 0) {
        w->rule = r;
        w->n_rules = 1;
    } else if (r.invariant != w->rule.invariant || r.number != w->rule.number) {
        w->n_rules = 2;
    }
}

static bool breaks_a_rule(struct walk *w, const struct step *step)
{
    const struct lock_circle *closed;
    unsigned circles = lock_relation_closed(w->locks, &closed);
    for (uint64_t left = step->invariants; left != 0; left &= left - 1) {
        note_rule(w, (struct rule){true, (uint32_t)__builtin_ctzll(left), NULL});
    }
    for (unsigned i = 0; i < step->effect.n_verifier; i++) {
        const struct verifier_stop *v = &step->effect.verifier[i];
        note_rule(w, (struct rule){false, v->code, v->text});
    }
    if (circles > 0) {
        note_rule(w, (struct rule){false, VERIFIER_LOCK_ORDER, NULL});
    }
    return step->invariants != 0 || step->effect.n_verifier != 0 || circles > 0;
}

static void go_on(struct walk *w, struct choice c)
{
    struct machine_mark mark;
    const struct step *step = machine_push(w->m, c, &mark);
    lock_relation_push_step(w->locks, w->m);
    if (!breaks_a_rule(w, step) && is_new(w)) {
        enter(w, mark);
    } else {
        lock_relation_pop(w->locks);
        machine_pop(w->m, &mark);
    }
}

struct clean_answer clean_end(const struct scenario *s, const struct choice *steps, uint32_t n,
                              uint32_t max_states, const atomic_int *stop)
{
    struct walk w = {.m = machine_create(s, false), .seen = visited_create()};
    bool stopped = false;
    machine_watch_invariants(w.m);
    w.locks = lock_relation_create(s);
    for (uint32_t i = 0; i < n; i++) {
        machine_step(w.m, steps[i]);
        lock_relation_push_step(w.locks, w.m);
    }
    machine_keep_fingerprint(w.m);
    enter(&w, (struct machine_mark){.n_entries = 0});
    while (w.n_levels > 0 && !w.well && !stopped) {
        struct level *l = &w.levels[w.n_levels - 1];
        stopped = w.n_seen >= max_states || (stop != NULL && *stop != 0);
        if (l->at < l->n) {
            go_on(&w, l->choices[l->at++]);
        } else {
            leave(&w);
        }
    }
    machine_free(w.m);
    visited_free(w.seen);
    lock_relation_free(w.locks);
    free(w.levels);
    enum clean clean = w.well ? CLEAN_POSSIBLE : stopped ? CLEAN_UNKNOWN : CLEAN_IMPOSSIBLE;
    return (struct clean_answer){clean, clean == CLEAN_IMPOSSIBLE && w.n_rules == 1, w.rule};
}

static void write_rule(struct pen *p, const struct scenario *s, const struct rule *r)
{
    if (r->invariant) {
        pen_printf(p, "%s does not hold.", s->invariants[r->number].text);
    } else if (r->number == VERIFIER_LOCK_ORDER) {
        pen_printf(p, "verifier 0xC4/0x%X, locks taken in a circle.", r->number);
    } else if (r->number != 0) {
        pen_printf(p, "verifier 0xC4/0x%X. %s", r->number, r->text);
    } else {
        pen_printf(p, "%s", r->text);
    }
}

size_t clean_text(const struct scenario *s, const struct clean_answer *how, bool from_here,
                  char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (how->clean != CLEAN_IMPOSSIBLE) {
        return 0;
    }
    pen_printf(&p, "Every way %sto a good ending breaks a rule%s", from_here ? "from here " : "",
               how->one ? ": " : ".");
    if (how->one) {
        write_rule(&p, s, &how->rule);
    }
    return p.n;
}
