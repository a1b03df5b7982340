/*
 * ERESOURCE, looked at: what owners and queues come to.
 */
#include "kernel_model/eresource.h"

bool resource_is_exclusive(const struct world *w, resource_ix r)
{
    return (world_resource(w, r)->flags & RESOURCE_OWNED_EXCLUSIVE) != 0;
}

uint32_t resource_count(const struct world *w, resource_ix r, thread_ix t)
{
    return resource_rows(world_resource(w, r))[t].owner_count;
}

thread_set resource_owners(const struct world *w, resource_ix r)
{
    const struct resource_row *rows = resource_rows(world_resource(w, r));
    thread_set owners = 0;
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        if (rows[t].owner_count != 0) {
            owners |= thread_bit(t);
        }
    }
    return owners;
}

unsigned resource_n_pointers(const struct world *w, resource_ix r)
{
    const struct owner_pointer *p = resource_pointers(w, world_resource(w, r));
    unsigned n = 0;
    while (n < w->layout->shape.n_owner_pointers && p[n].id != 0) {
        n++;
    }
    return n;
}

unsigned resource_active_entries(const struct world *w, resource_ix r)
{
    unsigned n = resource_n_pointers(w, r);
    for (thread_set s = resource_owners(w, r); s != 0; s &= s - 1) {
        n++;
    }
    return n;
}

unsigned resource_active_count(const struct world *w, resource_ix r)
{
    return resource_active_entries(w, r) > 0;
}

unsigned resource_n_exclusive_waiters(const struct world *w, resource_ix r)
{
    const struct resource_row *rows = resource_rows(world_resource(w, r));
    unsigned n = 0;
    while (n < w->layout->shape.n_threads && rows[n].exclusive_queue != 0) {
        n++;
    }
    return n;
}

unsigned resource_n_shared_waiters(const struct world *w, resource_ix r)
{
    unsigned n = 0;
    for (thread_set s = world_resource(w, r)->shared_waiters; s != 0; s &= s - 1) {
        n++;
    }
    return n;
}
