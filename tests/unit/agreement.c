/*
 * Agreement of explorations. Lists are compared by what they say, not by order: a search that knows
 * no chances lists endings in another one.
 */
#include "agreement.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/explore_report.h"
#include "sim/explore/findings.h"
#include "sim/lang/mem.h"
#include "sim/stepper/policy.h"

enum { LIVELOCK_RUNS = 20, LIVELOCK_STEPS = 200 };

/* ---- two results ---- */

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_witness(const struct witness *a, const struct witness *b)
{
    return a->n == b->n && a->switches == b->switches &&
           memcmp(a->steps, b->steps, a->n * sizeof *a->steps) == 0;
}

static char *witnesses_differ(const char *of, const struct witness *a, const struct witness *b)
{
    char *x = witness_text(a), *y = witness_text(b);
    char *text = mem_format("the witness of '%s' is %s and %s", of, x, y);
    free(x);
    free(y);
    return text;
}

static char *endings_differ(const struct explore_result *a, const struct explore_result *b,
                            unsigned how)
{
    for (uint32_t i = 0; i < a->n_endings; i++) {
        const struct explore_ending *x = &a->endings[i], *y = NULL;
        for (uint32_t k = 0; k < b->n_endings && y == NULL; k++) {
            bool same = b->endings[k].kind == x->kind && same_text(b->endings[k].name, x->name);
            y = same ? &b->endings[k] : NULL;
        }
        if (y == NULL) {
            return mem_format("only one has the ending '%s' (%s)", x->name, verdict_name(x->kind));
        }
        if (x->goal != y->goal) {
            return mem_format("only one calls the ending '%s' a goal", x->name);
        }
        if ((how & AGREE_SCHEDULES) != 0 && !same_text(x->schedules, y->schedules)) {
            return mem_format("'%s' has %s and %s schedules", x->name, x->schedules, y->schedules);
        }
        if ((how & AGREE_WITNESSES) != 0 && !same_witness(&x->witness, &y->witness)) {
            return witnesses_differ(x->name, &x->witness, &y->witness);
        }
        if ((how & AGREE_LENGTHS) != 0 && x->kind < VERDICT_BUGCHECK &&
            x->witness.n != y->witness.n) {
            return witnesses_differ(x->name, &x->witness, &y->witness);
        }
    }
    return NULL;
}

/* The sentence may tell more: how this witness came to it. */
static bool same_finding(const struct explore_finding *a, const struct explore_finding *b)
{
    return a->kind == b->kind && a->key_size == b->key_size &&
           memcmp(a->key, b->key, a->key_size) == 0;
}

static char *findings_differ(const struct explore_result *a, const struct explore_result *b,
                             unsigned how)
{
    for (uint32_t i = 0; i < a->n_findings; i++) {
        const struct explore_finding *x = &a->findings[i], *y = NULL;
        for (uint32_t k = 0; k < b->n_findings && y == NULL; k++) {
            y = same_finding(&b->findings[k], x) ? &b->findings[k] : NULL;
        }
        if (y == NULL) {
            return mem_format("only one has the finding %s: %s", finding_name(x->kind), x->text);
        }
        if ((how & AGREE_WITNESSES) != 0 && !same_witness(&x->witness, &y->witness)) {
            return witnesses_differ(x->text, &x->witness, &y->witness);
        }
    }
    return NULL;
}

char *results_differ(const struct explore_result *a, const struct explore_result *b, unsigned how)
{
    char *text = endings_differ(a, b, how);
    text = text != NULL ? text : endings_differ(b, a, how);
    text = text != NULL ? text : findings_differ(a, b, how);
    text = text != NULL ? text : findings_differ(b, a, how);
    if (text == NULL && (how & AGREE_SCHEDULES) != 0 && !same_text(a->schedules, b->schedules)) {
        text = mem_format("there are %s and %s schedules", a->schedules, b->schedules);
    }
    return text;
}

/* ---- witnesses ---- */

struct replay {
    struct machine *m;
    struct registry seen; // endings or findings of the place where the replay stands
    bool final_states;
};

/* Makes the first n steps of the witness from the start; false: one of them cannot be made. */
static bool replay(struct replay *r, const struct witness *w, uint32_t n)
{
    machine_reset(r->m);
    for (uint32_t i = 0; i < n; i++) {
        if (machine_refusal(r->m, w->steps[i]) != REFUSED_NOT) {
            return false;
        }
        machine_step(r->m, w->steps[i]);
    }
    return true;
}

static bool has_ended(const struct machine *m)
{
    struct choice choices[MAX_CHOICES];
    return machine_choices(m, choices) == 0;
}

static bool ends_so(struct replay *r, const struct explore_ending *e)
{
    if (!replay(r, &e->witness, e->witness.n) || !has_ended(r->m)) {
        return false;
    }
    uint32_t ending = ending_of(&r->seen, r->m, r->final_states);
    const struct registry_item *item = &r->seen.items[ending];
    return item->kind == e->kind && strcmp(item->text, e->name) == 0;
}

static bool is_among(const struct replay *r, const uint32_t *found, unsigned n,
                     const struct explore_finding *f)
{
    bool is = false;
    for (unsigned i = 0; i < n; i++) {
        const struct registry_item *item = &r->seen.items[found[i]];
        is |= item->kind == f->kind && item->size == f->key_size &&
              memcmp(item->key, f->key, f->key_size) == 0;
    }
    return is;
}

/* What the step would touch from here; false: it cannot be made. */
static bool try_step(struct machine *m, struct choice c, struct next_step *next)
{
    struct machine_mark mark;
    if (machine_refusal(m, c) != REFUSED_NOT) {
        return false;
    }
    machine_push(m, c, &mark);
    next_step_note(m, next);
    machine_pop(m, &mark);
    return true;
}

static bool shows_race(struct replay *r, const struct explore_finding *f)
{
    const struct witness *w = &f->witness;
    struct next_step a, b;
    uint32_t race;
    if (w->n < 2 || !replay(r, w, w->n) || !replay(r, w, w->n - 2) ||
        !try_step(r->m, w->steps[w->n - 2], &a) || !try_step(r->m, w->steps[w->n - 1], &b)) {
        return false;
    }
    bool in_order = a.choice.thread < b.choice.thread;
    return race_of(&r->seen, r->m->scenario, in_order ? &a : &b, in_order ? &b : &a, &race) &&
           is_among(r, &race, 1, f);
}

/* A sample: runs from here that all go on and on. */
static bool shows_livelock(struct replay *r, const struct witness *w)
{
    struct choice choices[MAX_CHOICES];
    for (uint64_t seed = 1; seed <= LIVELOCK_RUNS; seed++) {
        if (!replay(r, w, w->n)) {
            return false;
        }
        for (uint64_t i = 0; i < LIVELOCK_STEPS; i++) {
            unsigned n = machine_choices(r->m, choices);
            if (n == 0) {
                return false;
            }
            machine_step(r->m, choices[policy_random(seed, i, n)]);
        }
    }
    return true;
}

/* Does the last step of the witness take a lock that closes the circle? */
static bool shows_circle(struct replay *r, const struct witness *w,
                         const struct lock_circle *circle)
{
    const struct lock_circle *closed;
    struct lock_relation *locks = lock_relation_create(r->m->scenario);
    bool can = true;
    machine_reset(r->m);
    for (uint32_t i = 0; i < w->n && can; i++) {
        can = machine_refusal(r->m, w->steps[i]) == REFUSED_NOT;
        if (can) {
            machine_step(r->m, w->steps[i]);
            lock_relation_push_step(locks, r->m);
        }
    }
    unsigned n = can ? lock_relation_closed(locks, &closed) : 0, k = 0;
    while (k < n && memcmp(&closed[k], circle, sizeof *circle) != 0) {
        k++;
    }
    lock_relation_free(locks);
    return k < n;
}

static bool shows(struct replay *r, const struct explore_finding *f)
{
    uint32_t found[MAX_STEP_FINDINGS + MAX_END_FINDINGS];
    if (f->kind == FINDING_RACE) {
        return shows_race(r, f);
    }
    if (f->kind == FINDING_LIVELOCK) {
        return shows_livelock(r, &f->witness);
    }
    struct lock_circle circle;
    if (f->kind == FINDING_VERIFIER && found_circle(f->key, f->key_size, &circle)) {
        return shows_circle(r, &f->witness, &circle);
    }
    if (!replay(r, &f->witness, f->witness.n)) {
        return false;
    }
    unsigned n = findings_of(&r->seen, r->m, found, MAX_STEP_FINDINGS);
    n += has_ended(r->m) ? end_findings_of(&r->seen, r->m, END_CLAIMS, found + n) : 0;
    return is_among(r, found, n, f);
}

char *witness_lies(const struct scenario *s, const struct explore_result *result, bool final_states)
{
    struct replay r = {.m = machine_create(s, false), .final_states = final_states};
    const char *lie = NULL;
    const struct witness *of = NULL;
    machine_watch_invariants(r.m);
    registry_init(&r.seen);
    for (uint32_t i = 0; i < result->n_endings && lie == NULL; i++) {
        of = &result->endings[i].witness;
        lie = ends_so(&r, &result->endings[i]) ? NULL : result->endings[i].name;
    }
    for (uint32_t i = 0; i < result->n_findings && lie == NULL; i++) {
        of = &result->findings[i].witness;
        lie = shows(&r, &result->findings[i]) ? NULL : result->findings[i].text;
    }
    registry_release(&r.seen);
    machine_free(r.m);
    if (lie == NULL) {
        return NULL;
    }
    char *schedule = witness_text(of);
    char *text = mem_format("the witness %s does not show '%s'", schedule, lie);
    free(schedule);
    return text;
}
