/*
 * Who is stuck for good, drawn and in words: the circle of a deadlock, the wait that nobody ends, what
 * stopped the machine. Then the steps that led there and a way out (session_why.c).
 *
 * A circle of two threads is drawn with its four corners; any other one as a list with an edge that runs back
 * to its beginning.
 */
#include <stdio.h>
#include <string.h>

#include "kernel_model/eresource.h"
#include "sim/report/pen.h"
#include "sim/report/text_bugcheck.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { NODE = 24, GAP = 26 };

/* ---- drawing with text ---- */

struct strokes {
    const char *horizontal, *vertical, *right, *left, *up, *down;
    const char *corners[4]; // top left, top right, bottom left, bottom right
};

static const struct strokes lines = {"─", "│", "▶", "◀", "▲", "▼", {"┌", "┐", "└", "┘"}};
static const struct strokes ascii_lines = {"-", "|", ">", "<", "^", "v", {"+", "+", "+", "+"}};

static void repeat(struct pen *pen, const char *text, int n)
{
    while (n-- > 0)
        pen_text(pen, text);
}

/* A text in a column of this width, cut or filled with blanks. */
static void column(struct pen *pen, const char *text, int width)
{
    int used = 0;

    for (const char *p = text; *p != '\0' && used < width;) {
        const char *from = p;
        uint32_t ch = utf8_next(&p);
        if (used + ch_width(ch) > width)
            break;
        pen_printf(pen, "%.*s", (int)(p - from), from);
        used += ch_width(ch);
    }
    repeat(pen, " ", width - used);
}

static void centered(struct pen *pen, const char *text, int width)
{
    int free = width - utf8_width(text);

    repeat(pen, " ", free > 0 ? free / 2 : 0);
    column(pen, text, width - (free > 0 ? free / 2 : 0));
}

/* Upper or lower edge of both boxes of a row, with what stands between them. */
static void edge_row(struct sheet *sheet, const struct strokes *s, bool top, const char *between)
{
    char text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    for (int box = 0; box < 2; box++) {
        pen_text(&pen, s->corners[top ? 0 : 2]);
        repeat(&pen, s->horizontal, NODE - 2);
        pen_text(&pen, s->corners[top ? 1 : 3]);
        if (box == 0)
            centered(&pen, between, GAP);
    }
    sheet_line(sheet, plain(ROLE_TEXT), text);
}

static void node_row(struct sheet *sheet, const struct strokes *s, const char *left,
                     const char *right, const char *arrow)
{
    char text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    for (int box = 0; box < 2; box++) {
        pen_printf(&pen, "%s ", s->vertical);
        column(&pen, box == 0 ? left : right, NODE - 4);
        pen_printf(&pen, " %s", s->vertical);
        if (box == 0)
            centered(&pen, arrow, GAP);
    }
    sheet_line(sheet, bold(ROLE_TEXT), text);
}

static void between_row(struct sheet *sheet, const char *left, const char *right)
{
    char text[TEXT_LINE];
    struct pen pen = pen_on(text, sizeof text);

    repeat(&pen, " ", NODE / 2);
    column(&pen, left, NODE / 2 + GAP);
    repeat(&pen, " ", NODE / 2);
    pen_text(&pen, right);
    sheet_line(sheet, plain(ROLE_TEXT), text);
}

static void arrow_of(const struct strokes *s, bool to_right, char *out, size_t size)
{
    struct pen pen = pen_on(out, size);

    pen_text(&pen, to_right ? s->horizontal : s->left);
    repeat(&pen, s->horizontal, GAP - 4);
    pen_text(&pen, to_right ? s->right : s->horizontal);
}

/* ---- what stands in it ---- */

static const char *mode_of_wait(const struct view *v, thread_ix t)
{
    const struct kthread *thread = world_thread(v->world, t);

    if (thread->state != THREAD_WAITING)
        return "";
    return thread->wait_kind == WAIT_EXCLUSIVE ? ", exclusive"
           : thread->wait_kind == WAIT_SHARED  ? ", shared"
                                               : "";
}

static const char *mode_of_hold(const struct view *v, object_ref object)
{
    if (object_kind_of(object) != OBJECT_RESOURCE)
        return "";
    return resource_is_exclusive(v->world, object_ix_of(object)) ? ", exclusive" : ", shared";
}

static void thread_text(const struct view *v, thread_ix t, char *out, size_t size)
{
    snprintf(out, size, "T%u %.60s, line %u", t + 1u, v->scenario->threads[t].name,
             (unsigned)vm_line(v->scenario, v->world, t));
}

static void object_text(const struct view *v, object_ref object, char *out, size_t size)
{
    char name[TEXT_LINE];

    text_object(v->scenario, object, name, sizeof name);
    snprintf(out, size, "%s %.100s", kind_word(object_kind_of(object)), name);
}

/* ---- circles ---- */

static void draw_pair(const struct view *v, struct sheet *sheet, const struct cycle *c,
                      const struct strokes *s)
{
    char threads[2][128], objects[2][128], arrow[128], waits[2][64], owned[2][64];

    for (int i = 0; i < 2; i++) {
        thread_text(v, c->threads[i], threads[i], sizeof threads[i]);
        object_text(v, c->objects[i], objects[i], sizeof objects[i]);
        snprintf(waits[i], sizeof waits[i], "waits for%s", mode_of_wait(v, c->threads[i]));
        const char *mode = mode_of_hold(v, c->objects[i]);
        snprintf(owned[i], sizeof owned[i], "%s", mode[0] != '\0' ? mode + 2 : "");
    }
    edge_row(sheet, s, true, waits[0]);
    arrow_of(s, true, arrow, sizeof arrow);
    node_row(sheet, s, threads[0], objects[0], arrow);
    edge_row(sheet, s, false, "");
    between_row(sheet, s->up, s->vertical);
    char left[128], right[128];
    snprintf(left, sizeof left, "%s owned by", s->vertical);
    between_row(sheet, left, left);
    snprintf(left, sizeof left, "%s %s", s->vertical, owned[1]);
    snprintf(right, sizeof right, "%s %s", s->down, owned[0]);
    between_row(sheet, left, right);
    edge_row(sheet, s, true, waits[1]);
    arrow_of(s, false, arrow, sizeof arrow);
    node_row(sheet, s, objects[1], threads[1], arrow);
    edge_row(sheet, s, false, "");
}

static void draw_ring(const struct view *v, struct sheet *sheet, const struct cycle *c,
                      const struct strokes *s)
{
    char text[TEXT_LINE], node[128];

    for (unsigned i = 0; i < c->n; i++) {
        thread_text(v, c->threads[i], node, sizeof node);
        snprintf(text, sizeof text, "%s%s %s", i == 0 ? s->corners[0] : s->vertical,
                 i == 0 ? s->right : " ", node);
        sheet_line(sheet, bold(ROLE_TEXT), text);
        object_text(v, c->objects[i], node, sizeof node);
        snprintf(text, sizeof text, "%s     waits for%s: %s", s->vertical,
                 mode_of_wait(v, c->threads[i]), node);
        sheet_line(sheet, plain(ROLE_TEXT), text);
        snprintf(text, sizeof text, "%s     owned by%s %s", s->vertical,
                 mode_of_hold(v, c->objects[i]), s->down);
        sheet_line(sheet, plain(ROLE_TEXT), text);
    }
    snprintf(text, sizeof text, "%s%s T%u", s->corners[2], s->horizontal, c->threads[0] + 1u);
    sheet_line(sheet, bold(ROLE_TEXT), text);
}

static bool in_circle(const struct cycle *c, thread_ix t)
{
    for (unsigned i = 0; i < c->n; i++) {
        if (c->threads[i] == t)
            return true;
    }
    return false;
}

static void write_words(const struct view *v, struct sheet *sheet, const struct cycle *c)
{
    char text[TEXT_LINE], held[128], wanted[128];
    struct pen pen = pen_on(text, sizeof text);

    for (unsigned i = 0; i < c->n && i < 6; i++) {
        text_object(v->scenario, c->objects[(i + c->n - 1) % c->n], held, sizeof held);
        text_object(v->scenario, c->objects[i], wanted, sizeof wanted);
        pen_printf(&pen, "T%u holds %s and waits for %s. ", c->threads[i] + 1u, held, wanted);
    }
    pen_text(&pen, c->n == 1   ? "It waits for its own release and can never run again."
                   : c->n == 2 ? "Neither of them can ever run again."
                               : "None of them can ever run again.");
    sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text);
    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        enum posture posture = posture_of(v->machine, (thread_ix)t);
        if (in_circle(c, (thread_ix)t) || posture == POSTURE_FINISHED || posture == POSTURE_ABSENT)
            continue;
        snprintf(text, sizeof text, "T%u is not part of the circle: it %s.", t + 1,
                 posture == POSTURE_READY ? "can still run" : "waits, too");
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text);
    }
}

/* ---- the sheet ---- */

static void write_ways(const struct view *v, struct sheet *sheet)
{
    const struct stuck *stuck = &v->session->stuck;
    bool lost = session_lost(v->session) != NOT_LOST || session_lost_step(v->session) > 0;
    char text[TEXT_LINE];

    if (stuck->n_ways == 0 && !lost)
        return;
    sheet_heading(sheet, "A way out");
    session_way_text(v->session, text, sizeof text);
    if (lost)
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text);
    for (int i = 0; i < stuck->n_ways; i++)
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), stuck->ways[i]);
}

/* What led here, the step that lost the last good ending in its place among the others. */
static void write_history(struct sheet *sheet, const struct stuck *stuck, bool loss)
{
    for (int i = 0; i < stuck->n_history; i++) {
        if (loss && stuck->steps[i] > stuck->lost) {
            sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), stuck->loss);
            loss = false;
        }
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), stuck->history[i]);
    }
    if (loss)
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), stuck->loss);
}

static void write_past(const struct view *v, struct sheet *sheet)
{
    const struct stuck *stuck = &v->session->stuck;
    uint32_t lost = session_lost(v->session);
    bool is_lost = lost != NOT_LOST && lost > 0;

    if (stuck->n_history > 0 || stuck->loss[0] != '\0')
        sheet_heading(sheet, "How it came to it");
    write_history(sheet, stuck, is_lost && stuck->loss[0] != '\0');
    if (is_lost) {
        char text[128];
        sheet_line(sheet, plain(ROLE_TEXT), "");
        snprintf(text, sizeof text, "Point of no return: step %u.", (unsigned)lost);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, bold(ROLE_TEXT), text);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT),
                  "Before it a good ending could still come: press ! to go there.");
    }
    write_ways(v, sheet);
}

/* Nothing is lost yet, but the steps that are recorded ahead lose it: the place before the point of no return. */
static void write_loss_ahead(const struct view *v, struct sheet *sheet)
{
    uint32_t lost = session_lost_step(v->session);
    char text[128];

    if (session_lost(v->session) != NOT_LOST || lost == 0)
        return;
    sheet_heading(sheet, "The recorded steps ahead pass the point of no return");
    sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), v->session->stuck.loss);
    snprintf(text, sizeof text,
             "Point of no return: step %u. From here a good ending can still come.",
             (unsigned)lost);
    sheet_row(sheet, plain(ROLE_DIM), "", 1, bold(ROLE_TEXT), text);
    write_ways(v, sheet);
}

static void write_hang(const struct view *v, struct sheet *sheet)
{
    char text[TEXT_LINE];

    sheet_heading(sheet, "A wait that nobody ends");
    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if (posture_of(v->machine, (thread_ix)t) != POSTURE_BLOCKED)
            continue;
        text_blocked(v->machine, (thread_ix)t, text, sizeof text);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text);
    }
    sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT),
              "There is no circle: whoever could have ended it has ended.");
}

static void write_parameters(const struct view *v, struct sheet *sheet)
{
    char text[TEXT_LINE], label[32];

    for (unsigned i = 0; i < BUGCHECK_PARAMETERS; i++) {
        if (text_bugcheck_parameter(v->machine, i, text, sizeof text) == 0)
            continue;
        snprintf(label, sizeof label, "parameter %u", i + 1);
        sheet_row(sheet, plain(ROLE_DIM), label, 14, plain(ROLE_TEXT), text);
    }
}

/* What [endings] says of the ending that came, and of the good ones. */
static void write_meanings(const struct view *v, struct sheet *sheet)
{
    const struct scenario *s = v->scenario;
    int came = machine_ending(v->machine);
    char text[TEXT_LINE];

    for (uint32_t i = 0; i < s->n_endings; i++) {
        if ((int)i != came && !s->endings[i].goal)
            continue;
        snprintf(text, sizeof text, "'%s' means %s", s->endings[i].name, s->endings[i].when.text);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text);
    }
}

/* Nobody is stuck, but the goal is missed, or will be. */
static void write_missed(const struct view *v, struct sheet *sheet)
{
    const char *goal = goal_name(v->scenario);
    bool over = machine_verdict(v->machine) == VERDICT_FINISHED;
    char ending[TEXT_LINE], text[TEXT_LINE + 128];

    write_loss_ahead(v, sheet);
    if (over ? machine_ended_well(v->machine) : session_lost(v->session) == NOT_LOST)
        return;
    sheet_heading(sheet, over ? "The goal was missed" : "No good ending can come any more");
    if (over) {
        text_ending(v->machine, ending, sizeof ending);
        snprintf(text, sizeof text, "It ended as '%s'. Good is '%s'.", ending, goal);
    } else if (goal != NULL) {
        snprintf(text, sizeof text, "Good is '%s', and no schedule leads there from here.", goal);
    } else {
        snprintf(text, sizeof text, "Whatever runs next, not all threads will finish.");
    }
    sheet_row(sheet, bold(ROLE_BAD), "", 1, bold(ROLE_BAD), text);
    if (over)
        write_meanings(v, sheet);
    write_past(v, sheet);
}

void write_stuck(const struct view *v, struct sheet *sheet, bool ascii)
{
    const struct strokes *s = ascii ? &ascii_lines : &lines;
    struct cycle cycle = machine_cycle(v->machine);
    char text[TEXT_LINE];

    switch (machine_verdict(v->machine)) {
    case VERDICT_BUGCHECK:
    case VERDICT_ASSERTION:
    case VERDICT_FAULT:
        text_verdict(v->machine, text, sizeof text);
        sheet_heading(sheet, "The machine has stopped");
        sheet_row(sheet, bold(ROLE_BAD), "", 1, bold(ROLE_BAD), text);
        write_parameters(v, sheet);
        write_past(v, sheet);
        return;
    case VERDICT_HANG:
        write_hang(v, sheet);
        write_past(v, sheet);
        return;
    case VERDICT_RUNNING:
    case VERDICT_DEADLOCK:
    case VERDICT_FINISHED:
        break;
    }
    if (cycle.n == 0) {
        write_missed(v, sheet);
        return;
    }
    sheet_heading(sheet, cycle.n == 1 ? "A thread that waits for itself" : "The circle of waiting");
    if (cycle.n == 2 && sheet->width >= 2 * NODE + GAP)
        draw_pair(v, sheet, &cycle, s);
    else
        draw_ring(v, sheet, &cycle, s);
    write_words(v, sheet, &cycle);
    write_past(v, sheet);
}
