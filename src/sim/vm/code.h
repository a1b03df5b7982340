/*
 * The bytecode of a body, an ending or an expectation.
 *
 * One thread's code works on the thread's words (kernel_model/world.h): first its locals, then the
 * operand stack. The depth of the stack is known for each instruction at compile time, so no stack
 * pointer is state. Purpose of each operation: the table below; meaning: one switch in vm.c.
 */
#ifndef SIM_VM_CODE_H
#define SIM_VM_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_model/nt_call.h"

/*
 * name, pops, pushes, meaning. -1: as the instruction says (b operands of a pattern, the
 * arguments of a call). Binary operators pop the right operand first. All arithmetic wraps.
 */
// clang-format off
#define OPS(X)                                                                                     \
    X(PUSH, 0, 1, "push c")                                                                        \
    X(LOAD, 0, 1, "push local[a]")                                                                 \
    X(STORE, 1, 0, "local[a] = pop")                                                               \
    X(DUP, 1, 2, "push top")                                                                       \
    X(POP, 1, 0, "drop top")                                                                       \
    X(ADD, 2, 1, "+")                                                                              \
    X(SUB, 2, 1, "-")                                                                              \
    X(MUL, 2, 1, "*")                                                                              \
    X(DIV, 2, 1, "/, fault on 0")                                                                  \
    X(MOD, 2, 1, "%, fault on 0")                                                                  \
    X(DIV_U, 2, 1, "unsigned /")                                                                   \
    X(MOD_U, 2, 1, "unsigned %")                                                                   \
    X(AND, 2, 1, "&")                                                                              \
    X(OR, 2, 1, "|")                                                                               \
    X(XOR, 2, 1, "^")                                                                              \
    X(SHL, 2, 1, "<<, fault unless 0 <= right < 32")                                               \
    X(SHR, 2, 1, ">> arithmetic, same fault")                                                      \
    X(SHR_U, 2, 1, ">> logical, same fault")                                                       \
    X(EQ, 2, 1, "==")                                                                              \
    X(NE, 2, 1, "!=")                                                                              \
    X(LT, 2, 1, "<")                                                                               \
    X(LE, 2, 1, "<=")                                                                              \
    X(GT, 2, 1, ">")                                                                               \
    X(GE, 2, 1, ">=")                                                                              \
    X(LT_U, 2, 1, "unsigned <")                                                                    \
    X(LE_U, 2, 1, "unsigned <=")                                                                   \
    X(GT_U, 2, 1, "unsigned >")                                                                    \
    X(GE_U, 2, 1, "unsigned >=")                                                                   \
    X(NEG, 1, 1, "unary -")                                                                        \
    X(COMPLEMENT, 1, 1, "~")                                                                       \
    X(NOT, 1, 1, "!")                                                                              \
    X(JUMP, 0, 0, "pc = c")                                                                        \
    X(JUMP_ZERO, 1, 0, "if pop == 0: pc = c")                                                      \
    X(JUMP_NONZERO, 1, 0, "if pop != 0: pc = c")                                                   \
    X(ELEMENT, 1, 1, "index = pop, fault unless 0 <= index < a; push object_ref c + index")        \
    X(PATH, -1, 1, "pop b holes; push name_ix of path pattern a, NAME_UNKNOWN if it has none")     \
    X(TEXT, -1, 1, "pop b holes; push the length in bytes of text pattern a")                      \
    X(PRINT, -1, 0, "pop b holes; DbgPrint text pattern a")                                        \
    X(ASSERT, 1, 0, "if pop == 0: the run ends as an assertion; a: text of the condition")         \
    X(CALL, -1, 1, "call nt_call a with b arguments; out-parameter to local c unless c < 0")       \
    X(RETURN, 0, 0, "end of the thread's routine")                                                 \
    X(TAKE_SHARED, 1, 1, "predicates only: push the cell of pop, as it is now")                    \
    X(Q_FILES, 0, 1, "predicates only, like all Q_: number of files in directory a")               \
    X(Q_EXISTS, 1, 1, "pop name: does the file exist")                                             \
    X(Q_SIZE, 1, 1, "pop name: its size, -1 if there is none")                                     \
    X(Q_ENDED, 1, 1, "pop thread object: has it ended")                                            \
    X(Q_EXIT_STATUS, 1, 1, "pop thread object: its exit status, 0 while it has none")              \
    X(Q_WAITS, 1, 1, "pop thread object: is it queued in a call")                                  \
    X(Q_OWNER_COUNT, 1, 1, "pop resource: number of distinct owners")                              \
    X(Q_OWNS, 2, 1, "pop resource, pop thread: its recursion count")                               \
    X(Q_SIGNALED, 1, 1, "pop event: is it signalled")                                              \
    X(RESULT, 1, 0, "end of a predicate: its value is pop")

// clang-format on

#define OP_ENUM(name, pops, pushes, meaning) OP_##name,
enum op { OPS(OP_ENUM) N_OPS };
#undef OP_ENUM

enum { NAME_UNKNOWN = -1 };

struct instr {
    uint8_t op; // enum op
    uint8_t b;
    uint16_t a;
    int32_t c;
};

/* Beside each instruction, what only some readers need. */
struct instr_note {
    uint64_t live;   // bit k: local k is live before the instruction; at rest the others are 0
    uint16_t line;   // of the body as shown, 1-based
    uint16_t column; // 1-based, in that line
    uint16_t depth;  // operands on the stack before the instruction
    uint16_t spare;
};

/* Text with holes: pieces[0] hole pieces[1] hole ... pieces[n_holes]. */
struct pattern {
    uint8_t n_holes;
    uint32_t lookup; // of a path: names.c's table of hole values, plus one; 0: there is none
    char **pieces;   // n_holes + 1 of them, NUL-terminated, owned by the code
};

enum { MAX_LOCALS = 64, MAX_HOLES = 4, MAX_INVISIBLE = 1000000 };

/*
 * Finds the name that a path pattern with these hole values means, NAME_UNKNOWN if the layout has
 * none. Implemented by sim/lang/names.c; safe to call from several threads.
 */
struct name_table;
int32_t name_table_find(const struct name_table *names, const struct pattern *pattern,
                        const int32_t *holes);

/* The code of one thread or one predicate. Owned by the scenario; immutable after load. */
struct code {
    uint64_t calls[2]; // bit for each enum nt_call that stands in it
    uint32_t n;
    struct instr *instrs;
    struct instr_note *notes;
    uint16_t n_locals;
    uint16_t n_words; // locals plus deepest stack
    bool may_fault;   // it divides, shifts, indexes or loops: a run-time error cannot be excluded
    struct pattern *patterns;
    uint32_t n_patterns;
    char **local_names;             // n_locals; two scopes may use one name twice
    const struct name_table *names; // of the scenario
};

_Static_assert(N_CALLS <= 128, "struct code has a bit for each call");

static inline bool code_has_call(const struct code *code, enum nt_call call)
{
    return (code->calls[call / 64] >> call % 64 & 1) != 0;
}

#endif
