/*
 * The timeline: a lane per thread and per object, a column per step, the present marked by a bar.
 *
 * A column is two cells wide while the whole run fits, so that a failed call can carry its sign, and one
 * cell when it does not; then the window moves with the present and keeps it at three quarters. Steps to the
 * right of the bar are recorded and can be redone: they are dim. What fills a column's second cell repeats a
 * state that lasts (waits, owned), so a lock that is held is a solid bar and a free one a dotted line.
 */
#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum { MAX_LABEL = 16, MIN_LABEL = 8, LEGEND_MORE = 5 };

/* What is drawn where. */
struct chart {
    int label;            // width of the names of the lanes
    int cell;             // width of a column
    uint32_t first, last; // steps shown; first > last: none
    uint32_t present;     // position
};

static int label_width(const struct view *v, int width)
{
    int widest = MIN_LABEL;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        int w = utf8_width(v->scenario->threads[t].name) + (t < 9 ? 4 : 5);
        widest = w > widest ? w : widest;
    }
    for (int i = 0; i < v->lanes->n_objects; i++) {
        char name[TEXT_LINE];
        text_object_short(v->scenario, v->lanes->objects[i], name, sizeof name);
        int w = utf8_width(name) + 1;
        widest = w > widest ? w : widest;
    }
    int most = width >= 100 ? MAX_LABEL + 4 : MAX_LABEL;
    return widest < most ? widest : most;
}

static struct chart make_chart(const struct view *v, int width)
{
    struct chart c = {.label = label_width(v, width), .present = timeline_position(v->timeline)};
    uint32_t length = timeline_length(v->timeline);
    int room = width - c.label - 3; // a blank before, the bar, a blank after

    c.first = 1;
    if (room < 1)
        return c;
    c.cell = (int)(2 * length) <= room && length < 4096 ? 2 : 1;
    uint32_t columns = (uint32_t)(room / c.cell);
    if (columns > LANE_STEPS / 2)
        columns = LANE_STEPS / 2;
    c.last = length;
    if (length > columns) {
        uint32_t before = columns * 3 / 4;
        c.first = c.present > before ? c.present - before + 1 : 1;
        if (c.first + columns - 1 > length)
            c.first = length - columns + 1;
        c.last = c.first + columns - 1;
    }
    return c;
}

void timeline_window(const struct view *v, int width, uint32_t *first, uint32_t *last)
{
    struct chart c = make_chart(v, width);

    *first = c.first;
    *last = c.last;
}

/* Column of the area where step n begins. */
static int column_of(const struct chart *c, uint32_t n)
{
    int bar = n > c->present ? 1 : 0;

    return 1 + c->label + (int)(n - c->first) * c->cell + bar;
}

/* ---- lanes ---- */

/* A sign, and what fills the rest of the column: the sign again, or a blank. */
static void put_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                       struct style style, uint32_t sign, uint32_t filler)
{
    int x = column_of(c, n);

    if (n > c->present)
        style.role = ROLE_DIM;
    area_put(a, x, y, style, sign);
    if (c->cell > 1)
        area_put(a, x + 1, y, style, filler);
}

static void put_glyph_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                             struct style style, enum glyph g, bool solid)
{
    uint32_t sign = glyph_char(g, a->frame->ascii);

    put_column(a, c, y, n, style, sign, solid ? sign : ' ');
}

/* The letter of a step. "E" is what a lane of a resource says, so an end is the sign of what has ended. */
static uint32_t letter_of(const struct lane_step *step, bool ascii)
{
    if (step->timeout)
        return 't';
    if (step->call == CALL_return)
        return glyph_char(GLYPH_FINISHED, ascii);
    return (unsigned char)nt_call_row(step->call)->letter;
}

/* mark: the step carries this sign in the place of its outcome; 0: none. */
static void thread_column(const struct area *a, const struct chart *c, int y,
                          const struct lane_step *step, thread_ix t, uint32_t mark)
{
    struct style style = plain(role_thread(t));

    if (step->thread == t) {
        uint32_t letter = letter_of(step, a->frame->ascii);
        bool failed = step->failed, waits = step->standing[t] == STANDS_WAITING;
        style = bold(failed ? ROLE_BAD : role_thread(t));
        if (step->n == c->present)
            style.attr |= ATTR_REVERSE;
        // What the call came to; in a narrow column it takes the place of the letter.
        uint32_t bad = glyph_char(failed ? GLYPH_BAD : GLYPH_BLOCKED, a->frame->ascii);
        failed = failed || waits || mark != 0;
        bad = mark != 0 ? mark : bad;
        uint32_t sign = failed && c->cell == 1 ? bad : letter;
        put_column(a, c, y, step->n, style, sign, failed ? bad : ' ');
        if (!failed && c->cell > 1 && style.attr & ATTR_REVERSE)
            area_put(a, column_of(c, step->n) + 1, y, plain(ROLE_TEXT), ' ');
        return;
    }
    switch ((enum standing)step->standing[t]) {
    case STANDS_WAITING:
        put_glyph_column(a, c, y, step->n, style, GLYPH_SLEEPING, true);
        break;
    case STANDS_READY:
        put_glyph_column(a, c, y, step->n, plain(ROLE_DIM), GLYPH_IDLE, false);
        break;
    case STANDS_ABSENT:
    case STANDS_FINISHED:
        break;
    }
}

/* repeats: the column before has the same value, so a dot will do where digits would run together. */
static void number_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                          int32_t value, bool repeats)
{
    char text[16];
    struct style style = plain(ROLE_TEXT);

    snprintf(text, sizeof text, "%d", value);
    if (repeats && text[1] != '\0' && c->cell > 1)
        put_glyph_column(a, c, y, n, plain(ROLE_DIM), GLYPH_IDLE, false);
    else if ((int)strlen(text) <= c->cell)
        put_column(a, c, y, n, style, (unsigned char)text[0],
                   text[1] != '\0' ? (unsigned char)text[1] : ' ');
    else
        put_column(a, c, y, n, style, value < 0 ? '-' : '+', ' ');
}

/* The colour of the thread that owns an object, from the value of its lane. */
static struct style owner_style(int32_t value)
{
    int32_t owner = -1 - value;

    return bold(owner < MAX_THREADS ? role_thread((unsigned)owner) : ROLE_TEXT);
}

static void object_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                          object_ref object, int32_t value, bool repeats)
{
    switch (object_kind_of(object)) {
    case OBJECT_RESOURCE:
        if (value < 0)
            put_column(a, c, y, n, owner_style(value), 'E', 'E');
        else if (value > 0)
            put_column(a, c, y, n, plain(ROLE_TEXT), 's', 's');
        else
            put_glyph_column(a, c, y, n, plain(ROLE_DIM), GLYPH_FREE, false);
        break;
    case OBJECT_EVENT:
        if (value != 0)
            put_glyph_column(a, c, y, n, bold(ROLE_GOOD), GLYPH_SIGNALED, false);
        else
            put_glyph_column(a, c, y, n, plain(ROLE_DIM), GLYPH_UNSIGNALED, false);
        break;
    case OBJECT_SPINLOCK:
        if (value < 0)
            put_column(a, c, y, n, owner_style(value), 'L', 'L');
        else
            put_glyph_column(a, c, y, n, plain(ROLE_DIM), GLYPH_FREE, false);
        break;
    case OBJECT_SHARED:
    case OBJECT_DIRECTORY:
        number_column(a, c, y, n, value, repeats);
        break;
    case OBJECT_NONE:
    case OBJECT_THREAD:
    case OBJECT_NAME:
    case OBJECT_HANDLE:
    case OBJECT_SYSTEM:
        break;
    }
}

static void draw_thread_lane(const struct view *v, const struct area *a, const struct chart *c,
                             int y, thread_ix t)
{
    struct pencil p = draw_at(a, 1, y, c->label - 1);

    draw_print(&p, plain(role_thread(t)), "T%u %s", t + 1u, v->scenario->threads[t].name);
    for (uint32_t n = c->first; n <= c->last; n++)
        thread_column(a, c, y, lanes_at(v->lanes, n), t,
                      is_lost_mark(v, n) ? glyph_char(GLYPH_LOST, a->frame->ascii) : 0);
}

/* "Temp\" for a directory, the object's name for the others. */
static void lane_name(const struct view *v, object_ref object, char *out, size_t size)
{
    if (object_kind_of(object) != OBJECT_DIRECTORY) {
        text_object_short(v->scenario, object, out, size);
        return;
    }
    const char *path = v->scenario->directories[object_ix_of(object)].path;
    const char *last = strrchr(path, '\\');
    snprintf(out, size, "%s\\", last != NULL && last[1] != '\0' ? last + 1 : path);
}

static void draw_object_lane(const struct view *v, const struct area *a, const struct chart *c,
                             int y, int ix)
{
    object_ref object = v->lanes->objects[ix];
    struct pencil p = draw_at(a, 1, y, c->label - 1);
    char name[TEXT_LINE];

    lane_name(v, object, name, sizeof name);
    draw_text(&p, plain(ROLE_TEXT), name);
    for (uint32_t n = c->first; n <= c->last; n++) {
        int32_t value = lanes_at(v->lanes, n)->values[ix];
        bool repeats = n > c->first && lanes_at(v->lanes, n - 1)->values[ix] == value;
        object_column(a, c, y, n, object, value, repeats);
    }
}

/* The bar behind the present step, over all lanes. */
static void draw_present(const struct area *a, const struct chart *c, int rows)
{
    int x =
        1 + c->label + (c->present >= c->first ? (int)(c->present + 1 - c->first) * c->cell : 0);

    for (int y = 0; y < rows; y++)
        area_glyph(a, x, y, plain(ROLE_TITLE), GLYPH_PRESENT);
}

/* Every fifth number, above its column. */
static void draw_ruler(const struct area *a, const struct chart *c, int y)
{
    uint32_t every = c->cell == 2 ? 5 : 10;

    for (uint32_t n = c->first; n <= c->last; n++) {
        if (n != 1 && n % every != 0)
            continue;
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)n);
        if (column_of(c, n) + (int)strlen(number) <= a->rect.w)
            area_text(a, column_of(c, n), y, plain(ROLE_DIM), number);
    }
}

/* ---- legend ---- */

/* What does not fit is not lost: the help has all signs and letters. */
static bool fits_legend(struct pencil *p, const char *text)
{
    if (p->cut || draw_room(p) >= utf8_width(text) + 4 + LEGEND_MORE)
        return !p->cut;
    draw_text(p, plain(ROLE_DIM), "  ");
    draw_glyph(p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    draw_text(p, plain(ROLE_KEY), " ?");
    p->end = p->x; // a title ends here
    p->cut = true;
    return false;
}

static void legend_glyph(struct pencil *p, enum glyph g, const char *word)
{
    if (!fits_legend(p, word))
        return;
    draw_text(p, plain(ROLE_DIM), "  ");
    draw_glyph(p, plain(ROLE_TEXT), g);
    draw_print(p, plain(ROLE_DIM), " %s", word);
}

static void legend_letter(struct pencil *p, char letter, const char *word)
{
    if (!fits_legend(p, word))
        return;
    draw_print(p, bold(ROLE_TEXT), "  %c", letter);
    draw_print(p, plain(ROLE_DIM), " %s", word);
}

/* "C create": what the letters in the window stand for, in the order in which they come. */
static void draw_letters(const struct view *v, struct pencil *p, const struct chart *c)
{
    bool used[128] = {false};

    for (uint32_t n = c->first; n <= c->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        const struct nt_call_row *row = nt_call_row(step->call);
        uint32_t letter = letter_of(step, p->area->frame->ascii);
        if (letter >= 128 || letter < '!' || used[letter])
            continue;
        used[letter] = true;
        legend_letter(p, (char)letter, step->timeout ? "timeout" : row->verb);
    }
}

/* Does a number of this step not fit its column? */
static bool has_big_number(const struct view *v, const struct lane_step *step)
{
    for (int i = 0; i < v->lanes->n_objects; i++) {
        enum object_kind kind = object_kind_of(v->lanes->objects[i]);
        if ((kind == OBJECT_SHARED || kind == OBJECT_DIRECTORY) && step->values[i] > 9)
            return true;
    }
    return false;
}

static void draw_legend(const struct view *v, struct pencil *p, const struct chart *c, bool all)
{
    bool waits = false, failed = false, big = false, lost = false;

    for (uint32_t n = c->first; n <= c->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        failed = failed || step->failed;
        lost = lost || is_lost_mark(v, n);
        big = big || (c->cell == 1 && has_big_number(v, step));
        for (unsigned t = 0; t < v->scenario->n_threads; t++)
            waits = waits || step->standing[t] == STANDS_WAITING;
    }
    if (lost)
        legend_glyph(p, GLYPH_LOST, "lost");
    draw_letters(v, p, c); // first: nothing else on the screen says what they are
    if (failed)
        legend_glyph(p, GLYPH_BAD, "failed");
    if (waits) {
        legend_glyph(p, GLYPH_BLOCKED, "has to wait");
        legend_glyph(p, GLYPH_SLEEPING, "waits");
    }
    if (big)
        legend_letter(p, '+', "10 or more");
    if (!all)
        return;
    if (v->world->layout->shape.n_resources > 0) {
        legend_letter(p, 'E', "owned exclusively");
        legend_letter(p, 's', "shared");
    }
    if (v->world->layout->shape.n_events > 0) {
        legend_glyph(p, GLYPH_SIGNALED, "signalled");
        legend_glyph(p, GLYPH_UNSIGNALED, "not");
    }
}

/* ---- the pane ---- */

/*
 * Lanes that there is room for, threads before objects; the rest is counted. When it gets tight: the chosen
 * thread, what the last step changed, then in order. Directories have their own pane, so their lanes are left
 * out without a word.
 */
static struct picks pick_lanes(const struct view *v, int rows, unsigned *left_out)
{
    const struct lanes *lanes = v->lanes;
    uint32_t threads = v->scenario->n_threads, all = threads + (uint32_t)lanes->n_objects;
    uint32_t needed = threads + (uint32_t)lanes->n_others;

    for (int i = 0; i < lanes->n_objects; i++)
        needed += object_kind_of(lanes->objects[i]) != OBJECT_DIRECTORY;
    bool fits = (int)needed <= rows;
    struct picks picks = picks_for(fits ? rows : rows - 1);
    if (!fits) {
        pick(&picks, v->session->focus);
        for (int i = 0; i < lanes->n_objects; i++) {
            if (object_kind_of(lanes->objects[i]) != OBJECT_DIRECTORY &&
                slot_changed(v->world, lanes->objects[i]))
                pick(&picks, threads + (uint32_t)i);
        }
    }
    for (uint32_t i = 0; i < all; i++)
        pick(&picks, i);
    *left_out = fits ? 0 : needed - (uint32_t)picks.n;
    return picks;
}

void draw_timeline(const struct view *v, const struct area *a, const struct pane *pane,
                   const char *name)
{
    struct area inside = area_box(a, pane->edges);
    struct chart c = make_chart(v, inside.rect.w);
    int threads = (int)v->scenario->n_threads;
    int lanes = threads + v->lanes->n_objects;
    int spare = inside.rect.h - lanes, y = 0;
    unsigned left_out;

    struct pencil p = title_begin(a);
    draw_text(&p, plain(ROLE_TITLE), name);
    if (c.first > c.last && v->timeline == v->session->timeline)
        draw_text(&p, plain(ROLE_DIM), ": each step becomes a column");
    else if (c.first <= c.last && (c.first > 1 || c.last < timeline_length(v->timeline)))
        draw_print(&p, plain(ROLE_DIM), ", steps %u to %u", (unsigned)c.first, (unsigned)c.last);
    if (c.first <= c.last && spare < 1) {
        draw_text(&p, plain(ROLE_TEXT), " ");
        draw_legend(v, &p, &c, false);
    }
    title_end(&p);

    if (spare >= 2)
        draw_ruler(&inside, &c, y++);
    int from = y;
    struct picks picks = pick_lanes(v, spare >= 1 ? lanes : inside.rect.h, &left_out);
    bool scrolled;
    int lane_from = scroll_from(v, pane, lanes, inside.rect.h, &scrolled);
    if (scrolled) {
        picks = picks_from(lane_from, lanes, inside.rect.h);
        left_out = 0;
    }
    draw_scrolled(v, a, pane, lane_from, lanes, inside.rect.h);
    for (int i = 0; i < picks.n; i++, y++) {
        int lane = (int)picks.items[i];
        if (lane < threads)
            draw_thread_lane(v, &inside, &c, y, (thread_ix)lane);
        else
            draw_object_lane(v, &inside, &c, y, lane - threads);
    }
    if (c.label > 0 && inside.rect.w > c.label + 3) {
        struct area bar = area_part(&inside, 0, from, inside.rect.w, y - from);
        draw_present(&bar, &c, y - from);
    }
    if (left_out > 0)
        draw_more(&inside, y++, left_out, "lanes");
    if (spare >= 1 && c.first <= c.last) {
        p = draw_at(&inside, c.label, inside.rect.h - 1, inside.rect.w - c.label);
        draw_legend(v, &p, &c, true);
    }
}

void view_timeline(const struct view *v, const struct area *a, const struct pane *pane)
{
    draw_timeline(v, a, pane, "timeline");
}
