/*
 * What the files footprint*.c share; footprint.h is their outside.
 *
 *     footprint_sets.c     sets of things, each kept once
 *     footprint_unfold.c   the local graph of one thread
 *     footprint_things.c   what belongs together, and the numbers of things
 *     footprint_touch.c    what one operation can touch
 *     footprint_graph.c    from next to future, backwards over the local graph
 *     footprint.c          putting it together, and asking
 */
#ifndef SIM_EXPLORE_FOOTPRINT_PARTS_H
#define SIM_EXPLORE_FOOTPRINT_PARTS_H

#include "sim/explore/footprint.h"
#include "sim/lang/mem.h"
#include "sim/lang/walk.h"

/* ---- sets ---- */

struct bit_sets {
    uint32_t words; // of each set
    uint64_t *bits; // set after set
    uint32_t n;
    size_t capacity; // sets
    uint32_t *slots; // hash table of set plus one
    size_t n_slots;
};

void bit_sets_init(struct bit_sets *sets, uint32_t n_bits);
void bit_sets_release(struct bit_sets *sets);

/* Number of the set with these bits, which may not lie in the pool. */
uint32_t bit_sets_find(struct bit_sets *sets, const uint64_t *bits);
uint32_t bit_sets_union(struct bit_sets *sets, uint32_t a, uint32_t b);

static inline const uint64_t *bit_sets_at(const struct bit_sets *sets, uint32_t set)
{
    return sets->bits + (size_t)set * sets->words;
}

static inline void bit_set(uint64_t *bits, uint32_t k)
{
    bits[k / 64] |= UINT64_C(1) << k % 64;
}

static inline bool bit_is_set(const uint64_t *bits, uint32_t k)
{
    return (bits[k / 64] >> k % 64 & 1) != 0;
}

static inline void bits_add(uint64_t *to, const uint64_t *from, uint32_t words)
{
    for (uint32_t k = 0; k < words; k++) {
        to[k] |= from[k];
    }
}

static inline bool bits_meet(const uint64_t *a, const uint64_t *b, uint32_t words)
{
    for (uint32_t k = 0; k < words; k++) {
        if ((a[k] & b[k]) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- references: what an unknown value may stand for ---- */

/*
 * A reference is a small set of elements; an element is a file name, or a blob: all names of a path
 * pattern, or the elements of an array of objects. A handle's elements are what it was opened on.
 */
enum {
    REF_NOTHING,          // no handle: 0, or not known to be one
    REF_OWN,              // any handle that this thread opened
    REF_ANY,              // anything at all
    N_FIXED_REFS,         //
    MAX_REF_ELEMENTS = 8, // past them: REF_OWN
};

#define REF_BLOB UINT32_C(0x10000) // an element: blob (element - REF_BLOB); below: a name_ix

struct ref {
    uint32_t n;
    uint32_t elements[MAX_REF_ELEMENTS]; // ascending
};

struct blob {
    const struct pattern *pattern; // NULL: objects
    object_ref first;              // of n objects
    uint32_t n;                    // objects or names
    name_ix *names;                // of a pattern
};

/* The references and blobs of one scenario. */
struct refs {
    struct ref *refs;
    uint32_t n_refs;
    size_t capacity_refs;
    uint32_t *slots; // hash table of reference plus one
    size_t n_slots;
    struct blob *blobs;
    uint32_t n_blobs;
    size_t capacity_blobs;
};

/* ---- the local graph of one thread ---- */

/* Kinds of node, above the program counter in the first word of its key. */
enum {
    PLACE_WAITING = 1 << 16, // queued in the call at pc, whose arguments are gone
    PLACE_END = 1 << 17,     // the routine ends, invisibly
    PLACE_PC = 0xffff,
};

struct local_node {
    size_t at;           // in the pool: place, known words, references
    uint32_t first_edge; //
    uint32_t n_edges;    // UINT32_MAX: not gone through yet
    uint16_t n_key;      // words of place and known values
    uint16_t n_refs;     //
    bool queued;         //
    object_ref
        waits_for; // a guard: the thread cannot go on from here while another owns it; 0: none
    bool opens;    // its operation can end another thread's hold of a guard that it touches
    bool rest;     // the thread can stand here; else it passes through in the middle of a step
    bool counts;   // its operation can change how many files a directory holds that is read
};

struct local_graph {
    const struct scenario *scenario;
    const struct code *code;
    struct refs *refs;
    thread_ix thread;
    bool unbounded;
    uint64_t *unsure_locals; // of each instruction: locals whose value can be unknown there
    bool **unsure_stack;     // and operands; NULL: none are
    struct arena arena;
    uint32_t *pool;
    size_t n_pool, capacity_pool;
    struct local_node *nodes;
    uint32_t n_nodes, n_rest;
    size_t capacity_nodes;
    uint32_t *edges;
    size_t n_edges, capacity_edges;
    uint32_t *slots; // hash table of node plus one
    size_t n_slots;
    struct footprint_node *sets;  // of each node, in the end
    uint32_t absent;              // set: all that it can do if it is created
    uint32_t *before[MAX_GUARDS]; // set of each node, then of the absent thread; NULL: its future
};

/* Unfolds the thread's code. Past a limit: unbounded, and without nodes. */
void local_graph_unfold(struct local_graph *g, const struct scenario *s, thread_ix t,
                        struct refs *refs);
void local_graph_release(struct local_graph *g);

/* What an unfolding was for and the finished footprints no longer need. */
void local_graph_forget(struct local_graph *g);

/* The node of these words: place and pc, locals, operands. UINT32_MAX: there is none. */
uint32_t local_graph_find(const struct local_graph *g, uint32_t place, const int32_t *words);

/* The state at a node; its place. An unknown value is value_of_ref. */
uint32_t local_graph_resume(const struct local_graph *g, uint32_t node, struct walk_state *s);

static inline uint32_t place_of(const struct local_graph *g, uint32_t node)
{
    return g->pool[g->nodes[node].at];
}

static inline int64_t value_of_ref(uint32_t ref)
{
    return ref == REF_ANY ? WALK_UNKNOWN : (int64_t)1 << 40 | (int64_t)ref;
}

/* What a value can stand for as a handle: a number other than 0 may be anybody's. */
static inline uint32_t ref_of_value(int64_t value)
{
    if (walk_knows(value)) {
        return value == 0 ? REF_NOTHING : REF_ANY;
    }
    return value == WALK_UNKNOWN ? REF_ANY : (uint32_t)value;
}

/* Place among the arguments of the first parameter of this kind; -1: it has none. */
int argument_of(const struct nt_call_row *row, enum nt_param_kind kind);

/* ---- things ---- */

enum { MAX_CLASSES = MAX_THREADS + 1, CLASS_ANY = MAX_THREADS };

/* The files that REF_OWN of a thread, or REF_ANY, stand for. */
struct handle_class {
    bool *opened;         // of each base
    bool any;             // some is
    uint32_t first;       // one of them
    bool merged;          // they are all one
    uint64_t *set;        // of things
    uint64_t directories; // where they lie
};

struct footprints {
    const struct scenario *scenario;
    struct footprint_options options;
    struct local_graph graphs[MAX_THREADS];
    struct refs refs;

    uint32_t base[N_SLOT_KINDS + 1]; // first number of each kind; OBJECT_HANDLE: file counts
    uint32_t n_bases;
    uint32_t *parent;     // of each base: a tree for what belongs together
    uint32_t *thing;      // of each base
    uint32_t n_things;    //
    uint64_t *where;      // of each thing: directories in which its names lie
    bool *deletable;      // of each thing: some file of it can be marked for deletion
    bool *folds;          // of each thing
    uint32_t *first_name; // of each thing: in names; one more than things
    name_ix *names;       //
    uint64_t counted;     // directories whose number of files an invariant reads
    uint64_t openable;    // directories that some thread can open
    thread_set watched;   // threads whose state an invariant reads
    thread_set foreign;   // threads that use handles which may be another's
    bool closes_foreign;  // and close them
    struct handle_class classes[MAX_CLASSES];

    struct bit_sets sets; // of things; the bit behind them is in sets of a guard that can be opened
    uint32_t everything;  // set
    object_ref guards[MAX_GUARDS];
    uint32_t n_guards;
    uint64_t *observed;         // things that endings and claims read; NULL: of no interest
    uint64_t observed_counts;   // directories
    thread_set observed_states; // threads
};

/* Number of an object, before things are known. UINT32_MAX: it is not touched by itself. */
uint32_t base_of(const struct footprints *f, object_ref object);

static inline uint32_t base_of_name(const struct footprints *f, name_ix n)
{
    return base_of(f, object_make(OBJECT_NAME, n));
}

static inline uint32_t base_of_count(const struct footprints *f, directory_ix d)
{
    return f->base[OBJECT_HANDLE] + d;
}

/* Finds what belongs together and numbers the things. All graphs are unfolded. */
void find_things(struct footprints *f);

/* Calls read for each base that the predicate can read. */
void predicate_reads(const struct footprints *f, const struct code *code, int32_t index,
                     void (*read)(void *context, uint32_t base), void *context);

/* Calls see for each name that the pattern can form. */
void each_name_of(const struct footprints *f, const struct pattern *pattern,
                  void (*see)(void *context, name_ix n), void *context);

/* ---- operations ---- */

/* What an operation can touch. */
struct touch {
    uint64_t *set;        // things
    uint64_t directories; // whose number of files can change
    bool everything;
    object_ref waits_for; // as in local_node
    bool opens;
};

/* Adds what the operation at a rest node touches. */
void node_touches(const struct footprints *f, const struct local_graph *g, uint32_t node,
                  struct touch *touch);

/* The files that a handle may name. */
struct files_of {
    bool any;                         // those of class
    const struct handle_class *class; //
    const struct ref *elements;       // otherwise these; NULL: none
};

struct files_of files_of_handle(const struct footprints *f, thread_ix t, int64_t value);

/* ---- sets of the nodes ---- */

void find_futures(struct footprints *f, struct local_graph *g);

/* Chooses the guards and finds what comes before them. All graphs have their futures. */
void find_guards(struct footprints *f);

#endif
