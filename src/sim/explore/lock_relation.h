/*
 * Which resources were asked for while others were held, and the circles in that.
 *
 * Purpose    A run that takes its locks in a circle breaks a rule (kernel_model/lock_order.h). Searches keep the
 *            relation here: of one run on the way, or of all runs together.
 * Counts     An edge h -> r counts the steps that made it, so that steps can be taken back.
 * Limits     Circles of at most MAX_CIRCLE resources. A step that closes many circles has MAX_CLOSED of them looked
 *            for; where there are more, overflow is set.
 * Ownership  lock_relation_create allocates, lock_relation_free frees. NULL stands for the relation of a scenario
 *            in which there can be no circle: with fewer than two resources, or with the verifier off; every
 *            function takes it.
 */
#ifndef SIM_EXPLORE_LOCK_RELATION_H
#define SIM_EXPLORE_LOCK_RELATION_H

#include "kernel_model/lock_order.h"
#include "sim/stepper/machine.h"

enum { MAX_CLOSED = 64, MAX_EDGES = MAX_RESOURCES };

/* Why a search gives up where overflow is set. */
#define TOO_MANY_CIRCLES "locks are taken in too many circles to look at each"

struct lock_edge {
    resource_ix held, asked;
};

struct lock_relation;

struct lock_relation *lock_relation_create(const struct scenario *s);
void lock_relation_free(struct lock_relation *l);

/* The edges that the machine's last step makes. Room for MAX_EDGES. */
unsigned lock_edges_of(const struct machine *m, struct lock_edge *out);

/* Can a scenario have circles at all? */
bool lock_circles_possible(const struct scenario *s);

/* Adds a step with these edges, or the machine's last one; lock_relation_pop takes the last one back. */
void lock_relation_push(struct lock_relation *l, const struct lock_edge *edges, unsigned n);
void lock_relation_push_step(struct lock_relation *l, const struct machine *m);
void lock_relation_pop(struct lock_relation *l);

/* The circles that the step pushed last closed, in a fixed order; valid until the next push. */
unsigned lock_relation_closed(struct lock_relation *l, const struct lock_circle **out);

/* The place, counted in pushes from 0, of the first step on the way that made the edge. */
uint32_t lock_relation_first(const struct lock_relation *l, struct lock_edge edge);

/* What tells the relation apart from others: equal edges, equal sums. */
struct fingerprint lock_relation_sum(const struct lock_relation *l);

/* Were there more circles than could be looked for? */
bool lock_relation_overflow(const struct lock_relation *l);

#endif
