/*
 * A dump of all resources in the manner of WinDbg's !locks (KERNEL.md 1.11), for run --locks and
 * the screen.
 */
#ifndef SIM_REPORT_LOCKS_H
#define SIM_REPORT_LOCKS_H

#include "sim/stepper/machine.h"

/*
 * Calls line with each line of the dump, without line end. Resources that are neither owned nor
 * waited for are only counted, as !locks does without -v; all true lists them too.
 */
void locks_dump(const struct machine *m, bool all, void (*line)(void *context, const char *text),
                void *context);

#endif
