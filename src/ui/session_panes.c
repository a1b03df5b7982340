/*
 * The chosen pane: Tab goes through the panes in the order in which they stand on the screen; choosing a
 * thread's pane chooses the thread. In it the arrows scroll; in the log they go through time.
 */
#include "ui/session_parts.h"

/* Panes that one can be in. */
static bool can_choose(enum view_kind view)
{
    switch (view) {
    case VIEW_THREAD:
    case VIEW_THREADS:
    case VIEW_SOURCE:
    case VIEW_RESOURCE:
    case VIEW_EVENT:
    case VIEW_SPINLOCK:
    case VIEW_SHARED:
    case VIEW_OBJECTS:
    case VIEW_DIRECTORY:
    case VIEW_DIRECTORIES:
    case VIEW_TIMELINE:
    case VIEW_POSSIBLE:
    case VIEW_SENTENCES:
    case VIEW_LOG:
        return true;
    case VIEW_HEADER:
    case VIEW_TABS:
    case VIEW_STEPS:
    case VIEW_FOOTER:
    case VIEW_STATUS:
    case N_VIEWS:
        break;
    }
    return false;
}

bool session_has_tab(const struct session *s, enum tab tab)
{
    const struct layout_needs *n = &s->needs;

    switch (tab) {
    case TAB_OBJECTS:
        return n->n_resources + n->n_events + n->n_spinlocks + n->n_shared > 0;
    case TAB_DIRECTORIES:
        return n->n_directories > 0;
    case TAB_THREADS:
    case TAB_TIMELINE:
    case TAB_POSSIBLE:
    case N_TABS:
        break;
    }
    return true;
}

enum tab session_next_tab(const struct session *s, enum tab tab)
{
    do
        tab = (enum tab)((tab + 1) % N_TABS);
    while (!session_has_tab(s, tab));
    return tab;
}

void panes_choose(struct session *s, struct pane_id pane)
{
    s->pane = pane;
    s->pane_scroll = (struct scroll){0};
    s->look_line = 0;
    s->pane_shown = pane.view != VIEW_THREAD;
    if (pane.view == VIEW_THREAD)
        s->focus = (thread_ix)pane.ix;
}

void panes_follow_thread(struct session *s)
{
    if (s->pane.view == VIEW_THREAD && s->pane.ix != s->focus)
        panes_choose(s, (struct pane_id){VIEW_THREAD, s->focus});
}

static void move(struct session *s, int by)
{
    const struct layout *layout = &s->layout;
    int n = layout->n_panes, at = 0;

    if (s->zoomed) {
        // The layout of the zoomed screen has one pane only: go through those of the whole screen.
        s->needs.zoomed = false;
        layout_make(&s->layout, s->layout.w, s->layout.h, &s->needs);
        n = layout->n_panes;
    }
    for (int i = 0; i < n; i++) {
        if (pane_is(&layout->panes[i], s->pane))
            at = i;
    }
    for (int i = 0; i < n; i++) {
        at = (at + n + by) % n;
        if (can_choose(layout->panes[at].view))
            break;
    }
    panes_choose(s, (struct pane_id){layout->panes[at].view, layout->panes[at].ix});
}

static void scroll(struct session *s, int by)
{
    struct scroll *scroll = &s->pane_scroll;

    scroll->offset += by;
    scroll->offset = scroll->offset > scroll->most ? scroll->most : scroll->offset;
    scroll->offset = scroll->offset < scroll->least ? scroll->least : scroll->offset;
}

/* In the log the row is the step: going down goes on in time. */
static void move_in_time(struct session *s, int by)
{
    int64_t to = (int64_t)timeline_position(s->timeline) + by;

    to = to < 0 ? 0 : to;
    to = to > timeline_length(s->timeline) ? timeline_length(s->timeline) : to;
    time_go(s, (uint32_t)to);
}

/* There are no more rows; what is cut within a row takes another key. */
static const char *nothing_below(const struct session *s)
{
    if (!s->pane_scroll.cut)
        return "All of the chosen pane is on the screen. [Tab] chooses another one.";
    return s->zoomed
               ? "These are all rows of this pane. [i] says all that stands behind them."
               : "These are all its rows: [z] shows this pane alone, with more room, [i] why.";
}

static void down(struct session *s, int rows)
{
    if (s->pane.view == VIEW_LOG) {
        move_in_time(s, rows);
    } else if (s->pane.view == VIEW_THREADS) {
        int to = s->focus + rows, last = (int)s->scenario->n_threads - 1;
        s->focus = (thread_ix)(to < 0 ? 0 : to > last ? last : to);
    } else {
        int before = s->pane_scroll.offset;
        scroll(s, rows);
        if (s->pane_scroll.offset == before && s->pane_scroll.most == s->pane_scroll.least)
            session_tell(s, "%s", nothing_below(s));
    }
}

void panes_command(struct session *s, enum command command)
{
    int page = s->pane_scroll.page > 1 ? s->pane_scroll.page - 1 : 8;

    switch ((int)command) {
    case CMD_PANE_NEXT:
        move(s, 1);
        break;
    case CMD_PANE_PREVIOUS:
        move(s, -1);
        break;
    case CMD_PANE_DOWN:
        down(s, 1);
        break;
    case CMD_PANE_UP:
        down(s, -1);
        break;
    case CMD_PANE_PAGE_DOWN:
        down(s, page);
        break;
    case CMD_PANE_PAGE_UP:
        down(s, -page);
        break;
    case CMD_ZOOM:
        s->zoomed = !s->zoomed;
        s->pane_scroll = (struct scroll){0};
        if (s->zoomed)
            session_tell(s, "Zoomed: [z] or [Esc] shows all panes again, [Tab] the next one.");
        break;
    default:
        break;
    }
}

/* ---- mouse ---- */

static bool inside(const struct rect *r, int x, int y)
{
    return x >= r->x && y >= r->y && x < r->x + r->w && y < r->y + r->h;
}

static const struct pane *pane_at(const struct session *s, int x, int y)
{
    for (int i = 0; i < s->layout.n_panes; i++) {
        if (inside(&s->layout.panes[i].rect, x, y))
            return &s->layout.panes[i];
    }
    return NULL;
}

void session_mouse(struct session *s, int x, int y, enum mouse_action action)
{
    bool wheel = action != MOUSE_CLICK;
    int32_t key = action == MOUSE_WHEEL_UP ? K_UP : K_DOWN;

    if (s->overlay != OVERLAY_NONE) {
        session_key(s, wheel ? key : K_ESC);
        return;
    }
    const struct pane *pane = pane_at(s, x, y);
    if (pane == NULL || !can_choose(pane->view))
        return;
    session_say(s, "", false);
    if (!pane_is(pane, s->pane))
        panes_choose(s, (struct pane_id){pane->view, pane->ix});
    if (wheel)
        down(s, action == MOUSE_WHEEL_UP ? -1 : 1);
}
