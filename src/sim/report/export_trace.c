/*
 * Trace events, the JSON that ui.perfetto.dev and chrome://tracing load. A step takes a millisecond.
 *
 * Process 1 is the threads: a slice for each step, one for each wait from the step that began it to the
 * one that ended it, an arrow from a waking step to the next step of whom it woke. Process 2 is the
 * objects: a slice while an object is held or signalled, one after the other on a track, so that shared
 * owners never overlap. Counters are the files of a directory and the shared variables; what is wrong
 * is an instant of the whole run. Names begin with the thread's number: they sort where the sort index
 * is not honoured.
 *
 * Source     "Trace Event Format", Google, 2016; ph M, X, i, C, s, f.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/export_parts.h"
#include "sim/report/json.h"

enum { THREADS = 1, OBJECTS = 2, STEP_US = 1000 };

struct track {
    char *name;     // of the slice that is open; NULL: none
    uint32_t since; // step after which it began
};

struct tracing {
    struct json json;
    struct track waits[MAX_THREADS];
    struct {
        uint32_t step; // that woke it and has no arrow yet; 0: none
        thread_ix by;
    } woken[MAX_THREADS];
    uint32_t n_arrows;
    unsigned n_objects;
    struct track *objects;
};

/* ---- events ---- */

static void event_open(struct tracing *t, const char *phase, const char *name, int pid,
                       unsigned tid, int64_t us)
{
    struct json *j = &t->json;
    fputs(j->comma ? ",\n" : "\n", j->out);
    j->comma = false;
    json_open(j, NULL, '{');
    json_string(j, "ph", phase);
    json_string(j, "name", name);
    json_int(j, "pid", pid);
    json_int(j, "tid", tid);
    json_int(j, "ts", us);
}

static void event_close(struct tracing *t)
{
    json_close(&t->json, '}');
}

static void metadata(struct tracing *t, const char *what, int pid, unsigned tid, const char *key,
                     const char *text, int64_t number)
{
    event_open(t, "M", what, pid, tid, 0);
    json_open(&t->json, "args", '{');
    if (text != NULL) {
        json_string(&t->json, key, text);
    } else {
        json_int(&t->json, key, number);
    }
    json_close(&t->json, '}');
    event_close(t);
}

/* The slice of a track ends at this time; nothing if none is open or it is empty. */
static void track_end(struct tracing *t, struct track *track, int pid, unsigned tid, int64_t us)
{
    int64_t since = (int64_t)track->since * STEP_US;
    if (track->name != NULL && us > since) {
        event_open(t, "X", track->name, pid, tid, since);
        json_int(&t->json, "dur", us - since);
        event_close(t);
    }
    free(track->name);
    track->name = NULL;
}

static void track_begin(struct track *track, const char *name, uint32_t since)
{
    track->name = mem_text(name, strlen(name));
    track->since = since;
}

/* ---- objects ---- */

static void look_at_object(struct tracing *t, const struct machine *m, unsigned i)
{
    object_ref object = export_object(m->scenario, i);
    struct track *track = &t->objects[i];
    char state[TEXT_LINE], name[TEXT_LINE];
    export_state(m, object, state, sizeof state);
    if (track->name != NULL ? strcmp(track->name, state) == 0 : state[0] == '\0') {
        return;
    }
    enum object_kind kind = object_kind_of(object);
    if (kind == OBJECT_DIRECTORY || kind == OBJECT_SHARED) {
        text_object(m->scenario, object, name, sizeof name);
        event_open(t, "C", name, OBJECTS, 0, (int64_t)m->last.n * STEP_US);
        json_open(&t->json, "args", '{');
        if (kind == OBJECT_SHARED) {
            json_int(&t->json, "value", world_shared(&m->world, object_ix_of(object)));
        } else {
            json_int(&t->json, "files", world_directory(&m->world, object_ix_of(object))->n_files);
        }
        json_close(&t->json, '}');
        event_close(t);
        free(track->name);
        track->name = NULL;
    } else {
        track_end(t, track, OBJECTS, i + 1, (int64_t)m->last.n * STEP_US);
    }
    if (state[0] != '\0') {
        track_begin(track, state, m->last.n);
    }
}

static void look_at_objects(struct tracing *t, const struct machine *m)
{
    for (unsigned i = 0; i < t->n_objects; i++) {
        look_at_object(t, m, i);
    }
}

/* ---- the run ---- */

static void name_tracks(struct tracing *t, const struct scenario *s)
{
    char name[TEXT_LINE];
    metadata(t, "process_name", THREADS, 0, "name", "threads", 0);
    for (thread_ix i = 0; i < s->n_threads; i++) {
        snprintf(name, sizeof name, "%u %s", i + 1u, s->threads[i].name);
        metadata(t, "thread_name", THREADS, i + 1u, "name", name, 0);
        metadata(t, "thread_sort_index", THREADS, i + 1u, "sort_index", NULL, i + 1);
    }
    metadata(t, "process_name", OBJECTS, 0, "name", "objects", 0);
    for (unsigned i = 0; i < t->n_objects; i++) {
        enum object_kind kind = object_kind_of(export_object(s, i));
        if (kind != OBJECT_DIRECTORY && kind != OBJECT_SHARED) {
            text_object(s, export_object(s, i), name, sizeof name);
            metadata(t, "thread_name", OBJECTS, i + 1, "name", name, 0);
        }
    }
}

static void tracing_begin(struct export *e, const struct machine *m)
{
    struct tracing *t = mem_alloc(1, sizeof *t);
    e->own = t;
    t->json.out = e->out;
    t->n_objects = export_n_objects(m->scenario);
    t->objects = mem_alloc(t->n_objects + 1u, sizeof *t->objects);
    json_open(&t->json, NULL, '{');
    json_string(&t->json, "displayTimeUnit", "ms");
    json_open(&t->json, "otherData", '{');
    json_string(&t->json, "tool", "lockstep");
    json_string(&t->json, "version", LOCKSTEP_VERSION);
    json_string(&t->json, "scenario", m->scenario->name);
    json_close(&t->json, '}');
    json_open(&t->json, "traceEvents", '[');
    name_tracks(t, m->scenario);
    look_at_objects(t, m);
}

static void arrow_end(struct tracing *t, const char *phase, thread_ix thread, int64_t us)
{
    event_open(t, phase, "wakes", THREADS, thread + 1u, us);
    json_string(&t->json, "cat", "wake");
    json_int(&t->json, "id", t->n_arrows);
    if (phase[0] == 'f') {
        json_string(&t->json, "bp", "e");
    }
    event_close(t);
}

static void write_slice(struct tracing *t, const struct machine *m)
{
    const struct step *step = &m->last;
    int64_t begin = (int64_t)(step->n - 1) * STEP_US;
    thread_ix thread = step->choice.thread;
    char text[TEXT_LINE];
    export_label(m, text, sizeof text);
    event_open(t, "X", text, THREADS, thread + 1u, begin);
    json_int(&t->json, "dur", STEP_US);
    json_open(&t->json, "args", '{');
    json_int(&t->json, "step", step->n);
    json_int(&t->json, "line", step->line);
    text_step(m, step, text, sizeof text);
    json_string(&t->json, "text", text);
    json_close(&t->json, '}');
    event_close(t);
    if (t->woken[thread].step != 0) {
        t->n_arrows++;
        arrow_end(t, "s", t->woken[thread].by,
                  (int64_t)t->woken[thread].step * STEP_US - STEP_US / 2);
        arrow_end(t, "f", thread, begin);
        t->woken[thread].step = 0;
    }
}

/* Waits that this step ended, and began. */
static void look_at_waits(struct tracing *t, const struct machine *m)
{
    const struct step *step = &m->last;
    char text[TEXT_LINE], name[TEXT_LINE + 16];
    for (thread_ix i = 0; i < m->scenario->n_threads; i++) {
        bool waits = world_thread(&m->world, i)->state == THREAD_WAITING;
        if (waits == (t->waits[i].name != NULL)) {
            continue;
        }
        if (!waits) { // its own step (a timeout) or that of whoever woke it
            bool own = i == step->choice.thread;
            track_end(t, &t->waits[i], THREADS, i + 1u, (int64_t)(step->n - own) * STEP_US);
            if (!own) {
                t->woken[i].step = step->n;
                t->woken[i].by = step->choice.thread;
            }
            continue;
        }
        object_ref on = waits_on(&m->world, i);
        text_object(m->scenario, on, text, sizeof text);
        snprintf(name, sizeof name, on != 0 ? "waits for %s" : "sleeps", text);
        track_begin(&t->waits[i], name, step->n);
    }
}

static void tracing_step(struct export *e, const struct machine *m)
{
    struct tracing *t = e->own;
    struct finding findings[MAX_FINDINGS];
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    write_slice(t, m);
    look_at_waits(t, m);
    look_at_objects(t, m);
    for (unsigned i = 0; i < n && i < MAX_FINDINGS; i++) {
        event_open(t, "i", findings[i].text, THREADS, m->last.choice.thread + 1u,
                   (int64_t)m->last.n * STEP_US);
        json_string(&t->json, "s", "g");
        event_close(t);
    }
}

static void tracing_end(struct export *e, const struct machine *m)
{
    struct tracing *t = e->own;
    int64_t end = ((int64_t)m->last.n + 1) * STEP_US; // so that what began last has a length
    for (thread_ix i = 0; i < m->scenario->n_threads; i++) {
        track_end(t, &t->waits[i], THREADS, i + 1u, end);
    }
    for (unsigned i = 0; i < t->n_objects; i++) {
        enum object_kind kind = object_kind_of(export_object(m->scenario, i));
        if (kind == OBJECT_DIRECTORY || kind == OBJECT_SHARED) {
            free(t->objects[i].name);
        } else {
            track_end(t, &t->objects[i], OBJECTS, i + 1, end);
        }
    }
    putc('\n', e->out);
    json_close(&t->json, ']');
    json_close(&t->json, '}');
    json_end_line(&t->json);
    free(t->objects);
    free(t);
}

const struct exporter export_trace = {tracing_begin, tracing_step, tracing_end};
