/*
 * A session becomes a frame: layout, past steps, what is open over the screen, panes, borders.
 *
 * The overlay goes first and keeps its cells; the panes are drawn around it. Which function draws which view
 * is one table.
 */
#include "ui/session.h"
#include "ui/view.h"

static view_function *const views[N_VIEWS] = {
    [VIEW_HEADER] = view_header,
    [VIEW_TABS] = view_tabs,
    [VIEW_THREAD] = view_thread,
    [VIEW_THREADS] = view_threads,
    [VIEW_SOURCE] = view_focused,
    [VIEW_RESOURCE] = view_resource,
    [VIEW_EVENT] = view_event,
    [VIEW_SPINLOCK] = view_spinlock,
    [VIEW_SHARED] = view_shared,
    [VIEW_OBJECTS] = view_objects,
    [VIEW_DIRECTORY] = view_directory,
    [VIEW_DIRECTORIES] = view_directories,
    [VIEW_TIMELINE] = view_timeline,
    [VIEW_SENTENCES] = view_sentences,
    [VIEW_LOG] = view_log,
    [VIEW_STEPS] = view_steps,
    [VIEW_FOOTER] = view_footer,
    [VIEW_STATUS] = view_status,
};

/* The past steps that the panes will show. */
static void fill_lanes(struct session *s, const struct view *v, const struct layout *layout)
{
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

void session_draw(struct session *s, struct frame *frame)
{
    const struct machine *m = timeline_machine(s->timeline);
    struct view v = {
        .session = s,
        .scenario = s->scenario,
        .machine = m,
        .world = &m->world,
        .enabled = machine_enabled(m),
        .width = frame->w,
        .height = frame->h,
    };
    struct layout layout;

    frame_clear(frame);
    s->needs.tab = s->tab;
    layout_make(&layout, frame->w, frame->h, &s->needs);
    s->mode = layout.mode;
    fill_lanes(s, &v, &layout);
    v.form = choose_form(&v, &layout);
    draw_overlay(&v, s, frame);
    for (int i = 0; i < layout.n_panes; i++) {
        const struct pane *pane = &layout.panes[i];
        struct area area = {frame, pane->rect, (uint8_t)(i + 1)};
        views[pane->view](&v, &area, pane);
    }
    frame_join(frame);
}
