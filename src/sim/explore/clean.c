/*
 * A depth-first walk over the states that can be reached without a step that breaks a rule. It ends
 * at the first good end, which where all is well is that of the first way down; only where there is none are
 * all such states visited.
 */
#include "sim/explore/clean.h"

#include <stdlib.h>

#include "sim/explore/lock_relation.h"
#include "sim/explore/visited.h"
#include "sim/lang/mem.h"

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
    bool well; // a good end was found
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

static bool breaks_a_rule(struct walk *w, const struct step *step)
{
    const struct lock_circle *closed;
    return step->invariants != 0 || step->effect.n_verifier != 0 ||
           lock_relation_closed(w->locks, &closed) > 0;
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

enum clean clean_end(const struct scenario *s, const struct choice *steps, uint32_t n,
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
    return w.well ? CLEAN_POSSIBLE : stopped ? CLEAN_UNKNOWN : CLEAN_IMPOSSIBLE;
}
