/*
 * Keys: their codes, their written form, and the one table of what they do.
 *
 * Purpose    Dispatch, footer, help, man page and README are made from COMMANDS; none lists keys
 *            by hand. Codes A character is its code point; other keys lie above the code points.
 *            Notation DESIGN.md 6: characters as typed, others as <Tab>, <Enter>, <Esc>, <BS>,
 *            <Left>, <F12>; <lt> is "<", <C-l> is Ctrl-L.
 */
#ifndef UI_KEYS_H
#define UI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    K_NONE = 0,
    K_CTRL_L = 12,
    K_TAB = 9,
    K_ENTER = 13,
    K_ESC = 27,
    K_SPACE = 32,
    K_BACKSPACE = 127,
    K_UP = 0x110000,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_INSERT,
    K_DELETE,
    K_BACK_TAB,
    K_F1,
    K_F12 = K_F1 + 11,
};

enum key_group { KEYS_STEP, KEYS_TIME, KEYS_SEE, KEYS_LEAVE, N_KEY_GROUPS };

/* Where a key has its meaning: an overlay may use a key that means something else on the main screen. */
enum key_context { IN_MAIN = 1, IN_OVERLAY = 2, IN_BOTH = 3 };

/*
 * name, keys in notation, where, group, place in the footer (1: first to be kept; 0: not there),
 * word in the footer, help. The order is that of the help; the footer follows it too.
 */
// clang-format off
#define COMMANDS(X)                                                                                \
    X(STEP_THREAD, "123456789", IN_MAIN, KEYS_STEP, 2, "step that thread",                         \
      "that thread makes its next step")                                                           \
    X(STEP_POLICY, "<Space>", IN_MAIN, KEYS_STEP, 9, "next",                                       \
      "the next step that the policy proposes")                                                    \
    X(FINISH, "f", IN_MAIN, KEYS_STEP, 6, "finish",                                                \
      "run the chosen thread until it blocks or ends")                                             \
    X(STEP_RANDOM, "r", IN_MAIN, KEYS_STEP, 10, "random", "a random step")                         \
    X(FOCUS_NEXT, "<Tab>", IN_MAIN, KEYS_STEP, 12, "thread", "choose the next thread")             \
    X(FOCUS_PREVIOUS, "<S-Tab>", IN_MAIN, KEYS_STEP, 0, "", "choose the previous thread")          \
    X(STEP_FOCUSED, ".", IN_MAIN, KEYS_STEP, 13, "step it",                                        \
      "the chosen thread makes its next step (threads above 9)")                                   \
    X(TIMEOUT, "~", IN_MAIN, KEYS_STEP, 5, "timeout", "the chosen thread's timeout fires")         \
    X(BACK, "<BS>u<Left>h", IN_MAIN, KEYS_TIME, 4, "back", "one step back")                        \
    X(REDO, "<Right>l", IN_MAIN, KEYS_TIME, 7, "redo", "one step forward again")                   \
    X(FIRST, "<Home>g", IN_MAIN, KEYS_TIME, 14, "start", "to the start")                           \
    X(LAST, "<End>G", IN_MAIN, KEYS_TIME, 15, "end", "to the last step made")                      \
    X(RESTART, "R", IN_MAIN, KEYS_TIME, 11, "restart", "begin again")                              \
    X(WHY, "i", IN_BOTH, KEYS_SEE, 8, "why",                                                       \
      "why: who is blocked, who can wake it, the rule of NT")                                      \
    X(LOCKS, "L", IN_BOTH, KEYS_SEE, 0, "",                                                        \
      "locks: every resource, in the manner of WinDbg's !locks")                                   \
    X(NEXT_PANE, "v", IN_MAIN, KEYS_SEE, 3, "next pane",                                           \
      "next pane, where the screen has room for one only")                                         \
    X(SCROLL_DOWN, "<Down>j", IN_OVERLAY, KEYS_SEE, 3, "scroll", "scroll down, in this help too")  \
    X(SCROLL_UP, "<Up>k", IN_OVERLAY, KEYS_SEE, 0, "", "scroll up")                                \
    X(PAGE_DOWN, "<PgDn><Space>", IN_OVERLAY, KEYS_SEE, 0, "", "a page down")                      \
    X(PAGE_UP, "<PgUp>", IN_OVERLAY, KEYS_SEE, 0, "", "a page up")                                 \
    X(REDRAW, "<C-l>", IN_BOTH, KEYS_SEE, 0, "", "draw the screen again")                          \
    X(HELP, "?<F1>", IN_BOTH, KEYS_SEE, 1, "help", "this help")                                    \
    X(CLOSE, "q<Esc>", IN_OVERLAY, KEYS_LEAVE, 1, "close", "close what is open")                   \
    X(QUIT, "q", IN_MAIN, KEYS_LEAVE, 1, "quit", "quit, when nothing is open")                     \
    X(QUIT_AT_ONCE, "Q", IN_BOTH, KEYS_LEAVE, 0, "", "quit at once")
// clang-format on

#define COMMAND_ENUM(name, keys, where, group, footer, word, help) CMD_##name,
enum command { CMD_NONE, COMMANDS(COMMAND_ENUM) N_COMMANDS };
#undef COMMAND_ENUM

struct key_row {
    const char *keys; // in notation
    uint8_t where;    // enum key_context
    uint8_t group;    // enum key_group
    uint8_t footer;   // 0: not there; else the smaller, the longer it stays when room is short
    const char *word; // in the footer
    const char *help;
};

/* Row of a command; CMD_NONE has an empty one. */
const struct key_row *key_row(enum command command);

/* The command of a key in a context, or CMD_NONE. */
enum command key_command(int32_t key, enum key_context context);

/* One key of a text in notation; *text moves behind it. K_NONE at the end, and at what is no key. */
int32_t key_next(const char **text);

/* Checks a whole text; false: *bad points at what is no key. */
bool keys_check(const char *text, const char **bad);

enum { KEY_LABEL = 48 };

/* A key for people: "Bksp", "Left", "F1", "Ctrl-L", "j". */
size_t key_label(int32_t key, char *out, size_t size);

/* All keys of a command for people: "1-9", "Bksp u Left h"; only the first if first_only. */
size_t key_labels(enum command command, bool first_only, char *out, size_t size);

/* "Step", "Time", ... */
const char *key_group_title(enum key_group group);

enum key_format { KEYS_PLAIN, KEYS_MARKDOWN, KEYS_ROFF };

/* The whole table, for the manual page and the README. */
void keys_print(FILE *out, enum key_format format);

#endif
