/*
 * Why a thread waits, in pieces: what for, and who can end it. text.h offers the whole sentences.
 */
#ifndef SIM_REPORT_TEXT_WAIT_H
#define SIM_REPORT_TEXT_WAIT_H

#include "sim/report/pen.h"
#include "sim/stepper/machine.h"

/* " waits for FilesReady", " waits for R (exclusive)", " spins on L", " sleeps" */
void write_waits(struct pen *p, const struct machine *m, thread_ix t);

/*
 * " Only T1 line 7 (Set) can wake it. T1 waits itself.", or that nobody can any more and where
 * those are who could have.
 */
void write_wakers(struct pen *p, const struct machine *m, thread_ix t);

#endif
