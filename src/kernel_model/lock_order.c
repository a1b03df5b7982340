/*
 * Lock order: a row of bits per resource, its successors. A new edge h -> r closes a circle if h
 * can be reached from r; the walk over at most 256 resources runs only when an edge is new.
 */
#include "kernel_model/lock_order.h"

#include "kernel_model/stop.h"

static uint32_t row_words(uint32_t n_resources)
{
    return (n_resources + 31) / 32;
}

uint32_t lock_order_words(uint32_t n_resources)
{
    return n_resources * row_words(n_resources);
}

static uint32_t *row(struct world *w, resource_ix r)
{
    const struct world_shape *s = &w->layout->shape;
    uint32_t *first =
        (uint32_t *)(void *)(w->annex->objects + s->n_resources + (size_t)s->n_events);
    return first + r * row_words(s->n_resources);
}

static bool follows(struct world *w, resource_ix a, resource_ix b)
{
    return (row(w, a)[b / 32] >> (b % 32) & 1) != 0;
}

/* Can `to` be reached from `from`? */
static bool reaches(struct world *w, resource_ix from, resource_ix to)
{
    uint32_t n = w->layout->shape.n_resources;
    bool seen[MAX_RESOURCES] = {false};
    resource_ix walk[MAX_RESOURCES];
    unsigned head = 0, tail = 0;
    walk[tail++] = from;
    seen[from] = true;
    while (head < tail) {
        resource_ix at = walk[head++];
        if (at == to) {
            return true;
        }
        for (resource_ix next = 0; next < n; next++) {
            if (!seen[next] && follows(w, at, next)) {
                seen[next] = true;
                walk[tail++] = next;
            }
        }
    }
    return false;
}

void lock_order_note(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    if (w->annex == NULL) {
        return;
    }
    for (resource_ix h = 0; h < w->layout->shape.n_resources; h++) {
        bool holds = resource_rows(world_resource(w, h))[t].owner_count != 0;
        if (h == r || !holds || follows(w, h, r)) {
            continue;
        }
        if (reaches(w, r, h)) {
            stop_verifier(w, out, VERIFIER_LOCK_ORDER, object_make(OBJECT_RESOURCE, h), 0,
                          "This resource and the one asked for now have been acquired in the "
                          "opposite order before.");
        }
        row(w, h)[r / 32] |= 1u << (r % 32);
    }
}
