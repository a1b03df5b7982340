/*
 * Every reachable state, the plainest way: whole worlds in a list, compared byte for byte. A
 * yardstick for the scheduler model and for the searches, never fast.
 */
#ifndef TESTS_UNIT_NAIVE_SEARCH_H
#define TESTS_UNIT_NAIVE_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/stepper/machine.h"

struct naive_result {
    uint32_t states;
    uint32_t transitions;
    uint64_t schedules;                   // from the start to an end; exact while it fits
    uint32_t endings;                     // states in which nothing can run
    uint32_t verdicts[VERDICT_FAULT + 1]; // ends of each kind
    double chances[VERDICT_FAULT + 1];    // that a run ends so, each choice equally likely
    const char *broken; // an invariant of the kernel that some state breaks, or NULL
};

/*
 * Stops with states = max_states when there are more. Schedules and chances mean something only of a
 * graph without cycles.
 */
struct naive_result naive_search(const struct scenario *s, uint32_t max_states);

/* Leaves out choices of a state: keeps some in the list and returns how many. */
typedef unsigned naive_filter(void *context, const struct machine *m, struct choice *choices,
                              unsigned n);

/* The same along the choices that the filter keeps. */
struct naive_result naive_search_some(const struct scenario *s, uint32_t max_states,
                                      naive_filter *filter, void *context);

#endif
