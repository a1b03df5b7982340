/*
 * PCT: a random policy that finds a bug of small depth with a chance that can be stated.
 *
 * Purpose    Every thread has a random priority, the highest that can run runs; at d - 1 random
 *            steps the thread that made the step falls below all others. A bug of depth d (one that
 *            needs d ordering constraints) shows in a run with a chance of at least
 *            1 / (n * k^(d-1)), n threads and k steps.
 * Choices    A timeout counts as a thread of its own: it can come at any time. Open choices inside
 *            a step are drawn evenly; the bound says nothing about them.
 * State      Who fell depends on the run so far, so a struct pct goes with one run, forward only.
 * Source     Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler with
 *            probabilistic guarantees of finding bugs", ASPLOS 2010.
 */
#ifndef SIM_STEPPER_PCT_H
#define SIM_STEPPER_PCT_H

#include <stdint.h>

#include "sim/stepper/machine.h"

enum {
    PCT_DEPTH = 3,                // d where nobody says it
    PCT_MAX_DEPTH = 16,           //
    PCT_MEASURED_RUNS = 16,       // of each kind: even choices, and priorities that never change
    PCT_MEASURED_STEPS = 1 << 20, // at which a run that is measured is cut off
};

/* What all runs of a scenario share. */
struct pct_plan {
    uint32_t threads; // n: threads, and timeouts that the measured runs saw
    uint32_t steps;   // k: of the longest measured run
    uint32_t depth;   // d
};

/*
 * Measures n and k in a few runs, the same ones each time: a plan depends on the scenario and the
 * depth (1 .. PCT_MAX_DEPTH) alone.
 */
struct pct_plan pct_measure(const struct scenario *s, uint32_t depth);

/* The least chance that one run shows a given bug of the plan's depth. */
double pct_bound(const struct pct_plan *plan);

/* One run. */
struct pct {
    struct pct_plan plan;
    uint64_t seed;
    uint32_t priority[2 * MAX_THREADS]; // of threads, then of their timeouts; all different
    uint32_t change[PCT_MAX_DEPTH - 1]; // steps after which who made them falls
};

/* Draws priorities and change points. */
void pct_begin(struct pct *p, const struct pct_plan *plan, uint64_t seed);

/* Who goes next among the n > 0 choices; the caller makes that step. */
struct choice pct_next(struct pct *p, const struct machine *m, const struct choice *choices,
                       unsigned n);

#endif
