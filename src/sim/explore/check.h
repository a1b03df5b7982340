/*
 * Checking the [expect] section of a scenario against an exploration.
 */
#ifndef SIM_EXPLORE_CHECK_H
#define SIM_EXPLORE_CHECK_H

#include "sim/explore/explore.h"

struct check {
    bool ok;
    char *expectation;             // as the file says it: "always = files(...) == 2"
    char *text;                    // why not, where it is not ok
    const struct witness *witness; // that shows it, or NULL; the result's
};

/*
 * One check per expectation of the scenario, in its order; malloc'd, checks_free. The result comes
 * from an exploration with claims, and must be complete.
 */
struct check *check_expectations(const struct scenario *s, const struct explore_result *r);
void checks_free(struct check *checks, uint32_t n);

#endif
