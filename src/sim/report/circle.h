/*
 * A livelock in words: which threads run in circles, at which lines.
 */
#ifndef SIM_REPORT_CIRCLE_H
#define SIM_REPORT_CIRCLE_H

#include <stddef.h>

#include "sim/stepper/machine.h"

/*
 * Runs the machine, which stands where no end can be reached any more, on in turn until it comes
 * round, and says who went where. 0: it did not come round in CIRCLE_STEPS steps; nothing is said.
 */
enum { CIRCLE_STEPS = 1 << 20 };

size_t text_circle(struct machine *m, char *out, size_t size);

#endif
