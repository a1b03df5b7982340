/*
 * Reads the text of a scenario file: sections, keys, values. The only key it knows is `body`.
 *
 * Purpose    Cuts the text into pieces with exact places; what they mean is not its business.
 * Ownership  ini_read allocates the lists, ini_release frees them. All spans point into the text
 *            and the file name of the caller.
 * Errors     All of a file are reported, each with its place; what could be read is there all the
 *            same. A NUL byte or bytes that are not UTF-8 end the reading: that is no text.
 * Source     DESIGN.md 3, "Text rules".
 */
#ifndef SIM_LANG_INI_H
#define SIM_LANG_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/lang/diag.h"
#include "sim/lang/span.h"

struct ini_key {
    struct span key;
    struct span value; // without quotes around it; a body: all of its lines, as they are
};

struct ini_section {
    struct span kind; // first word between the brackets
    struct span id;   // the rest; empty if there is none
    size_t first_key;
    size_t n_keys;
};

struct ini {
    struct ini_section *sections;
    size_t n_sections, capacity_sections;
    struct ini_key *keys; // of all sections, in order
    size_t n_keys, capacity_keys;
};

/* A zeroed ini in; false if an error was reported. */
bool ini_read(struct ini *ini, const char *file, const char *text, size_t length,
              struct diag_list *diags);

void ini_release(struct ini *ini);

#endif
