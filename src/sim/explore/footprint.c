/*
 * Remaining footprints: putting the parts together, and asking.
 *
 * The threads are unfolded first, then all of them together say which file names a rename can tie
 * together, then things have numbers and the graphs get their sets. Afterwards a thread's record is
 * found by its key.
 */
#include "sim/explore/footprint.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/explore/footprint_parts.h"

/* ---- what predicates read ---- */

struct collecting {
    const struct footprints *f;
    uint64_t *set;
    uint64_t directories;
    thread_set threads;
};

static void collect(void *context, uint32_t base)
{
    struct collecting *c = context;
    const struct footprints *f = c->f;
    if (f->thing[base] != UINT32_MAX) {
        bit_set(c->set, f->thing[base]);
    }
    if (base >= f->base[OBJECT_HANDLE] && base < f->base[OBJECT_HANDLE + 1]) {
        c->directories |= UINT64_C(1) << (base - f->base[OBJECT_HANDLE]);
    }
    if (base < f->base[OBJECT_THREAD] + f->scenario->n_threads) {
        c->threads |= thread_bit((thread_ix)(base - f->base[OBJECT_THREAD]));
    }
}

// NOLINTBEGIN(readability-non-const-parameter): collect writes through c.set
void footprint_reads(const struct footprints *f, const struct code *code, int32_t index,
                     uint64_t *set, uint64_t *directories)
{
    struct collecting c = {.f = f, .set = set};
    predicate_reads(f, code, index, collect, &c);
    *directories |= c.directories;
}
// NOLINTEND(readability-non-const-parameter)

/* Calls see for each predicate that the ends are asked about. */
static void each_end_predicate(struct footprints *f,
                               void (*see)(struct footprints *f, const struct predicate *p))
{
    const struct scenario *s = f->scenario;
    for (uint32_t k = 0; k < s->n_endings; k++) {
        see(f, &s->endings[k].when);
    }
    for (uint32_t k = 0; k < s->n_expectations; k++) {
        enum expect_kind kind = s->expectations[k].kind;
        if (f->options.claims && (kind == EXPECT_ALWAYS || kind == EXPECT_SOMETIMES)) {
            see(f, &s->expectations[k].claim);
        }
    }
}

/* ---- folding ---- */

static void keep_read(struct footprints *f, const uint64_t *set)
{
    for (uint32_t k = 0; k < f->n_things; k++) {
        f->folds[k] &= !bit_is_set(set, k);
    }
}

/* An element is judged when its thing folds, so it must not read anything else. */
static void keep_elements(struct footprints *f, const struct predicate *p)
{
    uint64_t *set = mem_alloc(f->sets.words, sizeof *set);
    for (int32_t i = p->lo; i < p->hi; i++) {
        struct collecting c = {.f = f, .set = set};
        predicate_reads(f, &p->element, i, collect, &c);
        uint32_t n = c.directories != 0 ? 2 : 0;
        for (uint32_t k = 0; k < f->sets.words; k++) {
            n += set[k] != 0 ? (set[k] & (set[k] - 1)) != 0 ? 2 : 1 : 0;
        }
        if (n > 1) {
            keep_read(f, set);
        }
        for (uint32_t k = 0; k < f->sets.words; k++) {
            set[k] = 0;
        }
    }
    free(set);
}

static void keep(struct footprints *f, const struct predicate *p)
{
    if (p->element.n != 0) {
        keep_elements(f, p);
        return;
    }
    struct collecting c = {.f = f, .set = mem_alloc(f->sets.words, sizeof(uint64_t))};
    predicate_reads(f, &p->code, 0, collect, &c);
    keep_read(f, c.set);
    free(c.set);
}

/* Only things that are file names and nothing else fold. */
static void find_folding(struct footprints *f)
{
    f->folds = mem_alloc(f->n_things, sizeof *f->folds);
    for (uint32_t k = f->base[OBJECT_NAME]; k < f->base[OBJECT_NAME + 1]; k++) {
        f->folds[f->thing[k]] = !f->options.final_states;
    }
    for (uint32_t k = 0; k < f->n_bases; k++) {
        bool name = k >= f->base[OBJECT_NAME] && k < f->base[OBJECT_NAME + 1];
        if (!name && f->thing[k] != UINT32_MAX) {
            f->folds[f->thing[k]] = false;
        }
    }
    if (!f->options.final_states) {
        each_end_predicate(f, keep);
    }
}

/* ---- what must not be changed out of turn ---- */

static void observe(struct footprints *f, const struct predicate *p)
{
    struct collecting c = {.f = f, .set = f->observed};
    predicate_reads(f, &p->code, 0, collect, &c);
    f->observed_counts |= c.directories;
    f->observed_states |= c.threads;
}

/*
 * Whoever wakes a thread changes its state, and takes with a WaitAll what else it waits for: so what
 * a thread can be queued on is read with any part of it. True if that made it more.
 */
static bool observe_queues(struct footprints *f, const struct local_graph *g)
{
    bool more = false;
    bool state = (f->observed_states & thread_bit(g->thread)) != 0;
    for (uint32_t k = 0; k < g->n_nodes; k++) {
        if ((place_of(g, k) & PLACE_WAITING) == 0) {
            continue;
        }
        const uint64_t *set = bit_sets_at(&f->sets, g->sets[k].next);
        if (!state && !bits_meet(set, f->observed, f->sets.words)) {
            continue;
        }
        for (uint32_t j = 0; j < f->sets.words; j++) {
            more |= (set[j] & ~f->observed[j]) != 0;
            f->observed[j] |= set[j];
        }
    }
    return more;
}

static void mark_observed(struct footprints *f)
{
    bool more = true;
    while (more) {
        more = false;
        for (thread_ix t = 0; t < f->scenario->n_threads; t++) {
            more |= observe_queues(f, &f->graphs[t]);
        }
    }
    for (thread_ix t = 0; t < f->scenario->n_threads; t++) {
        struct local_graph *g = &f->graphs[t];
        bool state = (f->observed_states & thread_bit(t)) != 0;
        for (uint32_t k = 0; k < g->n_nodes; k++) {
            g->sets[k].observed =
                f->options.final_states || state || g->nodes[k].counts ||
                bits_meet(bit_sets_at(&f->sets, g->sets[k].next), f->observed, f->sets.words);
        }
    }
}

/* ---- life ---- */

struct footprints *footprints_create(const struct scenario *s,
                                     const struct footprint_options *options)
{
    struct footprints *f = mem_alloc(1, sizeof *f);
    f->scenario = s;
    f->options = *options;
    for (thread_ix t = 0; t < s->n_threads; t++) {
        local_graph_unfold(&f->graphs[t], s, t, &f->refs);
    }
    find_things(f);
    bit_sets_init(&f->sets, f->n_things + 1);
    uint64_t *all = mem_alloc(f->sets.words, sizeof *all);
    for (uint32_t k = 0; k < f->n_things; k++) {
        bit_set(all, k);
    }
    f->everything = bit_sets_find(&f->sets, all);
    free(all);
    find_folding(f);
    if (options->stops) {
        f->observed = mem_alloc(f->sets.words, sizeof *f->observed);
        each_end_predicate(f, observe);
    }
    for (thread_ix t = 0; t < s->n_threads; t++) {
        if (!f->graphs[t].unbounded) {
            find_futures(f, &f->graphs[t]);
        }
    }
    find_guards(f);
    if (options->stops) {
        mark_observed(f);
    }
    for (thread_ix t = 0; t < s->n_threads; t++) {
        local_graph_forget(&f->graphs[t]);
    }
    return f;
}

void footprints_free(struct footprints *f)
{
    if (f == NULL) {
        return;
    }
    for (unsigned t = 0; t < MAX_THREADS; t++) {
        local_graph_release(&f->graphs[t]);
    }
    for (unsigned k = 0; k < MAX_CLASSES; k++) {
        free(f->classes[k].opened);
        free(f->classes[k].set);
    }
    for (uint32_t k = 0; k < f->refs.n_blobs; k++) {
        free(f->refs.blobs[k].names);
    }
    free(f->refs.blobs);
    free(f->refs.refs);
    free(f->refs.slots);
    free(f->parent);
    free(f->thing);
    free(f->where);
    free(f->deletable);
    free(f->folds);
    free(f->first_name);
    free(f->names);
    free(f->observed);
    bit_sets_release(&f->sets);
    free(f);
}

/* ---- asking ---- */

struct footprint_node footprint_of(const struct footprints *f, const struct world *w, thread_ix t)
{
    const struct local_graph *g = &f->graphs[t];
    const struct kthread *thread = world_thread(w, t);
    struct footprint_node all = {f->everything, f->everything, UINT32_MAX, true, f->options.stops};
    if (thread->state == THREAD_FINISHED) {
        return (struct footprint_node){.place = UINT32_MAX};
    }
    if (g->unbounded) {
        return all;
    }
    if (thread->state == THREAD_ABSENT) {
        return (struct footprint_node){.future = g->absent, .place = g->n_nodes};
    }
    uint32_t place = thread->pc | (thread->state == THREAD_WAITING ? PLACE_WAITING : 0u);
    uint32_t node = local_graph_find(g, place, world_words(thread));
    // every place where a thread can stand was unfolded, but not what a stop leaves half done
    assert(node != UINT32_MAX || world_system(w)->stop != STOP_NONE);
    if (node == UINT32_MAX) {
        return all;
    }
    struct footprint_node found = g->sets[node];
    found.place = node;
    return found;
}

uint32_t footprint_guards(const struct footprints *f, const object_ref **guards)
{
    *guards = f->guards;
    return f->n_guards;
}

bool footprint_before(const struct footprints *f, thread_ix t, const struct footprint_node *node,
                      uint32_t guard, uint32_t *set)
{
    const uint32_t *before = f->graphs[t].before[guard];
    if (f->graphs[t].unbounded || node->place == UINT32_MAX) {
        *set = node->future;
        return *set == 0; // it is over
    }
    *set = before == NULL ? node->future : before[node->place];
    return !bit_is_set(bit_sets_at(&f->sets, *set), f->n_things);
}

uint32_t footprints_words(const struct footprints *f)
{
    return f->sets.words;
}

uint32_t footprints_sets(const struct footprints *f)
{
    return f->sets.n;
}

const uint64_t *footprint_set(const struct footprints *f, uint32_t set)
{
    return bit_sets_at(&f->sets, set);
}

uint32_t footprints_things(const struct footprints *f)
{
    return f->n_things;
}

uint32_t footprint_thing_of(const struct footprints *f, object_ref object)
{
    uint32_t base = base_of(f, object);
    return base == UINT32_MAX ? UINT32_MAX : f->thing[base];
}

const name_ix *footprint_names(const struct footprints *f, uint32_t thing, uint32_t *n)
{
    *n = f->first_name[thing + 1] - f->first_name[thing];
    return f->names + f->first_name[thing];
}

bool footprint_folds(const struct footprints *f, uint32_t thing)
{
    return f->folds[thing];
}

uint32_t footprints_nodes(const struct footprints *f, thread_ix t)
{
    return f->graphs[t].unbounded ? 0 : f->graphs[t].n_rest;
}
