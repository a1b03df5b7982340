/*
 * Ctrl-C for verbs that work long: the first one asks the work to stop, a second one ends the
 * program.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <signal.h>

/* From now on Ctrl-C only sets what is returned. */
const volatile sig_atomic_t *interrupt_watch(void);

#endif
