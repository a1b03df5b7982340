/*
 * A frame as text: plain, with terminal colours, or as a picture.
 *
 * The same frame gives the same bytes everywhere.
 */
#ifndef UI_RENDER_H
#define UI_RENDER_H

#include <stdio.h>

#include "ui/frame.h"
#include "ui/theme.h"

/* Rows without trailing blanks, no escape codes. */
void render_text(const struct frame *f, FILE *out);

/* Rows with SGR sequences; each ends in the terminal's normal state. */
void render_ansi(const struct frame *f, enum theme theme, enum depth depth, FILE *out);

/* An SVG picture in DejaVu Sans Mono. */
void render_svg(const struct frame *f, enum theme theme, FILE *out);

#endif
