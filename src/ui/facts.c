/*
 * Readings of single records; each is a few comparisons.
 */
#include "ui/facts.h"

enum posture posture_of(const struct machine *m, thread_ix t)
{
    const struct kthread *thread = world_thread(&m->world, t);

    switch ((enum thread_state)thread->state) {
    case THREAD_FINISHED:
        return POSTURE_FINISHED;
    case THREAD_ABSENT:
        return POSTURE_ABSENT;
    case THREAD_READY:
    case THREAD_WAITING:
        break;
    }
    if (world_system(&m->world)->stop != STOP_NONE)
        return world_system(&m->world)->thread == t ? POSTURE_CRASHED : POSTURE_STOPPED;
    switch (machine_refusal(m, (struct choice){.thread = t, .kind = CHOICE_RUN})) {
    case REFUSED_NOT:
        return POSTURE_READY;
    case REFUSED_SPINS:
        return POSTURE_SPINS;
    case REFUSED_NO_THREAD:
    case REFUSED_ABSENT:
    case REFUSED_WAITS:
    case REFUSED_ENDED:
    case REFUSED_STOPPED:
    case REFUSED_NO_TIMEOUT:
    case REFUSED_NO_PICK:
        break;
    }
    return thread->wait_kind == WAIT_DELAY ? POSTURE_SLEEPS : POSTURE_BLOCKED;
}

const char *posture_word(enum posture posture)
{
    static const char *const words[N_POSTURES] = {
        [POSTURE_READY] = "READY",          [POSTURE_BLOCKED] = "BLOCKED",
        [POSTURE_SPINS] = "SPINS",          [POSTURE_SLEEPS] = "SLEEPS",
        [POSTURE_FINISHED] = "FINISHED",    [POSTURE_ABSENT] = "NOT STARTED",
        [POSTURE_CRASHED] = "STOPPED HERE", [POSTURE_STOPPED] = "STOPPED",
    };

    return words[posture];
}

bool slot_changed(const struct world *w, object_ref slot)
{
    return world_before(w, slot) != NULL;
}

bool thread_state_changed(const struct world *w, thread_ix t)
{
    const struct kthread *before = world_before(w, object_make(OBJECT_THREAD, t));

    return before != NULL && before->state != world_thread(w, t)->state;
}

bool thread_moved(const struct world *w, thread_ix t)
{
    const struct kthread *before = world_before(w, object_make(OBJECT_THREAD, t));

    return before != NULL && before->pc != world_thread(w, t)->pc;
}

unsigned resource_queue(const struct world *w, resource_ix r, thread_ix *out)
{
    const struct resource_row *rows = resource_rows(world_resource(w, r));
    unsigned n = 0;

    while (n < w->layout->shape.n_threads && rows[n].exclusive_queue != 0) {
        out[n] = (thread_ix)(rows[n].exclusive_queue - 1);
        n++;
    }
    return n;
}

unsigned event_queue(const struct world *w, event_ix e, thread_ix *out)
{
    const struct kevent *event = world_event(w, e);
    unsigned n = 0;

    while (n < w->layout->shape.n_threads && event->queue[n] != 0) {
        out[n] = (thread_ix)(event->queue[n] - 1);
        n++;
    }
    return n;
}

uint32_t waiting_since(const struct machine *m, thread_ix t)
{
    const struct annex *annex = m->world.annex;

    return annex != NULL ? annex->threads[t].since : 0;
}

const char *kind_word(enum object_kind kind)
{
    switch (kind) {
    case OBJECT_RESOURCE:
        return "ERESOURCE";
    case OBJECT_EVENT:
        return "KEVENT";
    case OBJECT_SPINLOCK:
        return "SPIN LOCK";
    case OBJECT_SHARED:
        return "shared";
    case OBJECT_DIRECTORY:
        return "directory";
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return "";
}

const char *share_word(uint8_t share)
{
    static const char *const words[8] = {
        "shares nothing",
        "shares reading",
        "shares writing",
        "shares reading and writing",
        "shares deleting",
        "shares reading and deleting",
        "shares writing and deleting",
        "shares everything",
    };

    return words[share & 7];
}

const char *share_brief(uint8_t share)
{
    static const char *const words[8] = {
        "alone",    "shares R",  "shares W",  "shares RW",
        "shares D", "shares RD", "shares WD", "shares all",
    };

    return words[share & 7];
}

const char *goal_name(const struct scenario *s)
{
    for (uint32_t i = 0; i < s->n_endings; i++) {
        if (s->endings[i].goal)
            return s->endings[i].name;
    }
    return NULL;
}
