/*
 * Which paths a body can come to: its code is run alone, over all that can happen (walk.h).
 *
 * Which locals matter is found first, by slicing: those in the holes of paths, those they are
 * computed from, and those compared with them in a condition. All others count as unknown, so that
 * the inner loop over 100 writes costs one state, not 100. Where the slice leaves out what bounds a
 * loop, the walk does not end; then it is repeated with all locals.
 *
 * A hole that stays unknown stands for 0 .. UNKNOWN_HOLE - 1. A run that forms another name ends
 * there as a fault, since the world has no slot for it.
 */
#include <stdlib.h>

#include "sim/lang/mem.h"
#include "sim/lang/names.h"
#include "sim/lang/walk.h"

enum { SLICED_STATES = 200000 };

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
    for (unsigned n = walk_pops(i); n > 0; n--)
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
    for (unsigned n = 0; n < walk_pushes(i); n++)
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

/* Adds the names of a path; an unknown hole takes all of its values in turn. */
static bool note_path(void *context, const struct walk_state *s, uint32_t pc)
{
    struct name_set *names = context;
    const struct instr *i = &s->code->instrs[pc];
    if (i->op != OP_PATH)
        return true;
    int32_t holes[MAX_HOLES];
    walk_holes(s, i, holes);
    const int64_t *values = s->stack + s->depth - i->b;
    bool more;
    do {
        char path[MAX_PATH_BYTES];
        if (pattern_fill(&s->code->patterns[i->a], holes, path) && name_set_add(names, path) < 0)
            return false;
        more = false;
        for (unsigned k = 0; k < i->b && !more; k++) {
            if (walk_knows(values[k]))
                continue;
            more = ++holes[k] < UNKNOWN_HOLE;
            holes[k] = more ? holes[k] : 0;
        }
    } while (more);
    return true;
}

static enum walk_result walk_code(struct name_set *names, const struct code *code,
                                  uint64_t relevant, size_t limit, uint32_t *where)
{
    struct walk_options options = {
        .code = code, .relevant = relevant, .limit = limit, .see = note_path, .context = names};
    switch (walk_everywhere(&options, where)) {
    case WALK_ENDED:
        return WALK_DONE;
    case WALK_STOPPED:
        return WALK_TOO_MANY_NAMES;
    case WALK_LIMIT:
        break;
    }
    return WALK_TOO_MANY_STATES;
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
