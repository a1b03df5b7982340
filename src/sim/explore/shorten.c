/*
 * Leaving out what a witness does not need: the last step of each thread in turn, as long as the
 * rest still comes to the same ending.
 */
#include "sim/explore/shorten.h"

#include <stdlib.h>
#include <string.h>

#include "sim/explore/findings.h"

enum { MOST_STEPS = 2000000 }; // made while looking

struct trial {
    struct machine *m;
    const struct explore_options *options;
    const struct explore_ending *ending;
    uint64_t steps; // made so far
};

/* Does the schedule without step `out` come to the ending? */
static bool still_comes(struct trial *t, const struct witness *w, uint32_t out)
{
    struct registry seen;
    machine_reset(t->m);
    for (uint32_t i = 0; i < w->n; i++) {
        if (i == out) {
            continue;
        }
        if (machine_refusal(t->m, w->steps[i]) != REFUSED_NOT) {
            return false;
        }
        machine_step(t->m, w->steps[i]);
        t->steps++;
    }
    if (machine_verdict(t->m) != t->ending->kind) {
        return false;
    }
    registry_init(&seen);
    uint32_t ix = ending_of(&seen, t->m, t->options->final_states);
    bool same = strcmp(seen.items[ix].text, t->ending->name) == 0;
    registry_release(&seen);
    return same;
}

/* The last step of the thread before the last of all; w->n if there is none. */
static uint32_t last_of(const struct witness *w, thread_ix t)
{
    for (uint32_t i = w->n - 1; i-- > 0;) {
        if (w->steps[i].thread == t) {
            return i;
        }
    }
    return w->n;
}

static void leave_out(struct witness *w, uint32_t out)
{
    memmove(w->steps + out, w->steps + out + 1, (w->n - out - 1) * sizeof *w->steps);
    w->n--;
    w->switches = 0;
    for (uint32_t i = 1; i < w->n; i++) {
        w->switches += w->steps[i].thread != w->steps[i - 1].thread;
    }
}

void shorten_witness(const struct scenario *s, const struct explore_options *options,
                     struct explore_ending *ending)
{
    struct trial t = {.m = machine_create(s, false), .options = options, .ending = ending};
    struct witness *w = &ending->witness;
    bool again = w->n > 0;
    while (again) {
        again = false;
        for (thread_ix k = 0; k < s->layout.shape.n_threads && t.steps < MOST_STEPS; k++) {
            uint32_t out = last_of(w, k);
            if (out < w->n && still_comes(&t, w, out)) {
                leave_out(w, out);
                again = true;
            }
        }
    }
    machine_free(t.m);
}
