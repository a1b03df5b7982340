/*
 * Shared by the files that make a scenario of a document: scenario.c, load_*.c. scenario.h is their
 * outside.
 *
 * The order of loading is the order in which names become known: constants, objects, threads'
 * names, bodies, predicates; then, if nothing was wrong, the file names, the layout and the initial
 * world.
 */
#ifndef SIM_LANG_LOADER_H
#define SIM_LANG_LOADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/lang/compile.h"
#include "sim/lang/document.h"
#include "sim/lang/names.h"
#include "sim/lang/symbols.h"

/* What an object is at the start. */
struct start {
    bool initialized;
    uint8_t type;   // of an event: NT's EVENT_TYPE
    uint8_t signal; // of an event
};

/* A file that is there at the start. */
struct start_file {
    struct span where; // the key that says so
    char *path;
    uint32_t size;
    uint8_t attributes;
};

struct loader {
    struct scenario *s;
    struct document document;
    struct symbols symbols;
    struct scope scope; // of all texts but the bodies of counted threads
    struct diag_list *diags;
    bool ok;
    struct world_shape shape;
    struct start resources[MAX_RESOURCES];
    struct start events[MAX_EVENTS];
    struct start spinlocks[MAX_SPINLOCKS];
    uint8_t resource_home[MAX_RESOURCES]; // enum object_home
    uint8_t event_home[MAX_EVENTS];
    uint8_t spinlock_home[MAX_SPINLOCKS];
    int32_t shared[MAX_SHARED];
    struct start_file *files;
    size_t n_files, capacity_files;
    struct code_facts facts[MAX_THREADS];
    bool opened[MAX_THREADS]; // thread t's section was read without error
};

void load_error(struct loader *l, struct span where, const char *format, ...) DIAG_PRINTF(3, 4);

/* ---- load_keys.c: what all sections have in common ---- */

/* A key that a section may have. */
struct key_rule {
    const char *name;
    bool repeats;
};

/* Reports keys that are not among the rules, and repetitions. */
void check_keys(struct loader *l, const struct document_section *section,
                const struct key_rule *rules, size_t n);

/* The section's key of this name, or NULL. */
const struct ini_key *find_key(const struct document_section *section, const char *name);

/* Number of the word that a key has as its value. *value stays as it is if the key is absent. */
void read_word(struct loader *l, const struct document_section *section, const char *key,
               const char *const *words, unsigned n, unsigned *value);

/* Value of a key that is a constant. *value stays as it is if the key is absent. */
void read_number(struct loader *l, const struct document_section *section, const char *key,
                 int32_t least, int32_t greatest, int32_t *value);

/* Text of a key, malloc'd; NULL if absent. */
char *read_text_key(const struct document_section *section, const char *key);

/* NAME or NAME[n] with n up to limit: *n elements. False if reported. */
bool read_array(struct loader *l, struct span id, uint32_t limit, const char *what,
                struct span *name, uint32_t *n, bool *is_array);

/* Calls read for each section of this kind. */
void each_section(struct loader *l, const char *kind,
                  void (*read)(struct loader *, const struct document_section *));

/* ---- the sections ---- */

void load_constants(struct loader *l, const struct setting *settings, size_t n_settings);
void load_objects(struct loader *l); // and directories, shared variables
void load_thread_names(struct loader *l);
void load_bodies(struct loader *l);
void load_predicates(struct loader *l); // endings, expectations
void load_settings(struct loader *l);   // [scenario], but extends
void load_schedule(struct loader *l);
void load_world(struct loader *l); // names, layout, initial world, hash

#endif
