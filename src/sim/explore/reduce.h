/*
 * Reduction: fewer states with the same endings and findings.
 *
 * Purpose    Rules read off remaining footprints (footprint.h).
 *            Alone: if the next operation of a thread touches nothing that another thread can still
 *            touch, it commutes with all that the others will ever do; then this step is made and no
 *            other. Of several such threads it is the one with the lowest number. Not where the
 *            thread could come back to the same place for ever, and not if the step stops the machine.
 *            Guarded: while the thread owns a guard, the others count only with what they can touch
 *            before they must wait for it.
 *            Fold: file names that no thread can touch any more leave the state. What became of them
 *            is kept on the step with which they leave: how it changed the counters.
 * Counter    What endings and claims want to know of names that have left: the number of files in a directory,
 *            and how many elements of an each(...) do not hold. A counter is no part of the state; its values are sums
 *            along schedules (totals.h).
 * Soundness  All rules are functions of the state alone, so the states found do not depend on the order of
 *            the search. A step alone commutes with everything until it is made, so every ending and
 *            every finding stays within reach.
 *            Guarded: let t own guard R and let t's step meet none of the others' sets before R. Take any
 *            steps of the others from here, without t. By induction on their number t still owns R: R
 *            passes on only by a step of its owner or by one that opens it, and none of the latter lies
 *            before R. So nobody got past a call that waits for R, whatever timeouts, alerts, signals and
 *            new threads came about: whoever is woken or created acts by its own set before R, and a
 *            thread in R's queue has no timeout and is not alertable. Hence all that they touched lies in
 *            these sets, t's step is independent of each of their steps, and the rule is as above. The
 *            call that waits is itself a step and touches R: t's release of R is not made alone while
 *            somebody can still come to wait. A deadlock is the cycle, not the step that closes it: where t
 *            comes to wait for what somebody before R owns, it is the same cycle in either order. Only
 *            one guard is relied on at a time: what is before one may open another.
 *            If some step stops the machine, endings see the state in
 *            the middle of things: then no step that changes what they read is made alone (stops).
 * Ownership  reduction_create allocates; reduction_free frees. A reduction is shared by all workers and
 *            immutable; a reducer belongs to one walker and borrows its memo.
 * Source     SEARCH.md 1 and 4.
 */
#ifndef SIM_EXPLORE_REDUCE_H
#define SIM_EXPLORE_REDUCE_H

#include "sim/explore/explore.h"
#include "sim/explore/footprint.h"
#include "sim/explore/harvest.h"
#include "sim/explore/memo.h"

enum { MAX_COUNTERS = 4, COUNTER_BITS = 16, MAX_COUNT = 32767 };

struct counter {
    bool failing; // elements of a claim that do not hold; else files of a directory
    directory_ix directory;
    uint32_t expectation;
};

/* An element of a claim that is judged when its thing leaves. */
struct element {
    uint16_t counter;
    int32_t index;
};

struct reduction {
    const struct scenario *scenario;
    struct footprints *footprints;
    bool stops; // some step stops the machine
    bool folds; // names leave the state; if not, there are no counters
    unsigned n_counters;
    struct counter counters[MAX_COUNTERS];
    uint32_t *first_element; // of each thing, then of what never leaves; things + 2
    struct element *elements;
};

struct reduction *reduction_create(const struct scenario *s, const struct explore_options *options,
                                   bool stops, bool may_fold);
void reduction_free(struct reduction *r);

/* One counter out of a sum, and a sum that is one counter's. */
int32_t counts_get(counts sum, unsigned counter);
counts counts_of(unsigned counter, int32_t value);

/* ---- a walker's view ---- */

struct reducer {
    const struct reduction *reduction;
    struct memo *memo;
    struct footprint_node *nodes; // by content of a thread's record
    size_t n_nodes, capacity_nodes;
    uint64_t *leaving, *left_over; // scratch sets
    name_ix *dead;                 // names that leave with the outcome looked at last
    uint32_t n_dead;
    size_t capacity_dead;
};

void reducer_init(struct reducer *r, const struct reduction *reduction, struct memo *memo);
void reducer_release(struct reducer *r);

/* Is thread t's next step made alone in the present state (unless it stops the machine)? */
bool reducer_alone(struct reducer *r, thread_ix t);

/*
 * What leaves with an outcome of the present state: sets dead, and returns how the counters change by the outcome. The
 * fingerprint of the state behind is *after, which is that of memo_after on call.
 */
counts reducer_look(struct reducer *r, uint32_t outcome, struct fingerprint *after);

/* Clears what leaves; the outcome has just been applied. */
void reducer_clear(struct reducer *r);

/* What the counters are before the first step, and what elements add that have not left in the memo's present state. */
counts reducer_start(struct reducer *r);
counts reducer_rest(struct reducer *r);

#endif
