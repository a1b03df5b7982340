/*
 * PCT. All random numbers come from policy_random, so a run depends on plan and seed alone.
 *
 * Priorities d .. d + 63 are given out at random; change point i gives priority i, 1 <= i < d. The
 * paper takes n and k from whoever tests; here they are measured, since nobody knows them.
 */
#include "sim/stepper/pct.h"

#include <math.h>

#include "sim/stepper/policy.h"

/* Numbers of the seed's stream. Steps use those below. */
#define PRIORITIES (UINT64_C(1) << 32)
#define CHANGES    (UINT64_C(2) << 32)

static unsigned runner(struct choice c)
{
    return c.kind == CHOICE_TIMEOUT ? MAX_THREADS + c.thread : c.thread;
}

void pct_begin(struct pct *p, const struct pct_plan *plan, uint64_t seed)
{
    *p = (struct pct){.plan = *plan, .seed = seed};
    for (uint32_t i = 0; i < 2 * MAX_THREADS; i++) {
        uint32_t other = policy_random(seed, PRIORITIES + i, i + 1); // Fisher and Yates
        p->priority[i] = p->priority[other];
        p->priority[other] = plan->depth + i;
    }
    for (uint32_t i = 0; i + 1 < plan->depth; i++) {
        p->change[i] = 1 + policy_random(seed, CHANGES + i, plan->steps);
    }
}

struct choice pct_next(struct pct *p, const struct machine *m, const struct choice *choices,
                       unsigned n)
{
    unsigned best = 0, picks = 1; // picks: choices of the best one, which stand side by side
    for (unsigned i = 1; i < n; i++) {
        uint32_t priority = p->priority[runner(choices[i])];
        uint32_t highest = p->priority[runner(choices[best])];
        picks = priority > highest ? 1 : picks + (priority == highest);
        best = priority > highest ? i : best;
    }
    struct choice c = choices[best + (picks > 1 ? policy_random(p->seed, m->last.n, picks) : 0)];
    for (uint32_t i = 0; i + 1 < p->plan.depth; i++) {
        if (p->change[i] == m->last.n + 1) {
            p->priority[runner(c)] = i + 1;
        }
    }
    return c;
}

/* ---- measuring ---- */

struct measure {
    struct machine *m;
    struct pct pct;
    bool even;           // every choice is equally likely
    thread_set timeouts; // of which threads one was seen
    uint32_t steps;
};

static void measure_run(struct measure *r, uint64_t seed)
{
    struct machine *m = r->m;
    struct choice choices[MAX_CHOICES];
    unsigned n;
    const struct pct_plan fixed = {.threads = 1, .steps = 1, .depth = 1};
    machine_reset(m);
    pct_begin(&r->pct, &fixed, seed);
    while ((n = machine_choices(m, choices)) > 0 && m->last.n < PCT_MEASURED_STEPS) {
        for (unsigned i = 0; i < n; i++) {
            r->timeouts |= choices[i].kind == CHOICE_TIMEOUT ? thread_bit(choices[i].thread) : 0u;
        }
        machine_step(m, r->even ? choices[policy_random(seed, m->last.n, n)]
                                : pct_next(&r->pct, m, choices, n));
    }
    r->steps = m->last.n > r->steps ? m->last.n : r->steps;
}

struct pct_plan pct_measure(const struct scenario *s, uint32_t depth)
{
    struct measure r = {.m = machine_create(s, false)};
    for (uint64_t i = 0; i < 2 * PCT_MEASURED_RUNS && r.steps < PCT_MEASURED_STEPS; i++) {
        r.even = i % 2 == 0;
        measure_run(&r, i);
    }
    machine_free(r.m);
    struct pct_plan plan = {.threads = s->n_threads, .steps = r.steps > 0 ? r.steps : 1};
    plan.depth = depth;
    for (thread_set left = r.timeouts; left != 0; left &= left - 1) {
        plan.threads++;
    }
    return plan;
}

double pct_bound(const struct pct_plan *plan)
{
    return 1 / (plan->threads * pow(plan->steps, plan->depth - 1.0));
}
