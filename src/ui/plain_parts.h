/*
 * Shared by the files that the plain face is made of: plain.c, plain_*.c. plain.h is their outside.
 */
#ifndef UI_PLAIN_PARTS_H
#define UI_PLAIN_PARTS_H

#include "sim/lang/diag.h"
#include "ui/plain.h"
#include "ui/session_parts.h"

/* A line: the word, ": ", the text. */
void plain_say(struct plain *p, const char *word, const char *format, ...) DIAG_PRINTF(3, 4);

/* The text as it may be written. */
void plain_put(struct plain *p, const char *text);

/* ---- plain_tell.c: what happened ---- */

/* The step that the machine made last, its rule, what is wrong about it. */
void tell_step(struct plain *p, const struct machine *m);

/* Who is blocked, how the run stands, who can go on. */
void tell_state(struct plain *p);

/* "step 3 of 9, branch 1 of 2", and the step that led there. */
void tell_place(struct plain *p);

/* Steps first .. last of the present branch; of many only the last, and those that show something wrong. */
void tell_steps(struct plain *p, uint32_t first, uint32_t last);

/* ---- plain_show.c: what is asked for; the argument is the rest of the line ---- */

typedef void plain_show(struct plain *p, const char *argument);

plain_show show_where, show_why, show_threads, show_source, show_objects, show_files, show_log,
    show_schedule;

/* ---- plain_lists.c ---- */

plain_show show_locks, show_branches, show_marks, show_breaks, show_scenarios, show_possible;

#endif
