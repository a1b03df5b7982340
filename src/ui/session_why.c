/*
 * What "why" shows of the past is looked up once, when it is opened: the rules by which the waiting threads
 * were made to wait, and, where somebody is stuck for good, the steps that led there and a way out.
 *
 * Of a circle these are the step at which each thread got what the one before it waits for, and the step
 * at which it began to wait. Of a hang, the last steps that had to do with what is waited for. The ways out
 * follow from those steps: nothing is advised that the run does not show.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_model/waitgraph.h"
#include "sim/lang/mem.h"
#include "sim/report/pen.h"
#include "ui/session_parts.h"

const char *session_wait_rule(const struct session *s, thread_ix t)
{
    return s->wait_rules[t];
}

struct rule_note {
    char *out;
};

static bool note_rule(void *context, const struct machine *m)
{
    struct rule_note *note = context;

    text_rule(&m->last, note->out, TEXT_LINE);
    return false;
}

/* Makes the steps at which the waiting threads began to wait once more, for their rules. */
static void note_wait_rules(struct session *s)
{
    const struct machine *m = machine_of(s);

    for (unsigned t = 0; t < s->scenario->n_threads; t++) {
        struct rule_note note = {s->wait_rules[t]};
        note.out[0] = '\0';
        if (world_thread(&m->world, (thread_ix)t)->state != THREAD_WAITING ||
            m->world.annex == NULL)
            continue;
        uint32_t since = m->world.annex->threads[t].since;
        if (since > 0)
            timeline_replay(s->timeline, since, since, note_rule, &note);
    }
}

/* ---- circles ---- */

/* Threads i and i + 1 of a circle: the second got objects[i] at this step, on this line. */
struct gain {
    bool owns;
    uint32_t n;
    uint16_t line;
    bool handed; // by somebody else's release
};

struct circle_note {
    const struct cycle *cycle;
    struct gain gains[MAX_THREADS];
};

static bool note_gains(void *context, const struct machine *m)
{
    struct circle_note *note = context;
    const struct cycle *c = note->cycle;

    for (unsigned i = 0; i < c->n; i++) {
        thread_ix holder = c->threads[(i + 1) % c->n];
        struct gain *gain = &note->gains[i];
        bool now = object_owned_by(&m->world, c->objects[i], holder);
        if (now && !gain->owns)
            *gain = (struct gain){true, m->last.n, m->last.line, m->last.choice.thread != holder};
        gain->owns = now;
    }
    return true;
}

/* Room for what was done at step n, in order; NULL: there is none left. */
static char *add_history(struct stuck *stuck, uint32_t n)
{
    int at = stuck->n_history;

    if (at == MAX_HISTORY)
        return NULL;
    for (; at > 0 && stuck->steps[at - 1] > n; at--) {
        stuck->steps[at] = stuck->steps[at - 1];
        memcpy(stuck->history[at], stuck->history[at - 1], HISTORY_TEXT);
    }
    stuck->n_history++;
    stuck->steps[at] = n;
    return stuck->history[at];
}

static void add_way(struct stuck *stuck, const char *text)
{
    if (stuck->n_ways < MAX_WAYS)
        snprintf(stuck->ways[stuck->n_ways++], HISTORY_TEXT, "%s", text);
}

static void write_circle_history(struct session *s, const struct circle_note *note)
{
    const struct cycle *c = note->cycle;
    const struct machine *m = machine_of(s);
    char name[TEXT_LINE], *line;

    for (unsigned i = 0; i < c->n; i++) {
        thread_ix holder = c->threads[(i + 1) % c->n], waiter = c->threads[i];
        const struct gain *gain = &note->gains[i];
        text_object(s->scenario, c->objects[i], name, sizeof name);
        if (gain->n > 0 && (line = add_history(&s->stuck, gain->n)) != NULL)
            snprintf(line, HISTORY_TEXT, "step %u: T%u got %.120s%s", (unsigned)gain->n,
                     holder + 1u, name, gain->handed ? ", handed over by a release." : ".");
        uint32_t since = m->world.annex != NULL ? m->world.annex->threads[waiter].since : 0;
        if (since > 0 && (line = add_history(&s->stuck, since)) != NULL)
            snprintf(line, HISTORY_TEXT, "step %u: T%u asked for %.120s (line %u) and waits.",
                     (unsigned)since, waiter + 1u, name,
                     (unsigned)vm_line(s->scenario, &m->world, waiter));
    }
}

static void write_circle_ways(struct session *s, const struct circle_note *note)
{
    const struct cycle *c = note->cycle;
    char text[HISTORY_TEXT], wanted[TEXT_LINE], held[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    bool one = true; // object that all of them wait for: no order of taking could help
    for (unsigned i = 1; i < c->n; i++)
        one = one && c->objects[i] == c->objects[0];
    text_object(s->scenario, c->objects[0], wanted, sizeof wanted);
    if (one) {
        snprintf(text, sizeof text,
                 "Release %.80s before asking for it exclusively, or ask for it exclusively from "
                 "the start.",
                 wanted);
        add_way(&s->stuck, text);
        return;
    }
    pen_text(&pen, "Take them in the same order in every thread. Now:");
    for (unsigned i = 0; i < c->n && i < 4; i++) {
        // The thread after the one that waits for an object holds it, and waits for its own.
        unsigned before = (i + c->n - 1) % c->n;
        text_object(s->scenario, c->objects[before], held, sizeof held);
        text_object(s->scenario, c->objects[i], wanted, sizeof wanted);
        pen_printf(&pen, "%s T%u %.40s", i > 0 ? ";" : "", c->threads[i] + 1u, held);
        if (!note->gains[before].handed && note->gains[before].n > 0)
            pen_printf(&pen, " (line %u)", (unsigned)note->gains[before].line);
        pen_printf(&pen, ", then %.40s (line %u)", wanted,
                   (unsigned)vm_line(s->scenario, &machine_of(s)->world, c->threads[i]));
    }
    pen_text(&pen, ".");
    add_way(&s->stuck, text);
    if (object_kind_of(c->objects[0]) == OBJECT_RESOURCE)
        add_way(&s->stuck,
                "Ask with Wait = FALSE, and release what is held when that fails: no deadlock, "
                "but the threads may try for ever.");
}

static void prepare_circle(struct session *s, const struct cycle *cycle)
{
    struct circle_note note = {.cycle = cycle};

    timeline_replay(s->timeline, 1, timeline_position(s->timeline), note_gains, &note);
    write_circle_history(s, &note);
    write_circle_ways(s, &note);
}

/* ---- hangs ---- */

struct hang_note {
    struct session *session;
    object_ref object;
    unsigned sets, pulses, resets;
    bool owner_ended;
};

/* Keeps the last steps that had to do with the object. */
static bool note_use(void *context, const struct machine *m)
{
    struct hang_note *note = context;
    struct stuck *stuck = &note->session->stuck;
    const struct step *step = &m->last;
    char text[TEXT_LINE];

    if (step->effect.object != note->object && step->effect.queued_on != note->object)
        return true;
    note->sets += step->call == CALL_KeSetEvent;
    note->pulses += step->call == CALL_KePulseEvent;
    note->resets += step->call == CALL_KeResetEvent || step->call == CALL_KeClearEvent;
    if (stuck->n_history == MAX_USES) {
        memmove(stuck->history[0], stuck->history[1], (MAX_USES - 1) * sizeof stuck->history[0]);
        memmove(stuck->steps, stuck->steps + 1, (MAX_USES - 1) * sizeof stuck->steps[0]);
        stuck->n_history--;
    }
    text_step_at_line(m, step, text, sizeof text);
    snprintf(add_history(stuck, step->n), HISTORY_TEXT, "step %u: %.200s", (unsigned)step->n, text);
    return true;
}

static void write_event_way(struct session *s, const struct hang_note *note)
{
    bool one = world_event(&machine_of(s)->world, object_ix_of(note->object))->type ==
               NT_SynchronizationEvent;

    if (note->pulses > 0)
        add_way(&s->stuck,
                "KePulseEvent wakes only who waits at that moment. KeSetEvent stays until "
                "somebody waits.");
    if (note->sets > 0 && note->resets > 0)
        add_way(&s->stuck,
                "It was set, and reset before this thread waited: reset it only when the waiters "
                "have gone on.");
    else if (note->sets > 0 && one)
        add_way(&s->stuck,
                "A synchronization event lets one waiter go for each set. One more set is needed, "
                "or type = NotificationEvent, which lets all go.");
    if (note->sets == 0 && note->pulses == 0)
        add_way(&s->stuck,
                "No step of this run has set it. Whoever should set it has ended, or waits "
                "itself: set it on every way through that thread's body.");
}

static void write_hang_way(struct session *s, const struct hang_note *note)
{
    char text[HISTORY_TEXT], name[TEXT_LINE];
    const struct world *w = &machine_of(s)->world;

    text_object(s->scenario, note->object, name, sizeof name);
    if (object_kind_of(note->object) == OBJECT_EVENT) {
        write_event_way(s, note);
    } else if (object_kind_of(note->object) == OBJECT_RESOURCE) {
        for (unsigned t = 0; t < s->scenario->n_threads; t++) {
            if (!object_owned_by(w, note->object, (thread_ix)t) ||
                world_thread(w, (thread_ix)t)->state != THREAD_FINISHED)
                continue;
            snprintf(
                text, sizeof text,
                "T%u has ended and still owns %.80s: every way through its body has to release it.",
                t + 1, name);
            add_way(&s->stuck, text);
        }
    }
}

static void prepare_hang(struct session *s)
{
    const struct machine *m = machine_of(s);

    for (unsigned t = 0; t < s->scenario->n_threads; t++) {
        if (world_thread(&m->world, (thread_ix)t)->state != THREAD_WAITING)
            continue;
        struct hang_note note = {.session = s, .object = waits_on(&m->world, (thread_ix)t)};
        if (note.object == 0)
            continue;
        timeline_replay(s->timeline, 1, timeline_position(s->timeline), note_use, &note);
        write_hang_way(s, &note);
        return; // the first that waits: the others mostly wait for it, or as it does
    }
}

/* A bug check: the steps that had to do with what it is about. */
static void prepare_stop(struct session *s)
{
    struct hang_note note = {.session = s, .object = machine_of(s)->last.effect.object};

    if (note.object != 0)
        timeline_replay(s->timeline, 1, timeline_position(s->timeline), note_use, &note);
}

/* ---- a run that missed its goal ---- */

static bool note_failure(void *context, const struct machine *m)
{
    struct stuck *stuck = context;
    char text[TEXT_LINE], *line = add_history(stuck, m->last.n);

    text_step_at_line(m, &m->last, text, sizeof text);
    if (line != NULL)
        snprintf(line, HISTORY_TEXT, "step %u: %.220s", (unsigned)m->last.n, text);
    return false;
}

/* The calls that failed, the first of them: what comes later often follows from them. */
static void prepare_failures(struct session *s)
{
    struct failure last;
    uint32_t n = session_failures(s, &last);

    for (uint32_t i = 0; i < n && i < MAX_USES; i++)
        timeline_replay(s->timeline, s->failed.steps[i], s->failed.steps[i], note_failure,
                        &s->stuck);
}

static bool note_loss(void *context, const struct machine *m)
{
    struct stuck *stuck = context;
    char text[TEXT_LINE];

    text_step_at_line(m, &m->last, text, sizeof text);
    snprintf(stuck->loss, sizeof stuck->loss, "step %u: %.480s", (unsigned)m->last.n, text);
    return false;
}

void why_add_loss(struct session *s, uint32_t lost)
{
    struct stuck *stuck = &s->stuck;

    if (stuck->lost == lost)
        return;
    stuck->lost = lost;
    stuck->loss[0] = '\0';
    for (int i = 0; i < stuck->n_history; i++) {
        if (stuck->steps[i] == lost)
            return;
    }
    timeline_replay(s->timeline, lost, lost, note_loss, stuck);
}

/* ---- what was wrong before ---- */

void session_but_text(const struct session *s, char *out, size_t size)
{
    const struct trouble *trouble = session_trouble(s);

    out[0] = '\0';
    if (trouble != NULL && trouble->kind == TROUBLE_RULE)
        snprintf(out, size, ", but a rule was broken at step %u", (unsigned)trouble->n);
    else if (trouble != NULL)
        snprintf(out, size, ", but step %u: %s", (unsigned)trouble->n, trouble->what);
}

static bool note_wrong(void *context, const struct machine *m)
{
    struct stuck *stuck = context;
    struct finding finding;

    stuck->broken = m->last.n;
    if (text_findings(m, &m->last, &finding, 1) > 0)
        snprintf(stuck->wrong, sizeof stuck->wrong, "step %u: %.480s", (unsigned)m->last.n,
                 finding.text);
    return false;
}

/* The last step says itself what is wrong about it. */
static void note_broken(struct session *s)
{
    const struct trouble *trouble = session_trouble(s);

    s->stuck.broken = 0;
    s->stuck.wrong[0] = '\0';
    if (trouble != NULL && trouble->n < timeline_position(s->timeline))
        timeline_replay(s->timeline, trouble->n, trouble->n, note_wrong, &s->stuck);
}

/* ---- the way out ---- */

/* A step of the run that is advised: up to the loss as it was made, then as the witness has it. */
static struct choice advised(const struct session *s, const struct witness *w, uint32_t lost,
                             uint32_t i)
{
    return i + 1 < lost ? timeline_choice(s->timeline, i + 1) : w->steps[i + 1 - lost];
}

/* That run as a schedule from the start; of a long one the beginning. */
static void write_advised(const struct session *s, const struct witness *w, uint32_t lost,
                          char *out, size_t size)
{
    struct pen pen = pen_on(out, size);
    uint32_t n = lost - 1 + w->n;

    for (uint32_t i = 0; i < n;) {
        struct choice choice = advised(s, w, lost, i);
        uint32_t repeats = 1;
        while (i + repeats < n && same_choice(choice, advised(s, w, lost, i + repeats)))
            repeats++;
        char item[SCHEDULE_ITEM + 1];
        schedule_item_print(item, schedule_step_of(choice), repeats);
        if (pen.n + strlen(item) + 8 > size) {
            pen_text(&pen, ", \xE2\x80\xA6");
            return;
        }
        pen_printf(&pen, "%s%s", i > 0 ? "," : "", item);
        i += repeats;
    }
}

void session_lost_text(const struct session *s, char *out, size_t size)
{
    uint32_t lost = session_lost(s);

    out[0] = '\0';
    if (lost != NOT_LOST && lost > 0)
        snprintf(out, size, "point of no return: step %u", (unsigned)lost);
    else if (lost == 0)
        snprintf(out, size, "%s",
                 session_never_good(s) ? "no schedule ends well" : "no good ending is left");
}

void session_way_text(const struct session *s, char *out, size_t size)
{
    const struct explore_ending *e = session_way_out(s);
    uint32_t lost = session_lost_step(s);
    char schedule[240];

    if (lost == 0) {
        snprintf(out, size, "%s: explore (e) shows all endings.",
                 session_never_good(s)
                     ? "No schedule ends well"
                     : "No good ending is left, and the point of no return is not known");
        return;
    }
    if (e == NULL) {
        snprintf(out, size, "%s",
                 s->ahead.way == NULL ? "Being worked out\xE2\x80\xA6" : "Not found.");
        return;
    }
    write_advised(s, &e->witness, lost, schedule, sizeof schedule);
    struct choice first = e->witness.steps[0];
    snprintf(out, size,
             "Let T%u%s at step %u instead: schedule %s (%u steps from the start) comes to "
             "'%.80s'.",
             first.thread + 1u, first.kind == CHOICE_TIMEOUT ? "'s timeout fire" : " run",
             (unsigned)lost, schedule, (unsigned)(lost - 1 + e->witness.n), e->name);
}

void why_lay_out_way(struct session *s)
{
    const struct explore_ending *e = session_way_out(s);
    uint32_t lost = session_lost_step(s), n = lost - 1 + e->witness.n;
    struct choice *steps = mem_alloc(n, sizeof *steps);
    char name[64];

    for (uint32_t i = 0; i < n; i++)
        steps[i] = advised(s, &e->witness, lost, i);
    snprintf(name, sizeof name, "%s", e->name);
    lists_close(s);
    time_lay_out(s, steps, n, name);
    time_go(s, lost - 1);
    free(steps);
}

void why_prepare(struct session *s)
{
    struct cycle cycle = machine_cycle(machine_of(s));

    note_wait_rules(s);
    note_broken(s);
    s->stuck.n_history = s->stuck.n_ways = 0;
    s->stuck.lost = 0;
    s->stuck.loss[0] = '\0';
    if (world_system(&machine_of(s)->world)->stop != STOP_NONE)
        prepare_stop(s);
    else if (cycle.n > 0)
        prepare_circle(s, &cycle);
    else if (machine_verdict(machine_of(s)) == VERDICT_HANG)
        prepare_hang(s);
    else
        prepare_failures(s);
}
