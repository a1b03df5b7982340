/*
 * Threads, a line each: where there is no room for their bodies side by side.
 *
 * When there is no room for all lines either, the chosen thread and those that can run come first.
 */
#include <stdio.h>

#include "ui/view.h"

static void draw_thread_line(const struct view *v, const struct area *a, int y, thread_ix t)
{
    enum posture posture = posture_of(v->machine, t);
    struct pencil p = draw_at(a, 0, y, a->rect.w);
    struct style style = marked(posture_style(posture, t), thread_state_changed(v->world, t));
    struct style name = t == v->session->focus ? bold(role_thread(t)) : plain(role_thread(t));
    char text[TEXT_LINE];

    draw_glyph(&p, style, posture_glyph(posture));
    if (t == v->session->focus)
        draw_glyph(&p, name, GLYPH_FOCUS);
    draw_to(&p, 2);
    draw_print(&p, name, "%2u %s", t + 1u, v->scenario->threads[t].name);
    draw_to(&p, 18);
    draw_text(&p, plain(ROLE_TEXT), " ");
    switch (posture) {
    case POSTURE_READY:
        text_next_short(v->machine, t, text, sizeof text);
        draw_text(&p, marked(plain(ROLE_TEXT), thread_moved(v->world, t)), text);
        break;
    case POSTURE_BLOCKED:
    case POSTURE_SPINS:
    case POSTURE_SLEEPS: {
        object_ref object = waits_on(v->world, t);
        text[0] = '\0';
        if (object != 0)
            text_object_short(v->scenario, object, text, sizeof text);
        draw_print(&p, plain(ROLE_WARN), "%s%s", posture_word(posture),
                   text[0] != '\0' ? " on " : "");
        draw_text(&p, plain(ROLE_TEXT), text);
        break;
    }
    case POSTURE_FINISHED:
    case POSTURE_ABSENT:
    case POSTURE_CRASHED:
    case POSTURE_STOPPED:
    case N_POSTURES:
        draw_text(&p, plain(ROLE_DIM), posture_word(posture));
        break;
    }
}

/* Threads to show when there is no room for all: the chosen one, what can run, then the rest. */
static struct picks pick_threads(const struct view *v, int rows)
{
    unsigned n = v->scenario->n_threads;
    struct picks picks = picks_for((int)n <= rows ? rows : rows - 1);

    pick(&picks, v->session->focus);
    for (unsigned t = 0; t < n; t++) {
        if (v->enabled >> t & 1)
            pick(&picks, t);
    }
    for (unsigned t = 0; t < n; t++)
        pick(&picks, t);
    return picks;
}

void view_threads(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    int columns = inside.rect.w / 52 > 0 ? inside.rect.w / 52 : 1;
    int n = (int)v->scenario->n_threads;
    char text[64];

    snprintf(text, sizeof text, "%d threads", n);
    title(a, plain(ROLE_TITLE), text);
    if (n <= inside.rect.h || inside.rect.h <= 0)
        columns = 1;
    struct picks picks = pick_threads(v, inside.rect.h * columns);
    bool all = picks.n == n;
    if (!all &&
        is_chosen(v, pane)) { // the chosen thread is what the arrows move: it stays in sight
        int room = inside.rect.h * columns, from = v->session->focus - room / 2;
        from = from > n - room ? n - room : from < 0 ? 0 : from;
        picks = picks_from(from, n, room);
        draw_scrolled(v, a, pane, from, n, room);
        all = true;
    }
    int rows = inside.rect.h > 0 ? inside.rect.h : 1, width = inside.rect.w / columns;
    for (int i = 0; i < picks.n; i++) {
        struct area column =
            area_part(&inside, i / rows * width, 0, width - (columns > 1), inside.rect.h);
        draw_thread_line(v, &column, i % rows, (thread_ix)picks.items[i]);
    }
    if (!all) {
        struct area column = area_part(&inside, picks.n / rows * width, 0, width, inside.rect.h);
        draw_more(&column, picks.n % rows, (unsigned)(n - picks.n), "threads");
    }
}
