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

static uint32_t *row(const struct world *w, resource_ix r)
{
    const struct world_shape *s = &w->layout->shape;
    uint32_t *first =
        (uint32_t *)(void *)(w->annex->objects + s->n_resources + (size_t)s->n_events);
    return first + r * row_words(s->n_resources);
}

static bool follows(const struct world *w, resource_ix a, resource_ix b)
{
    return (row(w, a)[b / 32] >> (b % 32) & 1) != 0;
}

/*
 * Breadth first from one resource until another is reached; before[r]: whence r was reached first. False: it
 * cannot be reached.
 */
static bool reaches(const struct world *w, resource_ix from, resource_ix to, resource_ix *before)
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
                before[next] = at;
                walk[tail++] = next;
            }
        }
    }
    return false;
}

unsigned lock_order_held(const struct world *w, thread_ix t, object_ref asked, resource_ix *out)
{
    unsigned n = 0;
    for (resource_ix h = 0; h < w->layout->shape.n_resources; h++) {
        if (h != object_ix_of(asked) && resource_rows(world_resource(w, h))[t].owner_count != 0) {
            out[n++] = h;
        }
    }
    return n;
}

void lock_order_note(struct world *w, thread_ix t, resource_ix r, struct effect *out)
{
    resource_ix held[MAX_RESOURCES], before[MAX_RESOURCES];
    out->asked = object_make(OBJECT_RESOURCE, r);
    if (w->annex == NULL) {
        return;
    }
    unsigned n = lock_order_held(w, t, out->asked, held);
    for (unsigned i = 0; i < n; i++) {
        resource_ix h = held[i];
        if (follows(w, h, r)) {
            continue;
        }
        if (reaches(w, r, h, before)) {
            stop_verifier(w, out, VERIFIER_LOCK_ORDER, object_make(OBJECT_RESOURCE, h), 0,
                          "This resource and the one asked for now have been acquired in the "
                          "opposite order before.");
        }
        row(w, h)[r / 32] |= 1u << (r % 32);
    }
}

void lock_circle_turn(struct lock_circle *c)
{
    struct lock_circle turned = {.n = c->n};
    unsigned lowest = 0;
    for (unsigned i = 1; i < c->n; i++) {
        lowest = c->r[i] < c->r[lowest] ? i : lowest;
    }
    for (unsigned i = 0; i < c->n; i++) {
        turned.r[i] = c->r[(lowest + i) % c->n];
    }
    *c = turned;
}

bool lock_order_circle(const struct world *w, resource_ix held, resource_ix asked,
                       struct lock_circle *out)
{
    resource_ix before[MAX_RESOURCES], way[MAX_RESOURCES];
    unsigned n = 0;
    *out = (struct lock_circle){.n = 0};
    if (!reaches(w, asked, held, before)) {
        return false;
    }
    for (resource_ix r = held;; r = before[r]) {
        way[n++] = r;
        if (r == asked) {
            break;
        }
    }
    for (unsigned i = 0; i < n && n <= MAX_CIRCLE; i++) {
        out->r[out->n++] = way[n - 1 - i];
    }
    lock_circle_turn(out);
    return n <= MAX_CIRCLE;
}
