/*
 * The !locks dump. Per resource: how it is owned, the counts that are not zero, then the threads
 * with their recursion count, owners marked <*>; shared waiters stand among them without the mark,
 * exclusive waiters under a heading of their own. Threads are named beside their addresses, which a
 * real dump does not do.
 */
#include "sim/report/locks.h"

#include "kernel_model/eresource.h"
#include "kernel_model/stop.h"
#include "sim/report/pen.h"

enum { LINE_SIZE = 256, PER_LINE = 3 };

struct dump {
    const struct machine *m;
    void (*line)(void *context, const char *text);
    void *context;
    char text[LINE_SIZE]; // the line being filled
    struct pen pen;
    unsigned n; // threads in it
};

static void put(struct dump *d, const char *text)
{
    d->line(d->context, text);
}

static void flush_threads(struct dump *d)
{
    if (d->n > 0) {
        put(d, d->text);
    }
    d->pen = pen_on(d->text, sizeof d->text);
    d->n = 0;
}

static void put_thread(struct dump *d, uint64_t address, uint32_t count, bool owner,
                       const char *name)
{
    if (d->n == PER_LINE) {
        flush_threads(d);
    }
    if (d->n == 0) {
        pen_text(&d->pen, "     Threads:");
    }
    pen_printf(&d->pen, " %016llx-%02u%s (%s)", (unsigned long long)address, count,
               owner ? "<*>" : "   ", name);
    d->n++;
}

static void put_threads(struct dump *d, resource_ix r)
{
    const struct world *w = &d->m->world;
    const struct eresource *e = world_resource(w, r);
    flush_threads(d);
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        uint32_t count = resource_rows(e)[t].owner_count;
        bool waits = (e->shared_waiters & thread_bit(t)) != 0;
        if (count != 0 || waits) {
            put_thread(d, object_address(object_make(OBJECT_THREAD, t)), count != 0 ? count : 1,
                       count != 0, d->m->scenario->threads[t].name);
        }
    }
    const struct owner_pointer *p = resource_pointers(w, e);
    for (unsigned i = 0; i < w->layout->shape.n_owner_pointers && p[i].id != 0; i++) {
        put_thread(d, p[i].id, p[i].count, true, "owner pointer");
    }
    flush_threads(d);
}

static void put_exclusive_waiters(struct dump *d, resource_ix r)
{
    const struct world *w = &d->m->world;
    const struct resource_row *rows = resource_rows(world_resource(w, r));
    if (rows[0].exclusive_queue == 0) {
        return;
    }
    put(d, "     Threads Waiting On Exclusive Access:");
    for (unsigned i = 0; i < w->layout->shape.n_threads && rows[i].exclusive_queue != 0; i++) {
        thread_ix t = (thread_ix)(rows[i].exclusive_queue - 1);
        struct pen p = pen_on(d->text, sizeof d->text);
        pen_printf(&p, "              %016llx (%s)",
                   (unsigned long long)object_address(object_make(OBJECT_THREAD, t)),
                   d->m->scenario->threads[t].name);
        put(d, d->text);
    }
}

static void put_count(struct dump *d, const char *what, uint32_t n)
{
    if (n != 0) {
        struct pen p = pen_on(d->text, sizeof d->text);
        pen_printf(&p, "    %s = %u", what, n);
        put(d, d->text);
    }
}

static void put_resource(struct dump *d, resource_ix r)
{
    const struct world *w = &d->m->world;
    unsigned owners = resource_active_entries(w, r);
    struct pen p = pen_on(d->text, sizeof d->text);
    put(d, "");
    pen_printf(&p, "Resource @ %s (0x%016llx)    ", d->m->scenario->resources[r].name,
               (unsigned long long)object_address(object_make(OBJECT_RESOURCE, r)));
    if (resource_is_exclusive(w, r)) {
        pen_text(&p, "Exclusively owned");
    } else if (owners > 0) {
        pen_printf(&p, "Shared %u owning threads", owners);
    } else {
        pen_text(&p, "Available");
    }
    put(d, d->text);
    put_count(d, "Contention Count", w->annex != NULL ? w->annex->objects[r].contention : 0);
    put_count(d, "NumberOfSharedWaiters", resource_n_shared_waiters(w, r));
    put_count(d, "NumberOfExclusiveWaiters", resource_n_exclusive_waiters(w, r));
    put_threads(d, r);
    put_exclusive_waiters(d, r);
}

void locks_dump(const struct machine *m, bool all, void (*line)(void *context, const char *text),
                void *context)
{
    struct dump d = {.m = m, .line = line, .context = context};
    unsigned n = m->world.layout->shape.n_resources, held = 0;
    put(&d, "**** DUMP OF ALL RESOURCE OBJECTS ****");
    for (resource_ix r = 0; r < n; r++) {
        bool owned = resource_active_entries(&m->world, r) > 0;
        held += owned;
        if (all || owned) {
            put_resource(&d, r);
        }
    }
    struct pen p = pen_on(d.text, sizeof d.text);
    put(&d, "");
    pen_printf(&p, "%u total locks, %u locks currently held", n, held);
    put(&d, d.text);
}
