/*
 * Mazurkiewicz traces, the plainest way: every schedule is run, brought into a normal form by the
 * dependency of its steps, and the different ones are counted. A yardstick for the search, never
 * fast.
 */
#ifndef TESTS_UNIT_NAIVE_TRACES_H
#define TESTS_UNIT_NAIVE_TRACES_H

#include "sim/stepper/machine.h"

struct naive_traces {
    uint64_t schedules;
    uint32_t traces;
    uint32_t mixed; // traces whose schedules do not all end in the same state
    char **normal_forms;
};

/* No schedule may have more than 200 steps. */
struct naive_traces naive_traces(const struct scenario *s);
void naive_traces_release(struct naive_traces *t);

#endif
