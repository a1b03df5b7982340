/*
 * Endings and findings by text.
 *
 * Two things are the same finding if their sentences are: the sentence names threads, lines and
 * objects, and nothing that differs from schedule to schedule. A race is named by its two source
 * lines and what they meet in, not by the file: a loop over 1000 files has one race, not a
 * thousand.
 */
#include "sim/explore/findings.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"
#include "sim/report/pen.h"
#include "sim/report/text.h"

enum { FIRST_SIZE = 64, ENDING_SIZE = 65536 };

/* ---- registry ---- */

void registry_init(struct registry *r)
{
    *r = (struct registry){.mask = FIRST_SIZE - 1};
    r->slots = mem_alloc(FIRST_SIZE, sizeof *r->slots);
}

void registry_release(struct registry *r)
{
    free(r->slots);
    free(r->texts);
    free(r->kinds);
    free(r->scratch);
}

static uint64_t registry_probe(const struct registry *r, const char *text, uint8_t kind)
{
    uint64_t at = XXH3_64bits_withSeed(text, strlen(text), kind) & r->mask;
    while (r->slots[at] != 0 &&
           (r->kinds[r->slots[at] - 1] != kind || strcmp(r->texts[r->slots[at] - 1], text) != 0)) {
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
        r->slots[registry_probe(r, r->texts[i], r->kinds[i])] = i + 1;
    }
}

uint32_t registry_add(struct registry *r, const char *text, uint8_t kind)
{
    if (2 * ((uint64_t)r->n + 1) > r->mask) {
        registry_grow(r);
    }
    uint64_t at = registry_probe(r, text, kind);
    if (r->slots[at] == 0) {
        r->texts = mem_grow(r->texts, r->n, &r->capacity, sizeof *r->texts);
        r->kinds = mem_grow(r->kinds, r->n, &r->capacity_kinds, sizeof *r->kinds);
        r->texts[r->n] = mem_text(text, strlen(text));
        r->kinds[r->n] = kind;
        r->slots[at] = ++r->n;
    }
    return r->slots[at] - 1;
}

/* ---- endings ---- */

uint32_t ending_of(struct registry *endings, const struct machine *m, bool final_states)
{
    enum verdict kind = machine_verdict(m);
    if (!final_states && m->scenario->n_endings > 0) {
        int ix = machine_ending(m);
        const char *name = ix >= 0 ? m->scenario->endings[ix].name : "other";
        return registry_add(endings, name, (uint8_t)kind);
    }
    if (endings->scratch == NULL) {
        endings->scratch = mem_alloc(ENDING_SIZE, 1);
    }
    text_final_state(m, endings->scratch, ENDING_SIZE);
    return registry_add(endings, endings->scratch, (uint8_t)kind);
}

static bool is_goal(const struct scenario *s, const char *name, enum verdict kind)
{
    bool any = false;
    for (uint32_t i = 0; i < s->n_endings; i++) {
        any |= s->endings[i].goal;
        if (s->endings[i].goal && strcmp(s->endings[i].name, name) == 0) {
            return kind == VERDICT_FINISHED || kind == VERDICT_HANG || kind == VERDICT_DEADLOCK;
        }
    }
    return !any && kind == VERDICT_FINISHED;
}

void registry_to_endings(struct registry *r, const struct scenario *s, struct explore_result *out)
{
    out->n_endings = r->n;
    out->endings = mem_alloc(r->n + 1u, sizeof *out->endings);
    for (uint32_t i = 0; i < r->n; i++) {
        out->endings[i] = (struct explore_ending){
            .name = r->texts[i], .kind = (enum verdict)r->kinds[i], .probability = -1};
        out->endings[i].goal = is_goal(s, r->texts[i], (enum verdict)r->kinds[i]);
    }
}

void registry_to_findings(struct registry *r, struct explore_result *out)
{
    out->n_findings = r->n;
    out->findings = mem_alloc(r->n + 1u, sizeof *out->findings);
    for (uint32_t i = 0; i < r->n; i++) {
        out->findings[i] =
            (struct explore_finding){.kind = (enum finding_kind)r->kinds[i], .text = r->texts[i]};
    }
}

/* ---- findings of a step ---- */

unsigned findings_of(struct registry *findings, const struct machine *m, uint32_t *out,
                     unsigned max)
{
    const struct step *s = &m->last;
    bool stopped = s->outcome != VM_REST && s->outcome != VM_ENDED;
    if (s->cycle.n == 0 && s->effect.n_verifier == 0 && s->invariants == 0 && !stopped) {
        return 0; // nearly always
    }
    struct finding found[MAX_FINDINGS];
    unsigned n_found = text_findings(m, s, found, MAX_FINDINGS), n = 0;
    for (unsigned i = 0; i < n_found && n < max; i++) {
        if (found[i].kind != FINDING_INVARIANT) { // that list is cut for display; all of them count
            out[n++] = registry_add(findings, found[i].text, (uint8_t)found[i].kind);
        }
    }
    for (uint32_t i = 0; i < m->scenario->n_invariants && n < max; i++) {
        if ((s->invariants >> i & 1) != 0) {
            char *text = mem_format("Invariant violated: %s", m->scenario->invariants[i].text);
            out[n++] = registry_add(findings, text, FINDING_INVARIANT);
            free(text);
        }
    }
    return n;
}

unsigned claims_of(struct registry *findings, const struct machine *m, uint32_t *out, unsigned max)
{
    const struct scenario *s = m->scenario;
    unsigned n = 0;
    if (machine_verdict(m) >= VERDICT_BUGCHECK) {
        return 0; // the claims are about ends of every other kind (DESIGN.md 3)
    }
    for (uint32_t i = 0; i < s->n_expectations && n < max; i++) {
        const struct expectation *e = &s->expectations[i];
        bool failed, always = e->kind == EXPECT_ALWAYS;
        if (!always && e->kind != EXPECT_SOMETIMES) {
            continue;
        }
        bool holds = vm_evaluate(&e->claim.code, &m->world, &failed) != 0;
        if (holds != always) {
            char number[12];
            struct pen p = pen_on(number, sizeof number);
            pen_printf(&p, "%u", i);
            out[n++] = registry_add(findings, number, FINDING_CLAIM);
        }
    }
    return n;
}

/* ---- races ---- */

static bool can_race(object_ref object)
{
    return object_kind_of(object) == OBJECT_NAME || object_kind_of(object) == OBJECT_SHARED;
}

void next_step_note(const struct machine *m, struct next_step *out)
{
    const struct step *s = &m->last;
    *out = (struct next_step){.choice = s->choice, .line = s->line, .call = (uint8_t)s->call};
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

bool race_of(struct registry *findings, const struct scenario *s, const struct next_step *a,
             const struct next_step *b, uint32_t *finding)
{
    static const char *const about[] = {[ASPECT_STATE] = "",
                                        [ASPECT_EXISTENCE] = "whether the file exists",
                                        [ASPECT_SHARE] = "who has the file open",
                                        [ASPECT_DATA] = "the file's data"};
    const struct next_access *meet = conflict(a, b);
    if (meet == NULL || a->choice.thread == b->choice.thread) {
        return false;
    }
    char text[TEXT_LINE];
    struct pen p = pen_on(text, sizeof text);
    pen_printf(&p,
               "Race: T%u line %u (%s) and T%u line %u (%s) can both come next, and their order "
               "decides about ",
               a->choice.thread + 1u, a->line, nt_call_row(a->call)->verb, b->choice.thread + 1u,
               b->line, nt_call_row(b->call)->verb);
    if (object_kind_of(meet->object) == OBJECT_SHARED) {
        pen_printf(&p, "%s", s->shared_names[object_ix_of(meet->object)]);
    } else {
        pen_text(&p, about[meet->aspect]);
    }
    pen_text(&p, ": nothing orders them.");
    *finding = registry_add(findings, text, FINDING_RACE);
    return true;
}
