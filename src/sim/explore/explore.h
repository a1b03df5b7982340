/*
 * Exploring: what can come of a scenario over all schedules.
 *
 * Purpose    All endings with their chance and number of schedules, all findings, a witness for
 *            each.
 * Ownership  explore allocates the result, explore_free frees it. The scenario is borrowed.
 * Errors     A limit ends the work early: complete is false and why_incomplete says which. What was
 *            found until then is reported, never a verdict.
 * Order      The result depends on scenario and options alone, but for seconds and bytes.
 * Source     DESIGN.md 4 and 5; SEARCH.md.
 */
#ifndef SIM_EXPLORE_EXPLORE_H
#define SIM_EXPLORE_EXPLORE_H

#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "sim/explore/clean.h"
#include "sim/lang/scenario.h"
#include "sim/stepper/machine.h"

enum search_kind {
    SEARCH_AUTO,   // states as long as they are few, else states reduced
    SEARCH_STATES, // every reachable state once, by 128-bit fingerprint
    SEARCH_TRACES, // one schedule of each Mazurkiewicz trace, by optimal DPOR
    SEARCH_ALL,    // every schedule, for checking the others
};

enum {
    MAX_JOBS = 64,        // workers of one search
    AUTO_STATES = 300000, // "few": an answer within a second or so
};

/* How far a search is. */
struct explore_progress {
    double seconds;
    uint64_t states;   // stored; of a sample: runs begun
    uint64_t steps;    // made so far; of a sample: 0
    uint32_t frontier; // states on the way from the start to where the search is
    uint32_t endings;  // so far
    double seen;       // with estimate: share of the states met by random runs that are stored;
                       // negative: not known
};

struct explore_options {
    enum search_kind search;
    bool reduce;       // of SEARCH_STATES: fewer states, the same endings and findings
    bool remedy;       // look for what decides between good and bad ends, and whether the good ones
                       // break rules
    bool claims;       // find where each always fails and each sometimes holds
    bool final_states; // name endings by final state even if the file has [endings]
    unsigned jobs;     // workers; 0: as many as the machine has
    bool bounded;      // only schedules with at most so many preemptive switches
    uint32_t preemptions; //
    const struct choice
        *prefix;            // of SEARCH_STATES, not reduced: begin behind these steps; witnesses
    uint32_t n_prefix;      // and counts are from there on
    uint64_t max_states;    // 0: no limit
    uint64_t max_memory;    // bytes; 0: no limit
    double time_limit;      // seconds; 0: no limit
    const atomic_int *stop; // not 0: somebody pressed Ctrl-C; NULL: nobody can

    /* Called about five times a second, on the caller's thread; NULL: nobody wants to know. */
    void (*progress)(void *context, const struct explore_progress *p);
    void *progress_context;
    bool estimate; // progress tells what random runs have seen
};

struct witness {
    struct choice *steps;
    uint32_t n;
    uint32_t switches;
};

struct explore_ending {
    char *name;
    enum verdict kind;
    bool goal;          // without a goal in the file: finished is good
    char *schedules;    // exact, decimal; NULL: not known (the graph has cycles)
    double probability; // under a uniform random scheduler; negative: not known
    struct witness witness;
};

struct explore_finding {
    enum finding_kind kind;
    char *text;
    void *key; // what told it apart in the search: numbers, or its text
    size_t key_size;
    struct witness witness; // the last step is the one that shows it
};

/* A call in a body. */
struct remedy_call {
    thread_ix thread;
    uint16_t line;
    enum nt_call call;
};

/* The order that every schedule with a good end has and no other one (remedy.h). */
struct remedy {
    bool known; // else all else is 0
    bool each;  // for every object that the second call is about; else object is the only one
    bool
        always_made; // the second call comes in every schedule; else only good ends have it for sure
    struct remedy_call first, then;
    object_ref object;
};

struct explore_result {
    enum search_kind search; // the one that was made
    uint32_t preemptions;    // bounded: in each schedule at most
    bool complete;
    bool reduced, bounded;
    bool cyclic;    // some state can be reached again: schedules and chances are not known
    uint32_t depth; // breadth-first, of a complete SEARCH_STATES; longest schedule of SEARCH_ALL
    const char *why_chosen;     // of SEARCH_AUTO, as static text: "... because"; else NULL
    const char *why_incomplete; // static text
    uint64_t states, transitions;
    uint64_t executions; // of SEARCH_ALL: schedules run; of SEARCH_TRACES: traces
    uint64_t redundant;  // of SEARCH_TRACES: begun in vain; 0 unless it is bounded (all.c)
    uint64_t alone;      // reduced: states in which the step of one thread stood for all
    uint64_t folded;     // reduced: steps after which file names left the state
    char *schedules;     // of all endings together; NULL: not known
    struct explore_ending *endings;   // likeliest first, then by name
    struct explore_finding *findings; // by kind, then text
    uint32_t n_endings, n_findings;
    struct remedy remedy;        // of a complete search that was asked for it
    struct clean_answer clean;   // likewise: can a run end well without breaking a rule?
    double collisions;           // bound on the chance that two states shared a fingerprint
    double seconds, second_pass; // the search; counts, chances and witnesses
    uint64_t bytes;              // most memory that the search held
};

struct explore_result *explore(const struct scenario *s, const struct explore_options *options);
void explore_free(struct explore_result *r);

/* Why no chances are known, as a sentence of its own ("?: ...") and as one word; static text. */
const char *explore_why_no_chance(const struct explore_result *r);
const char *explore_no_chance_word(const struct explore_result *r);

/* "states", "traces", "all" */
const char *search_name(enum search_kind search);

/* "deadlock", "hang", ... "invariant" */
const char *finding_name(enum finding_kind kind);

#endif
