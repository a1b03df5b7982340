/*
 * The explore screen: all endings and findings (view_endings.c), the run of the chosen one as lanes, and how it was
 * searched. The lanes and what is said of them keep their rows.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "sim/explore/remedy.h"
#include "sim/report/pen.h"
#include "ui/explore_parts.h"
#include "ui/session_parts.h"
#include "ui/utf8.h"

enum {
    HEAD_ROWS = 1,
    FOOT_HEIGHT = 18, // from which on the box of how it was searched is more than a line
    MOST_SEARCH_ROWS = 3,
    END_ROOM = 12, // for the last word of the head
    HEAD_GAP = 3,
    SAID_ROWS = 3, // below the lanes, at most
    LEAST_LANES = 4,
    REMEDY_HEIGHT = 22, // from which on what decides has its rows
    RULE_FROM = 100,    // columns from which on it has what is wrong about good endings
    PATHS_FROM = 120,   // columns from which on the ways stand beside the run
    LEAST_STEPS = 4,    // rows below which a list of steps is not begun
};

/* ---- the run of the chosen row ---- */

/* What the run comes to; of a finding that the list cuts: all that is said of it. */
static void write_said(const struct session *s, bool cut, char *out, size_t size)
{
    const struct explore_result *r = s->exploring.result;
    const struct machine *m = timeline_machine(s->exploring.shown.timeline);
    int row = s->list.selected;
    char text[TEXT_LINE];

    if (cut) {
        snprintf(out, size, "%s", r->findings[row - (int)r->n_endings].text);
        return;
    }
    text_step(m, &m->last, text, sizeof text);
    struct pen pen = pen_on(out, size);
    if (m->last.n > 0)
        pen_printf(&pen, "Last, step %u: ", (unsigned)m->last.n);
    pen_text(&pen, text);
    if (row < (int)r->n_endings && r->endings[row].kind != VERDICT_FINISHED) {
        text_verdict(m, text, sizeof text);
        pen_printf(&pen, " This is a %s.", text);
    }
}

/* Rows for the lanes, so that they stand closely; what is left below them is for so many rows of words. */
static int rows_below(const struct view *v, const struct area *box, int said)
{
    int lanes = 1 + 2 + (int)v->scenario->n_threads + v->lanes->n_objects;
    int room = box->rect.h - 1 - LEAST_LANES, left = box->rect.h - lanes;
    int least = room < 0 ? 0 : room < said ? room : said;

    return left > least ? left : least;
}

/* As many of the steps as there is room for, from the first that the lanes show. */
static void draw_steps(const struct view *v, const struct area *a, uint32_t first, uint32_t last)
{
    uint32_t room = a->rect.h > 0 ? (uint32_t)a->rect.h : 0;

    for (uint32_t n = first; n <= last && n - first < room; n++) {
        if (n - first + 1 == room && n < last)
            draw_more(a, (int)(n - first), last - n + 1, "steps: Enter replays them");
        else
            draw_log_line(v, a, (int)(n - first), n);
    }
}

#define RUN_TITLE "how it comes about"

/* The title of the run: with its schedule, as far as whole items have room. */
static void write_run_title(const struct session *s, int room, bool ascii, char *out, size_t size)
{
    const char *steps = s->exploring.schedule;
    uint32_t length = timeline_length(s->exploring.shown.timeline);
    int n = (int)strlen(steps), most = TEXT_LINE - 2 * SCHEDULE_ITEM; // what is kept has more
    struct pen pen = pen_on(out, size);
    char mark[8] = "";

    room = room < most ? room : most;
    if (n > room) {
        for (n = room; n > 0 && steps[n] != ','; n--)
            ;
        utf8_encode(glyph_char(GLYPH_ELLIPSIS, ascii), mark);
    }
    pen_printf(&pen, "%s: %.*s%s%s (%u step%s)", RUN_TITLE, n, steps, mark[0] != '\0' ? "," : "",
               mark, (unsigned)length, length == 1 ? "" : "s");
}

/* The words below the lanes, and the steps one by one if there is room for some. */
static void draw_told(const struct view *v, const struct area *rows, const char *said,
                      const struct lane_window *shown)
{
    struct area text = area_part(rows, 2, 0, rows->rect.w - 4, rows->rect.h);
    int used = area_wrap(&text, 0, text.rect.h < SAID_ROWS ? text.rect.h : SAID_ROWS, 0,
                         bold(ROLE_TEXT), said);

    color_threads(&text, 0, used);
    if (rows->rect.h < used + 1 + LEAST_STEPS)
        return;
    struct area log = area_part(rows, 1, used + 1, rows->rect.w - 2, rows->rect.h - used - 1);
    draw_steps(v, &log, shown->first, shown->last);
}

/* While its steps are made. */
static void draw_making(const struct session *s, const struct area *box, unsigned edge)
{
    const struct timeline *t = s->exploring.shown.timeline;
    struct area inside = area_box(box, edge);
    struct pencil p = draw_at(&inside, 1, 0, inside.rect.w - 1);

    title(box, plain(ROLE_TITLE), RUN_TITLE);
    draw_print(&p, plain(ROLE_TEXT), "Making its steps again: %u of %u.",
               (unsigned)timeline_position(t), (unsigned)timeline_length(t));
}

/* cut: the list does not tell all of the chosen finding. */
static void draw_shown(const struct view *v, struct session *s, const struct area *box,
                       unsigned edge, bool cut)
{
    struct shown_run *shown = &s->exploring.shown;
    struct pane nowhere = {.view = N_VIEWS, .edges = (uint8_t)edge};
    const struct machine *m = timeline_machine(shown->timeline);
    struct view of_shown = *v;
    struct lane_window window = {0};
    char name[TEXT_LINE] = "it is so from the start", said[TEXT_LINE];

    of_shown.machine = m;
    of_shown.world = &m->world;
    of_shown.timeline = shown->timeline;
    of_shown.lanes = &shown->lanes;
    if (timeline_length(shown->timeline) > 0)
        write_run_title(s, box->rect.w / 3, box->frame->ascii, name, sizeof name);
    write_said(s, cut, said, sizeof said);
    int below = rows_below(v, box, wrap_rows(said, box->rect.w - 4, 0, SAID_ROWS));
    area_box(box, edge);
    struct area lanes = area_part(box, 0, 0, box->rect.w, box->rect.h - below);
    timeline_window(&of_shown, box->rect.w - 2, &window.first, &window.last);
    if (window.first <= window.last)
        lanes_fill(&shown->lanes, shown->timeline, window.first, window.last);
    draw_timeline(&of_shown, &lanes, &nowhere, name, true);
    if (below == 0)
        return;
    struct area rows = area_part(box, 0, box->rect.h - below, box->rect.w, below);
    draw_told(&of_shown, &rows, said, &window);
}

/* ---- how it was searched ---- */

static bool has_chances(const struct explore_result *r)
{
    return r->n_endings > 0 && r->endings[0].probability >= 0;
}

/*
 * What is wrong about the good endings, the order that decides, and the scenario to go on with; "" if there is none of
 * them. In few columns the sign of the endings says the first, and the findings what it is.
 */
static void write_remedy(const struct view *v, int width, char *out, size_t size)
{
    const struct explore_result *r = v->session->exploring.result;
    char part[TEXT_LINE];
    struct pen pen = pen_on(out, size);

    if (width >= RULE_FROM && clean_text(v->scenario, &r->clean, false, part, sizeof part) > 0)
        pen_text(&pen, part);
    if (remedy_text(v->scenario, &r->remedy, part, sizeof part) > 0)
        pen_printf(&pen, "%s%s", pen.n > 0 ? " " : "", part);
    if (v->scenario->next != NULL)
        pen_printf(&pen, "%sTry next: scenario %s ([Esc], then [o]).", pen.n > 0 ? " " : "",
                   v->scenario->next);
}

static int remedy_rows(const struct view *v, int width)
{
    char text[TEXT_LINE];

    write_remedy(v, width, text, sizeof text);
    return text[0] != '\0' ? wrap_rows(text, width - 4, 0, SAID_ROWS) : 0;
}

/* The search from the command line, of this scenario with the constants in force. */
static void write_command(struct pen *pen, const struct scenario *s)
{
    const char *file = s->shipped ? s->name : s->file;

    pen_printf(pen, strchr(file, ' ') != NULL ? "lockstep explore '%s'" : "lockstep explore %s",
               file);
    for (uint32_t i = 0; i < s->n_constants; i++) {
        const struct constant *c = &s->constants[i];
        if (c->value != c->file_value)
            pen_printf(pen, " --set %s=%d", c->name, c->value);
    }
}

static void write_search(const struct view *v, char *out, size_t size)
{
    const struct explore_result *r = v->session->exploring.result;
    struct pen pen = pen_on(out, size);

    if (!r->complete) {
        pen_printf(&pen,
                   "Incomplete: the search ended at %" PRIu64
                   " states, and there may be more endings than "
                   "these. To go on: ",
                   r->states);
        write_command(&pen, v->scenario);
        return;
    }
    if (r->reduced) {
        pen_printf(&pen,
                   "Reduced to %" PRIu64 " states, because there are more than %u: this tells no "
                   "chances. ",
                   r->states, (unsigned)AUTO_STATES);
        write_command(&pen, v->scenario);
        pen_text(&pen, " --search states does.");
    } else
        pen_printf(&pen, "All %" PRIu64 " states, %" PRIu64 " steps between them. ", r->states,
                   r->transitions);
    if (has_chances(r))
        pen_text(&pen, text_chances());
    else if (r->cyclic && !r->reduced)
        pen_text(&pen, "A thread can spin, so there is no number of schedules, and no chance.");
}

static int search_rows(const struct view *v, int width)
{
    char text[TEXT_LINE];

    write_search(v, text, sizeof text);
    return wrap_rows(text, width - 4, 0, MOST_SEARCH_ROWS);
}

static void draw_search(const struct view *v, const struct area *box)
{
    const struct explore_result *r = v->session->exploring.result;
    struct area inside = area_box(box, EDGE_RIGHT | EDGE_BOTTOM);
    struct area text = area_part(&inside, 1, 0, inside.rect.w - 2, inside.rect.h);
    char line[TEXT_LINE];
    int used = 0, width = box->rect.w;

    if (inside.rect.h < 1)
        return;
    if (inside.rect.h >= search_rows(v, width) + remedy_rows(v, width)) {
        write_remedy(v, width, line, sizeof line);
        used = line[0] != '\0' ? area_wrap(&text, 0, text.rect.h, 0, bold(ROLE_TEXT), line) : 0;
        color_threads(&text, 0, used);
    }
    title(box, plain(ROLE_TITLE),
          used > 0 ? "what decides, and how it was searched" : "how it was searched");
    write_search(v, line, sizeof line);
    area_wrap(&text, used, text.rect.h - used, 0, plain(r->complete ? ROLE_DIM : ROLE_WARN), line);
}

/* ---- the screen ---- */

#define WHOSE "shortest run"

/*
 * How far the search came, and over the columns of steps and switches whose they are. On a narrow screen the end of
 * the row lies over these columns, so the first goes beside the text, if that leaves room for both.
 */
static void draw_completeness(const struct area *a, const struct pencil *text,
                              const struct explore_result *r)
{
    const char *word = r->complete ? "complete" : "incomplete";
    struct columns c = columns_for(r, a->rect.w - 2);
    int width = utf8_width(word), end = a->rect.w - 1 - width, next = text->x + HEAD_GAP;
    int whose_end = 1 + (a->rect.w - 2 >= SWITCHES_FROM ? c.switches : c.steps);
    int whose = whose_end - utf8_width(WHOSE);
    bool beside = end < whose_end + HEAD_GAP;
    bool room = r->n_endings > 0 && !text->cut && next + (beside ? width + HEAD_GAP : 0) <= whose;

    if (room)
        area_text(a, whose, 0, plain(ROLE_DIM), WHOSE);
    area_text(a, room && beside ? next : end, 0, plain(r->complete ? ROLE_GOOD : ROLE_WARN), word);
}

static void draw_head(const struct view *v, const struct area *a)
{
    const struct explore_result *r = v->session->exploring.result;
    char text[TEXT_LINE];

    struct pencil p = draw_at(a, 1, 0, a->rect.w - 1 - END_ROOM);
    draw_print(&p, plain(ROLE_TITLE), "%s", v->scenario->name);
    if (r == NULL) {
        draw_text(&p, plain(ROLE_DIM), "   all that can come of it");
        return;
    }
    draw_print(&p, plain(ROLE_TEXT), "   %s%u ending%s", r->complete ? "" : "at least ",
               (unsigned)r->n_endings, r->n_endings == 1 ? "" : "s");
    if (r->schedules != NULL) {
        write_schedules(r->schedules, 15, text, sizeof text);
        draw_print(&p, plain(ROLE_TEXT), " of %s schedules", text);
    }
    draw_completeness(a, &p, r);
}

static void draw_progress(const struct session *s, const struct area *a)
{
    struct explore_progress p = background_progress(s->exploring.search);
    struct area inside = area_box(a, EDGE_RIGHT | EDGE_BOTTOM);
    char text[TEXT_LINE], seen[80] = "";

    if (p.seen > 0) { // before the search tells anything it is 0
        snprintf(seen, sizeof seen, " Of the states that random runs meet, %d %% are known.",
                 (int)(100 * p.seen));
    }
    snprintf(text, sizeof text,
             "Searching all schedules: %" PRIu64 " states so far, %u endings.%s Esc goes back; the "
             "search goes on.",
             p.states, (unsigned)p.endings, seen);
    struct area rows = area_part(&inside, 1, 0, inside.rect.w - 2, inside.rect.h);
    area_wrap(&rows, 0, rows.rect.h, 0, plain(ROLE_TEXT), text);
}

/* Columns of the tree beside the run; 0: there is no room, or nothing parts. */
static int paths_width(const struct session *s, int w)
{
    if (w < PATHS_FROM || s->exploring.paths.n < 2)
        return 0;
    return w / 2;
}

/* Rows of the endings and of the run below them, which keeps its title, some lanes and words. */
static void share_rows(const struct session *s, int width, int rows, int *list, int *run)
{
    int least = 1 + LEAST_LANES + 1;

    *list = 1 + endings_rows(s->exploring.result, width - 2, rows - least - 1);
    least += *list > rows - least; // when it does not fit, one row more does not help it much
    if (*list > rows - least)
        *list = rows - least > 4 ? rows - least : rows < 4 ? rows : rows < 8 ? 3 : 4;
    *run = rows - *list;
}

void draw_explore(const struct view *v, struct session *s, struct frame *f)
{
    struct area all = {f, {0, 0, f->w, f->h > 4 ? f->h - 1 : f->h}, PANE_OVERLAY};
    int h = all.rect.h, foot = 1, list, run;

    area_clear(&all);
    draw_head(v, &all);
    struct area below = area_part(&all, 0, HEAD_ROWS, f->w, h - HEAD_ROWS);
    if (s->exploring.result == NULL || session_explored(s) == 0) {
        draw_progress(s, &below);
        return;
    }
    if (h >= FOOT_HEIGHT)
        foot = 2 + search_rows(v, f->w) + (h >= REMEDY_HEIGHT ? remedy_rows(v, f->w) : 0);
    share_rows(s, f->w, h - HEAD_ROWS - foot, &list, &run);
    struct area part = area_part(&all, 0, HEAD_ROWS, f->w, list);
    bool cut = draw_endings(s, &part);
    int tree = paths_width(s, f->w);
    part = area_part(&all, 0, HEAD_ROWS + list, f->w - tree, run);
    if (run > 1 && session_makes_run(s))
        draw_making(s, &part, tree == 0 ? EDGE_RIGHT : 0);
    else if (run > 1)
        draw_shown(v, s, &part, tree == 0 ? EDGE_RIGHT : 0, cut);
    part = area_part(&all, f->w - tree, HEAD_ROWS + list, tree, run);
    if (run > 1 && tree > 0)
        draw_paths(s, &part);
    part = area_part(&all, 0, h - foot, f->w, foot);
    if (h > HEAD_ROWS + foot)
        draw_search(v, &part);
}
