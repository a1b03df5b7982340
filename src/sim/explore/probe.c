/*
 * Random runs beside a search.
 */
#include "sim/explore/probe.h"

#include <stdlib.h>

#include "sim/lang/mem.h"
#include "sim/stepper/policy.h"

enum {
    STEPS = 2048,      // of one call: about a millisecond
    LATELY = 8192,     // states; then all answers so far count half
    LONGEST = 1 << 20, // steps of a run; longer ones run in circles
    SEED = 1,
};

struct probe {
    const struct crew *crew;
    struct registry findings; // of no interest
    struct memo *memo;
    struct reducer reducer; // with crew.reduction
    struct memo_mark start; // takes the run back
    uint64_t n_made;        // steps of all runs
    uint32_t n_run;         // of this one
    double n_met, n_seen;   // states
};

struct probe *probe_create(const struct crew *crew)
{
    if (crew->options->bounded) {
        return NULL;
    }
    struct probe *p = mem_alloc(1, sizeof *p);
    p->crew = crew;
    registry_init(&p->findings);
    p->memo = memo_create(crew->scenario, &p->findings);
    if (crew->reduction != NULL) {
        reducer_init(&p->reducer, crew->reduction, p->memo);
    }
    return p;
}

void probe_free(struct probe *p)
{
    if (p == NULL) {
        return;
    }
    if (p->crew->reduction != NULL) {
        reducer_release(&p->reducer);
    }
    memo_free(p->memo);
    registry_release(&p->findings);
    free(p);
}

/* Does one of these steps stop the machine? */
static bool any_stops(const struct probe *p, const struct option *options, unsigned n)
{
    bool stops = false;
    for (unsigned i = 0; i < n; i++) {
        stops |= memo_look(p->memo, options[i].outcome)->stopped;
    }
    return stops;
}

/* The steps that the search looks at in the present state. */
static unsigned find_steps(struct probe *p, struct option *out)
{
    unsigned n = 0;
    uint64_t reads;
    if (memo_stopped(p->memo)) {
        return 0;
    }
    for (thread_ix t = 0; t < p->crew->scenario->layout.shape.n_threads; t++) {
        unsigned more = memo_options(p->memo, t, out + n, &reads);
        if (p->crew->reduction != NULL && more > 0 && reducer_alone(&p->reducer, t) &&
            !any_stops(p, out + n, more)) {
            memmove(out, out + n, more * sizeof *out);
            return more;
        }
        n += more;
    }
    return n;
}

/* Makes a step and asks for the state behind it. */
static void go(struct probe *p, uint32_t outcome)
{
    struct memo_mark mark;
    struct fingerprint after = memo_after(p->memo, outcome);
    if (p->crew->reduction != NULL) {
        reducer_look(&p->reducer, outcome, &after);
    }
    memo_apply(p->memo, outcome, p->n_run == 0 ? &p->start : &mark);
    if (p->crew->reduction != NULL) {
        reducer_clear(&p->reducer);
    }
    p->n_run++;
    p->n_met++;
    p->n_seen += visited_find(p->crew->visited, after) != UINT32_MAX;
}

static void start_again(struct probe *p)
{
    if (p->n_run > 0) {
        memo_undo(p->memo, &p->start);
        p->n_run = 0;
    }
    if (p->memo->must_trim) {
        memo_trim(p->memo, NULL, 0);
    }
}

double probe_seen(struct probe *p)
{
    struct option options[MAX_CHOICES];
    if (p == NULL) {
        return -1;
    }
    for (unsigned i = 0; i < STEPS; i++) {
        unsigned n = find_steps(p, options);
        if (n == 0 || p->n_run == LONGEST) {
            start_again(p);
        } else {
            go(p, options[policy_random(SEED, p->n_made++, n)].outcome);
        }
    }
    while (p->n_met > LATELY) {
        p->n_met /= 2;
        p->n_seen /= 2;
    }
    return p->n_met > 0 ? p->n_seen / p->n_met : 1;
}
