/*
 * Branches: every run that a person has made of a scenario, none of them lost.
 *
 * Purpose    Going back and choosing something else leaves the branch that was recorded and opens
 *            another one. Both stay listed; one of them, the present one, is the timeline's.
 *            Choosing again what another branch has at this place resumes that branch, so no two
 *            of them ever hold the same steps. Marks name a step of a branch by a letter.
 * Memory     A branch keeps its steps from its fork on, 4 bytes each; what lies before is its
 *            parent's. A branch only ever grows at its end.
 * Ownership  branches_open allocates, branches_close frees. The timeline is borrowed; steps are
 *            made and the branch is changed through here only, looking and going back and forth
 *            directly.
 * Errors     As timeline_step: what cannot be made is refused and nothing changes.
 */
#ifndef SIM_STEPPER_BRANCHES_H
#define SIM_STEPPER_BRANCHES_H

#include "sim/stepper/timeline.h"

struct branches;

struct branches *branches_open(struct timeline *t);
void branches_close(struct branches *b);

/* What branches_step did to the branches. */
enum branching {
    BRANCH_KEPT,    // still on the same one
    BRANCH_OPENED,  // a new one begins with this step
    BRANCH_RESUMED, // another one had this step: it is the present one now, with its future
};

/* Makes a step at the present position of the timeline. *how may be NULL. */
enum refusal branches_step(struct branches *b, struct choice c, enum branching *how);

/* Branches are numbered from 0 in the order in which they were opened. */
uint32_t branches_count(const struct branches *b);
uint32_t branches_present(const struct branches *b);

/* What is known of a branch. */
struct branch {
    uint32_t parent;      // the branch that it left; its own number for branch 0
    uint32_t fork;        // its first step that the parent has not is fork + 1
    uint32_t length;      // steps recorded
    uint32_t position;    // where the person stood when it was left; of the present one: now
    enum verdict verdict; // how its last step leaves the run
    int ending;           // of an end: machine_ending
};

struct branch branches_at(const struct branches *b, uint32_t ix);

/* Step n of a branch, 1 <= n <= length. */
struct choice branches_choice(const struct branches *b, uint32_t ix, uint32_t n);

/* How often the choice of step n, behind the branch's fork, comes in a row from there on. */
uint32_t branches_repeats(const struct branches *b, uint32_t ix, uint32_t n);

/* How many first steps two branches have in common. */
uint32_t branches_common(const struct branches *b, uint32_t ix, uint32_t other);

/* Makes a branch the present one and goes to its step n (at most its length). */
void branches_go(struct branches *b, uint32_t ix, uint32_t n);

/* The branch that was left last; the present one if none was. */
uint32_t branches_previous(const struct branches *b);

/* ---- marks ---- */

enum { N_MARKS = 26 }; // 'a' .. 'z'

struct mark {
    bool set;
    uint32_t branch;
    uint32_t n; // step
};

/* Marks the present place; letter 'a' .. 'z'. */
void marks_set(struct branches *b, char letter);
void marks_clear(struct branches *b, char letter);
struct mark marks_get(const struct branches *b, char letter);

/* False: there is no such mark. */
bool marks_go(struct branches *b, char letter);

#endif
