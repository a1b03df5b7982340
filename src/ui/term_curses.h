/*
 * The terminal: the only place that knows curses.
 *
 * Purpose    Copies frames to a terminal, reads keys and mouse, and leaves the terminal as it was, whatever
 *            ends the program: a key, SIGTERM, SIGINT, SIGHUP, SIGQUIT, a crash, a terminal that
 *            goes away. Signals Are blocked except while terminal_wait waits, so nothing is
 *            interrupted half way. What ends the program is reported as an event; the caller
 *            cleans up and calls terminal_die. SIGTSTP and SIGCONT work as everywhere.
 * Ownership  One terminal at a time (signals are per process). terminal_open allocates,
 *            terminal_close frees and restores.
 */
#ifndef UI_TERM_CURSES_H
#define UI_TERM_CURSES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "ui/frame.h"
#include "ui/theme.h"

struct terminal;

struct terminal_options {
    const char *type; // NULL: $TERM
    FILE *in, *out;   // NULL: standard input and output, or /dev/tty where they are something else
    bool depth_given; // else as many colours as the terminal has
    enum depth depth;
    enum theme theme;
};

enum terminal_event {
    EVENT_KEY,    // input->key
    EVENT_MOUSE,  // input->x, y, action
    EVENT_TICK,   // the time is up
    EVENT_RESIZE, // the size may be another one, or the screen was overwritten: draw again
    EVENT_END,    // a signal ends the program, or the terminal is gone
};

/* NULL: there is no terminal that can show a screen; *why says so, static text. */
struct terminal *terminal_open(const struct terminal_options *options, const char **why);

/* Puts the terminal back as it was. NULL is fine. */
void terminal_close(struct terminal *t);

/* Can it show characters beyond ASCII? As the locale says. */
bool terminal_is_utf8(void);

void terminal_size(const struct terminal *t, int *w, int *h);

/* Copies what has changed since the last frame; all: everything, whatever is there. */
void terminal_show(struct terminal *t, const struct frame *f, bool all);

enum terminal_mouse { TERMINAL_CLICK, TERMINAL_WHEEL_UP, TERMINAL_WHEEL_DOWN };

struct terminal_input {
    int32_t key;
    int x, y;
    enum terminal_mouse action;
};

/* Waits without using the processor, at most so many milliseconds; -1: until something comes. */
enum terminal_event terminal_wait(struct terminal *t, int milliseconds,
                                  struct terminal_input *input);

/* Other colours from now on; draw all of it again. */
void terminal_set_theme(struct terminal *t, enum theme theme);

/* Clicks and the wheel come as events, or stay the terminal's own. */
void terminal_set_mouse(struct terminal *t, bool on);

/* Hands a text to the clipboard of the terminal (OSC 52); many, not all, take it. */
void terminal_copy(struct terminal *t, const char *text);

/*
 * After EVENT_END and terminal_close: ends the process by the signal that asked for it (SIGHUP for a
 * terminal that is gone), so that its parent sees what happened. Does not return.
 */
void terminal_die(void);

#endif
