/*
 * From text to bytecode: bodies, predicates, constant expressions.
 *
 * Purpose    Checks everything that can be known before a run, and translates the rest.
 * Ownership  The code is the caller's: code_release. Spans and symbols are only read.
 * Errors     In scope->diags; false. The code is then released.
 * Source     DESIGN.md 2 (which operations are steps), 3 (the body language); sim/vm/code.h.
 */
#ifndef SIM_LANG_COMPILE_H
#define SIM_LANG_COMPILE_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/lang/body.h"
#include "sim/lang/parser.h"
#include "sim/lang/scenario.h"
#include "sim/lang/symbols.h"

/* What names mean in a text. */
struct scope {
    const struct symbols *symbols;
    const struct scenario_directory *directories;
    uint32_t n_directories;
    int32_t self; // number of the thread among its copies; 0: there is only one
    struct diag_list *diags;
};

/* What a body does that decides how large the world must be. */
struct code_facts {
    uint32_t opens;          // calls that open a file, outside loops
    bool opens_in_loop;      //
    uint32_t wait_objects;   // most objects that one wait names
    thread_set waited_for;   // threads whose end it may wait for
    bool sets_owner_pointer; //
    bool waits_for_all;      // or may
};

bool compile_body(const struct scope *scope, const struct body *body, struct code *code,
                  struct code_facts *facts);
bool compile_predicate(const struct scope *scope, struct span text, struct code *code);

/*
 * Of a predicate that compiled, if the whole of it is each(i, lo, hi, P) with constant bounds: the
 * code of P, with i in local 0. False, and no code, if it is anything else; then nothing is
 * reported.
 */
bool compile_element(const struct scope *scope, struct span text, struct code *code, int32_t *lo,
                     int32_t *hi);

/* The value of a whole text, or of an expression that was parsed from one. */
bool compile_constant(const struct scope *scope, struct span text, int32_t *value);
bool compile_constant_node(const struct scope *scope, struct node *n, int32_t *value);

/*
 * Takes \DosDevices\ and \??\ off a path and checks that the rest is X:\name\...; reports at where
 * and returns false if not. tail: more text follows, so the path may end in a backslash.
 */
bool path_normalize(char *path, bool tail, struct span where, struct diag_list *diags);

void code_release(struct code *code);

#endif
