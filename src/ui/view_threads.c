/*
 * Threads, each in a pane with its body. view_thread_list.c has a line each.
 *
 * The width of the narrowest column says whether bodies have NT's names or verbs. What fits is shown as a whole,
 * lines wrapped where the column is narrow; else a window, each line one row, around the program counter. There a ready
 * thread's line says what it would do with the values of this moment ("Create file_0.txt").
 *
 * What room is left below a body tells what the thread waits for or does next, holds, and knows.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "kernel_model/file.h"
#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum {
    GUTTER = 5,        // sign, number of the line, a blank
    NARROW_GUTTER = 4, // of bodies with less than 100 lines in a narrow column
    NARROW = 30,
    MAX_DETAILS = 6,
    MOST_DETAIL_ROWS = 5, // of one of them
    DETAILS_ROWS = 4,
    DETAIL_LABEL = 8,
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

/* ---- body ---- */

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

/* Where a body lies in a pane of this size; what it needs below is kept free. */
static struct rect body_rect(int w, int h)
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

/* Loads and stores are parts of a line that says more than they do. */
static bool names_its_line(const struct view *v, thread_ix t)
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

/* "i=1 j=0": the numbers that the thread still needs. */
static void write_numbers(struct pen *pen, const struct view *v, thread_ix t)
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

/* Has the last step changed one of those numbers? */
static bool numbers_changed(const struct view *v, thread_ix t)
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

/* Returns the rows used. *ended: its last row says how the thread ended. */
static int draw_body(const struct view *v, const struct area *border, const struct area *a,
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

/* ---- details below the body ---- */

struct detail {
    const char *label;
    char text[TEXT_LINE];
    char brief[64]; // the same where several share a row; "": there is no shorter way
    bool in_body;   // the body says it, too
    bool changed;   // by the last step
};

static const char *glue(const struct pen *pen)
{
    return pen->n > 0 ? ", " : "";
}

static void write_holds(struct pen *pen, const struct view *v, thread_ix t)
{
    const struct world_layout *layout = v->world->layout;
    char name[TEXT_LINE];

    for (unsigned r = 0; r < layout->shape.n_resources; r++) {
        const struct eresource *resource = world_resource(v->world, (resource_ix)r);
        unsigned count = resource_rows(resource)[t].owner_count;
        if (count == 0)
            continue;
        text_object(v->scenario, object_make(OBJECT_RESOURCE, r), name, sizeof name);
        pen_printf(pen, "%s%s %s", glue(pen), name,
                   resource->flags & RESOURCE_OWNED_EXCLUSIVE ? "exclusive" : "shared");
        if (count > 1)
            pen_printf(pen, " %u times", count);
    }
    for (unsigned l = 0; l < layout->shape.n_spinlocks; l++) {
        if (world_spinlock(v->world, (spinlock_ix)l)->owner != t + 1)
            continue;
        text_object(v->scenario, object_make(OBJECT_SPINLOCK, l), name, sizeof name);
        pen_printf(pen, "%s%s", glue(pen), name);
    }
    for (uint32_t h = layout->handle_first[t]; h < layout->handle_first[t + 1]; h++) {
        const struct handle_slot *slot = world_handle(v->world, h);
        if ((slot->flags & HANDLE_OPEN) == 0)
            continue;
        enum object_kind kind = slot->flags & HANDLE_DIRECTORY ? OBJECT_DIRECTORY : OBJECT_NAME;
        text_object_short(v->scenario, object_make(kind, slot->name), name, sizeof name);
        pen_printf(pen, "%s%s open", glue(pen), name);
    }
    if (pen->n == 0)
        pen_text(pen, "nothing");
}

bool write_never(const struct view *v, thread_ix t, struct pen *pen)
{
    struct cycle cycle = machine_cycle(v->machine);
    thread_set circle = 0, awaited = 0;

    if (waits_for(v->world, t, 0) & thread_bit(t)) {
        pen_text(pen, "never: it waits for itself");
        return true;
    }
    for (unsigned i = 0; i < cycle.n; i++) {
        circle |= thread_bit(cycle.threads[i]);
        if (cycle.threads[i] == t)
            awaited = thread_bit(cycle.threads[(i + 1) % cycle.n]);
    }
    if (awaited == 0)
        awaited = waits_for(v->world, t, 0);
    if (awaited == 0 || (awaited & ~circle) != 0)
        return false;
    for (unsigned i = 0; i < cycle.n; i++) {
        thread_ix other = cycle.threads[i], next = cycle.threads[(i + 1) % cycle.n];
        if ((awaited >> other & 1) == 0)
            continue;
        pen_printf(pen, "never: T%u waits for T%u", other + 1u, next + 1u);
        break;
    }
    return true;
}

enum { MOST_WAKERS = 4 }; // that a pane names

static void write_waker(struct pen *pen, const struct waker *waker, bool runs)
{
    if (waker->line == 0)
        pen_printf(pen, runs ? "T%u ends" : "the end of T%u", waker->thread + 1u);
    else
        pen_printf(pen, runs ? "T%u runs line %u" : "T%u line %u", waker->thread + 1u,
                   (unsigned)waker->line);
}

/* "when T1 runs line 3", "T1 line 3 and T2 line 2 must both come first" */
static void write_places(struct pen *pen, const struct wakers *wakers, unsigned n)
{
    bool two = wakers->each && n == 2;

    if (!two)
        pen_text(pen, "when ");
    for (unsigned i = 0; i < n && i < MOST_WAKERS; i++) {
        bool other = i > 0 && wakers->each && wakers->list[i].group != wakers->list[i - 1].group;
        if (i > 0)
            pen_text(pen, other ? i + 1 < n ? ", " : " and " : " or ");
        write_waker(pen, &wakers->list[i], !wakers->each);
    }
    if (n > MOST_WAKERS)
        pen_text(pen, " and others");
    pen_text(pen, two ? " must both come first" : wakers->each ? " have all run" : "");
}

/* The same in few words: "T1 line 3, timeout" */
static void write_brief_wakers(struct pen *pen, const struct wakers *wakers, unsigned n)
{
    for (unsigned i = 0; i < n && i < MOST_WAKERS; i++) {
        pen_text(pen, glue(pen));
        if (wakers->list[i].line == 0)
            pen_printf(pen, "end of T%u", wakers->list[i].thread + 1u);
        else
            write_waker(pen, &wakers->list[i], false);
    }
    if (wakers->timed)
        pen_printf(pen, "%stimeout", glue(pen));
    if (wakers->n == 0)
        pen_text(pen, "never");
}

static void write_wakers(const struct view *v, thread_ix t, struct detail *detail)
{
    struct pen whole = pen_on(detail->text, sizeof detail->text), *pen = &whole;
    struct pen brief = pen_on(detail->brief, sizeof detail->brief);

    if (write_never(v, t, pen)) {
        pen_text(&brief, "never");
        return;
    }
    struct wakers wakers = text_wakers(v->machine, t);
    unsigned n = wakers.n - wakers.timed;

    write_brief_wakers(&brief, &wakers, n);
    thread_set named = 0;
    for (unsigned i = 0; i < n && i < MAX_WAKERS; i++)
        named |= thread_bit(wakers.list[i].thread);
    if (n > 0 && (wakers.behind & ~named) != 0) {
        pen_text(pen, "behind ");
        for (unsigned u = 0, more = 0; u < MAX_THREADS; u++) {
            if (wakers.behind >> u & 1)
                pen_printf(pen, "%sT%u", more++ > 0 ? ", " : "", u + 1);
        }
        pen_text(pen, ": ");
    }
    if (n > 0)
        write_places(pen, &wakers, n);
    if (n > 0 && wakers.before != 0)
        pen_text(pen, ", unless others get in first");
    if (wakers.timed)
        pen_printf(pen, "%swhen its timeout fires", n > 0 ? " or " : "");
    if (wakers.n == 0)
        pen_text(pen, "never: nobody is left");
}

/* "h=file_0.txt", "status=STATUS_SUCCESS" */
static void write_local(struct pen *pen, const struct view *v, enum local_kind kind,
                        const char *name, int32_t value)
{
    char file[TEXT_LINE] = "no handle";

    if (kind == LOCAL_STATUS) {
        const char *status = nt_status_name(value);
        pen_printf(pen, "%s%s=%s", glue(pen), name, status != NULL ? status : "?");
        return;
    }
    uint32_t slot = handle_find(v->world, value);
    if (slot != UINT32_MAX && !(world_handle(v->world, slot)->flags & HANDLE_DIRECTORY))
        text_object_short(v->scenario, object_make(OBJECT_NAME, world_handle(v->world, slot)->name),
                          file, sizeof file);
    pen_printf(pen, "%s%s=%s", glue(pen), name, file);
}

static void write_locals(struct pen *pen, const struct view *v, thread_ix t)
{
    const struct code *code = &v->scenario->threads[t].code;
    const struct kthread *thread = world_thread(v->world, t);
    const struct source *source = &v->session->sources[t];

    write_numbers(pen, v, t);
    if (thread->pc >= code->n)
        return;
    for (unsigned k = 0; k < code->n_locals && k < MAX_LOCALS; k++) {
        enum local_kind kind = (enum local_kind)source->local_kind[k];
        if (kind != LOCAL_NUMBER && (code->notes[thread->pc].live >> k & 1))
            write_local(pen, v, kind, code->local_names[k], world_words(thread)[k]);
    }
}

/* The next detail, to be written with the pen that is returned. */
static struct pen add_detail(struct detail *details, int *n, const char *label)
{
    struct detail *detail = &details[(*n)++];

    detail->label = label;
    detail->brief[0] = '\0';
    detail->in_body = false;
    detail->changed = false;
    return pen_on(detail->text, sizeof detail->text);
}

static int make_details(const struct view *v, thread_ix t, struct detail *out)
{
    enum posture posture = posture_of(v->machine, t);
    struct pen pen;
    int n = 0;

    if (posture == POSTURE_ABSENT)
        return 0;
    if (posture == POSTURE_FINISHED) {
        const char *status = nt_status_name(world_thread(v->world, t)->exit_status);
        pen = add_detail(out, &n, "ended");
        pen_printf(&pen, "exit status %s", status != NULL ? status : "?");
        return n;
    }
    if (posture == POSTURE_READY) {
        add_detail(out, &n, "next");
        text_next(v->machine, t, out[0].text, sizeof out[0].text);
        text_next_short(v->machine, t, out[0].brief, sizeof out[0].brief);
        out[0].in_body = v->form != SOURCE_FULL && names_its_line(v, t);
    }
    bool waits =
        posture != POSTURE_READY && posture != POSTURE_STOPPED && posture != POSTURE_CRASHED;
    pen = add_detail(out, &n, "holds");
    write_holds(&pen, v, t);
    if (waits) {
        // What is held matters more to the others, so it has the row if there is one only.
        struct detail *holds = &out[n - 1];
        add_detail(out, &n, "wakes");
        write_wakers(v, t, &out[n - 1]);
        if (strcmp(holds->text, "nothing") == 0) {
            struct detail first = *holds;
            *holds = out[n - 1];
            out[n - 1] = first;
        }
    }
    add_detail(out, &n, "is");
    if (text_level(v->machine, t, out[n - 1].text, sizeof out[n - 1].text) == 0)
        n--;
    pen = add_detail(out, &n, "locals");
    write_locals(&pen, v, t);
    out[n - 1].changed = numbers_changed(v, t);
    return pen.n > 0 ? n : n - 1;
}

/* "holds A exclusive  wakes never": in a row that several share, the shorter words. */
static const char *text_in_row(const struct detail *detail, bool brief)
{
    return brief && detail->brief[0] != '\0' ? detail->brief : detail->text;
}

static int width_in_row(const struct detail *details, int n, bool brief)
{
    int width = -2;

    for (int i = 0; i < n; i++)
        width += 3 + utf8_width(details[i].label) + utf8_width(text_in_row(&details[i], brief));
    return width;
}

/* Takes out what need not be said. Returns how many are left. */
static int drop_nothing(struct detail *details, int n)
{
    int kept = 0;

    for (int i = 0; i < n; i++) {
        if (n == 1 || strcmp(details[i].text, "nothing") != 0)
            details[kept++] = details[i];
    }
    return kept;
}

/*
 * What has no row of its own any more shares the last one: as many as fit whole, and first what only stands here. If
 * there are more, "nothing" need not be said; a mark stands for the rest.
 */
static void draw_rest(const struct area *a, int y, struct detail *details, int n)
{
    struct pencil p = draw_at(a, 1, y, a->rect.w - 1);
    int room = draw_room(&p);

    if (width_in_row(details, n, true) > room)
        n = drop_nothing(details, n);
    if (n > 1 && details[0].in_body && width_in_row(details, n, true) > room) {
        draw_rest(a, y, details + 1, n - 1);
        return;
    }
    bool brief = width_in_row(details, n, false) > room;
    int shown = n, left_out = 0;
    while (shown > 1 && width_in_row(details, shown, brief) > room - (left_out > 0 ? 2 : 0)) {
        shown--;
        left_out++;
    }
    brief = brief && (shown > 1 || width_in_row(details, 1, false) > room - 2);
    for (int i = 0; i < shown; i++) {
        draw_print(&p, plain(ROLE_DIM), "%s%s ", i > 0 ? "  " : "", details[i].label);
        draw_text(&p, marked(plain(ROLE_TEXT), details[i].changed),
                  text_in_row(&details[i], brief));
    }
    if (left_out > 0) {
        draw_text(&p, plain(ROLE_DIM), " ");
        draw_glyph(&p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    }
    color_threads(a, y, 1);
}

/* The rows that the details want below a body, if each may have so many. */
static int detail_rows(const struct detail *details, int n, int width, int most)
{
    int rows = 0;

    for (int i = 0; i < n; i++) {
        int wanted = wrap_rows(details[i].text, width - 1 - DETAIL_LABEL, 2, most);
        rows += wanted > 1 ? wanted : 1;
    }
    return rows;
}

/* Where all have room they may be long; else none takes more than two rows. */
static void draw_details(const struct area *a, struct detail *details, int n)
{
    bool ample = detail_rows(details, n, a->rect.w, MOST_DETAIL_ROWS) <= a->rect.h;
    int y = 0;

    for (int i = 0; i < n && y < a->rect.h; i++) {
        struct area text =
            area_part(a, 1 + DETAIL_LABEL, 0, a->rect.w - 1 - DETAIL_LABEL, a->rect.h);
        int left = a->rect.h - y - (n - 1 - i); // each of the others has a row
        if (y == a->rect.h - 1 && i < n - 1) {
            draw_rest(a, y, &details[i], n - i);
            return;
        }
        area_text(a, 1, y, plain(ROLE_DIM), details[i].label);
        int most = ample ? MOST_DETAIL_ROWS : left > 2 ? 2 : left;
        int rows = area_wrap(&text, y, most > 1 ? most : 1, 2,
                             marked(plain(ROLE_TEXT), details[i].changed), details[i].text);
        color_threads(&text, y, rows);
        y += rows > 0 ? rows : 1;
    }
}

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
