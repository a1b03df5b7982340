/*
 * One table row per sign, from glyphs.h; box pieces are indexed by the mask of their sides.
 */
#include "ui/glyphs.h"

#include <stddef.h>

#include "ui/utf8.h"

struct glyph_row {
    uint32_t code;
    char ascii;
    const char *meaning;
};

#define GLYPH_ROW(name, code, ascii, meaning) {code, ascii, meaning},
static const struct glyph_row rows[N_GLYPHS] = {GLYPHS(GLYPH_ROW)};
#undef GLYPH_ROW

uint32_t glyph_char(enum glyph g, bool ascii)
{
    return ascii ? (uint32_t)(unsigned char)rows[g].ascii : rows[g].code;
}

const char *glyph_meaning(enum glyph g)
{
    return rows[g].meaning;
}

uint32_t glyph_to_ascii(uint32_t ch)
{
    if (ch < 0x80)
        return ch;
    for (size_t i = 0; i < N_GLYPHS; i++) {
        if (rows[i].code == ch)
            return (uint32_t)(unsigned char)rows[i].ascii;
    }
    switch (ch) {
    case 0x00A0: // no-break space
        return ' ';
    case 0x2014: // em dash
    case 0x2212: // minus
        return '-';
    case 0x2018:
    case 0x2019:
        return '\'';
    case 0x201C:
    case 0x201D:
        return '"';
    case 0x2190:
        return '<';
    case 0x2192:
        return '>';
    case 0x2191:
        return '^';
    case 0x2193:
        return 'v';
    default:
        return '?';
    }
}

uint32_t glyph_box(unsigned sides, bool ascii)
{
    static const uint16_t pieces[16] = {
        ' ',    0x2575, 0x2576, 0x2514, // none, up, right, up+right
        0x2577, 0x2502, 0x250C, 0x251C, // down, down+up, down+right, down+right+up
        0x2574, 0x2518, 0x2500, 0x2534, // left, left+up, left+right, left+right+up
        0x2510, 0x2524, 0x252C, 0x253C, // left+down, left+down+up, left+down+right, all
    };

    if (!ascii)
        return pieces[sides & 15];
    if ((sides & (SIDE_LEFT | SIDE_RIGHT)) == 0)
        return '|';
    return (sides & (SIDE_UP | SIDE_DOWN)) == 0 ? '-' : '+';
}
