/*
 * The body of a thread in its pane.
 *
 * The width of the narrowest column says whether bodies have NT's names or verbs. What fits is shown as a whole,
 * lines wrapped where the column is narrow; else a window, each line one row, around the program counter. There a ready
 * thread's line says what it would do with the values of this moment ("Create file_0.txt").
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/thread_parts.h"
#include "ui/utf8.h"

enum {
    GUTTER = 5,        // sign, number of the line, a blank
    NARROW_GUTTER = 4, // of bodies with less than 100 lines in a narrow column
    NARROW = 30,
    DETAILS_ROWS = 4, // kept free below
    MOST_BODY_ROWS = 1000,
    WIDE_SOURCE = 56,
    FULL_SOURCE = 40,
    MEDIUM_SOURCE = 36
};

static int gutter_of(const struct source *source, int width)
{
    return width < NARROW && source->n < 100 ? NARROW_GUTTER : GUTTER;
}

/*
 * Line at which the thread stands, 0-based; the number of lines if it stands behind them all, before it
 * returns; UINT32_MAX if it stands nowhere.
 */
static uint32_t present_line(const struct view *v, thread_ix t)
{
    const struct kthread *thread = world_thread(v->world, t);
    uint8_t state = thread->state;

    if (state == THREAD_ABSENT || state == THREAD_FINISHED)
        return UINT32_MAX;
    if (thread->pc + 1u == v->scenario->threads[t].code.n)
        return v->session->sources[t].n;
    uint32_t line = vm_line(v->scenario, v->world, t);
    return line > 0 ? line - 1 : UINT32_MAX;
}

static bool is_shown(const struct source *source, enum source_form form, uint32_t line,
                     uint32_t present)
{
    return form == SOURCE_FULL || source->lines[line].code || line == present;
}

static int hang_of(const char *text)
{
    int n = 0;

    while (text[n] == ' ')
        n++;
    return n + 4;
}

/* Is a word wider than the rows that it may stand on? It would be broken without a mark. */
static bool breaks_a_word(const char *text, int width)
{
    int hang = hang_of(text), room = width - (hang > width / 2 ? 0 : hang), word = 0;

    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        word = ch == ' ' ? 0 : word + ch_width(ch);
        if (word > room)
            return true;
    }
    return false;
}

static bool fits(const struct source *source, enum source_form form, uint32_t present, int width,
                 int height)
{
    int rows = 0;

    for (uint32_t i = 0; i < source->n && rows <= height; i++) {
        if (!is_shown(source, form, i, present))
            continue;
        const char *text = source->lines[i].text[form];
        if (utf8_width(text) > width && breaks_a_word(text, width))
            return false;
        rows += text[0] == '\0' ? 1 : wrap_rows(text, width, hang_of(text), height + 1);
    }
    return rows <= height;
}

int body_rows(const struct source *source, enum source_form form, int width)
{
    int rows = 0;

    for (uint32_t i = 0; i < source->n; i++) {
        const char *text = source->lines[i].text[form];
        if (!is_shown(source, form, i, UINT32_MAX))
            continue;
        if (utf8_width(text) > width && breaks_a_word(text, width))
            return -1;
        rows += text[0] == '\0' ? 1 : wrap_rows(text, width, hang_of(text), MOST_BODY_ROWS);
    }
    return rows < MOST_BODY_ROWS ? rows : MOST_BODY_ROWS;
}

struct rect body_rect(int w, int h)
{
    int kept = h >= 12 ? DETAILS_ROWS : 0;

    return (struct rect){0, 0, w, h - kept};
}

/* A body in its pane. */
struct shown_body {
    thread_ix t;
    struct rect rect;
    int width; // columns of its lines
};

/* The body that pane i of a layout shows. False: it shows none. */
static bool body_of_pane(const struct view *v, const struct layout *layout, int i,
                         struct shown_body *out)
{
    const struct pane *pane = &layout->panes[i];

    if (pane->view != VIEW_THREAD && pane->view != VIEW_SOURCE)
        return false;
    out->t = pane->view == VIEW_THREAD ? (thread_ix)pane->ix : v->session->focus;
    out->rect = body_rect(pane->rect.w - 1 - (pane->edges & EDGE_RIGHT), pane->rect.h - 1);
    out->width = out->rect.w - gutter_of(&v->session->sources[out->t], out->rect.w);
    return true;
}

static bool all_fit(const struct view *v, const struct layout *layout, enum source_form form)
{
    for (int i = 0; i < layout->n_panes; i++) {
        struct shown_body body;
        if (body_of_pane(v, layout, i, &body) &&
            !fits(&v->session->sources[body.t], form, present_line(v, body.t), body.width,
                  body.rect.h))
            return false;
    }
    return true;
}

/* Columns of the narrowest body. */
static int narrowest_body(const struct view *v, const struct layout *layout)
{
    int narrowest = INT_MAX;

    for (int i = 0; i < layout->n_panes; i++) {
        struct shown_body body;
        if (body_of_pane(v, layout, i, &body) && body.width < narrowest)
            narrowest = body.width;
    }
    return narrowest;
}

enum source_form short_form(int width)
{
    return width < MEDIUM_SOURCE ? SOURCE_SHORT : SOURCE_MEDIUM;
}

/*
 * NT's names or verbs: the width alone decides, so that scenarios read alike on one screen. Where names have room,
 * all of the text is shown if it fits.
 */
enum source_form choose_form(const struct view *v, const struct layout *layout)
{
    int narrowest = narrowest_body(v, layout);

    if (short_form(narrowest) == SOURCE_SHORT)
        return SOURCE_SHORT;
    // Full lines broken into many rows are harder to read than shorter ones; and for the audience fewer lines with
    // more room are better than all of the text.
    if (!v->session->presenting && narrowest >= FULL_SOURCE && all_fit(v, layout, SOURCE_FULL))
        return SOURCE_FULL;
    return narrowest >= WIDE_SOURCE && !all_fit(v, layout, SOURCE_MEDIUM) ? SOURCE_FULL
                                                                          : SOURCE_MEDIUM;
}

static bool needs_tightening(const char *text, int width)
{
    char tight[TEXT_LINE];

    snprintf(tight, sizeof tight, "%s", text);
    source_tighten(tight);
    return utf8_width(text) > width && utf8_width(tight) < utf8_width(text);
}

/* If a line of one body has to be tightened, all of them are. */
bool choose_tight(const struct view *v, const struct layout *layout)
{
    for (int i = 0; i < layout->n_panes && v->form == SOURCE_SHORT; i++) {
        struct shown_body body;
        if (!body_of_pane(v, layout, i, &body))
            continue;
        const struct source *source = &v->session->sources[body.t];
        for (uint32_t k = 0; k < source->n; k++) {
            if (source->lines[k].code &&
                needs_tightening(source->lines[k].text[SOURCE_SHORT], body.width))
                return true;
        }
    }
    return false;
}

bool names_its_line(const struct view *v, thread_ix t)
{
    enum nt_call call = vm_request(v->scenario, v->world, t).call;

    return call != CALL_load && call != CALL_store && call != CALL_return;
}

/* What a ready thread does next, in the words of the form: "ZwClose file_0.txt", "Close file_0.txt". */
static void next_text(const struct view *v, thread_ix t, enum source_form form, struct pen *pen)
{
    const struct nt_call_row *row = nt_call_row(vm_request(v->scenario, v->world, t).call);
    char next[TEXT_LINE];

    text_next_short(v->machine, t, next, sizeof next);
    size_t verb = row->verb != NULL ? strlen(row->verb) : 0;
    if (form == SOURCE_MEDIUM && verb > 0 && strncmp(next, row->verb, verb) == 0)
        pen_printf(pen, "%s%s", row->name, next + verb);
    else
        pen_text(pen, next);
}

/* The text of a line, with the values of the moment where the thread stands. */
static void line_text(const struct view *v, thread_ix t, uint32_t line, bool present, char *out,
                      size_t size)
{
    const char *text = v->session->sources[t].lines[line].text[v->form];
    struct pen pen = pen_on(out, size);

    if (present && v->form != SOURCE_FULL && world_thread(v->world, t)->state == THREAD_READY &&
        names_its_line(v, t)) {
        pen_printf(&pen, "%*s", hang_of(text) - 4, "");
        next_text(v, t, v->form, &pen);
    } else {
        pen_text(&pen, text);
    }
}

void write_numbers(struct pen *pen, const struct view *v, thread_ix t)
{
    const struct code *code = &v->scenario->threads[t].code;
    const struct kthread *thread = world_thread(v->world, t);
    const struct source *source = &v->session->sources[t];
    const char *glue = "";

    if (thread->pc >= code->n)
        return;
    for (unsigned k = 0; k < code->n_locals && k < MAX_LOCALS; k++) {
        if ((code->notes[thread->pc].live >> k & 1) == 0 || source->local_kind[k] != LOCAL_NUMBER)
            continue;
        pen_printf(pen, "%s%s=%d", glue, code->local_names[k], world_words(thread)[k]);
        glue = " ";
    }
}

bool numbers_changed(const struct view *v, thread_ix t)
{
    const struct code *code = &v->scenario->threads[t].code;
    const struct kthread *thread = world_thread(v->world, t);
    const struct kthread *before = world_before(v->world, object_make(OBJECT_THREAD, t));
    const struct source *source = &v->session->sources[t];

    if (before == NULL || before->pc >= code->n || thread->pc >= code->n)
        return false;
    uint64_t live = code->notes[thread->pc].live;
    for (unsigned k = 0; k < code->n_locals && k < MAX_LOCALS; k++) {
        if ((live >> k & 1) != 0 && source->local_kind[k] == LOCAL_NUMBER &&
            world_words(thread)[k] != world_words(before)[k])
            return true;
    }
    return false;
}

/* A body as it is drawn: what is the same for all of its lines. */
struct body {
    thread_ix t;
    const struct source *source;
    uint32_t present; // see present_line
    uint32_t lowest;  // see source_lowest; behind all of it once the thread has ended
};

static struct body body_of(const struct view *v, thread_ix t)
{
    const struct kthread *thread = world_thread(v->world, t);
    const struct source *source = &v->session->sources[t];
    bool finished = thread->state == THREAD_FINISHED;

    return (struct body){t, source, present_line(v, t),
                         finished ? UINT32_MAX : source_lowest(source, thread->pc)};
}

/* What lies behind the thread, so that it does not come there again. */
static bool is_done(const struct view *v, const struct body *body, uint32_t line)
{
    const struct annex *annex = v->world->annex;

    if (world_thread(v->world, body->t)->state == THREAD_ABSENT)
        return false;
    return source_done(body->source, line, body->lowest,
                       annex != NULL ? annex->threads[body->t].lines : NULL);
}

/* One line of the body; returns its rows. */
static int draw_line(const struct view *v, const struct area *a, const struct body *body, int y,
                     bool wrapped, uint32_t line)
{
    const struct source *source = body->source;
    thread_ix t = body->t;
    bool present = line == body->present;
    enum posture posture = posture_of(v->machine, t);
    int gutter = gutter_of(source, a->rect.w), digits = gutter - 2;
    struct pencil p = draw_at(a, 0, y, a->rect.w);
    struct area rest = area_part(a, gutter, y, a->rect.w - gutter, a->rect.h - y);
    bool stop = breakpoints_on_line(v->session->breakpoints, t, line + 1);
    char text[TEXT_LINE], numbers[128];
    bool quiet = !source->lines[line].code && !source->lines[line].continues;
    struct style style = plain(quiet ? ROLE_DIM : ROLE_TEXT);

    if (present) {
        struct style mark = marked(posture_style(posture, t), thread_moved(v->world, t));
        draw_glyph(&p, mark, posture_glyph(posture));
        draw_print(&p, mark, "%*u", digits, (unsigned)line + 1);
        style = bold(ROLE_TEXT);
    } else {
        if (is_done(v, body, line))
            draw_glyph(&p, plain(ROLE_DIM), GLYPH_FINISHED);
        draw_to(&p, 1);
        draw_print(&p, stop ? bold(ROLE_BAD) : plain(ROLE_DIM), "%*u", digits, (unsigned)line + 1);
    }
    if (stop)
        area_glyph(a, gutter - 1, y, bold(ROLE_BAD), GLYPH_SIGNALED);
    line_text(v, t, line, present, text, sizeof text);
    if (v->form == SOURCE_SHORT && (v->tight || utf8_width(text) > rest.rect.w))
        source_tighten(text);
    int rows = 1;
    if (wrapped)
        rows = area_wrap(&rest, 0, rest.rect.h, hang_of(text), style, text);
    else
        area_text(&rest, 0, 0, style, text);
    if (present && rows == 1) {
        struct pen pen = pen_on(numbers, sizeof numbers);
        write_numbers(&pen, v, t);
        if (numbers[0] != '\0' && utf8_width(text) + utf8_width(numbers) + 2 < rest.rect.w) {
            struct area room = area_part(&rest, 0, 0, rest.rect.w - 1, 1);
            area_text_right(&room, 0, marked(plain(ROLE_DIM), numbers_changed(v, t)), numbers);
        }
    }
    return rows > 0 ? rows : 1; // an empty line
}

/* First line of a window of so many shown lines that has the present one a little above its middle. */
static uint32_t window_start(const struct source *source, enum source_form form, uint32_t present,
                             int height)
{
    bool over = present == source->n; // then the row behind the last line is the present one
    uint32_t anchor = present <= source->n ? present : 0, start = anchor;
    int before = present < source->n ? (height - 1) / 2 : 0, after = over;

    for (uint32_t i = anchor; i < source->n && after < height; i++)
        after += is_shown(source, form, i, present) ? 1 : 0;
    if (height - after > before)
        before = height - after; // the end is in sight: fill up from above
    for (uint32_t i = anchor; i > 0 && before > 0; i--) {
        if (is_shown(source, form, i - 1, present)) {
            start = i - 1;
            before--;
        }
    }
    return start;
}

/*
 * Line of a thread that has ended which matters most, 0-based: that of its last step, if it made the step that the
 * sentences tell; else the last on which it made one, as what is said of the others names it.
 */
static uint32_t last_line_run(const struct view *v, thread_ix t)
{
    const struct source *source = &v->session->sources[t];
    const struct step *step = &v->machine->last;
    const struct annex *annex = v->world->annex;
    uint32_t line = 0;

    for (uint32_t i = 0; annex != NULL && i < source->n && i < ANNEX_LINES; i++)
        line = annex->threads[t].lines[i / 32] >> i % 32 & 1 ? i : line;
    if (step->n > 0 && step->choice.thread == t && step->line > 0 && step->line <= source->n)
        line = step->line - 1;
    return source->n > 0 ? source->lines[line].statement : 0;
}

/* Line from which a window of the body begins, as it stands by itself or as the person has scrolled it. */
static uint32_t first_line(const struct view *v, const struct pane *pane, thread_ix t,
                           uint32_t present, int height)
{
    const struct source *source = &v->session->sources[t];
    bool ended = world_thread(v->world, t)->state == THREAD_FINISHED;
    uint32_t anchor = is_chosen(v, pane) && v->session->look_line > 0 ? v->session->look_line - 1
                      : ended                                         ? last_line_run(v, t)
                                                                      : present;
    uint32_t start = window_start(source, v->form, anchor, height), line = 0;
    int above = 0, shown = 0;

    if (!is_chosen(v, pane))
        return start;
    for (uint32_t i = 0; i < source->n; i++) {
        above += i < start && is_shown(source, v->form, i, present);
        shown += is_shown(source, v->form, i, present);
    }
    shown += present == source->n;
    struct scroll *scroll = v->scroll;
    scroll->least = -above;
    scroll->most = shown - height - above > 0 ? shown - height - above : 0;
    scroll->page = height;
    scroll->offset = scroll->offset < scroll->least  ? scroll->least
                     : scroll->offset > scroll->most ? scroll->most
                                                     : scroll->offset;
    for (int left = above + scroll->offset; line < source->n; line++) {
        if (is_shown(source, v->form, line, present) && left-- == 0)
            break;
    }
    return line;
}

/* Says in the border which lines of the body are in sight, if not all are that its form shows. */
static void mark_part(const struct view *v, const struct area *a, const struct pane *pane,
                      const struct source *source, uint32_t present, uint32_t first, uint32_t last)
{
    uint32_t end = 0;
    bool above = false;

    for (uint32_t i = 0; i < source->n; i++) {
        if (!is_shown(source, v->form, i, present))
            continue;
        above = above || i < first;
        end = i;
    }
    if (above || end > last)
        draw_part(a, pane, first + 1, last + 1, end + 1);
}

/* The row behind the last line of a thread that is about to return, or has ended. */
static int draw_closing(const struct view *v, const struct area *a, thread_ix t, int y)
{
    const struct kthread *thread = world_thread(v->world, t);
    int gutter = gutter_of(&v->session->sources[t], a->rect.w);
    struct area rest = area_part(a, gutter, y, a->rect.w - gutter, a->rect.h - y);
    enum posture posture = posture_of(v->machine, t);
    char text[TEXT_LINE] = "return";

    if (thread->state != THREAD_FINISHED) {
        area_glyph(a, 0, y, marked(posture_style(posture, t), thread_moved(v->world, t)),
                   posture_glyph(posture));
        area_text(&rest, 0, 0, bold(ROLE_TEXT), text);
        return 1;
    }
    const char *status = nt_status_name(thread->exit_status);
    snprintf(text, sizeof text, "ended, exit status %s", status != NULL ? status : "?");
    if (utf8_width(text) > rest.rect.w)
        snprintf(text, sizeof text, "ended: %s", status != NULL ? status : "?");
    area_glyph(a, 0, y, plain(ROLE_DIM), GLYPH_FINISHED);
    return area_wrap(&rest, 0, rest.rect.h, 2, plain(ROLE_DIM), text);
}

int draw_body(const struct view *v, const struct area *border, const struct area *a,
              const struct pane *pane, thread_ix t, bool *ended)
{
    struct body body = body_of(v, t);
    const struct source *source = body.source;
    uint32_t present = body.present;
    int gutter = gutter_of(source, a->rect.w), y = 0;
    bool over = present == source->n;
    bool whole = fits(source, v->form, present, a->rect.w - gutter, a->rect.h - over);
    uint32_t i = whole ? 0 : first_line(v, pane, t, present, a->rect.h), first = i, last = i;
    int shown = 0;
    for (uint32_t k = 0; k < source->n; k++)
        shown += is_shown(source, v->form, k, present);
    // For the audience: a blank row between lines, where all of it still fits.
    bool airy = v->session->presenting && whole && 2 * shown <= a->rect.h + 1;

    for (; i < source->n && y < a->rect.h; i++) {
        if (!is_shown(source, v->form, i, present))
            continue;
        first = y == 0 ? i : first;
        last = i;
        y += draw_line(v, a, &body, y, whole || i == present, i) + airy;
    }
    if (!whole && y > 0)
        mark_part(v, border, pane, source, present, first, last);
    bool room = i == source->n && y < a->rect.h;
    *ended = room && world_thread(v->world, t)->state == THREAD_FINISHED;
    if (*ended || (room && over))
        y += draw_closing(v, a, t, y);
    return y;
}
