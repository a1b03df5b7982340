/*
 * Sampling: many seeded runs, and how often each ending came.
 *
 * Purpose    Where there are too many schedules to go through, or to see what a scheduler that
 *            draws would see: a histogram of endings, with the shortest schedule seen for each.
 * Runs       Run i, from 0, is what `lockstep run --policy P --seed SEED+i` makes.
 * Ownership  sample allocates the result, sample_free frees it. The scenario is borrowed.
 * Errors     A limit or Ctrl-C ends the work early: complete is false and why_incomplete says
 *            which. Runs that were being made then are not counted, but their findings may be.
 * Order      The result of complete work depends on scenario and options alone, not on jobs; but
 *            for seconds.
 */
#ifndef SIM_EXPLORE_SAMPLE_H
#define SIM_EXPLORE_SAMPLE_H

#include "sim/explore/explore.h"
#include "sim/stepper/pct.h"

enum { SAMPLE_MAX_STEPS = 1000000 }; // of one run, where nobody says it

struct sample_options {
    uint64_t runs;
    enum policy_kind policy;           // POLICY_RANDOM or POLICY_PCT
    uint64_t seed;                     // of run 0
    uint32_t depth;                    // of POLICY_PCT: 1 .. PCT_MAX_DEPTH
    uint32_t max_steps;                // of one run; one that gets there is unfinished
    unsigned jobs;                     // workers; 0: as many as the machine has
    bool final_states;                 // name endings by final state even if the file has [endings]
    double time_limit;                 // seconds; 0: no limit
    const atomic_int *stop; // not 0: somebody pressed Ctrl-C; NULL: nobody can
    void (*progress)(void *context, const struct explore_progress *p); // as in explore_options
    void *progress_context;
};

/* How often something was seen. */
struct sample_count {
    uint64_t runs;
    uint64_t first; // number of the run that the witness is, the first of the best
};

struct sample_ending {
    struct explore_ending ending; // its witness: fewest steps, then switches, then the first run
    struct sample_count count;
};

struct sample_finding {
    struct explore_finding finding;
    struct sample_count count;
};

struct sample_result {
    bool complete;
    const char *why_incomplete; // static text
    uint64_t runs;              // made
    uint64_t unfinished;        // of them cut off at max_steps: they have no ending
    uint64_t steps;             // of the runs made
    struct pct_plan plan;       // of POLICY_PCT
    uint32_t n_endings;
    struct sample_ending *endings; // most runs first, then by kind and name
    uint32_t n_findings;
    struct sample_finding *findings; // by kind, then text
    double seconds;
};

struct sample_result *sample(const struct scenario *s, const struct sample_options *options);
void sample_free(struct sample_result *r);

/* Chance that a number of runs shows a given bug of the plan's depth at least once. */
double sample_chance(const struct pct_plan *plan, uint64_t runs);

#endif
