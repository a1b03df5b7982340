/*
 * Who can wake a waiting thread.
 *
 * What each thread can still call is found by walking its code (ahead.h). Which of those calls wakes t is decided by
 * the rules of who is served when. A resource is handed over from one hold to the next (KERNEL.md 1.5): the queue is
 * played through until t is among the next owners; those before them are the holders whose releases wake it.
 * Somebody who has not asked yet can be let in before an exclusive waiter: then that is said too. Of an event
 * it counts how many wait in front.
 */
#include "kernel_model/dispatcher.h"
#include "kernel_model/eresource.h"
#include "sim/report/ahead.h"
#include "sim/report/text.h"

static void add(struct wakers *k, struct waker w)
{
    if (k->n < MAX_WAKERS) {
        k->list[k->n] = w;
    }
    k->n++;
}

static unsigned add_places(struct wakers *k, thread_ix u, uint8_t group, const struct ahead *a)
{
    for (unsigned i = 0; i < a->n; i++) {
        struct ahead_place place = a->places[i < MAX_AHEAD ? i : MAX_AHEAD - 1];
        add(k, (struct waker){place.call, place.line, u, group});
    }
    return a->n;
}

/* ---- resources ---- */

/* Who owns a resource at one time, now or later. */
struct hold {
    thread_set owners;
    bool exclusive;
};

/* The queue of a resource, being played through. */
struct hand_off {
    struct hold hold;
    thread_set shared;            // waiters
    thread_ix queue[MAX_THREADS]; // exclusive waiters, the oldest first
    unsigned n_queue, first;      //
    bool writer_first;            // the policy
    bool
        hands_exclusive_to_readers; // somewhere on the way a shared request can come before a writer
    bool holds_shared;              // somewhere on the way readers own
};

static struct hand_off begin_hand_off(const struct world *w, resource_ix r)
{
    const struct eresource *e = world_resource(w, r);
    const struct resource_row *rows = resource_rows(e);
    struct hand_off h = {.hold = {resource_owners(w, r), resource_is_exclusive(w, r)},
                         .shared = e->shared_waiters,
                         .writer_first = w->layout->shape.switches.release == RELEASE_WRITER_FIRST};
    while (h.n_queue < w->layout->shape.n_threads && rows[h.n_queue].exclusive_queue != 0) {
        h.queue[h.n_queue] = (thread_ix)(rows[h.n_queue].exclusive_queue - 1);
        h.n_queue++;
    }
    return h;
}

/* The next owners, once the present ones are through. False: nobody waits. */
static bool hand_over(struct hand_off *h)
{
    bool writers = h->first < h->n_queue;
    h->hands_exclusive_to_readers |= h->hold.exclusive;
    h->holds_shared |= !h->hold.exclusive;
    if (h->hold.exclusive && h->shared != 0 && !(writers && h->writer_first)) {
        h->hold = (struct hold){h->shared, false};
        h->shared = 0;
        return true;
    }
    if (writers) {
        h->hold = (struct hold){thread_bit(h->queue[h->first++]), true};
    }
    return writers;
}

/* The hold that u has, or gets when its turn comes; exclusive: one that it gets is. */
static struct ahead_hold hold_of(const struct world *w, thread_ix u, resource_ix r, bool exclusive)
{
    uint32_t count = resource_count(w, r, u);
    return (struct ahead_hold){.resource = object_make(OBJECT_RESOURCE, r),
                               .count = count != 0 ? count : 1,
                               .exclusive =
                                   exclusive || (count != 0 && resource_is_exclusive(w, r))};
}

static struct ahead end_of_hold(const struct machine *m, thread_ix u, resource_ix r,
                                struct hold hold, bool conversion)
{
    struct ahead_hold q = hold_of(&m->world, u, r, hold.exclusive);
    q.conversion = conversion;
    return ahead_hold(m, u, &q);
}

/* A hold that a pointer has, or will have, can be released by anybody. */
static void add_pointer_releases(const struct machine *m, thread_ix t, resource_ix r,
                                 thread_set alive, uint8_t group, struct wakers *out)
{
    static const enum nt_call release = CALL_ExReleaseResourceForThreadLite;
    struct ahead_calls q = {.wanted = &release,
                            .n_wanted = 1,
                            .object = object_make(OBJECT_RESOURCE, r),
                            .n = INT32_MAX};
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        if (u != t && (alive & thread_bit(u)) != 0) {
            struct ahead a = ahead_calls(m, u, &q);
            add_places(out, u, group, &a);
        }
    }
}

/* Can u come to ask for the resource, not counting what it acquires recursively while it owns it? */
static bool asks(const struct machine *m, thread_ix u, resource_ix r, const struct ahead_calls *q,
                 bool owns)
{
    const struct world *w = &m->world;
    if (!owns) {
        return ahead_calls(m, u, q).n > 0;
    }
    bool waits = resource_count(w, r, u) == 0; // for it: nobody else is asked about
    struct ahead_hold hold =
        hold_of(w, u, r, waits && world_thread(w, u)->wait_kind == WAIT_EXCLUSIVE);
    hold.then = q;
    return ahead_hold(m, u, &hold).n > 0;
}

/* Who has not asked yet and, once it does, would be served before t. */
static thread_set may_overtake(const struct machine *m, thread_ix t, resource_ix r,
                               const struct hand_off *h, thread_set served, thread_set alive)
{
    static const enum nt_call reads[] = {
        CALL_ExAcquireSharedStarveExclusive, CALL_ExAcquireResourceSharedLite,
        CALL_ExAcquireSharedWaitForExclusive, CALL_ExEnterCriticalRegionAndAcquireResourceShared,
        CALL_ExEnterCriticalRegionAndAcquireSharedWaitForExclusive};
    static const enum nt_call writes[] = {CALL_ExAcquireResourceExclusiveLite,
                                          CALL_ExEnterCriticalRegionAndAcquireResourceExclusive};
    const struct world *w = &m->world;
    bool exclusive = world_thread(w, t)->wait_kind == WAIT_EXCLUSIVE;
    struct ahead_calls q = {.wanted = reads, .object = object_make(OBJECT_RESOURCE, r), .n = 1};
    if (exclusive && h->hands_exclusive_to_readers && !h->writer_first) {
        q.n_wanted = 5;
        q.must_queue = !h->holds_shared;
    } else if (exclusive && h->holds_shared) {
        q.n_wanted = 1; // [0] is let in beside other readers whoever waits
    } else if (!exclusive && h->writer_first && h->hands_exclusive_to_readers) {
        q.wanted = writes;
        q.n_wanted = 2;
        q.must_queue = true;
    }
    thread_set found = 0;
    for (thread_ix u = 0; q.n_wanted > 0 && u < w->layout->shape.n_threads; u++) {
        const struct kthread *thread = world_thread(w, u);
        bool waits_too = thread->state == THREAD_WAITING && thread->wait_on == r &&
                         (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED);
        bool turn = !waits_too || (served & thread_bit(u)) != 0;
        bool owns = (served & thread_bit(u)) != 0;
        if (u != t && turn && (alive & ~h->hold.owners & thread_bit(u)) != 0 &&
            asks(m, u, r, &q, owns)) {
            found |= thread_bit(u);
        }
    }
    return found;
}

/* Does an owner wait for the resource itself? Then its hold never ends. */
static bool owner_waits(const struct world *w, resource_ix r)
{
    thread_set owners = resource_owners(w, r);
    for (thread_ix u = 0; u < w->layout->shape.n_threads; u++) {
        const struct kthread *thread = world_thread(w, u);
        if ((owners & thread_bit(u)) != 0 && thread->state == THREAD_WAITING &&
            thread->wait_on == r &&
            (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED)) {
            return true;
        }
    }
    return false;
}

/* Plays the queue up to the hold whose end makes t an owner. False: t is in no queue any more. */
static bool play_up_to(const struct machine *m, thread_ix t, resource_ix r, struct hand_off *h,
                       thread_set *behind)
{
    bool exclusive = world_thread(&m->world, t)->wait_kind == WAIT_EXCLUSIVE;
    for (struct hand_off next = *h; hand_over(&next); next = *h) {
        // an owner pointer's hold has no thread that could convert it
        if (h->hold.exclusive && h->hold.owners != 0 && exclusive &&
            next.hold.owners != thread_bit(t)) {
            // it may become shared before it ends: then the readers come in beside it
            thread_ix u = (thread_ix)__builtin_ctz(h->hold.owners);
            if (!next.hold.exclusive && end_of_hold(m, u, r, h->hold, false).converts) {
                next.hold.owners |= h->hold.owners;
            }
        }
        if ((next.hold.owners & thread_bit(t)) != 0) {
            h->hands_exclusive_to_readers = next.hands_exclusive_to_readers;
            h->holds_shared = next.holds_shared;
            return true;
        }
        *behind |= next.hold.owners & ~h->hold.owners;
        *h = next;
    }
    return false;
}

/* Of a resource: those who own it just before t does, at the end of their holds. */
static void resource_wakers(const struct machine *m, thread_ix t, resource_ix r, struct wakers *out)
{
    const struct world *w = &m->world;
    thread_set alive = ahead_alive(m), now = resource_owners(w, r);
    bool shared = world_thread(w, t)->wait_kind == WAIT_SHARED;
    struct hand_off h = begin_hand_off(w, r);
    unsigned groups = 0;
    if (owner_waits(w, r) || (now & thread_bit(t)) != 0 || !play_up_to(m, t, r, &h, &out->behind)) {
        return; // nobody can help
    }
    for (thread_ix u = 0; u < w->layout->shape.n_threads; u++) {
        if ((h.hold.owners & thread_bit(u)) == 0) {
            continue;
        }
        struct ahead a = end_of_hold(m, u, r, h.hold, shared && h.hold.exclusive);
        unsigned had = out->n;
        add_places(out, u, (uint8_t)groups, &a);
        if (a.gives_away) {
            add_pointer_releases(m, t, r, alive, (uint8_t)groups, out);
        }
        if (out->n == had) {
            out->n = 0; // this hold never ends
            return;
        }
        groups++;
    }
    bool pointer = out->behind == 0 && resource_n_pointers(w, r) > 0;
    if (pointer) {
        add_pointer_releases(m, t, r, alive, (uint8_t)groups, out);
        groups++;
    }
    out->each = groups > 1;
    out->before = may_overtake(m, t, r, &h, now | out->behind, alive);
}

/* ---- events and threads ---- */

/* How many waiters a set of the event serves before t. *sure: none of them can leave in another way. */
static int32_t queued_before(const struct world *w, thread_ix t, event_ix e, bool *sure)
{
    const struct kevent *event = world_event(w, e);
    int32_t n = 0;
    *sure = true;
    if (event->type != NT_SynchronizationEvent) {
        return 0;
    }
    while (event->queue[n] != 0 && event->queue[n] != t + 1) {
        const struct kthread *other = world_thread(w, (thread_ix)(event->queue[n] - 1));
        *sure &= other->n_wait_objects == 1 &&
                 (other->wait_flags & (WAIT_FLAG_TIMED | WAIT_FLAG_ALERTABLE)) == 0;
        n++;
    }
    return n;
}

static bool waits_for_several(const struct code *code)
{
    for (uint32_t pc = 0; pc < code->n; pc++) {
        if (code->instrs[pc].op == OP_CALL && code->instrs[pc].a == CALL_KeWaitForMultipleObjects) {
            return true;
        }
    }
    return false;
}

/* Can somebody make the event non-signalled again before all that t waits for are signalled? */
static bool can_be_taken(const struct machine *m, thread_ix t, event_ix e, thread_set alive)
{
    static const enum nt_call takes[] = {CALL_KeResetEvent, CALL_KeClearEvent, CALL_KePulseEvent,
                                         CALL_KeInitializeEvent, CALL_KeWaitForSingleObject};
    bool consumed = world_event(&m->world, e)->type == NT_SynchronizationEvent;
    struct ahead_calls q = {.wanted = takes,
                            .n_wanted = consumed ? 5 : 4,
                            .object = object_make(OBJECT_EVENT, e),
                            .n = 1};
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        if (u != t && (alive & thread_bit(u)) != 0 &&
            ((consumed && waits_for_several(&m->scenario->threads[u].code)) ||
             ahead_calls(m, u, &q).n > 0)) {
            return true;
        }
    }
    return false;
}

/* Adds who can set the event, as often as t needs it. Returns how many places. */
static unsigned event_wakers(const struct machine *m, thread_ix t, event_ix e, bool every,
                             thread_set alive, uint8_t group, struct wakers *out)
{
    static const enum nt_call sets[] = {CALL_KeSetEvent, CALL_KePulseEvent};
    bool sure, all = (world_thread(&m->world, t)->wait_flags & WAIT_FLAG_ALL) != 0;
    int32_t before = queued_before(&m->world, t, e, &sure);
    struct ahead_calls q = {.wanted = sets,
                            .n_wanted = 2,
                            .object = object_make(OBJECT_EVENT, e),
                            .n = every ? INT32_MAX : before + 1};
    struct ahead found[MAX_THREADS];
    unsigned n = 0, setters = 0;
    thread_ix only = 0;
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        found[u].n = 0;
        if (u != t && (alive & thread_bit(u)) != 0) {
            found[u] = ahead_calls(m, u, &q);
        }
        if (found[u].n > 0) {
            setters++;
            only = u;
        }
    }
    if (setters == 1 && sure && !all && before > 0) {
        q.only_last = true; // the ones before serve the others
        found[only] = ahead_calls(m, only, &q);
    }
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        n += add_places(out, u, group, &found[u]);
    }
    if (world_thread(&m->world, t)->n_wait_objects == 1) {
        for (int32_t i = 0; i < before; i++) {
            out->behind |= thread_bit((thread_ix)(world_event(&m->world, e)->queue[i] - 1));
        }
    }
    return n;
}

/* Of one dispatcher object: who can set the event, or the thread's own end. Returns how many places. */
static unsigned object_wakers(const struct machine *m, thread_ix t, object_ref object, bool every,
                              thread_set alive, uint8_t group, struct wakers *out)
{
    if (object_kind_of(object) != OBJECT_THREAD) {
        return event_wakers(m, t, object_ix_of(object), every, alive, group, out);
    }
    thread_ix joined = (thread_ix)object_ix_of(object);
    if (joined == t || world_thread(&m->world, joined)->state == THREAD_FINISHED) {
        return 0;
    }
    add(out, (struct waker){CALL_return, 0, joined, group});
    return 1;
}

static void all_wakers(const struct machine *m, thread_ix t, thread_set alive, struct wakers *out)
{
    const struct world *w = &m->world;
    uint8_t groups = 0;
    for (unsigned i = 0; i < world_thread(w, t)->n_wait_objects; i++) {
        object_ref o = world_wait_objects(w, t)[i];
        bool event = object_kind_of(o) == OBJECT_EVENT, signalled = object_signaled(w, o);
        bool taken = event && can_be_taken(m, t, object_ix_of(o), alive);
        if (signalled && !taken) {
            continue;
        }
        if (object_wakers(m, t, o, taken, alive, groups, out) == 0 && !signalled) {
            out->n = 0; // it lacks this one for ever
            return;
        }
        groups += !signalled; // what could be taken away joins the others
    }
    out->each = groups > 1;
}

static void any_wakers(const struct machine *m, thread_ix t, thread_set alive, struct wakers *out)
{
    const struct kthread *thread = world_thread(&m->world, t);
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        object_wakers(m, t, world_wait_objects(&m->world, t)[i], false, alive, 0, out);
    }
}

static void alert_wakers(const struct machine *m, thread_ix t, thread_set alive, struct wakers *out)
{
    static const enum nt_call alert = CALL_KeAlertThread;
    struct ahead_calls q = {
        .wanted = &alert, .n_wanted = 1, .object = object_make(OBJECT_THREAD, t), .n = 1};
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        if (u != t && (alive & thread_bit(u)) != 0) {
            struct ahead a = ahead_calls(m, u, &q);
            add_places(out, u, 0, &a);
        }
    }
}

/* Of a spin lock: its owner. */
static void spinlock_wakers(const struct machine *m, thread_ix t, struct wakers *out)
{
    static const enum nt_call release = CALL_KeReleaseSpinLock;
    struct request q = vm_request(m->scenario, &m->world, t);
    object_ref lock = (object_ref)q.args[0];
    uint8_t owner = world_spinlock(&m->world, object_ix_of(lock))->owner;
    if (owner != 0 && owner - 1 != t) {
        struct ahead_calls calls = {.wanted = &release, .n_wanted = 1, .object = lock, .n = 1};
        struct ahead a = ahead_calls(m, (thread_ix)(owner - 1), &calls);
        add_places(out, (thread_ix)(owner - 1), 0, &a);
    }
}

struct wakers text_wakers(const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);
    struct wakers out = {.n = 0};
    if (thread->state == THREAD_READY && machine_spins(m, t)) {
        spinlock_wakers(m, t, &out);
    }
    if (thread->state != THREAD_WAITING) {
        return out;
    }
    if (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED) {
        resource_wakers(m, t, thread->wait_on, &out);
        return out;
    }
    thread_set alive = ahead_alive(m);
    if ((thread->wait_flags & WAIT_FLAG_ALL) != 0) {
        all_wakers(m, t, alive, &out);
    } else {
        any_wakers(m, t, alive, &out);
    }
    if ((thread->wait_flags & WAIT_FLAG_ALERTABLE) != 0) {
        alert_wakers(m, t, alive, &out);
    }
    if ((thread->wait_flags & WAIT_FLAG_TIMED) != 0) {
        out.timed = true;
        add(&out, (struct waker){CALL_NONE, 0, t, 0});
    }
    return out;
}

/* ---- who could have ---- */

/* Can the first argument of the call at pc be this object? */
static bool may_name(const struct code *code, uint32_t pc, object_ref object)
{
    const struct instr *call = &code->instrs[pc];
    uint32_t depth = code->notes[pc].depth - (uint32_t)call->b;
    for (uint32_t i = pc; i-- > 0;) {
        const struct instr *push = &code->instrs[i];
        if (push->op == OP_PUSH && code->notes[i].depth == depth) {
            return (object_ref)push->c == object;
        }
        if (push->op == OP_ELEMENT && code->notes[i].depth == depth + 1) {
            uint32_t ix = object - (object_ref)push->c;
            return ix < push->a;
        }
    }
    return false;
}

/* Any call of t, reachable still or not, that is among the wanted ones and may name the object. */
static bool has_call(const struct machine *m, thread_ix t, const enum nt_call *wanted,
                     unsigned n_wanted, object_ref object, struct waker *out)
{
    const struct code *code = &m->scenario->threads[t].code;
    for (uint32_t pc = 0; pc < code->n; pc++) {
        for (unsigned i = 0; i < n_wanted && code->instrs[pc].op == OP_CALL; i++) {
            if (code->instrs[pc].a == wanted[i] && may_name(code, pc, object)) {
                *out = (struct waker){wanted[i], code->notes[pc].line, t, 0};
                return true;
            }
        }
    }
    return false;
}

static unsigned add_missed(struct waker *out, unsigned n, unsigned max, struct waker w)
{
    if (n < max) {
        out[n] = w;
    }
    return n + 1;
}

/* Owners of the resource or lock that have ended, and others that wait for it while they own it. */
static unsigned missed_owners(const struct machine *m, thread_ix t, object_ref object,
                              struct waker *out, unsigned max)
{
    thread_set owners = object_owners(&m->world, object);
    unsigned n = 0;
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        if ((owners & thread_bit(u)) == 0) {
            continue;
        }
        bool itself = (owners & thread_bit(t)) != 0;
        if (world_thread(&m->world, u)->state == THREAD_FINISHED) {
            n = add_missed(out, n, max, (struct waker){CALL_return, 0, u, 0});
        } else if (!itself && waits_on(&m->world, u) == object) {
            n = add_missed(out, n, max, (struct waker){CALL_NONE, 0, u, 0});
        }
    }
    return n;
}

/* Calls that set the event and do not come any more. */
static unsigned missed_sets(const struct machine *m, thread_ix t, object_ref event,
                            struct waker *out, unsigned n, unsigned max)
{
    static const enum nt_call sets[] = {CALL_KeSetEvent, CALL_KePulseEvent};
    struct ahead_calls q = {.wanted = sets, .n_wanted = 2, .object = event, .n = 1};
    for (thread_ix u = 0; u < m->world.layout->shape.n_threads; u++) {
        struct waker found;
        bool began = world_thread(&m->world, u)->state != THREAD_ABSENT;
        if (u != t && began && has_call(m, u, sets, 2, event, &found) &&
            ahead_calls(m, u, &q).n == 0) {
            n = add_missed(out, n, max, found);
        }
    }
    return n;
}

unsigned text_missed_wakers(const struct machine *m, thread_ix t, struct waker *out, unsigned max)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    unsigned n = 0;
    if (machine_spins(m, t)) {
        struct request q = vm_request(m->scenario, w, t);
        return missed_owners(m, t, (object_ref)q.args[0], out, max);
    }
    if (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED) {
        return missed_owners(m, t, object_make(OBJECT_RESOURCE, thread->wait_on), out, max);
    }
    for (unsigned i = 0; i < thread->n_wait_objects; i++) {
        object_ref object = world_wait_objects(w, t)[i];
        if (object_kind_of(object) == OBJECT_EVENT && !object_signaled(w, object)) {
            n = missed_sets(m, t, object, out, n, max);
        }
    }
    return n;
}
