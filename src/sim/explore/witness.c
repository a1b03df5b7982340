/*
 * Comparing witnesses.
 */
#include "sim/explore/witness.h"

#include <string.h>

#include "sim/lang/mem.h"

static bool better(const struct witness *old, const struct choice *steps, uint32_t n,
                   uint32_t switches)
{
    if (old->steps == NULL || n != old->n || switches != old->switches) {
        return old->steps == NULL || n < old->n || (n == old->n && switches < old->switches);
    }
    return memcmp(steps, old->steps, n * sizeof *steps) < 0; // bytes, most telling first
}

void witness_offer(struct witness *w, const struct choice *steps, uint32_t n)
{
    if (w->steps != NULL && n > w->n) {
        return;
    }
    uint32_t switches = 0;
    for (uint32_t i = 1; i < n; i++) {
        switches += steps[i].thread != steps[i - 1].thread;
    }
    if (better(w, steps, n, switches)) {
        w->steps = mem_resize(w->steps, (n + 1u) * sizeof *steps);
        memcpy(w->steps, steps, n * sizeof *steps);
        w->n = n;
        w->switches = switches;
    }
}
