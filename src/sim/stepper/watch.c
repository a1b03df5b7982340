/*
 * Invariants, kept up to date step by step.
 *
 * The value of a claim is a function of the slots that its evaluation read, so it can only change
 * when one of those does. Lists are doubly linked through nodes that belong to the claims, so that
 * re-filing a claim costs what it reads. A claim that reads more than MAX_READS slots is evaluated
 * after every step.
 */
#include "sim/stepper/watch.h"

#include <stdlib.h>

#include "sim/lang/mem.h"
#include "sim/vm/vm.h"

enum { MAX_READS = VM_MAX_READS, NOWHERE = -1, N_WATCHED_KINDS = OBJECT_NAME + 1 };

struct node {
    int32_t next, previous; // nodes; previous NOWHERE: first of its list
    int32_t slot;           // list it stands in; NOWHERE: none
};

struct claim {
    const struct code *code;
    int32_t index; // value of local 0
    uint8_t invariant;
    bool fails;
    bool everything; // evaluated after every step
    bool queued;     // in dirty
};

struct watch {
    const struct scenario *scenario;
    struct claim *claims;
    uint32_t n_claims;
    struct node *nodes; // MAX_READS of each claim
    int32_t *first;     // per slot: its list
    uint32_t n_slots;
    int32_t base[N_WATCHED_KINDS]; // number of the first slot of a kind
    uint32_t *dirty;
    uint32_t n_dirty;
    uint32_t *always; // claims that read too much
    uint32_t n_always;
    uint32_t failing[MAX_INVARIANTS]; // claims of each invariant that fail
    bool keep, grew;                  // lists only become longer; one did
    struct watch_value *values;       // of watch_try
};

/* ---- slots and lists ---- */

/* Numbers the slots that a predicate can read, kind after kind. */
static void number_slots(struct watch *watch, const struct world_shape *s)
{
    const uint32_t counts[N_WATCHED_KINDS] = {
        [OBJECT_THREAD] = s->n_threads, [OBJECT_RESOURCE] = s->n_resources,
        [OBJECT_EVENT] = s->n_events,   [OBJECT_SPINLOCK] = s->n_spinlocks,
        [OBJECT_SHARED] = s->n_shared,  [OBJECT_DIRECTORY] = s->n_directories,
        [OBJECT_NAME] = s->n_names,
    };
    for (unsigned k = 0; k < N_WATCHED_KINDS; k++) {
        watch->base[k] = (int32_t)watch->n_slots;
        watch->n_slots += counts[k];
    }
}

/* NOWHERE for what no predicate reads. */
static int32_t slot_number(const struct watch *watch, object_ref o)
{
    enum object_kind kind = object_kind_of(o);
    return (unsigned)kind < N_WATCHED_KINDS ? watch->base[kind] + object_ix_of(o) : NOWHERE;
}

static void unlink_node(struct watch *watch, int32_t ix)
{
    struct node *node = &watch->nodes[ix];
    if (node->slot == NOWHERE) {
        return;
    }
    if (node->previous == NOWHERE) {
        watch->first[node->slot] = node->next;
    } else {
        watch->nodes[node->previous].next = node->next;
    }
    if (node->next != NOWHERE) {
        watch->nodes[node->next].previous = node->previous;
    }
    node->slot = NOWHERE;
}

static void link_node(struct watch *watch, int32_t ix, int32_t slot)
{
    struct node *node = &watch->nodes[ix];
    *node = (struct node){watch->first[slot], NOWHERE, slot};
    if (node->next != NOWHERE) {
        watch->nodes[node->next].previous = ix;
    }
    watch->first[slot] = ix;
}

/* ---- evaluation ---- */

/* From now on the claim is evaluated after every step. */
static void file_everywhere(struct watch *watch, uint32_t ix)
{
    for (int32_t k = 0; k < MAX_READS; k++) {
        unlink_node(watch, (int32_t)(ix * MAX_READS) + k);
    }
    watch->claims[ix].everything = true;
    watch->always[watch->n_always++] = ix;
    watch->grew = true;
}

/* The claim's node in this list, else a free one, else NOWHERE. */
static int32_t find_node(const struct watch *watch, uint32_t ix, int32_t slot)
{
    int32_t base = (int32_t)(ix * MAX_READS), free = NOWHERE;
    for (int32_t k = MAX_READS; k-- > 0;) {
        if (watch->nodes[base + k].slot == slot) {
            return base + k;
        }
        free = watch->nodes[base + k].slot == NOWHERE ? base + k : free;
    }
    return free;
}

static void file_claim(struct watch *watch, uint32_t ix, const struct vm_reads *reads)
{
    if (watch->claims[ix].everything) {
        return;
    }
    for (int32_t k = 0; k < MAX_READS && !watch->keep; k++) {
        unlink_node(watch, (int32_t)(ix * MAX_READS) + k);
    }
    if (reads->n > MAX_READS) {
        file_everywhere(watch, ix);
        return;
    }
    for (uint32_t k = 0; k < reads->n; k++) {
        int32_t slot = slot_number(watch, reads->objects[k]);
        int32_t node = slot != NOWHERE ? find_node(watch, ix, slot) : NOWHERE;
        if (slot != NOWHERE && node == NOWHERE) {
            file_everywhere(watch, ix);
            return;
        }
        if (slot != NOWHERE && watch->nodes[node].slot == NOWHERE) {
            link_node(watch, node, slot);
            watch->grew = true;
        }
    }
}

/* Does the claim fail now? What it reads is noted. */
static bool look(struct watch *watch, uint32_t ix, const struct world *w)
{
    const struct claim *claim = &watch->claims[ix];
    struct vm_reads reads = {.n = 0};
    bool failed;
    bool fails = vm_evaluate_at(claim->code, w, claim->index, &reads, &failed) == 0;
    file_claim(watch, ix, &reads);
    return fails;
}

bool watch_set(struct watch *watch, struct watch_value value)
{
    struct claim *claim = &watch->claims[value.claim];
    bool before = claim->fails;
    if (value.fails != before) {
        claim->fails = value.fails;
        watch->failing[claim->invariant] += value.fails ? 1u : UINT32_MAX;
    }
    return before;
}

static void evaluate(struct watch *watch, uint32_t ix, const struct world *w)
{
    watch_set(watch, (struct watch_value){ix, look(watch, ix, w)});
}

static void mark_dirty(struct watch *watch, int32_t slot)
{
    for (int32_t n = watch->first[slot]; n != NOWHERE; n = watch->nodes[n].next) {
        uint32_t ix = (uint32_t)n / MAX_READS;
        if (!watch->claims[ix].queued) {
            watch->claims[ix].queued = true;
            watch->dirty[watch->n_dirty++] = ix;
        }
    }
}

void watch_step(struct watch *watch, const struct world *w)
{
    watch_undone(watch, w, w->journal.step_first, w->journal.n_entries);
}

/* Sets dirty to the claims that the journal's entries concern. */
static void find_dirty(struct watch *watch, const struct world *w, uint32_t first, uint32_t end)
{
    watch->n_dirty = 0;
    for (uint32_t i = first; i < end; i++) {
        int32_t slot = slot_number(watch, w->journal.entries[i].slot);
        if (slot != NOWHERE) {
            mark_dirty(watch, slot);
        }
    }
    for (uint32_t i = 0; i < watch->n_always; i++) {
        watch->dirty[watch->n_dirty++] = watch->always[i];
    }
    for (uint32_t i = 0; i < watch->n_dirty; i++) {
        watch->claims[watch->dirty[i]].queued = false;
    }
}

void watch_undone(struct watch *watch, const struct world *w, uint32_t first, uint32_t end)
{
    find_dirty(watch, w, first, end);
    for (uint32_t i = 0; i < watch->n_dirty; i++) {
        evaluate(watch, watch->dirty[i], w);
    }
}

void watch_keep(struct watch *watch)
{
    watch->keep = true;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

uint32_t watch_try(struct watch *watch, const struct world *w, const struct watch_value **values,
                   bool *grew)
{
    find_dirty(watch, w, w->journal.step_first, w->journal.n_entries);
    uint32_t n = watch->n_dirty;
    qsort(watch->dirty, n, sizeof *watch->dirty, by_number);
    watch->grew = false;
    for (uint32_t i = 0; i < n; i++) {
        watch->values[i] = (struct watch_value){watch->dirty[i], look(watch, watch->dirty[i], w)};
    }
    *values = watch->values;
    *grew = watch->grew;
    return n;
}

uint64_t watch_broken_by(const struct watch *watch, const struct watch_value *values, uint32_t n)
{
    uint64_t broken = 0;
    for (uint32_t i = 0; i < n; i++) {
        const struct claim *claim = &watch->claims[values[i].claim];
        if (values[i].fails && !claim->fails && watch->failing[claim->invariant] == 0) {
            broken |= UINT64_C(1) << claim->invariant;
        }
    }
    return broken;
}

void watch_rebuild(struct watch *watch, const struct world *w)
{
    for (uint32_t i = 0; i < watch->n_claims; i++) {
        evaluate(watch, i, w);
    }
}

uint64_t watch_violated(const struct watch *watch)
{
    uint64_t violated = 0;
    for (uint32_t i = 0; i < watch->scenario->n_invariants; i++) {
        violated |= watch->failing[i] != 0 ? UINT64_C(1) << i : 0;
    }
    return violated;
}

/* ---- life ---- */

static uint32_t n_claims_of(const struct predicate *p)
{
    return p->element.n == 0 ? 1 : p->hi > p->lo ? (uint32_t)(p->hi - p->lo) : 0;
}

struct watch *watch_create(const struct scenario *s)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < s->n_invariants; i++) {
        n += n_claims_of(&s->invariants[i]);
    }
    if (n == 0) {
        return NULL;
    }
    struct watch *watch = mem_alloc(1, sizeof *watch);
    watch->scenario = s;
    number_slots(watch, &s->layout.shape);
    watch->claims = mem_alloc(n, sizeof *watch->claims);
    watch->nodes = mem_alloc((size_t)n * MAX_READS, sizeof *watch->nodes);
    watch->dirty = mem_alloc(n, sizeof *watch->dirty);
    watch->always = mem_alloc(n, sizeof *watch->always);
    watch->values = mem_alloc(n, sizeof *watch->values);
    watch->first = mem_alloc(watch->n_slots, sizeof *watch->first);
    for (uint32_t i = 0; i < watch->n_slots; i++) {
        watch->first[i] = NOWHERE;
    }
    for (size_t i = 0; i < (size_t)n * MAX_READS; i++) {
        watch->nodes[i].slot = NOWHERE;
    }
    for (uint32_t i = 0; i < s->n_invariants; i++) {
        const struct predicate *p = &s->invariants[i];
        bool whole = p->element.n == 0;
        for (uint32_t k = 0; k < n_claims_of(p); k++) {
            watch->claims[watch->n_claims++] =
                (struct claim){.code = whole ? &p->code : &p->element,
                               .index = whole ? 0 : p->lo + (int32_t)k,
                               .invariant = (uint8_t)i};
        }
    }
    return watch;
}

void watch_free(struct watch *watch)
{
    if (watch == NULL) {
        return;
    }
    free(watch->claims);
    free(watch->nodes);
    free(watch->dirty);
    free(watch->always);
    free(watch->values);
    free(watch->first);
    free(watch);
}
