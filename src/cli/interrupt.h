/*
 * Ctrl-C for verbs that work long: the first one asks the work to stop, a second one ends the
 * program.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <signal.h>
#include <stdatomic.h>

/* From now on Ctrl-C only sets what is returned. */
const atomic_int *interrupt_watch(void);

#endif
