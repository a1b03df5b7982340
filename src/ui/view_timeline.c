/*
 * The timeline: a lane per thread and per object, a column per step, the present marked by a bar.
 *
 * A column is two cells wide while the whole run fits, so that a failed call can carry its sign, and one
 * cell when it does not; then the window moves with the present and keeps it at three quarters. Steps to the
 * right of the bar are recorded and can be redone: they are dim. What fills a column's second cell repeats a
 * state that lasts (waits, owned), so a lock that is held is a solid bar and a free one a dotted line.
 *
 * The point of no return is a mark behind what the step came to, never in its place: where a column has no cell
 * left for it, that column is one cell wider.
 */
#include <stdio.h>
#include <string.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum { MAX_LABEL = 16, MIN_LABEL = 8, SHORT_NAME = 3, WIDEST_CELL = 8 };

/* What is drawn where. */
struct chart {
    int label;            // width of the names of the lanes
    int cell;             // width of a column
    uint32_t first, last; // steps shown; first > last: none
    uint32_t present;     // position
    uint32_t wider;       // the step whose column has a cell more for the mark of the loss; 0: none
};

/*
 * "Temp\\" for a directory, the object's name for the others. A name of a letter or two is read as a call's
 * letter, so its kind stands before it.
 */
static void lane_name(const struct view *v, object_ref object, char *out, size_t size)
{
    enum object_kind kind = object_kind_of(object);
    bool lock = kind == OBJECT_RESOURCE || kind == OBJECT_EVENT || kind == OBJECT_SPINLOCK;
    char name[TEXT_LINE];

    if (kind == OBJECT_DIRECTORY) {
        const char *path = v->scenario->directories[object_ix_of(object)].path;
        const char *last = strrchr(path, '\\');
        snprintf(out, size, "%s\\", last != NULL && last[1] != '\0' ? last + 1 : path);
        return;
    }
    text_object_short(v->scenario, object, name, sizeof name);
    if (lock && utf8_width(name) <= SHORT_NAME)
        snprintf(out, size, "%s %.16s", kind_word(kind), name);
    else
        snprintf(out, size, "%s", name);
}

static int label_width(const struct view *v, int width)
{
    int widest = MIN_LABEL;

    for (unsigned t = 0; t < v->scenario->n_threads; t++) {
        int w = utf8_width(v->scenario->threads[t].name) + (t < 9 ? 4 : 5);
        widest = w > widest ? w : widest;
    }
    for (int i = 0; i < v->lanes->n_objects; i++) {
        char name[TEXT_LINE];
        lane_name(v, v->lanes->objects[i], name, sizeof name);
        int w = utf8_width(name) + 1;
        widest = w > widest ? w : widest;
    }
    int most = width >= 100 ? MAX_LABEL + 4 : MAX_LABEL;
    return widest < most ? widest : most;
}

bool lane_outcome(const struct lane_step *step)
{
    return step->failed || step->broken || step->standing[step->thread] == STANDS_WAITING;
}

/*
 * The step that needs a cell more; 0: none. Which steps are shown must not depend on lanes that are filled only for
 * them: that of the loss is there as long as columns can be two cells wide, and narrow ones have none to spare.
 */
static uint32_t wider_step(const struct view *v, int cell)
{
    uint32_t lost = session_lost_mark(v->session);

    if (lost == 0 || !is_lost_mark(v, lost) || lost > timeline_length(v->timeline))
        return 0;
    const struct lane_step *step = lanes_at(v->lanes, lost);
    return cell == 1 || (step->n == lost && lane_outcome(step)) ? lost : 0;
}

/* Columns of the widest number in the lanes of the whole run. */
static int number_width(const struct view *v, uint32_t length)
{
    int widest = 1;

    for (uint32_t n = 1; n <= length; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        for (int i = 0; i < v->lanes->n_objects && step->n == n; i++) {
            enum object_kind kind = object_kind_of(v->lanes->objects[i]);
            if (kind != OBJECT_SHARED && kind != OBJECT_DIRECTORY)
                continue;
            int width = snprintf(NULL, 0, "%d", step->values[i]);
            widest = width > widest ? width : widest;
        }
    }
    return widest;
}

static struct chart make_chart(const struct view *v, int width)
{
    struct chart c = {.label = label_width(v, width), .present = timeline_position(v->timeline)};
    uint32_t length = timeline_length(v->timeline);
    int room = width - c.label - 3; // a blank before, the bar, a blank after

    c.first = 1;
    if (room < 2)
        return c;
    bool wide = length <= LANE_STEPS && (int)(2 * length) + (wider_step(v, 2) > 0) <= room;
    c.cell = wide ? 2 : 1;
    c.wider = wider_step(v, c.cell);
    // wide enough for the numbers, if that still shows the whole run; then the mark has room, too
    int wanted = wide ? number_width(v, length) + 1 : 1;
    if (wanted > 2 && wanted <= WIDEST_CELL && wanted * (int)length <= room) {
        c.cell = wanted;
        c.wider = 0;
    }
    room -= c.wider > 0;
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
    if (c.wider < c.first || c.wider > c.last)
        c.wider = 0;
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
    int bar = n > c->present ? 1 : 0, more = c->wider > 0 && n > c->wider ? 1 : 0;

    return 1 + c->label + (int)(n - c->first) * c->cell + bar + more;
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
    for (int i = 1; i < c->cell; i++)
        area_put(a, x + i, y, style, i == 1 || filler == sign ? filler : ' ');
    if (n == c->wider)
        area_put(a, x + c->cell, y, style, filler == sign ? filler : ' ');
}

static void put_glyph_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                             struct style style, enum glyph g, bool solid)
{
    uint32_t sign = glyph_char(g, a->frame->ascii);

    put_column(a, c, y, n, style, sign, solid ? sign : ' ');
}

/* The step of this thread: its letter, what it came to, and the mark of the loss. */
static void step_column(const struct area *a, const struct chart *c, int y,
                        const struct lane_step *step, bool lost)
{
    bool ascii = a->frame->ascii, outcome = lane_outcome(step), narrow = c->cell == 1;
    struct style style = bold(step->failed ? ROLE_BAD : role_thread(step->thread));
    uint32_t letter = lane_letter(step, ascii);

    if (step->n == c->present)
        style.attr |= ATTR_REVERSE;
    // What the call came to; in a narrow column it takes the place of the letter.
    enum glyph came_to = step->failed                                     ? GLYPH_BAD
                         : step->standing[step->thread] == STANDS_WAITING ? GLYPH_BLOCKED
                                                                          : GLYPH_WARNING;
    uint32_t sign = outcome ? glyph_char(came_to, ascii) : ' ';
    put_column(a, c, y, step->n, style, narrow && outcome ? sign : letter, sign);
    for (int i = outcome ? 2 : 1; i < c->cell; i++) // only the signs are reversed
        area_put(a, column_of(c, step->n) + i, y, plain(ROLE_TEXT), ' ');
    if (!lost)
        return;
    int behind = narrow || !outcome ? 1 : 2;
    style.role = step->n > c->present ? ROLE_DIM : ROLE_BAD;
    area_put(a, column_of(c, step->n) + behind, y, style, glyph_char(GLYPH_LOST, ascii));
}

static void thread_column(const struct area *a, const struct chart *c, int y,
                          const struct lane_step *step, thread_ix t, bool lost)
{
    struct style style = plain(role_thread(t));

    if (step->thread == t) {
        step_column(a, c, y, step, lost);
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
    else if ((int)strlen(text) <= c->cell) {
        put_column(a, c, y, n, style, (unsigned char)text[0], ' ');
        style.role = n > c->present ? ROLE_DIM : ROLE_TEXT;
        for (int i = 1; text[i] != '\0'; i++)
            area_put(a, column_of(c, n) + i, y, style, (unsigned char)text[i]);
    } else
        put_column(a, c, y, n, style, value < 0 ? '-' : '+', ' ');
}

/*
 * A bar in the colour of the thread that owns the object, begun with its number: what holds without colours. A
 * hold that was given to an owner pointer is nobody's, and begins with a sign of its own. Letters would be read as calls. value: of the lane, -1 - owner.
 */
static void owned_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                         int32_t value, bool repeats)
{
    int32_t owner = -1 - value;
    uint32_t bar = glyph_char(GLYPH_OWNED, a->frame->ascii);
    struct style style = plain(owner < MAX_THREADS ? role_thread((unsigned)owner) : ROLE_TEXT);

    put_column(a, c, y, n, style, bar, bar);
    bool pointer = value == HELD_BY_POINTER;
    if (repeats || (owner >= 9 && !pointer))
        return;
    style.attr = ATTR_REVERSE | ATTR_BOLD;
    if (n > c->present)
        style.role = ROLE_DIM;
    area_put(a, column_of(c, n), y, style, pointer ? POINTER_SIGN : (uint32_t)('1' + owner));
}

static void object_column(const struct area *a, const struct chart *c, int y, uint32_t n,
                          object_ref object, int32_t value, bool repeats)
{
    enum object_kind kind = object_kind_of(object);
    bool number = kind == OBJECT_SHARED || kind == OBJECT_DIRECTORY;

    if (!number && value == NOT_THERE)
        return;
    switch (kind) {
    case OBJECT_RESOURCE:
        if (value < 0)
            owned_column(a, c, y, n, value, repeats);
        else if (value > 0)
            put_glyph_column(a, c, y, n, plain(ROLE_TEXT), GLYPH_SHARED, true);
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
            owned_column(a, c, y, n, value, repeats);
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
        thread_column(a, c, y, lanes_at(v->lanes, n), t, is_lost_mark(v, n));
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
    int x = 1 + c->label;

    if (c->present >= c->first)
        x += (int)(c->present + 1 - c->first) * c->cell +
             (c->wider > 0 && c->present >= c->wider ? 1 : 0);

    for (int y = 0; y < rows; y++)
        area_glyph(a, x, y, plain(ROLE_TITLE), GLYPH_PRESENT);
}

/* Every fifth number, above its column. */
static void draw_ruler(const struct area *a, const struct chart *c, int y)
{
    uint32_t every = c->cell >= 2 ? 5 : 10;

    for (uint32_t n = c->first; n <= c->last; n++) {
        if (n != 1 && n % every != 0)
            continue;
        char number[16];
        snprintf(number, sizeof number, "%u", (unsigned)n);
        if (column_of(c, n) + (int)strlen(number) <= a->rect.w)
            area_text(a, column_of(c, n), y, plain(ROLE_DIM), number);
    }
}

/* ---- the pane ---- */

/* Lanes without those of directories, which have their own pane and are left out without a word. */
static int lanes_needed(const struct view *v)
{
    const struct lanes *lanes = v->lanes;
    int needed = (int)v->scenario->n_threads + lanes->n_others;

    for (int i = 0; i < lanes->n_objects; i++)
        needed += object_kind_of(lanes->objects[i]) != OBJECT_DIRECTORY;
    return needed;
}

static bool is_directory(const struct view *v, uint32_t lane)
{
    uint32_t threads = v->scenario->n_threads;

    return lane >= threads && object_kind_of(v->lanes->objects[lane - threads]) == OBJECT_DIRECTORY;
}

/* Picks the lanes of directories, or the others: all of them, or those that the last step changed. */
static void pick_objects(const struct view *v, struct picks *picks, bool directories, bool changed)
{
    uint32_t threads = v->scenario->n_threads, all = threads + (uint32_t)v->lanes->n_objects;

    for (uint32_t i = changed ? threads : 0; i < all; i++) {
        if (is_directory(v, i) == directories &&
            (!changed || slot_changed(v->world, v->lanes->objects[i - threads])))
            pick(picks, i);
    }
}

/*
 * Lanes that there is room for, threads before objects; the rest is counted. When it gets tight: the thread that has
 * the mark of the loss, the chosen one, what the last step changed, then in order.
 */
static struct picks pick_lanes(const struct view *v, int rows, unsigned *left_out)
{
    const struct lanes *lanes = v->lanes;
    int needed = lanes_needed(v);
    bool fits = needed <= rows;
    struct picks picks = picks_for(fits ? rows : rows - 1);

    if (!fits) {
        uint32_t lost = session_lost_mark(v->session);
        if (is_lost_mark(v, lost) && lanes_at(lanes, lost)->n == lost)
            pick(&picks, lanes_at(lanes, lost)->thread);
        pick(&picks, v->session->focus);
        pick_objects(v, &picks, false, true);
    }
    pick_objects(v, &picks, false, false);
    pick_objects(v, &picks, true, true);
    pick_objects(v, &picks, true, false);
    *left_out = fits ? 0 : (unsigned)(needed - picks.n);
    return picks;
}

/* The title, with the legend behind it if it has no row of its own. */
static void draw_title(const struct view *v, const struct area *a, const struct chart *c,
                       const char *name, bool legend)
{
    struct lane_window window = {c->first, c->last, c->present, c->cell == 1};
    struct pencil p = title_begin(a);

    draw_text(&p, plain(ROLE_TITLE), name);
    if (c->first > c->last && v->timeline == v->session->timeline)
        draw_text(&p, plain(ROLE_DIM), ": each step becomes a column");
    else if (c->first <= c->last && (c->first > 1 || c->last < timeline_length(v->timeline)))
        draw_print(&p, plain(ROLE_DIM), ", steps %u to %u", (unsigned)c->first, (unsigned)c->last);
    if (c->first <= c->last && legend) {
        draw_text(&p, plain(ROLE_TEXT), " ");
        draw_legend(v, &p, &window, false);
    }
    title_end(&p);
}

/* In the last row; it may begin below the names if it is long. */
static void draw_legend_row(const struct view *v, const struct area *inside, const struct chart *c)
{
    struct lane_window window = {c->first, c->last, c->present, c->cell == 1};
    int x = legend_width(v, inside->frame->ascii, &window, true) <= inside->rect.w - c->label
                ? c->label
                : 0;
    struct pencil p = draw_at(inside, x, inside->rect.h - 1, inside->rect.w - x);

    draw_legend(v, &p, &window, true);
}

static void draw_lanes(const struct view *v, const struct area *a, const struct chart *c,
                       const struct picks *picks, unsigned left_out)
{
    int threads = (int)v->scenario->n_threads, y = 0;

    for (int i = 0; i < picks->n; i++, y++) {
        int lane = (int)picks->items[i];
        if (lane < threads)
            draw_thread_lane(v, a, c, y, (thread_ix)lane);
        else
            draw_object_lane(v, a, c, y, lane - threads);
    }
    if (c->label > 0 && a->rect.w > c->label + 3)
        draw_present(a, c, y);
    if (left_out > 0)
        draw_more(a, y, left_out, "lanes");
}

void draw_timeline(const struct view *v, const struct area *a, const struct pane *pane,
                   const char *name, bool schedule)
{
    struct area inside = area_box(a, pane->edges);
    struct chart c = make_chart(v, inside.rect.w);
    int lanes = (int)v->scenario->n_threads + v->lanes->n_objects;
    // The legend has no row that would be the last lane's, but stands in the title, unless a schedule does.
    int ruler = inside.rect.h - lanes >= 2,
        legend = inside.rect.h > lanes_needed(v) && (schedule || inside.rect.h != lanes);
    int rows = inside.rect.h - ruler - legend;
    unsigned left_out;
    bool scrolled;

    draw_title(v, a, &c, name, !legend);
    if (ruler)
        draw_ruler(&inside, &c, 0);
    struct picks picks = pick_lanes(v, rows, &left_out);
    int from = scroll_from(v, pane, lanes, rows, &scrolled);
    if (scrolled) {
        picks = picks_from(from, lanes, rows);
        left_out = 0;
    }
    draw_scrolled(v, a, pane, from, lanes, rows);
    struct area part = area_part(&inside, 0, ruler, inside.rect.w, rows);
    draw_lanes(v, &part, &c, &picks, left_out);
    if (legend && c.first <= c.last)
        draw_legend_row(v, &inside, &c);
}

void view_timeline(const struct view *v, const struct area *a, const struct pane *pane)
{
    draw_timeline(v, a, pane, "timeline", false);
}
