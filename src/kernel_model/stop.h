/*
 * How a kernel routine stops the machine or reports what a retail kernel tolerates.
 *
 * Purpose    One way for every routine to raise a bug check or a verifier stop (KERNEL.md 1.10, 2,
 *            3).
 * State      A bug check is recorded in the system slot: nothing runs after it. A verifier stop
 *            changes nothing and is left out with `verifier = off`.
 */
#ifndef KERNEL_MODEL_STOP_H
#define KERNEL_MODEL_STOP_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

/* Stops the machine. text: one sentence that a student understands, static. */
void stop_bugcheck(struct world *w, thread_ix t, struct effect *out, uint32_t code,
                   const uint64_t parameter[4], const char *text);

/* Adds a verifier stop to the effect; past MAX_VERIFIER in one step the rest is dropped. */
void stop_verifier(const struct world *w, struct effect *out, uint32_t code, object_ref object,
                   uint32_t detail, const char *text);

/*
 * The address that a dump would show for an object: synthetic, the same in every run. Threads
 * and resources keep NT's alignment, so the low bits of a thread's are free for owner pointers.
 */
uint64_t object_address(object_ref object);

/* A thread's id as bodies see it (ExGetCurrentResourceThread): the low 32 bits of its address. */
int32_t thread_id(thread_ix t);

/* The thread with this id, or NO_THREAD. */
thread_ix thread_of_id(const struct world *w, int32_t id);

/*
 * Touching an object whose storage is gone is a bug check: 0xD5 after IoDeleteDevice freed the
 * extension, 0xCE after the image was unmapped. True if that happened. flags and home: the
 * object's.
 */
bool stop_if_gone(struct world *w, thread_ix t, object_ref object, uint8_t flags,
                  const uint8_t *homes, struct effect *out);

#endif
