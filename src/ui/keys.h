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
    K_TICK, // time has passed: while a run plays
    K_CTRL_U = 21,
};

enum key_group {
    KEYS_STEP,
    KEYS_TIME,
    KEYS_RUN,
    KEYS_SEE,
    KEYS_FILE,
    KEYS_OPEN,
    KEYS_LEAVE,
    N_KEY_GROUPS
};

/* Where a key has its meaning: what is open over the screen may use a key that means something else there. */
enum key_context {
    IN_MAIN = 1,
    IN_OVERLAY = 2,  // a sheet to read: help, why, locks
    IN_LIST = 4,     // a list to choose from
    IN_PROMPT = 8,   // characters are text
    IN_EXPLORE = 16, // all endings, and how to get there
    IN_BOTH = IN_MAIN | IN_OVERLAY,
    IN_OPEN = IN_OVERLAY | IN_LIST | IN_PROMPT | IN_EXPLORE,
};

/*
 * name, word for ":", keys in notation, where, group, place in the footer (0: not there), word in the footer,
 * help. The order is that of the help; in the footer it is that of the places, and what has the last place
 * goes first when room is short. From FOOTER_AT_TIMES on: what can be done now and then only; it comes behind
 * the others, where there is room.
 */
enum { FOOTER_AT_TIMES = 32, FOOTER_PLACES = 40 };

// clang-format off
#define COMMANDS(X)                                                                                \
    X(STEP_THREAD, "step", "123456789", IN_MAIN, KEYS_STEP, 2, "step",                             \
      "that thread makes its next step")                                                           \
    X(STEP_POLICY, "next", "<Space><F10>", IN_MAIN, KEYS_STEP, 4, "next",                          \
      "the next step of whoever's turn it is")                                                     \
    X(FINISH, "run-one", "f", IN_MAIN, KEYS_STEP, 8, "run one",                                    \
      "run the chosen thread alone until it blocks or ends")                                       \
    X(STEP_RANDOM, "random", "r", IN_MAIN, KEYS_STEP, 11, "random", "a random step")               \
    X(TIMEOUT, "timeout", "~", IN_MAIN, KEYS_STEP, 32, "timeout",                                   \
      "the chosen thread's timeout fires")                                                         \
    X(THREAD_NEXT, "thread", ",", IN_MAIN, KEYS_STEP, 18, "thread", "choose the next thread")      \
    X(STEP_FOCUSED, "dot", ".", IN_MAIN, KEYS_STEP, 19, "step it",                                 \
      "the chosen thread makes its next step (threads above 9)")                                   \
    X(BACK, "back", "<BS>u<Left>h", IN_MAIN, KEYS_TIME, 7, "back", "one step back")                \
    X(REDO, "redo", "<Right>l", IN_MAIN, KEYS_TIME, 34, "redo", "one step forward again")          \
    X(FIRST, "first", "<Home>g", IN_MAIN, KEYS_TIME, 13, "start", "to the start")                  \
    X(LAST, "last", "<End>G", IN_MAIN, KEYS_TIME, 37, "end", "to the last step made")              \
    X(SWITCH_BACK, "switch-back", "[", IN_MAIN, KEYS_TIME, 0, "",                                  \
      "back to where another thread took over")                                                    \
    X(SWITCH_NEXT, "switch-next", "]", IN_MAIN, KEYS_TIME, 0, "",                                  \
      "forward to where another thread takes over")                                                \
    X(EVENT_BACK, "event-back", "{", IN_MAIN, KEYS_TIME, 0, "",                                    \
      "back to a block, a wake, or what went wrong")                           \
    X(EVENT_NEXT, "event-next", "}", IN_MAIN, KEYS_TIME, 0, "",                                    \
      "forward to a block, a wake, or what went wrong")                        \
    X(TO_LOST, "lost", "!", IN_BOTH, KEYS_TIME, 33, "before no return",                          \
      "back to before the point of no return")                                   \
    X(RESTART, "restart", "R", IN_MAIN, KEYS_TIME, 0, "", "begin again")                           \
    X(BRANCHES, "branches", "a", IN_MAIN, KEYS_TIME, 36, "branches",                               \
      "branches: runs left by going back and choosing otherwise")                     \
    X(OTHER_BRANCH, "other", "A", IN_MAIN, KEYS_TIME, 35, "other branch",                          \
      "to the branch that was left last, and back again")                                          \
    X(MARK, "mark", "m", IN_MAIN, KEYS_TIME, 0, "", "mark this place: m and a letter")             \
    X(MARKS, "marks", "'", IN_MAIN, KEYS_TIME, 0, "",                                        \
      "marks: ' and the letter goes there")                                                        \
    X(CONTINUE, "run-all", "c<F5>", IN_MAIN, KEYS_RUN, 9, "run all",                               \
      "run all threads to a breakpoint, block, wake, trouble, end")                   \
    X(CONTINUE_BACK, "run-all-back", "C", IN_MAIN, KEYS_RUN, 0, "", "run back to the stop before") \
    X(FINISH_BACK, "run-one-back", "F", IN_MAIN, KEYS_RUN, 0, "",                                  \
      "back to where the thread that ran last began to run")                                       \
    X(PLAY, "play", "p", IN_MAIN, KEYS_RUN, 12, "play", "play, and pause")                         \
    X(FASTER, "faster", "+=", IN_MAIN, KEYS_RUN, 0, "", "play faster")                             \
    X(SLOWER, "slower", "-", IN_MAIN, KEYS_RUN, 0, "", "play slower")                              \
    X(BREAK_HERE, "break", "b", IN_MAIN, KEYS_RUN, 0, "",                                          \
      "breakpoint where the chosen thread stands: set, or take away")                              \
    X(BREAKS, "breaks", "B", IN_MAIN, KEYS_RUN, 17, "breakpoints",                                 \
      "breakpoints: line, call, object, thread, condition")                                        \
    X(WHY, "why", "i", IN_BOTH, KEYS_SEE, 5, "why",                                                \
      "why: who is blocked, who can wake it, deadlocks drawn")            \
    X(EXPLORE, "explore", "e", IN_MAIN, KEYS_SEE, 6, "explore",                                    \
      "explore: every ending, its chance, and how it comes about")                                  \
    X(LOCKS, "locks", "L", IN_BOTH, KEYS_SEE, 0, "",                                               \
      "locks: every resource, in the manner of WinDbg's !locks")                                   \
    X(PANE_NEXT, "pane", "<Tab>", IN_MAIN, KEYS_SEE, 14, "pane", "the next pane, or thread")       \
    X(PANE_PREVIOUS, "pane-back", "<S-Tab>", IN_MAIN, KEYS_SEE, 0, "", "the pane before")          \
    X(PANE_DOWN, "down", "<Down>j", IN_MAIN, KEYS_SEE, 0, "", "down in the chosen pane")           \
    X(PANE_UP, "up", "<Up>k", IN_MAIN, KEYS_SEE, 0, "", "up in the chosen pane")                   \
    X(PANE_PAGE_DOWN, "page-down", "<PgDn>", IN_MAIN, KEYS_SEE, 0, "", "a page down in it")        \
    X(PANE_PAGE_UP, "page-up", "<PgUp>", IN_MAIN, KEYS_SEE, 0, "", "a page up in it")              \
    X(ZOOM, "zoom", "z<Enter>", IN_MAIN, KEYS_SEE, 15, "zoom",                                     \
      "the chosen pane alone, and all of them again")                                              \
    X(NEXT_PAGE, "view", "v", IN_MAIN, KEYS_SEE, 3, "next view",                                   \
      "next view, where the screen has room for one only")                                    \
    X(SEARCH, "search", "/", IN_MAIN, KEYS_SEE, 16, "search",                                      \
      "search in source, objects and log")                                                         \
    X(SEARCH_NEXT, "search-next", "n", IN_MAIN, KEYS_SEE, 0, "", "next place found")               \
    X(SEARCH_BACK, "search-back", "N", IN_MAIN, KEYS_SEE, 0, "", "place found before")             \
    X(PRESENT, "present", "P", IN_MAIN, KEYS_SEE, 0, "",                                           \
      "presenter mode: less on the screen, and larger")                                            \
    X(THEME, "theme", "T", IN_MAIN, KEYS_SEE, 0, "", "next theme: dark, light, mono, high contrast") \
    X(MOUSE, "mouse", "M", IN_MAIN, KEYS_SEE, 0, "", "mouse on or off")                            \
    X(REDRAW, "redraw", "<C-l>", IN_BOTH, KEYS_SEE, 0, "", "draw the screen again")                \
    X(OPEN, "open", "o", IN_MAIN, KEYS_FILE, 10, "open", "open another scenario")                  \
    X(SAVE, "save", "s", IN_MAIN, KEYS_FILE, 0, "",                                                \
      "save the schedule as a scenario; :save FILE names it")                                     \
    X(COPY, "copy", "y", IN_MAIN, KEYS_FILE, 0, "", "copy the schedule to the clipboard")          \
    X(PICTURE, "picture", "<F12>", IN_MAIN, KEYS_FILE, 0, "", "write a picture of the screen")     \
    X(SCROLL_DOWN, "", "<Down>j", IN_OVERLAY | IN_LIST | IN_EXPLORE, KEYS_OPEN, 3, "down", "down")              \
    X(SCROLL_UP, "", "<Up>k", IN_OVERLAY | IN_LIST | IN_EXPLORE, KEYS_OPEN, 4, "up", "up")                      \
    X(PROMPT_DOWN, "", "<Down><Tab>", IN_PROMPT, KEYS_OPEN, 3, "down", "down, while you type")     \
    X(PROMPT_UP, "", "<Up><S-Tab>", IN_PROMPT, KEYS_OPEN, 4, "up", "up, while you type")           \
    X(PAGE_DOWN, "", "<PgDn>", IN_OPEN, KEYS_OPEN, 0, "", "a page down")                           \
    X(PAGE_SPACE, "", "<Space>", IN_OVERLAY, KEYS_OPEN, 0, "", "a page down, where there is text")  \
    X(PAGE_UP, "", "<PgUp>", IN_OPEN, KEYS_OPEN, 0, "", "a page up")                               \
    X(SCROLL_FIRST, "", "<Home>g", IN_OVERLAY | IN_LIST | IN_EXPLORE, KEYS_OPEN, 0, "", "to the top")           \
    X(SCROLL_LAST, "", "<End>G", IN_OVERLAY | IN_LIST | IN_EXPLORE, KEYS_OPEN, 0, "", "to the bottom")          \
    X(PROMPT_FIRST, "", "<Home>", IN_PROMPT, KEYS_OPEN, 0, "", "to the top, while you type")       \
    X(PROMPT_LAST, "", "<End>", IN_PROMPT, KEYS_OPEN, 0, "", "to the bottom, while you type")      \
    X(PICK, "", "<Enter>", IN_LIST | IN_PROMPT, KEYS_OPEN, 2, "choose", "choose what is marked")   \
    X(REPLAY, "", "<Enter>", IN_EXPLORE, KEYS_OPEN, 2, "replay",                                   \
      "explore: lay that run out; Right then makes its steps")                                      \
    X(LAY_OUT_WAY, "", "<Enter>", IN_OVERLAY, KEYS_OPEN, 2, "take the way out",                      \
      "why: lay the way out; Right then makes its steps")                                           \
    X(COMPARE, "", "d", IN_EXPLORE, KEYS_OPEN, 5, "compare",                                       \
      "explore: that run beside the present one")                                                   \
    X(LIST_SWITCH, "", "<Space>", IN_LIST, KEYS_OPEN, 5, "on/off", "a breakpoint on or off")       \
    X(LIST_NEW, "", "n", IN_LIST, KEYS_OPEN, 6, "new", "a new breakpoint")                         \
    X(LIST_REMOVE, "", "d<Del>", IN_LIST, KEYS_OPEN, 7, "delete", "delete a breakpoint or a mark") \
    X(ERASE_ALL, "", "<C-u>", IN_PROMPT, KEYS_OPEN, 0, "", "erase what was typed")                 \
    X(COMMANDS, "commands", ":", IN_MAIN, KEYS_LEAVE, 1, "commands",                               \
      "all commands by name; :42 goes to step 42")                                                 \
    X(HELP, "help", "?<F1>", IN_BOTH | IN_LIST | IN_EXPLORE, KEYS_LEAVE, 1, "help",                \
      "this help, first of what is open")                                                          \
    X(PROMPT_HELP, "", "<F1>", IN_PROMPT, KEYS_LEAVE, 1, "help", "this help, while you type")      \
    X(CLOSE, "", "<Esc>q", IN_OVERLAY | IN_LIST | IN_EXPLORE, KEYS_LEAVE, 1, "close", "close what is open")     \
    X(CANCEL, "", "<Esc>", IN_PROMPT, KEYS_LEAVE, 1, "cancel", "leave what is typed")              \
    X(QUIT, "quit", "q", IN_MAIN, KEYS_LEAVE, 1, "quit", "quit, when nothing is open")             \
    X(QUIT_AT_ONCE, "quit-now", "Q", IN_BOTH | IN_LIST | IN_EXPLORE, KEYS_LEAVE, 0, "", "quit at once")
// clang-format on

#define COMMAND_ENUM(name, word, keys, where, group, footer, label, help) CMD_##name,
enum command { CMD_NONE, COMMANDS(COMMAND_ENUM) N_COMMANDS };
#undef COMMAND_ENUM

struct key_row {
    const char *name; // for ":"; "" for what only works while something is open
    const char *keys; // in notation
    uint8_t where;    // enum key_context
    uint8_t group;    // enum key_group
    uint8_t footer;   // place, 1 .. FOOTER_PLACES - 1; 0: not there
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
