/*
 * A picture of the run: a lane for each thread and each object, a column for each step. A step is a box
 * in its thread's colour with the letter of its call, a wait a grey bar, a held or signalled object a
 * bar with its state. The sentence of a step is the box's title: browsers show it under the mouse.
 *
 * The picture is as wide as the run is long, or as its longest line of text; so its frame is written last.
 * What threads print stands below the lanes, above the verdict. Colours are those of the screen (Okabe and Ito), and never
 * say anything alone: what failed has a red frame and "!".
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/export_parts.h"

enum { CELL = 26, LANE = 30, LEFT = 170, TOP = 40, BAR = 18, FOOT = 24, LETTER = 8, ROW = 18 };

static const char *const colors[] = {"#56b4e9", "#e69f00", "#009e73", "#cc79a7"};

struct bar {
    char *name;     // of what is open; NULL: nothing
    uint32_t since; // step after which it began
};

struct picture {
    unsigned n_lanes, n_threads, n_objects;
    struct bar *bars;    // of each lane
    struct text printed; // a line for each step that printed
    unsigned n_printed;
    size_t longest; // of the lines below and above the lanes, bytes
    FILE *out;      // of the export; what comes before the end goes into body
    char *body;
    size_t size;
};

static int lane_top(unsigned lane)
{
    return TOP + (int)lane * LANE + (LANE - BAR) / 2;
}

/* A line of text at the left, with its bottom at y. */
static void write_line(FILE *out, int y, const char *text, const char *how)
{
    fprintf(out, "<text x=\"8\" y=\"%d\"%s>", y, how);
    export_escaped(out, text);
    fprintf(out, "</text>\n");
}

static void write_label(FILE *out, unsigned lane, const char *text)
{
    write_line(out, lane_top(lane) + 13, text, "");
}

/* A bar that began after one step and lasts to another. */
static void write_bar(FILE *out, const struct picture *p, unsigned lane, uint32_t until)
{
    const struct bar *bar = &p->bars[lane];
    bool thread = lane < p->n_threads;
    int x = LEFT + (int)bar->since * CELL, w = (int)(until - bar->since) * CELL;
    if (bar->name == NULL || w <= 0) {
        return;
    }
    fprintf(out, "<g><title>");
    export_escaped(out, bar->name);
    fprintf(out,
            "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
            "stroke=\"#777\"%s/>\n",
            x, lane_top(lane), w, BAR, thread ? "#ddd" : "#fff3c4",
            thread ? " stroke-dasharray=\"3 2\"" : "");
    // What has no room is in the title.
    if (LETTER * (int)strlen(bar->name) < w) {
        fprintf(out, "<text x=\"%d\" y=\"%d\" font-size=\"12\">", x + 4, lane_top(lane) + 13);
        export_escaped(out, bar->name);
        fprintf(out, "</text>");
    }
    fprintf(out, "</g>\n");
}

static void set_bar(struct export *e, unsigned lane, const char *name, uint32_t n, uint32_t until)
{
    struct picture *p = e->own;
    struct bar *bar = &p->bars[lane];
    if (bar->name != NULL ? strcmp(bar->name, name) == 0 : name[0] == '\0') {
        return;
    }
    write_bar(e->out, p, lane, until);
    free(bar->name);
    bar->name = name[0] != '\0' ? mem_text(name, strlen(name)) : NULL;
    bar->since = n;
}

/* Who waits, and how the objects are, after step n; own: a thread's own step ends its wait before it. */
static void look(struct export *e, const struct machine *m)
{
    struct picture *p = e->own;
    char text[TEXT_LINE], name[TEXT_LINE + 16];
    uint32_t n = m->last.n;
    for (thread_ix t = 0; t < p->n_threads; t++) {
        name[0] = '\0';
        if (world_thread(&m->world, t)->state == THREAD_WAITING) {
            object_ref on = waits_on(&m->world, t);
            text_object(m->scenario, on, text, sizeof text);
            snprintf(name, sizeof name, on != 0 ? "waits for %s" : "sleeps", text);
        }
        bool own = n > 0 && t == m->last.choice.thread;
        set_bar(e, t, name, n, n - own);
    }
    for (unsigned i = 0; i < p->n_objects; i++) {
        export_state(m, export_object(m->scenario, i), text, sizeof text);
        set_bar(e, p->n_threads + i, text, n, n);
    }
}

static void write_frame(FILE *out, const struct export_run *run, const struct picture *p)
{
    int w = LEFT + (int)(run->n + 1) * CELL, text = LETTER * (int)p->longest + 16;
    int h = TOP + (int)p->n_lanes * LANE + (int)p->n_printed * ROW + FOOT;
    w = w > text ? w : text;
    w = w > 480 ? w : 480;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" font-family=\"'DejaVu Sans Mono',monospace\" "
            "font-size=\"13\">\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            w, h, w, h);
    write_line(out, 16, run->scenario->title, " font-weight=\"bold\"");
    for (uint32_t n = 1; n <= run->n; n++) {
        if (n == 1 || n % 5 == 0) {
            fprintf(out,
                    "<text x=\"%d\" y=\"%d\" font-size=\"10\" text-anchor=\"middle\" "
                    "fill=\"#555\">%u</text>\n",
                    LEFT + (int)(n - 1) * CELL + CELL / 2, TOP - 4, (unsigned)n);
        }
    }
}

static void widen(struct picture *p, const char *text)
{
    size_t n = strlen(text);
    p->longest = n > p->longest ? n : p->longest;
}

static void note_printed(struct picture *p, const struct machine *m)
{
    char text[EXPORT_PRINTED];
    if (export_printed(m, text, sizeof text) > 0) {
        text_add(&p->printed, text, strlen(text) + 1);
        p->n_printed++;
        widen(p, text);
    }
}

static void picture_begin(struct export *e, const struct machine *m)
{
    const struct scenario *s = m->scenario;
    struct picture *p = mem_alloc(1, sizeof *p);
    char text[TEXT_LINE];
    e->own = p;
    p->n_threads = s->n_threads;
    p->n_objects = export_n_objects(s);
    p->n_lanes = p->n_threads + p->n_objects;
    p->bars = mem_alloc(p->n_lanes + 1u, sizeof *p->bars);
    p->out = e->out;
    e->out = open_memstream(&p->body, &p->size);
    if (e->out == NULL) {
        mem_refused();
    }
    widen(p, s->title);
    for (thread_ix t = 0; t < p->n_threads; t++) {
        snprintf(text, sizeof text, "T%u %s", t + 1u, s->threads[t].name);
        write_label(e->out, t, text);
    }
    for (unsigned i = 0; i < p->n_objects; i++) {
        text_object(s, export_object(s, i), text, sizeof text);
        write_label(e->out, p->n_threads + i, text);
    }
    look(e, m);
    note_printed(p, m);
}

static void write_step(FILE *out, const struct machine *m)
{
    const struct step *step = &m->last;
    struct finding findings[1];
    bool wrong = text_findings(m, step, findings, 1) > 0, bad = wrong || step_failed(step);
    char letter = nt_call_row(step->call)->letter;
    if (step->choice.kind == CHOICE_TIMEOUT) {
        letter = '~';
    } else if (letter <= ' ') {
        letter = '*';
    }
    int x = LEFT + (int)(step->n - 1) * CELL, y = lane_top(step->choice.thread);
    char text[TEXT_LINE], sign[3] = {letter, '\0', '\0'};
    if (bad) {
        sign[1] = '!';
    }
    text_step(m, step, text, sizeof text);
    fprintf(out, "<g><title>step %u: ", (unsigned)step->n);
    export_escaped(out, text);
    if (wrong) {
        putc(' ', out);
        export_escaped(out, findings[0].text);
    }
    fprintf(out,
            "</title><rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
            "stroke=\"%s\" stroke-width=\"%d\"/><text x=\"%d\" y=\"%d\" "
            "text-anchor=\"middle\">",
            x + 1, y, CELL - 2, BAR, colors[step->choice.thread % 4], bad ? "#d55e00" : "#333",
            bad ? 3 : 1, x + CELL / 2, y + 13);
    export_escaped(out, sign);
    fprintf(out, "</text></g>\n");
}

static void picture_step(struct export *e, const struct machine *m)
{
    look(e, m);
    write_step(e->out, m);
    note_printed(e->own, m);
}

static void picture_end(struct export *e, const struct machine *m)
{
    struct picture *p = e->own;
    char text[TEXT_LINE];
    for (unsigned lane = 0; lane < p->n_lanes; lane++) {
        write_bar(e->out, p, lane, m->last.n + 1);
        free(p->bars[lane].name);
    }
    text_verdict(m, text, sizeof text);
    widen(p, text);
    if (fclose(e->out) != 0) {
        mem_refused();
    }
    e->out = p->out;
    write_frame(e->out, e->run, p);
    fwrite(p->body, 1, p->size, e->out);
    int y = TOP + (int)p->n_lanes * LANE + FOOT - 8;
    const char *line = p->printed.at;
    for (unsigned i = 0; i < p->n_printed; i++, y += ROW, line += strlen(line) + 1) {
        write_line(e->out, y, line, " font-size=\"12\"");
    }
    write_line(e->out, y, text, "");
    fprintf(e->out, "</svg>\n");
    text_release(&p->printed);
    free(p->body);
    free(p->bars);
    free(p);
}

const struct exporter export_svg = {picture_begin, picture_step, picture_end};
