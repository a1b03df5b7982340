/*
 * The second Ctrl-C has its usual meaning: somebody does not want to wait.
 */
#include "cli/interrupt.h"

#include <stddef.h>

static atomic_int interrupted;

static void interrupt(int number)
{
    interrupted = 1;
    signal(number, SIG_DFL);
}

const atomic_int *interrupt_watch(void)
{
    struct sigaction action = {.sa_handler = interrupt};
    sigaction(SIGINT, &action, NULL);
    return &interrupted;
}
