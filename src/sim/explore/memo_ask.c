/*
 * What is asked of outcomes: what they would show, touch and change.
 */
#include <string.h>

#include "sim/explore/memo_parts.h"

static unsigned add_invariants(struct memo *memo, uint64_t broken, uint32_t *out)
{
    unsigned n = 0;
    for (uint32_t i = 0; broken != 0; i++, broken >>= 1) {
        if ((broken & 1) != 0) {
            out[n++] = invariant_finding(memo->findings, memo->m->scenario, i);
        }
    }
    return n;
}

static bool owns(const struct memo_tables *t, uint32_t content, thread_ix thread)
{
    struct resource_row row;
    size_t at = sizeof(struct eresource) + thread * sizeof row;
    memcpy(&row, contents_record(&t->contents, content) + at, sizeof row);
    return row.owner_count != 0;
}

/*
 * The locks that a step which asks for one finds held by its thread. They are no part of what the step depends on, so
 * they are looked up where it is made.
 */
static unsigned add_lock_edges(struct memo *memo, const struct outcome *o, uint32_t *out)
{
    const struct memo_tables *t = memo->tables;
    resource_ix asked = (resource_ix)(o->asked - 1u);
    unsigned n = 0;
    for (resource_ix h = 0; h < memo->m->world.layout->shape.n_resources; h++) {
        if (h != asked && owns(t, t->present[t->contents.base[OBJECT_RESOURCE] + h], o->thread)) {
            out[n++] = lock_edge_finding(memo->findings, (struct lock_edge){h, asked});
        }
    }
    return n;
}

unsigned memo_findings(struct memo *memo, uint32_t outcome, uint32_t *out)
{
    const struct memo_tables *t = memo->tables;
    const struct outcome *o = &memo->outcomes[outcome];
    unsigned n = o->n_findings;
    for (unsigned i = 0; i < n; i++) {
        out[i] = t->findings[o->findings + i];
    }
    if (o->n_claims > 0) {
        uint64_t broken = watch_broken_by(t->watch, t->claims + o->claims, o->n_claims);
        n += add_invariants(memo, broken, out + n);
    }
    if (o->asked > 0) {
        n += add_lock_edges(memo, o, out + n);
    }
    return n;
}

unsigned memo_start_findings(struct memo *memo, uint32_t *out)
{
    unsigned n = findings_of(memo->findings, memo->m, out, MAX_STEP_FINDINGS);
    if (memo->tables->watch != NULL) {
        n += add_invariants(memo, watch_violated(memo->tables->watch), out + n);
    }
    return n;
}

const struct next_step *memo_next_step(const struct memo *memo, uint32_t outcome)
{
    uint32_t ix = memo->outcomes[outcome].next_step;
    return ix == 0 ? NULL : &memo->tables->next_steps[ix - 1];
}

uint32_t memo_content(const struct memo *memo, object_ref slot)
{
    return memo->tables->present[contents_slot(&memo->tables->contents, slot)];
}

static uint32_t files_in(const struct memo_tables *t, uint32_t content)
{
    struct directory directory;
    memcpy(&directory, contents_record(&t->contents, content), sizeof directory);
    return directory.n_files;
}

int32_t memo_count_change(const struct memo *memo, uint32_t outcome, directory_ix d)
{
    const struct memo_tables *t = memo->tables;
    const struct outcome *o = &memo->outcomes[outcome];
    uint32_t slot = contents_slot(&t->contents, object_make(OBJECT_DIRECTORY, d));
    for (uint32_t i = 0; i < o->n_writes; i++) {
        struct write w = t->writes[o->writes + i];
        if (w.slot == slot) { // it was read, so the outcome knows what it held
            return (int32_t)(files_in(t, w.content) - files_in(t, t->present[slot]));
        }
    }
    for (uint32_t i = 0; i < o->n_counts; i++) {
        struct write w = t->writes[o->writes + o->n_writes + i];
        if (w.slot == slot) {
            return (int32_t)w.content;
        }
    }
    return 0;
}
