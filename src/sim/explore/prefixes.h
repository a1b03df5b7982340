/*
 * Beginnings of executions, told apart up to the order of independent steps.
 *
 * Purpose    Two schedules that differ only in the order of steps that do not depend on each other lead to the
 *            same state, and whatever follows one follows the other. A search that goes through all schedules goes
 *            on behind one of them: it then makes one execution of each Mazurkiewicz trace. Unlike sleep sets and
 *            source sets that stays right under a bound on preemptive switches, if the thread that moved last and
 *            the switches made so far belong to what is told apart.
 * How        A beginning is the sum of a hash of each of its events: the choice, and how many events of each thread
 *            happen before it (trace.h).
 * Ownership  prefixes_create allocates, prefixes_free frees; the scenario is borrowed.
 * Source     Musuvathi, Qadeer: Partial-order reduction for context-bounded state exploration, 2007
 *            ("happens-before caching").
 */
#ifndef SIM_EXPLORE_PREFIXES_H
#define SIM_EXPLORE_PREFIXES_H

#include "sim/stepper/machine.h"

struct prefixes;

struct prefixes *prefixes_create(const struct scenario *s);
void prefixes_free(struct prefixes *p);
uint64_t prefixes_bytes(const struct prefixes *p);
uint64_t prefixes_stored(const struct prefixes *p);

/* Adds the step that the machine has just made; its journal must still hold it. */
void prefixes_push(struct prefixes *p, const struct machine *m);
void prefixes_pop(struct prefixes *p);

/*
 * Has nobody stood behind this beginning, with this last thread and number of preemptive switches? Somebody has now.
 */
bool prefixes_is_new(struct prefixes *p, uint8_t last, uint32_t preemptions);

/* The execution is complete: is it the first of its trace? */
bool prefixes_is_new_trace(struct prefixes *p);

#endif
