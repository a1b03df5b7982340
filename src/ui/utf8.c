/*
 * Decoding follows table 3-7 of the Unicode standard: the second byte's range depends on the first,
 * which excludes overlong forms, surrogates and what lies past U+10FFFF.
 *
 * Widths: two sorted lists of ranges, searched by bisection. They hold the blocks that terminals agree
 * on. A scenario's title may hold anything; what the program itself draws is one cell wide.
 */
#include "ui/utf8.h"

#include <stdbool.h>
#include <stddef.h>

struct range {
    uint32_t first, last;
};

static const struct range invisible[] = {
    {0x00AD, 0x00AD}, {0x0300, 0x036F}, {0x0483, 0x0489},   {0x0591, 0x05BD}, {0x0610, 0x061A},
    {0x064B, 0x065F}, {0x093C, 0x093C}, {0x094D, 0x094D},   {0x0E31, 0x0E31}, {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},   {0x200B, 0x200F}, {0x2028, 0x202E},
    {0x2060, 0x206F}, {0x20D0, 0x20FF}, {0x302A, 0x302D},   {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE0FFF},
};

static const struct range wide[] = {
    {0x1100, 0x115F},   {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},
    {0x4E00, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x1F300, 0x1F64F},
    {0x1F680, 0x1F6FF}, {0x1F900, 0x1FAFF}, {0x20000, 0x3FFFD},
};

static bool in_ranges(uint32_t ch, const struct range *ranges, size_t n)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ch > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && ch >= ranges[low].first;
}

/* Bytes that follow a lead byte, and the range of the first of them; false: no lead byte. */
static bool lead(unsigned char byte, int *n_more, unsigned char *low, unsigned char *high)
{
    *low = 0x80;
    *high = 0xBF;
    if (byte >= 0xC2 && byte <= 0xDF) {
        *n_more = 1;
        return true;
    }
    if (byte >= 0xE0 && byte <= 0xEF) {
        *n_more = 2;
        *low = byte == 0xE0 ? 0xA0 : 0x80;
        *high = byte == 0xED ? 0x9F : 0xBF;
        return true;
    }
    if (byte >= 0xF0 && byte <= 0xF4) {
        *n_more = 3;
        *low = byte == 0xF0 ? 0x90 : 0x80;
        *high = byte == 0xF4 ? 0x8F : 0xBF;
        return true;
    }
    return false;
}

uint32_t utf8_next(const char **text)
{
    const unsigned char *p = (const unsigned char *)*text;
    unsigned char low, high;
    int n_more;

    if (*p == 0)
        return 0;
    if (*p < 0x80) {
        (*text)++;
        return *p;
    }
    if (!lead(*p, &n_more, &low, &high)) {
        (*text)++;
        return CH_REPLACEMENT;
    }
    uint32_t ch = *p & (0x3Fu >> n_more);
    for (int i = 1; i <= n_more; i++) {
        if (p[i] < low || p[i] > high) {
            *text += i;
            return CH_REPLACEMENT;
        }
        ch = ch << 6 | (p[i] & 0x3Fu);
        low = 0x80;
        high = 0xBF;
    }
    *text += n_more + 1;
    return ch;
}

int utf8_encode(uint32_t ch, char out[5])
{
    int n = 0;

    if (ch < 0x80) {
        out[n++] = (char)ch;
    } else if (ch < 0x800) {
        out[n++] = (char)(0xC0 | ch >> 6);
        out[n++] = (char)(0x80 | (ch & 0x3F));
    } else if (ch < 0x10000) {
        out[n++] = (char)(0xE0 | ch >> 12);
        out[n++] = (char)(0x80 | (ch >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (ch & 0x3F));
    } else {
        out[n++] = (char)(0xF0 | ch >> 18);
        out[n++] = (char)(0x80 | (ch >> 12 & 0x3F));
        out[n++] = (char)(0x80 | (ch >> 6 & 0x3F));
        out[n++] = (char)(0x80 | (ch & 0x3F));
    }
    out[n] = '\0';
    return n;
}

int ch_width(uint32_t ch)
{
    if (ch < 0xAD)
        return 1; // control characters show as U+FFFD
    if (in_ranges(ch, invisible, sizeof invisible / sizeof invisible[0]))
        return 0;
    return in_ranges(ch, wide, sizeof wide / sizeof wide[0]) ? 2 : 1;
}

int utf8_width(const char *text)
{
    int width = 0;

    for (uint32_t ch; (ch = utf8_next(&text)) != 0;)
        width += ch_width(ch);
    return width;
}
