/*
 * The last row: the keys that can be pressed now.
 *
 * It is chosen from the table of commands: what would be refused now is left out, but its place stays
 * free, so that the others do not move; when the row is too short, what has the last place goes first. A
 * message takes the place of the keys until the next one is pressed.
 */
#include <stdio.h>
#include <string.h>

#include "sim/report/pen.h"
#include "ui/utf8.h"
#include "ui/view.h"

/* Digits of the threads that can be stepped. */
static thread_set digits_now(const struct view *v)
{
    return v->enabled & ((1u << 9) - 1);
}

/* Columns that the digits keep, however many of them can be stepped. */
static int digits_width(const struct view *v)
{
    return v->scenario->n_threads == 1 ? 1 : v->scenario->n_threads <= 3 ? 3 : 5;
}

/* "1-3", "2", "1,3": those and no others; which they are says the row above where that is too long. */
static void write_digits(const struct view *v, char *out, size_t size)
{
    thread_set set = digits_now(v);
    struct pen pen = pen_on(out, size);

    for (unsigned t = 1; t <= 9; t++) {
        unsigned last = t;
        if ((set >> (t - 1) & 1) == 0)
            continue;
        while (last < 9 && set >> last & 1)
            last++;
        pen_printf(&pen, "%s%u", pen.n > 0 ? "," : "", t);
        if (last > t)
            pen_printf(&pen, "%s%u", last > t + 1 || pen.n == 1 ? "-" : ",", last);
        t = last;
    }
    if ((int)pen.n > digits_width(v)) {
        pen = pen_on(out, size);
        pen_text(&pen, "digit");
    }
}

/* The keys of a command as the footer names them. */
static void footer_keys(const struct view *v, enum command command, char *out, size_t size)
{
    if (command == CMD_STEP_THREAD)
        write_digits(v, out, size);
    else
        key_labels(command, true, out, size);
}

/* Place in the footer. Digits reach nine threads; with more of them Tab and "." are what counts. */
static int footer_place(const struct view *v, enum command command)
{
    bool many = v->scenario->n_threads > 9;

    if (command == CMD_STEP_FOCUSED)
        return many ? 3 : 0;
    if (command == CMD_THREAD_NEXT && !many)
        return 0; // the digits choose, too
    if (command == CMD_THREAD_NEXT && many)
        return 3;
    return key_row(command)->footer;
}

/* A digit is refused one by one; the row of the digits goes when no thread can be stepped. */
static bool works_now(const struct view *v, enum command command)
{
    char why[TEXT_LINE];

    if (command == CMD_STEP_THREAD)
        return digits_now(v) != 0;
    return !session_refuses(v->session, command, 0, why, sizeof why);
}

/* What is typed is accepted, what is marked is chosen; Esc first takes back what was typed. */
static const char *footer_word(const struct view *v, enum command command)
{
    enum overlay overlay = v->session->overlay;

    if (command == CMD_CANCEL && overlay == OVERLAY_SCENARIOS) {
        if (v->session->prompt[0] != '\0')
            return "erase";
        return v->session->unchosen ? "quit" : key_row(command)->word;
    }
    if (command == CMD_PICK && (overlay == OVERLAY_SEARCH || overlay == OVERLAY_NEW_BREAK))
        return "accept";
    return key_row(command)->word;
}

static int footer_width(const struct view *v, enum command command)
{
    char keys[KEY_LABEL];

    footer_keys(v, command, keys, sizeof keys);
    int width = command == CMD_STEP_THREAD ? digits_width(v) : utf8_width(keys);
    return 3 + width + utf8_width(footer_word(v, command));
}

/* What stands at the right end, always in the same place: the way to everything, and out. */
static bool is_anchor(enum command command)
{
    return key_row(command)->group == KEYS_LEAVE;
}

static void draw_key(const struct view *v, struct pencil *p, enum command command)
{
    char keys[KEY_LABEL];
    int end = p->x + footer_width(v, command);

    footer_keys(v, command, keys, sizeof keys);
    draw_text(p, plain(ROLE_KEY), keys);
    draw_print(p, plain(ROLE_TEXT), " %s  ", footer_word(v, command));
    draw_to(p, end); // fewer digits do not move the others
}

/*
 * Does the footer keep a place free for a command that would be refused now? What comes and goes with each step
 * does not push its neighbours about; what never works in this scenario, or at this size, has no place.
 */
static bool keeps_place(const struct view *v, enum command command)
{
    enum key_context context = overlay_context(v->session->overlay);

    if (command == CMD_NEXT_PAGE || command == CMD_OPEN || command == CMD_THREAD_NEXT)
        return false;
    return (context == IN_MAIN || context == IN_PROMPT) &&
           footer_place(v, command) < FOOTER_AT_TIMES;
}

/* The next command in the order of places behind this one, of those that belong into the footer now. */
static enum command next_in_footer(const struct view *v, int *place, enum command command)
{
    enum key_context context = overlay_context(v->session->overlay);

    for (; *place < FOOTER_PLACES; (*place)++, command = CMD_NONE) {
        for (int i = (int)command + 1; i < N_COMMANDS; i++) {
            enum command next = (enum command)i;
            if (footer_place(v, next) == *place && (key_row(next)->where & context) != 0 &&
                (works_now(v, next) || keeps_place(v, next)))
                return next;
        }
    }
    return CMD_NONE;
}

/* Columns of what stands at the right end. */
static int anchors_width(const struct view *v, int room)
{
    enum key_context context = overlay_context(v->session->overlay);
    int width = 0;

    for (int i = CMD_NONE + 1; i < N_COMMANDS; i++) {
        enum command c = (enum command)i;
        if (is_anchor(c) && (key_row(c)->where & context) != 0 && footer_place(v, c) > 0 &&
            width + footer_width(v, c) <= room)
            width += footer_width(v, c);
    }
    return width;
}

/* Places of the footer that are free now; neighbours are one. */
struct holes {
    int n;
    struct {
        int x, width;
    } at[FOOTER_PLACES];
};

static void leave_hole(struct holes *holes, struct pencil *p, int width)
{
    int n = holes->n;

    if (n > 0 && holes->at[n - 1].x + holes->at[n - 1].width == p->x) {
        holes->at[n - 1].width += width;
    } else if (n < FOOTER_PLACES) {
        holes->at[n].x = p->x;
        holes->at[n].width = width;
        holes->n++;
    }
    draw_to(p, p->x + width);
}

/* What can be done now and then goes into a free place if there is none behind the others. */
static void draw_in_hole(const struct view *v, const struct area *a, struct holes *holes,
                         enum command command)
{
    int width = footer_width(v, command);

    for (int i = 0; i < holes->n; i++) {
        if (holes->at[i].width < width)
            continue;
        struct pencil p = draw_at(a, holes->at[i].x, 0, width);
        draw_key(v, &p, command);
        holes->at[i].x += width;
        holes->at[i].width -= width;
        return;
    }
}

static void draw_keys(const struct view *v, const struct area *a)
{
    int anchors = anchors_width(v, a->rect.w), place = 1;
    struct pencil left = draw_at(a, 1, 0, a->rect.w - anchors - 1);
    struct pencil right = draw_at(a, a->rect.w - anchors + 1, 0, anchors - 1);
    struct holes holes = {0};

    for (enum command c = CMD_NONE; (c = next_in_footer(v, &place, c)) != CMD_NONE;) {
        struct pencil *p = is_anchor(c) ? &right : &left;
        int width = footer_width(v, c);
        bool fits = draw_room(p) + 2 >= width; // the last one needs no blanks behind it
        if (fits && works_now(v, c))
            draw_key(v, p, c);
        else if (fits)
            leave_hole(&holes, p, width);
        else if (place >= FOOTER_AT_TIMES)
            draw_in_hole(v, a, &holes, c);
    }
}

void draw_message(const struct view *v, const struct area *a)
{
    struct style style = v->session->refused ? bold(ROLE_WARN) : plain(ROLE_TEXT);
    struct pencil p = draw_at(a, 0, 0, a->rect.w);

    draw_text(&p, style, " ");
    if (v->session->refused) {
        draw_glyph(&p, style, GLYPH_WARNING);
        draw_text(&p, style, " ");
    }
    draw_text(&p, style, v->session->message);
}

void view_footer(const struct view *v, const struct area *a, const struct pane *pane)
{
    (void)pane;
    area_clear(a);
    // only while the sentences, where messages stand, are covered
    if (v->session->message[0] != '\0' && v->session->overlay != OVERLAY_NONE)
        draw_message(v, a);
    else
        draw_keys(v, a);
}
