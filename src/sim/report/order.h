/*
 * What a run ordered, in words: for people which steps luck alone ordered, for programs the clocks.
 */
#ifndef SIM_REPORT_ORDER_H
#define SIM_REPORT_ORDER_H

#include <stdio.h>

#include "sim/report/json.h"
#include "sim/stepper/happens.h"

/* The sentence of one pair: "T1 step 3, line 8 (Write), before T2 step 4, line 7 (Open): ..." */
size_t text_luck(const struct scenario *s, const struct happens *h, uint32_t ix, char *out,
                 size_t size);

/* Up to MAX_SHOWN_LUCK pairs, the first of the run first, and how many there are more. */
enum { MAX_SHOWN_LUCK = 20 };

void order_report(FILE *out, const struct scenario *s, const struct happens *h);

/* "happens_before": the clock of a step, a number for each thread. */
void json_clock(struct json *j, const struct happens *h, uint32_t step);

/* "luck": all pairs, each with its steps, its object and its sentence. */
void json_luck(struct json *j, const struct scenario *s, const struct happens *h);

#endif
