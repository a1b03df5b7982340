/*
 * Cells are stored row by row. All drawing ends in one function, put, which clips, keeps each cell to
 * one pane and swaps characters for ASCII; everything above it only decides what goes where.
 *
 * Borders: area_box notes for each of its cells whether it is part of a horizontal line, a vertical line
 * or a corner. A pane draws only its own side of a shared border, so the true shape of a piece is known
 * when all is drawn. frame_join looks at the four neighbours then: a line reaches into a neighbour if the
 * neighbour is a line in that direction or a corner.
 *
 * Cutting: a text is first measured (up to the room there is); if it is too wide, one cell is kept for the
 * mark.
 */
#include "ui/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ui/utf8.h"

enum line_piece { LINE_NONE, LINE_HORIZONTAL, LINE_VERTICAL, LINE_CORNER };

enum { TEXT_BUFFER = 1024 };

bool frame_resize(struct frame *f, int w, int h)
{
    if (w < 1)
        w = 1;
    if (h < 1)
        h = 1;
    uint32_t n = (uint32_t)w * (uint32_t)h;
    if (n > f->capacity) {
        struct cell *cells = realloc(f->cells, n * sizeof *cells);
        if (cells == NULL)
            return false;
        f->cells = cells;
        f->capacity = n;
    }
    f->w = w;
    f->h = h;
    frame_clear(f);
    return true;
}

void frame_release(struct frame *f)
{
    free(f->cells);
    *f = (struct frame){0};
}

void frame_clear(struct frame *f)
{
    const struct cell blank = {.ch = ' ', .role = ROLE_TEXT};

    for (int i = 0; i < f->w * f->h; i++)
        f->cells[i] = blank;
    f->overlaps = 0;
}

/* ---- putting ---- */

/* The cell at a place of the area, if it may be drawn. */
static struct cell *claim(const struct area *a, int x, int y)
{
    struct frame *f = a->frame;
    int fx = a->rect.x + x, fy = a->rect.y + y;

    if (x < 0 || y < 0 || x >= a->rect.w || y >= a->rect.h)
        return NULL;
    if (fx < 0 || fy < 0 || fx >= f->w || fy >= f->h)
        return NULL;
    struct cell *cell = &f->cells[fy * f->w + fx];
    if (cell->pane != PANE_NOBODY && cell->pane != a->pane) {
        if (cell->pane != PANE_OVERLAY)
            f->overlaps++;
        return NULL;
    }
    cell->pane = a->pane;
    return cell;
}

static void put(const struct area *a, int x, int y, struct style style, uint32_t ch, uint8_t line)
{
    struct cell *cell = claim(a, x, y);

    if (cell == NULL)
        return;
    if (ch != 0 && (ch < 0x20 || (ch >= 0x7F && ch < 0xA0)))
        ch = CH_REPLACEMENT;
    if (a->frame->ascii && ch >= 0x80)
        ch = glyph_to_ascii(ch);
    cell->ch = ch;
    cell->role = style.role;
    cell->attr = style.attr;
    cell->line = line;
}

/* Draws one character and returns its width; the caller has made sure that it fits. */
static int put_char(const struct area *a, int x, int y, struct style style, uint32_t ch)
{
    int width = ch_width(ch);

    if (width > 0)
        put(a, x, y, style, ch, LINE_NONE);
    if (width == 2) // in ASCII a stand-in of one cell, so the second is a blank
        put(a, x + 1, y, style, a->frame->ascii ? ' ' : 0, LINE_NONE);
    return width;
}

struct area area_part(const struct area *a, int x, int y, int w, int h)
{
    struct area part = *a;

    if (x < 0)
        w += x, x = 0;
    if (y < 0)
        h += y, y = 0;
    if (w > a->rect.w - x)
        w = a->rect.w - x;
    if (h > a->rect.h - y)
        h = a->rect.h - y;
    part.rect = (struct rect){a->rect.x + x, a->rect.y + y, w > 0 ? w : 0, h > 0 ? h : 0};
    return part;
}

void area_clear(const struct area *a)
{
    for (int y = 0; y < a->rect.h; y++) {
        for (int x = 0; x < a->rect.w; x++)
            put(a, x, y, plain(ROLE_TEXT), ' ', LINE_NONE);
    }
}

void area_put(const struct area *a, int x, int y, struct style style, uint32_t ch)
{
    put_char(a, x, y, style, ch);
}

void area_glyph(const struct area *a, int x, int y, struct style style, enum glyph g)
{
    put_char(a, x, y, style, glyph_char(g, a->frame->ascii));
}

void area_attr(const struct area *a, int x, int y, uint8_t attr)
{
    struct frame *f = a->frame;
    int fx = a->rect.x + x, fy = a->rect.y + y;

    if (x >= 0 && y >= 0 && x < a->rect.w && y < a->rect.h && fx >= 0 && fy >= 0 && fx < f->w &&
        fy < f->h && f->cells[fy * f->w + fx].pane == a->pane)
        f->cells[fy * f->w + fx].attr |= attr;
}

void area_choose(const struct area *a, int x, int y, int n)
{
    struct frame *f = a->frame;
    int fx = a->rect.x, fy = a->rect.y + y;

    for (int i = x; i < x + n; i++) {
        if (i < 0 || y < 0 || i >= a->rect.w || y >= a->rect.h || fx + i < 0 || fy < 0 ||
            fx + i >= f->w || fy >= f->h || f->cells[fy * f->w + fx + i].pane != a->pane)
            continue;
        f->cells[fy * f->w + fx + i].role = ROLE_TEXT;
        f->cells[fy * f->w + fx + i].attr = ATTR_REVERSE;
    }
}

/* ---- texts ---- */

/* Has the text at most so many bytes? Then it is no wider, whatever its characters. */
static bool is_short(const char *text, int width)
{
    return width >= 0 && memchr(text, '\0', (size_t)width + 1) != NULL;
}

/* Width of the text without the blanks at its end, counted only as far as limit needs. */
static int visible_width(const char *text, int limit)
{
    int width = 0, visible = 0;

    for (uint32_t ch; visible <= limit && (ch = utf8_next(&text)) != 0;) {
        width += ch_width(ch);
        if (ch != ' ')
            visible = width;
    }
    return visible;
}

/* Draws in columns x .. end - 1; *x moves. False if the text was cut; the cut is marked. */
static bool put_text(const struct area *a, int *x, int y, int end, struct style style,
                     const char *text)
{
    bool fits = is_short(text, end - *x) || visible_width(text, end - *x) <= end - *x;
    int limit = fits ? end : end - 1;

    if (end <= *x) {
        if (!fits && end > 0)
            area_glyph(a, end - 1, y, style, GLYPH_ELLIPSIS);
        return fits;
    }
    for (uint32_t ch; (ch = utf8_next(&text)) != 0;) {
        if (*x + ch_width(ch) > limit)
            break;
        *x += put_char(a, *x, y, style, ch);
    }
    if (!fits) {
        while (*x < end)
            area_glyph(a, (*x)++, y, style, GLYPH_ELLIPSIS);
    }
    return fits;
}

int area_text(const struct area *a, int x, int y, struct style style, const char *text)
{
    put_text(a, &x, y, a->rect.w, style, text);
    return x;
}

void area_text_right(const struct area *a, int y, struct style style, const char *text)
{
    int width = utf8_width(text);

    if (width <= a->rect.w)
        area_text(a, a->rect.w - width, y, style, text);
}

/* Where a row may end behind this character when a single word is longer than the row. */
static bool breaks_after(uint32_t ch)
{
    return ch == '\\' || ch == '/' || ch == ',' || ch == '(' || ch == ';' || ch == '_';
}

/* Where a part of a name ends: "Acquire" "Resource". A row ends there if there is nothing better in the word. */
static bool parts_between(uint32_t ch, uint32_t next)
{
    return ch >= 'a' && ch <= 'z' && next >= 'A' && next <= 'Z';
}

/*
 * Length in bytes of what goes on one row of this width: up to the last blank that fits, else the last
 * place inside the word, else as many characters as fit. At least one character.
 */
static size_t row_length(const char *text, int width)
{
    const char *p = text, *blank = NULL, *inside = NULL, *part = NULL;
    uint32_t last = ' ';
    int used = 0;

    if (is_short(text, width))
        return strlen(text);
    for (;;) {
        const char *here = p;
        uint32_t ch = utf8_next(&p);
        if (ch == 0)
            return (size_t)(here - text);
        if (ch == ' ')
            blank = here;
        if (parts_between(last, ch))
            part = here;
        last = ch;
        used += ch_width(ch);
        if (used > width && ch != ' ') {
            if (blank != NULL && blank > text)
                return (size_t)(blank - text);
            if (inside != NULL || part != NULL)
                return (size_t)((inside != NULL ? inside : part) - text);
            return (size_t)((here > text ? here : p) - text);
        }
        if (breaks_after(ch))
            inside = p;
    }
}

/* Where the row behind one of n bytes begins, or NULL at the end. */
static const char *behind_row(const char *text, size_t n)
{
    text += n;
    while (*text == ' ')
        text++;
    return *text != '\0' ? text : NULL;
}

int area_wrap(const struct area *a, int y, int max_rows, int hang, struct style style,
              const char *text)
{
    char row[TEXT_BUFFER];
    int rows = 0;

    if (max_rows > a->rect.h - y)
        max_rows = a->rect.h - y;
    if (hang > a->rect.w / 2)
        hang = 0;
    while (text != NULL && rows < max_rows && a->rect.w > 0) {
        int indent = rows > 0 ? hang : 0;
        size_t n = row_length(text, a->rect.w - indent);
        const char *rest = behind_row(text, n);
        bool last = rest != NULL && rows + 1 == max_rows;
        n = n < sizeof row ? n : sizeof row - 1;
        memcpy(row, text, n);
        row[n] = '\0';
        area_text(a, indent, y + rows, style, last ? text : row);
        text = rest;
        rows++;
    }
    return rows;
}

int wrap_rows(const char *text, int width, int hang, int max_rows)
{
    int rows = 0;

    if (width <= 0)
        return 0;
    if (hang > width / 2)
        hang = 0;
    while (text != NULL && rows < max_rows) {
        text = behind_row(text, row_length(text, width - (rows > 0 ? hang : 0)));
        rows++;
    }
    return rows;
}

/* ---- boxes ---- */

static void put_line(const struct area *a, int x, int y, enum line_piece piece)
{
    put(a, x, y, plain(ROLE_BORDER), ' ', (uint8_t)piece);
}

struct area area_box(const struct area *a, unsigned edges)
{
    int w = a->rect.w, h = a->rect.h;
    int right = edges & EDGE_RIGHT ? 1 : 0, bottom = edges & EDGE_BOTTOM ? 1 : 0;

    area_clear(a);
    for (int y = 0; y < h; y += bottom && y == 0 && h > 1 ? h - 1 : h) {
        for (int x = 0; x < w; x++)
            put_line(a, x, y, LINE_HORIZONTAL);
    }
    for (int y = 1; y < h - bottom; y++) {
        put_line(a, 0, y, LINE_VERTICAL);
        if (right)
            put_line(a, w - 1, y, LINE_VERTICAL);
    }
    put_line(a, 0, 0, LINE_CORNER);
    if (right)
        put_line(a, w - 1, 0, LINE_CORNER);
    if (bottom) {
        put_line(a, 0, h - 1, LINE_CORNER);
        if (right)
            put_line(a, w - 1, h - 1, LINE_CORNER);
    }
    return area_part(a, 1, 1, w - 1 - right, h - 1 - bottom);
}

/* The line that a neighbour draws; an overlay's lines do not meet those beneath. */
static uint8_t line_at(const struct frame *f, int x, int y, bool overlay)
{
    if (x < 0 || y < 0 || x >= f->w || y >= f->h)
        return LINE_NONE;
    const struct cell *cell = frame_at(f, x, y);
    return (cell->pane == PANE_OVERLAY) == overlay ? cell->line : LINE_NONE;
}

static unsigned sides_of(const struct frame *f, int x, int y)
{
    bool overlay = frame_at(f, x, y)->pane == PANE_OVERLAY;
    uint8_t own = frame_at(f, x, y)->line;
    unsigned sides = 0;
    const struct {
        int dx, dy;
        unsigned side;
        uint8_t along;
    } neighbours[] = {
        {0, -1, SIDE_UP, LINE_VERTICAL},
        {1, 0, SIDE_RIGHT, LINE_HORIZONTAL},
        {0, 1, SIDE_DOWN, LINE_VERTICAL},
        {-1, 0, SIDE_LEFT, LINE_HORIZONTAL},
    };

    for (int i = 0; i < 4; i++) {
        uint8_t other = line_at(f, x + neighbours[i].dx, y + neighbours[i].dy, overlay);
        bool reaches = own == neighbours[i].along || other == neighbours[i].along ||
                       (own == LINE_CORNER && other == LINE_CORNER);
        if (reaches && (other != LINE_NONE || own == neighbours[i].along))
            sides |= neighbours[i].side;
    }
    return sides;
}

void frame_join(struct frame *f)
{
    for (int y = 0; y < f->h; y++) {
        for (int x = 0; x < f->w; x++) {
            struct cell *cell = &f->cells[y * f->w + x];
            if (cell->line != LINE_NONE)
                cell->ch = glyph_box(sides_of(f, x, y), f->ascii);
        }
    }
}

/* ---- pencils ---- */

struct pencil draw_at(const struct area *a, int x, int y, int width)
{
    int end = x + width;

    return (struct pencil){a, x, y, end < a->rect.w ? end : a->rect.w, false};
}

bool draw_text(struct pencil *p, struct style style, const char *text)
{
    if (p->cut)
        return false;
    p->cut = !put_text(p->area, &p->x, p->y, p->end, style, text);
    return !p->cut;
}

bool draw_print(struct pencil *p, struct style style, const char *format, ...)
{
    char text[TEXT_BUFFER];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return draw_text(p, style, text);
}

bool draw_glyph(struct pencil *p, struct style style, enum glyph g)
{
    char text[5];

    utf8_encode(glyph_char(g, p->area->frame->ascii), text);
    return draw_text(p, style, text);
}

void draw_to(struct pencil *p, int x)
{
    if (!p->cut && x > p->x)
        p->x = x;
}
