/*
 * The order in which threads acquire their resources, and circles in it.
 *
 * Purpose    Two threads that take A and B in opposite order can deadlock even if they did not
 *            this time. The emulator's verifier reports it at the acquire that closes the circle,
 *            in the manner of 0xC4/0x1001 (KERNEL.md 1.10, B50).
 * State      A relation in the annex: while holding h, r was asked for. Without an annex nothing is
 *            noted; whoever keeps the relation elsewhere learns from lock_order_held what a step adds.
 * Circle     Resources r[0] .. r[n - 1]: while holding each of them the next one was asked for, and behind the
 *            last the first. No resource stands in it twice; it begins with the lowest.
 */
#ifndef KERNEL_MODEL_LOCK_ORDER_H
#define KERNEL_MODEL_LOCK_ORDER_H

#include "kernel_model/effect.h"
#include "kernel_model/world.h"

enum {
    VERIFIER_LOCK_ORDER = 0x1001, // its text says what was seen, not what comes of it
    MAX_CIRCLE = 16,              // resources of one circle; longer ones have no name of their own
};

struct lock_circle {
    uint8_t n;
    resource_ix r[MAX_CIRCLE];
};

/* Thread t asks for r, which it does not own, and is willing to wait. */
void lock_order_note(struct world *w, thread_ix t, resource_ix r, struct effect *out);

/*
 * What thread t, whose call has just asked for a resource that it did not own (effect.asked), holds
 * beside it. Room for MAX_RESOURCES. Returns how many.
 */
unsigned lock_order_held(const struct world *w, thread_ix t, object_ref asked, resource_ix *out);

/*
 * With an annex: the shortest circle that asking for `asked` while holding `held` closed. False: it has more than
 * MAX_CIRCLE resources.
 */
bool lock_order_circle(const struct world *w, resource_ix held, resource_ix asked,
                       struct lock_circle *out);

/* Turns a circle so that it begins with its lowest resource. */
void lock_circle_turn(struct lock_circle *c);

/* 32-bit words that the relation takes in the annex. */
uint32_t lock_order_words(uint32_t n_resources);

#endif
