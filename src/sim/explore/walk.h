/*
 * One walker through the states.
 *
 * Purpose    A walker goes depth first through states of its own (memo.h): it asks the visited table for
 *            each successor and goes on behind those that are new. What it sees goes into its harvest.
 * Turns      A worker drives several walkers in turn. A turn ends in a state that is new, when it is known what
 *            comes next: the memory of the visited table has then been asked for, and arrives
 *            while the others make their turns.
 * Ownership  walker_begin allocates, walker_end frees. Crew and harvest are borrowed. A task's steps pass
 *            to the walker.
 */
#ifndef SIM_EXPLORE_WALK_H
#define SIM_EXPLORE_WALK_H

#include "sim/explore/pairs.h"
#include "sim/explore/worker.h"

struct walker {
    struct crew *crew;
    struct harvest *out;
    struct memo *memo;
    struct reducer reducer;            // with crew.reduction
    const struct reduction *reduction; // the crew's
    unsigned n_threads;
    bool counters;       // the reduction has some
    bool bounded;        // the options say so
    struct choice *base; // schedule of the task's state
    uint32_t n_base;
    struct memo_mark start; // takes it back
    struct frame *frames;   // from the task's state to where the walker stands
    size_t n_frames, capacity_frames;
    uint64_t *reads;     // n_threads of each frame; see find_steps
    struct ahead *ahead; // of all frames, in a stack
    size_t n_ahead, capacity_ahead;
    struct pairs pairs;        // of outcomes that were looked at for a race
    uint32_t fresh, fresh_end; // numbers for new nodes
    uint64_t n_states, n_told; // states found; of which the crew knows
    uint64_t bytes_told, steps_told;
    uint64_t n_given; // steps of the ways that were given away
    size_t oldest;    // frames below it have no step left to give
};

/* Stands where the search begins. */
void walker_begin(struct walker *w, struct crew *crew, struct harvest *out);
void walker_end(struct walker *w);

/* The crew's first walker: visits the start. */
void walker_visit_start(struct walker *w);

/* Goes to the task's state; the walk goes on from there. */
void walker_begin_task(struct walker *w, const struct task *task);

/* Walks on to the next new state. False: the task is done. */
bool walker_turn(struct walker *w);

/*
 * Gives the oldest unvisited successor away, if it is due: whoever takes it goes the whole way there
 * again, so long ways are given seldom.
 */
bool walker_give(struct walker *w, struct task *task);

/* Bytes that it holds. */
uint64_t walker_bytes(const struct walker *w);

#endif
