/*
 * One search in the background, for a screen that goes on meanwhile.
 *
 * Purpose    background_start begins it; background_get tells whether the answer has come. The answer is
 *            that of explore with the same options, so it is the same on every machine.
 * Threads    One, of its own, from start to free. All functions are called by one other thread.
 * Ownership  background_start allocates, background_free stops the search and frees its result,
 *            background_take hands it over. The
 *            scenario is borrowed.
 * Errors     Where the host refuses a thread, background_start itself makes the search.
 */
#ifndef SIM_EXPLORE_BACKGROUND_H
#define SIM_EXPLORE_BACKGROUND_H

#include "sim/explore/explore.h"

struct background;

/* stop and progress of the options are its own. give_way: see background_give_way. */
struct background *background_start(const struct scenario *s, const struct explore_options *options,
                                    bool give_way);
void background_free(struct background *b);

/* Tells the search to end, without waiting for it: before several are freed. NULL is fine. */
void background_stop(struct background *b);

/* The answer, valid until background_free; NULL: it is still being worked out. */
const struct explore_result *background_get(struct background *b);

/* The same, after a wait of at most so many seconds; negative: until it has come. */
const struct explore_result *background_wait(struct background *b, double seconds);

/* The answer, once it has come, as the caller's own. Frees the rest. */
struct explore_result *background_take(struct background *b);

/* For a thread that works while a person presses keys: from now on it gets what the others leave. */
void background_give_way(void);

/* How far it was a moment ago. */
struct explore_progress background_progress(struct background *b);

#endif
