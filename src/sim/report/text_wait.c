/*
 * Why a thread waits: what for, since when, who owns that, and who can end it, from wakers.c. Where
 * nobody can any more it says where those are who could have.
 */
#include "sim/report/text_wait.h"

#include "kernel_model/eresource.h"
#include "sim/report/calls.h"
#include "sim/report/text.h"

enum { MAX_NAMED_WAKERS = 3 };

/* "FilesReady", "A and B", "R (exclusive)" */
static void write_awaited(struct pen *p, const struct machine *m, thread_ix t)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    if (thread->state == THREAD_READY) {
        struct request q = vm_request(m->scenario, w, t);
        write_object(p, m->scenario, (object_ref)q.args[0], NAME_FULL);
        return;
    }
    switch ((enum wait_kind)thread->wait_kind) {
    case WAIT_EXCLUSIVE:
    case WAIT_SHARED:
        write_object(p, m->scenario, object_make(OBJECT_RESOURCE, thread->wait_on), NAME_FULL);
        pen_text(p, thread->wait_kind == WAIT_EXCLUSIVE ? " (exclusive)" : " (shared)");
        break;
    case WAIT_OBJECTS:
        for (unsigned i = 0; i < thread->n_wait_objects; i++) {
            bool all = (thread->wait_flags & WAIT_FLAG_ALL) != 0;
            bool last = i + 1u == thread->n_wait_objects;
            pen_text(p, i == 0 ? "" : !last ? ", " : all ? " and " : " or ");
            write_object(p, m->scenario, world_wait_objects(w, t)[i], NAME_FULL);
        }
        break;
    case WAIT_DELAY:
        pen_text(p, "its delay");
        break;
    case WAIT_NONE:
        break;
    }
}

static void write_waker(struct pen *p, const struct waker *k)
{
    if (k->call == CALL_return) {
        pen_text(p, "the end of ");
        write_thread(p, k->thread);
    } else {
        write_thread(p, k->thread);
        pen_printf(p, " line %u (%s)", k->line, nt_call_row(k->call)->verb);
    }
}

/* ": T1 is past line 7 (Set) and T2 has ended", where those are who could have woken it. */
static void write_missed(struct pen *p, const struct machine *m, thread_ix t)
{
    struct waker missed[MAX_NAMED_WAKERS + 1];
    unsigned n = text_missed_wakers(m, t, missed, MAX_NAMED_WAKERS + 1);
    unsigned shown = n < MAX_NAMED_WAKERS ? n : MAX_NAMED_WAKERS;
    for (unsigned i = 0; i < shown; i++) {
        pen_text(p, i == 0 ? ": " : i + 1 == n ? " and " : ", ");
        write_thread(p, missed[i].thread);
        if (missed[i].call == CALL_return) {
            pen_text(p, " has ended");
        } else if (missed[i].call == CALL_NONE) {
            pen_text(p, " owns it and waits for it too");
        } else {
            pen_printf(p, " is past line %u (%s)", missed[i].line,
                       nt_call_row(missed[i].call)->verb);
        }
    }
    pen_text(p, n > shown ? " and others" : "");
}

/* Those of the wakers that cannot run themselves. */
static void write_stuck(struct pen *p, thread_set waiting, thread_set absent)
{
    if (waiting != 0) {
        pen_text(p, " ");
        write_threads(p, waiting);
        pen_text(p, (waiting & (waiting - 1)) == 0 ? " waits too." : " wait too.");
    }
    if (absent != 0) {
        pen_text(p, " ");
        write_threads(p, absent);
        pen_text(p, (absent & (absent - 1)) == 0 ? " has not been created."
                                                 : " have not been created.");
    }
}

/* "T1 line 8 (Release) or T1 line 9 (Release)", "T1 line 3 (Set) and T2 line 2 (Set)" */
static void write_places(struct pen *p, const struct wakers *k, unsigned n)
{
    unsigned shown = n < MAX_NAMED_WAKERS ? n : MAX_NAMED_WAKERS;
    bool mixed = false; // alternatives and what must all come
    for (unsigned i = 0; k->each && i + 1 < shown; i++) {
        mixed |= k->list[i].group == k->list[i + 1].group;
    }
    for (unsigned i = 0; i < shown; i++) {
        if (i > 0) {
            bool same = k->list[i].group == k->list[i - 1].group;
            bool last = i + 1 == n;
            pen_text(p, mixed     ? same ? " or " : ", and "
                        : !last   ? ", "
                        : k->each ? " and "
                                  : " or ");
        }
        write_waker(p, &k->list[i]);
    }
    pen_text(p, n > shown ? " and others" : "");
}

/* "T4 queues behind T2: only T2 line 2 (Release)" and what that does. */
static void write_who(struct pen *p, thread_ix t, const struct wakers *k, unsigned n)
{
    bool only = n == 1 && k->before == 0 && !k->timed;
    pen_text(p, " ");
    if (k->behind != 0) {
        write_thread(p, t);
        pen_text(p, " queues behind ");
        write_threads(p, k->behind);
        pen_text(p, only ? ": only " : ": ");
    } else if (only) {
        pen_text(p, "Only ");
    }
    write_places(p, k, n);
    bool two = n == 2 && k->each;
    pen_text(p, !k->each ? " can wake it" : two ? " must both come first" : " must all come first");
    if (k->before != 0) {
        pen_text(p, k->each ? ", and " : ", unless ");
        write_threads(p, k->before);
        bool one = (k->before & (k->before - 1)) == 0;
        pen_text(p, k->each ? " may get in before it"
                    : one   ? " gets in before it"
                            : " get in before it");
    }
    pen_text(p, ".");
}

void write_wakers(struct pen *p, const struct machine *m, thread_ix t)
{
    struct wakers k = text_wakers(m, t);
    unsigned n = k.n - k.timed;
    thread_set waiting = 0, absent = 0; // of them
    for (unsigned i = 0; i < n && i < MAX_NAMED_WAKERS; i++) {
        uint8_t state = world_thread(&m->world, k.list[i].thread)->state;
        bool served = (k.behind >> k.list[i].thread & 1) != 0; // that it waits is said
        waiting |= state == THREAD_WAITING && !served ? thread_bit(k.list[i].thread) : 0;
        absent |= state == THREAD_ABSENT ? thread_bit(k.list[i].thread) : 0;
    }
    if (n > 0) {
        write_who(p, t, &k, n);
    }
    write_stuck(p, waiting, absent);
    if (k.timed) {
        pen_text(p, " ");
        write_thread(p, t);
        pen_text(p, "'s timeout may fire at any time.");
    } else if (n == 0) {
        pen_text(p, " Nobody is left to wake it");
        write_missed(p, m, t);
        pen_text(p, ".");
    }
}

/* Who owns the resource or lock that t waits for, as a half sentence; nothing for other waits. */
static void write_owners(struct pen *p, const struct machine *m, thread_ix t)
{
    const struct world *w = &m->world;
    const struct kthread *thread = world_thread(w, t);
    bool resource = thread->state == THREAD_WAITING &&
                    (thread->wait_kind == WAIT_EXCLUSIVE || thread->wait_kind == WAIT_SHARED);
    if (!resource) {
        return;
    }
    thread_set owners = resource_owners(w, thread->wait_on);
    if ((owners & thread_bit(t)) != 0) {
        owners &= ~thread_bit(t);
        pen_text(p, " It owns the resource itself, shared, and cannot release while it waits.");
    }
    if (owners == 0) {
        return;
    }
    pen_text(p, " ");
    write_threads(p, owners);
    bool one = (owners & (owners - 1)) == 0;
    pen_printf(p, " own%s it %s.", one ? "s" : "",
               resource_is_exclusive(w, thread->wait_on) ? "exclusive" : "shared");
}

void write_waits(struct pen *p, const struct machine *m, thread_ix t)
{
    if (world_thread(&m->world, t)->wait_kind == WAIT_DELAY) {
        pen_text(p, " sleeps");
    } else {
        pen_text(p, machine_spins(m, t) ? " spins on " : " waits for ");
        write_awaited(p, m, t);
    }
}

size_t text_blocked(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    const struct kthread *thread = world_thread(&m->world, t);
    bool spins = machine_spins(m, t);
    bool over = world_system(&m->world)->stop != STOP_NONE;
    if (over || (thread->state != THREAD_WAITING && !spins)) {
        return 0;
    }
    write_thread(&p, t);
    write_waits(&p, m, t);
    if (thread->state == THREAD_WAITING && m->world.annex != NULL) {
        pen_printf(&p, " since step %u", m->world.annex->threads[t].since);
    }
    pen_text(&p, ".");
    write_owners(&p, m, t);
    write_wakers(&p, m, t);
    return p.n;
}

size_t text_blocked_by(const struct machine *m, thread_ix t, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (world_system(&m->world)->stop != STOP_NONE ||
        (world_thread(&m->world, t)->state != THREAD_WAITING && !machine_spins(m, t))) {
        return 0;
    }
    write_owners(&p, m, t);
    write_wakers(&p, m, t);
    return p.n;
}

size_t text_refusal(const struct machine *m, struct choice c, enum refusal why, char *out,
                    size_t size)
{
    struct pen p = pen_on(out, size);
    unsigned n = c.thread + 1u;
    switch (why) {
    case REFUSED_NOT:
        break;
    case REFUSED_NO_THREAD:
        pen_printf(&p, "There is no thread %u: the scenario has %u.", n,
                   m->world.layout->shape.n_threads);
        break;
    case REFUSED_ABSENT:
        pen_printf(&p, "T%u has not been created yet.", n);
        break;
    case REFUSED_WAITS:
        pen_printf(&p, "T%u is blocked: waits for ", n);
        write_awaited(&p, m, c.thread);
        pen_text(&p, ".");
        write_wakers(&p, m, c.thread);
        break;
    case REFUSED_SPINS:
        pen_printf(&p, "T%u is blocked: spins on ", n);
        write_awaited(&p, m, c.thread);
        pen_text(&p, ".");
        write_wakers(&p, m, c.thread);
        break;
    case REFUSED_ENDED:
        pen_printf(&p, "T%u has ended.", n);
        break;
    case REFUSED_STOPPED:
        pen_printf(&p, "The run is over: %s.", verdict_name(machine_verdict(m)));
        break;
    case REFUSED_NO_TIMEOUT:
        pen_printf(&p, "T%u has no timeout running.", n);
        break;
    case REFUSED_NO_PICK:
        pen_printf(&p, "T%u has no choice %u at this step.", n, c.pick);
        break;
    }
    return p.n;
}
