/*
 * The legend of the timeline: what its letters and signs stand for, those only that are on it.
 *
 * Signs stand first, then the letters: that of the present step, the others as they are near to it. If not all
 * has room, the blanks between the items shrink, then the letters go that were used longest ago, then the signs;
 * a mark says so, and in a row of its own points at the help, which has them all.
 */
#include <stdio.h>

#include "ui/utf8.h"
#include "ui/view.h"

enum { MAX_ITEMS = 48, MORE_WIDTH = 6, SHORT_MORE_WIDTH = 2 };

/* Ranks. Then letters, by how many steps from the present they were used last. */
enum { RANK_PRESENT, RANK_SIGN, RANK_STATE, RANK_OBJECT, RANK_NOT, RANK_LETTER };

struct item {
    uint32_t sign;
    const char *word;
    uint32_t rank; // the higher, the sooner it goes
    bool left_out;
};

struct legend {
    int n;
    struct item items[MAX_ITEMS];
};

static void add(struct legend *l, uint32_t sign, const char *word, uint32_t rank)
{
    for (int i = 0; i < l->n; i++) {
        if (l->items[i].sign == sign) {
            if (rank < l->items[i].rank) {
                l->items[i].rank = rank;
                l->items[i].word = word; // of two calls with one letter the nearer one
            }
            return;
        }
    }
    if (l->n < MAX_ITEMS)
        l->items[l->n++] = (struct item){sign, word, rank, false};
}

uint32_t lane_letter(const struct lane_step *step, bool ascii)
{
    if (step->timeout)
        return 't';
    if (step->call == CALL_return)
        return glyph_char(GLYPH_FINISHED, ascii);
    return (unsigned char)nt_call_row(step->call)->letter;
}

/* "C Create": what the letters in the window stand for. */
static void add_letters(const struct view *v, struct legend *l, const struct lane_window *w,
                        bool ascii)
{
    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        uint32_t letter = lane_letter(step, ascii);
        uint32_t away = n > w->present ? n - w->present : w->present - n;
        if (letter > ' ' && letter < 0x80)
            add(l, letter, step->timeout ? "timeout" : nt_call_row(step->call)->verb,
                away > 0 ? RANK_LETTER + away : RANK_PRESENT); // that of the present step stays
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

static void add_object(struct legend *l, enum object_kind kind, int32_t value, bool ascii)
{
    bool lock = kind == OBJECT_RESOURCE || kind == OBJECT_SPINLOCK;

    if (lock && value < 0)
        add(l, glyph_char(GLYPH_OWNED, ascii), "owned", RANK_OBJECT);
    else if (kind == OBJECT_RESOURCE && value > 0)
        add(l, glyph_char(GLYPH_SHARED, ascii), "shared", RANK_OBJECT);
    else if (kind == OBJECT_EVENT && value != 0)
        add(l, glyph_char(GLYPH_SIGNALED, ascii), "signalled", RANK_OBJECT);
    else if (kind == OBJECT_EVENT)
        add(l, glyph_char(GLYPH_UNSIGNALED, ascii), "unset", RANK_NOT);
}

static void add_signs(const struct view *v, struct legend *l, const struct lane_window *w,
                      bool ascii)
{
    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        if (is_lost_mark(v, n))
            add(l, glyph_char(GLYPH_LOST, ascii), "no return", RANK_PRESENT);
        if (step->failed)
            add(l, glyph_char(GLYPH_BAD, ascii), "failed", RANK_SIGN);
        else if (step->broken && step->standing[step->thread] != STANDS_WAITING)
            add(l, glyph_char(GLYPH_WARNING, ascii), "breaks a rule", RANK_SIGN);
        if (step->standing[step->thread] == STANDS_WAITING)
            add(l, glyph_char(GLYPH_BLOCKED, ascii), "must wait", RANK_SIGN);
        for (unsigned t = 0; t < v->scenario->n_threads; t++) {
            if (step->standing[t] == STANDS_WAITING && t != step->thread)
                add(l, glyph_char(GLYPH_SLEEPING, ascii), "waits", RANK_STATE);
        }
        if (w->narrow && has_big_number(v, step))
            add(l, '+', "10 or more", RANK_STATE);
    }
}

static void add_objects(const struct view *v, struct legend *l, const struct lane_window *w,
                        bool ascii)
{
    for (uint32_t n = w->first; n <= w->last; n++) {
        for (int i = 0; i < v->lanes->n_objects; i++)
            add_object(l, object_kind_of(v->lanes->objects[i]), lanes_at(v->lanes, n)->values[i],
                       ascii);
    }
}

static int width_of(const struct legend *l, int gap)
{
    int width = 0;

    for (int i = 0; i < l->n; i++)
        width += l->items[i].left_out ? 0 : gap + 2 + utf8_width(l->items[i].word);
    return width;
}

/* Leaves out what counts least until the rest fits. */
static void shrink(struct legend *l, int room)
{
    while (width_of(l, 1) > room) {
        int least = -1;
        for (int i = 0; i < l->n; i++) {
            if (!l->items[i].left_out && (least < 0 || l->items[i].rank >= l->items[least].rank))
                least = i;
        }
        if (least < 0)
            return;
        l->items[least].left_out = true;
    }
}

static struct legend make_legend(const struct view *v, const struct lane_window *w, bool objects,
                                 bool ascii)
{
    struct legend l = {0};

    add_signs(v, &l, w, ascii);
    if (objects)
        add_objects(v, &l, w, ascii);
    int first = l.n;
    add_letters(v, &l, w, ascii);
    // Few enough to be put in order one by one.
    for (int i = first + 1; i < l.n; i++) {
        struct item item = l.items[i];
        int at = i;
        for (; at > first && l.items[at - 1].rank > item.rank; at--)
            l.items[at] = l.items[at - 1];
        l.items[at] = item;
    }
    return l;
}

int legend_width(const struct view *v, bool ascii, const struct lane_window *w, bool objects)
{
    struct legend l = make_legend(v, w, objects, ascii);

    return width_of(&l, 2);
}

void draw_legend(const struct view *v, struct pencil *p, const struct lane_window *w, bool objects)
{
    struct legend l = make_legend(v, w, objects, p->area->frame->ascii);
    char sign[5];

    int gap = width_of(&l, 2) <= draw_room(p) ? 2 : 1;
    bool cut = width_of(&l, gap) > draw_room(p);
    if (cut)
        shrink(&l, draw_room(p) - (objects ? MORE_WIDTH : SHORT_MORE_WIDTH));
    for (int i = 0; i < l.n; i++) {
        if (l.items[i].left_out)
            continue;
        utf8_encode(l.items[i].sign, sign);
        draw_print(p, bold(ROLE_TEXT), "%*s%s", gap, "", sign);
        draw_print(p, plain(ROLE_DIM), " %s", l.items[i].word);
    }
    if (!cut)
        return;
    draw_text(p, plain(ROLE_DIM), " ");
    draw_glyph(p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    if (objects) // in a title each column counts, and the key stands below
        draw_text(p, plain(ROLE_KEY), " [?]");
}
