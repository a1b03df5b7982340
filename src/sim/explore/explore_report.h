/*
 * What an exploration prints: a table for people, one JSON object for programs (DESIGN.md 6).
 */
#ifndef SIM_EXPLORE_EXPLORE_REPORT_H
#define SIM_EXPLORE_EXPLORE_REPORT_H

#include <stdio.h>

#include "sim/explore/explore.h"

void explore_report(FILE *out, const struct scenario *s, const struct explore_result *r);
void explore_report_json(FILE *out, const struct scenario *s, const struct explore_result *r);

/* "    8.203 %", and " 1.2e-09 %" where three places would show nothing. */
void report_chance(FILE *out, double probability);

/* The witness as schedule text, malloc'd. */
char *witness_text(const struct witness *w);

/* As many of its items as have room, from the first on. Returns the length. */
size_t witness_beginning(const struct witness *w, char *out, size_t size);

enum { ENDING_WIDTH = 28 }; // columns for the names of endings, unless one is longer

/* Columns for their names: at least width and enough for this one, unless it is very long. */
int ending_width(int width, const struct explore_ending *e);

/* The end of a table's row: mark, name, kind, steps and the schedule that leads there. */
void report_ending_row(FILE *out, const struct explore_ending *e, int width, const char *schedule);

#endif
