/*
 * The table of formats, the loop over the steps, and what several formats say.
 */
#include "sim/report/export.h"

#include <string.h>

#include "kernel_model/eresource.h"
#include "sim/report/calls.h"
#include "sim/report/export_parts.h"

const struct export_format export_formats[N_EXPORT_FORMATS] = {
    {"text", &export_text},    {"schedule", &export_schedule}, {"jsonl", &export_jsonl},
    {"trace", &export_trace},  {"mermaid", &export_mermaid},   {"dot", &export_dot},
    {"states", &export_graph}, {"svg", &export_svg},
};

void export_run(const struct export_format *format, const struct export_run *run, FILE *out)
{
    struct machine *m = machine_create(run->scenario, true);
    struct export e = {.out = out, .run = run};
    machine_watch_invariants(m);
    machine_keep_fingerprint(m);
    machine_reset(m);
    format->exporter->begin(&e, m);
    for (uint32_t i = 0; i < run->n; i++) {
        machine_step(m, run->choices[i]);
        format->exporter->step(&e, m);
    }
    format->exporter->end(&e, m);
    machine_free(m);
}

/* ---- objects ---- */

/* The kinds of objects in the order of the screen, with their numbers. */
enum { N_KINDS = 5 };

struct kind_count {
    enum object_kind kind;
    unsigned n;
};

static void count_kinds(const struct world_shape *shape, struct kind_count out[N_KINDS])
{
    out[0] = (struct kind_count){OBJECT_RESOURCE, shape->n_resources};
    out[1] = (struct kind_count){OBJECT_EVENT, shape->n_events};
    out[2] = (struct kind_count){OBJECT_SPINLOCK, shape->n_spinlocks};
    out[3] = (struct kind_count){OBJECT_SHARED, shape->n_shared};
    out[4] = (struct kind_count){OBJECT_DIRECTORY, shape->n_directories};
}

unsigned export_n_objects(const struct scenario *s)
{
    struct kind_count kinds[N_KINDS];
    unsigned n = 0;
    count_kinds(&s->layout.shape, kinds);
    for (unsigned k = 0; k < N_KINDS; k++) {
        n += kinds[k].n;
    }
    return n;
}

object_ref export_object(const struct scenario *s, unsigned i)
{
    struct kind_count kinds[N_KINDS];
    unsigned k = 0;
    count_kinds(&s->layout.shape, kinds);
    while (i >= kinds[k].n) {
        i -= kinds[k++].n;
    }
    return object_make(kinds[k].kind, i);
}

static void write_owners(struct pen *p, const struct world *w, resource_ix r)
{
    thread_set owners = resource_owners(w, r);
    if (resource_active_entries(w, r) == 0) {
        return;
    }
    pen_text(p, resource_is_exclusive(w, r) ? "exclusive " : "shared ");
    if (owners != 0) {
        write_threads(p, owners);
    } else {
        pen_text(p, "by an owner pointer");
    }
}

size_t export_state(const struct machine *m, object_ref object, char *out, size_t size)
{
    const struct world *w = &m->world;
    uint16_t ix = object_ix_of(object);
    struct pen p = pen_on(out, size);
    switch (object_kind_of(object)) {
    case OBJECT_RESOURCE:
        write_owners(&p, w, ix);
        break;
    case OBJECT_EVENT:
        pen_text(&p, world_event(w, ix)->signal_state > 0 ? "signalled" : "");
        break;
    case OBJECT_SPINLOCK:
        if (world_spinlock(w, ix)->owner != 0) {
            pen_printf(&p, "held by T%u", world_spinlock(w, ix)->owner);
        }
        break;
    case OBJECT_SHARED:
        pen_printf(&p, "%ld", (long)world_shared(w, ix));
        break;
    case OBJECT_DIRECTORY:
        if (world_directory(w, ix)->n_files > 0) {
            unsigned n = world_directory(w, ix)->n_files;
            pen_printf(&p, "%u file%s", n, n == 1 ? "" : "s");
        }
        break;
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
    return p.n;
}

/* ---- words ---- */

size_t export_printed(const struct machine *m, char *out, size_t size)
{
    struct pen p = pen_on(out, size);
    if (m->printed[0] == '\0') {
        pen_text(&p, "");
    } else if (m->last.n > 0) {
        pen_printf(&p, "step %u: %s", (unsigned)m->last.n, m->printed);
    } else {
        pen_printf(&p, "at the start: %s", m->printed);
    }
    return p.n;
}

size_t export_label(const struct machine *m, char *out, size_t size)
{
    const struct step *step = &m->last;
    struct pen p = pen_on(out, size);
    char text[TEXT_LINE];
    if (step->choice.kind == CHOICE_TIMEOUT) {
        pen_text(&p, "timeout");
        return p.n;
    }
    if (step->call == CALL_ZwClose) { // the handle is gone, the file it stood for is not
        text_object_short(m->scenario, step->effect.object, text, sizeof text);
        pen_printf(&p, "%s %s", nt_call_row(step->call)->verb, text);
    } else {
        text_call_short(m->scenario, &m->world, step->call, step->args, step->n_args, text,
                        sizeof text);
        pen_text(&p, text);
    }
    text_outcome(m->scenario, step, text, sizeof text);
    if (step->effect.status == KM_WAIT || step_failed(step)) {
        pen_printf(&p, ": %s", text);
    }
    return p.n;
}

void export_escaped(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            putc((unsigned char)*text < 0x20 ? ' ' : *text, out);
        }
    }
}
