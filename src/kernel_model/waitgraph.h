/*
 * Who waits for whom, read from the world.
 *
 * Ownership edges only (DESIGN.md 4): resource, spin lock and thread object. A WaitAny over several
 * objects, a timed or alertable wait and a hold by an owner pointer close no cycle: somebody else can end the
 * wait.
 */
#ifndef KERNEL_MODEL_WAITGRAPH_H
#define KERNEL_MODEL_WAITGRAPH_H

#include "kernel_model/nt_call.h"
#include "kernel_model/object.h"
#include "kernel_model/world.h"

/*
 * The threads that own what t waits for, so that t cannot go on before one of them (for WaitAll,
 * shared owners: each of them) acts. 0 if t does not wait by ownership. spin: the object that a
 * ready thread spins on, from its pending request; 0 for none.
 */
thread_set waits_for(const struct world *w, thread_ix t, object_ref spin);

/* The threads that own a resource or a spin lock; 0 of anything else. */
thread_set object_owners(const struct world *w, object_ref object);

static inline bool object_owned_by(const struct world *w, object_ref object, thread_ix t)
{
    return (object_owners(w, object) & thread_bit(t)) != 0;
}

/* The object that t waits for, first of several; 0 if it does not wait. */
object_ref waits_on(const struct world *w, thread_ix t);

struct cycle {
    uint8_t n;                       // threads in it; 0: none. 1: a thread waits for itself
    thread_ix threads[MAX_THREADS];  // each waits for the next, the last for the first; starts at
                                     // the lowest
    object_ref objects[MAX_THREADS]; // objects[i]: what threads[i] waits for
};

/* The shortest cycle through thread t. spin[u]: see waits_for; may be NULL for none. */
struct cycle wait_cycle(const struct world *w, thread_ix t, const object_ref *spin);

/*
 * All cycles through thread t that pass no thread twice, the one of wait_cycle first; with shared owners there can be
 * several. At most max are written; returns how many. Which thread of a cycle began to wait last does not matter to
 * the others: each of them would name it too.
 */
unsigned wait_cycles(const struct world *w, thread_ix t, const object_ref *spin, struct cycle *out,
                     unsigned max);

/*
 * Checks what must hold after every step: an exclusive owner is the only owner; whoever waits,
 * somebody owns or nobody could be granted; queues and waiting threads agree; no handle without a
 * file; share counts equal open handles; directory counts equal files. NULL if all holds, else a
 * static sentence.
 */
const char *world_invariant(const struct world *w);

#endif
