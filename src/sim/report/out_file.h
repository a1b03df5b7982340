/*
 * A file that is there as a whole or not at all: written under another name, then renamed. What is there
 * already and is no ordinary file (a device, a pipe) is written itself.
 *
 * Ownership  out_file_begin allocates; out_file_end frees, and takes the other name away.
 * Errors     False, and errno.
 */
#ifndef SIM_REPORT_OUT_FILE_H
#define SIM_REPORT_OUT_FILE_H

#include <stdbool.h>
#include <stdio.h>

struct out_file {
    FILE *out;
    char *name, *temporary; // temporary NULL: written itself
};

bool out_file_begin(struct out_file *file, const char *name);

/* Takes the unfinished file away. False, as nothing was written. */
bool out_file_drop(struct out_file *file);

/* False too if something could not be written. */
bool out_file_end(struct out_file *file);

#endif
