#include "sim/explore/explain.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/circle.h"
#include "sim/report/text_finding.h"

/* Is this what the search told apart by that key? */
static bool is_same(const struct machine *m, struct found found, const struct explore_finding *f)
{
    uint32_t key[MAX_FOUND_KEY];
    unsigned n = found.kind == f->kind ? found_key(m, found, key) : 0;
    return n > 0 && n * sizeof *key == f->key_size && memcmp(key, f->key, f->key_size) == 0;
}

/* The finding in the state and step that its witness led to, in words; 0: it is not there. */
static size_t describe(struct machine *m, const struct explore_finding *f, char *text)
{
    struct found found[MAX_FOUND];
    uint32_t key[MAX_FOUND_KEY];
    if (f->kind == FINDING_LIVELOCK) {
        return text_circle(m, text, FOUND_TEXT);
    }
    if (f->kind == FINDING_INVARIANT || f->kind == FINDING_FAULT) {
        memcpy(key, f->key, f->key_size < sizeof key ? f->key_size : sizeof key);
        struct found predicate = {f->kind, (uint16_t)key[1], (enum found_in)key[0]};
        if (is_same(m, predicate, f)) {
            return text_found(m, predicate, text, FOUND_TEXT);
        }
    }
    unsigned n = found_in_step(m, found), ix = 0;
    n += machine_over(m) ? found_at_end(m, found + n) : 0;
    while (ix < n && !is_same(m, found[ix], f)) {
        ix++;
    }
    return ix < n ? text_found(m, found[ix], text, FOUND_TEXT) : 0;
}

static bool needs_a_run(const struct explore_finding *f)
{
    return f->kind == FINDING_HANG || f->kind == FINDING_DEADLOCK || f->kind == FINDING_LIVELOCK ||
           f->kind == FINDING_INVARIANT || f->kind == FINDING_FAULT || f->kind == FINDING_VERIFIER;
}

void explain_finding(const struct scenario *s, struct explore_finding *f)
{
    if (!needs_a_run(f)) {
        return;
    }
    struct machine *m = machine_create(s, true);
    char *text = mem_alloc(FOUND_TEXT, 1);
    for (uint32_t i = 0; i < f->witness.n; i++) {
        machine_step(m, f->witness.steps[i]);
    }
    size_t length = describe(m, f, text);
    if (length > 0) { // an incomplete search may have no witness yet
        free(f->text);
        f->text = mem_text(text, length);
    }
    free(text);
    machine_free(m);
}
