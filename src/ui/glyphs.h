/*
 * The signs that the screen draws, each with an ASCII stand-in of one cell.
 *
 * Every sign beyond ASCII is present in DejaVu Sans Mono and one cell wide on every terminal. Meaning
 * never rests on a sign's colour. A stand-in that has words is the stand-in of one sign, is no sign itself for something
 * else, no letter of a call, and not "~", the key of a timeout.
 */
#ifndef UI_GLYPHS_H
#define UI_GLYPHS_H

#include <stdbool.h>
#include <stdint.h>

/* name, code point, ASCII, what it stands for (the help shows those that have words) */
// clang-format off
#define GLYPHS(X)                                                                                  \
    X(NEXT, 0x25B6, '>', "can run; in a body: what it does next")                                  \
    X(BLOCKED, 0x25A0, '#', "blocked: waits for somebody else; timeline: has to wait from here")     \
    X(FINISHED, '=', '=', "finished; in a body: done, it does not come there again")                                                              \
    X(ABSENT, 0x00B7, '.', "")                                                                     \
    X(FOCUS, 0x25C6, '*', "the chosen thread: f . ~ act on it")                                    \
    X(GOOD, 0x2713, '+', "ending: a good one")                                                                       \
    X(BAD, 0x2717, 'x', "failed, or was told no; ending: not a good one")                                                   \
    X(LOST, '!', '!', "timeline, log: point of no return, from this step on no good ending can come")                      \
    X(WARNING, 0x26A0, '^', "a rule or a promise is broken, or a race; ending: good, but no way there keeps all rules") \
    X(SIGNALED, 0x25CF, '@', "event: signalled")                                                   \
    X(UNSIGNALED, 0x25CB, 'o', "event: not signalled")                                             \
    X(SLEEPING, 0x2591, ':', "timeline: waits")                                                    \
    X(IDLE, 0x00B7, '.', "timeline: could have run")                                               \
    X(OWNED, 0x2588, '%', "timeline: owned exclusively, from the number of the owner on")          \
    X(SHARED, 0x2592, '/', "timeline: owned, shared")                                              \
    X(FREE, 0x00B7, '.', "")                                                                       \
    X(ELLIPSIS, CH_ELLIPSIS, '$', "cut short here")                                                \
    X(DASH, 0x2013, '-', "")                                                                       \
    X(TIMES, 0x00D7, 'x', "")                                                                      \
    X(LEFT, 0x25C0, '<', "")                                                                       \
    X(RIGHT, 0x25B6, '>', "")                                                                      \
    X(PRESENT, 0x2502, '|', "timeline: you are here")
// clang-format on

#define GLYPH_ENUM(name, code, ascii, meaning) GLYPH_##name,
enum glyph { GLYPHS(GLYPH_ENUM) N_GLYPHS };
#undef GLYPH_ENUM

uint32_t glyph_char(enum glyph g, bool ascii);

/* What it stands for; "" where it needs no words. */
const char *glyph_meaning(enum glyph g);

/* A character from a text, as ASCII if it must be. */
uint32_t glyph_to_ascii(uint32_t ch);

/* The piece of a box whose lines go to the sides in the mask. */
enum { SIDE_UP = 1, SIDE_RIGHT = 2, SIDE_DOWN = 4, SIDE_LEFT = 8 };
uint32_t glyph_box(unsigned sides, bool ascii);

#endif
