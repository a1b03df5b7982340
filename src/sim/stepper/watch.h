/*
 * Invariants, kept up to date step by step.
 *
 * Purpose    An invariant holds after every step or the step that broke it is named. Evaluating
 *            all of each one after each step would cost 1000 files a thousand evaluations; a watch
 *            evaluates again only what read a slot that the step changed.
 * Data       An invariant is one claim, or one for each index where it is each(i, lo, hi, P) with
 *            constant bounds. Each claim stands in the list of every slot that its last evaluation
 *            read.
 * Ownership  watch_create allocates, watch_free frees. Scenario and world are borrowed.
 */
#ifndef SIM_STEPPER_WATCH_H
#define SIM_STEPPER_WATCH_H

#include "kernel_model/world.h"
#include "sim/lang/scenario.h"

struct watch;

/* NULL if the scenario has no invariant. */
struct watch *watch_create(const struct scenario *s);
void watch_free(struct watch *watch);

/* Evaluates everything in a world that changed as a whole: a start, a restored checkpoint. */
void watch_rebuild(struct watch *watch, const struct world *w);

/* Evaluates what the open step's journal calls for. */
void watch_step(struct watch *watch, const struct world *w);

/* Evaluates what undoing the journal's entries first .. end-1 calls for; they are still in its
 * memory. */
void watch_undone(struct watch *watch, const struct world *w, uint32_t first, uint32_t end);

/* Bit i: invariant i of the scenario does not hold now. */
uint64_t watch_violated(const struct watch *watch);

#endif
