/*
 * Formats of plain characters: the schedule alone, the step table in JSON Lines, and columns: a step
 * stands in the column of its thread, so that who ran when is seen at a glance. A column is as wide
 * as what stands in it: nothing is cut.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/report/export_parts.h"
#include "sim/report/run_report.h"

/* ---- schedule ---- */

static void schedule_begin(struct export *e, const struct machine *m)
{
    struct schedule schedule = {0};
    (void)m;
    for (uint32_t i = 0; i < e->run->n; i++) {
        schedule_add(&schedule, schedule_step_of(e->run->choices[i]));
    }
    char *text = schedule_print(&schedule);
    fprintf(e->out, "%s\n", text);
    free(text);
    schedule_release(&schedule);
}

static void nothing(struct export *e, const struct machine *m)
{
    (void)e;
    (void)m;
}

const struct exporter export_schedule = {schedule_begin, nothing, nothing};

/* ---- JSON Lines ---- */

static void jsonl_begin(struct export *e, const struct machine *m)
{
    struct run_report *report = mem_alloc(1, sizeof *report);
    *report = (struct run_report){
        .out = e->out, .json = true, .policy = e->run->policy, .seed = e->run->seed};
    e->own = report;
    run_report_begin(report, m);
}

static void jsonl_step(struct export *e, const struct machine *m)
{
    run_report_step(e->own, m);
}

static void jsonl_end(struct export *e, const struct machine *m)
{
    run_report_end(e->own, m);
    free(e->own);
}

const struct exporter export_jsonl = {jsonl_begin, jsonl_step, jsonl_end};

/* ---- columns ---- */

struct cell {
    char *text;
    thread_ix thread;
};

struct columns {
    struct cell *cells; // one for each step
    uint32_t n;
    size_t width[MAX_THREADS];
    struct text notes; // "! step 4: Deadlock: ...", "  step 7: T1 prints: ..."
};

/* Characters, not bytes: what a column is measured in. */
static size_t length_of(const char *text)
{
    size_t n = 0;
    for (; *text != '\0'; text++) {
        n += ((unsigned char)*text & 0xC0) != 0x80;
    }
    return n;
}

static void widen(struct columns *c, thread_ix t, const char *text)
{
    size_t n = length_of(text);
    c->width[t] = n > c->width[t] ? n : c->width[t];
}

/* What stands below the table: it has no room in a column. */
static void note(struct columns *c, const struct machine *m)
{
    struct finding findings[MAX_FINDINGS];
    char printed[EXPORT_PRINTED];
    if (export_printed(m, printed, sizeof printed) > 0) {
        text_format(&c->notes, "  %s\n", printed);
    }
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);
    for (unsigned i = 0; i < n && i < MAX_FINDINGS; i++) {
        text_format(&c->notes, "! step %u: %s\n", (unsigned)m->last.n, findings[i].text);
    }
}

/* "1 Creator" */
static void column_title(const struct scenario *s, thread_ix t, char *out, size_t size)
{
    snprintf(out, size, "T%u %s", t + 1u, s->threads[t].name);
}

static void columns_begin(struct export *e, const struct machine *m)
{
    struct columns *c = mem_alloc(1, sizeof *c);
    char text[TEXT_LINE];
    e->own = c;
    c->cells = mem_alloc(e->run->n + 1u, sizeof *c->cells);
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        column_title(m->scenario, t, text, sizeof text);
        widen(c, t, text);
    }
    note(c, m);
}

static void columns_step(struct export *e, const struct machine *m)
{
    struct columns *c = e->own;
    char text[TEXT_LINE];
    thread_ix t = m->last.choice.thread;
    export_label(m, text, sizeof text);
    c->cells[c->n++] = (struct cell){mem_text(text, strlen(text)), t};
    widen(c, t, text);
    note(c, m);
}

/* What stands in one column of a row; no blanks behind the last. */
static void write_row(FILE *out, const struct columns *c, thread_ix t, const char *text)
{
    size_t before = 0;
    for (thread_ix u = 0; u < t; u++) {
        before += c->width[u] + 2;
    }
    fprintf(out, "%*s%s\n", (int)before, "", text);
}

static void write_titles(FILE *out, const struct columns *c, const struct scenario *s)
{
    char text[TEXT_LINE];
    fputs(" step  ", out);
    for (thread_ix t = 0; t < s->n_threads; t++) {
        column_title(s, t, text, sizeof text);
        bool last = t + 1u == s->n_threads;
        fprintf(out, "%s%*s", text, last ? 0 : (int)(c->width[t] - length_of(text) + 2), "");
    }
    putc('\n', out);
}

static void columns_end(struct export *e, const struct machine *m)
{
    struct columns *c = e->own;
    char text[TEXT_LINE];
    fprintf(e->out, "%s: %s\n\n", m->scenario->name, m->scenario->title);
    write_titles(e->out, c, m->scenario);
    for (uint32_t i = 0; i < c->n; i++) {
        fprintf(e->out, "%5u  ", (unsigned)i + 1);
        write_row(e->out, c, c->cells[i].thread, c->cells[i].text);
        free(c->cells[i].text);
    }
    putc('\n', e->out);
    if (c->notes.n > 0) {
        fprintf(e->out, "%s\n", c->notes.at);
    }
    text_ending(m, text, sizeof text);
    fprintf(e->out, "ending   %s\n", text);
    text_verdict(m, text, sizeof text);
    fprintf(e->out, "verdict  %s\n", text);
    for (thread_ix t = 0; t < m->scenario->n_threads; t++) {
        if (text_blocked(m, t, text, sizeof text) > 0) {
            fprintf(e->out, "         %s\n", text);
        }
    }
    text_release(&c->notes);
    free(c->cells);
    free(c);
}

const struct exporter export_text = {columns_begin, columns_step, columns_end};
