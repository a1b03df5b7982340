/*
 * Breakpoints: places at which running on, or back, comes to a halt.
 *
 * Purpose    Whether a place is a stop is a property of the place alone (the step that led to it
 *            and the state after it), never of the direction: what `continue` finds forward it
 *            finds again backward.
 * Rows       A list: first the five that are there always and can only be switched off, then those
 *            that a person added.
 *                 block      the step made a thread wait
 *                 wake       the step woke a thread
 *                 finding    the step shows something wrong: deadlock closed, bug check, failed
 *                            assertion, fault, broken invariant, verifier stop
 *                 end        nothing can run any more
 *                 lost       the step lost the last good end: a search knows that, not the place. Nothing here
 *                            halts there; who has a search goes back, or on, to that step
 *                 line T N   thread T has come to line N of its body, which it runs next
 *                 call C     the step made this call
 *                 object O   the step used or changed this object, file or variable
 *                 thread T   the step was this thread's
 *                 when P     predicate P holds, and did not before the step
 * Ownership  breakpoints_open allocates, breakpoints_close frees. The scenario is borrowed.
 * Errors     A text that is no breakpoint: a sentence that says what is wrong, and nothing changes.
 */
#ifndef SIM_STEPPER_BREAKPOINTS_H
#define SIM_STEPPER_BREAKPOINTS_H

#include "sim/stepper/branches.h"
#include "sim/stepper/policy.h"

struct breakpoints;

enum halt_kind {
    HALT_AT_BLOCK,
    HALT_AT_WAKE,
    HALT_AT_FINDING,
    HALT_AT_END,
    HALT_AT_LOST,
    N_STANDING_HALTS, // these rows are always there
    HALT_AT_LINE = N_STANDING_HALTS,
    HALT_AT_CALL,
    HALT_AT_OBJECT,
    HALT_AT_THREAD,
    HALT_WHEN,
};

struct breakpoint {
    enum halt_kind kind;
    bool on;
    thread_ix thread;  // line, thread
    uint32_t line;     // line: 1-based
    uint32_t call;     // call: its row in the table
    object_ref object; // object
    char *text;        // as a person would type it: "line Mover 4"
    struct code when;  // when
};

struct breakpoints *breakpoints_open(const struct scenario *s);
void breakpoints_close(struct breakpoints *b);

uint32_t breakpoints_count(const struct breakpoints *b);
const struct breakpoint *breakpoints_at(const struct breakpoints *b, uint32_t ix);

/*
 * Adds "line T N", "call NAME", "object NAME", "thread T", "when PREDICATE"; T is a thread's number
 * or name, NAME may be the beginning of one. False: why says what is wrong. One that is there
 * already is switched on.
 */
bool breakpoints_add(struct breakpoints *b, const char *text, char *why, size_t size);
void breakpoints_remove(struct breakpoints *b, uint32_t ix); // not of the standing ones
void breakpoints_switch(struct breakpoints *b, uint32_t ix, bool on);

/* Does an enabled breakpoint stand at this line of the thread? */
bool breakpoints_on_line(const struct breakpoints *b, thread_ix t, uint32_t line);

/* ---- running ---- */

enum { NO_HALT = UINT32_MAX };

/*
 * Goes forward to the next stop: along the recorded steps, then by the policy. At least one step, at
 * most limit. Returns the row that it halted at, or NO_HALT: the limit, or nothing can run.
 */
uint32_t run_forward(struct branches *branches, struct timeline *t, struct breakpoints *b,
                     const struct policy *policy, uint32_t limit);

/* Goes back to the previous stop, or to the start: NO_HALT. */
uint32_t run_backward(struct timeline *t, struct breakpoints *b);

/* What is wrong about the step, in a word or two, or NULL. */
const char *step_trouble(const struct step *step);

/* Is that no more than a broken rule: a verifier stop or an invariant, with which the run goes on? */
bool step_breaks_rule(const struct step *step);

/* Did a thread block or wake, or was something wrong? */
bool step_is_of_interest(const struct step *step);

#endif
