/*
 * What is still possible from where a run stands, worked out in the background.
 *
 * Purpose    The screen shows at every step which endings can still come, with what chance and by
 *            how many schedules; and which step lost the last good one. A search begins in the state
 *            behind a schedule (explore_options.prefix) and stops at POSSIBLE_STATES stored states,
 *            so the answer is the same on every machine. What was not seen is said: !complete means
 *            "at least these".
 * Use        possible_ask says where the run stands; it returns at once and drops what was asked
 *            before. possible_get tells what is known by now. possible_wait waits for the answer:
 *            for pictures, plain output and tests.
 * Threads    One worker thread, begun with the first possible_ask. All functions are called by one
 *            thread, the screen's.
 * Ownership  possible_create allocates, possible_free stops the worker and frees. The scenario is
 *            borrowed. An answer is valid until the next call.
 * Source     DESIGN.md: every moment says what is still possible from here.
 */
#ifndef SIM_EXPLORE_POSSIBLE_H
#define SIM_EXPLORE_POSSIBLE_H

#include "sim/explore/clean.h"
#include "sim/explore/explore.h"

enum {
    POSSIBLE_STATES = 20000, // stored in one search, some ten milliseconds
    LOST_ALWAYS = 0,         // no good ending could come from the start on
    LOST_UNKNOWN = -1,       // not found out
    LOST_NOTHING = -2,       // a good ending can still come
};

struct possible;

struct possible *possible_create(const struct scenario *s);
void possible_free(struct possible *p);

/* Tells it to end, without waiting: before several are freed. It answers nothing any more. NULL is fine. */
void possible_stop(struct possible *p);

/* The run stands behind the first n of these steps. Kept answers are found again at once. */
void possible_ask(struct possible *p, const struct choice *steps, uint32_t n);

/*
 * The endings that can still come, as explore lists them (likeliest first), with chances and schedules
 * counted from here; NULL: it is still being worked out. incomplete: there may be more.
 */
const struct explore_result *possible_get(struct possible *p);
const struct explore_result *possible_wait(struct possible *p);

/*
 * The first step (1-based) of the run asked about after which no good ending was left; LOST_ALWAYS,
 * LOST_NOTHING, LOST_UNKNOWN. *known is false while it is being worked out.
 */
int64_t possible_lost(struct possible *p, bool *known);

/*
 * A good ending can still come, but each way to one breaks a rule: a verifier stop, a broken invariant. *how tells
 * which, if it is the same on each. False also while it is not known.
 */
bool possible_breaks(struct possible *p, struct clean_answer *how);

#endif
