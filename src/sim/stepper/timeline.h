/*
 * The timeline: one run as a person drives it, forward and back.
 *
 * Purpose    Steps, goes back, redoes, jumps. A run is its schedule: any position is re-made from
 *            the nearest checkpoint by deterministic re-execution.
 * Memory     4 bytes per step, and checkpoints (block and annex) that thin out as the run grows,
 *            within CHECKPOINT_BUDGET bytes. Nothing allocates per step except the amortised
 *            growth of the two.
 * Ownership  timeline_open allocates, timeline_close frees. The scenario is borrowed.
 * Errors     A choice that cannot be made is refused with its reason; nothing changes.
 */
#ifndef SIM_STEPPER_TIMELINE_H
#define SIM_STEPPER_TIMELINE_H

#include "sim/stepper/machine.h"

enum { CHECKPOINT_BUDGET = 64 << 20, CHECKPOINT_FIRST_INTERVAL = 64 };

struct timeline;

struct timeline *timeline_open(const struct scenario *s);
void timeline_close(struct timeline *t);

/* Checkpoints so many steps apart from the first on, for a run that is seen in few places. Before any step. */
void timeline_space_checkpoints(struct timeline *t, uint32_t interval);

/* The machine at the present position, to look at; machine->last is the step that led there. */
const struct machine *timeline_machine(const struct timeline *t);

/* DbgPrint output of steps made from now on (also of re-made ones). */
void timeline_set_sink(struct timeline *t, struct vm_sink sink);

/* Steps made up to here, and steps recorded (redo goes up to there). */
uint32_t timeline_position(const struct timeline *t);
uint32_t timeline_length(const struct timeline *t);

/* Choice of step n, 1 <= n <= length. */
struct choice timeline_choice(const struct timeline *t, uint32_t n);

/* All of them, from step 1 on; until the next step is made. NULL while there is none. */
const struct choice *timeline_choices(const struct timeline *t);

enum { CHOICES_AT_ONCE = 64 }; // compared in one go where a choice is counted that comes in a row

/* How often this choice was made in a row up to step n, that one counted. */
uint32_t timeline_repeats(const struct timeline *t, uint32_t n);

/*
 * Makes a choice at the present position. The recorded future stays if the choice is the recorded
 * one; else the future is dropped and *branched (may be NULL) is set.
 */
enum refusal timeline_step(struct timeline *t, struct choice c, bool *branched);

/*
 * Replaces the recorded future by n other choices, which must have been recorded from this very
 * position before: whoever keeps branches hands them back here.
 */
void timeline_replace(struct timeline *t, const struct choice *choices, uint32_t n);

/* Goes to step n, at most the recorded length. False if n is beyond it. */
bool timeline_seek(struct timeline *t, uint32_t n);

/* Previous / next step (from < n or n > from) after which another thread ran than before; 0 /
 * length. */
uint32_t timeline_previous_switch(const struct timeline *t, uint32_t from);
uint32_t timeline_next_switch(const struct timeline *t, uint32_t from);

/*
 * Makes steps first..last (1-based, inclusive, clipped to the length) again on a second machine and
 * shows each to see, oldest first, without moving the timeline: for logs, lanes and exports. see
 * returns false to stop early.
 */
void timeline_replay(struct timeline *t, uint32_t first, uint32_t last,
                     bool (*see)(void *context, const struct machine *m), void *context);

#endif
