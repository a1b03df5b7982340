/*
 * Expressions: values, effects, conditions, places.
 *
 * Each node is compiled for its value, for its effect only, or as a condition. Operands are
 * evaluated left to right, the index on the left of an assignment before the right side and only
 * once: an indexed cell is pushed as a value (OP_ELEMENT), and copied where it is both read and
 * written.
 *
 * A plain access to a shared variable is CALL_load or CALL_store, in a predicate OP_TAKE_SHARED.
 */
#include <stdlib.h>

#include "sim/lang/arith.h"
#include "sim/lang/compiler.h"

/* What an assignment can change. */
struct place {
    enum { PLACE_NONE, PLACE_LOCAL, PLACE_CELL } kind;
    uint8_t slot;      // of PLACE_LOCAL; a cell is on the stack
    bool is_unsigned;  //
    struct span where; //
};

const struct local *find_local(const struct compiler *c, struct span name)
{
    for (size_t k = c->n_locals; k-- > 0;)
        if (span_equal(c->locals[k].name, name))
            return &c->locals[k];
    return NULL;
}

void declare_local(struct compiler *c, struct span name, bool is_unsigned, int slot)
{
    c->locals = mem_grow(c->locals, c->n_locals, &c->capacity_locals, sizeof *c->locals);
    c->locals[c->n_locals++] = (struct local){name, (uint8_t)(slot < 0 ? 0 : slot), is_unsigned};
}

/* Reports a name that nobody declared, once. */
static void unknown_name(struct compiler *c, struct span name)
{
    bool reported = c->misread;
    for (size_t k = 0; k < c->n_unknowns; k++)
        reported |= span_equal(c->unknowns[k], name);
    if (!reported) {
        const char **locals = mem_alloc(c->n_locals + 1, sizeof *locals);
        for (size_t k = 0; k < c->n_locals; k++)
            locals[k] = c->code->local_names[c->locals[k].slot];
        char *near_local = span_hint(name, locals, c->n_locals);
        char *near = symbols_hint(c->scope->symbols, name, ALL_SYMBOLS, true);
        bool is_self = span_is(name, "self");
        compile_error(c, name, "'%.*s' is not declared%s", SPAN(name),
                      is_self            ? ": 'self' exists only in threads with 'count'"
                      : *near_local != 0 ? near_local
                                         : near);
        free(near);
        free(near_local);
        free(locals);
    }
    c->ok = false;
    c->unknowns = mem_grow(c->unknowns, c->n_unknowns, &c->capacity_unknowns, sizeof *c->unknowns);
    c->unknowns[c->n_unknowns++] = name;
}

/* ---- objects and cells ---- */

/* Pushes element `index` of an array, or the only one. False if the use does not fit the symbol. */
static bool push_element(struct compiler *c, const struct symbol *s, struct node *index,
                         struct span where)
{
    const char *amp = s->kind == SYMBOL_SHARED ? "" : "&";
    if (s->is_array != (index != NULL)) {
        if (s->is_array)
            compile_error(c, where, "'%s' is an array of %u: write %s%s[index]", s->name, s->n, amp,
                          s->name);
        else
            compile_error(c, where, "'%s' is not an array", s->name);
        return false;
    }
    if (index == NULL) {
        emit_push(c, (int32_t)symbol_object(s, 0), where);
    } else if (fold(c, index)) {
        uint32_t element = (uint32_t)index->value;
        if (element >= s->n)
            compile_error(c, index->where, "index %d is outside %s[0] to %s[%u]", index->value,
                          s->name, s->name, s->n - 1);
        emit_push(c, (int32_t)symbol_object(s, element < s->n ? element : 0), where);
    } else {
        compile_value(c, index);
        emit(c, OP_ELEMENT, s->n, 0, (int32_t)symbol_object(s, 0), where);
    }
    return true;
}

const struct symbol *compile_object(struct compiler *c, struct node *n, unsigned kinds, bool bare,
                                    const char *expected)
{
    bool named = n->kind == NODE_ADDRESS || n->kind == NODE_NAME || n->kind == NODE_INDEX;
    const struct local *local = named ? find_local(c, n->where) : NULL;
    const struct symbol *s =
        named && local == NULL ? symbols_find(c->scope->symbols, n->where) : NULL;
    bool fits = s != NULL && (kinds & SYMBOL_BIT(s->kind)) != 0;
    if (n->kind == NODE_ERROR) {
        c->ok = false;
    } else if (!named) {
        compile_error(c, n->where, "expected %s", expected);
    } else if (local != NULL) {
        compile_error(c, n->where, "'%.*s' is a local variable, expected %s", SPAN(n->where),
                      expected);
    } else if (s == NULL) {
        char *hint = symbols_hint(c->scope->symbols, n->where, kinds, false);
        compile_error(c, n->where, "there is no '%.*s', expected %s%s", SPAN(n->where), expected,
                      hint);
        free(hint);
    } else if (!fits) {
        compile_error(c, n->where, "'%s' is %s, expected %s", s->name, symbol_kind_text(s->kind),
                      expected);
    } else if (n->kind != NODE_ADDRESS && !bare) {
        compile_error(c, n->where, "expected %s: write &%s", expected, s->name);
    } else if (push_element(c, s, n->kind == NODE_NAME ? NULL : n->a, n->where)) {
        return s;
    }
    emit_push(c, 0, n->where);
    return NULL;
}

static void emit_load(struct compiler *c, struct span where)
{
    if (c->mode == COMPILE_PREDICATE)
        emit(c, OP_TAKE_SHARED, 0, 0, 0, where);
    else
        emit_call(c, CALL_load, 1, -1, where);
}

/* ---- values ---- */

/* name or name[index] as a value. */
static bool compile_name(struct compiler *c, struct node *n)
{
    const struct local *local = find_local(c, n->where);
    const struct symbol *s = local == NULL ? symbols_find(c->scope->symbols, n->where) : NULL;
    if (local != NULL && n->kind == NODE_NAME) {
        emit(c, OP_LOAD, local->slot, 0, 0, n->where);
        return local->is_unsigned;
    }
    if (s != NULL && s->kind == SYMBOL_SHARED && push_element(c, s, n->a, n->where)) {
        emit_load(c, n->where);
        return false;
    }
    if (s == NULL && local == NULL && span_is(n->where, "NULL"))
        compile_error(c, n->where, "NULL has no value here: it is no number");
    else if (s == NULL && local == NULL)
        unknown_name(c, n->where);
    else if (local != NULL)
        compile_error(c, n->where, "'%.*s' is a local variable, not an array", SPAN(n->where));
    else if (s->kind == SYMBOL_CONSTANT)
        compile_error(c, n->where, "'%s' is a constant, not an array", s->name);
    else if (s->kind != SYMBOL_SHARED)
        compile_error(c, n->where, "'%s' is %s and has no value", s->name,
                      symbol_kind_text(s->kind));
    emit_push(c, 0, n->where);
    return false;
}

/* A divisor or shift count that can be seen to be wrong. */
static void check_right(struct compiler *c, enum op op, struct node *right)
{
    if (!fold(c, right))
        return;
    if ((op == OP_DIV || op == OP_MOD) && right->value == 0)
        compile_error(c, right->where, "division by zero");
    if ((op == OP_SHL || op == OP_SHR) && (uint32_t)right->value >= 32)
        compile_error(c, right->where, "a shift by %d: expected 0 to 31", right->value);
}

/* Emits the operator for two operands that are on the stack; true if the result is unsigned. */
static bool emit_binary(struct compiler *c, enum op op, bool left_unsigned, bool right_unsigned,
                        struct span where)
{
    bool shift = op == OP_SHL || op == OP_SHR;
    bool is_unsigned = left_unsigned || (right_unsigned && !shift);
    emit(c, is_unsigned ? arith_unsigned(op) : op, 0, 0, 0, where);
    return is_unsigned && !(op >= OP_EQ && op <= OP_GE_U);
}

static bool compile_binary(struct compiler *c, struct node *n)
{
    bool left = compile_value(c, n->a);
    bool right = compile_value(c, n->b);
    check_right(c, n->op, n->b);
    return emit_binary(c, n->op, left, right, n->where);
}

/* a && b, a || b, and whatever else is a condition: 1 or 0. */
static void compile_truth(struct compiler *c, struct node *n)
{
    label no = label_new(c), end = label_new(c);
    compile_branch(c, n, false, no);
    emit_push(c, 1, n->where);
    emit_jump(c, OP_JUMP, end, n->where);
    c->depth--; // the other way comes without that operand
    label_place(c, no);
    emit_push(c, 0, n->where);
    label_place(c, end);
}

static bool compile_conditional(struct compiler *c, struct node *n)
{
    label no = label_new(c), end = label_new(c);
    compile_branch(c, n->a, false, no);
    bool left = compile_value(c, n->b);
    emit_jump(c, OP_JUMP, end, n->where);
    c->depth--;
    label_place(c, no);
    bool right = compile_value(c, n->c);
    label_place(c, end);
    return left || right;
}

/* ---- changes ---- */

/* Finds what n names and, if that is a cell, pushes it. */
static struct place open_place(struct compiler *c, struct node *n)
{
    struct place none = {.kind = PLACE_NONE, .where = n->where};
    bool named = n->kind == NODE_NAME || n->kind == NODE_INDEX;
    if (!named) {
        if (n->kind != NODE_ERROR)
            compile_error(c, n->where, "expected a variable to assign to");
        return none;
    }
    const struct local *local = find_local(c, n->where);
    const struct symbol *s = local == NULL ? symbols_find(c->scope->symbols, n->where) : NULL;
    int32_t value;
    if (local != NULL && n->kind == NODE_NAME)
        return (struct place){PLACE_LOCAL, local->slot, local->is_unsigned, n->where};
    if (s != NULL && s->kind == SYMBOL_SHARED) {
        if (push_element(c, s, n->a, n->where))
            return (struct place){PLACE_CELL, 0, false, n->where};
    } else if (local != NULL) {
        compile_error(c, n->where, "'%.*s' is a local variable, not an array", SPAN(n->where));
    } else if (s != NULL || fold(c, n) || nt_constant_find(n->where, &value)) {
        compile_error(c, n->where, "'%.*s' is %s: it cannot be assigned to", SPAN(n->where),
                      s != NULL ? symbol_kind_text(s->kind) : "a constant");
    } else {
        unknown_name(c, n->where);
    }
    return none;
}

/* Pushes the old value; a cell stays below it for the store. */
static void load_place(struct compiler *c, struct place place)
{
    if (place.kind == PLACE_CELL) {
        emit(c, OP_DUP, 0, 0, 0, place.where);
        emit_call(c, CALL_load, 1, -1, place.where);
    } else if (place.kind == PLACE_LOCAL) {
        emit(c, OP_LOAD, place.slot, 0, 0, place.where);
    } else {
        emit_push(c, 0, place.where);
    }
}

/* Stores the value on the stack; leaves it there if wanted. */
static void store_place(struct compiler *c, struct place place, bool wanted, struct span where)
{
    if (place.kind == PLACE_CELL) {
        emit_call(c, CALL_store, 2, -1, place.where); // its result is the value stored
        if (!wanted)
            emit(c, OP_POP, 0, 0, 0, where);
        return;
    }
    if (wanted)
        emit(c, OP_DUP, 0, 0, 0, where);
    if (place.kind == PLACE_LOCAL)
        emit(c, OP_STORE, place.slot, 0, 0, place.where);
    else
        emit(c, OP_POP, 0, 0, 0, where);
}

/* In a predicate, a constant or a hole nothing can change. */
static bool may_change(struct compiler *c, struct span where)
{
    if (c->mode == COMPILE_BODY && !c->in_hole)
        return true;
    compile_error(c, where, "%s",
                  c->mode == COMPILE_BODY ? "a hole of a text cannot change anything"
                                          : "this looks at the run and cannot change anything; "
                                            "equality is '=='");
    return false;
}

static bool compile_assign(struct compiler *c, struct node *n, bool wanted)
{
    if (!may_change(c, n->where)) {
        if (wanted)
            emit_push(c, 0, n->where);
        return false;
    }
    struct place place = open_place(c, n->a);
    if (n->op == N_OPS) {
        compile_value(c, n->b);
    } else {
        load_place(c, place);
        bool right = compile_value(c, n->b);
        check_right(c, n->op, n->b);
        emit_binary(c, n->op, place.is_unsigned, right, n->where);
    }
    store_place(c, place, wanted, n->where);
    return place.is_unsigned;
}

/* ++ and --. What x++ is worth is found again from the new value, so the old one is not kept. */
static bool compile_step(struct compiler *c, struct node *n, bool wanted)
{
    if (!may_change(c, n->where)) {
        if (wanted)
            emit_push(c, 0, n->where);
        return false;
    }
    struct place place = open_place(c, n->a);
    load_place(c, place);
    emit_push(c, 1, n->where);
    emit(c, n->op, 0, 0, 0, n->where);
    store_place(c, place, wanted, n->where);
    if (wanted && !n->prefix) {
        emit_push(c, 1, n->where);
        emit(c, n->op == OP_ADD ? OP_SUB : OP_ADD, 0, 0, 0, n->where);
    }
    return place.is_unsigned;
}

/* ---- the three ways ---- */

static bool compile_misplaced(struct compiler *c, struct node *n)
{
    if (n->kind == NODE_STRING)
        compile_error(c, n->where, "a text is no value: it can only be a path or a message");
    else if (n->kind == NODE_ADDRESS)
        compile_error(c, n->where, "'&%.*s' is no value: only calls take objects", SPAN(n->where));
    c->ok = false;
    emit_push(c, 0, n->where);
    return false;
}

bool compile_value(struct compiler *c, struct node *n)
{
    if (fold(c, n)) {
        emit_push(c, n->value, n->where);
        return n->is_unsigned;
    }
    switch ((int)n->kind) {
    case NODE_NAME:
    case NODE_INDEX:
        return compile_name(c, n);
    case NODE_UNARY: {
        bool is_unsigned = compile_value(c, n->a);
        emit(c, n->op, 0, 0, 0, n->where);
        return is_unsigned && n->op != OP_NOT;
    }
    case NODE_BINARY:
        return compile_binary(c, n);
    case NODE_AND:
    case NODE_OR:
        compile_truth(c, n);
        return false;
    case NODE_CONDITIONAL:
        return compile_conditional(c, n);
    case NODE_ASSIGN:
        return compile_assign(c, n, true);
    case NODE_STEP:
        return compile_step(c, n, true);
    case NODE_CAST:
        compile_value(c, n->a);
        return n->is_unsigned;
    case NODE_COMMA:
        compile_effect(c, n->a);
        return compile_value(c, n->b);
    case NODE_CALL:
        if (c->mode == COMPILE_BODY)
            return compile_call(c, n, true);
        compile_query(c, n);
        return false;
    default:
        return compile_misplaced(c, n);
    }
}

void compile_effect(struct compiler *c, struct node *n)
{
    if (n->kind == NODE_ASSIGN) {
        compile_assign(c, n, false);
    } else if (n->kind == NODE_STEP) {
        compile_step(c, n, false);
    } else if (n->kind == NODE_CALL && c->mode == COMPILE_BODY) {
        compile_call(c, n, false);
    } else if (n->kind == NODE_COMMA) {
        compile_effect(c, n->a);
        compile_effect(c, n->b);
    } else {
        compile_value(c, n);
        emit(c, OP_POP, 0, 0, 0, n->where);
    }
}

void compile_branch(struct compiler *c, struct node *n, bool when, label to)
{
    if (fold(c, n)) {
        if ((n->value != 0) == when)
            emit_jump(c, OP_JUMP, to, n->where);
    } else if (n->kind == NODE_UNARY && n->op == OP_NOT) {
        compile_branch(c, n->a, !when, to);
    } else if (n->kind == NODE_AND || n->kind == NODE_OR) {
        // one operand decides: a false one for &&, a true one for ||
        bool decides = n->kind == NODE_OR;
        label other = label_new(c);
        compile_branch(c, n->a, decides, decides == when ? to : other);
        compile_branch(c, n->b, when, to);
        label_place(c, other);
    } else {
        compile_value(c, n);
        emit_jump(c, when ? OP_JUMP_NONZERO : OP_JUMP_ZERO, to, n->where);
    }
}
