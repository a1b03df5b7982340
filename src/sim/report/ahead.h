/*
 * What of its code a thread has still in front of it.
 *
 * Purpose    Finds the calls that matter to somebody else: the set of an event, the release that ends a hold. The
 *            thread's code is walked from where it stands, with what its locals hold now; a branch on what is not
 *            known goes both ways. So every call that can come is found, and one that is found alone is the one.
 * Ownership  Nothing is kept; the walk frees what it allocates.
 * Limits     A thread with too many states ahead is walked again knowing less: then more calls may be found.
 */
#ifndef SIM_REPORT_AHEAD_H
#define SIM_REPORT_AHEAD_H

#include "sim/stepper/machine.h"

enum { MAX_AHEAD = 8 }; // places; more are counted

struct ahead_place {
    enum nt_call call;
    uint16_t line;
};

/* What was found: one place a line, the nearest after the program counter first. */
struct ahead {
    unsigned n;
    struct ahead_place places[MAX_AHEAD];
    bool gives_away; // of a hold: an owner pointer may get it
    bool converts;   // of a hold: it may become a shared one before it ends
};

/* Calls on one object. */
struct ahead_calls {
    const enum nt_call *wanted;
    unsigned n_wanted;
    object_ref object;
    int32_t n;       // each way is followed until so many of them have come
    bool only_last;  // that one only is wanted; otherwise those before it too
    bool must_queue; // not a call that would rather fail than wait
};

struct ahead ahead_calls(const struct machine *m, thread_ix t, const struct ahead_calls *calls);

/* The end of the hold of a resource that the thread has, or will have when its wait for it ends. */
struct ahead_hold {
    object_ref resource;
    uint32_t count;  // acquisitions to release
    bool exclusive;  //
    bool conversion; // to convert the hold ends it as well
    const struct ahead_calls
        *then; // not NULL: not the end is looked for, but these calls behind it
};

struct ahead ahead_hold(const struct machine *m, thread_ix t, const struct ahead_hold *hold);

/* Threads that live, or that one of them may still create. */
thread_set ahead_alive(const struct machine *m);

#endif
