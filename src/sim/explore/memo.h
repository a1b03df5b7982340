/*
 * Steps that were made before.
 *
 * Purpose    A search makes the same few steps in millions of states: a step depends on the slots
 *            that it reads, and they hold few different records. So what comes of a step is kept
 *            under the contents of what it read (world_trace) and made again by writing the new
 *            records down. What follows from the step is kept with it: findings, what it touched,
 *            which claims of invariants it changed.
 * Content    A record that a slot was seen to hold has a number (contents.h); the present state is a number for
 *            each slot. The machine's block holds what the numbers say once memo_machine was called.
 * Soundness  All that makes a step reads through the accessors of world.h and looks at nothing
 *            else: the same contents read in the same order give the same outcome.
 * Ownership  A memo belongs to one worker. memo_create allocates, memo_free frees. The scenario and
 *            the registry are borrowed. Pointers to offers and outcomes are valid until the next
 *            memo_offer, memo_outcome or memo_trim.
 * Limits     Past MEMO_BYTES of outcomes, memo_trim forgets all but those in use. A step that reads
 *            more than MAX_TRACE slots is made anew each time.
 */
#ifndef SIM_EXPLORE_MEMO_H
#define SIM_EXPLORE_MEMO_H

#include "sim/explore/findings.h"
#include "sim/stepper/machine.h"
#include "sim/stepper/watch.h"

enum { MAX_TRACE = 8192, MEMO_BYTES = 256 * 1024 * 1024 };

/* What one choice does in one situation; the lists lie in the memo's pools. */
struct outcome {
    struct fingerprint change; // of the fingerprint
    uint64_t touches;          // a bit for each object that can race: different bits, no race
    uint64_t reads, changes;   // a bit for each slot: different bits, different slots
    uint32_t writes, claims, findings; // first of each
    uint32_t next_step;                // for the race detector, plus one; 0: nothing it could want
    uint32_t n_claims;                 // claims of invariants, with their new values
    uint16_t n_writes;
    uint16_t n_counts;  // behind the writes: directories whose count of files changes
    uint16_t asked;     // resource, plus one, that circles of locks may be about; 0: none
    uint8_t thread;     // that moves
    uint8_t n_findings; // without invariants and locks
    bool stopped;       // bug check, assertion or fault
};

/* A place to come back to. */
struct memo_mark {
    uint32_t n_undo, n_claim_undo;
    struct fingerprint fingerprint;
};

struct memo {
    struct machine *m; // for memo_machine
    struct registry *findings;
    struct fingerprint fingerprint; // of the present state; see memo_after
    struct outcome *outcomes;
    uint32_t n_outcomes; // at hand: each was worked out once
    size_t capacity_outcomes;
    uint32_t age;   // times that it was trimmed
    bool must_trim; // memo_trim is due
    void (*see)(void *context, thread_ix t, uint32_t content);
    void *see_context;
    struct memo_tables *tables;
};

/* Stands at the scenario's start. */
struct memo *memo_create(const struct scenario *s, struct registry *findings);
void memo_free(struct memo *memo);
uint64_t memo_bytes(const struct memo *memo);

/* What a thread can do, with the number of what comes of it. */
struct option {
    struct choice choice;
    uint32_t outcome;
};

/*
 * What thread t can do now. Room for MAX_CHOICES. Returns how many. *reads has a bit for each slot that this depends on: it
 * stays so behind an outcome that changes none of them, as long as the memo neither gets older nor must
 * be trimmed.
 */
unsigned memo_options(struct memo *memo, thread_ix t, struct option *out, uint64_t *reads);

static inline const struct outcome *memo_look(const struct memo *memo, uint32_t outcome)
{
    return &memo->outcomes[outcome];
}

/*
 * The fingerprint to which an outcome of the present state leads. The number of files in a directory
 * is no part of it: it follows from the files.
 */
static inline struct fingerprint memo_after(const struct memo *memo, uint32_t outcome)
{
    struct fingerprint change = memo->outcomes[outcome].change;
    return (struct fingerprint){memo->fingerprint.low + change.low,
                                memo->fingerprint.high + change.high};
}

/* The machine in the present state, for looking at it; valid until the next memo_apply or memo_undo. */
struct machine *memo_machine(struct memo *memo);

/* Has the machine stopped, so that nothing runs any more? */
bool memo_stopped(const struct memo *memo);

/* Goes there, and back. */
void memo_apply(struct memo *memo, uint32_t outcome, struct memo_mark *mark);
void memo_undo(struct memo *memo, const struct memo_mark *mark);

/*
 * Sets the record of a file name to zero, as a part of the step applied last; a file that is there no longer counts in its
 * directory. A file with an open handle stays. memo_cleared: the fingerprint behind an outcome, if these names are
 * cleared then; after is the one if they are not.
 */
void memo_clear(struct memo *memo, name_ix name);
struct fingerprint memo_cleared(const struct memo *memo, uint32_t outcome, const name_ix *names,
                                uint32_t n, struct fingerprint after);

/* Number of the record that thread t holds behind an outcome. */
uint32_t memo_thread_after(const struct memo *memo, uint32_t outcome, thread_ix t);

/*
 * From now on see is called for each record of a thread when it is seen for the first time, while the world holds it; and at
 * once for those that it holds now.
 */
void memo_watch_threads(struct memo *memo,
                        void (*see)(void *context, thread_ix t, uint32_t content), void *context);

/*
 * What the outcome would show if it came now, broken invariants included. At most MAX_STEP_FINDINGS.
 */
unsigned memo_findings(struct memo *memo, uint32_t outcome, uint32_t *out);

/* What the start shows. */
unsigned memo_start_findings(struct memo *memo, uint32_t *out);

/* What the step of an outcome touches, NULL: nothing that can race. */
const struct next_step *memo_next_step(const struct memo *memo, uint32_t outcome);

/* By how much the outcome changes the count of files of a directory. */
int32_t memo_count_change(const struct memo *memo, uint32_t outcome, directory_ix d);

/* Number of the record that the slot holds: as long as it is the same, so is the record. */
uint32_t memo_content(const struct memo *memo, object_ref slot);

/*
 * Due when there are too many outcomes, or when more is known about what claims read. Forgets all but those in use,
 * which get new numbers.
 */
void memo_trim(struct memo *memo, uint32_t **in_use, size_t n);

#endif
