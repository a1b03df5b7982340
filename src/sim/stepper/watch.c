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

static void file_claim(struct watch *watch, uint32_t ix, const struct vm_reads *reads)
{
    struct claim *claim = &watch->claims[ix];
    int32_t base = (int32_t)(ix * MAX_READS);
    if (claim->everything) {
        return;
    }
    for (int32_t k = 0; k < MAX_READS; k++) {
        unlink_node(watch, base + k);
    }
    if (reads->n > MAX_READS) {
        claim->everything = true;
        watch->always[watch->n_always++] = ix;
        return;
    }
    for (uint32_t k = 0; k < reads->n; k++) {
        int32_t slot = slot_number(watch, reads->objects[k]);
        if (slot != NOWHERE) {
            link_node(watch, base + (int32_t)k, slot);
        }
    }
}

static void evaluate(struct watch *watch, uint32_t ix, const struct world *w)
{
    struct claim *claim = &watch->claims[ix];
    struct vm_reads reads = {.n = 0};
    bool failed;
    bool fails = vm_evaluate_at(claim->code, w, claim->index, &reads, &failed) == 0;
    file_claim(watch, ix, &reads);
    if (fails != claim->fails) {
        claim->fails = fails;
        watch->failing[claim->invariant] += fails ? 1u : UINT32_MAX;
    }
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

void watch_undone(struct watch *watch, const struct world *w, uint32_t first, uint32_t end)
{
    watch->n_dirty = 0;
    for (uint32_t i = first; i < end; i++) {
        int32_t slot = slot_number(watch, w->journal.entries[i].slot);
        if (slot != NOWHERE) {
            mark_dirty(watch, slot);
        }
    }
    for (uint32_t i = 0; i < watch->n_dirty; i++) {
        watch->claims[watch->dirty[i]].queued = false;
        evaluate(watch, watch->dirty[i], w);
    }
    for (uint32_t i = 0; i < watch->n_always; i++) {
        evaluate(watch, watch->always[i], w);
    }
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
    free(watch->first);
    free(watch);
}
