/*
 * Which steps depend on each other, told from what they did.
 *
 * Purpose    An action is what one step touched, cut down to what decides whether it commutes with
 *            another: a set of numbered keys, read or written. Two actions that do not conflict
 *            commute: in either order both do the same, and no ending and no finding tells the
 *            orders apart.
 * Keys       One for each aspect of each object (kernel_model/effect.h), and one for each claim of
 *            an invariant: a step that changes what the claim looks at writes it, since every
 *            value on the way counts.
 * Threads    A step belongs to its thread and to each whose next operation it changed: whom it
 *            created, woke or took off a queue. Steps of one thread depend on each other.
 * Everything A step that stops the machine, deletes the device or unmaps the driver depends on all
 *            others; so does one with more accesses than fit.
 * Ownership  dependency_create allocates, dependency_free frees. The scenario is borrowed.
 * Source     SEARCH.md 4, "Dependency from what the call did".
 */
#ifndef SIM_EXPLORE_DEPENDENCY_H
#define SIM_EXPLORE_DEPENDENCY_H

#include "sim/stepper/machine.h"

enum { MAX_ACTION_ACCESSES = 28 };

struct action {
    uint64_t touches;   // bit k % 64 for each key k that is read or written
    uint64_t writes;    // the same for those that are written
    thread_set threads; // whose steps it is one of
    thread_set meets;   // the same, or all if it conflicts with every other action
    struct choice choice;
    bool everything;                        // conflicts with every other action
    bool exact;                             // false: it may touch more than it says here
    bool wide;                              // has keys past the 64th: the masks alone do not decide
    uint8_t n;                              //
    uint32_t accesses[MAX_ACTION_ACCESSES]; // 2 * key, plus 1 if it is written
};

struct dependency;

struct dependency *dependency_create(const struct scenario *s);
void dependency_free(struct dependency *d);

uint32_t dependency_keys(const struct dependency *d); // keys are 0 .. this - 1
uint32_t dependency_key(const struct dependency *d, object_ref object, enum aspect aspect);

/* Is the key a file's or a shared variable's: an access that does not write it leaves it as it was? */
bool dependency_plain(const struct dependency *d, uint32_t key);

/* What the step did that the machine has just made; its journal must still hold it. */
void action_of(const struct dependency *d, const struct machine *m, struct action *out);

/* An action of which nothing is known yet but who makes it. */
void action_begin(struct action *a, struct choice c);

/* Adds an access, unless it is there. */
void action_touch(struct action *a, uint32_t key, bool write);

void action_copy(struct action *to, const struct action *from);

/* The same for two actions whose masks meet. It stays out of the loops that ask it so seldom. */
__attribute__((cold, noinline)) bool accesses_conflict(const struct action *a,
                                                       const struct action *b);

/* Do the accesses as far as they are known conflict, or are the threads the same? */
static inline bool actions_conflict(const struct action *a, const struct action *b)
{
    thread_set threads = a->meets & b->meets;
    uint64_t keys = (a->writes & b->touches) | (a->touches & b->writes);
    return (keys | threads) != 0 && // most differ in all, and that takes one jump
           (threads != 0 || !(a->wide || b->wide) || accesses_conflict(a, b));
}

#endif
