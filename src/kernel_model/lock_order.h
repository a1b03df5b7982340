/*
 * The order in which a run acquires its resources, and cycles in it.
 *
 * Purpose    Two threads that take A and B in opposite order can deadlock even if they did not
 *            this time. The emulator's verifier reports it at the acquire that closes the circle,
 *            in the manner of 0xC4/0x1001 (KERNEL.md 1.10, B50).
 * State      A relation in the annex: while holding h, r was acquired. Without an annex nothing is
 *            noted.
 */
#ifndef KERNEL_MODEL_LOCK_ORDER_H
#define KERNEL_MODEL_LOCK_ORDER_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

enum { VERIFIER_LOCK_ORDER = 0x1001 }; // its text says what was seen, not what comes of it

/* Thread t asks for r, which it does not own, and is willing to wait. */
void lock_order_note(struct world *w, thread_ix t, resource_ix r, struct effect *out);

/* 32-bit words that the relation takes in the annex. */
uint32_t lock_order_words(uint32_t n_resources);

#endif
