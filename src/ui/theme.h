/*
 * Themes: how each role looks, for each number of colours that a terminal may have.
 *
 * Colours can be told apart by the colour-blind, and none stands alone: thread colours go with the
 * thread's number, good and bad with a sign and a word. Indices are those of xterm's 256 colours.
 */
#ifndef UI_THEME_H
#define UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/frame.h"

enum theme { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_HIGH_CONTRAST, N_THEMES };

/* Colours of the terminal; the value is how many. */
enum depth { DEPTH_NONE = 0, DEPTH_8 = 8, DEPTH_16 = 16, DEPTH_256 = 256 };

enum { COLOR_DEFAULT = -1 };

struct paint {
    int16_t fg; // COLOR_DEFAULT or an index
    int16_t bg;
    uint8_t attr; // set of enum attr
};

/* How a style looks. Few colours get more attributes. */
struct paint theme_paint(enum theme theme, enum depth depth, struct style style);

/* "dark" ... and back; false if there is no such theme. */
const char *theme_name(enum theme theme);
bool theme_find(const char *name, enum theme *theme);

/* Red, green and blue of an index, 0xRRGGBB. */
uint32_t theme_rgb(int index);

/* What a picture uses where a theme says COLOR_DEFAULT. */
uint32_t theme_default_fg(enum theme theme);
uint32_t theme_default_bg(enum theme theme);

#endif
