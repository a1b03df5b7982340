/*
 * Each writer walks the rows and puts together cells that look alike.
 *
 * The picture places every such run at its column, so a viewer with another font still shows columns; with
 * DejaVu Sans Mono the cell (advance 0.602, line height 1.164 times the font size) is the font's own, and box
 * lines join.
 */
#include "ui/render.h"

#include "ui/utf8.h"

static bool same(struct paint a, struct paint b)
{
    return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

static struct paint paint_of(const struct cell *cell, enum theme theme, enum depth depth)
{
    return theme_paint(theme, depth, (struct style){cell->role, cell->attr});
}

/* Column behind the last cell of a row that is not a plain blank. */
static int row_end(const struct frame *f, int y, bool styled)
{
    int end = f->w;

    while (end > 0) {
        const struct cell *cell = frame_at(f, end - 1, y);
        if (cell->ch != ' ' || (styled && (cell->attr & (ATTR_REVERSE | ATTR_UNDERLINE)) != 0))
            break;
        end--;
    }
    return end;
}

static void put_cell(const struct cell *cell, FILE *out)
{
    char text[5];

    if (cell->ch == 0)
        return; // the right half of a wide character
    utf8_encode(cell->ch, text);
    fputs(text, out);
}

void render_text(const struct frame *f, FILE *out)
{
    for (int y = 0; y < f->h; y++) {
        int end = row_end(f, y, false);
        for (int x = 0; x < end; x++)
            put_cell(frame_at(f, x, y), out);
        fputc('\n', out);
    }
}

/* ---- terminal colours ---- */

static void sgr_color(int index, int base, enum depth depth, FILE *out)
{
    if (index == COLOR_DEFAULT)
        return;
    if (depth == DEPTH_256)
        fprintf(out, ";%d;5;%d", base + 8, index);
    else if (index >= 8)
        fprintf(out, ";%d", base + 60 + index - 8);
    else
        fprintf(out, ";%d", base + index);
}

static void sgr(struct paint paint, enum depth depth, FILE *out)
{
    fputs("\033[0", out);
    if (paint.attr & ATTR_BOLD)
        fputs(";1", out);
    if (paint.attr & ATTR_UNDERLINE)
        fputs(";4", out);
    if (paint.attr & ATTR_REVERSE)
        fputs(";7", out);
    sgr_color(paint.fg, 30, depth, out);
    sgr_color(paint.bg, 40, depth, out);
    fputs("m", out);
}

void render_ansi(const struct frame *f, enum theme theme, enum depth depth, FILE *out)
{
    const struct paint normal = {COLOR_DEFAULT, COLOR_DEFAULT, 0};

    for (int y = 0; y < f->h; y++) {
        struct paint now = normal;
        int end = theme == THEME_HIGH_CONTRAST ? f->w : row_end(f, y, true);
        for (int x = 0; x < end; x++) {
            struct paint paint = paint_of(frame_at(f, x, y), theme, depth);
            if (!same(paint, now))
                sgr(paint, depth, out);
            now = paint;
            put_cell(frame_at(f, x, y), out);
        }
        if (!same(now, normal))
            fputs("\033[0m", out);
        fputc('\n', out);
    }
}

/* ---- picture ---- */

static const double font_size = 14.0, advance = 14.0 * 0.602, line_height = 14.0 * 1.164;
static const double margin = 10.0, baseline = 14.0 * 0.928; // DejaVu's ascent

/* Colours as they come out after reversing. */
static void svg_colors(struct paint paint, enum theme theme, uint32_t *fg, uint32_t *bg)
{
    *fg = paint.fg == COLOR_DEFAULT ? theme_default_fg(theme) : theme_rgb(paint.fg);
    *bg = paint.bg == COLOR_DEFAULT ? theme_default_bg(theme) : theme_rgb(paint.bg);
    if (paint.attr & ATTR_REVERSE) {
        uint32_t swap = *fg;
        *fg = *bg;
        *bg = swap;
    }
}

static void svg_escape(const struct cell *cell, FILE *out)
{
    if (cell->ch == '&')
        fputs("&amp;", out);
    else if (cell->ch == '<')
        fputs("&lt;", out);
    else if (cell->ch == '>')
        fputs("&gt;", out);
    else
        put_cell(cell, out);
}

static void svg_run(const struct frame *f, int y, int from, int to, enum theme theme, FILE *out)
{
    struct paint paint = paint_of(frame_at(f, from, y), theme, DEPTH_256);
    uint32_t fg, bg;
    bool blank = true;

    svg_colors(paint, theme, &fg, &bg);
    double x = margin + from * advance, top = margin + y * line_height, w = (to - from) * advance;
    if (bg != theme_default_bg(theme))
        fprintf(out,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\"/>\n", x,
                top, w, line_height, (unsigned)bg);
    for (int i = from; i < to; i++)
        blank = blank && frame_at(f, i, y)->ch == ' ';
    if (blank)
        return;
    fprintf(out, "<text x=\"%.2f\" y=\"%.2f\" textLength=\"%.2f\"%s%s fill=\"#%06x\">", x,
            top + baseline, w, paint.attr & ATTR_BOLD ? " font-weight=\"bold\"" : "",
            paint.attr & ATTR_UNDERLINE ? " text-decoration=\"underline\"" : "", (unsigned)fg);
    for (int i = from; i < to; i++)
        svg_escape(frame_at(f, i, y), out);
    fputs("</text>\n", out);
}

void render_svg(const struct frame *f, enum theme theme, FILE *out)
{
    double w = 2 * margin + f->w * advance, h = 2 * margin + f->h * line_height;

    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.2f\" height=\"%.2f\" "
            "viewBox=\"0 0 %.2f %.2f\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#%06x\"/>\n"
            "<g font-family=\"'DejaVu Sans Mono',monospace\" font-size=\"%.0f\" "
            "xml:space=\"preserve\">\n",
            w, h, w, h, (unsigned)theme_default_bg(theme), font_size);
    for (int y = 0; y < f->h; y++) {
        for (int x = 0; x < f->w;) {
            int from = x;
            struct paint paint = paint_of(frame_at(f, from, y), theme, DEPTH_256);
            while (x < f->w && same(paint, paint_of(frame_at(f, x, y), theme, DEPTH_256)))
                x++;
            svg_run(f, y, from, x, theme, out);
        }
    }
    fputs("</g>\n</svg>\n", out);
}
