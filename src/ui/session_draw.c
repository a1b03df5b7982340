/*
 * A session becomes a frame: layout, past steps, what is open over the screen, panes, borders.
 *
 * The overlay goes first and keeps its cells; the panes are drawn around it. Which function draws which view
 * is one table.
 */
#include <ctype.h>
#include <string.h>

#include "ui/session_parts.h"
#include "ui/utf8.h"
#include "ui/view.h"

static view_function *const views[N_VIEWS] = {
    [VIEW_HEADER] = view_header,       [VIEW_TABS] = view_tabs,
    [VIEW_THREAD] = view_thread,       [VIEW_THREADS] = view_threads,
    [VIEW_SOURCE] = view_focused,      [VIEW_RESOURCE] = view_resource,
    [VIEW_EVENT] = view_event,         [VIEW_SPINLOCK] = view_spinlock,
    [VIEW_SHARED] = view_shared,       [VIEW_OBJECTS] = view_objects,
    [VIEW_DIRECTORY] = view_directory, [VIEW_DIRECTORIES] = view_directories,
    [VIEW_TIMELINE] = view_timeline,   [VIEW_POSSIBLE] = view_possible,
    [VIEW_SENTENCES] = view_sentences, [VIEW_LOG] = view_log,
    [VIEW_STEPS] = view_steps,         [VIEW_FOOTER] = view_footer,
    [VIEW_STATUS] = view_status,
};

/* The past steps that the panes will show. */
static void fill_lanes(struct session *s, const struct view *v, const struct layout *layout)
{
    uint32_t lost = lost_in_lanes(s);

    if (lost > 0)
        lanes_fill(&s->lanes, s->timeline, lost, lost);
    for (int i = 0; i < layout->n_panes; i++) {
        const struct pane *pane = &layout->panes[i];
        uint32_t first = 1, last = 0;
        if (pane->view == VIEW_TIMELINE)
            timeline_window(v, pane->rect.w - 2, &first, &last);
        else if (pane->view == VIEW_LOG)
            log_window(v, pane->rect.h - 1, &first, &last);
        if (first <= last)
            lanes_fill(&s->lanes, s->timeline, first, last);
    }
}

/* The title of the chosen pane is reversed; threads have a sign of their own. */
static void mark_chosen(const struct session *s, struct frame *frame)
{
    for (int i = 0; i < s->layout.n_panes && s->pane_shown; i++) {
        const struct pane *pane = &s->layout.panes[i];
        if (!pane_is(pane, s->pane))
            continue;
        struct area title = {
            frame, {pane->rect.x, pane->rect.y, pane->rect.w, 1}, (uint8_t)(i + 1)};
        for (int x = 2;
             x < title.rect.w && frame_at(frame, pane->rect.x + x, pane->rect.y)->line == 0; x++)
            area_choose(&title, x, 0, 1);
    }
}

/* Does a sign in the chosen pane say that something was cut short? */
static bool chosen_is_cut(const struct session *s, const struct frame *frame)
{
    uint32_t sign = glyph_char(GLYPH_ELLIPSIS, frame->ascii);

    for (int i = 0; i < frame->w * frame->h; i++) {
        int pane = frame->cells[i].pane - 1;
        if (frame->cells[i].ch == sign && pane >= 0 && pane < s->layout.n_panes &&
            pane_is(&s->layout.panes[pane], s->pane))
            return true;
    }
    return false;
}

/* Does the text stand in the row from column x on? any: in capitals or not, it is the same. */
static bool stands_at(const struct frame *f, int x, int y, const char *text, bool any)
{
    for (uint32_t ch; (ch = utf8_next(&text)) != 0; x++) {
        uint32_t cell = x < f->w ? frame_at(f, x, y)->ch : 0;
        bool letters = any && ch < 0x80 && cell < 0x80;
        if (letters ? tolower((int)ch) != tolower((int)cell) : ch != cell)
            return false;
    }
    return true;
}

/* The row begins with the number of this line, behind the sign of a body. */
static bool has_number(const struct frame *f, const struct rect *r, int y, uint32_t line)
{
    uint32_t number = 0;
    int x = r->x + 2; // behind the border and the sign

    while (x < r->x + r->w && frame_at(f, x, y)->ch == ' ')
        x++;
    for (; x < r->x + r->w && frame_at(f, x, y)->ch - '0' < 10; x++)
        number = 10 * number + (frame_at(f, x, y)->ch - '0');
    return number == line;
}

/* The row has the name of the object: the title anywhere, a row of a list where it begins. */
static bool has_name(const struct session *s, const struct frame *f, const struct rect *r, int y,
                     object_ref object)
{
    int end = y == r->y ? r->x + r->w : r->x + 3;
    char name[2][TEXT_LINE];

    text_object(s->scenario, object, name[0], sizeof name[0]);
    text_object_short(s->scenario, object, name[1], sizeof name[1]);
    for (int x = r->x + 1; x < end; x++) {
        if (stands_at(f, x, y, name[0], false) || stands_at(f, x, y, name[1], false))
            return true;
    }
    return false;
}

/* Does the row of this pane show the place that was found last? */
static bool shows_place(const struct session *s, const struct frame *f, const struct pane *pane,
                        int y)
{
    const struct place *at = &s->search.at;
    const struct rect *r = &pane->rect;
    bool body = pane_is(pane, (struct pane_id){VIEW_THREAD, at->thread}) ||
                (pane->view == VIEW_SOURCE && s->focus == at->thread);

    if (!s->search.found)
        return false;
    switch (at->kind) {
    case PLACE_TITLE:
        break;
    case PLACE_THREAD:
        return body && y == r->y;
    case PLACE_SOURCE:
        return body && y > r->y && has_number(f, r, y, at->n + 1);
    case PLACE_OBJECT:
        return pane_is(pane, s->pane) && has_name(s, f, r, y, at->object);
    case PLACE_STEP:
        return pane->view == VIEW_LOG &&
               frame_at(f, r->x + 1, y)->ch == glyph_char(GLYPH_NEXT, f->ascii);
    }
    return false;
}

/*
 * Colours what was searched for, wherever it stands between the first and the last row; the place found last is
 * reversed besides.
 */
static void mark_found(const struct session *s, struct frame *frame)
{
    int n = utf8_width(s->search.text);
    bool any = search_ignores_case(s->search.text);

    for (int y = 1; y < frame->h - 1 && n > 0; y++) {
        for (int x = 0; x + n <= frame->w; x++) {
            if (!stands_at(frame, x, y, s->search.text, any))
                continue;
            int pane = frame_at(frame, x, y)->pane - 1;
            bool here = pane >= 0 && pane < s->layout.n_panes &&
                        shows_place(s, frame, &s->layout.panes[pane], y);
            for (int i = 0; i < n; i++) {
                struct cell *cell = &frame->cells[y * frame->w + x + i];
                cell->role = ROLE_FOUND;
                cell->attr = here ? ATTR_BOLD | ATTR_REVERSE : ATTR_BOLD;
            }
        }
    }
}

/* Under the screen of 'e' the panes need not be drawn: it takes all keys that would scroll them. */
static bool is_hidden(const struct session *s, const struct frame *f, const struct rect *r)
{
    if (s->overlay != OVERLAY_EXPLORE)
        return false;
    for (int y = r->y; y < r->y + r->h; y++) {
        for (int x = r->x; x < r->x + r->w; x++) {
            if (frame_at(f, x, y)->pane != PANE_OVERLAY)
                return false;
        }
    }
    return true;
}

void session_draw(struct session *s, struct frame *frame)
{
    const struct machine *m = timeline_machine(s->timeline);
    struct view v = {
        .session = s,
        .timeline = s->timeline,
        .lanes = &s->lanes,
        .scenario = s->scenario,
        .machine = m,
        .world = &m->world,
        .enabled = machine_enabled(m),
        .width = frame->w,
        .height = frame->h,
        .scroll = &s->pane_scroll,
    };
    struct layout *layout = &s->layout;

    session_look_ahead(s);
    explore_look(s);
    frame_clear(frame);
    s->needs.tab = s->tab;
    s->needs.presenting = s->presenting;
    s->needs.zoomed = s->zoomed;
    s->needs.zoom = s->pane;
    layout_make(layout, frame->w, frame->h, &s->needs);
    s->mode = layout->mode;
    s->pane_scroll.least = s->pane_scroll.most = 0;
    fill_lanes(s, &v, layout);
    v.form = choose_form(&v, layout);
    v.tight = choose_tight(&v, layout);
    draw_overlay(&v, s, frame);
    for (int i = 0; i < layout->n_panes; i++) {
        const struct pane *pane = &layout->panes[i];
        struct area area = {frame, pane->rect, (uint8_t)(i + 1)};
        if (!is_hidden(s, frame, &pane->rect))
            views[pane->view](&v, &area, pane);
    }
    s->pane_scroll.cut = chosen_is_cut(s, frame);
    frame_join(frame);
    mark_chosen(s, frame);
    mark_found(s, frame);
}
