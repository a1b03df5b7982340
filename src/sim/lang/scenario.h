/*
 * A scenario: what an .ini file says, checked, compiled and laid out.
 *
 * Purpose    From text to everything that a run needs; nothing after this reads the file again.
 * Ownership  scenario_load allocates; scenario_free frees all of it. Immutable once loaded, so any
 *            number of workers may share one. Strings and arrays live as long as the scenario.
 * Errors     The user's text is wrong: diagnostics with file, line and column, several per file,
 *            and NULL. Warnings do not stop a load. Memory is refused: abort with a message, as
 *            nothing is lost yet.
 * Source     DESIGN.md 3 is the contract of the format and of the body language.
 */
#ifndef SIM_LANG_SCENARIO_H
#define SIM_LANG_SCENARIO_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/world.h"
#include "sim/lang/diag.h"
#include "sim/vm/code.h"

/* name = value of [constants], after --set. */
struct constant {
    char *name;
    int32_t value;
    int32_t file_value; // what the file says, before --set
};

struct scenario_thread {
    char *name;          // "Creator"; with count = n: "Reader1" ... "Readern"
    char *role;          // "creator", "mover", "reader", or "" for a body of its own
    uint8_t kind;        // enum thread_kind
    uint8_t priority;    //
    bool autostart;      //
    bool end_visible;    // its end is a step of its own (DESIGN.md 2)
    struct code code;    //
    uint32_t n_lines;    // of the body as shown
    uint32_t first_line; // line of the file of lines[0]; 0 for a built-in role
    char **lines;        // without line end; tabs as spaces; common indentation removed
    int32_t *shift;      // of each line: column in the file minus column in lines[]
    char *file;          // where the body stands; "role mover" for a built-in one
};

struct scenario_object {
    char *name;   // "R", or "R[3]" for an element of an array
    uint8_t home; // enum object_home
};

struct scenario_directory {
    char *id;
    char *path; // as written, without a trailing backslash
};

/*
 * An ending or a claim; code ends in OP_RESULT. Where the whole of it is each(i, lo, hi, P) with
 * constant bounds, element is P alone with i in local 0, so that it can be evaluated for one i;
 * else element.n is 0.
 */
struct predicate {
    char *text; // as written
    struct code code;
    struct code element;
    int32_t lo, hi; // of element
    uint32_t line;  // of the file
    char *file;
};

struct scenario_ending {
    char *name;
    bool goal; // named by goal in [expect]
    struct predicate when;
};

enum {
    MAX_EXPECTATIONS = 256, // lines of [expect]
    MAX_INVARIANTS = 64,    // of them: invariants
    MAX_ELEMENTS = 100000, // indices of an invariant each(i, lo, hi, P) that are watched one by one
};

enum expect_kind { EXPECT_ALWAYS, EXPECT_SOMETIMES, EXPECT_INVARIANT, EXPECT_FINDING };

enum finding_kind {
    FINDING_DEADLOCK,
    FINDING_HANG,
    FINDING_BUGCHECK,
    FINDING_ASSERTION,
    FINDING_FAULT,
    FINDING_LIVELOCK,
    FINDING_RACE,
    FINDING_VERIFIER,
    N_FINDINGS,                     // kinds that [expect] bounds by name
    FINDING_INVARIANT = N_FINDINGS, // an invariant of [expect] itself
    FINDING_CLAIM,                  // where an always fails, where a sometimes holds
    FINDING_LOCK_EDGE // a lock asked for while another is held; of a search, on the way
};

enum finding_bound { BOUND_UNCHECKED, BOUND_NEVER, BOUND_POSSIBLE, BOUND_ALWAYS };

/* Those of the file in its order, then what is checked even when absent: never a deadlock ... */
struct expectation {
    enum expect_kind kind;
    enum finding_kind finding; // of EXPECT_FINDING
    enum finding_bound bound;  // of EXPECT_FINDING
    struct predicate claim;    // of the others
    uint32_t line;             // 0: the file does not say so
};

enum policy_kind {
    POLICY_MANUAL,
    POLICY_REPLAY,
    POLICY_ROUND_ROBIN,
    POLICY_RANDOM,
    POLICY_PCT,
    POLICY_PRIORITY
};

/* [schedule] */
struct schedule_default {
    enum policy_kind policy;
    uint64_t seed;
    char *steps; // schedule text, checked at load; NULL: none
};

struct scenario {
    char *name;   // file name without directory and ".ini"; "-" for standard input
    char *file;   // path as given or found
    bool shipped; // found by its name, so on a command line its name is enough
    char *title;
    char *description;
    char *next; // scenario to open after this one; NULL: none

    uint32_t n_constants;
    struct constant *constants;
    uint32_t n_threads;
    struct scenario_thread *threads;
    struct scenario_object *resources; // counts: see layout.shape
    struct scenario_object *events;
    struct scenario_object *spinlocks;
    char **shared_names; // per cell: "n", "a[2]"
    struct scenario_directory *directories;
    struct name_table *names; // layout.shape.names is sorted by upper-cased path

    struct world_layout layout;
    uint8_t *homes; // what layout.shape's resource_home, event_home and spinlock_home point into
    unsigned char *initial; // layout.size bytes: before any thread ran its first instruction

    uint32_t n_endings;
    struct scenario_ending *endings;
    uint32_t n_expectations;
    struct expectation *expectations;
    struct predicate *invariants; // the EXPECT_INVARIANT claims again, for the run
    uint32_t n_invariants;        //
    struct schedule_default schedule;
    uint64_t hash; // of the compiled program with its constants: names what a schedule was made for
};

/* --set name=value */
struct setting {
    const char *name;
    int32_t value;
};

/*
 * Where a scenario's text comes from, and how `extends = NAME` finds a shipped one: find_shipped
 * returns a malloc'd path, or NULL. It may be NULL itself.
 */
struct scenario_source {
    const char *file; // for messages, and the base of relative paths
    const char *text; // need not be NUL-terminated
    size_t length;    //
    char *(*find_shipped)(const char *name);
};

/* NULL and at least one error in diags, or a scenario the caller frees. diags may gain warnings. */
struct scenario *scenario_load(const struct scenario_source *source, const struct setting *settings,
                               size_t n_settings, struct diag_list *diags);

/* Reads the file ("-": standard input) and loads it. */
struct scenario *scenario_load_file(const char *file, char *(*find_shipped)(const char *name),
                                    const struct setting *settings, size_t n_settings,
                                    struct diag_list *diags);

void scenario_free(struct scenario *s);

/*
 * Where a place of a thread's body (1-based line and column of lines[]) is in thread->file: what a
 * run-time error is reported with. For a built-in role: the place itself.
 */
void scenario_place(const struct scenario_thread *thread, uint16_t line, uint16_t column,
                    uint32_t *file_line, uint32_t *file_column);

/* Index of the thread with this name (case counts), or NO_THREAD. */
thread_ix scenario_find_thread(const struct scenario *s, const char *name, size_t length);

#endif
