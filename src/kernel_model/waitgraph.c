/*
 * Who waits for whom.
 *
 * An edge t -> u says: t's wait cannot end before u acts, because u owns what t waits for
 * (resource, spin lock) or is what t waits for (thread object). The graph has at most 32 nodes, so
 * a set of edges is a mask and a breadth-first walk finds the shortest cycle through a thread.
 */
#include "kernel_model/waitgraph.h"

#include "kernel_model/dispatcher.h"
#include "kernel_model/eresource.h"

/* Thread objects: one not yet over for WaitAll, the only one for a single wait. */
static thread_set joined(const struct world *w, thread_ix t)
{
    const struct kthread *thread = world_thread(w, t);
    bool single = thread->n_wait_objects == 1;
    bool all = (thread->wait_flags & WAIT_FLAG_ALL) != 0;
    if ((thread->wait_flags & (WAIT_FLAG_TIMED | WAIT_FLAG_ALERTABLE)) != 0 || (!single && !all)) {
        return 0;
    }
    thread_set owners = 0;
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        object_ref o = world_wait_objects(w, t)[i];
        if (object_kind_of(o) == OBJECT_THREAD && !object_signaled(w, o)) {
            owners |= thread_bit((thread_ix)object_ix_of(o));
        }
    }
    return owners;
}

thread_set object_owners(const struct world *w, object_ref object)
{
    if (object_kind_of(object) == OBJECT_RESOURCE) {
        return resource_owners(w, object_ix_of(object));
    }
    if (object_kind_of(object) == OBJECT_SPINLOCK) {
        uint8_t owner = world_spinlock(w, object_ix_of(object))->owner;
        return owner != 0 ? thread_bit((thread_ix)(owner - 1)) : 0;
    }
    return 0;
}

thread_set waits_for(const struct world *w, thread_ix t, object_ref spin)
{
    const struct kthread *thread = world_thread(w, t);
    if (thread->state == THREAD_READY && spin != 0) {
        return object_owners(w, spin);
    }
    if (thread->state != THREAD_WAITING) {
        return 0;
    }
    switch ((enum wait_kind)thread->wait_kind) {
    case WAIT_EXCLUSIVE:
        return resource_owners(w, thread->wait_on);
    case WAIT_SHARED: {
        // behind a writer: the owners, and the writers in front of the shared waiters
        thread_set ahead = resource_owners(w, thread->wait_on);
        const struct resource_row *rows = resource_rows(world_resource(w, thread->wait_on));
        if (!resource_is_exclusive(w, thread->wait_on) && rows[0].exclusive_queue != 0) {
            ahead |= thread_bit((thread_ix)(rows[0].exclusive_queue - 1));
        }
        return ahead;
    }
    case WAIT_OBJECTS:
        return joined(w, t);
    case WAIT_NONE:
    case WAIT_DELAY:
        return 0;
    }
    return 0;
}

object_ref waits_on(const struct world *w, thread_ix t)
{
    const struct kthread *thread = world_thread(w, t);
    if (thread->state != THREAD_WAITING) {
        return 0;
    }
    if (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED) {
        return object_make(OBJECT_RESOURCE, thread->wait_on);
    }
    return thread->n_wait_objects > 0 ? world_wait_objects(w, t)[0] : 0;
}

/* The thread object among those u waits for that closes the step to next, or what it waits on. */
static object_ref edge_object(const struct world *w, thread_ix u, thread_ix next, object_ref spin)
{
    const struct kthread *thread = world_thread(w, u);
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        if (world_wait_objects(w, u)[i] == object_make(OBJECT_THREAD, next)) {
            return object_make(OBJECT_THREAD, next);
        }
    }
    return thread->state == THREAD_READY ? spin : waits_on(w, u);
}

/* Turns the cycle so that it starts at its lowest thread. */
static void rotate(struct cycle *c)
{
    unsigned low = 0;
    for (unsigned i = 1; i < c->n; i++) {
        if (c->threads[i] < c->threads[low]) {
            low = i;
        }
    }
    struct cycle from = *c;
    for (unsigned i = 0; i < c->n; i++) {
        c->threads[i] = from.threads[(low + i) % c->n];
        c->objects[i] = from.objects[(low + i) % c->n];
    }
}

struct cycle wait_cycle(const struct world *w, thread_ix t, const object_ref *spin)
{
    struct cycle c = {.n = 0};
    thread_ix parent[MAX_THREADS];
    thread_ix walk[MAX_THREADS];
    thread_set seen = 0;
    unsigned head = 0, tail = 0;
    walk[tail++] = t;
    while (head < tail) {
        thread_ix u = walk[head++];
        thread_set next = waits_for(w, u, spin != NULL ? spin[u] : 0);
        for (thread_ix v = 0; v < w->layout->shape.n_threads; v++) {
            if ((next & thread_bit(v)) == 0 || (seen & thread_bit(v)) != 0) {
                continue;
            }
            seen |= thread_bit(v);
            parent[v] = u;
            if (v != t) {
                walk[tail++] = v;
                continue;
            }
            thread_ix back = t; // the cycle, last thread first
            do {
                thread_ix from = parent[back];
                c.threads[c.n] = from;
                c.objects[c.n] = edge_object(w, from, back, spin != NULL ? spin[from] : 0);
                c.n++;
                back = from;
            } while (back != t);
            for (unsigned i = 0; i < c.n / 2u; i++) {
                unsigned j = c.n - 1u - i;
                thread_ix thread = c.threads[i];
                object_ref object = c.objects[i];
                c.threads[i] = c.threads[j];
                c.objects[i] = c.objects[j];
                c.threads[j] = thread;
                c.objects[j] = object;
            }
            rotate(&c);
            return c;
        }
    }
    return c;
}

/* A way through the wait graph that passes no thread twice. */
struct way {
    const struct world *w;
    const object_ref *spin;
    thread_ix threads[MAX_THREADS];
    unsigned n;
    thread_set on_way;
    struct cycle *out;
    unsigned n_out, max;
};

static struct cycle cycle_of(const struct way *way)
{
    struct cycle c = {.n = (uint8_t)way->n};
    for (unsigned i = 0; i < way->n; i++) {
        thread_ix u = way->threads[i];
        c.threads[i] = u;
        c.objects[i] = edge_object(way->w, u, way->threads[(i + 1) % way->n],
                                   way->spin != NULL ? way->spin[u] : 0);
    }
    rotate(&c);
    return c;
}

static bool is_cycle(const struct cycle *a, const struct cycle *b)
{
    return a->n == b->n && memcmp(a->threads, b->threads, a->n * sizeof *a->threads) == 0;
}

static void follow(struct way *way) // as deep as there are threads
{
    thread_ix u = way->threads[way->n - 1];
    thread_set next = waits_for(way->w, u, way->spin != NULL ? way->spin[u] : 0);
    for (thread_ix v = 0; v < way->w->layout->shape.n_threads && way->n_out < way->max; v++) {
        if ((next & thread_bit(v)) == 0) {
            continue;
        }
        if (v == way->threads[0]) {
            struct cycle c = cycle_of(way);
            if (!is_cycle(&c, &way->out[0])) {
                way->out[way->n_out++] = c;
            }
        } else if ((way->on_way & thread_bit(v)) == 0) {
            way->on_way |= thread_bit(v);
            way->threads[way->n++] = v;
            follow(way);
            way->n--;
            way->on_way &= ~thread_bit(v);
        }
    }
}

unsigned wait_cycles(const struct world *w, thread_ix t, const object_ref *spin, struct cycle *out,
                     unsigned max)
{
    out[0] = wait_cycle(w, t, spin);
    if (out[0].n == 0) {
        return 0;
    }
    struct way way = {.w = w,
                      .spin = spin,
                      .threads = {t},
                      .n = 1,
                      .on_way = thread_bit(t),
                      .out = out,
                      .n_out = 1,
                      .max = max};
    follow(&way);
    return way.n_out;
}

/* ---- invariants ---- */

static const char *check_resource(const struct world *w, resource_ix r)
{
    const struct eresource *e = world_resource(w, r);
    const struct resource_row *rows = resource_rows(e);
    unsigned owners = resource_active_entries(w, r);
    bool exclusive = resource_is_exclusive(w, r);
    if (exclusive && owners != 1) {
        return "an exclusive owner is not the only owner";
    }
    thread_set queued = e->shared_waiters;
    for (unsigned i = 0; i < w->layout->shape.n_threads && rows[i].exclusive_queue != 0; i++) {
        queued |= thread_bit((thread_ix)(rows[i].exclusive_queue - 1));
    }
    if (queued != 0 && owners == 0) {
        return "somebody waits for a resource that nobody owns";
    }
    if ((e->flags & (OBJECT_DELETED | OBJECT_FREED)) != 0) {
        return NULL; // its waiters are orphans
    }
    if (e->shared_waiters != 0 && !exclusive && rows[0].exclusive_queue == 0) {
        return "a thread waits for shared access that it could have";
    }
    for (thread_ix t = 0; t < w->layout->shape.n_threads; t++) {
        const struct kthread *thread = world_thread(w, t);
        bool waits = thread->state == THREAD_WAITING && thread->wait_on == r &&
                     (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED);
        if ((queued & thread_bit(t)) != 0 && !waits) {
            return "a queue holds a thread that does not wait";
        }
    }
    return NULL;
}

static const char *check_event(const struct world *w, event_ix ix)
{
    const struct kevent *e = world_event(w, ix);
    for (unsigned i = 0; i < w->layout->shape.n_threads && e->queue[i] != 0; i++) {
        thread_ix t = (thread_ix)(e->queue[i] - 1);
        const struct kthread *thread = world_thread(w, t);
        if (thread->state != THREAD_WAITING || thread->wait_kind != WAIT_OBJECTS) {
            return "an event's queue holds a thread that does not wait";
        }
        if (e->signal_state > 0 && (thread->wait_flags & WAIT_FLAG_ALL) == 0) {
            return "a signalled event has a waiter that it satisfies";
        }
    }
    return NULL;
}

/* Counts the handles on each file into share states and compares. */
static const char *check_files(const struct world *w)
{
    const struct world_shape *s = &w->layout->shape;
    uint32_t n_slots = w->layout->handle_first[s->n_threads];
    uint32_t n_handles = 0, n_counted = 0;
    uint32_t in_directory[MAX_DIRECTORIES] = {0};
    for (uint32_t slot = 0; slot < n_slots; slot++) {
        const struct handle_slot *h = world_handle(w, slot);
        if (h->flags == 0) {
            continue;
        }
        n_handles++;
        if ((h->flags & HANDLE_DIRECTORY) == 0 &&
            (world_file(w, h->name)->flags & FILE_EXISTS) == 0) {
            return "a handle is open on a file that does not exist";
        }
    }
    for (name_ix n = 0; n < s->n_names + s->n_unnamed; n++) {
        const struct file_slot *f = world_file(w, n);
        n_counted += f->n_handles;
        if ((f->flags & FILE_EXISTS) != 0 && n < s->n_names) {
            in_directory[s->names[n].parent]++;
        }
        if (f->share.open_count > f->n_handles || f->share.readers > f->share.open_count ||
            f->share.writers > f->share.open_count || f->share.deleters > f->share.open_count) {
            return "a file's share counts exceed its open handles";
        }
    }
    for (directory_ix d = 0; d < s->n_directories; d++) {
        n_counted += world_directory(w, d)->n_handles;
        if (world_directory(w, d)->n_files != in_directory[d]) {
            return "a directory's count differs from its files";
        }
    }
    return n_counted == n_handles ? NULL : "open handles and handle counts differ";
}

const char *world_invariant(const struct world *w)
{
    const struct world_shape *s = &w->layout->shape;
    const char *broken = NULL;
    for (resource_ix r = 0; r < s->n_resources && broken == NULL; r++) {
        broken = check_resource(w, r);
    }
    for (event_ix e = 0; e < s->n_events && broken == NULL; e++) {
        broken = check_event(w, e);
    }
    return broken != NULL ? broken : check_files(w);
}
