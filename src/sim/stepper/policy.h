/*
 * Policies: who goes next when no person says it.
 *
 * All nondeterminism of a run is one numbered choice per step, made here. A policy is a function of
 * the machine, the seed and the number of the step alone: going back and on again proposes the
 * same.
 */
#ifndef SIM_STEPPER_POLICY_H
#define SIM_STEPPER_POLICY_H

#include "sim/stepper/machine.h"

struct policy {
    enum policy_kind kind; // round-robin, random or priority; others propose like round-robin.
                           // pct is about what a run has been: see pct.h
    uint64_t seed;
};

/* What the policy picks among the n > 0 choices of the machine's state. last_thread: see annex. */
struct choice policy_propose(const struct policy *p, const struct machine *m,
                             const struct choice *choices, unsigned n);

/*
 * The step's share of a seeded stream: a counter-based generator (splitmix64 of seed and step), so
 * the same on every platform and for every path of going back and on. Uniform in 0 .. n-1; n > 0.
 */
uint32_t policy_random(uint64_t seed, uint64_t step, uint32_t n);

/* How it chooses, in a few words: "the ready threads in turn (round-robin)"; static text. */
const char *policy_order(const struct policy *p);

/* "manual" ... and back; false if there is no such word. */
const char *policy_name(enum policy_kind kind);
bool policy_find(const char *name, enum policy_kind *kind);

#endif
