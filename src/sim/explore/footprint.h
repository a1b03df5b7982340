/*
 * Remaining footprints: what each thread can still touch, wherever it stands.
 *
 * Purpose    Each thread is unfolded alone, at load, into a local graph. A node is a place where the
 *            thread can stand (before a visible operation, or queued in one) with the values of those
 *            locals and operands that are surely known there: never the result of a call or of a
 *            load of shared memory, nor what is computed from one. For each node the set of things
 *            that the thread can touch from there on is known, its next operation included.
 * Thing      What is touched as a whole: a resource, an event, a spin lock, a thread, a shared cell,
 *            a directory (as an object that is opened, not as a place where files appear), the
 *            machine, or a group of file names: names that a rename ties together. A handle opened on
 *            a name can only ever name a file of that name's group. All that one claim of an
 *            invariant reads is one thing too, the number of files in a directory included.
 * Soundness  The set of a node contains everything that the thread touches in any run that passes
 *            there, whatever other threads do. Sets shrink along every path, but for one addition:
 *            a thread's own thing is not in its set before it is created (whoever can create it has
 *            it). A step whose things are in no other thread's set commutes with everything that the
 *            others will ever do.
 * Waking     A step also does what comes of those whom it wakes: it changes them, takes the signals
 *            that they waited for, runs their invisible work and their end. None of that is in the
 *            waker's next. It need not be: a thread that is queued, or can come to be, has the objects
 *            of its wait in its set, so a step that could wake it meets that set.
 * Guard      A resource or spin lock that somebody surely waits for as long as another owns it (a resource:
 *            exclusively): an acquisition that is willing to wait, of an element that is known. Before such
 *            a call a thread can touch only a part of its future: what it touches without passing the call,
 *            the call itself included. Queued there, it touches nothing but the guard and its own thing.
 *            A guard is open to a thread that can, before such a call, end another thread's hold:
 *            initialize, delete or convert the resource, give a hold to an owner pointer or release it for
 *            another, release the spin lock, delete the device, unmap the image. ExReleaseResourceLite
 *            without owning stops the machine instead.
 * Ownership  footprints_create allocates; footprints_free frees. Immutable in between: any number of
 *            workers may ask. The scenario is borrowed.
 * Limits     MAX_LOCAL_NODES nodes of one thread, branches on unknown values and ends included; past them
 *            (or past a number of instructions, or of bytes for all sets) the thread's set is
 *            everything, and footprints_nodes is 0. MAX_GUARDS guards, those met first in the order of the
 *            threads; fewer where the sets take too many bytes.
 * Source     SEARCH.md 4.
 */
#ifndef SIM_EXPLORE_FOOTPRINT_H
#define SIM_EXPLORE_FOOTPRINT_H

#include "sim/lang/scenario.h"

enum { MAX_LOCAL_NODES = 1000000, MAX_GUARDS = 16 };

struct footprint_options {
    bool final_states; // endings are named by final state, so they read everything
    bool claims;       // always and sometimes are read at the ends
    bool stops;        // some step can stop the machine: then what endings and claims read must not
                       // be changed by a step taken out of turn (see footprint_node.observed)
};

struct footprints;

/* A place of one thread. Sets are numbered; equal sets have equal numbers. */
struct footprint_node {
    uint32_t future; // set: everything that can still be touched
    uint32_t next;  // set: what the next operation can touch: when it is made, when it ends a wait,
                    // when its timeout fires, and what the thread's end touches if that can follow
                    // invisibly; nothing for an absent thread
    uint32_t place; // for footprint_before
    bool cyclic;    // the thread can come back to this node
    bool
        observed; // with options.stops: the next operation can change what an ending or claim reads,
                  // by itself or by waking; always with options.final_states
};

struct footprints *footprints_create(const struct scenario *s,
                                     const struct footprint_options *options);
void footprints_free(struct footprints *f);

/*
 * Where thread t stands: a function of the thread's record alone. Absent: everything it could do if it were
 * created, but for its own thing. Finished: nothing. Waiting: what it can do after waking, the wait included.
 */
struct footprint_node footprint_of(const struct footprints *f, const struct world *w, thread_ix t);

/* The guards: objects, and how many. */
uint32_t footprint_guards(const struct footprints *f, const object_ref **guards);

/*
 * Sets *set to what thread t, standing at node, can touch while another thread owns guard number `guard`.
 * False: the guard is open to it. The bit behind the last thing of these sets has no meaning outside.
 */
bool footprint_before(const struct footprints *f, thread_ix t, const struct footprint_node *node,
                      uint32_t guard, uint32_t *set);

/* The things of a set: bit k of word k / 64. */
uint32_t footprints_words(const struct footprints *f); // words of a set
uint32_t footprints_sets(const struct footprints *f);  // number of sets; set 0 is empty
const uint64_t *footprint_set(const struct footprints *f, uint32_t set);

/*
 * Things are numbered from 0. An object's thing; the name of a directory is the directory's. UINT32_MAX for
 * handles, which are not touched by themselves, and for what the scenario does not have.
 */
uint32_t footprints_things(const struct footprints *f);
uint32_t footprint_thing_of(const struct footprints *f, object_ref object);
/* The names that belong to a thing, ascending; *n is 0 for an object. */
const name_ix *footprint_names(const struct footprints *f, uint32_t thing, uint32_t *n);

/*
 * Is what becomes of the thing of no interest once no thread can touch it: file names that no ending reads and, with
 * options.claims, no always and no sometimes. Names that only elements of claims (predicate.element) read count as not
 * read, if the element reads nothing else: it can be judged when the thing folds away.
 */
bool footprint_folds(const struct footprints *f, uint32_t thing);

/* Places where the thread can stand, with what is known there; 0: past a limit, its set is everything. */
uint32_t footprints_nodes(const struct footprints *f, thread_ix t);

/*
 * What a predicate can read, over all worlds: ORs the things into set (footprints_words words), directories whose
 * number of files it reads into *directories (bit per directory). index: local 0 of an element's code; ignored
 * for a whole claim.
 */
void footprint_reads(const struct footprints *f, const struct code *code, int32_t index,
                     uint64_t *set, uint64_t *directories);

#endif
