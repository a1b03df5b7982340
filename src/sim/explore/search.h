/*
 * What the searches share: limits, and the frame they are called in.
 */
#ifndef SIM_EXPLORE_SEARCH_H
#define SIM_EXPLORE_SEARCH_H

#include "sim/explore/explore.h"

enum {
    CLOCK_MASK = 0x3ff,   // limits are looked at once in this many steps
    MAX_SCHEDULE = 100000 // steps that searches without states follow one schedule; see TOO_LONG
};

/* Why a search that knows no states gives up then. */
#define TOO_LONG "a schedule longer than 100,000 steps: a thread can spin"

struct clock {
    double start;
    double shown; // when the progress was last told
};

/* Workers of a search: as asked for, or (0) as many as the machine has; at most MAX_JOBS. */
unsigned n_workers(unsigned jobs);

void clock_start(struct clock *c);
double clock_seconds(const struct clock *c);

/* Which limit is reached, as static text, or NULL. */
const char *clock_over(const struct clock *c, const struct explore_options *options,
                       uint64_t states, uint64_t bytes);

/* Is it time to tell the progress, and does anybody want to know? */
bool clock_wants_progress(const struct clock *c, const struct explore_options *options);

/* Tells the progress, seconds added, if it is time; called where limits are looked at. */
void clock_progress(struct clock *c, const struct explore_options *options,
                    struct explore_progress p);

/* Each fills everything of the result but the order of its lists. */
void search_states(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r);
void search_traces(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r);
/* Also a bounded SEARCH_TRACES: what makes traces optimal does not hold under a bound. */
void search_all(const struct scenario *s, const struct explore_options *options,
                struct explore_result *r);

/* By the method that the options name, AUTO as STATES; search_finish then explains and orders what was found. */
struct explore_result *search_by(const struct scenario *s, const struct explore_options *options);
void search_finish(const struct scenario *s, const struct explore_options *options,
                   struct explore_result *r);

/* Chooses the method; the result is finished. */
struct explore_result *search_auto(const struct scenario *s, const struct explore_options *options);

#endif
