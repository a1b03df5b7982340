/*
 * Steps that were made before.
 *
 * Offers and outcomes hang in a trie by what was read. The state of the machine itself and the record of the thread
 * that moves are in every key; they are read first and left out of the traces.
 */
#include "sim/explore/memo.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/memo_parts.h"
#include "sim/lang/mem.h"

enum {
    COUNT_NODES = 0x40000000, // + change: from one record of a directory to another
    SET_BITS = 64,            // of a set of slots
};

/* The bit of a slot in sets that may show more than there is. */
static uint64_t bit_of(uint32_t slot)
{
    return UINT64_C(1) << slot % SET_BITS;
}

/* ---- traces ---- */

static void trace_begin(struct memo *memo)
{
    memo_machine(memo);
    memo->tables->trace.n = 0;
    memo->m->world.trace = &memo->tables->trace;
}

/*
 * Slots that were read since, each once, in order; without those that are in every key, which *reads
 * has too. False: too many.
 */
static bool trace_end(struct memo *memo, thread_ix thread, uint32_t *n, uint64_t *reads)
{
    struct memo_tables *t = memo->tables;
    memo->m->world.trace = NULL;
    *n = 0;
    t->stamp++;
    uint32_t system = t->contents.base[OBJECT_SYSTEM],
             own = t->contents.base[OBJECT_THREAD] + thread;
    t->stamps[system] = t->stamps[own] = t->stamp;
    *reads = bit_of(system) | bit_of(own);
    uint32_t n_read = t->trace.n < t->trace.capacity ? t->trace.n : t->trace.capacity;
    for (uint32_t i = 0; i < n_read; i++) {
        uint32_t slot = contents_slot(&t->contents, t->trace.slots[i]);
        if (t->stamps[slot] != t->stamp) {
            t->stamps[slot] = t->stamp;
            *reads |= bit_of(slot);
            t->trace.slots[(*n)++] = slot; // the list is written over behind the reading
        }
    }
    bool whole = t->trace.n <= t->trace.capacity;
    *reads = whole ? *reads : UINT64_MAX;
    return whole;
}

/* ---- outcomes ---- */

static uint64_t outcome_bytes(const struct memo *memo)
{
    const struct memo_tables *t = memo->tables;
    return memo->capacity_outcomes * sizeof *memo->outcomes +
           t->capacity_writes * sizeof *t->writes + t->capacity_claims * sizeof *t->claims +
           t->capacity_findings * sizeof *t->findings +
           t->capacity_next_steps * sizeof *t->next_steps + t->capacity_offers * sizeof *t->offers +
           t->capacity_roots * sizeof *t->roots + trie_bytes(&t->trie);
}

static void put_write(struct memo_tables *t, uint32_t slot, uint32_t content)
{
    t->writes = mem_grow(t->writes, t->n_writes, &t->capacity_writes, sizeof *t->writes);
    t->writes[t->n_writes++] = (struct write){slot, content};
}

static const unsigned char *old_record(const struct world *w, const struct journal_entry *e)
{
    return w->journal.saved + e->saved;
}

/* The count of files is all that the step changed of this directory, without reading it. */
static bool is_count(const struct memo_tables *t, const struct journal_entry *e)
{
    return object_kind_of(e->slot) == OBJECT_DIRECTORY &&
           t->stamps[contents_slot(&t->contents, e->slot)] != t->stamp;
}

static int32_t count_change(const struct world *w, const struct journal_entry *e)
{
    struct directory before, after;
    memcpy(&before, old_record(w, e), sizeof before);
    memcpy(&after, w->block + e->offset, sizeof after);
    return (int32_t)(after.n_files - before.n_files);
}

/* Reads the writes of the step made last off the journal. */
static void take_writes(struct memo *memo, uint32_t first, struct outcome *o)
{
    struct memo_tables *t = memo->tables;
    const struct world *w = &memo->m->world;
    o->writes = t->n_writes;
    for (uint32_t i = first; i < w->journal.n_entries; i++) {
        const struct journal_entry *e = &w->journal.entries[i];
        if (!is_count(t, e) && memcmp(old_record(w, e), w->block + e->offset, e->size) != 0) {
            uint32_t slot = contents_slot(&t->contents, e->slot);
            uint32_t n = t->contents.n;
            uint32_t content = contents_number(&t->contents, slot, w->block + e->offset);
            if (content == n && memo->see != NULL && object_kind_of(e->slot) == OBJECT_THREAD) {
                memo->see(memo->see_context, (thread_ix)object_ix_of(e->slot), content);
            }
            put_write(t, slot, content);
            o->changes |= bit_of(slot);
            const struct fingerprint *now = &t->contents.items[content].mix;
            const struct fingerprint *old = &t->contents.items[t->present[slot]].mix;
            o->change.low += now->low - old->low;
            o->change.high += now->high - old->high;
            o->n_writes++;
        }
    }
    for (uint32_t i = first; i < w->journal.n_entries; i++) {
        const struct journal_entry *e = &w->journal.entries[i];
        int32_t change = is_count(t, e) ? count_change(w, e) : 0;
        if (change != 0) {
            put_write(t, contents_slot(&t->contents, e->slot), (uint32_t)change);
            o->changes |= bit_of(contents_slot(&t->contents, e->slot));
            o->n_counts++;
        }
    }
}

/* What the step made last shows and touches; the world is still as it left it. */
static void take_findings(struct memo *memo, struct outcome *o)
{
    struct memo_tables *t = memo->tables;
    uint32_t found[MAX_STEP_FINDINGS];
    unsigned n = findings_of(memo->findings, memo->m, found, MAX_FOUND);
    object_ref asked = memo->m->last.effect.asked;
    o->findings = t->n_findings;
    o->n_findings = (uint8_t)n;
    o->asked =
        asked != 0 && lock_circles_possible(memo->m->scenario) ? object_ix_of(asked) + 1u : 0;
    o->thread = memo->m->last.choice.thread;
    for (unsigned i = 0; i < n; i++) {
        t->findings =
            mem_grow(t->findings, t->n_findings, &t->capacity_findings, sizeof *t->findings);
        t->findings[t->n_findings++] = found[i];
    }
    struct next_step next;
    next_step_note(memo->m, &next);
    if (next.n > 0) {
        t->next_steps = mem_grow(t->next_steps, t->n_next_steps, &t->capacity_next_steps,
                                 sizeof *t->next_steps);
        t->next_steps[t->n_next_steps++] = next;
        o->next_step = t->n_next_steps;
    }
    for (unsigned i = 0; i < next.n; i++) {
        o->touches |= UINT64_C(1) << (next.accesses[i].object * 0x9e3779b1u >> 26);
    }
    enum vm_outcome how = memo->m->last.outcome;
    o->stopped = how != VM_REST && how != VM_ENDED;
}

static void take_claims(struct memo *memo, struct outcome *o)
{
    struct memo_tables *t = memo->tables;
    const struct watch_value *values;
    bool grew;
    o->claims = t->n_claims;
    if (t->watch == NULL) {
        return;
    }
    uint32_t n = watch_try(t->watch, &memo->m->world, &values, &grew);
    for (uint32_t i = 0; i < n; i++) {
        t->claims = mem_grow(t->claims, t->n_claims, &t->capacity_claims, sizeof *t->claims);
        t->claims[t->n_claims++] = values[i];
    }
    o->n_claims = n;
    memo->must_trim |= grew;
}

static uint32_t add_outcome(struct memo *memo, const struct outcome *o)
{
    memo->outcomes = mem_grow(memo->outcomes, memo->n_outcomes, &memo->capacity_outcomes,
                              sizeof *memo->outcomes);
    memo->outcomes[memo->n_outcomes] = *o;
    return memo->n_outcomes++;
}

/* Makes the step, keeps what came of it, and takes it back. */
static uint32_t make_outcome(struct memo *memo, struct choice c, uint32_t *root)
{
    struct memo_tables *t = memo->tables;
    struct outcome o = {.writes = 0};
    struct machine_mark mark;
    uint32_t n_reads;
    trace_begin(memo);
    machine_push(memo->m, c, &mark);
    take_findings(memo, &o);
    take_claims(memo, &o);
    bool whole = trace_end(memo, c.thread, &n_reads, &o.reads);
    take_writes(memo, mark.n_entries, &o);
    machine_pop(memo->m, &mark);
    uint32_t ix = add_outcome(memo, &o);
    if (whole) {
        *root = trie_hang(&t->trie, *root, t->trace.slots, n_reads, ix, t->present);
    }
    memo->must_trim |= outcome_bytes(memo) > MEMO_BYTES;
    return ix;
}

/* ---- offers ---- */

/* Where what thread t can do hangs: by the machine's own state, then by the thread's record. */
static uint32_t make_offer(struct memo *memo, thread_ix thread, uint32_t *value)
{
    struct memo_tables *t = memo->tables;
    struct choice choices[MAX_CHOICES];
    uint32_t n_reads;
    trace_begin(memo);
    unsigned n = machine_thread_choices(memo->m, thread, choices);
    uint64_t reads;
    bool whole = trace_end(memo, thread, &n_reads, &reads);
    assert(whole);
    (void)whole;
    t->offers = mem_grow(t->offers, t->n_offers, &t->capacity_offers, sizeof *t->offers);
    t->offers[t->n_offers] = (struct offer){t->n_roots, n, reads};
    for (unsigned i = 0; i < n; i++) {
        t->roots = mem_grow(t->roots, t->n_roots, &t->capacity_roots, sizeof *t->roots);
        t->roots[t->n_roots++] = (struct root){choices[i], 0};
    }
    *value = trie_hang(&t->trie, *value, t->trace.slots, n_reads, t->n_offers, t->present);
    if (n_reads == 0 && t->present[t->contents.base[OBJECT_SYSTEM]] == t->start_system) {
        uint32_t slot = contents_slot(&t->contents, object_make(OBJECT_THREAD, thread));
        t->contents.items[t->present[slot]].offer = t->n_offers + 1;
    }
    return t->n_offers++;
}

/* Node of thread t in the machine's present state. */
static uint32_t thread_node(struct memo_tables *t, thread_ix thread)
{
    uint32_t system = t->present[t->contents.base[OBJECT_SYSTEM]];
    if (system == t->start_system) {
        return thread;
    }
    uint32_t known = trie_way(&t->trie, thread, system);
    if (known != 0) {
        return trie_ix(known);
    }
    uint32_t node =
        trie_new_node(&t->trie, contents_slot(&t->contents, object_make(OBJECT_THREAD, thread)));
    trie_set_way(&t->trie, thread, system, trie_value(TRIE_NODE, node));
    return node;
}

static uint32_t offer_of(struct memo *memo, thread_ix thread)
{
    struct memo_tables *t = memo->tables;
    uint32_t content = t->present[t->contents.base[OBJECT_THREAD] + thread];
    uint32_t known = t->contents.items[content].offer;
    if (known != 0 && t->present[t->contents.base[OBJECT_SYSTEM]] == t->start_system) {
        return known - 1; // nearly always
    }
    uint32_t node = thread_node(t, thread);
    uint32_t value = trie_way(&t->trie, node, content);
    uint32_t found = trie_descend(&t->trie, value, t->present);
    if (found != 0) {
        return trie_ix(found);
    }
    uint32_t offer = make_offer(memo, thread, &value);
    trie_set_way(&t->trie, node, content, value);
    return offer;
}

unsigned memo_options(struct memo *memo, thread_ix thread, struct option *out, uint64_t *reads)
{
    struct memo_tables *t = memo->tables;
    uint32_t ix = offer_of(memo, thread);
    struct offer offer = t->offers[ix];
    *reads = offer.reads;
    for (uint32_t k = 0; k < offer.n; k++) {
        const struct root *root = &t->roots[offer.first + k];
        uint32_t found = trie_descend(&t->trie, root->value, t->present);
        out[k] = (struct option){root->choice, trie_ix(found)};
        if (found == 0) {
            uint32_t value = root->value;
            out[k].outcome = make_outcome(memo, root->choice, &value);
            t->roots[offer.first + k].value = value;
        }
        *reads |= memo->outcomes[out[k].outcome].reads;
    }
    return offer.n;
}

/* ---- up and down ---- */

/* The directory's record with so many files more. */
static uint32_t add_count_change(struct memo *memo, uint32_t slot, uint32_t content, int32_t change)
{
    struct memo_tables *t = memo->tables;
    uint32_t node = COUNT_NODES + (uint32_t)change;
    uint32_t known = trie_way(&t->trie, node, content);
    if (known != 0) {
        return trie_ix(known);
    }
    struct directory directory;
    memcpy(&directory, contents_record(&t->contents, content), sizeof directory);
    directory.n_files += (uint32_t)change;
    uint32_t after = contents_number(&t->contents, slot, (const unsigned char *)&directory);
    trie_set_way(&t->trie, node, content, trie_value(TRIE_RESULT, after));
    return after;
}

static bool is_stop(const struct memo_tables *t, uint32_t content)
{
    struct system_state system;
    memcpy(&system, contents_record(&t->contents, content), sizeof system);
    return system.stop != STOP_NONE;
}

bool memo_stopped(const struct memo *memo)
{
    const struct memo_tables *t = memo->tables;
    uint32_t content = t->present[t->contents.base[OBJECT_SYSTEM]];
    return content == t->start_system ? t->start_stops : is_stop(t, content);
}

static void hold(struct memo *memo, uint32_t slot)
{
    struct memo_tables *t = memo->tables;
    if (t->held[slot] != t->present[slot]) {
        t->held[slot] = t->present[slot];
        memcpy(memo->m->world.block + t->contents.slots[slot].offset,
               contents_record(&t->contents, t->present[slot]), t->contents.slots[slot].size);
    }
}

struct machine *memo_machine(struct memo *memo)
{
    struct memo_tables *t = memo->tables;
    for (; t->stale != 0; t->stale &= t->stale - 1) {
        uint32_t first = (uint32_t)__builtin_ctzll(t->stale);
        for (uint32_t slot = first; slot < t->contents.n_slots; slot += SET_BITS) {
            hold(memo, slot);
        }
    }
    return memo->m;
}

/* Makes room for n changes and returns it. */
static inline struct undo *reserve_undo(struct memo_tables *t, uint32_t n)
{
    while (t->n_undo + n > t->capacity_undo) {
        t->undo = mem_grow_list(t->undo, &t->capacity_undo, sizeof *t->undo);
    }
    return t->undo + t->n_undo;
}

/* Notes in *undo what the slot held before. The block follows when somebody looks at it. */
static void change_content(struct memo_tables *t, struct undo *undo, uint32_t slot,
                           uint32_t content)
{
    *undo = (struct undo){slot, t->present[slot]};
    t->present[slot] = content;
    t->stale |= bit_of(slot);
}

static void set_claims(struct memo_tables *t, const struct watch_value *values, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        bool before = watch_set(t->watch, values[i]);
        if (before != values[i].fails) {
            t->claim_undo = mem_grow(t->claim_undo, t->n_claim_undo, &t->capacity_claim_undo,
                                     sizeof *t->claim_undo);
            t->claim_undo[t->n_claim_undo++] = (struct watch_value){values[i].claim, before};
        }
    }
}

void memo_apply(struct memo *memo, uint32_t outcome, struct memo_mark *mark)
{
    struct memo_tables *t = memo->tables;
    const struct outcome *o = &memo->outcomes[outcome];
    const struct write *write = &t->writes[o->writes], *counts = write + o->n_writes;
    uint32_t n = (uint32_t)o->n_writes + o->n_counts;
    struct undo *undo = reserve_undo(t, n);
    *mark = (struct memo_mark){t->n_undo, t->n_claim_undo, memo->fingerprint};
    memo->fingerprint = memo_after(memo, outcome);
    t->n_undo += n;
    uint32_t *present = t->present;
    t->stale |= o->changes;
    for (; write < counts; write++, undo++) {
        *undo = (struct undo){write->slot, present[write->slot]};
        present[write->slot] = write->content;
    }
    for (const struct write *end = counts + o->n_counts; write < end; write++) {
        uint32_t before = t->present[write->slot];
        change_content(t, undo++, write->slot,
                       add_count_change(memo, write->slot, before, (int32_t)write->content));
    }
    if (o->n_claims > 0) {
        set_claims(t, &t->claims[o->claims], o->n_claims);
    }
}

void memo_undo(struct memo *memo, const struct memo_mark *mark)
{
    struct memo_tables *t = memo->tables;
    const struct undo *first = t->undo + mark->n_undo;
    uint32_t *present = t->present;
    uint64_t stale = 0;
    for (const struct undo *u = t->undo + t->n_undo; u-- > first;) {
        present[u->slot] = u->content;
        stale |= bit_of(u->slot);
    }
    t->stale |= stale;
    t->n_undo = mark->n_undo;
    while (t->n_claim_undo > mark->n_claim_undo) {
        watch_set(t->watch, t->claim_undo[--t->n_claim_undo]);
    }
    memo->fingerprint = mark->fingerprint;
}

/* ---- folding ---- */

/* The file that a content is, or all zeros; a file with an open handle cannot be cleared. */
static struct file_slot file_of(const struct memo_tables *t, uint32_t content)
{
    struct file_slot file;
    memcpy(&file, contents_record(&t->contents, content), sizeof file);
    return file;
}

void memo_clear(struct memo *memo, name_ix name)
{
    static const struct file_slot nothing;
    struct memo_tables *t = memo->tables;
    uint32_t slot = t->contents.base[OBJECT_NAME] + name, old = t->present[slot];
    uint32_t new = contents_number(&t->contents, slot, (const unsigned char *)&nothing);
    struct file_slot file = file_of(t, old);
    if (new == old || file.n_handles > 0) {
        return;
    }
    const struct world_shape *shape = &memo->m->world.layout->shape;
    directory_ix d = name < shape->n_names ? shape->names[name].parent : NO_INDEX;
    struct undo *undo = reserve_undo(t, 2);
    if ((file.flags & FILE_EXISTS) != 0 && d != NO_INDEX) {
        uint32_t at = contents_slot(&t->contents, object_make(OBJECT_DIRECTORY, d));
        change_content(t, undo++, at, add_count_change(memo, at, t->present[at], -1));
        t->n_undo++;
    }
    memo->fingerprint.low -= t->contents.items[old].mix.low; // a record of zeros adds nothing
    memo->fingerprint.high -= t->contents.items[old].mix.high;
    change_content(t, undo, slot, new);
    t->n_undo++;
}

/* What the slot holds behind the outcome. */
static uint32_t content_after(const struct memo_tables *t, const struct outcome *o, uint32_t slot)
{
    for (uint32_t i = 0; i < o->n_writes; i++) {
        if (t->writes[o->writes + i].slot == slot) {
            return t->writes[o->writes + i].content;
        }
    }
    return t->present[slot];
}

struct fingerprint memo_cleared(const struct memo *memo, uint32_t outcome, const name_ix *names,
                                uint32_t n, struct fingerprint after)
{
    const struct memo_tables *t = memo->tables;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t content =
            content_after(t, &memo->outcomes[outcome], t->contents.base[OBJECT_NAME] + names[i]);
        if (file_of(t, content).n_handles == 0) {
            after.low -= t->contents.items[content].mix.low;
            after.high -= t->contents.items[content].mix.high;
        }
    }
    return after;
}

uint32_t memo_thread_after(const struct memo *memo, uint32_t outcome, thread_ix thread)
{
    const struct memo_tables *t = memo->tables;
    return content_after(t, &memo->outcomes[outcome], t->contents.base[OBJECT_THREAD] + thread);
}

void memo_watch_threads(struct memo *memo,
                        void (*see)(void *context, thread_ix t, uint32_t content), void *context)
{
    const struct memo_tables *t = memo->tables;
    memo->see = see;
    memo->see_context = context;
    for (thread_ix k = 0; k < memo->m->world.layout->shape.n_threads; k++) {
        see(context, k, t->present[t->contents.base[OBJECT_THREAD] + k]);
    }
}

/* ---- forgetting ---- */

uint64_t memo_bytes(const struct memo *memo)
{
    const struct memo_tables *t = memo->tables;
    return outcome_bytes(memo) + contents_bytes(&t->contents) +
           t->contents.n_slots * 2 * sizeof *t->present + t->capacity_undo * sizeof *t->undo +
           memo->m->world.layout->size;
}

/* An empty trie with the threads' nodes. */
static void plant(struct memo_tables *t, uint32_t n_threads)
{
    t->n_offers = t->n_roots = 0;
    t->n_writes = t->n_claims = t->n_findings = t->n_next_steps = 0;
    trie_init(&t->trie);
    for (uint32_t k = 0; k < n_threads; k++) {
        trie_new_node(&t->trie, contents_slot(&t->contents, object_make(OBJECT_THREAD, k)));
    }
}

/* An outcome of the old tables, put into the new pools. */
static uint32_t keep_outcome(struct memo *memo, const struct memo_tables *old, struct outcome o)
{
    struct memo_tables *t = memo->tables;
    uint32_t writes = o.writes, claims = o.claims, findings = o.findings;
    o.writes = t->n_writes;
    for (uint32_t i = 0; i < (uint32_t)o.n_writes + o.n_counts; i++) {
        put_write(t, old->writes[writes + i].slot, old->writes[writes + i].content);
    }
    o.claims = t->n_claims;
    for (uint32_t i = 0; i < o.n_claims; i++) {
        t->claims = mem_grow(t->claims, t->n_claims, &t->capacity_claims, sizeof *t->claims);
        t->claims[t->n_claims++] = old->claims[claims + i];
    }
    o.findings = t->n_findings;
    for (uint32_t i = 0; i < o.n_findings; i++) {
        t->findings =
            mem_grow(t->findings, t->n_findings, &t->capacity_findings, sizeof *t->findings);
        t->findings[t->n_findings++] = old->findings[findings + i];
    }
    if (o.next_step != 0) {
        t->next_steps = mem_grow(t->next_steps, t->n_next_steps, &t->capacity_next_steps,
                                 sizeof *t->next_steps);
        t->next_steps[t->n_next_steps++] = old->next_steps[o.next_step - 1];
        o.next_step = t->n_next_steps;
    }
    return add_outcome(memo, &o);
}

static void free_outcomes(struct memo_tables *t)
{
    trie_release(&t->trie);
    free(t->offers);
    free(t->roots);
    free(t->writes);
    free(t->claims);
    free(t->findings);
    free(t->next_steps);
}

void memo_trim(struct memo *memo, uint32_t **in_use, size_t n)
{
    struct memo_tables *t = memo->tables;
    struct memo_tables old = *t;
    struct outcome *outcomes = memo->outcomes;
    memo->outcomes = NULL;
    memo->n_outcomes = 0;
    memo->capacity_outcomes = 0;
    t->offers = NULL;
    t->roots = NULL;
    t->writes = NULL;
    t->claims = NULL;
    t->findings = NULL;
    t->next_steps = NULL;
    t->capacity_offers = t->capacity_roots = 0;
    t->capacity_writes = t->capacity_claims = t->capacity_findings = t->capacity_next_steps = 0;
    for (uint32_t i = 0; i < t->contents.n; i++) {
        t->contents.items[i].offer = 0;
    }
    memo->must_trim = false;
    memo->age++;
    plant(t, memo->m->world.layout->shape.n_threads);
    for (size_t i = 0; i < n; i++) {
        *in_use[i] = keep_outcome(memo, &old, outcomes[*in_use[i]]);
    }
    free_outcomes(&old);
    free(outcomes);
}

/* ---- life ---- */

struct memo *memo_create(const struct scenario *s, struct registry *findings)
{
    struct memo *memo = mem_alloc(1, sizeof *memo);
    struct memo_tables *t = mem_alloc(1, sizeof *t);
    *memo = (struct memo){.m = machine_create(s, false), .findings = findings, .tables = t};
    contents_init(&t->contents, &s->layout);
    t->present = mem_alloc(t->contents.n_slots, sizeof *t->present);
    t->stamps = mem_alloc(t->contents.n_slots, sizeof *t->stamps);
    t->held = mem_alloc(t->contents.n_slots, sizeof *t->held);
    t->trace = (struct world_trace){.capacity = MAX_TRACE};
    t->trace.slots = mem_alloc(MAX_TRACE, sizeof *t->trace.slots);
    for (uint32_t i = 0; i < t->contents.n_slots; i++) {
        uint32_t content =
            contents_number(&t->contents, i, memo->m->world.block + t->contents.slots[i].offset);
        t->present[i] = t->held[i] = content;
        memo->fingerprint.low += t->contents.items[content].mix.low;
        memo->fingerprint.high += t->contents.items[content].mix.high;
    }
    t->start_system = t->present[t->contents.base[OBJECT_SYSTEM]];
    t->start_stops = is_stop(t, t->start_system);
    t->watch = watch_create(s);
    if (t->watch != NULL) {
        watch_keep(t->watch);
        watch_rebuild(t->watch, &memo->m->world);
    }
    plant(t, s->layout.shape.n_threads);
    return memo;
}

void memo_free(struct memo *memo)
{
    struct memo_tables *t = memo->tables;
    free_outcomes(t);
    free(memo->outcomes);
    contents_release(&t->contents);
    free(t->present);
    free(t->undo);
    free(t->claim_undo);
    free(t->trace.slots);
    free(t->stamps);
    free(t->held);
    watch_free(t->watch);
    machine_free(memo->m);
    free(t);
    free(memo);
}
