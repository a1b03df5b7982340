/*
 * The file names that a scenario can form.
 *
 * Purpose    A world has one slot for each name, in the order of the names, whatever a run uses
 *            first. So all names are found at load: those that [directory] sections list, and
 *            those that a thread's paths can come to, by running each thread's code alone over
 *            what is known of its locals. Identity A name is its full path with A to Z for a to z.
 *            The case of other letters counts: NT's table of capitals is not part of the
 *            emulation.
 * Ownership  A set is filled and then becomes a table, which is immutable: any number of workers
 *            may ask it. name_table_free frees it.
 * Limits     MAX_NAMES names; a walk of MAX_WALK_STATES abstract states for each thread.
 */
#ifndef SIM_LANG_NAMES_H
#define SIM_LANG_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_model/world.h"
#include "sim/lang/scenario.h"
#include "sim/vm/code.h"

enum {
    MAX_WALK_STATES = 2000000,
    MAX_PATH_BYTES = 1024, // of a full path with its NUL
    UNKNOWN_HOLE = 256,    // a hole whose value nothing is known about may be 0 to 255
};

/* Names without order or repetition. A zeroed set is empty. */
struct name_set {
    char **paths; // as first written
    char **upper; // in capitals: what is compared
    size_t n, capacity, capacity_upper;
    uint32_t *slots; // hash table of index plus one
    size_t n_slots;
};

/* Index of the name, which is new or was there; -1: it would be one more than MAX_NAMES. */
int32_t name_set_add(struct name_set *set, const char *path);
void name_set_release(struct name_set *set);

enum walk_result {
    WALK_DONE,
    WALK_TOO_MANY_NAMES,  // at the path of instruction *where
    WALK_TOO_MANY_STATES, //
};

/* Adds every name that the paths of a body can come to. */
enum walk_result name_set_add_code(struct name_set *set, const struct code *code, uint32_t *where);

/* Sorts the names and finds their directories. Takes the set over. */
struct name_table *name_table_new(struct name_set *set,
                                  const struct scenario_directory *directories,
                                  uint32_t n_directories);
void name_table_free(struct name_table *names);

const struct name_info *name_table_infos(const struct name_table *names, uint16_t *n);

/* Index of a full path, NAME_UNKNOWN if there is none. */
int32_t name_table_find_path(const struct name_table *names, const char *path);

/* Prepares the code's paths for name_table_find. */
void name_table_bind(struct name_table *names, struct code *code);

/* Fills the holes in. False if the path is too long. */
bool pattern_fill(const struct pattern *pattern, const int32_t *holes, char path[MAX_PATH_BYTES]);

/* Could some values of the holes make this path? */
bool pattern_matches(const struct pattern *pattern, const char *path);

/* Do two paths differ in case at most? */
bool path_equal(const char *a, const char *b);

#endif
