/*
 * What opens over the screen: the help, made from the table of keys and the table of signs; "why", which
 * explains every thread; "locks", the dump of the resources.
 *
 * An overlay is a list of rows that scrolls. It is written twice with the same code: once without an area, to
 * count its rows, then into a box that is as high as they need and the screen allows.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/locks.h"
#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { SHEET_WIDTH = 86, TWO_SHEETS = 150 };

enum { HELP_KEYS = 17 };

/* Of something that takes so many rows: is any of it in sight? */
static bool is_visible(const struct sheet *sheet, int rows)
{
    return sheet->area != NULL && sheet->y + rows > 0 && sheet->y < sheet->area->rect.h;
}

static void sheet_next(struct sheet *sheet, int rows)
{
    sheet->y += rows;
    sheet->n += rows;
}

/* A label and a text that may take several rows. */
void sheet_row(struct sheet *sheet, struct style label_style, const char *label, int indent,
               struct style style, const char *text)
{
    int width = sheet->width - indent, rows = wrap_rows(text, width, 0, 64);

    if (rows < 1)
        rows = 1;
    if (sheet->area != NULL && is_visible(sheet, rows)) {
        // Not moved to the text's first row: that one may be scrolled away while the others are in sight.
        struct area right = area_part(sheet->area, indent, 0, width, sheet->area->rect.h);
        struct pencil p = draw_at(sheet->area, 1, sheet->y, indent - 1);
        draw_text(&p, label_style, label);
        int used = area_wrap(&right, sheet->y, rows, 0, style, text);
        color_threads(&right, sheet->y, used);
    }
    sheet_next(sheet, rows);
}

void sheet_heading(struct sheet *sheet, const char *text)
{
    if (sheet->n > 0)
        sheet_next(sheet, 1);
    sheet_row(sheet, plain(ROLE_TITLE), "", 1, bold(ROLE_TITLE), text);
}

void sheet_line(struct sheet *sheet, struct style style, const char *text)
{
    if (is_visible(sheet, 1)) {
        struct area row = area_part(sheet->area, 1, sheet->y, sheet->width, 1);
        area_text(&row, 0, 0, style, text);
        color_threads(&row, 0, 1);
    }
    sheet_next(sheet, 1);
}

/* ---- help ---- */

static void write_key(struct sheet *sheet, enum command command)
{
    char labels[KEY_LABEL];

    key_labels(command, false, labels, sizeof labels);
    sheet_row(sheet, plain(ROLE_KEY), labels, HELP_KEYS, plain(ROLE_TEXT), key_row(command)->help);
}

/* Of what lies under the help. */
static void write_keys_here(const struct view *v, struct sheet *sheet)
{
    enum key_context context = overlay_context(v->session->under);

    if (v->session->under == OVERLAY_NONE)
        return;
    sheet_heading(sheet, "Here");
    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        if ((key_row((enum command)i)->where & context) != 0)
            write_key(sheet, (enum command)i);
    }
}

static void write_keys(struct sheet *sheet)
{

    for (int group = 0; group < N_KEY_GROUPS; group++) {
        sheet_heading(sheet, key_group_title((enum key_group)group));
        for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
            const struct key_row *row = key_row((enum command)i);
            if (row->group != group)
                continue;
            write_key(sheet, (enum command)i);
        }
    }
}

/* "C  Create  ZwCreateFile", each letter of the timeline with all calls that it stands for. */
static void write_letters(struct sheet *sheet)
{
    sheet_heading(sheet, "Letters of the timeline");
    for (char letter = '!'; letter <= '~'; letter++) {
        char text[TEXT_LINE], label[2] = {letter, '\0'};
        struct pen pen = pen_on(text, sizeof text);
        for (int i = CALL_NONE + 1; i < N_CALLS; i++) {
            const struct nt_call_row *row = nt_call_row((enum nt_call)i);
            bool again = i > CALL_NONE + 1 && nt_call_row((enum nt_call)(i - 1))->verb == row->verb;
            bool sign = i == CALL_return; // drawn as that of a thread that has finished
            if (row->letter == letter && row->visible && !again && !sign)
                pen_printf(&pen, "%s%s", pen.n > 0 ? ", " : "", row->verb);
        }
        if (pen.n > 0)
            sheet_row(sheet, plain(ROLE_KEY), label, HELP_KEYS, plain(ROLE_TEXT), text);
    }
}

static void write_signs(struct sheet *sheet, bool ascii)
{
    char sign[5];

    sheet_heading(sheet, "Signs");
    for (int i = 0; i < N_GLYPHS; i++) {
        if (glyph_meaning((enum glyph)i)[0] == '\0')
            continue;
        utf8_encode(glyph_char((enum glyph)i, ascii), sign);
        sheet_row(sheet, plain(ROLE_KEY), sign, HELP_KEYS, plain(ROLE_TEXT),
                  glyph_meaning((enum glyph)i));
    }
    sheet_row(sheet, (struct style){ROLE_TEXT, ATTR_REVERSE}, "reversed", HELP_KEYS,
              plain(ROLE_TEXT), "changed by the last step");
    write_letters(sheet);
}

static void write_columns(struct sheet *sheet)
{
    sheet_heading(sheet, "Chance and schedules");
    sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), text_chances());
    sheet_row(
        sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT),
        "The main screen counts both from here, the explore screen from the start. Its steps and "
        "switches are those of the shortest run to an ending.");
}

static void write_sharing(struct sheet *sheet)
{
    sheet_heading(sheet, "Open files");
    sheet_row(
        sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT),
        "\"open T1, alone\" or \"shares nothing\": T1 has the file open and shares it with nobody, "
        "so another open fails "
        "with STATUS_SHARING_VIOLATION. \"shares RW\": it lets others read (R), write (W), delete "
        "or rename (D).");
}

static void write_help(const struct view *v, struct sheet *sheet, bool ascii)
{
    write_keys_here(v, sheet);
    if (sheet->n > 0)
        sheet_heading(sheet, "Everywhere else");
    sheet_row(
        sheet, plain(ROLE_TEXT), "", 1, plain(ROLE_TEXT),
        "The keys you press are the schedule: each digit lets that thread make one step. You can "
        "always go back.");
    write_keys(sheet);
    write_columns(sheet);
    write_sharing(sheet);
    write_signs(sheet, ascii);
}

/* ---- why ---- */

static void write_what_happened(const struct view *v, struct sheet *sheet)
{
    const struct step *step = &v->machine->last;
    char text[TEXT_LINE], line[TEXT_LINE + 32];

    struct pen pen = pen_on(line, sizeof line);
    pen_printf(&pen, "Step %u", (unsigned)step->n);
    sheet_heading(sheet, line);
    text_step_at_line(v->machine, step, text, sizeof text);
    sheet_row(sheet, plain(ROLE_DIM), "what", 8, plain(ROLE_TEXT), text);
    if (v->machine->printed[0] != '\0')
        sheet_row(sheet, plain(ROLE_DIM), "prints", 8, plain(ROLE_TEXT), v->machine->printed);
    text_rule(step, text, sizeof text);
    if (text[0] != '\0')
        sheet_row(sheet, plain(ROLE_DIM), "rule", 8, plain(ROLE_TEXT), text);
}

/* What happened, uncut, with everything that is wrong about it; before the first step: what to expect. */
static void write_last_step(const struct view *v, struct sheet *sheet)
{
    const struct step *step = &v->machine->last;

    if (step->n == 0) {
        sheet_heading(sheet, v->scenario->title);
        sheet_row(sheet, plain(ROLE_DIM), "", 1, plain(ROLE_TEXT), v->scenario->description);
    } else {
        write_what_happened(v, sheet);
    }
    struct finding findings[MAX_FINDINGS];
    unsigned n = text_findings(v->machine, step, findings, MAX_FINDINGS);
    for (unsigned i = 0; i < n; i++)
        sheet_row(sheet, bold(ROLE_BAD), "wrong", 8, bold(ROLE_BAD), findings[i].text);
    if (v->session->stuck.wrong[0] != '\0') {
        sheet_heading(sheet, "Wrong before");
        sheet_row(sheet, plain(ROLE_DIM), "", 1, bold(ROLE_BAD), v->session->stuck.wrong);
    }
}

/* The rule by which the thread was made to wait. */
static void write_rule(const struct view *v, struct sheet *sheet, thread_ix t)
{
    const char *rule = session_wait_rule(v->session, t);
    if (rule[0] != '\0')
        sheet_row(sheet, plain(ROLE_DIM), "rule", 8, plain(ROLE_TEXT), rule);
}

static void write_blocked(const struct view *v, struct sheet *sheet, thread_ix t)
{
    char text[TEXT_LINE];

    text_blocked(v->machine, t, text, sizeof text);
    sheet_row(sheet, plain(ROLE_DIM), "why", 8, plain(ROLE_TEXT), text);
    write_rule(v, sheet, t);
    struct pen never = pen_on(text, sizeof text);
    if (write_never(v, t, &never)) {
        sheet_row(sheet, plain(ROLE_DIM), "wakes", 8, plain(ROLE_TEXT), text);
        return;
    }
    struct wakers wakers = text_wakers(v->machine, t);
    for (unsigned i = 0; i < wakers.n && i < MAX_WAKERS; i++) {
        const struct waker *waker = &wakers.list[i];
        struct pen pen = pen_on(text, sizeof text);
        if (waker->call == CALL_NONE && waker->thread == t)
            pen_text(&pen, "when its own timeout fires (~)");
        else if (waker->line == 0)
            pen_printf(&pen, "when T%u %s ends", waker->thread + 1u,
                       v->scenario->threads[waker->thread].name);
        else
            pen_printf(&pen, "when T%u %s runs line %u: %s", waker->thread + 1u,
                       v->scenario->threads[waker->thread].name, (unsigned)waker->line,
                       nt_call_row(waker->call)->name);
        sheet_row(sheet, plain(ROLE_DIM), i == 0 ? "wakes" : "", 8, plain(ROLE_TEXT), text);
    }
}

static void write_thread(const struct view *v, struct sheet *sheet, thread_ix t)
{
    enum posture posture = posture_of(v->machine, t);
    char text[TEXT_LINE];

    struct pen pen = pen_on(text, sizeof text);
    pen_printf(&pen, "T%u %s: %s", t + 1u, v->scenario->threads[t].name, posture_word(posture));
    sheet_heading(sheet, text);
    switch (posture) {
    case POSTURE_READY:
        text_next(v->machine, t, text, sizeof text);
        sheet_row(sheet, plain(ROLE_DIM), "next", 8, plain(ROLE_TEXT), text);
        break;
    case POSTURE_BLOCKED:
    case POSTURE_SPINS:
    case POSTURE_SLEEPS:
        write_blocked(v, sheet, t);
        break;
    case POSTURE_FINISHED:
        sheet_row(sheet, plain(ROLE_DIM), "", 8, plain(ROLE_TEXT), "Its routine has returned.");
        break;
    case POSTURE_ABSENT:
        sheet_row(sheet, plain(ROLE_DIM), "", 8, plain(ROLE_TEXT),
                  "No thread has created it yet (PsCreateSystemThread).");
        break;
    case POSTURE_CRASHED:
    case POSTURE_STOPPED:
    case N_POSTURES:
        sheet_row(sheet, plain(ROLE_DIM), "", 8, plain(ROLE_TEXT),
                  "The whole machine has stopped.");
        break;
    }
}

/* What the header warns of before it has happened. */
static void write_warning(const struct view *v, struct sheet *sheet)
{
    char text[TEXT_LINE];

    if (!v->session->ahead.breaks || session_trouble(v->session) != NULL)
        return;
    sheet_heading(sheet, "What lies ahead");
    clean_text(v->scenario, &v->session->ahead.how, true, text, sizeof text);
    sheet_row(sheet, plain(ROLE_WARN), "", 1, plain(ROLE_WARN), text);
}

static void write_why(const struct view *v, struct sheet *sheet, bool ascii)
{
    write_stuck(v, sheet, ascii);
    write_warning(v, sheet);
    write_last_step(v, sheet);
    for (unsigned t = 0; t < v->scenario->n_threads; t++)
        write_thread(v, sheet, (thread_ix)t);
}

/* ---- locks ---- */

static void write_lock_line(void *context, const char *text)
{
    struct sheet *sheet = context;
    int blanks = (int)strspn(text, " ");

    blanks =
        blanks < sheet->width / 2 ? blanks : 0; // what is too long goes on below where it began
    sheet_row(sheet, plain(ROLE_TEXT), "", 1 + blanks, plain(ROLE_TEXT), text + blanks);
}

static void write_locks(const struct view *v, struct sheet *sheet, bool ascii)
{
    (void)ascii;
    locks_dump(v->machine, true, write_lock_line, sheet);
}

/* ---- the box ---- */

typedef void sheet_writer(const struct view *v, struct sheet *sheet, bool ascii);

/* Which rows are in sight, and the keys that show the others, in the lower border. */
static void draw_sheet_part(const struct area *box, int from, int rows, int n)
{
    struct area bottom = area_part(box, 0, box->rect.h - 1, box->rect.w - 2, 1);
    int last = from + rows < n ? from + rows : n;
    char text[64];

    snprintf(text, sizeof text, " %d-%d of %d rows, Down and Up scroll ", from + 1, last, n);
    if (utf8_width(text) > bottom.rect.w - 2)
        snprintf(text, sizeof text, " %d-%d of %d, Down scrolls ", from + 1, last, n);
    if (utf8_width(text) > bottom.rect.w - 2)
        snprintf(text, sizeof text, " %d-%d of %d ", from + 1, last, n);
    area_text_right(&bottom, 0, plain(ROLE_DIM), text);
}

void clear_sides(const struct area *box)
{
    struct area rows = {box->frame, {0, box->rect.y, box->frame->w, box->rect.h}, PANE_OVERLAY};

    area_clear(&rows);
}

static void draw_sheet(const struct view *v, struct session *s, struct frame *f, const char *name,
                       int most_w, sheet_writer *write)
{
    int w = f->w < most_w + 4 ? f->w : most_w;
    struct sheet measure = {.width = w - 4};

    write(v, &measure, f->ascii);
    // The footer stays in sight, unless the screen is tiny.
    int most = f->h > 4 ? f->h - 1 : f->h;
    int h = measure.n + 2 < most && f->h >= 30 ? measure.n + 2 : most;
    struct area box = {f, {(f->w - w) / 2, (most - h) / 2, w, h}, PANE_OVERLAY};
    clear_sides(&box);
    struct area inside = area_box(&box, EDGE_RIGHT | EDGE_BOTTOM);
    struct area sheet_area = area_part(&inside, 0, 0, inside.rect.w, inside.rect.h);
    s->scroll.page = sheet_area.rect.h > 1 ? sheet_area.rect.h - 1 : 1;
    s->scroll.most = measure.n > sheet_area.rect.h ? measure.n - sheet_area.rect.h : 0;
    if (s->scroll.offset > s->scroll.most)
        s->scroll.offset = s->scroll.most;
    title(&box, plain(ROLE_TITLE), name);
    struct sheet sheet = {.area = &sheet_area, .width = measure.width, .y = -s->scroll.offset};
    write(v, &sheet, f->ascii);
    if (s->scroll.most > 0)
        draw_sheet_part(&box, s->scroll.offset, sheet_area.rect.h, measure.n);
}

void draw_overlay(const struct view *v, struct session *s, struct frame *f)
{
    switch (s->overlay) {
    case OVERLAY_NONE:
        break;
    case OVERLAY_HELP:
        draw_sheet(v, s, f, "help", SHEET_WIDTH, write_help);
        break;
    case OVERLAY_WHY:
        draw_sheet(v, s, f, "why", SHEET_WIDTH, write_why);
        break;
    case OVERLAY_LOCKS:
        draw_sheet(v, s, f, "locks", SHEET_WIDTH, write_locks);
        break;
    case OVERLAY_DIFF:
        draw_sheet(v, s, f, "this run and the chosen one", TWO_SHEETS, write_diff);
        break;
    case OVERLAY_EXPLORE:
        draw_explore(v, s, f);
        break;
    case OVERLAY_BRANCHES:
    case OVERLAY_MARKS:
    case OVERLAY_BREAKS:
    case OVERLAY_COMMANDS:
    case OVERLAY_SCENARIOS:
    case OVERLAY_SEARCH:
    case OVERLAY_NEW_BREAK:
    case OVERLAY_MARK_LETTER:
    case OVERLAY_PICTURE:
    case N_OVERLAYS:
        draw_list(v, s, f);
        break;
    }
}
