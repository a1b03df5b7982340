/*
 * Dynamic priorities.
 */
#include "kernel_model/priority.h"

void priority_boost(struct world *w, thread_ix t, int32_t increment)
{
    uint8_t base = world_thread(w, t)->priority;
    if (w->annex == NULL || increment <= 0 || base >= PRIORITY_BOOSTED - 1) {
        return;
    }
    struct annex_thread *a = &w->annex->threads[t];
    int32_t boosted = base + increment < PRIORITY_BOOSTED ? base + increment : PRIORITY_BOOSTED;
    if (boosted > a->priority && a->priority < PRIORITY_REALTIME) {
        a->priority = (uint8_t)boosted;
        a->quantum = QUANTUM_STEPS;
    }
}

void priority_charge(struct world *w, thread_ix t)
{
    if (w->annex == NULL) {
        return;
    }
    struct annex_thread *a = &w->annex->threads[t];
    uint8_t base = world_thread(w, t)->priority;
    if (a->quantum == 0) {
        a->quantum = QUANTUM_STEPS; // it was given the processor again
    }
    if (--a->quantum == 0 && a->priority > base) {
        a->priority--;
    }
}

void priority_set_base(struct world *w, thread_ix t, uint8_t base)
{
    world_edit_thread(w, t)->priority = base;
    if (w->annex != NULL) {
        w->annex->threads[t].priority = base;
        w->annex->threads[t].quantum = QUANTUM_STEPS;
    }
}

uint8_t priority_of(const struct world *w, thread_ix t)
{
    return w->annex != NULL ? w->annex->threads[t].priority : world_thread(w, t)->priority;
}
