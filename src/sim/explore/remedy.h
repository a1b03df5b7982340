/*
 * What decides: an order of two calls that every schedule with a good end has and every other one lacks.
 *
 * Purpose    Where a scenario ends well in some schedules only, "what would fix it" is often one order: this
 *            call of that thread before that one, on each object that both are about. Such an order is looked
 *            for among the calls of a good witness and then proved over all schedules, or nothing is said.
 * Limits     Only after a complete, unreduced search of a graph without cycles and with at most
 *            REMEDY_STATES states; an order of more than two calls, or of calls about different objects,
 *            is not looked for.
 */
#ifndef SIM_EXPLORE_REMEDY_H
#define SIM_EXPLORE_REMEDY_H

#include <stddef.h>

#include "sim/explore/explore.h"

enum { REMEDY_STATES = 20000 };

/* r is the result of a search of the whole scenario, with witnesses. */
struct remedy remedy_find(const struct scenario *s, const struct explore_result *r);

/* "It ends well exactly when T1 line 9 (Close) comes before ..."; "" if it is not known. */
size_t remedy_text(const struct scenario *s, const struct remedy *r, char *out, size_t size);

#endif
