/*
 * Checking expectations. What the search noted about claims is found by the number of the
 * expectation; the kinds of finding are bounded by what endings and findings of that kind there
 * are.
 */
#include "sim/explore/check.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/text_finding.h"

static const struct explore_finding *find(const struct explore_result *r, enum finding_kind kind,
                                          const char *text)
{
    for (uint32_t i = 0; i < r->n_findings; i++) {
        const struct explore_finding *f = &r->findings[i];
        if (f->kind == kind && (text == NULL || strcmp(f->text, text) == 0)) {
            return f;
        }
    }
    return NULL;
}

/* An invariant that was broken or a claim's fault, by its number there; NULL: there is none. */
static const struct explore_finding *find_predicate(const struct explore_result *r, struct found f)
{
    uint32_t key[MAX_FOUND_KEY];
    size_t size = found_predicate_key(f, key) * sizeof *key;
    for (uint32_t i = 0; i < r->n_findings; i++) {
        const struct explore_finding *found = &r->findings[i];
        if (found->kind == f.kind && found->key_size == size &&
            memcmp(found->key, key, size) == 0) {
            return found;
        }
    }
    return NULL;
}

static const struct explore_finding *find_claim(const struct explore_result *r, uint32_t ix)
{
    char *number = mem_format("%u", ix);
    const struct explore_finding *f = find(r, FINDING_CLAIM, number);
    free(number);
    return f;
}

/* ix: of the invariant among the invariants */
static void check_invariant(const struct explore_result *r, const struct expectation *e,
                            uint32_t ix, struct check *c)
{
    const struct explore_finding *f =
        find_predicate(r, (struct found){.kind = FINDING_INVARIANT, .ix = (uint16_t)ix});
    c->expectation = mem_format("invariant = %s", e->claim.text);
    c->ok = f == NULL;
    if (!c->ok) {
        char *plain = mem_format("Invariant violated: %s", e->claim.text);
        c->text = strcmp(f->text, plain) != 0 // it says why it cannot be evaluated
                      ? mem_format("%s", f->text)
                      : mem_format("it does not hold after step %u", f->witness.n);
        free(plain);
        c->witness = &f->witness;
    }
}

static void check_claim(const struct explore_result *r, const struct expectation *e, uint32_t ix,
                        struct check *c)
{
    bool always = e->kind == EXPECT_ALWAYS;
    const struct explore_finding *f = find_claim(r, ix);
    c->expectation = mem_format("%s = %s", always ? "always" : "sometimes", e->claim.text);
    c->ok = always ? f == NULL : f != NULL;
    c->witness = f != NULL ? &f->witness : NULL;
    if (!c->ok) {
        const struct explore_finding *fault =
            find_predicate(r, (struct found){FINDING_FAULT, (uint16_t)ix, FOUND_IN_CLAIM});
        const char *otherwise =
            always ? "there is an end where it does not hold" : "there is no end where it holds";
        c->text = mem_format("%s", fault != NULL ? fault->text : otherwise);
    }
}

/* The verdict that a kind of finding ends a run with, or VERDICT_RUNNING for those that end none.
 */
static enum verdict verdict_of(enum finding_kind kind)
{
    static const enum verdict verdicts[N_FINDINGS] = {
        [FINDING_DEADLOCK] = VERDICT_DEADLOCK, [FINDING_HANG] = VERDICT_HANG,
        [FINDING_BUGCHECK] = VERDICT_BUGCHECK, [FINDING_ASSERTION] = VERDICT_ASSERTION,
        [FINDING_FAULT] = VERDICT_FAULT,       [FINDING_LIVELOCK] = VERDICT_RUNNING,
        [FINDING_RACE] = VERDICT_RUNNING,      [FINDING_VERIFIER] = VERDICT_RUNNING,
    };
    return verdicts[kind];
}

static void check_bound(const struct explore_result *r, const struct expectation *e,
                        struct check *c)
{
    static const char *const bounds[] = {"", "never", "possible", "always"};
    const char *name = finding_name(e->finding);
    enum verdict verdict = verdict_of(e->finding);
    const struct explore_finding *finding = find(r, e->finding, NULL);
    const struct explore_ending *ending = NULL, *other = NULL;
    for (uint32_t i = 0; i < r->n_endings; i++) {
        bool this_kind = verdict != VERDICT_RUNNING && r->endings[i].kind == verdict;
        *(this_kind ? &ending : &other) = &r->endings[i];
    }
    const struct witness *seen = finding != NULL  ? &finding->witness
                                 : ending != NULL ? &ending->witness
                                                  : NULL;
    c->expectation = mem_format("%s = %s", name, bounds[e->bound]);
    c->witness = seen;
    switch (e->bound) {
    case BOUND_UNCHECKED:
        c->ok = true;
        break;
    case BOUND_NEVER:
        c->ok = seen == NULL;
        c->text = c->ok ? NULL : mem_format("%s", finding != NULL ? finding->text : ending->name);
        break;
    case BOUND_POSSIBLE:
        c->ok = seen != NULL;
        c->text = c->ok ? NULL : mem_format("no schedule shows one");
        break;
    case BOUND_ALWAYS:
        c->ok = other == NULL;
        c->text = c->ok ? NULL : mem_format("there is an end of another kind: %s", other->name);
        c->witness = c->ok ? seen : &other->witness;
        break;
    }
}

struct check *check_expectations(const struct scenario *s, const struct explore_result *r)
{
    struct check *checks = mem_alloc(s->n_expectations + 1u, sizeof *checks);
    uint32_t n_invariants = 0;
    for (uint32_t i = 0; i < s->n_expectations; i++) {
        const struct expectation *e = &s->expectations[i];
        switch (e->kind) {
        case EXPECT_ALWAYS:
        case EXPECT_SOMETIMES:
            check_claim(r, e, i, &checks[i]);
            break;
        case EXPECT_INVARIANT:
            check_invariant(r, e, n_invariants++, &checks[i]);
            break;
        case EXPECT_FINDING:
            check_bound(r, e, &checks[i]);
            break;
        }
    }
    return checks;
}

void checks_free(struct check *checks, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        free(checks[i].expectation);
        free(checks[i].text);
    }
    free(checks);
}
