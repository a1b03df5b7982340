/*
 * Saved schedules: a run as a small scenario that extends the one it was made with.
 *
 * Purpose    The file carries the constants in force, the steps and the hash of the compiled
 *            program (DESIGN.md 3), so that `lockstep run FILE` shows the run again, and says so if
 *            the program is another by now.
 * Base       A shipped scenario is named, any other by its path from the new file's directory, so
 *            that both can be moved together.
 * Writing    Under another name first, then renamed: nobody finds half a file.
 * Errors     *error is one sentence, malloc'd, with the file's name in it; nothing is left behind.
 */
#ifndef SIM_REPORT_SAVED_SCHEDULE_H
#define SIM_REPORT_SAVED_SCHEDULE_H

#include <stdbool.h>
#include <stdio.h>

#include "sim/lang/scenario.h"

struct saved_schedule {
    const char *title;       // one line each; a double quote becomes a single one
    const char *description; // NULL: that of the base
    const char *steps;       // schedule text
};

/* find_shipped as in struct scenario_source. */
bool saved_schedule_write(const struct scenario *s, const struct saved_schedule *what,
                          const char *file, char *(*find_shipped)(const char *name), char **error);

/* The same text into a stream; file: where it will lie ("-": the working directory), for its base. */
bool saved_schedule_print(const struct scenario *s, const struct saved_schedule *what,
                          const char *file, char *(*find_shipped)(const char *name), FILE *out,
                          char **error);

/* Makes a directory and those above it, where they are missing. */
bool saved_schedule_directory(const char *directory, char **error);

enum { SAVED_NAME = 64 }; // bytes that always hold a name

/*
 * "deadlock-T1-waits-for-B" for a kind and a text: letters, digits and dashes, cut at a length that
 * every file system takes. Returns the length.
 */
size_t saved_schedule_name(const char *kind, const char *text, char out[SAVED_NAME]);

#endif
