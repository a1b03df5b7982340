/*
 * What can still come from here: the endings, the chance first, the number of schedules at the right; and the
 * step that lost the last good one.
 *
 * A chance is that of a scheduler to whom all threads that can run are alike. The number of schedules is no
 * likelihood, so it never stands alone. What is said about the list keeps its row when the list is too long.
 */
#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum {
    CHANCE_WIDTH = 8,
    NAME_COLUMN = CHANCE_WIDTH + 3, // behind the sign
    SCHEDULES_WIDTH = 9,
    MOST_WIDTH = 56,
    MOST_MEANING = 64,
    NAME_ROWS = 3,
};

void write_chance(double probability, bool alone, char out[CHANCE_TEXT])
{
    double percent = 100 * probability;

    if (probability < 0)
        snprintf(out, CHANCE_TEXT, "?");
    else if (percent >= 100 && alone)
        snprintf(out, CHANCE_TEXT, "100 %%");
    else if (percent >= 99.95)
        snprintf(out, CHANCE_TEXT, ">99.9 %%");
    else if (percent < 0.05)
        snprintf(out, CHANCE_TEXT, "<0.1 %%");
    else
        snprintf(out, CHANCE_TEXT, "%.1f %%", percent);
}

void write_schedules(const char *digits, int width, char *out, size_t size)
{
    size_t n = digits != NULL ? strlen(digits) : 0;

    if (n == 0)
        snprintf(out, size, "?");
    else if ((int)n <= width)
        snprintf(out, size, "%s", digits);
    else { // two digits, rounded
        unsigned three =
            (unsigned)(100 * (digits[0] - '0') + 10 * (digits[1] - '0') + digits[2] - '0');
        unsigned two = (three + 5) / 10;
        bool carry = two == 100;
        snprintf(out, size, "%u.%ue+%02u", carry ? 1 : two / 10, two % 10,
                 (unsigned)(n - 1 + carry));
    }
}

/* Where the numbers of schedules end: not so far from the names that the eye loses the row. */
static int right_end(const struct area *a, const struct explore_result *r)
{
    int end = NAME_COLUMN + widest_ending_name(r) + 1 + SCHEDULES_WIDTH;

    end = end > MOST_WIDTH ? end : MOST_WIDTH;
    return a->rect.w - 1 < end ? a->rect.w - 1 : end;
}

/* How the endings are listed. */
struct listing {
    const struct explore_result *r;
    int right;    // end of the columns
    bool counted; // with the number of schedules
    bool whole;   // long names go on in a second row
    int spare;    // else: rows that are free for the first of them to go on
};

/* Columns for a name: what chance and number of schedules leave. */
static int name_room(const struct explore_ending *e, int right, bool counted)
{
    char schedules[32] = "";

    if (counted && e->schedules != NULL)
        write_schedules(e->schedules, SCHEDULES_WIDTH, schedules, sizeof schedules);
    return right - (schedules[0] != '\0' ? utf8_width(schedules) + 1 : 0) - NAME_COLUMN;
}

static int name_rows(const struct explore_ending *e, int right, bool counted)
{
    char name[TEXT_LINE];

    write_ending_name(e, name, sizeof name);
    return wrap_rows(name, name_room(e, right, counted), 0, NAME_ROWS);
}

/* A name that is too long: its kind in the row below if that is enough. Returns the rows used. */
static int draw_long_name(const struct area *column, int y, int rows, struct style style,
                          const struct explore_ending *e)
{
    char name[TEXT_LINE];

    write_ending_name(e, name, sizeof name);
    size_t n = strlen(e->name);
    if (n < strlen(name) && utf8_width(e->name) <= column->rect.w) {
        area_text(column, 0, y, style, e->name);
        area_text(column, 0, y + 1, style, name + n + 1);
        return 2;
    }
    return area_wrap(column, y, rows < NAME_ROWS ? rows : NAME_ROWS, 0, style, name);
}

/* Rows of all endings if a long name goes on in a second one; more than most: it has to be cut. */
static int rows_of_all(const struct explore_result *r, int right, bool counted, int most)
{
    int rows = 0;

    for (uint32_t i = 0; i < r->n_endings && rows <= most; i++)
        rows += name_rows(&r->endings[i], right, counted);
    return rows;
}

/* Good, good with a broken rule on the way, or bad. */
static struct style style_of(const struct view *v, const struct explore_ending *e)
{
    bool broken = v->session->ahead.breaks || session_trouble(v->session) != NULL;

    return ending_style(e, broken);
}

/* Returns the rows used. */
static int draw_ending(const struct area *a, int y, struct style style, struct listing *l,
                       uint32_t i)
{
    const struct explore_ending *e = &l->r->endings[i];
    char chance[CHANCE_TEXT], schedules[32], name[TEXT_LINE];
    int room = name_room(e, l->right, l->counted);

    write_chance(e->probability, l->r->n_endings == 1, chance);
    right_to(a, CHANCE_WIDTH, y, bold(ROLE_TEXT), chance);
    if (l->counted && e->schedules != NULL) {
        write_schedules(e->schedules, SCHEDULES_WIDTH, schedules, sizeof schedules);
        right_to(a, l->right, y, plain(ROLE_DIM), schedules);
    }
    struct pencil p = draw_at(a, CHANCE_WIDTH + 1, y, room + 2);
    draw_glyph(&p, style, style_sign(style));
    draw_text(&p, style, " ");
    if ((l->whole || l->spare > 0) && name_rows(e, l->right, l->counted) > 1) {
        struct area column = area_part(a, NAME_COLUMN, 0, room, a->rect.h);
        int rows = draw_long_name(&column, y, l->whole ? NAME_ROWS : 1 + l->spare, style, e);
        l->spare -= rows - 1;
        return rows;
    }
    write_ending_name_in(l->r, i, draw_room(&p), name, sizeof name);
    draw_text(&p, style, name);
    return 1;
}

/*
 * Names matter more than numbers of schedules, which the explore screen has, too: where names have to be cut
 * beside them, and a second row does not help, the numbers go.
 */
static struct listing choose_listing(const struct explore_result *r, int right, int room)
{
    struct listing l = {.r = r, .right = right, .counted = true};

    l.whole = rows_of_all(r, right, true, room) <= room;
    for (uint32_t i = 0; i < r->n_endings && !l.whole && l.counted; i++)
        l.counted = name_rows(&r->endings[i], right, true) <= 1;
    if (!l.counted)
        l.whole = rows_of_all(r, right, false, room) <= room;
    l.spare = l.whole || room < (int)r->n_endings ? 0 : room - (int)r->n_endings;
    return l;
}

/* What there is to say about the list; "" if it speaks for itself. */
static struct style write_note(const struct view *v, const struct explore_result *r, char *out,
                               size_t size)
{
    uint32_t n = r->n_endings;

    session_lost_text(v->session, out, size);
    if (out[0] != '\0')
        return bold(ROLE_BAD);
    if (!r->complete) {
        if (n == 0)
            snprintf(out, size, "no ending so far; e: more");
        else
            snprintf(out, size, "at least %u ending%s; e: more", (unsigned)n, n == 1 ? "" : "s");
        return plain(ROLE_WARN);
    }
    if (n == 1 && r->endings[0].goal && machine_verdict(v->machine) == VERDICT_RUNNING) {
        snprintf(out, size, "whatever runs next");
        return plain(ROLE_DIM);
    }
    return plain(ROLE_DIM);
}

/* Chances and numbers are counted from the present step on, not from the start: the heading says it. */
static const char *heading(const struct view *v, const struct area *a)
{
    static const char full[] = "still possible from here: chance";

    if (machine_verdict(v->machine) != VERDICT_RUNNING)
        return "the ending";
    return a->rect.w >= (int)sizeof full + SCHEDULES_WIDTH + 6 ? full : "chance from here";
}

/* What the columns mean, in the rows that are left; of it what there is room for. */
static void draw_meaning(const struct view *v, const struct area *a, int y)
{
    const struct explore_result *r = v->session->ahead.result;
    struct area rows = area_part(a, 1, y, a->rect.w - 2, a->rect.h - y);
    const char *text = text_chances();

    if (machine_verdict(v->machine) != VERDICT_RUNNING || r->n_endings == 0 ||
        (r->n_endings == 1 && r->endings[0].probability >= 0))
        return; // there is nothing to weigh
    if (r->endings[0].probability < 0)
        text = explore_why_no_chance(r);
    else if (wrap_rows(text, rows.rect.w, 0, MOST_MEANING) > rows.rect.h)
        text = text_chance();
    if (rows.rect.h > 0 && wrap_rows(text, rows.rect.w, 0, MOST_MEANING) <= rows.rect.h)
        area_wrap(&rows, 0, rows.rect.h, 0, plain(ROLE_DIM), text);
}

/* What failed in the step that lost the last good ending, if there is room for all of it. Returns the rows used. */
static int draw_failed(const struct view *v, const struct area *a, int y)
{
    uint32_t lost = session_lost(v->session);
    struct area rows = area_part(a, 1, y, a->rect.w - 2, a->rect.h - y);
    char text[TEXT_LINE];

    if (lost == NOT_LOST || lost == 0 || lost != lost_in_lanes(v->session) ||
        lost == v->machine->last.n)
        return 0; // the sentence of the step made last says it
    write_failed_step(v, lost, text, sizeof text);
    if (text[0] == '\0' || wrap_rows(text, rows.rect.w, 2, MOST_MEANING) > rows.rect.h)
        return 0;
    int used = area_wrap(&rows, 0, rows.rect.h, 2, plain(ROLE_BAD), text);
    color_threads(&rows, 0, used);
    return used;
}

/*
 * Of the rows that are shown, the last: the likeliest good ending that is left, if there is no room for it and no other
 * one in sight is good.
 */
static int last_row(const struct explore_result *r, int from, int shown)
{
    int last = from + shown - 1, good = from;

    while (good < (int)r->n_endings && !r->endings[good].goal)
        good++;
    return shown > 1 && from == 0 && good > last && good < (int)r->n_endings ? good : last;
}

/* Can the threads come to run in circles from which no end is reached? */
static bool has_livelock(const struct explore_result *r)
{
    for (uint32_t i = 0; i < r->n_findings; i++) {
        if (r->findings[i].kind == FINDING_LIVELOCK)
            return true;
    }
    return false;
}

/* It is no ending, so it has no chance; but it is a way to go. */
static void draw_livelock(const struct area *a, int y)
{
    static const char full[] = " livelock: they run in circles for ever";
    struct pencil p = draw_at(a, CHANCE_WIDTH + 1, y, a->rect.w - CHANCE_WIDTH - 2);

    draw_glyph(&p, plain(ROLE_BAD), GLYPH_BAD);
    draw_text(&p, plain(ROLE_BAD), utf8_width(full) <= draw_room(&p) ? full : " livelock: no end");
}

void view_possible(const struct view *v, const struct area *a, const struct pane *pane)
{
    const struct explore_result *r = v->session->ahead.result;
    struct area inside = area_box(a, pane->edges);
    char note[64];

    title(a, plain(ROLE_TITLE), heading(v, a));
    if (r == NULL) {
        area_text(&inside, 1, 0, plain(ROLE_DIM), "working");
        area_glyph(&inside, 8, 0, plain(ROLE_DIM), GLYPH_ELLIPSIS);
        return;
    }
    int right = right_end(&inside, r);
    struct area head = area_part(a, 1, 0, right + 1, 1);
    struct style style = write_note(v, r, note, sizeof note);
    bool livelock = has_livelock(r);
    int n = (int)r->n_endings;
    int room = inside.rect.h - (note[0] != '\0' ? 1 : 0) - (livelock ? 1 : 0);
    struct listing listing = choose_listing(r, right, room);
    if (n > 0 && r->endings[0].schedules != NULL && listing.counted &&
        !(n > room && is_chosen(v, pane)))
        area_text_right(&head, 0, plain(ROLE_DIM),
                        " schedules "); // ends with the numbers; else the part in sight is there
    bool scrolled;
    int from = scroll_from(v, pane, n, room, &scrolled);
    int shown = n <= room || scrolled ? room : room - 1;
    shown = shown < n - from ? shown : n - from;
    int y = 0;
    for (int i = 0; i < shown; i++) {
        int row = i == shown - 1 ? last_row(r, from, shown) : from + i;
        y += draw_ending(&inside, y, style_of(v, &r->endings[row]), &listing, (uint32_t)row);
    }
    draw_scrolled(v, a, pane, from, n, room);
    if (n > shown && room > 0 && !scrolled)
        draw_more(&inside, y++, (unsigned)(n - shown), "endings");
    if (livelock)
        draw_livelock(&inside, y++);
    area_text(&inside, 1, y, style, note);
    y += note[0] != '\0';
    y += draw_failed(v, &inside, y);
    draw_meaning(v, &inside, y);
}
