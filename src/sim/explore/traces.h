/*
 * What the parts of the search `traces` share: traces.c walks, reversal.c turns races round,
 * traces_show.c collects endings and findings.
 */
#ifndef SIM_EXPLORE_TRACES_H
#define SIM_EXPLORE_TRACES_H

#include "sim/explore/findings.h"
#include "sim/explore/search.h"
#include "sim/explore/trace.h"
#include "sim/explore/visited.h"
#include "sim/explore/wakeup.h"

/* Of each depth: a state on the way, and the event that leaves it. */
struct level {
    wakeup_ix tree;           // what must still be run from here
    uint32_t first_sleeper;   // in sleepers: what has been run from here, or need not be
    uint32_t n_sleepers;      //
    uint32_t n_slept;         // how many sleep when it is reached
    uint32_t n_found;         // races of the events before
    bool entered;             // some event has left it
    struct machine_mark mark; // takes the event back
    struct next_step next;    // of the event
    struct fingerprint hash;  // of next, if it touches anything
    enum nt_call call;        //
    shared_ix cell;           // of a shared memory access
    int32_t old;              // its value before
};

enum { PAIRS_LATELY = 256 }; // a power of 2; few pairs come up again and again

enum shown { SHOWN_NOT_YET, SHOWN, SHOWN_IMPOSSIBLE };

/* A race to be turned round: last comes in the state before the event first. */
struct race {
    uint32_t first;
    uint32_t second; // the event that last is now; NO_EVENT: it does not happen
    bool prevented;  // last can be made right there, first took the possibility away
    bool local;      // both are accesses to one shared variable, see level.old
    uint8_t shown;   // enum shown: has the machine shown what last does there?
    struct action last;
    struct next_step next; // with shown, unless local
};

struct traces {
    const struct explore_options *options;
    struct clock clock;
    struct machine *m;
    struct dependency *dependency;
    struct trace trace;
    struct wakeup_pool pool;
    struct level *levels; // one more than there are events
    size_t capacity_levels;
    uint32_t *sleepers; // places in slept, of all levels, in a stack
    uint32_t n_sleepers;
    size_t capacity_sleepers;
    struct action *slept; // in a stack
    uint32_t n_slept;
    size_t capacity_slept;
    struct race *found; // of all events, in a stack
    uint32_t n_found;
    size_t capacity_found;

    const struct action **sequence; // room for one action per event and one more
    struct choice *steps;           // room for one step per event and two more
    bool *member;                   // room for one mark per event, of traces_show.c
    uint32_t capacity_schedule;     // events that there is room for

    struct lock_relation *locks; // of the events on the way
    struct registry endings, findings;
    struct witness *of_endings, *of_findings;
    size_t capacity_endings, capacity_findings;
    struct machine *other; // for looking at another order of steps; NULL: not needed yet
    struct visited *ends;  // final states seen
    uint32_t n_ends, n_local;
    uint32_t *ending_of_end; // of each
    size_t capacity_ends;
    struct visited *local;   // steps on shared variables that were shown once, by what they read
    struct action *of_local; // what each did
    size_t capacity_local;
    struct visited *pairs;                   // pairs of steps that were looked at for a race
    struct fingerprint lately[PAIRS_LATELY]; // the last such pair of each low part
    bool races;                              // something can race at all
    bool several;                            // a thread can have several choices at once

    uint64_t executions, redundant, transitions;
    uint32_t depth;
    const char *why;
};

/* ---- reversal.c ---- */

/*
 * Notes the races that the event made last closes, and what it prevented. prevented: n choices that
 * could be made before it and not after it, or its thread's other choices.
 */
void note_races(struct traces *s, const struct choice *prevented, unsigned n);

/* At an end: turns all races of the execution round. */
void reverse_all(struct traces *s);

/* ---- traces_show.c ---- */

void show_init(struct traces *s, const struct scenario *scenario);
void show_release(struct traces *s);
uint64_t show_bytes(const struct traces *s);

/* The execution is complete: which ending it is, and which claims it shows. */
void show_end(struct traces *s);

/* Findings of the event that was just pushed and is the newest of the trace; or of the start. */
void show_step(struct traces *s);

/*
 * A race of the event first with another that could come in its place. next: what that one touches
 * there; clock: what happens before it. choice: the step as a schedule makes it.
 */
void show_race(struct traces *s, uint32_t first, const struct next_step *next,
               const uint32_t *clock);

/* 128 bits of what a step is and touches, and whether it stops the run: two that do show nothing. */
struct fingerprint hash_of_step(const struct next_step *s);

/* Has such a pair, told by its hashes, not been looked at yet? It has now. */
bool show_race_is_new(struct traces *s, struct fingerprint a, struct fingerprint b);

void show_result(struct traces *s, struct explore_result *r);

#endif
