/*
 * Running code alone.
 *
 * States are compared only where jumps arrive, and each is gone through once. A dead local counts
 * as 0 (code.h), which joins states.
 */
#include "sim/lang/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/arith.h"
#include "sim/lang/mem.h"

enum {
    MAX_POOL = 16 * 1024 * 1024, // words of all states
    FIRST_SLOTS = 64,            // most walks are short
};

static const struct {
    int pops, pushes;
} ops[] = {
#define OP_ROW(name, pops, pushes, meaning) {pops, pushes},
    OPS(OP_ROW)
#undef OP_ROW
};

unsigned walk_pops(const struct instr *i)
{
    return ops[i->op].pops < 0 ? i->b : (unsigned)ops[i->op].pops;
}

unsigned walk_pushes(const struct instr *i)
{
    return (unsigned)ops[i->op].pushes;
}

static bool is_branch(const struct instr *i)
{
    return i->op == OP_JUMP_ZERO || i->op == OP_JUMP_NONZERO;
}

/* ---- one instruction ---- */

bool walk_branches(const struct walk_state *s, uint32_t pc)
{
    return is_branch(&s->code->instrs[pc]) && !walk_knows(s->stack[s->depth - 1]);
}

bool walk_holes(const struct walk_state *s, const struct instr *i, int32_t holes[MAX_HOLES])
{
    bool all = true;
    for (unsigned k = 0; k < i->b; k++) {
        int64_t value = s->stack[s->depth - i->b + k];
        holes[k] = walk_knows(value) ? (int32_t)value : 0;
        all &= walk_knows(value);
    }
    return all;
}

/* One operation on numbers; false where a run would fault. */
static bool compute(struct walk_state *s, const struct instr *i)
{
    int64_t *result = &s->stack[s->depth - 1];
    int32_t value = 0;
    if (ops[i->op].pops == 1) {
        *result = walk_knows(*result) ? arith_unary(i->op, (int32_t)*result) : WALK_UNKNOWN;
        return true;
    }
    int64_t right = result[0];
    result--;
    s->depth--;
    if (!walk_knows(*result) || !walk_knows(right)) {
        *result = WALK_UNKNOWN;
        return true;
    }
    bool ok = arith_binary(i->op, (int32_t)*result, (int32_t)right, &value);
    *result = value;
    return ok;
}

/* The name of a path with known holes, once the names are there. */
static int64_t path_value(const struct walk_state *s, const struct instr *i)
{
    int32_t holes[MAX_HOLES];
    if (s->code->names == NULL || !walk_holes(s, i, holes)) {
        return WALK_UNKNOWN;
    }
    return name_table_find(s->code->names, &s->code->patterns[i->a], holes);
}

static bool element(struct walk_state *s, const struct instr *i)
{
    int64_t *index = &s->stack[s->depth - 1];
    if (!walk_knows(*index)) {
        *index = WALK_UNKNOWN;
        return true;
    }
    bool inside = *index >= 0 && *index < i->a;
    *index += i->c;
    return inside;
}

/* What takes operands and leaves something unknown: calls, texts, questions. */
static void leave_unknown(struct walk_state *s, const struct instr *i)
{
    if (i->op == OP_CALL && i->c >= 0) {
        s->locals[i->c] = WALK_UNKNOWN;
    }
    s->depth -= walk_pops(i);
    for (unsigned n = walk_pushes(i); n > 0; n--) {
        s->stack[s->depth++] = WALK_UNKNOWN;
    }
}

uint32_t walk_instr(struct walk_state *s, uint32_t pc)
{
    const struct instr *i = &s->code->instrs[pc];
    uint32_t nowhere = s->code->n;
    int64_t value;
    switch ((int)i->op) {
    case OP_PUSH:
        s->stack[s->depth++] = i->c;
        return pc + 1;
    case OP_LOAD:
        s->stack[s->depth++] = s->locals[i->a];
        return pc + 1;
    case OP_STORE:
        s->depth--;
        if ((s->relevant >> i->a & 1) != 0) {
            s->locals[i->a] = s->stack[s->depth];
        }
        return pc + 1;
    case OP_DUP:
        s->stack[s->depth] = s->stack[s->depth - 1];
        s->depth++;
        return pc + 1;
    case OP_JUMP:
        return (uint32_t)i->c;
    case OP_JUMP_ZERO:
    case OP_JUMP_NONZERO:
        value = s->stack[--s->depth];
        assert(walk_knows(value));
        return (value == 0) == (i->op == OP_JUMP_ZERO) ? (uint32_t)i->c : pc + 1;
    case OP_ASSERT:
        return s->stack[--s->depth] == 0 ? nowhere : pc + 1;
    case OP_RETURN:
    case OP_RESULT:
        return nowhere;
    case OP_PATH:
        value = path_value(s, i);
        s->depth -= i->b;
        s->stack[s->depth++] = value;
        return pc + 1;
    case OP_ELEMENT:
        return element(s, i) ? pc + 1 : nowhere;
    default:
        break;
    }
    if (i->op >= OP_ADD && i->op <= OP_NOT) {
        return compute(s, i) ? pc + 1 : nowhere;
    }
    leave_unknown(s, i); // POP and PRINT leave nothing
    return pc + 1;
}

/* ---- all ways ---- */

struct walk {
    const struct walk_options *options;
    const struct code *code;
    bool *is_target; // of each instruction: some jump arrives there
    int64_t *pool;   // all states, one behind the other: pc, mark, relevant locals, operands
    size_t n_pool, capacity_pool;
    size_t *states; // where each begins
    size_t n_states, capacity_states;
    uint32_t *slots; // hash table of state plus one
    size_t n_slots;
    enum walk_end end;
    uint32_t where;
    struct walk_state at; // at hand
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
    w->n_slots = w->n_slots == 0 ? FIRST_SLOTS : 2 * w->n_slots;
    w->slots = mem_alloc(w->n_slots, sizeof *w->slots);
    for (uint32_t k = 0; k < w->n_states; k++) {
        size_t end = k + 1 < w->n_states ? w->states[k + 1] : w->n_pool;
        *find_state(w, w->pool + w->states[k], end - w->states[k]) = k + 1;
    }
}

/* The state at hand, with this program counter, is still to be gone through unless it was. */
static void reach(struct walk *w, uint32_t pc)
{
    int64_t state[2 + MAX_LOCALS + MAX_WORDS];
    size_t n = 0;
    state[n++] = pc;
    state[n++] = w->at.mark;
    for (unsigned k = 0; k < w->code->n_locals; k++) {
        if ((w->at.relevant >> k & 1) != 0) {
            state[n++] = (w->code->notes[pc].live >> k & 1) != 0 ? w->at.locals[k] : 0;
        }
    }
    for (uint32_t k = 0; k < w->at.depth; k++) {
        state[n++] = w->at.stack[k];
    }
    if (w->n_slots < 2 * (w->n_states + 1)) {
        grow_slots(w);
    }
    uint32_t *slot = find_state(w, state, n);
    if (*slot != 0) {
        return;
    }
    if (w->n_states == w->options->limit || w->n_pool > MAX_POOL) {
        w->end = WALK_LIMIT;
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
    const int64_t *from = w->pool + w->states[state];
    uint32_t pc = (uint32_t)*from++;
    w->at.mark = (int32_t)*from++;
    for (unsigned k = 0; k < w->code->n_locals; k++) {
        w->at.locals[k] = (w->at.relevant >> k & 1) != 0 ? *from++ : WALK_UNKNOWN;
    }
    w->at.depth = w->code->notes[pc].depth;
    for (uint32_t k = 0; k < w->at.depth; k++) {
        w->at.stack[k] = *from++;
    }
    return pc;
}

static uint32_t run_call(struct walk *w, uint32_t pc)
{
    int64_t result = WALK_UNKNOWN;
    if (!w->options->call(w->options->context, &w->at, pc, &result)) {
        return w->code->n;
    }
    uint32_t next = walk_instr(&w->at, pc);
    w->at.stack[w->at.depth - 1] = result;
    return next;
}

/* Runs one instruction; the next one, or code->n where this way ends or both were noted. */
static uint32_t run(struct walk *w, uint32_t pc)
{
    const struct walk_options *o = w->options;
    if (o->see != NULL && !o->see(o->context, &w->at, pc)) {
        w->end = WALK_STOPPED;
        w->where = pc;
        return w->code->n;
    }
    if (o->call != NULL && w->code->instrs[pc].op == OP_CALL) {
        return run_call(w, pc);
    }
    if (!walk_branches(&w->at, pc)) {
        return walk_instr(&w->at, pc);
    }
    w->at.depth--;
    reach(w, (uint32_t)w->code->instrs[pc].c);
    reach(w, pc + 1);
    return w->code->n;
}

static void go_through(struct walk *w)
{
    const struct code *code = w->code;
    for (uint32_t k = 0; k < code->n; k++) {
        if (code->instrs[k].op == OP_JUMP || is_branch(&code->instrs[k])) {
            w->is_target[code->instrs[k].c] = true;
        }
    }
    w->at.locals[0] = w->options->index;
    if (w->options->start != NULL) {
        uint64_t relevant = w->at.relevant;
        w->at = *w->options->start;
        w->at.relevant = relevant;
    }
    reach(w, w->options->from);
    for (size_t k = 0; k < w->n_states && w->end == WALK_ENDED; k++) {
        uint32_t pc = run(w, resume(w, k));
        while (pc < code->n && !w->is_target[pc] && w->end == WALK_ENDED) {
            pc = run(w, pc);
        }
        if (pc < code->n && w->end == WALK_ENDED) {
            reach(w, pc);
        }
    }
}

enum walk_end walk_everywhere(const struct walk_options *options, uint32_t *where)
{
    struct walk *w = mem_alloc(1, sizeof *w);
    w->options = options;
    w->code = options->code;
    w->at.code = options->code;
    w->at.relevant = options->relevant;
    w->is_target = mem_alloc(w->code->n, sizeof *w->is_target);
    go_through(w);
    enum walk_end end = w->end;
    *where = w->where;
    free(w->is_target);
    free(w->pool);
    free(w->states);
    free(w->slots);
    free(w);
    return end;
}
