/*
 * Which locals are live before each instruction: the classical backward equations
 *
 *     live(i) = uses(i) + (union of live(successors of i) - defines(i))
 *
 * over bit sets of one word, swept from the last instruction to the first until nothing changes.
 * Bodies are structured, so the number of sweeps is about the nesting of loops.
 */
#include "sim/lang/compiler.h"

static uint64_t bit(unsigned local)
{
    return (uint64_t)1 << local;
}

static uint64_t live_before(const struct code *code, uint32_t k)
{
    const struct instr *i = &code->instrs[k];
    uint64_t next = k + 1 < code->n ? code->notes[k + 1].live : 0;
    switch ((int)i->op) {
    case OP_LOAD:
        return next | bit(i->a);
    case OP_STORE:
        return next & ~bit(i->a);
    case OP_CALL:
        return i->c >= 0 ? next & ~bit((unsigned)i->c) : next;
    case OP_JUMP:
        return code->notes[i->c].live;
    case OP_JUMP_ZERO:
    case OP_JUMP_NONZERO:
        return next | code->notes[i->c].live;
    case OP_RETURN:
    case OP_RESULT:
        return 0;
    default: // touches no local
        return next;
    }
}

void find_liveness(struct code *code)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t k = code->n; k-- > 0;) {
            uint64_t live = live_before(code, k);
            changed |= live != code->notes[k].live;
            code->notes[k].live = live;
        }
    }
}
