/*
 * The wait-for graph at the end of the run: threads as boxes, objects as ellipses. Solid edges wait,
 * dashed ones say who owns; those of a circle are bold and red.
 */
#include "kernel_model/waitgraph.h"
#include "sim/report/export_parts.h"

static void nothing(struct export *e, const struct machine *m)
{
    (void)e;
    (void)m;
}

static void write_name(FILE *out, const char *text)
{
    putc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\') {
            putc('\\', out);
        }
        putc((unsigned char)*text < 0x20 ? ' ' : *text, out);
    }
    putc('"', out);
}

/* A thread's object is the thread. */
static void write_node(FILE *out, object_ref object)
{
    fprintf(out, "n%u_%u", (unsigned)object_kind_of(object), (unsigned)object_ix_of(object));
}

static void write_edge(FILE *out, object_ref from, object_ref to, const char *label, bool dashed,
                       bool circle)
{
    fputs("  ", out);
    write_node(out, from);
    fputs(" -> ", out);
    write_node(out, to);
    fprintf(out, " [label=\"%s\", style=%s%s];\n", label,
            circle ? (dashed ? "\"dashed,bold\"" : "bold") : (dashed ? "dashed" : "solid"),
            circle ? ", color=\"#d55e00\", penwidth=2" : "");
}

/* The object that a thread waits for or spins on, or 0. */
static object_ref wanted_by(const struct machine *m, thread_ix t)
{
    if (machine_spins(m, t)) {
        return (object_ref)vm_request(m->scenario, &m->world, t).args[0];
    }
    return world_thread(&m->world, t)->state == THREAD_WAITING ? waits_on(&m->world, t) : 0;
}

/* Place in the circle of a thread, or c->n. */
static unsigned place_in(const struct cycle *c, thread_ix t)
{
    unsigned i = 0;
    while (i < c->n && c->threads[i] != t) {
        i++;
    }
    return i;
}

static void write_threads_of(FILE *out, const struct machine *m)
{
    static const char *const states[] = {"absent", "ready", "waits", "finished"};
    char text[TEXT_LINE + 64];
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        fputs("  ", out);
        write_node(out, object_make(OBJECT_THREAD, t));
        snprintf(text, sizeof text, "T%u %s: %s", t + 1u, m->scenario->threads[t].name,
                 machine_spins(m, t) ? "spins" : states[world_thread(&m->world, t)->state]);
        fputs(" [shape=box, label=", out);
        write_name(out, text);
        fputs("];\n", out);
    }
}

static void write_object_of(FILE *out, const struct machine *m, object_ref object,
                            const struct cycle *c)
{
    char text[TEXT_LINE];
    thread_set owners = object_owners(&m->world, object);
    text_object(m->scenario, object, text, sizeof text);
    fputs("  ", out);
    write_node(out, object);
    fputs(" [shape=ellipse, label=", out);
    write_name(out, text);
    fputs("];\n", out);
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        if ((owners & thread_bit(t)) == 0) {
            continue;
        }
        unsigned place = place_in(c, t);
        bool circle = place < c->n && c->objects[(place + c->n - 1) % c->n] == object;
        write_edge(out, object, object_make(OBJECT_THREAD, t), "owned by", true, circle);
    }
}

static void graph_end(struct export *e, const struct machine *m)
{
    FILE *out = e->out;
    struct cycle c = machine_cycle(m);
    char text[TEXT_LINE];
    fprintf(out, "digraph waits {\n  label=");
    text_verdict(m, text, sizeof text);
    write_name(out, text);
    fprintf(out, ";\n");
    write_threads_of(out, m);
    for (unsigned i = 0; i < export_n_objects(m->scenario); i++) {
        object_ref object = export_object(m->scenario, i);
        bool wanted = object_owners(&m->world, object) != 0;
        for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
            wanted = wanted || wanted_by(m, t) == object;
        }
        if (wanted) {
            write_object_of(out, m, object, &c);
        }
    }
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        object_ref object = wanted_by(m, t);
        unsigned place = place_in(&c, t);
        if (object != 0) {
            write_edge(out, object_make(OBJECT_THREAD, t), object, "waits for", false,
                       place < c.n && c.objects[place] == object);
        }
    }
    fprintf(out, "}\n");
}

const struct exporter export_dot = {nothing, nothing, graph_end};
