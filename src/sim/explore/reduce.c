/*
 * Reduction: fewer states with the same endings and findings.
 */
#include "sim/explore/reduce.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

/* ---- sums of counters ---- */

int32_t counts_get(counts sum, unsigned counter)
{
    int32_t value = 0;
    for (unsigned k = 0; k <= counter; k++) {
        value = (int16_t)(uint16_t)sum;
        sum = (sum - value) >> COUNTER_BITS;
    }
    return value;
}

counts counts_of(unsigned counter, int32_t value)
{
    return (counts)value * ((counts)1 << COUNTER_BITS * counter);
}

/* ---- which counters there are ---- */

/* Adds the directories whose counts a predicate reads. */
static void add_directories(const struct reduction *r, const struct code *code, uint64_t *set,
                            uint64_t *directories)
{
    footprint_reads(r->footprints, code, 0, set, directories);
}

/* Directories whose counts endings and claims read; *by_invariants: those that invariants read. */
static uint64_t directories_read(const struct reduction *r, bool claims, uint64_t *by_invariants)
{
    const struct scenario *s = r->scenario;
    uint64_t directories = 0;
    uint64_t *set = mem_alloc(footprints_words(r->footprints), sizeof *set); // of no interest here
    for (uint32_t i = 0; i < s->n_endings; i++) {
        add_directories(r, &s->endings[i].when.code, set, &directories);
    }
    for (uint32_t i = 0; claims && i < s->n_expectations; i++) {
        if (is_claim(&s->expectations[i])) {
            add_directories(r, &s->expectations[i].claim.code, set, &directories);
        }
    }
    *by_invariants = 0;
    for (uint32_t i = 0; i < s->n_invariants; i++) {
        add_directories(r, &s->invariants[i].code, set, by_invariants);
    }
    free(set);
    return directories;
}

static bool add_counter(struct reduction *r, struct counter counter)
{
    if (r->n_counters == MAX_COUNTERS) {
        return false;
    }
    r->counters[r->n_counters++] = counter;
    return true;
}

/* The thing that an element reads, if it is one that folds; else UINT32_MAX. */
static uint32_t folding_thing(const struct reduction *r, const struct predicate *p, int32_t index,
                              uint64_t *set)
{
    uint32_t words = footprints_words(r->footprints), thing = UINT32_MAX, n = 0;
    uint64_t directories = 0;
    memset(set, 0, words * sizeof *set);
    footprint_reads(r->footprints, &p->element, index, set, &directories);
    for (uint32_t k = 0; k < footprints_things(r->footprints); k++) {
        if ((set[k / 64] >> k % 64 & 1) != 0) {
            thing = k;
            n++;
        }
    }
    return n == 1 && directories == 0 && footprint_folds(r->footprints, thing) ? thing : UINT32_MAX;
}

struct found_element {
    uint32_t thing;
    struct element element;
};

struct found_elements {
    struct found_element *items;
    size_t n, capacity;
};

/*
 * The elements of one claim, if some leave with their thing: those that do not are judged at the ends, under
 * a number behind the last thing's. False: it has too many.
 */
static bool find_elements(struct reduction *r, uint32_t expectation, struct found_elements *found)
{
    const struct predicate *p = &r->scenario->expectations[expectation].claim;
    uint64_t *set = mem_alloc(footprints_words(r->footprints), sizeof *set);
    size_t before = found->n, n_folding = 0;
    for (int32_t i = p->lo; p->element.n != 0 && i < p->hi; i++) {
        uint32_t thing = folding_thing(r, p, i, set);
        n_folding += thing != UINT32_MAX;
        found->items = mem_grow(found->items, found->n, &found->capacity, sizeof *found->items);
        found->items[found->n++] =
            (struct found_element){thing != UINT32_MAX ? thing : footprints_things(r->footprints),
                                   {(uint16_t)r->n_counters, i}};
    }
    free(set);
    if (n_folding == 0) {
        found->n = before;
    }
    return found->n == before ||
           (found->n - before <= MAX_COUNT &&
            add_counter(r, (struct counter){.failing = true, .expectation = expectation}));
}

static int by_thing(const void *a, const void *b)
{
    const struct found_element *x = a, *y = b;
    if (x->thing != y->thing) {
        return x->thing < y->thing ? -1 : 1;
    }
    if (x->element.counter != y->element.counter) {
        return x->element.counter < y->element.counter ? -1 : 1;
    }
    return (x->element.index > y->element.index) - (x->element.index < y->element.index);
}

/* Lists the elements by thing. */
static void file_elements(struct reduction *r, struct found_elements *found)
{
    uint32_t things = footprints_things(r->footprints);
    r->first_element = mem_alloc(things + 2u, sizeof *r->first_element);
    r->elements = mem_alloc(found->n, sizeof *r->elements);
    if (found->n > 0) {
        qsort(found->items, found->n, sizeof *found->items, by_thing);
    }
    for (size_t i = 0; i < found->n; i++) {
        r->elements[i] = found->items[i].element;
        r->first_element[found->items[i].thing + 1]++;
    }
    for (uint32_t k = 0; k <= things; k++) {
        r->first_element[k + 1] += r->first_element[k];
    }
}

/* Finds the counters. False: what is wanted does not fit, so nothing may leave the state. */
static bool find_counters(struct reduction *r, bool claims)
{
    const struct scenario *s = r->scenario;
    struct found_elements found = {.items = NULL};
    uint64_t by_invariants, directories = directories_read(r, claims, &by_invariants);
    bool fits = by_invariants == 0 && s->layout.shape.n_names <= MAX_COUNT;
    for (directory_ix d = 0; fits && d < s->layout.shape.n_directories; d++) {
        if ((directories >> d & 1) != 0) {
            fits = add_counter(r, (struct counter){.directory = d});
        }
    }
    for (uint32_t i = 0; fits && claims && i < s->n_expectations; i++) {
        if (is_claim(&s->expectations[i])) {
            fits = find_elements(r, i, &found);
        }
    }
    if (fits) {
        file_elements(r, &found);
    }
    free(found.items);
    return fits;
}

struct reduction *reduction_create(const struct scenario *s, const struct explore_options *options,
                                   bool stops, bool may_fold)
{
    struct reduction *r = mem_alloc(1, sizeof *r);
    bool final_states = options->final_states || s->n_endings == 0;
    r->scenario = s;
    r->stops = stops;
    r->footprints = footprints_create(s, &(struct footprint_options){.final_states = final_states,
                                                                     .claims = options->claims,
                                                                     .stops = stops});
    r->folds = may_fold && !final_states && find_counters(r, options->claims);
    if (!r->folds) {
        r->n_counters = 0;
    }
    return r;
}

void reduction_free(struct reduction *r)
{
    if (r != NULL) {
        footprints_free(r->footprints);
        free(r->first_element);
        free(r->elements);
        free(r);
    }
}

/* ---- a walker's view ---- */

/* A thread's record was seen for the first time; the world holds it. */
static void see_thread(void *context, thread_ix t, uint32_t content)
{
    struct reducer *r = context;
    while (content >= r->capacity_nodes) {
        r->nodes = mem_grow(r->nodes, r->capacity_nodes, &r->capacity_nodes, sizeof *r->nodes);
    }
    r->nodes[content] = footprint_of(r->reduction->footprints, &r->memo->m->world, t);
}

void reducer_init(struct reducer *r, const struct reduction *reduction, struct memo *memo)
{
    uint32_t words = footprints_words(reduction->footprints);
    *r = (struct reducer){.reduction = reduction, .memo = memo};
    r->leaving = mem_alloc(words, sizeof *r->leaving);
    r->left_over = mem_alloc(words, sizeof *r->left_over);
    memo_watch_threads(memo, see_thread, r);
}

void reducer_release(struct reducer *r)
{
    free(r->nodes);
    free(r->leaving);
    free(r->left_over);
    free(r->dead);
}

static const struct footprint_node *node_of(const struct reducer *r, thread_ix t)
{
    return &r->nodes[memo_content(r->memo, object_make(OBJECT_THREAD, t))];
}

static unsigned n_threads(const struct reducer *r)
{
    return r->reduction->scenario->layout.shape.n_threads;
}

static bool meet(const struct footprints *f, uint32_t a, uint32_t b)
{
    const uint64_t *x = footprint_set(f, a), *y = footprint_set(f, b);
    for (uint32_t k = 0; k < footprints_words(f); k++) {
        if ((x[k] & y[k]) != 0) {
            return true;
        }
    }
    return false;
}

/* Does a set meet the future of another thread? */
static bool meets_futures(const struct reducer *r, thread_ix t, uint32_t next)
{
    bool meets = false;
    for (thread_ix u = 0; u < n_threads(r) && !meets; u++) {
        meets = u != t && meet(r->reduction->footprints, next, node_of(r, u)->future);
    }
    return meets;
}

/* Does thread t own it, so that whoever waits for it waits for t? */
static bool owns(const struct reducer *r, thread_ix t, object_ref guard)
{
    const struct world *w = &memo_machine(r->memo)->world;
    if (object_kind_of(guard) == OBJECT_SPINLOCK) {
        return world_spinlock(w, object_ix_of(guard))->owner == t + 1;
    }
    const struct eresource *e = world_resource(w, object_ix_of(guard));
    return (e->flags & RESOURCE_OWNED_EXCLUSIVE) != 0 && resource_rows(e)[t].owner_count != 0;
}

/* Is all that a set meets in other threads' futures kept from them by the guard? */
static bool guarded(const struct reducer *r, thread_ix t, uint32_t next, uint32_t guard)
{
    const struct footprints *f = r->reduction->footprints;
    bool kept = true;
    for (thread_ix u = 0; u < n_threads(r) && kept; u++) {
        uint32_t before;
        kept = u == t ||
               (footprint_before(f, u, node_of(r, u), guard, &before) && !meet(f, next, before));
    }
    return kept;
}

bool reducer_alone(struct reducer *r, thread_ix t)
{
    const struct footprint_node *own = node_of(r, t);
    if (own->cyclic || own->observed) {
        return false;
    }
    if (!meets_futures(r, t, own->next)) {
        return true;
    }
    const object_ref *guards;
    uint32_t n = footprint_guards(r->reduction->footprints, &guards), k = 0;
    while (k < n && !(owns(r, t, guards[k]) && guarded(r, t, own->next, k))) {
        k++;
    }
    return k < n;
}

/* Sets leaving to what is in some thread's future now and in none behind the outcome. False: nothing is. */
static bool find_leaving(struct reducer *r, uint32_t outcome)
{
    const struct footprints *f = r->reduction->footprints;
    uint32_t words = footprints_words(f);
    bool changed = false, any = false;
    uint32_t after[MAX_THREADS];
    for (thread_ix t = 0; t < n_threads(r); t++) {
        after[t] = r->nodes[memo_thread_after(r->memo, outcome, t)].future;
        changed |= after[t] != node_of(r, t)->future;
    }
    if (!changed) {
        return false; // nearly always
    }
    memset(r->leaving, 0, words * sizeof *r->leaving);
    memset(r->left_over, 0, words * sizeof *r->left_over);
    for (thread_ix t = 0; t < n_threads(r); t++) {
        const uint64_t *now = footprint_set(f, node_of(r, t)->future);
        const uint64_t *then = footprint_set(f, after[t]);
        for (uint32_t k = 0; k < words; k++) {
            r->leaving[k] |= now[k];
            r->left_over[k] |= then[k];
        }
    }
    for (uint32_t k = 0; k < words; k++) {
        r->leaving[k] &= ~r->left_over[k];
        any |= r->leaving[k] != 0;
    }
    return any;
}

/* What the elements of a thing add to the counters; the world is as they see it. */
static counts judge(const struct reducer *r, uint32_t thing)
{
    const struct reduction *x = r->reduction;
    counts sum = 0;
    for (uint32_t i = x->first_element[thing]; i < x->first_element[thing + 1]; i++) {
        const struct element *e = &x->elements[i];
        const struct predicate *claim =
            &x->scenario->expectations[x->counters[e->counter].expectation].claim;
        bool failed;
        if (vm_evaluate_at(&claim->element, &memo_machine(r->memo)->world, e->index, NULL,
                           &failed) == 0) {
            sum += counts_of(e->counter, 1);
        }
    }
    return sum;
}

/* Judges the elements of all things of a set. */
static counts judge_all(const struct reducer *r, const uint64_t *set, bool inverted)
{
    uint32_t things = footprints_things(r->reduction->footprints);
    counts sum = 0;
    for (uint32_t k = 0; k < things; k++) {
        if (((set[k / 64] >> k % 64 & 1) != 0) != inverted) {
            sum += judge(r, k);
        }
    }
    return sum;
}

static bool has_elements(const struct reduction *x, uint32_t thing)
{
    return x->first_element[thing] != x->first_element[thing + 1];
}

static void add_dead(struct reducer *r, uint32_t thing)
{
    uint32_t n;
    const name_ix *names = footprint_names(r->reduction->footprints, thing, &n);
    for (uint32_t i = 0; i < n; i++) {
        r->dead = mem_grow(r->dead, r->n_dead, &r->capacity_dead, sizeof *r->dead);
        r->dead[r->n_dead++] = names[i];
    }
}

/* Finds what dies among what leaves. True: elements have to be judged. */
static bool find_dead(struct reducer *r)
{
    const struct reduction *x = r->reduction;
    uint32_t words = footprints_words(x->footprints);
    bool elements = false;
    for (uint32_t k = 0; k < words; k++) {
        for (uint64_t rest = r->leaving[k]; rest != 0; rest &= rest - 1) {
            uint32_t thing = 64 * k + (uint32_t)__builtin_ctzll(rest);
            if (footprint_folds(x->footprints, thing)) {
                add_dead(r, thing);
                elements |= has_elements(x, thing);
            }
        }
    }
    return elements;
}

static counts change_of_files(const struct reducer *r, uint32_t outcome)
{
    const struct reduction *x = r->reduction;
    counts sum = 0;
    for (unsigned i = 0; i < x->n_counters; i++) {
        if (!x->counters[i].failing) {
            sum += counts_of(i, memo_count_change(r->memo, outcome, x->counters[i].directory));
        }
    }
    return sum;
}

counts reducer_look(struct reducer *r, uint32_t outcome, struct fingerprint *after)
{
    r->n_dead = 0;
    if (!r->reduction->folds) {
        return 0;
    }
    counts sum = change_of_files(r, outcome);
    if (!find_leaving(r, outcome)) {
        return sum;
    }
    if (find_dead(r)) {
        struct memo_mark mark;
        memo_apply(r->memo, outcome, &mark);
        sum += judge_all(r, r->leaving, false);
        memo_undo(r->memo, &mark);
    }
    *after = memo_cleared(r->memo, outcome, r->dead, r->n_dead, *after);
    return sum;
}

void reducer_clear(struct reducer *r)
{
    for (uint32_t i = 0; i < r->n_dead; i++) {
        memo_clear(r->memo, r->dead[i]);
    }
}

/* What some thread can still touch in the present state. */
static const uint64_t *alive(struct reducer *r)
{
    const struct footprints *f = r->reduction->footprints;
    uint32_t words = footprints_words(f);
    memset(r->left_over, 0, words * sizeof *r->left_over);
    for (thread_ix t = 0; t < n_threads(r); t++) {
        const uint64_t *future = footprint_set(f, node_of(r, t)->future);
        for (uint32_t k = 0; k < words; k++) {
            r->left_over[k] |= future[k];
        }
    }
    return r->left_over;
}

counts reducer_start(struct reducer *r)
{
    const struct reduction *x = r->reduction;
    counts sum = 0;
    for (unsigned i = 0; i < x->n_counters; i++) {
        if (!x->counters[i].failing) {
            const struct directory *d =
                world_directory(&memo_machine(r->memo)->world, x->counters[i].directory);
            sum += counts_of(i, (int32_t)d->n_files);
        }
    }
    return sum + (x->folds ? judge_all(r, alive(r), true) : 0);
}

counts reducer_rest(struct reducer *r)
{
    uint32_t things = footprints_things(r->reduction->footprints);
    return r->reduction->folds ? judge_all(r, alive(r), false) + judge(r, things) : 0;
}
