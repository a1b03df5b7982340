/*
 * What happened, in sentences, and the log.
 *
 * The sentences are what the back row reads: what the last step did, what is wrong, why somebody cannot run
 * and who can change that. If they need more rows than there are, the last row says so.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

/* A pane being filled from top to bottom. */
struct story {
    const struct view *v;
    const struct area *area;
    int y;
    int n;             // rows, with those that have been scrolled away or found no room
    unsigned left_out; // sentences that are not there to their end
    bool titled;       // the scenario's title stands in the border
    bool said;         // and the message there
};

enum { MOST_ROWS = 64 };

static void tell(struct story *story, struct style style, const char *text)
{
    struct area rows = area_part(story->area, 1, 0, story->area->rect.w - 2, story->area->rect.h);
    int room = story->area->rect.h - story->y;

    if (text[0] == '\0')
        return;
    int needed = wrap_rows(text, rows.rect.w, 2, MOST_ROWS);
    needed = needed < 1 ? 1 : needed;
    story->n += needed;
    if (needed > room)
        story->left_out++; // not shown, or not to its end
    if (story->y + needed > 0 && room > 0) {
        int used = area_wrap(&rows, story->y, room, 2, style, text);
        color_threads(&rows, story->y, used);
    }
    story->y += needed;
}

static void tell_start(struct story *story)
{
    const struct scenario *s = story->v->scenario;
    uint32_t recorded = timeline_length(story->v->session->timeline);
    char text[TEXT_LINE];

    if (recorded > 0)
        snprintf(
            text, sizeof text,
            "The start of a run of %u %s. Right replays it; a thread's number goes another way.",
            (unsigned)recorded, recorded == 1 ? "step" : "steps");
    else
        snprintf(text, sizeof text, "%s",
                 s->n_threads == 1
                     ? "Nothing has run yet. Press 1: the thread makes its first step."
                     : "Nothing has run yet. Press a thread's number: it makes its next step.");
    if (recorded == 0 ||
        story->v->session->message[0] == '\0') // a message says where a record is from
        tell(story, bold(ROLE_TEXT), text);
    if (s->title != NULL && !story->titled)
        tell(story, plain(ROLE_TEXT), s->title);
    if (s->description != NULL) {
        struct pen pen = pen_on(text, sizeof text);
        for (const char *p = s->description; *p != '\0'; p++)
            pen_printf(&pen, "%c", *p == '\n' ? ' ' : *p);
        tell(story, plain(ROLE_TEXT), text);
    }
}

/* Did the step put its thread to sleep, and no finding says why nobody can wake it? */
static bool falls_asleep(const struct machine *m)
{
    struct finding findings[MAX_FINDINGS];

    return m->last.n > 0 &&
           world_thread(&m->world, m->last.choice.thread)->state == THREAD_WAITING &&
           text_findings(m, &m->last, findings, MAX_FINDINGS) == 0;
}

/* What the step did; if that was to wait, who can end it. */
static void tell_step(struct story *story)
{
    const struct step *step = &story->v->machine->last;
    char text[TEXT_LINE], by[TEXT_LINE] = "", line[2 * TEXT_LINE + 32];

    text_step(story->v->machine, step, text, sizeof text);
    struct pen pen = pen_on(line, sizeof line);
    if (falls_asleep(story->v->machine))
        text_blocked_by(story->v->machine, step->choice.thread, by, sizeof by);
    pen_printf(&pen, "step %u: %s%s", (unsigned)step->n, text, by);
    tell(story, bold(step_failed(step) ? ROLE_BAD : ROLE_TEXT), line);
}

static void tell_printed(struct story *story)
{
    tell(story, plain(ROLE_KEY), story->v->machine->printed);
}

/* Returns how many there are. */
static unsigned tell_findings(struct story *story)
{
    struct finding findings[MAX_FINDINGS];
    const struct machine *m = story->v->machine;
    unsigned n = text_findings(m, &m->last, findings, MAX_FINDINGS);

    // What ended the run comes before what a verifier would have said about it.
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < n && i < MAX_FINDINGS; i++) {
            if ((findings[i].kind == FINDING_VERIFIER) == (round == 1))
                tell(story, bold(ROLE_BAD), findings[i].text);
        }
    }
    return n;
}

/* The point of no return, at the step that passed it. */
static void tell_lost(struct story *story)
{
    const struct view *v = story->v;

    if (session_lost(v->session) == v->machine->last.n && v->machine->last.n > 0 &&
        machine_verdict(v->machine) == VERDICT_RUNNING)
        tell(story, bold(ROLE_BAD), "Point of no return: no good ending can come any more.");
}

/* And behind it, so that nobody hopes in vain. */
static void tell_lost_before(struct story *story)
{
    const struct view *v = story->v;
    uint32_t lost = session_lost(v->session);
    char text[TEXT_LINE];

    if (v->session->ahead.breaks && session_trouble(v->session) == NULL) {
        clean_text(v->scenario, &v->session->ahead.how, true, text, sizeof text);
        tell(story, plain(ROLE_WARN), text);
    }
    if (lost == NOT_LOST || lost == v->machine->last.n ||
        machine_verdict(v->machine) != VERDICT_RUNNING)
        return;
    if (lost == 0)
        snprintf(text, sizeof text, "%s",
                 session_never_good(v->session) ? "No schedule ends well."
                                                : "No good ending can come any more.");
    else
        snprintf(text, sizeof text,
                 "Point of no return: step %u. No good ending can come any more.", (unsigned)lost);
    tell(story, plain(ROLE_BAD), text);
}

/* How the run ended; what a finding has just said is not said again. */
static void tell_end(struct story *story, bool said)
{
    const struct view *v = story->v;
    enum verdict verdict = machine_verdict(v->machine);
    char text[TEXT_LINE], line[TEXT_LINE + TROUBLE_TEXT + 64], but[TROUBLE_TEXT + 32];

    if (verdict == VERDICT_RUNNING || (said && verdict != VERDICT_FINISHED))
        return;
    struct pen pen = pen_on(line, sizeof line);
    if (verdict == VERDICT_FINISHED) {
        text_ending(v->machine, text, sizeof text);
        session_but_text(v->session, but, sizeof but);
        pen_printf(&pen, "All threads have finished: %s%s.", text, but);
    } else {
        text_verdict(v->machine, text, sizeof text);
        pen_printf(&pen, "Nothing can run any more: %s.", text);
    }
    tell(story, bold(ROLE_TEXT), line);
}

/* The rule of NT behind the step. */
static void tell_rule(struct story *story)
{
    char text[TEXT_LINE];

    text_rule(&story->v->machine->last, text, sizeof text);
    tell(story, plain(ROLE_DIM), text);
}

static void tell_blocked(struct story *story, thread_ix t)
{
    const struct view *v = story->v;
    char text[TEXT_LINE];

    switch (posture_of(v->machine, t)) {
    case POSTURE_BLOCKED:
    case POSTURE_SPINS:
    case POSTURE_SLEEPS:
        text_blocked(v->machine, t, text, sizeof text);
        tell(story, plain(ROLE_TEXT), text);
        break;
    case POSTURE_READY:
    case POSTURE_FINISHED:
    case POSTURE_ABSENT:
    case POSTURE_CRASHED:
    case POSTURE_STOPPED:
    case N_POSTURES:
        break;
    }
}

/* Who waits besides, and who can end that, comes before the rule: it is what can be acted on. */
static void tell_blocked_and_rule(struct story *story)
{
    const struct view *v = story->v;
    bool asleep = falls_asleep(v->machine); // then the step's sentence has said it

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        if (!asleep || t != v->machine->last.choice.thread)
            tell_blocked(story, (thread_ix)t);
    }
    tell_rule(story);
}

/* What the last key came to, with its sign; "" if nothing is to be said here. */
static struct style write_message(const struct view *v, bool ascii, bool aside, char *out,
                                  size_t size)
{
    const struct session *s = v->session;
    char sign[5] = "";

    out[0] = '\0';
    if (s->message[0] != '\0' && s->overlay == OVERLAY_NONE && s->aside == aside) {
        if (s->refused)
            utf8_encode(glyph_char(GLYPH_WARNING, ascii), sign);
        snprintf(out, size, "%s%s%s", sign, s->refused ? " " : "", s->message);
    }
    return aside ? plain(ROLE_DIM) : bold(s->refused ? ROLE_WARN : ROLE_KEY);
}

/* Before everything else, unless it stands in the border; aside: behind it, if there is room. */
static void tell_message(struct story *story, bool ascii, bool aside)
{
    char line[TEXT_LINE + 8];
    struct style style = write_message(story->v, ascii, aside, line, sizeof line);
    int width = story->area->rect.w - 2;

    if (story->said && !aside)
        return;
    if (aside && story->y + wrap_rows(line, width, 2, MOST_ROWS) > story->area->rect.h)
        return;
    tell(story, style, line);
}

static void tell_all(struct story *story, bool ascii)
{
    tell_message(story, ascii, false);
    tell_lost(story);
    if (story->v->machine->last.n == 0)
        tell_start(story);
    else
        tell_step(story);
    tell_printed(story);
    unsigned findings = tell_findings(story);
    tell_end(story, findings > 0);
    tell_blocked_and_rule(story);
    tell_lost_before(story);
    tell_message(story, ascii, true);
}

enum { MARK_WIDTH = 24 }; // of what the border says of rows that are not in sight

/* Before the first step the border carries the scenario's title: its row is worth more to the description. */
static const char *name_of_pane(const struct view *v, const struct area *a, bool *titled)
{
    const char *title = v->scenario->title;

    *titled =
        v->machine->last.n == 0 && title != NULL && utf8_width(title) <= a->rect.w - 6 - MARK_WIDTH;
    return *titled ? title : "what happened";
}

/* That there is more, and the key that shows all of it. */
static void draw_mark(const struct view *v, const struct area *a, const struct pane *pane,
                      unsigned left_out)
{
    char text[64];

    if (v->machine->last.n == 0)
        snprintf(text, sizeof text, " read on: press i ");
    else
        snprintf(text, sizeof text, " %u more: press i ", left_out);
    draw_border_note(a, pane, text);
}

/*
 * A message goes into the border, in the place of the title, where it would push the end of the story out of
 * sight: what explains a deadlock matters more than why a key did nothing. Where all of it has no room its first
 * sentence goes there; the story says the rest.
 */
static bool message_in_border(const struct view *v, const struct area *a, int rows, int needed,
                              char *line, size_t size)
{
    int room = a->rect.w - 6;

    write_message(v, a->frame->ascii, false, line, size);
    char *end = strstr(line, ". ");
    if (utf8_width(line) > room && end != NULL)
        end[1] = '\0';
    return line[0] != '\0' && needed > rows && v->machine->last.n > 0 && utf8_width(line) <= room;
}

void view_sentences(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges),
                nothing = area_part(&inside, 0, 0, inside.rect.w, 0);
    struct story measure = {.v = v, .area = &nothing}, story = {.v = v, .area = &inside};
    bool scrolled;

    const char *name = name_of_pane(v, a, &story.titled);
    measure.titled = story.titled;
    tell_all(&measure, a->frame->ascii);
    char line[TEXT_LINE + 8];
    if (message_in_border(v, a, inside.rect.h, measure.n, line, sizeof line)) {
        title(a, bold(v->session->refused ? ROLE_WARN : ROLE_KEY), line);
        story.said = true;
        measure = (struct story){.v = v, .area = &nothing, .said = true};
        tell_all(&measure, a->frame->ascii);
    } else {
        title(a, plain(ROLE_TITLE), name);
    }
    int from = scroll_from(v, pane, measure.n, inside.rect.h, &scrolled);
    story.y = -from;
    tell_all(&story, a->frame->ascii);
    if (is_chosen(v, pane))
        draw_scrolled(v, a, pane, from, measure.n, inside.rect.h);
    else if (story.left_out > 0)
        draw_mark(v, a, pane, story.left_out);
}

/* ---- log ---- */

void write_failed_step(const struct view *v, uint32_t n, char *out, size_t size)
{
    const struct lane_step *step = lanes_at(v->lanes, n);
    const struct nt_call_row *row = nt_call_row(step->call);
    bool verb = row->verb != NULL && row->verb[0] != '\0';

    out[0] = '\0';
    if (step->failed && !step->timeout)
        snprintf(out, size, "T%u %s %s: %s", step->thread + 1u, verb ? row->verb : row->name,
                 step->object, step->outcome);
}

/* Where the outcome begins: in its column, but either cell takes what the other one leaves. */
static int outcome_column(int width, int call_end, int outcome_width)
{
    int column = width - (width >= 60 ? 23 : 17), latest = width - outcome_width;

    if (call_end + 1 > column && latest > column)
        return call_end + 1 < latest ? call_end + 1 : latest;
    if (latest < column && call_end + 1 < column)
        return call_end + 1 > latest ? call_end + 1 : latest;
    return column;
}

/* The call and how it went, from where the pencil stands to the end of the row. */
static void draw_cells(struct pencil *p, struct style style, const struct lane_step *step)
{
    const struct nt_call_row *row = nt_call_row(step->call);
    int width = p->area->rect.w;
    bool verb = width < 64 && row->verb != NULL && row->verb[0] != '\0';
    const char *name = step->timeout ? "timeout" : verb ? row->verb : row->name;
    char call[TEXT_LINE];

    snprintf(call, sizeof call, "%s %s", name, step->object);
    int column = outcome_column(width, p->x + utf8_width(call), utf8_width(step->outcome));
    p->end = column - 1;
    draw_text(p, style, call);
    struct pencil outcome = draw_at(p->area, column, p->y, width - column);
    draw_text(&outcome, style, step->outcome);
}

void draw_log_line(const struct view *v, const struct area *a, int y, uint32_t n)
{
    const struct lane_step *step = lanes_at(v->lanes, n);
    struct style style = plain(step->failed ? ROLE_BAD : ROLE_TEXT);
    bool present = n == timeline_position(v->timeline);
    bool future = n > timeline_position(v->timeline);

    if (future)
        style = plain(ROLE_DIM);
    if (present)
        style.attr |= ATTR_BOLD;
    struct pencil p = draw_at(a, 0, y, a->rect.w);
    if (present)
        draw_glyph(&p, style, GLYPH_NEXT);
    draw_to(&p, 1);
    uint32_t length = timeline_length(v->timeline);
    draw_print(&p, plain(ROLE_DIM), "%*u", length < 100 ? 2 : length < 1000 ? 3 : 4, (unsigned)n);
    if (step->failed)
        draw_glyph(&p, style, GLYPH_BAD);
    else
        draw_text(&p, plain(ROLE_DIM), " ");
    if (is_lost_mark(v, n))
        draw_glyph(&p, bold(ROLE_BAD), GLYPH_LOST);
    else
        draw_text(&p, plain(ROLE_DIM), " ");
    draw_text(&p, plain(ROLE_DIM), " "); // the signs are no part of the thread's name
    int digits = v->scenario->n_threads > 9 ? 2 : 1;
    draw_print(&p, plain(role_thread(step->thread)), "T%-*u ", digits, step->thread + 1u);
    draw_cells(&p, style, step);
}

void log_window(const struct view *v, int height, uint32_t *first, uint32_t *last)
{
    uint32_t position = timeline_position(v->session->timeline);
    uint32_t length = timeline_length(v->session->timeline);
    uint32_t rows = height > 0 ? (uint32_t)height : 0;

    // The present step stays in sight; what can be redone follows it where there is room.
    *last = position + rows / 4 < length ? position + rows / 4 : length;
    if (*last < rows)
        *last = rows < length ? rows : length;
    *first = *last > rows ? *last - rows + 1 : 1;
}

void view_log(const struct view *v, const struct area *a, const struct pane *pane)
{
    struct area inside = area_box(a, pane->edges);
    uint32_t first, last;

    title(a, plain(ROLE_TITLE), "log");
    log_window(v, inside.rect.h, &first, &last);
    if (first > last)
        area_text(&inside, 1, 0, plain(ROLE_DIM), "(no steps yet)");
    for (uint32_t n = first; n <= last; n++)
        draw_log_line(v, &inside, (int)(n - first), n);
    if (first <= last && (first > 1 || last < timeline_length(v->timeline)))
        draw_part(a, pane, first, last, timeline_length(v->timeline));
}
