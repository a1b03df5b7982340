/*
 * The legend of the timeline: what its letters and signs stand for, those only that are on it.
 *
 * The order is always the same: the signs as they are listed here, then the letters by the alphabet, so that
 * the eye finds an item where it was a step before. If not all has room, the blanks between the items shrink, then
 * words do; then go the signs of events, which their cards show with a word, the letters that stand least often in
 * the window, but that of the present step, and the other signs; a mark says so, and in a row of its own points at
 * the help, which has them all.
 */
#include <stdio.h>
#include <string.h>

#include "ui/source.h"
#include "ui/utf8.h"
#include "ui/view.h"

enum { MAX_ITEMS = 48, MORE_WIDTH = 6, SHORT_MORE_WIDTH = 2, WORD = 24, MAX_LETTER = 0x80 };

/* Ranks: the higher, the sooner an item goes; letters also by how seldom they are on the screen. */
enum { RANK_PRESENT, RANK_SIGN, RANK_STATE, RANK_OBJECT, RANK_LETTER, RANK_EVENT };

struct item {
    uint32_t sign;
    char word[WORD];
    uint32_t rank, place; // place: in the order of the legend
    uint32_t n;           // steps that have it
    uint32_t away;        // steps from the present to the nearest of them
    bool left_out;
};

struct legend {
    int n;
    struct item items[MAX_ITEMS];
};

/* Signs in this order; letters behind them, by the alphabet. */
enum {
    PLACE_LOST,
    PLACE_FAILED,
    PLACE_WARNING,
    PLACE_BLOCKED,
    PLACE_WAITS,
    PLACE_BIG,
    PLACE_POINTER,
    PLACE_OWNED,
    PLACE_SHARED,
    PLACE_SIGNALLED,
    PLACE_UNSIGNALLED,
    PLACE_LETTER
};

/* One step has it; away: its distance from the present one. */
static void add(struct legend *l, uint32_t sign, const char *word, uint32_t rank, uint32_t place,
                uint32_t away)
{
    struct item *item = NULL;

    for (int i = 0; i < l->n && item == NULL; i++)
        item = l->items[i].sign == sign ? &l->items[i] : NULL;
    if (item == NULL && l->n == MAX_ITEMS)
        return;
    if (item == NULL) {
        item = &l->items[l->n++];
        *item = (struct item){.sign = sign, .rank = rank, .place = place, .away = UINT32_MAX};
    }
    if (away < item->away) { // of two calls with one letter the nearer one
        item->away = away;
        snprintf(item->word, sizeof item->word, "%s", word);
    }
    item->rank = rank < item->rank ? rank : item->rank;
    item->n++;
}

uint32_t lane_letter(const struct lane_step *step, bool ascii)
{
    if (step->timeout)
        return 't';
    if (step->call == CALL_return)
        return glyph_char(GLYPH_FINISHED, ascii);
    return (unsigned char)nt_call_row(step->call)->letter;
}

/* What a letter stands for in general, where it stands for several calls on the screen. */
static const char *general_word(uint32_t letter)
{
    switch (letter) {
    case 'A':
        return "acquire";
    case 'C':
        return "create";
    case 'D':
        return "delete";
    case 'E':
        return "end";
    case 'I':
        return "interlocked";
    case 'P':
        return "pulse, pointer";
    case 'R':
        return "release";
    case 'i':
        return "initialise";
    case 'q':
        return "ask";
    case 'r':
        return "reset";
    case '?':
        return "wait";
    default:
        return "several";
    }
}

/* What each letter stands for among these steps: the verb, or a general word for several. */
static void name_letters(const struct view *v, const struct lane_window *w, bool ascii,
                         const char *words[MAX_LETTER])
{
    const char *verbs[MAX_LETTER] = {0};

    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        uint32_t letter = lane_letter(step, ascii);
        if (step->timeout || letter >= MAX_LETTER)
            continue;
        const char *verb = nt_call_row(step->call)->verb;
        if (verbs[letter] == NULL)
            words[letter] = verbs[letter] = verb;
        else if (verbs[letter] != verb && strcmp(verbs[letter], verb) != 0)
            words[letter] = general_word(letter);
    }
}

/* "C Create": what the letters in the window stand for. */
static void add_letters(const struct view *v, struct legend *l, const struct lane_window *w,
                        bool ascii)
{
    const char *words[MAX_LETTER] = {0};

    name_letters(v, w, ascii, words);
    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        uint32_t letter = lane_letter(step, ascii);
        uint32_t away = n > w->present ? n - w->present : w->present - n;
        bool hidden = w->narrow && lane_outcome(step); // its cell has what it came to
        if (letter > ' ' && letter < MAX_LETTER && !hidden)
            add(l, letter, step->timeout ? "timeout" : words[letter],
                away > 0 ? RANK_LETTER : RANK_PRESENT, PLACE_LETTER + letter, away);
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

    if ((lock || kind == OBJECT_EVENT) && value == NOT_THERE)
        return;
    if (lock && value == HELD_BY_POINTER)
        add(l, POINTER_SIGN, "owner pointer", RANK_OBJECT, PLACE_POINTER, 0);
    if (lock && value < 0)
        add(l, glyph_char(GLYPH_OWNED, ascii), "owned", RANK_OBJECT, PLACE_OWNED, 0);
    else if (kind == OBJECT_RESOURCE && value > 0)
        add(l, glyph_char(GLYPH_SHARED, ascii), "shared", RANK_OBJECT, PLACE_SHARED, 0);
    else if (kind == OBJECT_EVENT && value != 0)
        add(l, glyph_char(GLYPH_SIGNALED, ascii), "signalled", RANK_EVENT, PLACE_SIGNALLED, 0);
    else if (kind == OBJECT_EVENT)
        add(l, glyph_char(GLYPH_UNSIGNALED, ascii), "not signalled", RANK_EVENT, PLACE_UNSIGNALLED,
            0);
}

static void add_signs(const struct view *v, struct legend *l, const struct lane_window *w,
                      bool ascii)
{
    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        if (is_lost_mark(v, n))
            add(l, glyph_char(GLYPH_LOST, ascii), "no return", RANK_PRESENT, PLACE_LOST, 0);
        if (step->failed)
            add(l, glyph_char(GLYPH_BAD, ascii), "failed", RANK_SIGN, PLACE_FAILED, 0);
        else if (step->broken && step->standing[step->thread] != STANDS_WAITING)
            add(l, glyph_char(GLYPH_WARNING, ascii), "breaks a rule", RANK_SIGN, PLACE_WARNING, 0);
        if (step->standing[step->thread] == STANDS_WAITING)
            add(l, glyph_char(GLYPH_BLOCKED, ascii), "must wait", RANK_SIGN, PLACE_BLOCKED, 0);
        for (unsigned t = 0; t < v->scenario->n_threads; t++) {
            if (step->standing[t] == STANDS_WAITING && t != step->thread)
                add(l, glyph_char(GLYPH_SLEEPING, ascii), "waits", RANK_STATE, PLACE_WAITS, 0);
        }
        if (w->narrow && has_big_number(v, step))
            add(l, '+', "10 or more", RANK_STATE, PLACE_BIG, 0);
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

static bool goes_sooner(const struct item *a, const struct item *b)
{
    if (a->rank != b->rank)
        return a->rank > b->rank;
    if (a->rank == RANK_LETTER && a->n != b->n)
        return a->n < b->n;
    return a->place > b->place;
}

/* Leaves out what counts least until the rest fits. */
static void shrink(struct legend *l, int room)
{
    while (width_of(l, 1) > room) {
        struct item *least = NULL;
        for (int i = 0; i < l->n; i++) {
            struct item *item = &l->items[i];
            if (!item->left_out && (least == NULL || goes_sooner(item, least)))
                least = item;
        }
        if (least == NULL)
            return;
        least->left_out = true;
    }
}

static void tighten(struct item *item)
{
    if (item->place == PLACE_LOST)
        snprintf(item->word, sizeof item->word, "lost");
    else
        source_tighten(item->word);
}

static struct legend make_legend(const struct view *v, const struct lane_window *w, bool objects,
                                 bool ascii)
{
    struct legend l = {0};

    add_signs(v, &l, w, ascii);
    if (objects)
        add_objects(v, &l, w, ascii);
    add_letters(v, &l, w, ascii);
    // Few enough to be put in order one by one.
    for (int i = 1; i < l.n; i++) {
        struct item item = l.items[i];
        int at = i;
        for (; at > 0 && l.items[at - 1].place > item.place; at--)
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

/* What the dot stands for among these steps; NULL: there is none. */
static const char *word_of_dot(const struct view *v, const struct lane_window *w, bool objects)
{
    bool ready = false, is_free = false;

    for (uint32_t n = w->first; n <= w->last; n++) {
        const struct lane_step *step = lanes_at(v->lanes, n);
        for (unsigned t = 0; t < v->scenario->n_threads; t++)
            ready = ready || (step->standing[t] == STANDS_READY && t != step->thread);
        for (int i = 0; objects && i < v->lanes->n_objects; i++) {
            enum object_kind kind = object_kind_of(v->lanes->objects[i]);
            is_free = is_free || ((kind == OBJECT_RESOURCE || kind == OBJECT_SPINLOCK) &&
                                  step->values[i] == 0);
        }
    }
    return ready && is_free ? "ready, free" : ready ? "ready" : is_free ? "free" : NULL;
}

/* It explains itself best, so it is there only where nothing has to go for it. */
static void draw_dot(const struct view *v, struct pencil *p, const struct lane_window *w,
                     bool objects, int gap)
{
    const char *word = word_of_dot(v, w, objects);

    if (word == NULL || gap + 2 + utf8_width(word) > draw_room(p))
        return;
    draw_print(p, plain(ROLE_TEXT), "%*s", gap, "");
    draw_glyph(p, bold(ROLE_TEXT), GLYPH_IDLE);
    draw_print(p, plain(ROLE_DIM), " %s", word);
}

void draw_legend(const struct view *v, struct pencil *p, const struct lane_window *w, bool objects)
{
    struct legend l = make_legend(v, w, objects, p->area->frame->ascii);
    char sign[5];

    int gap = width_of(&l, 2) <= draw_room(p) ? 2 : 1;
    for (int i = 0; i < l.n && width_of(&l, gap) > draw_room(p); i++)
        tighten(&l.items[i]);
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
    if (!cut) {
        draw_dot(v, p, w, objects, gap);
        return;
    }
    draw_text(p, plain(ROLE_DIM), " ");
    draw_glyph(p, plain(ROLE_DIM), GLYPH_ELLIPSIS);
    if (objects) // in a title each column counts, and the key stands below
        draw_text(p, plain(ROLE_KEY), " [?]");
}
