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

/*
 * For a search that keeps what it evaluated (sim/explore/memo.h): the two halves of watch_step.
 * watch_try evaluates what the open step's journal calls for, in order of claim, and stores
 * nothing; *values is the watch's own and valid until the next call. Whatever a claim read since
 * watch_keep keeps calling for it; *grew says that a list became longer by this call.
 */
struct watch_value {
    uint32_t claim;
    bool fails;
};

void watch_keep(struct watch *watch);
uint32_t watch_try(struct watch *watch, const struct world *w, const struct watch_value **values,
                   bool *grew);
bool watch_set(struct watch *watch, struct watch_value value); // returns the value before

/* Invariants that hold now and would not with these values. */
uint64_t watch_broken_by(const struct watch *watch, const struct watch_value *values, uint32_t n);

#endif
