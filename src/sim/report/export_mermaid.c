/*
 * A Mermaid sequence diagram: threads and the objects that they used as participants, calls as
 * messages, wakes as dashed ones. An object is active while it is held or signalled, so that the bar
 * shows a lock. A step that shows something wrong stands on red ground with its sentence.
 *
 * Participants are declared before the first message, so messages are collected first.
 *
 * Source     mermaid.js.org/syntax/sequenceDiagram.html: "#59;" is a semicolon, "#35;" a number sign.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/export_parts.h"

struct diagram {
    struct text messages;
    unsigned n_objects;
    bool *used;   // of each object
    bool *active; //
};

static void add_escaped(struct text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == ';') {
            text_add(out, "#59;", 4);
        } else if (*text == '#') {
            text_add(out, "#35;", 4);
        } else if ((unsigned char)*text >= 0x20) {
            text_add(out, text, 1);
        }
    }
}

/* At the start nobody has stepped yet: then it stands over the first thread. */
static void add_printed(struct diagram *d, const struct machine *m)
{
    char printed[EXPORT_PRINTED];
    unsigned thread = m->last.n > 0 ? m->last.choice.thread : 0;
    if (export_printed(m, printed, sizeof printed) > 0) {
        text_format(&d->messages, "    Note over T%u: ", thread + 1u);
        add_escaped(&d->messages, printed);
        text_add(&d->messages, "\n", 1);
    }
}

static void diagram_begin(struct export *e, const struct machine *m)
{
    struct diagram *d = mem_alloc(1, sizeof *d);
    d->n_objects = export_n_objects(m->scenario);
    d->used = mem_alloc(d->n_objects + 1u, sizeof *d->used);
    d->active = mem_alloc(d->n_objects + 1u, sizeof *d->active);
    e->own = d;
    add_printed(d, m);
}

/* The participant that a step is about: an object, the directory of a file; n_objects: none. */
static unsigned participant_of(const struct diagram *d, const struct machine *m)
{
    const struct world_shape *shape = &m->scenario->layout.shape;
    object_ref object =
        m->last.effect.queued_on != 0 ? m->last.effect.queued_on : m->last.effect.object;
    if (object_kind_of(object) == OBJECT_NAME) {
        directory_ix parent = shape->names[object_ix_of(object)].parent;
        if (parent >= shape->n_directories) {
            return d->n_objects;
        }
        object = object_make(OBJECT_DIRECTORY, parent);
    }
    for (unsigned i = 0; i < d->n_objects; i++) {
        if (export_object(m->scenario, i) == object) {
            return i;
        }
    }
    return d->n_objects;
}

static void add_message(struct diagram *d, const struct machine *m)
{
    const struct step *step = &m->last;
    unsigned to = participant_of(d, m), from = step->choice.thread + 1u;
    char label[TEXT_LINE];
    export_label(m, label, sizeof label);
    text_format(&d->messages, "    T%u%s", from, step_failed(step) ? "-x" : "->>");
    if (to < d->n_objects) {
        d->used[to] = true;
        text_format(&d->messages, "O%u: %u ", to + 1, (unsigned)step->n);
    } else {
        text_format(&d->messages, "T%u: %u ", from, (unsigned)step->n);
    }
    add_escaped(&d->messages, label);
    text_add(&d->messages, "\n", 1);
    for (unsigned i = 0; i < step->effect.n_woken; i++) {
        unsigned woken = step->effect.woken[i].thread + 1u;
        if (to < d->n_objects) {
            text_format(&d->messages, "    O%u-->>T%u: goes on\n", to + 1, woken);
        } else if (woken != from) {
            text_format(&d->messages, "    T%u-->>T%u: goes on\n", from, woken);
        }
    }
}

/* Bars of locks and events that changed hands. */
static void add_bars(struct diagram *d, const struct machine *m)
{
    char state[TEXT_LINE];
    for (unsigned i = 0; i < d->n_objects; i++) {
        object_ref object = export_object(m->scenario, i);
        enum object_kind kind = object_kind_of(object);
        bool active = d->used[i] && kind != OBJECT_SHARED && kind != OBJECT_DIRECTORY &&
                      export_state(m, object, state, sizeof state) > 0;
        if (active != d->active[i]) {
            text_format(&d->messages, "    %s O%u\n", active ? "activate" : "deactivate", i + 1);
        }
        d->active[i] = active;
    }
}

static void add_findings(struct diagram *d, const struct machine *m, const struct finding *findings,
                         unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        text_format(&d->messages, "    Note over T%u: ", m->last.choice.thread + 1u);
        add_escaped(&d->messages, findings[i].text);
        text_add(&d->messages, "\n", 1);
    }
}

static void diagram_step(struct export *e, const struct machine *m)
{
    struct diagram *d = e->own;
    struct finding findings[MAX_FINDINGS];
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    n = n < MAX_FINDINGS ? n : MAX_FINDINGS;
    if (n > 0) {
        text_format(&d->messages, "    rect rgb(255, 225, 215)\n");
    }
    add_message(d, m);
    add_printed(d, m);
    add_findings(d, m, findings, n);
    if (n > 0) {
        text_format(&d->messages, "    end\n");
    }
    add_bars(d, m);
}

static void write_participant(FILE *out, char letter, unsigned number, const char *name)
{
    struct text text = {0};
    add_escaped(&text, name);
    fprintf(out, "    participant %c%u as %s\n", letter, number, text.n > 0 ? text.at : "");
    text_release(&text);
}

static void diagram_end(struct export *e, const struct machine *m)
{
    struct diagram *d = e->own;
    char name[TEXT_LINE];
    fprintf(e->out, "sequenceDiagram\n");
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        snprintf(name, sizeof name, "T%u %s", t + 1u, m->scenario->threads[t].name);
        write_participant(e->out, 'T', t + 1u, name);
    }
    for (unsigned i = 0; i < d->n_objects; i++) {
        if (d->used[i]) {
            text_object(m->scenario, export_object(m->scenario, i), name, sizeof name);
            write_participant(e->out, 'O', i + 1, name);
        }
    }
    if (d->messages.n > 0) {
        fputs(d->messages.at, e->out);
    }
    for (unsigned i = 0; i < d->n_objects; i++) {
        if (d->active[i]) {
            fprintf(e->out, "    deactivate O%u\n", i + 1);
        }
    }
    text_verdict(m, name, sizeof name);
    text_release(&d->messages);
    add_escaped(&d->messages, name);
    fprintf(e->out, "    Note over T1: %s\n", d->messages.at);
    text_release(&d->messages);
    free(d->used);
    free(d->active);
    free(d);
}

const struct exporter export_mermaid = {diagram_begin, diagram_step, diagram_end};
