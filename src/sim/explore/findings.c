/*
 * Endings by name, findings by key.
 *
 * Two findings are the same if threads, lines and objects are; nothing that differs from schedule
 * to schedule is in a key. The sentence is written when a key is met first. A race is told by its
 * two source lines and what they meet in, not by the file: a loop over 1000 files has one race, not
 * a thousand.
 */
#include "sim/explore/findings.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"
#include "sim/report/pen.h"
#include "sim/report/text.h"
#include "sim/report/text_finding.h"
#include "sim/stepper/happens.h"

enum { FIRST_SIZE = 64, ENDING_SIZE = 65536 };

/* ---- registry ---- */

void registry_init(struct registry *r)
{
    *r = (struct registry){.mask = FIRST_SIZE - 1};
    r->slots = mem_alloc(FIRST_SIZE, sizeof *r->slots);
}

void registry_release(struct registry *r)
{
    for (uint32_t i = 0; i < r->n; i++) {
        free(r->items[i].text);
        free(r->items[i].key);
    }
    free(r->slots);
    free(r->items);
    free(r->scratch);
}

static uint64_t registry_probe(const struct registry *r, const void *key, size_t size, uint8_t kind)
{
    uint64_t at = XXH3_64bits_withSeed(key, size, kind) & r->mask;
    while (r->slots[at] != 0) {
        const struct registry_item *item = &r->items[r->slots[at] - 1];
        if (item->kind == kind && item->size == size && memcmp(item->key, key, size) == 0) {
            break;
        }
        at = (at + 1) & r->mask;
    }
    return at;
}

static void registry_grow(struct registry *r)
{
    free(r->slots);
    r->mask = 2 * r->mask + 1;
    r->slots = mem_alloc(r->mask + 1, sizeof *r->slots);
    for (uint32_t i = 0; i < r->n; i++) {
        const struct registry_item *item = &r->items[i];
        r->slots[registry_probe(r, item->key, item->size, item->kind)] = i + 1;
    }
}

/* Number of the item with this key; a new one has no text yet. */
static uint32_t registry_find(struct registry *r, const void *key, size_t size, uint8_t kind)
{
    if (2 * ((uint64_t)r->n + 1) > r->mask) {
        registry_grow(r);
    }
    uint64_t at = registry_probe(r, key, size, kind);
    if (r->slots[at] == 0) {
        r->items = mem_grow(r->items, r->n, &r->capacity, sizeof *r->items);
        struct registry_item *item = &r->items[r->n];
        *item = (struct registry_item){.size = size, .kind = kind, .key = mem_alloc(size + 1, 1)};
        memcpy(item->key, key, size);
        r->slots[at] = ++r->n;
    }
    return r->slots[at] - 1;
}

uint32_t registry_take(struct registry *into, const struct registry *from, uint32_t ix)
{
    const struct registry_item *item = &from->items[ix];
    uint32_t n = into->n, number = registry_find(into, item->key, item->size, item->kind);
    into->items[number].good = (number == n || into->items[number].good) && item->good;
    if (into->items[number].text == NULL) {
        into->items[number].text = mem_text(item->text, strlen(item->text));
    }
    return number;
}

uint32_t registry_add(struct registry *r, const char *text, uint8_t kind)
{
    uint32_t ix = registry_find(r, text, strlen(text), kind);
    if (r->items[ix].text == NULL) {
        r->items[ix].text = mem_text(text, strlen(text));
    }
    return ix;
}

/* ---- endings ---- */

/* How the present end is called. */
static const char *name_of_end(struct registry *endings, const struct machine *m, bool final_states)
{
    if (!final_states && m->scenario->n_endings > 0) {
        int ix = machine_ending(m);
        return ix >= 0 ? m->scenario->endings[ix].name : "other";
    }
    if (endings->scratch == NULL) {
        endings->scratch = mem_alloc(ENDING_SIZE, 1);
    }
    text_final_state(m, endings->scratch, ENDING_SIZE);
    return endings->scratch;
}

uint32_t ending_of(struct registry *endings, const struct machine *m, bool final_states)
{
    uint8_t kind = (uint8_t)machine_verdict(m);
    uint32_t n = endings->n;
    uint32_t ix = registry_add(endings, name_of_end(endings, m, final_states), kind);
    if (ix == n || final_states) { // what tells good from bad may not show in a final state
        endings->items[ix].good = (ix == n || endings->items[ix].good) && machine_ended_well(m);
    }
    return ix;
}

void registry_to_endings(struct registry *r, struct explore_result *out)
{
    out->n_endings = r->n;
    out->endings = mem_alloc(r->n + 1u, sizeof *out->endings);
    for (uint32_t i = 0; i < r->n; i++) {
        struct registry_item *item = &r->items[i];
        out->endings[i] = (struct explore_ending){.name = item->text,
                                                  .kind = (enum verdict)item->kind,
                                                  .goal = item->good,
                                                  .probability = -1};
        item->text = NULL;
    }
}

void registry_to_findings(struct registry *r, struct explore_result *out)
{
    out->n_findings = r->n;
    out->findings = mem_alloc(r->n + 1u, sizeof *out->findings);
    for (uint32_t i = 0; i < r->n; i++) {
        struct registry_item *item = &r->items[i];
        out->findings[i] = (struct explore_finding){.kind = (enum finding_kind)item->kind,
                                                    .text = item->text,
                                                    .key = item->key,
                                                    .key_size = item->size};
        item->text = NULL;
        item->key = NULL;
    }
}

/* ---- findings of a step ---- */

uint32_t invariant_finding(struct registry *findings, const struct scenario *s, uint32_t invariant)
{
    const struct found f = {.kind = FINDING_INVARIANT, .ix = (uint16_t)invariant};
    uint32_t key[MAX_FOUND_KEY];
    unsigned n = found_predicate_key(f, key);
    uint32_t ix = registry_find(findings, key, n * sizeof *key, FINDING_INVARIANT);
    if (findings->items[ix].text == NULL) {
        findings->items[ix].text =
            mem_format("Invariant violated: %s", s->invariants[invariant].text);
    }
    return ix;
}

/* A finding told by its key alone. */
static uint32_t keyed_finding(struct registry *findings, const uint32_t *key, unsigned n,
                              uint8_t kind)
{
    uint32_t ix = registry_find(findings, key, n * sizeof *key, kind);
    if (findings->items[ix].text == NULL) {
        findings->items[ix].text = mem_text("", 0);
    }
    return ix;
}

uint32_t lock_edge_finding(struct registry *findings, struct lock_edge edge)
{
    return keyed_finding(findings, (const uint32_t[2]){edge.held, edge.asked}, 2,
                         FINDING_LOCK_EDGE);
}

uint32_t lock_circle_finding(struct registry *findings, const struct lock_circle *circle)
{
    uint32_t key[MAX_FOUND_KEY];
    return keyed_finding(findings, key, found_circle_key(circle, key), FINDING_VERIFIER);
}

static uint32_t add_found(struct registry *findings, const struct machine *m, struct found f)
{
    uint32_t key[MAX_FOUND_KEY];
    unsigned n = found_key(m, f, key);
    uint32_t ix = 0;
    if (n > 0) {
        ix = registry_find(findings, key, n * sizeof *key, (uint8_t)f.kind);
    }
    if (n == 0 || findings->items[ix].text == NULL) {
        char *text = mem_alloc(FOUND_TEXT, 1);
        size_t length = text_found(m, f, text, FOUND_TEXT);
        if (n == 0) {
            ix = registry_add(findings, text, (uint8_t)f.kind);
        } else {
            findings->items[ix].text = mem_text(text, length);
        }
        free(text);
    }
    return ix;
}

unsigned findings_of(struct registry *findings, const struct machine *m, uint32_t *out,
                     unsigned max)
{
    struct found found[MAX_FOUND];
    unsigned n = found_in_step(m, found);
    n = n < max ? n : max;
    for (unsigned i = 0; i < n; i++) {
        out[i] = add_found(findings, m, found[i]);
    }
    return n;
}

bool is_claim(const struct expectation *e)
{
    return e->kind == EXPECT_ALWAYS || e->kind == EXPECT_SOMETIMES;
}

bool claim_tells(const struct scenario *s, uint32_t expectation, bool holds)
{
    return s->expectations[expectation].kind == EXPECT_ALWAYS ? !holds : holds;
}

uint32_t claim_finding(struct registry *findings, uint32_t expectation)
{
    char number[12];
    struct pen p = pen_on(number, sizeof number);
    pen_printf(&p, "%u", expectation);
    return registry_add(findings, number, FINDING_CLAIM);
}

/* Which always fails at this end and which sometimes holds. */
static unsigned claims_of(struct registry *findings, const struct machine *m, uint32_t *out)
{
    const struct scenario *s = m->scenario;
    unsigned n = 0;
    if (machine_verdict(m) >= VERDICT_BUGCHECK) {
        return 0; // the claims are about ends of every other kind (DESIGN.md 3)
    }
    for (uint32_t i = 0; i < s->n_expectations; i++) {
        const struct expectation *e = &s->expectations[i];
        bool failed;
        if (!is_claim(e)) {
            continue;
        }
        bool holds = vm_evaluate(&e->claim.code, &m->world, &failed) != 0;
        if (failed) {
            out[n++] =
                add_found(findings, m, (struct found){FINDING_FAULT, (uint16_t)i, FOUND_IN_CLAIM});
        }
        if (claim_tells(s, i, holds)) {
            out[n++] = claim_finding(findings, i);
        }
    }
    return n;
}

unsigned end_findings_of(struct registry *findings, const struct machine *m,
                         enum end_predicates predicates, uint32_t *out)
{
    struct found found[MAX_FOUND];
    unsigned n_found = found_at_end(m, found), n = 0;
    for (unsigned i = 0; i < n_found; i++) {
        if (found[i].kind == FINDING_HANG || predicates != END_STATE) {
            out[n++] = add_found(findings, m, found[i]);
        }
    }
    return n + (predicates == END_CLAIMS ? claims_of(findings, m, out + n) : 0);
}

/* ---- races ---- */

void next_step_note(const struct machine *m, struct next_step *out)
{
    const struct step *s = &m->last;
    *out = (struct next_step){.choice = s->choice,
                              .line = s->line,
                              .call = (uint8_t)s->call,
                              .stops = s->outcome != VM_REST && s->outcome != VM_ENDED};
    for (unsigned i = 0; i < s->effect.n_accesses && out->n < MAX_NEXT_ACCESSES; i++) {
        const struct access *a = &s->effect.accesses[i];
        if (can_race(a->object)) {
            out->accesses[out->n++] = (struct next_access){a->object, a->aspect, a->write,
                                                           s->effect.rule == RULE_INTERLOCKED};
        }
    }
}

/* The access of a and the one of b that conflict, at least one of them a write; NULL: none. */
static const struct next_access *conflict(const struct next_step *a, const struct next_step *b)
{
    for (unsigned i = 0; i < a->n; i++) {
        for (unsigned k = 0; k < b->n; k++) {
            const struct next_access *x = &a->accesses[i], *y = &b->accesses[k];
            if (x->object == y->object && x->aspect == y->aspect && (x->write || y->write) &&
                !(x->atomic && y->atomic)) {
                return x;
            }
        }
    }
    return NULL;
}

/* "whether the file exists", "what n is": what the order of the two decides */
static void write_race(struct pen *p, const struct scenario *s, const struct next_step *a,
                       const struct next_step *b, const struct next_access *meet)
{
    pen_printf(p,
               "Race: T%u line %u (%s) and T%u line %u (%s) can both come next, and their order "
               "decides ",
               a->choice.thread + 1u, a->line, nt_call_row(a->call)->verb, b->choice.thread + 1u,
               b->line, nt_call_row(b->call)->verb);
    if (object_kind_of(meet->object) == OBJECT_SHARED) {
        pen_printf(p, "what %s is", s->shared_names[object_ix_of(meet->object)]);
    } else {
        pen_text(p, text_aspect((enum aspect)meet->aspect));
    }
    pen_text(p, ": nothing orders them.");
}

bool race_of(struct registry *findings, const struct scenario *s, const struct next_step *a,
             const struct next_step *b, uint32_t *finding)
{
    const struct next_access *meet = conflict(a, b);
    if (meet == NULL || a->choice.thread == b->choice.thread || (a->stops && b->stops)) {
        return false;
    }
    bool shared = object_kind_of(meet->object) == OBJECT_SHARED;
    const uint32_t key[] = {(uint32_t)a->choice.thread << 24 | (uint32_t)a->call << 16 | a->line,
                            (uint32_t)b->choice.thread << 24 | (uint32_t)b->call << 16 | b->line,
                            shared ? meet->object : meet->aspect};
    *finding = registry_find(findings, key, sizeof key, FINDING_RACE);
    if (findings->items[*finding].text == NULL) {
        char text[TEXT_LINE];
        struct pen p = pen_on(text, sizeof text);
        write_race(&p, s, a, b, meet);
        findings->items[*finding].text = mem_text(text, p.n);
    }
    return true;
}
