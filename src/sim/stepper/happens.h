/*
 * Happens-before of one run: what synchronisation ordered, and what only luck ordered.
 *
 * Purpose    Every step gets a vector clock: how many steps of each thread must have come before
 *            it, in any run that goes through the same calls with the same outcomes. Two steps that
 *            meet in a file or a shared variable, one of them writing, and that no clock orders,
 *            were ordered by luck.
 * Orders     A thread's own steps; creation and end of a thread; release of a resource or spin lock
 *            and the next acquisition that it makes possible (shared owners are not ordered among
 *            themselves); an event's set and the wait that its signal ends; an alert; interlocked
 *            operations on one variable. A read, a try that fails, a query, a timeout order nothing.
 * Cost       O(threads) per step and access; 4 bytes per step and thread. Memory grows by doubling,
 *            never per step.
 * Ownership  happens_open allocates, happens_close frees. The scenario is borrowed.
 * Limits     What a step touched beyond MAX_ACCESSES is not compared. Of earlier steps of one
 *            thread that meet a later one in the same place, the last is named.
 * Source     Mattern, "Virtual time and global states", 1988; Flanagan and Freund, FastTrack, 2009.
 */
#ifndef SIM_STEPPER_HAPPENS_H
#define SIM_STEPPER_HAPPENS_H

#include "sim/stepper/machine.h"

struct happens;

struct happens *happens_open(const struct scenario *s);
void happens_close(struct happens *h);

/* The machine has made step m->last.n, the one after that of the last call (1 first). */
void happens_step(struct happens *h, const struct machine *m);

/* Steps seen. Step numbers below are 1-based and at most that. */
uint32_t happens_n_steps(const struct happens *h);
uint32_t happens_n_threads(const struct happens *h);

/* Clock of a step: for each thread, how many of its steps are ordered before (its own included). */
const uint32_t *happens_clock(const struct happens *h, uint32_t step);

/* Is step a ordered before step b, by a thread's own order or by synchronisation? */
bool happens_ordered(const struct happens *h, uint32_t a, uint32_t b);

/* What a step was, for sentences. */
struct happened {
    uint16_t line;
    uint8_t call; // enum nt_call
    thread_ix thread;
};

struct happened happens_at(const struct happens *h, uint32_t step);

/* Two steps that meet and that nothing orders. */
struct luck {
    uint32_t first, second; // steps
    object_ref object;      // a file name or a shared variable
    uint8_t aspect;         // of it: enum aspect
};

uint32_t happens_n_luck(const struct happens *h);
struct luck happens_luck(const struct happens *h, uint32_t ix);

/* Is it a kind of object that steps can race for: a file, a shared variable? */
static inline bool can_race(object_ref object)
{
    return object_kind_of(object) == OBJECT_NAME || object_kind_of(object) == OBJECT_SHARED;
}

#endif
