/*
 * UTF-8 and the width of characters on a screen.
 *
 * Width is decided here and not by the locale, so that a frame is the same on every machine and in a
 * pipe. Broken bytes and control characters show as U+FFFD, combining and invisible characters not at all.
 */
#ifndef UI_UTF8_H
#define UI_UTF8_H

#include <stdint.h>

enum { CH_REPLACEMENT = 0xFFFD, CH_ELLIPSIS = 0x2026 };

/* The character at *text, which moves behind it; 0 at the end. A broken byte gives U+FFFD. */
uint32_t utf8_next(const char **text);

/* Writes ch and a NUL; returns the number of bytes without it. */
int utf8_encode(uint32_t ch, char out[5]);

/* Cells that ch takes: 0, 1 or 2. */
int ch_width(uint32_t ch);

/* Cells that the text takes. */
int utf8_width(const char *text);

#endif
