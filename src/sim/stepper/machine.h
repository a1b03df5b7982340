/*
 * The machine: one scenario's world, and the one function that makes a step.
 *
 * Purpose    machine_step runs one choice: a visible operation, the invisible work of whom it woke
 *            (in queue order) and then of the thread itself (DESIGN.md 2). Timeline, searches and
 *            tests all step through it.
 * Ownership  machine_create allocates block, annex and journal; machine_free frees them. The
 *            scenario is borrowed and must outlive the machine.
 * Errors     A choice that cannot be made is our caller's bug: ask machine_choices or
 *            machine_refusal first.
 */
#ifndef SIM_STEPPER_MACHINE_H
#define SIM_STEPPER_MACHINE_H

#include <string.h>

#include "kernel_model/dispatcher.h"
#include "kernel_model/waitgraph.h"
#include "sim/lang/scenario.h"
#include "sim/lang/schedule_text.h"
#include "sim/vm/vm.h"

struct watch;
struct place;

enum choice_kind { CHOICE_RUN, CHOICE_TIMEOUT };

/* One of the things that can happen next; small, because a timeline keeps millions. */
struct choice {
    uint8_t thread; // 0-based
    uint8_t kind;   // enum choice_kind
    uint8_t pick;   // number of the open choice inside the step (DESIGN.md 6, "1/k"); usually 0
    uint8_t spare;  // always 0
};

/* The same thing done by the same thread. */
static inline bool same_choice(struct choice a, struct choice b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* The choice as an item of a schedule. */
static inline struct schedule_step schedule_step_of(struct choice c)
{
    return (struct schedule_step){c.thread, c.kind, c.pick};
}

/* Every choice of a state, in the order of thread, run before timeout, pick. */
enum { MAX_CHOICES = 3 * MAX_THREADS + MAX_THREADS * MAX_THREADS / 4 };

enum refusal {
    REFUSED_NOT,        // it can run
    REFUSED_NO_THREAD,  // the scenario has no such thread
    REFUSED_ABSENT,     // not created yet
    REFUSED_WAITS,      // queued in a call
    REFUSED_SPINS,      // its spin lock is held
    REFUSED_ENDED,      // finished
    REFUSED_STOPPED,    // bug check, assertion or fault ended the run
    REFUSED_NO_TIMEOUT, // asked for a timeout that is not running
    REFUSED_NO_PICK,    // asked for an open choice that does not exist
};

/* How a state counts (DESIGN.md 4). */
enum verdict {
    VERDICT_RUNNING,  // something can run
    VERDICT_FINISHED, // all threads ended
    VERDICT_DEADLOCK, // nothing can run, a cycle of ownership waits exists
    VERDICT_HANG,     // nothing can run, somebody waits, no cycle
    VERDICT_BUGCHECK,
    VERDICT_ASSERTION,
    VERDICT_FAULT,
};

enum { PRINTED_TEXT = 512 }; // what one step prints; more is cut

enum { MAX_STEP_CYCLES = 8 }; // more are not told

/* What one step was and did. Overwritten by the next machine_step of the same machine. */
struct step {
    uint32_t n;           // 1-based; 0: the start, before any step
    struct choice choice; //
    enum nt_call call;    // the operation; CALL_NONE for a timeout and for the start
    uint8_t n_args;       //
    uint16_t line;        // of the body, 1-based: where the operation stands
    int32_t args[MAX_PARAMS + MAXIMUM_WAIT_OBJECTS]; // copied: the world has moved on
    struct effect effect;                            // woken: whose invisible work ran too
    enum vm_outcome outcome;                         // VM_REST, VM_ENDED, or what stopped the run
    struct vm_stop stop;                             // with VM_ASSERTION and VM_FAULT
    thread_ix stopped;                               // whose invisible work stopped the run
    thread_set ended;                                // threads whose routine ended inside this step
    uint8_t n_cycles;                                // deadlocks that this step closed
    struct cycle cycles[MAX_STEP_CYCLES];            // the shortest first
    uint64_t invariants; // bit i: invariant i held before this step and does not after it
};

struct machine {
    const struct scenario *scenario;
    struct world world;
    struct step last;    // the step made last
    struct vm_sink sink; // where DbgPrint goes; print may be NULL
    struct vm_sink ear;  // what the vm is given with an annex: keeps the text and hands it on
    char printed[PRINTED_TEXT]; // with an annex: the last step's text, "T1 prints: ready; ..."
    struct watch *watch;        // of the scenario's invariants; NULL: none, or not asked for
    struct place *places; // where holds and signals come from (places.h); NULL: no annex, no places
    size_t annex_bytes;   // of the annex and the places behind it
    uint32_t worst_entries, worst_saved; // what the journal needs for one step
    void *memory;                        // block, annex and places
};

/* keep_annex false: no counters, clocks and priorities are kept. Stands at step 0, prefixes done.
 */
struct machine *machine_create(const struct scenario *s, bool keep_annex);
void machine_free(struct machine *m);

/* Keeps world.fingerprint up to date from now on; costs a hash per changed slot and step. */
void machine_keep_fingerprint(struct machine *m);

/* Watches the scenario's invariants from now on; step.invariants tells what broke. */
void machine_watch_invariants(struct machine *m);

/* The world was replaced as a whole (a checkpoint): n is the step it stands at. */
void machine_restored(struct machine *m, uint32_t n);

/* Back to step 0. */
void machine_reset(struct machine *m);

/* Sets n choices that can be made now; 0 when the run has ended. out has room for MAX_CHOICES. */
unsigned machine_choices(const struct machine *m, struct choice *out);

/* The same for one thread, in a machine that has not stopped. */
unsigned machine_thread_choices(const struct machine *m, thread_ix t, struct choice *out);

/* Threads that can be stepped now. */
thread_set machine_enabled(const struct machine *m);

/* Is the thread ready, but before a spin lock that is held? */
bool machine_spins(const struct machine *m, thread_ix t);

/* The lock that each thread stands before so; 0: none. */
void machine_spinning(const struct machine *m, object_ref spin[MAX_THREADS]);

/* Why a choice cannot be made, or REFUSED_NOT. Thread numbers past the last are fine here. */
enum refusal machine_refusal(const struct machine *m, struct choice c);

/* Makes one step. Returns &m->last. Journal: holds exactly this step's edits until the next. */
const struct step *machine_step(struct machine *m, struct choice c);

/* Where a pushed step began. */
struct machine_mark {
    uint32_t n_entries; // of the journal
    struct fingerprint fingerprint;
};

/*
 * For walking up and down: makes a step that machine_pop takes back. *mark is what to hand to it. Pushed
 * steps are taken back newest first; the annex is not restored, so a machine that walks has none.
 */
const struct step *machine_push(struct machine *m, struct choice c, struct machine_mark *mark);
void machine_pop(struct machine *m, const struct machine_mark *mark);

/*
 * What if: pushes the step with the shared cell holding value before it. machine_pop takes back both.
 */
const struct step *machine_push_with(struct machine *m, struct choice c, shared_ix cell,
                                     int32_t value, struct machine_mark *mark);

/* Steps that are taken back for a while, and where they were. */
struct machine_lifted {
    struct machine_mark mark, end;
    uint32_t step_first, n;
};

/*
 * Takes the n steps since the mark back, the newest of all among them, so that machine_lower makes them again without running them.
 * Steps may be pushed and popped in between; machine.last is that of the last step made, but for
 * its n.
 */
void machine_lift(struct machine *m, const struct machine_mark *mark, uint32_t n,
                  struct machine_lifted *lifted);
void machine_lower(struct machine *m, const struct machine_lifted *lifted);

enum verdict machine_verdict(const struct machine *m);

/*
 * Is the run over: did the step made last leave nothing that can run? The same as asking for its
 * choices, but costs next to nothing after a step whose thread goes on.
 */
bool machine_over(const struct machine *m);

/* Threads that have begun and not ended. */
thread_set machine_unfinished(const struct machine *m);

/*
 * A cycle of ownership waits in the present state, the one through the lowest thread; one of several threads before
 * one that waits for itself. n 0: none.
 */
struct cycle machine_cycle(const struct machine *m);

/* "finished", "deadlock", ... Static text. */
const char *verdict_name(enum verdict v);

/* Index of the ending that the present world is, or -1 for none ("other", or no [endings]). */
int machine_ending(const struct machine *m);

/*
 * Is an end good: an ending that [expect] names as a goal or, where it names none, one at which all threads
 * have finished? A machine that stopped has no good end, nor has one that [expect] rules out by its kind: a hang
 * or a deadlock that it does not allow. ending: see machine_ending.
 */
bool end_is_good(const struct scenario *s, int ending, enum verdict verdict);
bool machine_ended_well(const struct machine *m);

#endif
