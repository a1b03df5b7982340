/*
 * What the parts of a walker share: walk.c goes through the states, walk_found.c writes down what they show.
 */
#ifndef SIM_EXPLORE_WALK_PARTS_H
#define SIM_EXPLORE_WALK_PARTS_H

#include "sim/explore/walk.h"

/* A step that the walker makes, or will make, in a state on its way. */
struct ahead {
    struct option option;
    uint32_t to; // node, once it is known
    uint32_t
        before;  // number, plus one, of the same step in the state before, if nothing touched it
    bool shows;  // something may be found
    bool is_far; // not all of the memory was asked for that tells where it leads
    struct fingerprint after;
    counts change; // of the counters
};

/* A state on the way from the task's state to where the walker stands. */
struct frame {
    uint32_t node;
    uint32_t first;        // in ahead
    uint16_t n, at;        // steps, and how many were made
    uint16_t taken;        // the one that leads to the next frame
    uint16_t preemptions;  // made on the way here, with options.bounded
    uint8_t last;          // thread of the last step
    bool races;            // two of its steps touch the same
    uint32_t age;          // of the memo when its steps were found
    uint16_t *log;         // its steps there
    struct memo_mark mark; // takes the step back that led here
};

static inline struct frame *top_of(const struct walker *w)
{
    return &w->frames[w->n_frames - 1];
}

/* ---- walk_found.c ---- */

/* The way from the start to a frame (n_frames of them), and n_more steps. The caller frees it. */
struct witness walker_way(const struct walker *w, size_t n_frames, const struct choice *more,
                          uint32_t n_more);

/* Something was found at the state on top, or one or two steps behind it. */
void walker_note_shown(struct walker *w, uint32_t finding, const struct choice *steps, uint8_t n);

/* What this step from the state on top shows. */
void walker_note_findings(struct walker *w, const struct ahead *a);

/* The state on top is an end. */
void walker_note_end(struct walker *w);

/* Steps of the state on top that could both come next and conflict. */
void walker_note_races(struct walker *w);

#endif
