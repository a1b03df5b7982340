/*
 * Running a body or a predicate alone, over what is known of its values.
 *
 * Purpose    What a thread could do whatever the others do: the names that its paths form, what it
 *            can touch, what a predicate can read. A value is a number or unknown: the results of
 *            calls and questions, handles, shared memory and what is computed from them.
 * Ownership  The state at hand is the caller's; walk_everywhere keeps its own and frees it.
 * Limits     The caller's: a walk that meets more states than that stops and says so.
 */
#ifndef SIM_LANG_WALK_H
#define SIM_LANG_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/vm/code.h"

/* Values outside of 32 bits are unknown; all but this one are a caller's own, kept by copying. */
#define WALK_UNKNOWN INT64_MIN

static inline bool walk_knows(int64_t value)
{
    return value == (int32_t)value;
}

struct walk_state {
    const struct code *code;
    uint64_t relevant; // bit k: local k is followed; all others stay unknown
    int64_t locals[MAX_LOCALS];
    int64_t stack[MAX_WORDS];
    uint32_t depth;
    int32_t mark; // the caller's own: states that differ in it are different
};

/* Is this a branch on a value that is not known? Then the caller goes both ways. */
bool walk_branches(const struct walk_state *s, uint32_t pc);

/* Runs one instruction; the next one, or code->n where this way ends. Not walk_branches: asserted. */
uint32_t walk_instr(struct walk_state *s, uint32_t pc);

/* Operands that an instruction takes off the stack, and that it leaves there. */
unsigned walk_pops(const struct instr *i);
unsigned walk_pushes(const struct instr *i);

/* The values of a path's holes, 0 for one that is not known. True if all are. */
bool walk_holes(const struct walk_state *s, const struct instr *i, int32_t holes[MAX_HOLES]);

struct walk_options {
    const struct code *code;
    uint64_t relevant;              // locals to follow
    int32_t index;                  // value of local 0 at the start
    size_t limit;                   // states
    const struct walk_state *start; // locals, operands and mark to start with instead; may be NULL
    uint32_t from;                  // and where
    /* Called before each instruction that is run; false stops the walk. */
    bool (*see)(void *context, const struct walk_state *s, uint32_t pc);
    /*
     * Called at each call; may change the mark and say in *result, unknown so far, what it returns. False: this
     * way ends here. May be NULL.
     */
    bool (*call)(void *context, struct walk_state *s, uint32_t pc, int64_t *result);
    void *context;
};

enum walk_end { WALK_ENDED, WALK_STOPPED, WALK_LIMIT };

/* All ways through the code. *where: the instruction at which the walk was stopped or cut. */
enum walk_end walk_everywhere(const struct walk_options *options, uint32_t *where);

#endif
