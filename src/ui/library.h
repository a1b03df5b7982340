/*
 * The scenarios that the picker offers, and the list that it, and every other list, is.
 */
#ifndef UI_LIBRARY_H
#define UI_LIBRARY_H

#include <stdint.h>

struct library_item {
    const char *name;        // as the command line takes it
    const char *title;       //
    const char *description; // one paragraph
};

struct library {
    int n;
    const struct library_item *items;
    const char *places; // where they were looked for: "A and B"
};

/* A list of rows of which one is marked. */
struct list {
    int n;        // rows
    int selected; // 0 .. n-1
    int first;    // row on top, as drawn last
    int page;     // rows that it shows, as drawn last
};

/* Moves the mark, as far as there are rows. */
static inline void list_move(struct list *list, int by)
{
    list->selected += by;
    if (list->selected >= list->n)
        list->selected = list->n - 1;
    if (list->selected < 0)
        list->selected = 0;
}

/*
 * How well a text matches what was typed: the letters in order, whatever the case. 0: not at all; words
 * that begin with them, and letters side by side, count more.
 */
int fuzzy_score(const char *typed, const char *text);

#endif
