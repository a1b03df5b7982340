/*
 * What sampling prints: a histogram for people, one JSON object for programs (DESIGN.md 6). The
 * same bytes for any number of workers.
 */
#ifndef SIM_EXPLORE_SAMPLE_REPORT_H
#define SIM_EXPLORE_SAMPLE_REPORT_H

#include <stdio.h>

#include "sim/explore/sample.h"

void sample_report(FILE *out, const struct scenario *s, const struct sample_options *options,
                   const struct sample_result *r);
void sample_report_json(FILE *out, const struct scenario *s, const struct sample_options *options,
                        const struct sample_result *r);

#endif
