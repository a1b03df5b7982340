/*
 * Which of two schedules shows something better: fewer steps, then fewer thread switches, then
 * first in lexicographic order.
 */
#ifndef SIM_EXPLORE_WITNESS_H
#define SIM_EXPLORE_WITNESS_H

#include "sim/explore/explore.h"

/* Makes the n steps the witness if there is none yet or they are better; they are copied then. */
void witness_offer(struct witness *w, const struct choice *steps, uint32_t n);

#endif
