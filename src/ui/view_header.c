/*
 * The first row and the tabs: which scenario, where the run stands, what is wrong about it; and the whole of a tiny screen.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { SCHEDULE_ROOM = 16, NAMED_THREADS = 3 }; // columns that a long schedule keeps

/* ---- header ---- */

/* What has gone wrong so far, by its cause; calls that failed count, as the run may be lost by one. */
static struct style standing_on_the_way(const struct view *v, char *out, size_t size)
{
    const struct trouble *trouble = session_worst_trouble(v->session);
    struct failure last;
    uint32_t failures = session_failures(v->session, &last);

    bool rule = trouble != NULL && trouble->kind != TROUBLE_STUCK;
    if (session_lost(v->session) != NOT_LOST && (trouble == NULL || rule)) {
        session_lost_text(v->session, out, size);
        return plain(ROLE_BAD);
    }
    if (trouble != NULL) {
        snprintf(out, size, "step %u: %s", (unsigned)trouble->n, trouble->what);
        return plain(rule ? ROLE_WARN : ROLE_BAD);
    }
    if (v->session->ahead.breaks) {
        snprintf(out, size, "%s", "every way on breaks a rule");
        return plain(ROLE_WARN);
    }
    if (failures > 0) {
        if (failures == 1)
            snprintf(out, size, "step %u: T%u's %s failed", (unsigned)last.n, last.thread + 1u,
                     nt_call_row(last.call)->verb);
        else
            snprintf(out, size, "%u calls failed, last step %u", (unsigned)failures,
                     (unsigned)last.n);
        return plain(ROLE_WARN);
    }
    snprintf(out, size, "%s", "nothing wrong yet");
    return plain(ROLE_GOOD);
}

/* "T3", "T1 and T2", "5 threads" */
static void write_threads(struct pen *pen, thread_set set)
{
    unsigned n = 0, written = 0;

    for (unsigned t = 0; t < MAX_THREADS; t++)
        n += set >> t & 1;
    if (n > NAMED_THREADS)
        pen_printf(pen, "%u threads", n);
    for (unsigned t = 0; t < MAX_THREADS && n <= NAMED_THREADS; t++) {
        if ((set >> t & 1) == 0)
            continue;
        pen_printf(pen, "%sT%u", written == 0 ? "" : written + 1 == n ? " and " : ", ", t + 1);
        written++;
    }
}

/* Who waits for whom tell the sentences: of a row that has little room the verdict has the part that they allow. */
static void write_brief_verdict(const struct view *v, enum verdict verdict, struct pen *pen)
{
    struct cycle cycle = machine_cycle(v->machine);
    thread_set left = machine_unfinished(v->machine), circle = 0;

    for (unsigned i = 0; i < cycle.n; i++)
        circle |= thread_bit(cycle.threads[i]);
    if (verdict == VERDICT_HANG) {
        pen_text(pen, "hang: ");
        write_threads(pen, left);
        pen_text(pen, (left & (left - 1)) == 0 ? " waits for ever" : " wait for ever");
    } else if (verdict == VERDICT_DEADLOCK) {
        pen_text(pen, "deadlock of ");
        write_threads(pen, circle);
    } else {
        pen->n = text_verdict(v->machine, pen->at, pen->size);
    }
}

/* How the run stands, in a few words; brief: in as few as tell it. */
static struct style standing(const struct view *v, bool brief, char *out, size_t size)
{
    enum verdict verdict = machine_verdict(v->machine);
    const char *goal = goal_name(v->scenario);
    struct pen pen = pen_on(out, size);

    if (verdict == VERDICT_RUNNING)
        return standing_on_the_way(v, out, size);
    bool good = machine_ended_well(v->machine);
    if (verdict != VERDICT_FINISHED && brief) {
        write_brief_verdict(v, verdict, &pen);
    } else if (verdict != VERDICT_FINISHED) {
        pen.n = text_verdict(v->machine, out, size);
    } else if (v->scenario->n_endings > 0) {
        pen.n = text_ending(v->machine, out, size);
        if (!good && !brief)
            pen_printf(&pen, " (goal: %s)", goal);
    } else {
        pen_text(&pen, "all threads finished");
    }
    char but[TROUBLE_TEXT + 32];
    session_but_text(v->session, but, sizeof but);
    if (good)
        pen_text(&pen, but);
    return plain(!good ? ROLE_BAD : but[0] != '\0' ? ROLE_WARN : ROLE_GOOD);
}

/* The schedule so far; its end if it is long. The word before it, if that costs none of it, or there is room. */
static void draw_schedule(const struct view *v, struct pencil *p)
{
    static const char word[] = "   schedule ";
    char text[TEXT_LINE];
    uint32_t position = timeline_position(v->session->timeline);
    int room = draw_room(p);

    text_schedule(v->session->timeline, position, text, sizeof text);
    bool named = utf8_width(word) + utf8_width(text) <= room || room > 20;
    draw_text(p, plain(ROLE_DIM), named ? word : "   ");
    room = draw_room(p);
    if (utf8_width(text) > room && room < 4)
        return;
    if (utf8_width(text) > room)
        text_schedule(v->session->timeline, position, text, (size_t)room + 1);
    draw_text(p, bold(ROLE_TEXT), text);
}

/* Where the run is, without its schedule: drawn, or only measured. */
static void draw_position(const struct view *v, struct pencil *p)
{
    uint32_t position = timeline_position(v->session->timeline);
    uint32_t length = timeline_length(v->session->timeline);

    draw_print(p, plain(ROLE_TEXT), "   step %u", (unsigned)position);
    if (position < length)
        draw_print(p, plain(ROLE_DIM), " of %u", (unsigned)length);
    if (branches_count(v->session->branches) > 1)
        draw_print(p, plain(ROLE_DIM), "   branch %u of %u",
                   branches_present(v->session->branches) + 1,
                   branches_count(v->session->branches));
    if (v->session->playing)
        draw_text(p, bold(ROLE_KEY), "   PLAY");
    if (v->session->policy.kind != POLICY_MANUAL && v->width >= 100)
        draw_print(p, plain(ROLE_DIM), "   policy %s", policy_name(v->session->policy.kind));
}

/* Columns of the position and of as much of the schedule as is worth having. */
static int position_width(const struct view *v)
{
    struct frame nothing = {0};
    struct area a = {&nothing, {0, 0, TEXT_LINE, 1}, 0};
    struct pencil p = draw_at(&a, 0, 0, TEXT_LINE);
    char text[SCHEDULE_ROOM + 1];

    draw_position(v, &p);
    text_schedule(v->session->timeline, timeline_position(v->session->timeline), text, sizeof text);
    return p.x + (text[0] != '\0' ? 12 + utf8_width(text) : 0);
}

void view_header(const struct view *v, const struct area *a, const struct pane *pane)
{
    char text[TEXT_LINE];
    const char *title = v->scenario->title;
    int needed = position_width(v), name = 1 + utf8_width(v->scenario->name);

    (void)pane;
    area_clear(a);
    struct style style = standing(v, false, text, sizeof text);
    if (name + needed + 2 + utf8_width(text) + 3 > a->rect.w)
        style = standing(v, true, text, sizeof text);
    int right = utf8_width(text) + 3;
    if (right > a->rect.w * 3 / 5)
        right = a->rect.w * 3 / 5;
    struct pencil p = draw_at(a, a->rect.w - right, 0, right - 1);
    draw_glyph(&p, style, style_sign(style));
    draw_text(&p, style, " ");
    draw_text(&p, style, text);

    p = draw_at(a, 1, 0, a->rect.w - right - 3);
    draw_text(&p, plain(ROLE_TITLE), v->scenario->name);
    if (v->width >= 120 && title != NULL && draw_room(&p) >= 3 + utf8_width(title) + needed)
        draw_print(&p, plain(ROLE_DIM), "   %s", title);
    draw_position(v, &p);
    if (timeline_position(v->session->timeline) > 0 && draw_room(&p) > 8)
        draw_schedule(v, &p);
}

void view_tabs(const struct view *v, const struct area *a, const struct pane *pane)
{
    static const char *const names[N_TABS] = {"Threads", "Objects", "Files", "Timeline", "Endings"};
    int width = 0;

    (void)pane;
    area_clear(a);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);
    for (int i = 0; i < N_TABS; i++)
        width += session_has_tab(v->session, (enum tab)i) ? utf8_width(names[i]) + 2 : 0;
    bool narrow = width > a->rect.w; // then neighbours share the cell between them
    for (int i = 0; i < N_TABS; i++) {
        if (!session_has_tab(v->session, (enum tab)i))
            continue;
        bool chosen = i == (int)v->session->tab;
        bool next = session_next_tab(v->session, (enum tab)i) == v->session->tab && !chosen;
        struct style style = chosen ? bold(ROLE_TITLE) : plain(ROLE_DIM);
        if (p.x == 0 || !narrow)
            draw_text(&p, style, chosen ? "[" : " ");
        draw_text(&p, style, names[i]);
        draw_text(&p, chosen || !next ? style : bold(ROLE_TITLE),
                  chosen           ? "]"
                  : narrow && next ? "["
                                   : " ");
    }
}

/* ---- a tiny screen ---- */

/* Scenario, step and how the run stands; returns the rows used. */
static int draw_status_head(const struct view *v, const struct area *a, int most)
{
    char text[TEXT_LINE];
    struct style style = standing(v, true, text, sizeof text);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);

    draw_print(&p, plain(ROLE_TITLE), "%s", v->scenario->name);
    draw_print(&p, plain(ROLE_TEXT), " step %u  ",
               (unsigned)timeline_position(v->session->timeline));
    bool below = most > 2 && draw_room(&p) < utf8_width(text) + 2;
    if (below)
        p = draw_at(a, 0, 1, a->rect.w);
    draw_glyph(&p, style, style_sign(style));
    draw_text(&p, style, " ");
    draw_text(&p, style, text);
    return below ? 2 : 1;
}

/* What the keys do in the last row: q quits only while nothing is open. */
static void draw_status_keys(const struct view *v, struct pencil *p)
{
    const struct session *s = v->session;

    if (s->overlay != OVERLAY_NONE) {
        draw_text(p, plain(ROLE_KEY), "Esc");
        draw_text(p, plain(ROLE_TEXT), " closes  ");
        if (overlay_context(s->overlay) != IN_PROMPT && (s->scroll.most > 0 || s->list.n > 1)) {
            draw_text(p, plain(ROLE_KEY), "Down");
            draw_text(p, plain(ROLE_TEXT), " goes on");
        }
        return;
    }
    draw_text(p, plain(ROLE_KEY), "q");
    draw_text(p, plain(ROLE_TEXT), " quits  ");
    for (unsigned t = 0; t < v->scenario->n_threads && t < 9; t++) {
        if (v->enabled >> t & 1)
            draw_print(p, bold(role_thread(t)), "[%u] ", t + 1);
    }
}

void view_status(const struct view *v, const struct area *a, const struct pane *pane)
{
    const struct session *s = v->session;
    uint32_t position = timeline_position(s->timeline);
    char text[TEXT_LINE];
    int h = a->rect.h;

    (void)pane;
    area_clear(a);
    if (h == 1) {
        struct pencil p = draw_at(a, 0, 0, a->rect.w);
        draw_print(&p, plain(ROLE_TEXT), "q quits  step %u  %s", (unsigned)position,
                   v->scenario->name);
        return;
    }
    int y = draw_status_head(v, a, h - 2);
    if (s->message[0] != '\0')
        snprintf(text, sizeof text, "%s", s->message);
    else if (position > 0)
        text_step(v->machine, &v->machine->last, text, sizeof text);
    else
        snprintf(text, sizeof text, "%s",
                 timeline_length(s->timeline) > 0 ? "At the start." : "Nothing has run yet.");
    int rows = h - 1 > y ? area_wrap(a, y, h - 1 - y, 0, plain(ROLE_TEXT), text) : 0;
    color_threads(a, y, rows);
    struct area last = area_part(a, 0, h - 1, a->rect.w, 1);
    if (s->message[0] != '\0' && s->overlay != OVERLAY_NONE) {
        draw_message(v, &last);
        return;
    }
    struct pencil p = draw_at(&last, 0, 0, a->rect.w);
    draw_status_keys(v, &p);
}
