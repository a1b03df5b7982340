/*
 * Texts of objects, arguments and calls, written with a pen: the parts that sentences are made of.
 * text.h offers them to the faces of the program.
 */
#ifndef SIM_REPORT_CALLS_H
#define SIM_REPORT_CALLS_H

#include "sim/report/pen.h"
#include "sim/stepper/machine.h"

/* How much of a name is written. */
enum name_form {
    NAME_FULL,  // C:\Temp\file_0.txt
    NAME_SHORT, // file_0.txt
};

void write_object(struct pen *p, const struct scenario *s, object_ref o, enum name_form form);
void write_result(struct pen *p, const struct scenario *s, enum nt_call call, int32_t result);

/* Was parameter ix (0-based) given: it takes an argument, and not just its default? */
bool argument_given(const struct nt_call_row *row, unsigned ix, const int32_t *args,
                    unsigned n_args);

/*
 * The argument of parameter ix as its kind shows it; nothing for an out-parameter. w: where a
 * handle's file is looked up; NULL: handles are written as numbers.
 */
void write_argument(struct pen *p, const struct scenario *s, const struct world *w,
                    const struct nt_call_row *row, unsigned ix, const int32_t *args,
                    unsigned n_args, enum name_form form);

void write_call(struct pen *p, const struct scenario *s, const struct world *w, enum nt_call call,
                const int32_t *args, unsigned n_args);
void write_call_short(struct pen *p, const struct scenario *s, const struct world *w,
                      enum nt_call call, const int32_t *args, unsigned n_args);

/*
 * Fills a sentence template of the call table ({1} .. {6}, {r}, {o}, {p}, {i}). effect may be NULL
 * where the call has not been made: then only the numbered holes stand in the template.
 */
void write_template(struct pen *p, const struct scenario *s, const struct world *w,
                    enum nt_call call, const char *template_text, const int32_t *args,
                    unsigned n_args, const struct effect *effect, enum name_form form);

/* "T1" */
void write_thread(struct pen *p, thread_ix t);

/* "T1, T2 and T3" */
void write_threads(struct pen *p, thread_set set);

/* "T1 -> B -> T2 -> A -> T1" with real arrows */
void write_cycle(struct pen *p, const struct scenario *s, const struct cycle *c);

#endif
