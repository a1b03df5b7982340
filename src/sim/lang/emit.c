/*
 * Instructions, labels and slots. The depth of the operand stack follows from each operation's row
 * in OPS.
 *
 * Every declared local has a slot of its own, so that a slot has one name for whoever shows it;
 * hidden ones are used again.
 */
#include "sim/lang/compiler.h"

static const struct {
    int pops, pushes;
} ops[] = {
#define OP_ROW(name, pops, pushes, meaning) {pops, pushes},
    OPS(OP_ROW)
#undef OP_ROW
};

void emit(struct compiler *c, enum op op, unsigned a, unsigned b, int32_t value, struct span where)
{
    struct code *code = c->code;
    if (code->n >= MAX_CODE) {
        if (!c->full)
            compile_error(c, where, "this body is too long: it has more than %d instructions",
                          MAX_CODE);
        c->full = true;
        return;
    }
    code->instrs = mem_grow(code->instrs, code->n, &c->capacity, sizeof *code->instrs);
    code->notes = mem_grow(code->notes, code->n, &c->capacity_notes, sizeof *code->notes);
    code->instrs[code->n] =
        (struct instr){.op = (uint8_t)op, .b = (uint8_t)b, .a = (uint16_t)a, .c = value};
    if (op == OP_CALL)
        code->calls[a / 64] |= UINT64_C(1) << a % 64;
    struct instr_note *note = &code->notes[code->n++];
    note->depth = (uint16_t)c->depth;
    if (c->body != NULL) {
        body_place(c->body, where, &note->line, &note->column);
    } else {
        note->line = (uint16_t)(where.line < UINT16_MAX ? where.line : UINT16_MAX);
        note->column = (uint16_t)(where.column < UINT16_MAX ? where.column : UINT16_MAX);
    }
    int pops = ops[op].pops < 0 ? (int)b : ops[op].pops;
    c->depth = (uint32_t)((int)c->depth - pops + ops[op].pushes);
    if (c->depth > c->deepest)
        c->deepest = c->depth;
}

void emit_push(struct compiler *c, int32_t value, struct span where)
{
    emit(c, OP_PUSH, 0, 0, value, where);
}

void emit_call(struct compiler *c, enum nt_call call, unsigned n_args, int out, struct span where)
{
    if (c->in_hole && nt_call_row(call)->visible)
        compile_error(
            c, where,
            "a hole of a text cannot make a step: put the value into a local variable first");
    emit(c, OP_CALL, call, n_args, out, where);
}

label label_new(struct compiler *c)
{
    c->targets = mem_grow(c->targets, c->n_labels, &c->capacity_labels, sizeof *c->targets);
    return (label)c->n_labels++;
}

void label_place(struct compiler *c, label l)
{
    c->targets[l] = c->code->n;
}

void emit_jump(struct compiler *c, enum op op, label to, struct span where)
{
    emit(c, op, 0, 0, (int32_t)to, where);
}

unsigned add_pattern(struct compiler *c, char *const *pieces, unsigned n_holes)
{
    struct code *code = c->code;
    code->patterns =
        mem_grow(code->patterns, code->n_patterns, &c->capacity_patterns, sizeof *code->patterns);
    struct pattern *pattern = &code->patterns[code->n_patterns];
    pattern->n_holes = (uint8_t)n_holes;
    pattern->pieces = mem_alloc(n_holes + 1, sizeof *pattern->pieces);
    for (unsigned k = 0; k <= n_holes; k++)
        pattern->pieces[k] = pieces[k];
    return code->n_patterns++;
}

static int add_slot(struct compiler *c, const char *name, size_t n, struct span where)
{
    struct code *code = c->code;
    if (code->n_locals == MAX_LOCALS) {
        compile_error(c, where, "a body has at most %d local variables", MAX_LOCALS);
        return -1;
    }
    if (code->local_names == NULL)
        code->local_names = mem_alloc(MAX_LOCALS, sizeof *code->local_names);
    code->local_names[code->n_locals] = mem_text(name, n);
    return code->n_locals++;
}

int slot_new(struct compiler *c, struct span name)
{
    return add_slot(c, name.at, name.n, name);
}

int slot_borrow(struct compiler *c, struct span where)
{
    for (int k = 0; k < MAX_LOCALS; k++) {
        if ((c->free_slots >> k & 1) != 0) {
            c->free_slots &= ~((uint64_t)1 << k);
            return k;
        }
    }
    return add_slot(c, "", 0, where);
}

void slot_return(struct compiler *c, int slot)
{
    if (slot >= 0)
        c->free_slots |= (uint64_t)1 << slot;
}

static bool is_jump(const struct instr *i)
{
    return i->op == OP_JUMP || i->op == OP_JUMP_ZERO || i->op == OP_JUMP_NONZERO;
}

/* Instructions of which a run-time error can come; a loop may be too long. */
static bool may_fault(const struct code *code)
{
    for (uint32_t k = 0; k < code->n; k++) {
        const struct instr *i = &code->instrs[k];
        bool divides = i->op >= OP_DIV && i->op <= OP_MOD_U;
        bool shifts = i->op >= OP_SHL && i->op <= OP_SHR_U;
        bool loops = is_jump(i) && i->c <= (int32_t)k;
        if (divides || shifts || loops || i->op == OP_ELEMENT)
            return true;
    }
    return false;
}

void emit_finish(struct compiler *c, struct span whole)
{
    struct code *code = c->code;
    uint32_t words = code->n_locals + c->deepest;
    if (words > MAX_WORDS) {
        compile_error(c, whole, "an expression in this has too many operands at once");
        return;
    }
    for (uint32_t k = 0; k < code->n; k++)
        if (is_jump(&code->instrs[k]))
            code->instrs[k].c = (int32_t)c->targets[code->instrs[k].c];
    code->n_words = (uint16_t)words;
    code->may_fault = may_fault(code);
    find_liveness(code);
}
