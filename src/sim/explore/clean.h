/*
 * Can a run still end well without breaking a rule?
 *
 * Purpose    A good end may be reachable only through steps that a verifier stops, or that break an invariant:
 *            then all is not well, though no good ending is lost.
 * Limits     Up to max_states states; beyond, nothing is known.
 */
#ifndef SIM_EXPLORE_CLEAN_H
#define SIM_EXPLORE_CLEAN_H

#include <stdatomic.h>

#include "sim/lang/scenario.h"
#include "sim/stepper/machine.h"

enum clean { CLEAN_UNKNOWN, CLEAN_POSSIBLE, CLEAN_IMPOSSIBLE };

/*
 * From the state behind these steps, whatever they broke. stop: not 0 ends the search with CLEAN_UNKNOWN;
 * NULL: nobody can.
 */
enum clean clean_end(const struct scenario *s, const struct choice *steps, uint32_t n,
                     uint32_t max_states, const atomic_int *stop);

#endif
