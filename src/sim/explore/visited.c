/*
 * The visited states: buckets of one cache line with three places each.
 *
 * The fingerprint is a sum of good hashes, so its bits serve as they are: the top of the high half
 * names the slice, the bits below it the bucket. A bucket that is full passes on to the next of the slice. Nothing is ever
 * taken out, so a search ends at the first free place. Slices are what the table grows by: each is
 * moved by one worker.
 */
#include "sim/explore/visited.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <pthread.h>
#include <sched.h>

#include "sim/lang/mem.h"

enum {
    SLICE_BITS = 6,
    N_SLICES = 1 << SLICE_BITS,
    PLACES = 3,
    FIRST_BUCKETS = 288, // of a slice
    LARGE = 1 << 27,     // bytes: from then on a table grows by a half, before fourfold
    SAMPLES = 4096,      // so many states at least are counted
    FREE = 0,
};
#define FULL UINT32_MAX

/*
 * A cache line. Places are taken in order: whoever writes the low half into a free place has it, and
 * writes the node last.
 */
struct bucket {
    _Atomic uint64_t low[PLACES]; // FREE: nobody's; a fingerprint's own FREE counts as 1
    _Atomic uint64_t high[PLACES];
    _Atomic uint32_t node[PLACES]; // plus one
    uint32_t spare;
};

struct table {
    struct bucket *buckets; // of all slices
    uint64_t n;             // of one slice
};

enum phase { RUNNING, MOVING };

struct visited {
    char before[128];
    struct table table; // changes only while all rest
    uint64_t limit;     // states at which it is full
    uint32_t sample;    // a state is counted if these bits of its fingerprint are zero
    _Atomic bool full;
    char apart[128];      // what follows is written often
    _Atomic uint64_t n;   // states, as far as they are counted
    pthread_mutex_t lock; // of what follows
    pthread_cond_t changed;
    unsigned inside, resting;
    enum phase phase;
    struct table next;             // in the same memory
    _Atomic unsigned n_claimed;    // slices, from the last one on
    _Atomic bool copied[N_SLICES]; // out of the way
    unsigned n_moved;              // workers that found no slice any more
};

static size_t buckets_of(uint64_t per_slice)
{
    return (size_t)per_slice * N_SLICES;
}

/* Square root, rounded up. */
static uint64_t root_of(uint64_t x)
{
    uint64_t r = 1;
    while (r * r < x) {
        r++;
    }
    return r;
}

/*
 * Four fifths full; a small one less, as some slices get more than their share: eight times the
 * standard deviation has to fit.
 */
static void set_limit(struct visited *v)
{
    uint64_t places = v->table.n * PLACES, spread = 8 * root_of(places);
    uint64_t most = places * 4 / 5;
    most = most < places - spread ? most : places - spread;
    v->limit = most * N_SLICES - VISITED_SLACK;
    for (v->sample = 0; v->limit / (2 * ((uint64_t)v->sample + 1)) > SAMPLES;) {
        v->sample = 2 * v->sample + 1;
    }
}

struct visited *visited_create(void)
{
    struct visited *v = mem_alloc(1, sizeof *v);
    v->table.n = FIRST_BUCKETS;
    v->table.buckets = mem_alloc_table(buckets_of(FIRST_BUCKETS), sizeof(struct bucket));
    v->inside = 1;
    set_limit(v);
    pthread_mutex_init(&v->lock, NULL);
    pthread_cond_init(&v->changed, NULL);
    return v;
}

void visited_free(struct visited *v)
{
    if (v != NULL) {
        mem_free_table(v->table.buckets, buckets_of(v->table.n), sizeof(struct bucket));
        pthread_mutex_destroy(&v->lock);
        pthread_cond_destroy(&v->changed);
        free(v);
    }
}

uint64_t visited_bytes(const struct visited *v)
{
    return sizeof *v + buckets_of(v->table.n) * sizeof(struct bucket);
}

/* ---- places ---- */

static struct bucket *slice_of(const struct table *t, struct fingerprint f)
{
    return t->buckets + (f.high >> (64 - SLICE_BITS)) * t->n;
}

/* The bucket of a slice where the state lies unless it is full; in order of the fingerprints. */
static uint64_t bucket_of(const struct table *t, struct fingerprint f)
{
    return (f.high << SLICE_BITS >> 32) * t->n >> 32;
}

static struct bucket *home_of(const struct table *t, struct fingerprint f)
{
    return slice_of(t, f) + bucket_of(t, f);
}

static uint64_t low_of(struct fingerprint f)
{
    return f.low == FREE ? 1 : f.low;
}

static uint64_t low_at(const struct bucket *b, unsigned place)
{
    return atomic_load_explicit(&b->low[place], memory_order_relaxed);
}

static uint32_t wait_for_node(const struct bucket *b, unsigned place)
{
    uint32_t node;
    while ((node = atomic_load_explicit(&b->node[place], memory_order_acquire)) == FREE) {
        sched_yield();
    }
    return node;
}

/* The node of a place that is taken, once it is written down. */
static inline uint32_t node_at(const struct bucket *b, unsigned place)
{
    uint32_t node = atomic_load_explicit(&b->node[place], memory_order_acquire);
    return node != FREE ? node : wait_for_node(b, place);
}

/* The place is the caller's. */
static void put(struct bucket *b, unsigned place, struct fingerprint f, uint32_t node)
{
    atomic_store_explicit(&b->high[place], f.high, memory_order_relaxed);
    atomic_store_explicit(&b->node[place], node, memory_order_release);
}

/* The node of the state in this bucket, or FREE. No branch before the last: none could be foretold. */
static inline uint32_t look(const struct bucket *b, struct fingerprint f, unsigned *taken)
{
    uint64_t low = low_of(f), a0 = low_at(b, 0), a1 = low_at(b, 1), a2 = low_at(b, 2);
    unsigned same = (unsigned)(a0 == low) | (unsigned)(a1 == low) << 1 | (unsigned)(a2 == low) << 2;
    *taken = (unsigned)(a0 != FREE) + (a1 != FREE) + (a2 != FREE);
    for (; same != 0; same &= same - 1) {
        unsigned place = (unsigned)__builtin_ctz(same);
        uint32_t node = node_at(b, place);
        if (atomic_load_explicit(&b->high[place], memory_order_relaxed) == f.high) {
            return node;
        }
    }
    return FREE;
}

/*
 * What lies in the state's place of this bucket, or FULL: it may lie in the next. Of a state that is
 * not there: FREE, or node after putting it there if node is not FREE.
 */
static inline uint32_t find_in(struct bucket *b, struct fingerprint f, uint32_t node, bool *known)
{
    while (true) {
        uint64_t unused = FREE;
        unsigned taken;
        uint32_t found = look(b, f, &taken);
        *known = found != FREE;
        if (*known) {
            return found;
        }
        if (taken == PLACES) {
            return FULL;
        }
        if (node == FREE) {
            return FREE;
        }
        if (atomic_compare_exchange_strong_explicit(&b->low[taken], &unused, low_of(f),
                                                    memory_order_relaxed, memory_order_relaxed)) {
            put(b, taken, f, node);
            return node;
        }
    }
}

/* In one of the buckets of the slice that follow the home bucket, which is full. */
static uint32_t find_beyond(const struct table *t, struct fingerprint f, uint32_t node, bool *known)
{
    struct bucket *slice = slice_of(t, f);
    uint64_t home = bucket_of(t, f);
    for (uint64_t i = 1; i < t->n; i++) {
        uint64_t at = home + i < t->n ? home + i : home + i - t->n;
        uint32_t found = find_in(&slice[at], f, node, known);
        if (found != FULL) {
            return found;
        }
    }
    mem_refused(); // no place left: more than VISITED_SLACK between two rests
}

static inline uint32_t find(const struct table *t, struct fingerprint f, uint32_t node, bool *known)
{
    uint32_t found = find_in(home_of(t, f), f, node, known);
    return found != FULL ? found : find_beyond(t, f, node, known);
}

/* ---- growth ---- */

static unsigned n_taken(const struct bucket *b)
{
    return (unsigned)(low_at(b, 0) != FREE) + (low_at(b, 1) != FREE) + (low_at(b, 2) != FREE);
}

/* The slice is the caller's alone, and has no such state. */
static void move_place(const struct table *to, struct fingerprint f, uint32_t node)
{
    struct bucket *slice = slice_of(to, f);
    uint64_t at = bucket_of(to, f);
    unsigned n;
    while ((n = n_taken(&slice[at])) == PLACES) {
        at = at + 1 < to->n ? at + 1 : 0;
    }
    atomic_store_explicit(&slice[at].low[n], f.low, memory_order_relaxed);
    put(&slice[at], n, f, node);
}

/* Where the table after growth has this slice, other slices of the table before may still lie. */
static void wait_for_copies(const struct visited *v, unsigned slice)
{
    uint64_t end = (slice + 1) * v->next.n;
    for (unsigned k = slice + 1; k < N_SLICES && k * v->table.n < end; k++) {
        while (!atomic_load_explicit(&v->copied[k], memory_order_acquire)) {
            sched_yield(); // it was claimed before this one
        }
    }
}

/* Empties the buckets from begin to end; those beyond the table before are empty. */
static void clear_buckets(struct visited *v, size_t begin, size_t end)
{
    size_t used = buckets_of(v->table.n);
    end = end < used ? end : used;
    if (begin < end) {
        memset(v->next.buckets + begin, 0, (end - begin) * sizeof(struct bucket));
    }
}

static void move_slice(struct visited *v, unsigned slice, struct bucket *copy)
{
    size_t n = (size_t)v->table.n, first = slice * (size_t)v->next.n;
    memcpy(copy, v->table.buckets + slice * n, n * sizeof *copy);
    atomic_store_explicit(&v->copied[slice], true, memory_order_release);
    wait_for_copies(v, slice);
    clear_buckets(v, first, first + (size_t)v->next.n);
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0, end = n_taken(&copy[i]); k < end; k++) {
            struct fingerprint f = {low_at(&copy[i], k), copy[i].high[k]};
            move_place(&v->next, f, node_at(&copy[i], k));
        }
    }
}

/*
 * Moves slices as long as there are some: from the last to the first, as each moves up. No slice
 * after growth reaches below where the same slice was before.
 */
static void move(struct visited *v)
{
    struct bucket *copy = mem_alloc((size_t)v->table.n, sizeof *copy);
    unsigned claimed;
    while ((claimed = atomic_fetch_add(&v->n_claimed, 1)) < N_SLICES) {
        move_slice(v, N_SLICES - 1 - claimed, copy);
    }
    free(copy);
}

static void begin_growth(struct visited *v)
{
    uint64_t n = v->table.n;
    bool large = buckets_of(n) * sizeof(struct bucket) >= LARGE;
    v->next.n = large ? n + n / 2 : 4 * n;
    v->next.buckets = v->table.buckets = mem_resize_table(
        v->table.buckets, buckets_of(n), buckets_of(v->next.n), sizeof(struct bucket));
    atomic_store(&v->n_claimed, 0);
    for (unsigned k = 0; k < N_SLICES; k++) {
        atomic_store_explicit(&v->copied[k], false, memory_order_relaxed);
    }
    v->n_moved = 0;
    v->phase = MOVING;
}

static void end_growth(struct visited *v)
{
    v->table = v->next;
    set_limit(v);
    atomic_store(&v->full, false);
    v->phase = RUNNING;
}

/* Everybody inside is here, or gone: those who are here move the slices. */
static void start_if_all_rest(struct visited *v)
{
    if (v->resting > 0 && v->resting == v->inside && v->phase == RUNNING) {
        begin_growth(v);
        pthread_cond_broadcast(&v->changed);
    }
}

static void rest(struct visited *v)
{
    pthread_mutex_lock(&v->lock);
    if (atomic_load(&v->full)) { // else it has just been done
        v->resting++;
        start_if_all_rest(v);
        while (v->phase != MOVING) {
            pthread_cond_wait(&v->changed, &v->lock);
        }
        pthread_mutex_unlock(&v->lock);
        move(v);
        pthread_mutex_lock(&v->lock);
        if (++v->n_moved == v->inside) {
            end_growth(v);
            v->resting = 0;
            pthread_cond_broadcast(&v->changed);
        }
        while (v->phase == MOVING) {
            pthread_cond_wait(&v->changed, &v->lock);
        }
    }
    pthread_mutex_unlock(&v->lock);
}

void visited_rest(struct visited *v)
{
    if (atomic_load_explicit(&v->full, memory_order_relaxed)) {
        rest(v);
    }
}

void visited_enter(struct visited *v)
{
    pthread_mutex_lock(&v->lock);
    while (v->resting > 0) {
        pthread_cond_wait(&v->changed, &v->lock);
    }
    v->inside++;
    pthread_mutex_unlock(&v->lock);
}

void visited_leave(struct visited *v)
{
    pthread_mutex_lock(&v->lock);
    v->inside--;
    start_if_all_rest(v);
    pthread_mutex_unlock(&v->lock);
}

/* A state was counted. */
static void count(struct visited *v)
{
    uint64_t more = (uint64_t)v->sample + 1;
    if (atomic_fetch_add_explicit(&v->n, more, memory_order_relaxed) + more < v->limit) {
        return;
    }
    pthread_mutex_lock(&v->lock);
    atomic_store(&v->full, true);
    bool alone = v->inside == 1;
    pthread_mutex_unlock(&v->lock);
    if (alone) {
        rest(v);
    }
}

/* ---- use ---- */

void visited_prefetch(const struct visited *v, struct fingerprint f)
{
    __builtin_prefetch(home_of(&v->table, f), 1);
}

bool visited_is_near(const struct visited *v, struct fingerprint f)
{
    const struct bucket *home = home_of(&v->table, f);
    if (n_taken(home) < PLACES) {
        return true;
    }
    __builtin_prefetch(home + 1, 1);
    __builtin_prefetch(home + 2, 1);
    return false;
}

uint32_t visited_add(struct visited *v, struct fingerprint f, uint32_t fresh, bool *known)
{
    assert(fresh < UINT32_MAX - 1);
    uint32_t found = find(&v->table, f, fresh + 1, known);
    if (!*known && (f.low & v->sample) == 0) {
        count(v);
    }
    return found - 1;
}

uint32_t visited_find(const struct visited *v, struct fingerprint f)
{
    bool known;
    return find(&v->table, f, FREE, &known) - 1; // of none: UINT32_MAX
}
