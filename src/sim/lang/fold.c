/*
 * Constant expressions. The answer is kept in the node, so asking again costs nothing and a deep
 * tree is walked once.
 */
#include "sim/lang/arith.h"
#include "sim/lang/compiler.h"

static bool known(struct node *n, int32_t value, bool is_unsigned)
{
    n->value = value;
    n->is_unsigned = is_unsigned;
    return true;
}

static bool fold_name(struct compiler *c, struct node *n)
{
    int32_t value;
    if (find_local(c, n->where) != NULL)
        return false;
    if (c->scope->self > 0 && span_is(n->where, "self"))
        return known(n, c->scope->self, false);
    const struct symbol *symbol = symbols_find(c->scope->symbols, n->where);
    if (symbol != NULL)
        return symbol->kind == SYMBOL_CONSTANT && known(n, symbol->value, false);
    return nt_constant_find(n->where, &value) && known(n, value, false);
}

static bool fold_binary(struct compiler *c, struct node *n)
{
    bool left = fold(c, n->a), right = fold(c, n->b);
    if (!left || !right)
        return false;
    bool shift = n->op == OP_SHL || n->op == OP_SHR;
    bool compare = n->op >= OP_EQ && n->op <= OP_GE_U;
    bool is_unsigned = n->a->is_unsigned || (n->b->is_unsigned && !shift);
    int32_t value;
    if (!arith_binary(is_unsigned ? arith_unsigned(n->op) : n->op, n->a->value, n->b->value,
                      &value))
        return false;
    return known(n, value, is_unsigned && !compare);
}

static bool fold_logic(struct compiler *c, struct node *n)
{
    bool left = fold(c, n->a), right = fold(c, n->b);
    if (!left || !right)
        return false;
    bool a = n->a->value != 0, b = n->b->value != 0;
    return known(n, n->kind == NODE_AND ? a && b : a || b, false);
}

static bool fold_conditional(struct compiler *c, struct node *n)
{
    bool test = fold(c, n->a), yes = fold(c, n->b), no = fold(c, n->c);
    if (!test || !yes || !no)
        return false;
    return known(n, n->a->value != 0 ? n->b->value : n->c->value,
                 n->b->is_unsigned || n->c->is_unsigned);
}

static bool fold_kind(struct compiler *c, struct node *n)
{
    switch ((int)n->kind) {
    case NODE_NUMBER:
        return true;
    case NODE_NAME:
        return fold_name(c, n);
    case NODE_UNARY:
        return fold(c, n->a) &&
               known(n, arith_unary(n->op, n->a->value), n->a->is_unsigned && n->op != OP_NOT);
    case NODE_BINARY:
        return fold_binary(c, n);
    case NODE_AND:
    case NODE_OR:
        return fold_logic(c, n);
    case NODE_CONDITIONAL:
        return fold_conditional(c, n);
    case NODE_CAST:
        return fold(c, n->a) && known(n, n->a->value, n->is_unsigned);
    default: // memory, calls, changes
        return false;
    }
}

bool fold(struct compiler *c, struct node *n)
{
    if (n->known == KNOWN_NOT_YET)
        n->known = fold_kind(c, n) ? KNOWN_CONSTANT : KNOWN_VARIES;
    return n->known == KNOWN_CONSTANT;
}
