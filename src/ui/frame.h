/*
 * The frame: a screen as an array of cells, drawn without knowing any terminal.
 *
 * Purpose    Views draw characters with a role and attributes into areas; render.c makes text or a
 *            picture of the frame, term_curses.c copies it to a terminal. So every view is tested
 *            as text. Areas A view draws through an area: a rectangle that clips, and the number
 *            of its pane. A cell belongs to the pane that drew it first; a second pane that draws
 *            there is counted in overlaps, and does not get it. An overlay is drawn first, with
 *            PANE_OVERLAY: what lies beneath is hidden, not counted. Lines Borders are drawn as
 *            lines without knowing their neighbours; frame_join gives each piece its corner or
 *            crossing when all panes are drawn. Cutting A text that does not fit ends in a marked
 *            cut ("…", "$"). Nothing is cut silently.
 * Ownership  frame_resize allocates, frame_release frees. Drawing allocates nothing.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/glyphs.h"

/* What a cell means; a theme says how that looks. */
enum role {
    ROLE_TEXT,
    ROLE_DIM,    // of less weight: numbers of lines, what is past
    ROLE_BORDER, //
    ROLE_TITLE,  //
    ROLE_KEY,    // a key that can be pressed
    ROLE_THREAD_1,
    ROLE_THREAD_2,
    ROLE_THREAD_3,
    ROLE_THREAD_4,
    ROLE_THREAD_5,
    ROLE_THREAD_6,
    ROLE_GOOD,
    ROLE_WARN,  // blocked, refused
    ROLE_BAD,   // failed, deadlock, bug check
    ROLE_FOUND, // what was searched for
    N_ROLES
};

enum { N_THREAD_ROLES = ROLE_THREAD_6 - ROLE_THREAD_1 + 1 };

/* The colour of thread t, counted from 0. */
static inline enum role role_thread(unsigned t)
{
    return (enum role)(ROLE_THREAD_1 + t % N_THREAD_ROLES);
}

enum attr { ATTR_BOLD = 1, ATTR_REVERSE = 2, ATTR_UNDERLINE = 4 };

struct style {
    uint8_t role; // enum role
    uint8_t attr; // set of enum attr
};

static inline struct style plain(enum role role)
{
    return (struct style){(uint8_t)role, 0};
}

static inline struct style bold(enum role role)
{
    return (struct style){(uint8_t)role, ATTR_BOLD};
}

/* Reversed, if what it shows was changed by the step made last. */
static inline struct style marked(struct style style, bool changed)
{
    if (changed)
        style.attr |= ATTR_REVERSE;
    return style;
}

enum { PANE_NOBODY = 0, PANE_OVERLAY = 255 };

struct cell {
    uint32_t ch;  // 0: the right half of a wide character
    uint8_t role; // enum role
    uint8_t attr; // set of enum attr
    uint8_t pane; // who drew it: index in the layout plus one, PANE_OVERLAY, PANE_NOBODY
    uint8_t line; // enum line_piece
};

struct frame {
    int w, h;
    bool ascii;
    uint32_t capacity; // cells allocated
    uint32_t overlaps; // times that a pane drew where another one had drawn
    struct cell *cells;
};

struct rect {
    int x, y, w, h;
};

struct area {
    struct frame *frame;
    struct rect rect; // in the frame; may be empty, may reach past the frame
    uint8_t pane;
};

/* False: memory is refused, the frame is as before. Sizes below 1 count as 1. */
bool frame_resize(struct frame *f, int w, int h);
void frame_release(struct frame *f);

/* Empty cells that belong to nobody. */
void frame_clear(struct frame *f);

/* Gives border pieces their characters; after all panes. */
void frame_join(struct frame *f);

static inline const struct cell *frame_at(const struct frame *f, int x, int y)
{
    return &f->cells[y * f->w + x];
}

/* ---- areas: coordinates count from the area's corner ---- */

/* A part of an area, clipped to it. */
struct area area_part(const struct area *a, int x, int y, int w, int h);

/* Claims every cell: blank, normal text. */
void area_clear(const struct area *a);

/* One character, clipped. */
void area_put(const struct area *a, int x, int y, struct style style, uint32_t ch);
void area_glyph(const struct area *a, int x, int y, struct style style, enum glyph g);

/* Adds attributes to a cell that the area's pane has drawn. */
void area_attr(const struct area *a, int x, int y, uint8_t attr);

/* Gives n cells from x on, as far as the area's pane has drawn them, the one look of what is chosen: reversed. */
void area_choose(const struct area *a, int x, int y, int n);

/* Text from x on, clipped to the area's right edge and marked if cut. Returns the column after it. */
int area_text(const struct area *a, int x, int y, struct style style, const char *text);

/* Text that ends at the area's right edge; nothing if there is no room for all of it. */
void area_text_right(const struct area *a, int y, struct style style, const char *text);

/*
 * Text over several rows from row y on, broken between words; rows after the first begin hang columns
 * further in. Returns the rows used, at most max_rows; the last is marked if there was more.
 */
int area_wrap(const struct area *a, int y, int max_rows, int hang, struct style style,
              const char *text);

/* Rows that area_wrap would use in a width, counted up to max_rows. */
int wrap_rows(const char *text, int width, int hang, int max_rows);

enum { EDGE_RIGHT = 1, EDGE_BOTTOM = 2 };

/*
 * Clears the area and draws its border: always top and left, right and bottom as edges say (panes share
 * borders with their neighbours). Returns what is inside.
 */
struct area area_box(const struct area *a, unsigned edges);

/* ---- pencils: a row written in pieces ---- */

struct pencil {
    const struct area *area;
    int x, y;
    int end;  // column after the last that may be used
    bool cut; // something did not fit; the rest is ignored
};

/* From column x on, at most width columns, and never past the area. */
struct pencil draw_at(const struct area *a, int x, int y, int width);

/* False once something did not fit; the place of the cut is marked. */
bool draw_text(struct pencil *p, struct style style, const char *text);

#if defined(__GNUC__)
#define FRAME_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define FRAME_PRINTF(a, b)
#endif

bool draw_print(struct pencil *p, struct style style, const char *format, ...) FRAME_PRINTF(3, 4);
bool draw_glyph(struct pencil *p, struct style style, enum glyph g);

/* Moves to a column of the area, never back. */
void draw_to(struct pencil *p, int x);

/* Columns left. */
static inline int draw_room(const struct pencil *p)
{
    return p->cut ? 0 : p->end - p->x;
}

#endif
