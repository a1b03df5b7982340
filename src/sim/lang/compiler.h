/*
 * Shared by the files of the compiler (compile*.c, emit.c, fold.c); compile.h is its outside.
 */
#ifndef SIM_LANG_COMPILER_H
#define SIM_LANG_COMPILER_H

#include "sim/lang/compile.h"

enum compile_mode { COMPILE_BODY, COMPILE_PREDICATE, COMPILE_CONSTANT };

struct local {
    struct span name;
    uint8_t slot;
    bool is_unsigned;
};

typedef uint32_t label; // where a jump goes; known once it was placed

struct compiler {
    const struct scope *scope;
    enum compile_mode mode;
    struct arena *arena;
    const struct body *body;  // of a body
    struct code *code;        //
    struct code_facts *facts; // of a body
    size_t capacity, capacity_notes, capacity_patterns;
    bool ok;
    bool full;         // MAX_CODE was reached and reported
    bool misread;      // the parser left something out: undeclared names may be its fault
    bool in_hole;      // of a text: nothing visible, no change
    uint32_t depth;    // operands on the stack
    uint32_t deepest;  //
    uint32_t *targets; // of each label: its instruction
    size_t n_labels, capacity_labels;
    struct local *locals; // innermost last
    size_t n_locals, capacity_locals;
    size_t block_start;    // first local of the innermost block
    struct span *unknowns; // names that were reported as not declared
    size_t n_unknowns, capacity_unknowns;
    uint64_t free_slots; // hidden locals that can be used again
    uint32_t loops;      // around this place
    label break_to, continue_to;
};

void compile_error(struct compiler *c, struct span where, const char *format, ...)
    DIAG_PRINTF(3, 4);

/* ---- emit.c ---- */

void emit(struct compiler *c, enum op op, unsigned a, unsigned b, int32_t value, struct span where);
void emit_push(struct compiler *c, int32_t value, struct span where);
void emit_call(struct compiler *c, enum nt_call call, unsigned n_args, int out, struct span where);

label label_new(struct compiler *c);
void label_place(struct compiler *c, label l);
void emit_jump(struct compiler *c, enum op op, label to, struct span where);

/* Adds a pattern to the code and returns its index; takes over the pieces. */
unsigned add_pattern(struct compiler *c, char *const *pieces, unsigned n_holes);

/* A new local variable's slot, -1 past MAX_LOCALS (reported). */
int slot_new(struct compiler *c, struct span name);

/* A hidden local, and giving it back. */
int slot_borrow(struct compiler *c, struct span where);
void slot_return(struct compiler *c, int slot);

/* Labels become instruction numbers; liveness and sizes are filled in. */
void emit_finish(struct compiler *c, struct span whole);

/* ---- liveness.c ---- */

void find_liveness(struct code *code);

/* ---- fold.c ---- */

/* Is the expression constant? Then n->value and n->is_unsigned say which. Reports nothing. */
bool fold(struct compiler *c, struct node *n);

/* ---- compile_expression.c ---- */

const struct local *find_local(const struct compiler *c, struct span name);
void declare_local(struct compiler *c, struct span name, bool is_unsigned, int slot);

/* Pushes the value; true if it is unsigned. */
bool compile_value(struct compiler *c, struct node *n);

/* For its effect only: leaves nothing on the stack. */
void compile_effect(struct compiler *c, struct node *n);

/* Jumps to the label if the truth of n is `when`. */
void compile_branch(struct compiler *c, struct node *n, bool when, label to);

/*
 * Pushes the object that &name, &name[i] (or, bare, name and name[i]) is. kinds: what it may be, as
 * a mask of SYMBOL_BIT; expected: that in words. Returns its symbol, NULL if reported.
 */
const struct symbol *compile_object(struct compiler *c, struct node *n, unsigned kinds, bool bare,
                                    const char *expected);

/* ---- compile_call.c, compile_query.c ---- */

/* A call in a body; pushes its result if wanted. True if unsigned. */
bool compile_call(struct compiler *c, struct node *n, bool wanted);

bool is_query(struct span name);

/* A question of a predicate; pushes the answer. */
void compile_query(struct compiler *c, struct node *n);

/* ---- compile_string.c ---- */

enum string_kind { STRING_PATH, STRING_TEXT };

/* Pushes the values of the holes and returns the pattern's index; *n_holes: how many there are. */
unsigned compile_string(struct compiler *c, struct node *n, enum string_kind kind,
                        unsigned *n_holes);

#endif
