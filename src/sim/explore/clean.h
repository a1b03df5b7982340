/*
 * Can a run still end well without breaking a rule?
 *
 * Purpose    A good end may be reachable only through steps that a verifier stops, or that break an invariant:
 *            then all is not well, though no good ending is lost.
 * Limits     Up to max_states states; beyond, nothing is known.
 */
#ifndef SIM_EXPLORE_CLEAN_H
#define SIM_EXPLORE_CLEAN_H

#include <stdatomic.h>

#include "sim/lang/scenario.h"
#include "sim/stepper/machine.h"

enum clean { CLEAN_UNKNOWN, CLEAN_POSSIBLE, CLEAN_IMPOSSIBLE };

/* A rule that was broken. */
struct rule {
    bool invariant;   // of the scenario; else a verifier stop
    uint32_t number;  // of the invariant; or verifier_stop.code
    const char *text; // of a verifier stop: its sentence, static
};

struct clean_answer {
    enum clean clean;
    bool one;         // with IMPOSSIBLE: it is the same rule on every way
    struct rule rule; //
};

/*
 * From the state behind these steps, whatever they broke. stop: not 0 ends the search with CLEAN_UNKNOWN;
 * NULL: nobody can.
 */
struct clean_answer clean_end(const struct scenario *s, const struct choice *steps, uint32_t n,
                              uint32_t max_states, const atomic_int *stop);

/*
 * "Every way to a good ending breaks a rule: verifier 0xC4/0x1001, locks taken in a circle." from_here: "Every way from
 * here to ...". "" unless it is so. Returns the length.
 */
size_t clean_text(const struct scenario *s, const struct clean_answer *how, bool from_here,
                  char *out, size_t size);

#endif
