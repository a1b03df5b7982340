/*
 * A scenario file and those that it extends, merged into one list of sections.
 *
 * Purpose    After this nobody asks which file a key came from, except for messages: spans know.
 *            Merging A section of the extending file takes the place of the one with its name; a
 *            new one is added behind. In [scenario], [constants], [shared] and [schedule] the keys
 *            do so one by one.
 * Ownership  document_read allocates, document_release frees; spans point into the texts of the
 *            document.
 */
#ifndef SIM_LANG_DOCUMENT_H
#define SIM_LANG_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/lang/ini.h"
#include "sim/lang/scenario.h"

struct document_section {
    struct span kind;
    struct span id; // all of it, such as R[4]
    unsigned file;  // number of the file that has it, in the order of reading
    struct ini_key *keys;
    size_t n_keys, capacity;
};

/* One text; several may be in memory at once, as spans of a base stay valid. */
struct document_file {
    char *name;
    char *text;
    uint64_t device, inode; // what tells two names of one file
};

struct document {
    struct document_section *sections;
    size_t n_sections, capacity_sections;
    struct document_file *files[17]; // MAX_EXTENDS + 1
    unsigned n_files;
    bool incomplete; // a base could not be read: what the rest says means little
};

enum { MAX_EXTENDS = 16, MAX_FILE_BYTES = 64 * 1024 * 1024 };

bool document_read(struct document *document, const struct scenario_source *source,
                   struct diag_list *diags);
void document_release(struct document *document);

/* A whole file, "-" for standard input; NULL and *error, static text, if it cannot be read. */
char *read_file(const char *file, size_t *length, const char **error);

/* The name part of R[4]. */
struct span section_name(struct span id);

#endif
