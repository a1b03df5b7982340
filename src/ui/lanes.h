/*
 * What the timeline and the log show of past steps, kept by position.
 *
 * Purpose    A small record per step: who ran what, how each thread stood after it, what each
 *            object was. A frame asks for the steps of its window; what is missing is made again
 *            by timeline_replay, a whole stretch at a time, so that going back costs one replay
 *            every few dozen steps.
 * Ownership  Part of a session; fixed size, allocates nothing.
 */
#ifndef UI_LANES_H
#define UI_LANES_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/stepper/timeline.h"

/* Value of a resource's lane that an owner pointer holds exclusively, and the sign for it. */
enum { HELD_BY_POINTER = -1 - MAX_THREADS, NOT_THERE = INT32_MIN, POINTER_SIGN = '*' };

enum { LANE_STEPS = 1024, LANE_OBJECTS = 32, LOG_TEXT = 48 };

/* How a thread stood after a step. */
enum standing { STANDS_ABSENT, STANDS_READY, STANDS_WAITING, STANDS_FINISHED };

struct lane_step {
    uint32_t n; // of the step; 0: nothing here
    thread_ix thread;
    bool timeout;  // its timeout fired
    bool failed;   // the call failed, or the machine stopped
    bool broken;   // something is wrong about the step: step_trouble
    uint16_t line; // of the body
    enum nt_call call;
    uint8_t standing[MAX_THREADS]; // enum standing
    int32_t values[LANE_OBJECTS];  // see lane_value
    char object[LOG_TEXT];         // what the call was about
    char outcome[LOG_TEXT];        // how it went
};

struct lanes {
    int n_objects; // that have a lane
    int n_others;  // that have none
    object_ref
        objects[LANE_OBJECTS]; // resources, events, spin locks, shared variables, directories
    struct lane_step steps[LANE_STEPS]; // step n is at n % LANE_STEPS, if it is there
};

/*
 * What a lane shows of an object: resource: 0 free, -1 - t owned exclusively by thread t (t = MAX_THREADS:
 * under an owner pointer), n shared owners;
 * event: 0 or 1; spin lock: 0 or -1 - t; shared variable: its value; directory: files. The first three are NOT_THERE
 * before they are initialised and when they are deleted.
 */
int32_t lane_value(const struct world *w, object_ref object);

enum standing lane_standing(const struct world *w, thread_ix t);

void lanes_init(struct lanes *lanes, const struct scenario *s);

/* The steps after n were replaced by others. */
void lanes_forget_after(struct lanes *lanes, uint32_t n);

/* Makes sure that steps first..last are there; at most LANE_STEPS of them, all within the timeline. */
void lanes_fill(struct lanes *lanes, struct timeline *t, uint32_t first, uint32_t last);

/* Step n, which must be there. */
static inline const struct lane_step *lanes_at(const struct lanes *lanes, uint32_t n)
{
    return &lanes->steps[n % LANE_STEPS];
}

#endif
