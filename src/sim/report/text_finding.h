/*
 * The findings of one step: which there are, what tells them apart, and their sentences.
 *
 * All of it is about the step that the machine made last and the state that it stands in. A
 * sentence ends with what only this run can tell (where a lock was taken, which reset took a signal
 * away) if the machine keeps an annex; without one it is the sentence of the state.
 */
#ifndef SIM_REPORT_TEXT_FINDING_H
#define SIM_REPORT_TEXT_FINDING_H

#include <stddef.h>

#include "kernel_model/lock_order.h"
#include "sim/stepper/machine.h"

/* A fault may be one of the scenario's own predicates: those end no run, they count as false. */
enum found_in { FOUND_IN_STEP, FOUND_IN_ENDING, FOUND_IN_CLAIM };

struct found {
    enum finding_kind kind;
    uint16_t ix;      // of a hang: the thread; of a verifier stop or a predicate: which
    enum found_in in; // of a fault
};

enum {
    MAX_FOUND = 2 + MAX_STEP_CYCLES + MAX_THREADS + MAX_VERIFIER +
                MAX_INVARIANTS,                             // of one step and its end
    MAX_FOUND_KEY = 2 * MAX_THREADS + MAXIMUM_WAIT_OBJECTS, // numbers of one key
    FOUND_TEXT = 8192 // room that holds the longest sentence: a circle of all threads
};

/* Fills out, which has room for MAX_FOUND; returns how many. */
unsigned found_in_step(const struct machine *m, struct found *out);

/*
 * The same of a state in which nothing can run any more, whatever step led there: a hang for each
 * thread that waits; of the endings that cannot be evaluated the first.
 */
unsigned found_at_end(const struct machine *m, struct found *out);

/*
 * Threads, lines and objects of a finding: two of one kind with equal keys are the same. Returns
 * how many numbers; 0: its sentence tells it apart.
 */
unsigned found_key(const struct machine *m, struct found f, uint32_t *key);

/* The key of a predicate's fault or of an invariant, which needs no machine to be known. */
unsigned found_predicate_key(struct found f, uint32_t *key);

/* The key of locks that are taken in a circle: found in a run with an annex, or by a search. */
unsigned found_circle_key(const struct lock_circle *c, uint32_t *key);

/* The circle that a key of FINDING_VERIFIER stands for. False: it is another finding. */
bool found_circle(const uint32_t *key, size_t size, struct lock_circle *out);

size_t text_found(const struct machine *m, struct found f, char *out, size_t size);

#endif
