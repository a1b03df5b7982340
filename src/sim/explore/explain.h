/*
 * Sentences that only a run can tell.
 *
 * A search knows that threads hang or wait in a circle, not where on the way a signal was lost or a
 * lock was taken: that is no part of a state, and what is found is told apart without it. Each
 * such finding's witness is run once more, with an annex, and the finding described from that run.
 */
#ifndef SIM_EXPLORE_EXPLAIN_H
#define SIM_EXPLORE_EXPLAIN_H

#include "sim/explore/explore.h"

/*
 * Replaces the text of a hang, a deadlock, a livelock, an invariant or a fault; its witness must be
 * there. Other findings stay as they are.
 */
void explain_finding(const struct scenario *s, struct explore_finding *f);

#endif
