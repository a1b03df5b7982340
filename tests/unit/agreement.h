/*
 * What two explorations of one scenario must agree on, and whether an exploration tells the truth.
 *
 * Returns    NULL, or a malloc'd sentence on the first thing that is wrong.
 */
#ifndef TESTS_UNIT_AGREEMENT_H
#define TESTS_UNIT_AGREEMENT_H

#include "sim/explore/explore.h"

enum agreement {
    AGREE_RESULTS = 0,   // the same endings (name, kind) and findings (kind, key; claims too)
    AGREE_SCHEDULES = 1, // and the same number of schedules, in all and of each ending
    AGREE_WITNESSES = 2, // and the same witness of each
    AGREE_LENGTHS = 4, // and as few steps in the witness of each ending, unless the machine stopped
};

/* how: AGREE_... or'ed. Names what of which of the two is missing or other. */
char *results_differ(const struct explore_result *a, const struct explore_result *b, unsigned how);

/*
 * Every witness is replayed: that of an ending comes to an end of its name and kind, that of a
 * finding shows it in its last step, that of a race can take its last two steps in either order.
 */
char *witness_lies(const struct scenario *s, const struct explore_result *r, bool final_states);

#endif
