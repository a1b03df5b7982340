/*
 * Shared by the exporters; export.h is their outside.
 */
#ifndef SIM_REPORT_EXPORT_PARTS_H
#define SIM_REPORT_EXPORT_PARTS_H

#include "sim/report/export.h"
#include "sim/report/text.h"

/* A run being exported. */
struct export
{
    FILE *out;
    const struct export_run *run;
    void *own; // the exporter's: begin allocates it, end frees it
};

/* begin: at the start, before any step. step: after each. end: after the last. */
struct exporter {
    void (*begin)(struct export *e, const struct machine *m);
    void (*step)(struct export *e, const struct machine *m);
    void (*end)(struct export *e, const struct machine *m);
};

extern const struct exporter export_schedule, export_text, export_jsonl; // export_text.c
extern const struct exporter export_trace, export_mermaid, export_dot, export_graph, export_svg;

/* The objects that have a state of their own over a run, in the order of the screen. */
unsigned export_n_objects(const struct scenario *s);
object_ref export_object(const struct scenario *s, unsigned i);

/* "exclusive T1", "shared T1, T2", "signalled", "3 files", "n = 3"; "" while it is idle. */
size_t export_state(const struct machine *m, object_ref object, char *out, size_t size);

/* What the step did, short: "Open file_0.txt: SHARING_VIOLATION", "Wait Ready: waits", "timeout". */
size_t export_label(const struct machine *m, char *out, size_t size);

/* What the bodies printed in the step: "step 7: T1 prints: ready", "at the start: ..."; "": nothing. */
enum { EXPORT_PRINTED = PRINTED_TEXT + 32 };
size_t export_printed(const struct machine *m, char *out, size_t size);

/* The text as XML and HTML take it. */
void export_escaped(FILE *out, const char *text);

#endif
