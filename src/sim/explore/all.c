/*
 * The search `all`: every schedule, one after the other. It knows no states, so it is the yardstick
 * for the searches that do. Schedules come in lexicographic order; the first with fewest steps and
 * then fewest switches is the witness.
 *
 * Under a bound on preemptive switches the search `traces` is this one too: of beginnings that differ only in
 * the order of independent steps it follows one (prefixes.h). What makes traces.c optimal does not hold there, since a
 * schedule within the bound may need one beyond it to be turned round.
 */
#include <stdlib.h>

#include "sim/explore/findings.h"
#include "sim/explore/lock_relation.h"
#include "sim/explore/prefixes.h"
#include "sim/explore/search.h"
#include "sim/explore/witness.h"
#include "sim/lang/mem.h"

struct level {
    struct next_step next[MAX_CHOICES];
    unsigned n, at;
    uint32_t preemptions; // on the way here, with options.bounded
    uint8_t last;         // thread of the step before
    struct machine_mark mark;
};

struct enumeration {
    const struct explore_options *options;
    struct clock clock;
    struct machine *m;
    struct prefixes *prefixes; // NULL: every schedule
    struct lock_relation *locks;
    struct level *levels;
    size_t n_levels, capacity_levels;
    struct registry endings, findings;
    struct witness *of_endings, *of_findings;
    uint64_t *n_of_endings; // schedules of each
    size_t capacity_counts;
    size_t capacity_endings, capacity_findings;
    uint64_t executions, transitions;
    uint64_t redundant; // beginnings that were met again
    uint32_t depth;
    const char *why;
};

/* The schedule up to here and n_more steps, if it beats the witness so far. */
static void offer(struct enumeration *e, struct witness *w, const struct choice *more,
                  uint32_t n_more)
{
    uint32_t n = (uint32_t)e->n_levels - 1 + n_more;
    struct choice *steps = mem_alloc(n + 1u, sizeof *steps);
    for (uint32_t i = 0; i < n; i++) {
        const struct level *l = &e->levels[i];
        steps[i] = i < n - n_more ? l->next[l->at - 1].choice : more[i - (n - n_more)];
    }
    witness_offer(w, steps, n);
    free(steps);
}

static void offer_finding(struct enumeration *e, uint32_t finding, const struct choice *more,
                          uint32_t n_more)
{
    while (e->capacity_findings <= finding) {
        e->of_findings = mem_grow(e->of_findings, e->capacity_findings, &e->capacity_findings,
                                  sizeof *e->of_findings);
    }
    offer(e, &e->of_findings[finding], more, n_more);
}

/* What the last step showed, or the start. */
static void offer_step_findings(struct enumeration *e, const struct choice *step, uint32_t n_steps)
{
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = findings_of(&e->findings, e->m, found, MAX_STEP_FINDINGS);
    for (unsigned i = 0; i < n; i++) {
        offer_finding(e, found[i], step, n_steps);
    }
}

/* Circles of locks that the last step closed. */
static void offer_circles(struct enumeration *e, const struct choice *step)
{
    const struct lock_circle *closed;
    unsigned n = lock_relation_closed(e->locks, &closed);
    for (unsigned i = 0; i < n; i++) {
        offer_finding(e, lock_circle_finding(&e->findings, &closed[i]), step, 1);
    }
    if (lock_relation_overflow(e->locks)) {
        e->why = TOO_MANY_CIRCLES;
    }
}

static void offer_end_findings(struct enumeration *e)
{
    uint32_t found[MAX_END_FINDINGS];
    unsigned n =
        end_findings_of(&e->findings, e->m, e->options->claims ? END_CLAIMS : END_ENDINGS, found);
    for (unsigned i = 0; i < n; i++) {
        offer_finding(e, found[i], NULL, 0);
    }
}

static bool can_move(const struct level *l, uint8_t thread)
{
    bool can = false;
    for (unsigned i = 0; i < l->n; i++) {
        can |= l->next[i].choice.thread == thread;
    }
    return can;
}

/* Leaves out the choices of the newest level that would be a preemption too many. */
static void bound_level(struct enumeration *e)
{
    struct level *l = &e->levels[e->n_levels - 1];
    const struct level *before = e->n_levels > 1 ? l - 1 : NULL;
    uint8_t last = before != NULL ? before->next[before->at - 1].choice.thread : NO_THREAD;
    unsigned n = 0;
    bool last_can = can_move(l, last);
    l->preemptions = 0;
    if (before != NULL) {
        l->preemptions = before->preemptions;
        l->preemptions += before->last != last && can_move(before, before->last);
    }
    l->last = last;
    for (unsigned i = 0; i < l->n; i++) {
        bool preempts = last_can && l->next[i].choice.thread != last;
        if (!preempts || l->preemptions < e->options->preemptions) {
            l->next[n++] = l->next[i];
        }
    }
    l->n = n;
}

static void note_end(struct enumeration *e)
{
    if (e->prefixes != NULL && !prefixes_is_new_trace(e->prefixes)) {
        e->redundant++;
        return;
    }
    uint32_t ending = ending_of(&e->endings, e->m, e->options->final_states);
    while (e->capacity_endings <= ending) {
        e->of_endings = mem_grow(e->of_endings, e->capacity_endings, &e->capacity_endings,
                                 sizeof *e->of_endings);
    }
    while (e->capacity_counts <= ending) {
        e->n_of_endings = mem_grow(e->n_of_endings, e->capacity_counts, &e->capacity_counts,
                                   sizeof *e->n_of_endings);
    }
    e->n_of_endings[ending]++;
    offer(e, &e->of_endings[ending], NULL, 0);
    offer_end_findings(e);
    e->executions++;
    e->depth = e->n_levels - 1 > e->depth ? (uint32_t)e->n_levels - 1 : e->depth;
}

static void open_level(struct enumeration *e, struct machine_mark mark)
{
    struct choice choices[MAX_CHOICES];
    e->levels = mem_grow(e->levels, e->n_levels, &e->capacity_levels, sizeof *e->levels);
    struct level *l = &e->levels[e->n_levels++];
    l->n = machine_choices(e->m, choices);
    l->at = 0;
    l->mark = mark;
    for (unsigned i = 0; i < l->n; i++) {
        l->next[i].choice = choices[i];
    }
    if (e->options->bounded) {
        bound_level(e);
    }
    if (e->n_levels > MAX_SCHEDULE) {
        e->why = TOO_LONG;
    }
    if (e->prefixes != NULL && !prefixes_is_new(e->prefixes, l->last, l->preemptions)) {
        l->n = 0; // somebody went on behind it
        e->redundant++;
    } else if (l->n == 0) {
        note_end(e);
    }
}

static void offer_race(struct enumeration *e, uint32_t finding, const struct next_step *first,
                       const struct next_step *second)
{
    if (!first->stops) {
        offer_finding(e, finding, (const struct choice[2]){first->choice, second->choice}, 2);
    }
}

static void close_level(struct enumeration *e)
{
    const struct level *l = &e->levels[e->n_levels - 1];
    for (unsigned i = 0; i < l->at; i++) {
        for (unsigned k = i + 1; k < l->at; k++) {
            uint32_t finding;
            if (race_of(&e->findings, e->m->scenario, &l->next[i], &l->next[k], &finding)) {
                offer_race(e, finding, &l->next[i], &l->next[k]);
                offer_race(e, finding, &l->next[k], &l->next[i]);
            }
        }
    }
    struct machine_mark mark = l->mark;
    if (--e->n_levels > 0) {
        machine_pop(e->m, &mark);
        lock_relation_pop(e->locks);
        if (e->prefixes != NULL) {
            prefixes_pop(e->prefixes);
        }
    }
}

static void take_choice(struct enumeration *e)
{
    struct level *l = &e->levels[e->n_levels - 1];
    struct next_step *next = &l->next[l->at];
    struct choice c = next->choice;
    struct machine_mark mark;
    machine_push(e->m, c, &mark);
    next_step_note(e->m, next);
    if (e->prefixes != NULL) {
        prefixes_push(e->prefixes, e->m);
    }
    lock_relation_push_step(e->locks, e->m);
    e->transitions++;
    offer_step_findings(e, &c, 1);
    offer_circles(e, &c);
    l->at++;
    open_level(e, mark);
}

static uint64_t bytes(const struct enumeration *e)
{
    return e->capacity_levels * sizeof *e->levels +
           (e->prefixes != NULL ? prefixes_bytes(e->prefixes) : 0);
}

void search_all(const struct scenario *s, const struct explore_options *options,
                struct explore_result *r)
{
    struct enumeration e = {.options = options, .m = machine_create(s, false)};
    clock_start(&e.clock);
    registry_init(&e.endings);
    registry_init(&e.findings);
    e.locks = lock_relation_create(s);
    if (options->search == SEARCH_TRACES) {
        e.prefixes = prefixes_create(s);
    }
    machine_watch_invariants(e.m);
    open_level(&e, (struct machine_mark){.n_entries = 0});
    offer_step_findings(&e, NULL, 0);
    while (e.n_levels > 0) {
        const struct level *l = &e.levels[e.n_levels - 1];
        if (l->at < l->n && e.why == NULL) {
            take_choice(&e);
        } else {
            close_level(&e);
        }
        if (e.why == NULL && (e.transitions & CLOCK_MASK) == 0) {
            e.why = clock_over(&e.clock, options, 0, bytes(&e));
            clock_progress(&e.clock, options,
                           (struct explore_progress){.steps = e.transitions,
                                                     .frontier = (uint32_t)e.n_levels,
                                                     .endings = e.endings.n,
                                                     .seen = -1});
        }
    }
    r->transitions = e.transitions;
    r->executions = e.executions;
    r->redundant = e.redundant;
    r->bytes = bytes(&e);
    r->depth = e.depth;
    r->complete = e.why == NULL;
    r->why_incomplete = e.why;
    registry_to_endings(&e.endings, r);
    registry_to_findings(&e.findings, r);
    bool counted = r->complete && e.prefixes == NULL; // schedules, all of them
    for (uint32_t i = 0; i < r->n_endings; i++) {
        r->endings[i].witness = e.of_endings[i];
        r->endings[i].schedules =
            counted ? mem_format("%llu", (unsigned long long)e.n_of_endings[i]) : NULL;
    }
    for (uint32_t i = 0; i < r->n_findings; i++) {
        r->findings[i].witness = e.of_findings[i];
    }
    r->schedules = counted ? mem_format("%llu", (unsigned long long)e.executions) : NULL;
    r->seconds = clock_seconds(&e.clock);
    machine_free(e.m);
    prefixes_free(e.prefixes);
    lock_relation_free(e.locks);
    registry_release(&e.endings);
    registry_release(&e.findings);
    free(e.levels);
    free(e.of_endings);
    free(e.n_of_endings);
    free(e.of_findings);
}
