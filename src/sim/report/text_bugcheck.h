/*
 * The four parameters of a bug check and what they mean (KERNEL.md 1.10 and the documentation of each code).
 */
#ifndef SIM_REPORT_TEXT_BUGCHECK_H
#define SIM_REPORT_TEXT_BUGCHECK_H

#include <stddef.h>

#include "sim/stepper/machine.h"

enum { BUGCHECK_PARAMETERS = 4 };

/*
 * Parameter ix (0-based) of the bug check that m's last step made: "0xFFFFA80000100000: the resource, Data".
 * "" if that step made none.
 */
size_t text_bugcheck_parameter(const struct machine *m, unsigned ix, char *out, size_t size);

#endif
