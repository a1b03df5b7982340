/*
 * What is asked for by a word of its own: the panes of the screen as lines.
 */
#include <stdlib.h>
#include <string.h>

#include "kernel_model/eresource.h"
#include "kernel_model/file.h"
#include "sim/report/calls.h"
#include "sim/report/text.h"
#include "ui/facts.h"
#include "ui/plain_parts.h"

enum { LOG_STEPS = 20 };

/* ---- the run ---- */

void show_schedule(struct plain *p, const char *argument)
{
    char *text = session_schedule(p->session);

    (void)argument;
    fprintf(p->out, "schedule: %s\n", text); // of any length, and made of digits
    free(text);
}

void show_where(struct plain *p, const char *argument)
{
    (void)argument;
    plain_say(p, "scenario", "%s, %s", p->session->scenario->name, p->session->scenario->title);
    show_schedule(p, "");
    tell_place(p);
    p->lost = NOT_LOST;
    tell_state(p);
}

void show_log(struct plain *p, const char *argument)
{
    uint32_t length = timeline_length(p->session->timeline);
    uint32_t last = timeline_position(p->session->timeline), first;
    char *end;

    first = last > LOG_STEPS ? last - LOG_STEPS + 1 : 1;
    if (*argument != '\0') {
        unsigned long a = strtoul(argument, &end, 10), b = strtoul(end, &end, 10);
        if (*end != '\0' || a < 1 || a > length || (b != 0 && (b < a || b > length))) {
            session_refuse(p->session, "log takes a first and a last step, 1 to %u.",
                           (unsigned)length);
            return;
        }
        first = (uint32_t)a;
        last = b != 0 ? (uint32_t)b : first;
    }
    if (last == 0)
        plain_say(p, "at", "step 0 of %u", (unsigned)length);
    else // a few at a time, so that none is left out
        for (; first <= last; first++)
            tell_steps(p, first, first);
}

/* ---- why ---- */

/* The step that lost the last good ending, and what would have led to one. */
static void show_loss(struct plain *p)
{
    struct session *s = p->session;
    uint32_t lost = session_lost_step(s);
    char text[TEXT_LINE];

    if (session_lost(s) == NOT_LOST && lost == 0)
        return;
    session_look_back(s);
    if (s->stuck.loss[0] != '\0')
        plain_say(p, "how", "%s", s->stuck.loss);
    if (lost > 0)
        plain_say(p, "lost", "step %u %s the point of no return", (unsigned)lost,
                  session_lost(s) == NOT_LOST ? "is" : "was");
    session_way_text(s, text, sizeof text);
    plain_say(p, "way out", "%s", text);
}

void show_why(struct plain *p, const char *argument)
{
    struct session *s = p->session;

    (void)argument;
    why_prepare(s);
    session_look_ahead(s);
    tell_place(p);
    for (unsigned t = 0; t < s->scenario->n_threads; t++) {
        const char *rule = session_wait_rule(s, (thread_ix)t);
        char text[TEXT_LINE];
        if (text_blocked(machine_of(s), (thread_ix)t, text, sizeof text) == 0)
            continue;
        plain_say(p, "blocked", "%s", text);
        if (rule[0] != '\0')
            plain_say(p, "rule", "%s", rule);
    }
    if (s->stuck.wrong[0] != '\0')
        plain_say(p, "wrong before", "%s", s->stuck.wrong);
    for (int i = 0; i < s->stuck.n_history; i++)
        plain_say(p, "how", "%s", s->stuck.history[i]);
    show_loss(p);
    for (int i = 0; i < s->stuck.n_ways; i++)
        plain_say(p, "way out", "%s", s->stuck.ways[i]);
    if (machine_verdict(machine_of(s)) != VERDICT_RUNNING) {
        char text[TEXT_LINE];
        text_verdict(machine_of(s), text, sizeof text);
        plain_say(p, "verdict", "%s", text);
    }
}

/* ---- threads and bodies ---- */

static void show_thread(struct plain *p, thread_ix t)
{
    const struct machine *m = machine_of(p->session);
    unsigned line = vm_line(m->scenario, &m->world, t);
    char what[TEXT_LINE], text[TEXT_LINE + 128], word[32];
    struct pen pen = pen_on(text, sizeof text);

    pen_printf(&pen, "%s, %s", m->scenario->threads[t].name, posture_word(posture_of(m, t)));
    if (line > 0)
        pen_printf(&pen, ", line %u", line);
    if (text_level(m, t, what, sizeof what) > 0)
        pen_printf(&pen, ", %s", what);
    if (text_next(m, t, what, sizeof what) > 0)
        pen_printf(&pen, ", next: %s", what);
    else if (text_blocked(m, t, what, sizeof what) > 0)
        pen_printf(&pen, ". %s", what);
    if (t == p->session->focus && m->scenario->n_threads > 1)
        pen_text(&pen, " (chosen)");
    snprintf(word, sizeof word, "thread %u", t + 1u);
    plain_say(p, word, "%s", text);
}

void show_threads(struct plain *p, const char *argument)
{
    (void)argument;
    for (unsigned t = 0; t < p->session->scenario->n_threads; t++)
        show_thread(p, (thread_ix)t);
}

/* The thread that is named by number or name, the chosen one if none is; NO_THREAD: no such. */
static thread_ix thread_of(const struct plain *p, const char *text)
{
    const struct scenario *s = p->session->scenario;
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (*text == '\0')
        return p->session->focus;
    if (end != text && *end == '\0')
        return n >= 1 && n <= s->n_threads ? (thread_ix)(n - 1) : NO_THREAD;
    return scenario_find_thread(s, text, strlen(text));
}

void show_source(struct plain *p, const char *argument)
{
    const struct machine *m = machine_of(p->session);
    thread_ix t = thread_of(p, argument);
    char word[32];

    if (t == NO_THREAD) {
        session_refuse(p->session, "There is no thread %s.", argument);
        return;
    }
    const struct scenario_thread *thread = &m->scenario->threads[t];
    unsigned at = vm_line(m->scenario, &m->world, t);
    plain_say(p, "source", "T%u %s", t + 1u, thread->name);
    for (unsigned i = 0; i < thread->n_lines; i++) {
        snprintf(word, sizeof word, "%s %u", i + 1 == at ? "next line" : "line", i + 1);
        plain_say(p, word, "%s", thread->lines[i]);
    }
}

/* ---- objects ---- */

static void show_resource(struct plain *p, resource_ix ix)
{
    const struct world *w = &machine_of(p->session)->world;
    const struct eresource *r = world_resource(w, ix);
    thread_set owners = resource_owners(w, ix);
    thread_ix queue[MAX_THREADS];
    unsigned n = resource_queue(w, ix, queue);
    char text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    if (r->flags & OBJECT_DELETED)
        pen_text(&pen, "deleted");
    else if ((r->flags & OBJECT_INITIALIZED) == 0)
        pen_text(&pen, "not initialised");
    else if (resource_active_entries(w, ix) == 0)
        pen_text(&pen, "free");
    else
        pen_printf(&pen, "%s by ", resource_is_exclusive(w, ix) ? "exclusive" : "shared");
    if (owners != 0)
        write_threads(&pen, owners);
    else if (resource_active_entries(w, ix) > 0)
        pen_text(&pen, "an owner pointer");
    for (unsigned t = 0; t < w->layout->shape.n_threads; t++) {
        unsigned count = resource_rows(r)[t].owner_count;
        if (count > 1)
            pen_printf(&pen, ", T%u %u times", t + 1, count);
    }
    for (unsigned i = 0; i < n; i++)
        pen_printf(&pen, "%sT%u", i == 0 ? "; waits exclusive: " : ", ", queue[i] + 1u);
    if (r->shared_waiters != 0) {
        pen_text(&pen, "; waits shared: ");
        write_threads(&pen, r->shared_waiters);
    }
    plain_say(p, "resource", "%s, %s", p->session->scenario->resources[ix].name, text);
}

static void show_event(struct plain *p, event_ix ix)
{
    const struct world *w = &machine_of(p->session)->world;
    const struct kevent *event = world_event(w, ix);
    thread_ix queue[MAX_THREADS];
    unsigned n = event_queue(w, ix, queue);
    char text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    pen_printf(&pen, "%s, ",
               event->type == NT_SynchronizationEvent ? "SynchronizationEvent"
                                                      : "NotificationEvent");
    pen_text(&pen, event->signal_state > 0 ? "signalled" : "not signalled");
    for (unsigned i = 0; i < n; i++)
        pen_printf(&pen, "%sT%u", i == 0 ? "; waits: " : ", ", queue[i] + 1u);
    plain_say(p, "event", "%s, %s", p->session->scenario->events[ix].name, text);
}

void show_objects(struct plain *p, const char *argument)
{
    const struct scenario *s = p->session->scenario;
    const struct world *w = &machine_of(p->session)->world;
    const struct world_shape *shape = &s->layout.shape;

    (void)argument;
    for (unsigned i = 0; i < shape->n_resources; i++)
        show_resource(p, (resource_ix)i);
    for (unsigned i = 0; i < shape->n_events; i++)
        show_event(p, (event_ix)i);
    for (unsigned i = 0; i < shape->n_spinlocks; i++) {
        unsigned owner = world_spinlock(w, (spinlock_ix)i)->owner;
        if (owner != 0)
            plain_say(p, "spin lock", "%s, held by T%u", s->spinlocks[i].name, owner);
        else
            plain_say(p, "spin lock", "%s, free", s->spinlocks[i].name);
    }
    for (unsigned i = 0; i < shape->n_shared; i++)
        plain_say(p, "shared", "%s = %ld", s->shared_names[i], (long)world_shared(w, (shared_ix)i));
    if (shape->n_resources + shape->n_events + shape->n_spinlocks + shape->n_shared == 0)
        session_tell(p->session, "This scenario has no such objects; files lists its files.");
}

/* ---- files ---- */

static void write_openers(const struct plain *p, unsigned name, struct pen *pen)
{
    const struct world *w = &machine_of(p->session)->world;
    uint32_t n_handles = w->layout->handle_first[p->session->scenario->n_threads];

    for (uint32_t h = 0; h < n_handles; h++) {
        const struct handle_slot *slot = world_handle(w, h);
        if ((slot->flags & HANDLE_OPEN) && !(slot->flags & HANDLE_DIRECTORY) && slot->name == name)
            pen_printf(pen, ", open by T%u, which %s", handle_thread(w, h) + 1u,
                       share_word(slot->share));
    }
}

void show_files(struct plain *p, const char *argument)
{
    const struct session *s = p->session;
    const struct world *w = &machine_of(s)->world;
    char name[TEXT_LINE], text[TEXT_LINE];

    (void)argument;
    for (unsigned d = 0; d < w->layout->shape.n_directories; d++) {
        unsigned n = world_directory(w, (directory_ix)d)->n_files;
        plain_say(p, "directory", "%s, %u file%s", s->scenario->directories[d].path, n,
                  n == 1 ? "" : "s");
        for (unsigned i = s->directory_first[d]; i < s->directory_end[d]; i++) {
            const struct file_slot *file = world_file(w, (name_ix)i);
            if ((file->flags & FILE_EXISTS) == 0 || w->layout->shape.names[i].parent != d)
                continue;
            struct pen pen = pen_on(text, sizeof text);
            write_openers(p, i, &pen);
            text_object(s->scenario, object_make(OBJECT_NAME, i), name, sizeof name);
            plain_say(p, "file", "%s, %u bytes%s", name, (unsigned)file->size, text);
        }
    }
    if (w->layout->shape.n_directories == 0)
        session_tell(p->session, "This scenario has no directory.");
}
