/*
 * Which paths a body can come to: its code is run alone, over all that can happen.
 *
 * An abstract state is a program counter, the values of some locals and the operand stack; a value
 * is a number or UNKNOWN. Results of calls, handles and shared variables are unknown; a branch on
 * an unknown goes both ways. States are compared only where jumps arrive, and each is gone through
 * once.
 *
 * Which locals matter is found first, by slicing: those in the holes of paths, those they are
 * computed from, and those compared with them in a condition. All others count as unknown, so that
 * the inner loop over 100 writes costs one state, not 100. Where the slice leaves out what bounds a
 * loop, the walk does not end; then it is repeated with all locals. A dead local counts as 0
 * (code.h), which joins states.
 *
 * A hole that stays unknown stands for 0 .. UNKNOWN_HOLE - 1. A run that forms another name ends
 * there as a fault, since the world has no slot for it.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/names.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/arith.h"
#include "sim/lang/mem.h"

enum { SLICED_STATES = 200000, MAX_POOL = 16 * 1024 * 1024 }; // states; words of all states

#define UNKNOWN INT64_MIN

static const struct {
    int pops, pushes;
} ops[] = {
#define OP_ROW(name, pops, pushes, meaning) {pops, pushes},
    OPS(OP_ROW)
#undef OP_ROW
};

static unsigned pops_of(const struct instr *i)
{
    return ops[i->op].pops < 0 ? i->b : (unsigned)ops[i->op].pops;
}

static bool is_branch(const struct instr *i)
{
    return i->op == OP_JUMP_ZERO || i->op == OP_JUMP_NONZERO;
}

/* ---- slicing ---- */

/* Sets of locals: what a value, a local or a condition was computed from. */
struct slice {
    const struct code *code;
    uint64_t stack[MAX_WORDS];
    uint32_t depth;
    uint64_t **arriving;        // of each instruction that is jumped to: the stack there, or NULL
    uint64_t feeds[MAX_LOCALS]; // what was stored in each local
    uint64_t holes;             // what paths were formed from
    uint64_t *conditions;       // one for each branch
    size_t n_conditions;
    struct arena arena;
};

static void arrive(struct slice *s, uint32_t at)
{
    if (s->arriving[at] == NULL)
        s->arriving[at] = arena_alloc(&s->arena, s->depth + 1, sizeof(uint64_t));
    for (uint32_t k = 0; k < s->depth; k++)
        s->arriving[at][k] |= s->stack[k];
}

static void slice_instr(struct slice *s, uint32_t k)
{
    const struct instr *i = &s->code->instrs[k];
    uint64_t from = 0;
    for (unsigned n = pops_of(i); n > 0; n--)
        from |= s->stack[--s->depth];
    if (i->op == OP_STORE)
        s->feeds[i->a] |= from;
    else if (i->op == OP_PATH)
        s->holes |= from;
    else if (is_branch(i))
        s->conditions[s->n_conditions++] = from;
    if (i->op == OP_JUMP || is_branch(i))
        arrive(s, (uint32_t)i->c);
    uint64_t made = i->op == OP_LOAD ? (uint64_t)1 << i->a : i->op == OP_CALL ? 0 : from;
    for (int n = 0; n < ops[i->op].pushes; n++)
        s->stack[s->depth++] = made;
}

/* Jumps with operands on the stack only go forward, so one pass in order sees every stack. */
static uint64_t find_relevant(const struct code *code)
{
    struct slice s = {.code = code};
    s.arriving = mem_alloc(code->n, sizeof(uint64_t *));
    s.conditions = mem_alloc(code->n, sizeof *s.conditions);
    for (uint32_t k = 0; k < code->n; k++) {
        s.depth = code->notes[k].depth;
        for (uint32_t j = 0; s.arriving[k] != NULL && j < s.depth; j++)
            s.stack[j] |= s.arriving[k][j];
        slice_instr(&s, k);
    }
    uint64_t relevant = s.holes, before;
    do {
        before = relevant;
        for (unsigned k = 0; k < code->n_locals; k++)
            if ((relevant >> k & 1) != 0)
                relevant |= s.feeds[k];
        for (size_t k = 0; k < s.n_conditions; k++)
            if ((relevant & s.conditions[k]) != 0)
                relevant |= s.conditions[k];
    } while (relevant != before);
    arena_release(&s.arena);
    free(s.arriving);
    free(s.conditions);
    return relevant;
}

/* ---- walking ---- */

struct walk {
    const struct code *code;
    uint64_t relevant;
    bool *is_target; // of each instruction: some jump arrives there
    size_t limit;    // of states
    int64_t *pool;   // all states, one behind the other: pc, relevant locals, operands
    size_t n_pool, capacity_pool;
    size_t *states; // where each begins
    size_t n_states, capacity_states;
    uint32_t *slots; // hash table of state plus one
    size_t n_slots;
    struct name_set *names;
    enum walk_result result;
    uint32_t where;

    int64_t locals[MAX_LOCALS]; // of the state at hand
    int64_t stack[MAX_WORDS];
    uint32_t depth;
};

static uint32_t *find_state(const struct walk *w, const int64_t *state, size_t n)
{
    size_t at = (size_t)XXH3_64bits(state, n * sizeof *state);
    while (true) {
        uint32_t *slot = &w->slots[at++ & (w->n_slots - 1)];
        if (*slot == 0)
            return slot;
        size_t first = w->states[*slot - 1];
        size_t end = *slot < w->n_states ? w->states[*slot] : w->n_pool;
        if (end - first == n && memcmp(w->pool + first, state, n * sizeof *state) == 0)
            return slot;
    }
}

static void grow_slots(struct walk *w)
{
    free(w->slots);
    w->n_slots = w->n_slots == 0 ? 1024 : 2 * w->n_slots;
    w->slots = mem_alloc(w->n_slots, sizeof *w->slots);
    for (uint32_t k = 0; k < w->n_states; k++) {
        size_t end = k + 1 < w->n_states ? w->states[k + 1] : w->n_pool;
        *find_state(w, w->pool + w->states[k], end - w->states[k]) = k + 1;
    }
}

/* The state at hand, with this program counter, is still to be gone through unless it was. */
static void reach(struct walk *w, uint32_t pc)
{
    int64_t state[1 + MAX_LOCALS + MAX_WORDS];
    size_t n = 0;
    state[n++] = pc;
    for (unsigned k = 0; k < w->code->n_locals; k++)
        if ((w->relevant >> k & 1) != 0)
            state[n++] = (w->code->notes[pc].live >> k & 1) != 0 ? w->locals[k] : 0;
    for (uint32_t k = 0; k < w->depth; k++)
        state[n++] = w->stack[k];

    if (w->n_slots < 2 * (w->n_states + 1))
        grow_slots(w);
    uint32_t *slot = find_state(w, state, n);
    if (*slot != 0)
        return;
    if (w->n_states == w->limit || w->n_pool > MAX_POOL) {
        w->result = WALK_TOO_MANY_STATES;
        w->where = pc;
        return;
    }
    w->states = mem_grow(w->states, w->n_states, &w->capacity_states, sizeof *w->states);
    w->states[w->n_states++] = w->n_pool;
    *slot = (uint32_t)w->n_states;
    for (size_t k = 0; k < n; k++) {
        w->pool = mem_grow(w->pool, w->n_pool, &w->capacity_pool, sizeof *w->pool);
        w->pool[w->n_pool++] = state[k];
    }
}

static uint32_t resume(struct walk *w, size_t state)
{
    const int64_t *at = w->pool + w->states[state];
    uint32_t pc = (uint32_t)*at++;
    for (unsigned k = 0; k < w->code->n_locals; k++)
        w->locals[k] = (w->relevant >> k & 1) != 0 ? *at++ : UNKNOWN;
    w->depth = w->code->notes[pc].depth;
    for (uint32_t k = 0; k < w->depth; k++)
        w->stack[k] = *at++;
    return pc;
}

/* Adds the names of a path; an unknown hole takes all of its values in turn. */
static void note_path(struct walk *w, uint32_t pc, const struct pattern *pattern)
{
    int32_t holes[MAX_HOLES] = {0};
    const int64_t *values = w->stack + w->depth;
    for (unsigned k = 0; k < pattern->n_holes; k++)
        holes[k] = values[k] == UNKNOWN ? 0 : (int32_t)values[k];
    bool more;
    do {
        char path[MAX_PATH_BYTES];
        if (pattern_fill(pattern, holes, path) && name_set_add(w->names, path) < 0) {
            w->result = WALK_TOO_MANY_NAMES;
            w->where = pc;
            return;
        }
        more = false;
        for (unsigned k = 0; k < pattern->n_holes && !more; k++) {
            if (values[k] != UNKNOWN)
                continue;
            more = ++holes[k] < UNKNOWN_HOLE;
            holes[k] = more ? holes[k] : 0;
        }
    } while (more);
}

/* One operation on numbers; false where a run would fault. */
static bool compute(struct walk *w, const struct instr *i)
{
    int64_t *result = &w->stack[w->depth - 1];
    int32_t value = 0;
    if (ops[i->op].pops == 1) {
        if (*result != UNKNOWN)
            *result = arith_unary(i->op, (int32_t)*result);
        return true;
    }
    int64_t right = result[0];
    result--;
    w->depth--;
    if (*result == UNKNOWN || right == UNKNOWN) {
        *result = UNKNOWN;
        return true;
    }
    bool ok = arith_binary(i->op, (int32_t)*result, (int32_t)right, &value);
    *result = value;
    return ok;
}

/* A branch: where it surely goes, or code->n after both ways were noted. */
static uint32_t branch(struct walk *w, uint32_t pc, const struct instr *i)
{
    int64_t value = w->stack[--w->depth];
    if (value == UNKNOWN) {
        reach(w, (uint32_t)i->c);
        reach(w, pc + 1);
        return w->code->n;
    }
    return (value == 0) == (i->op == OP_JUMP_ZERO) ? (uint32_t)i->c : pc + 1;
}

/* Runs one instruction; the next one, or code->n where this way ends. */
static uint32_t walk_instr(struct walk *w, uint32_t pc)
{
    const struct instr *i = &w->code->instrs[pc];
    uint32_t nowhere = w->code->n;
    switch ((int)i->op) {
    case OP_PUSH:
        w->stack[w->depth++] = i->c;
        return pc + 1;
    case OP_LOAD:
        w->stack[w->depth++] = w->locals[i->a];
        return pc + 1;
    case OP_STORE:
        w->depth--;
        if ((w->relevant >> i->a & 1) != 0)
            w->locals[i->a] = w->stack[w->depth];
        return pc + 1;
    case OP_DUP:
        w->stack[w->depth] = w->stack[w->depth - 1];
        w->depth++;
        return pc + 1;
    case OP_JUMP:
        return (uint32_t)i->c;
    case OP_JUMP_ZERO:
    case OP_JUMP_NONZERO:
        return branch(w, pc, i);
    case OP_ASSERT:
        return w->stack[--w->depth] == 0 ? nowhere : pc + 1;
    case OP_RETURN:
        return nowhere;
    case OP_PATH:
        w->depth -= i->b;
        note_path(w, pc, &w->code->patterns[i->a]);
        w->stack[w->depth++] = UNKNOWN;
        return pc + 1;
    case OP_CALL:
        if (i->c >= 0)
            w->locals[i->c] = UNKNOWN;
        w->depth -= i->b;
        w->stack[w->depth++] = UNKNOWN;
        return pc + 1;
    default:
        break;
    }
    if (i->op >= OP_ADD && i->op <= OP_NOT)
        return compute(w, i) ? pc + 1 : nowhere;
    w->depth -= pops_of(i); // POP, ELEMENT, TEXT, PRINT
    for (int n = 0; n < ops[i->op].pushes; n++)
        w->stack[w->depth++] = UNKNOWN;
    return pc + 1;
}

static void walk_states(struct walk *w)
{
    const struct code *code = w->code;
    for (uint32_t k = 0; k < code->n; k++)
        if (code->instrs[k].op == OP_JUMP || is_branch(&code->instrs[k]))
            w->is_target[code->instrs[k].c] = true;
    reach(w, 0); // all locals are 0
    for (size_t k = 0; k < w->n_states && w->result == WALK_DONE; k++) {
        uint32_t pc = walk_instr(w, resume(w, k));
        while (pc < code->n && !w->is_target[pc] && w->result == WALK_DONE)
            pc = walk_instr(w, pc);
        if (pc < code->n && w->result == WALK_DONE)
            reach(w, pc);
    }
}

static enum walk_result walk_code(struct name_set *names, const struct code *code,
                                  uint64_t relevant, size_t limit, uint32_t *where)
{
    struct walk *w = mem_alloc(1, sizeof *w);
    w->code = code;
    w->relevant = relevant;
    w->limit = limit;
    w->names = names;
    w->is_target = mem_alloc(code->n, sizeof *w->is_target);
    walk_states(w);
    enum walk_result result = w->result;
    *where = w->where;
    free(w->is_target);
    free(w->pool);
    free(w->states);
    free(w->slots);
    free(w);
    return result;
}

enum walk_result name_set_add_code(struct name_set *set, const struct code *code, uint32_t *where)
{
    struct name_set names = {0};
    uint64_t relevant = find_relevant(code);
    uint64_t all = code->n_locals == 64 ? UINT64_MAX : ((uint64_t)1 << code->n_locals) - 1;
    size_t limit = relevant == all ? MAX_WALK_STATES : SLICED_STATES;
    enum walk_result result = walk_code(&names, code, relevant, limit, where);
    if (result != WALK_DONE && relevant != all) {
        name_set_release(&names);
        result = walk_code(&names, code, all, MAX_WALK_STATES, where);
    }
    for (size_t k = 0; k < names.n && result == WALK_DONE; k++)
        if (name_set_add(set, names.paths[k]) < 0)
            result = WALK_TOO_MANY_NAMES;
    name_set_release(&names);
    return result;
}
