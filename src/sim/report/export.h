/*
 * Exports: one run in the formats of other programs (UX.md 4).
 *
 * Purpose    export_run makes the steps of a schedule on a machine of its own and shows each to one
 *            exporter. A format is a row of the table and a file export_*.c.
 * Output     The same scenario and schedule give the same bytes. UTF-8, LF.
 * Ownership  The stream, the scenario and the choices are borrowed.
 * Errors     Writing errors stay in the stream (ferror).
 */
#ifndef SIM_REPORT_EXPORT_H
#define SIM_REPORT_EXPORT_H

#include <stdio.h>

#include "sim/stepper/machine.h"

struct export_format {
    const char *name; // "mermaid"
    const struct exporter *exporter;
};

enum { N_EXPORT_FORMATS = 8 };

extern const struct export_format export_formats[N_EXPORT_FORMATS];

/* What is exported. */
struct export_run {
    const struct scenario *scenario;
    const struct choice *choices; // each of which can be made
    uint32_t n;
    const char *policy; // word for who chose
    uint64_t seed;
};

void export_run(const struct export_format *format, const struct export_run *run, FILE *out);

#endif
