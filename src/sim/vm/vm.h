/*
 * The virtual machine: runs a body's invisible work and offers its next visible operation.
 *
 * Purpose    The first program behind the program interface: what would you call next, here is the
 *            result, go on. It keeps no state of its own: pc, locals and operands are the thread's
 *            slot.
 * Contract   At rest a ready thread's pc is at an OP_CALL of a visible call (or at OP_RETURN where
 *            the end is visible), its arguments evaluated, its dead locals zero. Nothing else is
 *            at rest.
 * Errors     A run-time error of the body is an outcome, VM_FAULT, with the reason and the
 *            instruction.
 */
#ifndef SIM_VM_VM_H
#define SIM_VM_VM_H

#include "kernel_model/nt_call.h"
#include "kernel_model/world.h"
#include "sim/lang/scenario.h"
#include "sim/vm/code.h"

enum vm_outcome {
    VM_REST,      // the thread stands before its next visible operation
    VM_ENDED,     // its routine returned, or an invisible end: the kernel has been told
    VM_BUGCHECK,  // an invisible call, or the end, stopped the machine: effect->bugcheck
    VM_ASSERTION, // assert(e) failed
    VM_FAULT,     // division by zero, index, shift, full table, no step in a million instructions
};

/* What is known about an assertion or a fault. */
struct vm_stop {
    const char *reason; // static text: "division by zero"
    uint16_t line;      // of the body, 1-based
    uint16_t column;
    int32_t value; // the offending index or shift, where there is one
    int32_t limit; // and its bound
};

/* Where DbgPrint goes: NULL where nobody listens. text is valid during the call only. */
struct vm_sink {
    void (*print)(void *context, thread_ix t, const char *text);
    void *context;
};

/* Runs a thread that was just created or started up to its first visible operation. */
enum vm_outcome vm_start(const struct scenario *s, struct world *w, thread_ix t,
                         struct effect *effect, struct vm_stop *stop, const struct vm_sink *sink);

/*
 * The pending visible operation of a ready thread. args point into the world: valid until the next
 * edit of the thread.
 */
struct request vm_request(const struct scenario *s, const struct world *w, thread_ix t);

/* The call was made and the thread waits: its arguments are taken off; the result comes later. */
void vm_queued(const struct scenario *s, struct world *w, thread_ix t);

/*
 * The pending call returned: runs on to the next visible operation or the end. effect collects what
 * invisible calls and the end did.
 */
enum vm_outcome vm_resume(const struct scenario *s, struct world *w, thread_ix t, int32_t result,
                          int32_t out_value, struct effect *effect, struct vm_stop *stop,
                          const struct vm_sink *sink);

/* Is this call a step of its own for the thread? The end of a thread is, where somebody can see it. */
bool vm_is_visible(const struct scenario *s, thread_ix t, enum nt_call call);

/* Line of the body at which the thread stands: its next operation, or the call it waits in. 0:
 * ended. */
uint16_t vm_line(const struct scenario *s, const struct world *w, thread_ix t);

/* Value of a predicate in a world; a run-time error in it counts as false and sets *failed. */
int32_t vm_evaluate(const struct code *code, const struct world *w, bool *failed);

/* Does its evaluation end in a run-time error? Then *stop says which, and at which column. */
bool vm_faults(const struct code *code, const struct world *w, struct vm_stop *stop);

/* What an evaluation looked at; n counts on past the end of the array. */
enum { VM_MAX_READS = 8 };

struct vm_reads {
    uint32_t n;
    object_ref objects[VM_MAX_READS];
};

/* The same with a value for local 0 (the index of an element, see struct predicate) and its reads.
 */
int32_t vm_evaluate_at(const struct code *code, const struct world *w, int32_t index,
                       struct vm_reads *reads, bool *failed);

#endif
