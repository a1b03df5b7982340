/*
 * Expressions, by precedence climbing: one table of the binary operators, one loop.
 *
 * Chains of operators grow the tree to the left without nesting the parser; MAX_HEIGHT keeps those
 * who walk the tree from going too deep.
 */
#include "sim/lang/parser.h"

struct binary {
    enum token_kind token;
    enum node_kind kind;
    enum op op;
    int precedence;
};

enum { TERNARY = 1 }; // precedence of ?:, below all of these

// clang-format off
static const struct binary binaries[] = {
    {TOKEN_OR_OR, NODE_OR, N_OPS, 2},          {TOKEN_AND_AND, NODE_AND, N_OPS, 3},
    {TOKEN_OR, NODE_BINARY, OP_OR, 4},         {TOKEN_XOR, NODE_BINARY, OP_XOR, 5},
    {TOKEN_AND, NODE_BINARY, OP_AND, 6},       {TOKEN_EQ, NODE_BINARY, OP_EQ, 7},
    {TOKEN_NE, NODE_BINARY, OP_NE, 7},         {TOKEN_LT, NODE_BINARY, OP_LT, 8},
    {TOKEN_LE, NODE_BINARY, OP_LE, 8},         {TOKEN_GT, NODE_BINARY, OP_GT, 8},
    {TOKEN_GE, NODE_BINARY, OP_GE, 8},         {TOKEN_SHL, NODE_BINARY, OP_SHL, 9},
    {TOKEN_SHR, NODE_BINARY, OP_SHR, 9},       {TOKEN_PLUS, NODE_BINARY, OP_ADD, 10},
    {TOKEN_MINUS, NODE_BINARY, OP_SUB, 10},    {TOKEN_STAR, NODE_BINARY, OP_MUL, 11},
    {TOKEN_SLASH, NODE_BINARY, OP_DIV, 11},    {TOKEN_PERCENT, NODE_BINARY, OP_MOD, 11},
};
// clang-format on

// clang-format off
static const struct binary assignments[] = {
    {TOKEN_ASSIGN, NODE_ASSIGN, N_OPS, 0},       {TOKEN_ADD_ASSIGN, NODE_ASSIGN, OP_ADD, 0},
    {TOKEN_SUB_ASSIGN, NODE_ASSIGN, OP_SUB, 0},  {TOKEN_MUL_ASSIGN, NODE_ASSIGN, OP_MUL, 0},
    {TOKEN_DIV_ASSIGN, NODE_ASSIGN, OP_DIV, 0},  {TOKEN_MOD_ASSIGN, NODE_ASSIGN, OP_MOD, 0},
    {TOKEN_AND_ASSIGN, NODE_ASSIGN, OP_AND, 0},  {TOKEN_OR_ASSIGN, NODE_ASSIGN, OP_OR, 0},
    {TOKEN_XOR_ASSIGN, NODE_ASSIGN, OP_XOR, 0},  {TOKEN_SHL_ASSIGN, NODE_ASSIGN, OP_SHL, 0},
    {TOKEN_SHR_ASSIGN, NODE_ASSIGN, OP_SHR, 0},
};
// clang-format on

static const struct binary *find_binary(const struct binary *table, size_t n, enum token_kind token)
{
    for (size_t k = 0; k < n; k++)
        if (table[k].token == token)
            return &table[k];
    return NULL;
}

static uint16_t height_of(const struct node *n)
{
    return n != NULL ? n->height : 0;
}

/* Puts the kids under their parent; a tree that grows too high is an error. */
static struct node *join(struct parser *p, struct node *n, struct node *a, struct node *b,
                         struct node *c)
{
    n->a = a;
    n->b = b;
    n->c = c;
    uint16_t height = height_of(a) > height_of(b) ? height_of(a) : height_of(b);
    n->height = (uint16_t)(1 + (height > height_of(c) ? height : height_of(c)));
    if (n->height <= MAX_HEIGHT)
        return n;
    parser_error(p, n->where, "this expression has too many parts: split it");
    return parser_node(p, NODE_ERROR, n->where);
}

static struct node *parse_unary(struct parser *p);

static struct node *parse_call(struct parser *p, struct span name)
{
    struct span open = p->now->where;
    parser_advance(p);
    struct node *call = parser_node(p, NODE_CALL, name);
    const char *text = p->now->where.at;
    struct node **end = &call->list;
    uint16_t height = 0;
    if (p->now->kind != TOKEN_RPAREN) {
        do {
            *end = parse_argument(p);
            height = (*end)->height > height ? (*end)->height : height;
            end = &(*end)->next;
        } while (!p->lost && parser_accept(p, TOKEN_COMMA));
    }
    call->height = (uint16_t)(height + 1);
    call->text = open;
    call->text.at = text;
    call->text.n = p->lost ? 0 : (size_t)(p->now->where.at - text);
    parser_close(p, TOKEN_RPAREN, open);
    return p->lost ? parser_node(p, NODE_ERROR, name) : call;
}

/* name, name[index], name(arguments) */
static struct node *parse_name(struct parser *p)
{
    struct span name = p->now->where;
    parser_advance(p);
    if (p->now->kind == TOKEN_LPAREN)
        return parse_call(p, name);
    if (p->now->kind != TOKEN_LBRACKET)
        return parser_node(p, NODE_NAME, name);
    struct span open = p->now->where;
    parser_advance(p);
    struct node *index = parse_expression(p);
    parser_close(p, TOKEN_RBRACKET, open);
    return join(p, parser_node(p, NODE_INDEX, name), index, NULL, NULL);
}

static struct node *parse_parenthesis(struct parser *p)
{
    struct span open = p->now->where;
    parser_advance(p);
    if (p->now->kind == TOKEN_TYPE) {
        struct node *cast = parser_node(p, NODE_CAST, open);
        cast->is_unsigned = p->now->is_unsigned;
        parser_advance(p);
        parser_close(p, TOKEN_RPAREN, open);
        return join(p, cast, parse_unary(p), NULL, NULL);
    }
    struct node *inside = parse_expression(p);
    parser_close(p, TOKEN_RPAREN, open);
    return inside;
}

static struct node *parse_primary(struct parser *p)
{
    const struct token *token = p->now;
    struct node *n;
    switch (token->kind) {
    case TOKEN_NUMBER:
        n = parser_node(p, NODE_NUMBER, token->where);
        n->value = token->value;
        n->is_unsigned = token->is_unsigned;
        parser_advance(p);
        return n;
    case TOKEN_STRING:
        n = parser_node(p, NODE_STRING, token->where);
        n->where.column--; // the quote
        n->text = token->where;
        parser_advance(p);
        return n;
    case TOKEN_NAME:
        return parse_name(p);
    case TOKEN_LPAREN:
        return parse_parenthesis(p);
    default: // every other token begins no expression
        parser_expected(p, "an expression");
        return parser_node(p, NODE_ERROR, token->where);
    }
}

static struct node *parse_step(struct parser *p, struct node *target, struct span where,
                               bool prefix, bool up)
{
    struct node *n = parser_node(p, NODE_STEP, where);
    n->op = up ? OP_ADD : OP_SUB;
    n->prefix = prefix;
    return join(p, n, target, NULL, NULL);
}

static struct node *parse_postfix(struct parser *p)
{
    struct node *n = parse_primary(p);
    while (!p->lost && (p->now->kind == TOKEN_INCREMENT || p->now->kind == TOKEN_DECREMENT)) {
        bool up = p->now->kind == TOKEN_INCREMENT;
        struct span where = p->now->where;
        parser_advance(p);
        n = parse_step(p, n, where, false, up);
    }
    return n;
}

static struct node *parse_address(struct parser *p, struct span ampersand)
{
    if (p->now->kind != TOKEN_NAME) {
        parser_expected(p, "a name after '&'");
        return parser_node(p, NODE_ERROR, ampersand);
    }
    struct node *n = parse_name(p);
    if (n->kind == NODE_CALL) {
        parser_error(p, ampersand,
                     "'&' takes the address of an object or variable, not of a result");
        return parser_node(p, NODE_ERROR, ampersand);
    }
    if (n->kind != NODE_ERROR)
        n->kind = NODE_ADDRESS;
    return n;
}

static struct node *parse_operator(struct parser *p)
{
    const struct token *token = p->now;
    struct span where = token->where;
    struct node *n;
    switch (token->kind) {
    case TOKEN_MINUS:
    case TOKEN_TILDE:
    case TOKEN_NOT:
        parser_advance(p);
        n = parser_node(p, NODE_UNARY, where);
        n->op = token->kind == TOKEN_MINUS ? OP_NEG
                : token->kind == TOKEN_NOT ? OP_NOT
                                           : OP_COMPLEMENT;
        return join(p, n, parse_unary(p), NULL, NULL);
    case TOKEN_PLUS:
        parser_advance(p);
        return parse_unary(p);
    case TOKEN_INCREMENT:
    case TOKEN_DECREMENT:
        parser_advance(p);
        return parse_step(p, parse_unary(p), where, true, token->kind == TOKEN_INCREMENT);
    case TOKEN_AND:
        parser_advance(p);
        return parse_address(p, where);
    default: // no unary operator
        return parse_postfix(p);
    }
}

static struct node *parse_unary(struct parser *p)
{
    struct node *n = NULL;
    if (parser_enter(p))
        n = parse_operator(p);
    parser_leave(p);
    return n != NULL ? n : parser_node(p, NODE_ERROR, p->now->where);
}

static struct node *parse_binary(struct parser *p, int lowest)
{
    struct node *left = parse_unary(p);
    while (!p->lost) {
        const struct binary *b =
            find_binary(binaries, sizeof binaries / sizeof binaries[0], p->now->kind);
        if (b == NULL || b->precedence < lowest)
            break;
        struct node *n = parser_node(p, b->kind, p->now->where);
        n->op = (uint8_t)b->op;
        parser_advance(p);
        left = join(p, n, left, parse_binary(p, b->precedence + 1), NULL);
    }
    return left;
}

static struct node *parse_conditional(struct parser *p)
{
    struct node *test = parse_binary(p, TERNARY + 1);
    if (p->lost || p->now->kind != TOKEN_QUESTION)
        return test;
    struct node *n = parser_node(p, NODE_CONDITIONAL, p->now->where);
    parser_advance(p);
    struct node *yes = parse_expression(p);
    if (!parser_accept(p, TOKEN_COLON))
        parser_expected(p, "':' of the '?'");
    struct node *no = p->lost ? parser_node(p, NODE_ERROR, n->where) : parse_argument(p);
    return join(p, n, test, yes, no);
}

static struct node *parse_assignment(struct parser *p)
{
    struct node *target = parse_conditional(p);
    const struct binary *b =
        find_binary(assignments, sizeof assignments / sizeof assignments[0], p->now->kind);
    if (p->lost || b == NULL)
        return target;
    struct node *n = parser_node(p, NODE_ASSIGN, p->now->where);
    n->op = (uint8_t)b->op;
    parser_advance(p);
    return join(p, n, target, parse_argument(p), NULL);
}

struct node *parse_argument(struct parser *p)
{
    struct node *n = NULL;
    if (parser_enter(p))
        n = parse_assignment(p);
    parser_leave(p);
    return n != NULL ? n : parser_node(p, NODE_ERROR, p->now->where);
}

struct node *parse_expression(struct parser *p)
{
    struct node *n = parse_argument(p);
    while (!p->lost && p->now->kind == TOKEN_COMMA) {
        struct node *comma = parser_node(p, NODE_COMMA, p->now->where);
        parser_advance(p);
        n = join(p, comma, n, parse_argument(p), NULL);
    }
    return n;
}

struct node *parse_only_expression(struct parser *p)
{
    struct node *n = parse_expression(p);
    if (!p->lost && p->now->kind != TOKEN_END)
        parser_expected(p, "an operator or the end of the expression");
    return n;
}
