/*
 * Sentences about a sharing violation: which open handle keeps the call out, opened where, and whose
 * ShareAccess it is that does not allow it.
 */
#ifndef SIM_REPORT_TEXT_SHARE_H
#define SIM_REPORT_TEXT_SHARE_H

#include "sim/report/pen.h"
#include "sim/stepper/machine.h"

/* " T1 line 4 has it open with ShareAccess 0: it shares nothing." Nothing if nobody has it open. */
void write_opener(struct pen *p, const struct machine *m, const struct step *step);

#endif
