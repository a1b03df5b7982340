/*
 * Threads, each in a pane: title, body, and what there is to say below it. view_thread_list.c has a line each.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/thread_parts.h"
#include "ui/utf8.h"

/* ---- title ---- */

static void draw_title(const struct view *v, const struct area *a, const struct pane *pane,
                       thread_ix t)
{
    enum posture posture = posture_of(v->machine, t);
    struct style style = bold(role_thread(t));
    struct pencil p = title_begin(a);
    char state[48];

    snprintf(state, sizeof state, "BLOCKED since step %u", (unsigned)waiting_since(v->machine, t));
    if (!(pane->edges & EDGE_RIGHT))
        p.end++; // the line of the neighbour stands behind it
    // Since when is said below, too: the name goes before it.
    int needed = utf8_width(v->scenario->threads[t].name) + (t < 9 ? 2 : 3) + 3;
    if (posture != POSTURE_BLOCKED || waiting_since(v->machine, t) == 0 ||
        needed + utf8_width(state) > draw_room(&p))
        snprintf(state, sizeof state, "%s", posture_word(posture));
    if (t == v->session->focus && v->scenario->n_threads > 1)
        area_glyph(a, p.x - 1, 0, style, GLYPH_FOCUS);
    // The state matters more than the end of a long name.
    struct pencil name = p;
    name.end -= utf8_width(state) + 3;
    draw_print(&name, style, "%u %s", t + 1u, v->scenario->threads[t].name);
    p.x = name.x;
    draw_text(&p, plain(ROLE_BORDER), " ");
    style = marked(posture_style(posture, t), thread_state_changed(v->world, t));
    draw_glyph(&p, style, posture_glyph(posture));
    draw_text(&p, style, " ");
    draw_text(&p, style, state);
    title_end(&p);
}

/* ---- pane ---- */

static void draw_thread_pane(const struct view *v, const struct area *a, const struct pane *pane,
                             thread_ix t)
{
    struct area inside = area_box(a, pane->edges);

    draw_title(v, a, pane, t);
    struct rect r = body_rect(inside.rect.w, inside.rect.h);
    struct area body = area_part(&inside, r.x, r.y, r.w, r.h);
    bool ended;
    int from = draw_body(v, a, &body, pane, t, &ended);
    int left = inside.rect.h - from;
    struct detail details[MAX_DETAILS];
    int n = make_details(v, t, details);
    if (left > 2 && left > detail_rows(details, n, inside.rect.w, 2))
        from++; // a blank row between
    if (from < inside.rect.h && !ended) {
        struct area below = area_part(&inside, 0, from, inside.rect.w, inside.rect.h - from);
        draw_details(&below, details, n);
    }
}

void view_thread(const struct view *v, const struct area *a, const struct pane *pane)
{
    draw_thread_pane(v, a, pane, (thread_ix)pane->ix);
}

void view_focused(const struct view *v, const struct area *a, const struct pane *pane)
{
    draw_thread_pane(v, a, pane, v->session->focus);
}
