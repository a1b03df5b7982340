/*
 * One line on standard error that says how far a search is, where that is a terminal.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "sim/explore/explore.h"

struct progress {
    const char *what; // is counted: "states", "runs"
    int width;        // of the line that is shown; 0: none
    struct explore_progress last;
};

typedef void progress_function(void *progress, const struct explore_progress *p);

/* What to hand to a search, with the progress as its context; NULL where there is no terminal. */
progress_function *progress_begin(struct progress *progress, const char *what);

/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
