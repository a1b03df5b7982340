/*
 * Wakeup trees: for a state on the way, the sequences that must still be run from there, so laid
 * out that none of them is run in vain.
 *
 * Purpose    An ordered tree whose edges are actions. Followed from the first child on, each path
 *            from the root to a leaf makes every action that sleeps on the way wake up.
 * Ownership  wakeup_init and wakeup_release; all trees of one search share the nodes of one pool.
 *            Nodes that are given back are used again, so a search allocates only while it grows.
 *            Actions stay until the end.
 * Limits     2^32 - 2 nodes at a time.
 * Source     Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial order reduction", POPL
 *            2014, section 5.
 */
#ifndef SIM_EXPLORE_WAKEUP_H
#define SIM_EXPLORE_WAKEUP_H

#include "sim/explore/dependency.h"
#include "sim/explore/visited.h"

typedef uint32_t wakeup_ix; // node of the pool
enum { WAKEUP_NONE = 0 };

struct wakeup_node {
    wakeup_ix next;  // sibling, inserted later
    wakeup_ix first; // child; WAKEUP_NONE: a leaf
    uint32_t action; // number in the pool
};

struct wakeup_pool {
    struct wakeup_node *nodes; // node 0 is not used
    wakeup_ix n, free;
    size_t capacity;
    struct action *actions; // each different one once: there are few, and a tree can be large
    uint32_t n_actions;
    size_t capacity_actions;
    struct visited *numbers; // of the actions, by what they are
};

/*
 * Actions in the order in which they could be made from one state. The last may not be exact (struct
 * action): then what it touches is asked for, once, when it decides. resolve makes it exact and
 * returns true, or false if it cannot be made.
 */
struct sequence {
    const struct action **actions;
    uint32_t n;
    bool (*resolve)(void *context);
    void *context;
};

enum initial { INITIAL_NO, INITIAL_YES, INITIAL_UNKNOWN };

void wakeup_init(struct wakeup_pool *pool);
void wakeup_release(struct wakeup_pool *pool);
uint64_t wakeup_bytes(const struct wakeup_pool *pool);

/*
 * Can the action come first, that is: is it in the sequence with nothing before it that it depends
 * on, or independent of all of it? *at: its place there, or v->n. UNKNOWN: only the last action,
 * which is not exact, could decide.
 */
static inline enum initial weak_initial(const struct action *a, const struct sequence *v,
                                        uint32_t *at)
{
    uint32_t n = v->n;
    for (uint32_t i = 0; i < n; i++) {
        if (actions_conflict(a, v->actions[i])) {
            bool same = same_choice(v->actions[i]->choice, a->choice); // and so the thread
            *at = same ? i : n;
            return same ? INITIAL_YES : INITIAL_NO;
        }
    }
    *at = n;
    return n == 0 || v->actions[n - 1]->exact ? INITIAL_YES : INITIAL_UNKNOWN;
}

/*
 * Adds the sequence below *first, the first child of a root, unless a leaf covers it. Its actions
 * may be taken out of v->actions on the way. False: its last action cannot be made.
 */
bool wakeup_insert(struct wakeup_pool *pool, wakeup_ix *first, struct sequence *v);

/* Takes the first child off the root: its action, and its own children as a new root. */
wakeup_ix wakeup_take(struct wakeup_pool *pool, wakeup_ix *first, struct choice *choice);

/* Gives all nodes below a root back. */
void wakeup_drop(struct wakeup_pool *pool, wakeup_ix first);

#endif
