/*
 * What the parts of the explore screen share: view_explore.c puts it together, view_endings.c has the list, view_diff.c
 * the comparison of two runs.
 */
#ifndef UI_EXPLORE_PARTS_H
#define UI_EXPLORE_PARTS_H

#include "ui/session_parts.h"
#include "ui/view.h"

enum { SWITCHES_FROM = 60 }; // columns of the list from which on it counts switches, too

/* Where the columns of an ending lie. */
struct columns {
    int bar, bar_width, name, schedules, steps, switches; // numbers: where they end
};

/* Those of a list in w columns. */
struct columns columns_for(const struct explore_result *r, int w);

/* The rows that the list takes in so much room. */
int endings_rows(const struct explore_result *r, int width, int room);

/* Draws the list. Returns whether the chosen finding is cut. */
bool draw_endings(struct session *s, const struct area *box);

#endif
