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

#endif
