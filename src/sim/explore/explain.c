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

static void explain(const struct scenario *s, struct explore_finding *f, char *text)
{
    struct machine *m = machine_create(s, true);
    struct found found[MAX_FOUND];
    size_t length = 0;
    for (uint32_t i = 0; i < f->witness.n; i++) {
        machine_step(m, f->witness.steps[i]);
    }
    if (f->kind == FINDING_LIVELOCK) {
        length = text_circle(m, text, FOUND_TEXT);
    } else {
        unsigned n = found_in_step(m, found), ix = 0;
        while (ix < n && !is_same(m, found[ix], f)) {
            ix++;
        }
        length = ix < n ? text_found(m, found[ix], text, FOUND_TEXT) : 0;
    }
    if (length > 0) { // an incomplete search may have no witness yet
        free(f->text);
        f->text = mem_text(text, length);
    }
    machine_free(m);
}

void explain_findings(const struct scenario *s, struct explore_result *r)
{
    char *text = mem_alloc(FOUND_TEXT, 1);
    for (uint32_t i = 0; i < r->n_findings; i++) {
        enum finding_kind kind = r->findings[i].kind;
        if (kind == FINDING_HANG || kind == FINDING_DEADLOCK || kind == FINDING_LIVELOCK) {
            explain(s, &r->findings[i], text);
        }
    }
    free(text);
}
