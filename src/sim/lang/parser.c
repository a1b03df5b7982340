/*
 * Statements, and how the parser finds its way again after an error.
 *
 * After a mistake nothing more is reported (`lost`) until a place where a reader would start afresh
 * too: the bracket that closes the one at hand, the next `;`, a brace, or a keyword at the start of
 * a line. A missing `;` before a line end or a brace loses nothing: it is reported and taken as
 * given.
 */
#include "sim/lang/parser.h"

#include <stdlib.h>

static const struct token the_end = {.kind = TOKEN_END};

void parser_init(struct parser *p, struct span text, struct arena *arena, struct diag_list *diags)
{
    *p = (struct parser){.arena = arena, .diags = diags, .ok = true, .last = text};
    p->last.n = 0;
    p->now = lex(text, arena, diags, &p->ok);
}

struct node *parser_node(struct parser *p, enum node_kind kind, struct span where)
{
    struct node *n = arena_alloc(p->arena, 1, sizeof *n);
    n->kind = kind;
    n->where = where;
    n->op = N_OPS;
    return n;
}

void parser_advance(struct parser *p)
{
    p->last = p->now->where;
    if (p->now->kind != TOKEN_END)
        p->now++;
}

bool parser_accept(struct parser *p, enum token_kind kind)
{
    if (p->now->kind != kind)
        return false;
    parser_advance(p);
    return true;
}

void parser_error(struct parser *p, struct span where, const char *text)
{
    if (!p->lost && p->now->kind != TOKEN_STRAY) // that one the lexer has reported
        span_error(p->diags, where, "%s", text);
    p->lost = true;
    p->ok = false;
}

/* "'word'", or "the end". */
static char *found_text(const struct token *token)
{
    if (token->kind == TOKEN_END)
        return mem_format("the end");
    if (token->kind == TOKEN_STRING)
        return mem_format("\"%.*s\"", SPAN(token->where));
    return mem_format("'%.*s'", SPAN(token->where));
}

void parser_expected(struct parser *p, const char *what)
{
    struct text text = {0};
    char *found = found_text(p->now);
    if (p->now->kind == TOKEN_RESERVED)
        text_format(&text, "expected %s; the body language has no %s", what, found);
    else
        text_format(&text, "expected %s, found %s", what, found);
    parser_error(p, p->now->where, text.at);
    text_release(&text);
    free(found);
}

bool parser_enter(struct parser *p)
{
    if (p->nesting++ < MAX_NESTING)
        return true;
    if (!p->stopped)
        parser_error(p, p->now->where, "this is nested too deeply");
    p->stopped = true;
    p->misread = true;
    p->lost = true;
    p->now = &the_end;
    return false;
}

void parser_leave(struct parser *p)
{
    p->nesting--;
}

static bool is_bracket(enum token_kind kind, bool opening)
{
    return opening ? kind == TOKEN_LPAREN || kind == TOKEN_LBRACKET
                   : kind == TOKEN_RPAREN || kind == TOKEN_RBRACKET;
}

/* Skips to the bracket that is still open, but not out of the statement. */
static void skip_to_close(struct parser *p)
{
    for (uint32_t open = 0; p->now->kind != TOKEN_END; parser_advance(p)) {
        if (p->now->kind == TOKEN_LBRACE || p->now->kind == TOKEN_RBRACE)
            return;
        if (is_bracket(p->now->kind, false) && open-- == 0)
            return;
        if (is_bracket(p->now->kind, true))
            open++;
    }
}

void parser_close(struct parser *p, enum token_kind kind, struct span open)
{
    if (p->lost || parser_accept(p, kind))
        return;
    const char *close = kind == TOKEN_RPAREN ? ")" : "]";
    char *found = found_text(p->now);
    char *text = mem_format("expected '%s' to close '%.*s' at %u:%u, found %s", close, SPAN(open),
                            (unsigned)open.line, (unsigned)open.column, found);
    parser_error(p, p->now->where, text);
    free(found);
    free(text);
}

static bool is_statement_start(enum token_kind kind)
{
    return kind == TOKEN_TYPE || (kind >= TOKEN_IF && kind <= TOKEN_RETURN);
}

/* Skips to where the next statement begins; nothing is lost any more. */
static void find_way(struct parser *p)
{
    while (p->now->kind != TOKEN_END && p->now->kind != TOKEN_LBRACE &&
           p->now->kind != TOKEN_RBRACE &&
           !(p->now->starts_line && is_statement_start(p->now->kind))) {
        p->misread |= p->now->kind == TOKEN_TYPE;
        if (parser_accept(p, TOKEN_SEMICOLON))
            break;
        parser_advance(p);
    }
    p->lost = p->stopped;
}

/* The ';' of a statement. */
static void end_statement(struct parser *p)
{
    if (!p->lost && !parser_accept(p, TOKEN_SEMICOLON)) {
        bool forgotten =
            p->now->starts_line || p->now->kind == TOKEN_RBRACE || p->now->kind == TOKEN_END;
        if (!forgotten) {
            parser_expected(p, "';'");
        } else {
            parser_error(p, span_part(p->last, p->last.n, 0), "expected ';' after this");
            p->lost = p->stopped;
        }
    }
    if (p->lost)
        find_way(p);
}

/* Bracketed head of if, while, for: after an error in it, goes on behind it. */
static struct span open_head(struct parser *p, const char *what)
{
    struct span open = p->now->where;
    if (!parser_accept(p, TOKEN_LPAREN))
        parser_expected(p, what);
    return open;
}

static void close_head(struct parser *p, struct span open)
{
    if (p->lost) {
        skip_to_close(p);
        p->lost = p->stopped;
        parser_accept(p, TOKEN_RPAREN);
        return;
    }
    parser_close(p, TOKEN_RPAREN, open);
    p->lost = p->stopped;
}

static struct node *parse_statement(struct parser *p);

/* The variables of a declaration; the type was read. */
static struct node *parse_declaration(struct parser *p, const struct token *type)
{
    struct node *declare = parser_node(p, NODE_DECLARE, type->where);
    declare->is_unsigned = type->is_unsigned;
    struct node **end = &declare->list;
    do {
        if (p->now->kind != TOKEN_NAME) {
            parser_expected(p, "the name of a variable");
            break;
        }
        struct node *variable = parser_node(p, NODE_VARIABLE, p->now->where);
        *end = variable;
        end = &variable->next;
        parser_advance(p);
        if (p->now->kind == TOKEN_LBRACKET)
            parser_error(p, p->now->where,
                         "a local variable cannot be an array; one in [shared] can");
        if (!p->lost && parser_accept(p, TOKEN_ASSIGN))
            variable->a = parse_argument(p);
    } while (!p->lost && parser_accept(p, TOKEN_COMMA));
    p->misread |= p->lost;
    return declare;
}

/* Two names side by side: the first was meant to be a type. */
static bool is_misspelt_type(const struct parser *p)
{
    return p->now[0].kind == TOKEN_NAME && p->now[1].kind == TOKEN_NAME && !p->now[1].starts_line;
}

static const struct token *parse_type(struct parser *p)
{
    static const char *const types[] = {"int", "LONG", "HANDLE", "NTSTATUS", "BOOLEAN", "ULONG"};
    const struct token *type = p->now;
    if (type->kind != TOKEN_TYPE) {
        char *hint = span_hint(type->where, types, sizeof types / sizeof types[0]);
        char *text = mem_format("'%.*s' is not a type (int LONG HANDLE NTSTATUS BOOLEAN ULONG)%s",
                                SPAN(type->where), hint);
        parser_error(p, type->where, text);
        p->lost = p->stopped;
        free(hint);
        free(text);
    }
    parser_advance(p);
    return type;
}

static struct node *parse_evaluate(struct parser *p)
{
    struct node *n = parser_node(p, NODE_EVALUATE, p->now->where);
    n->a = parse_expression(p);
    return n;
}

static struct node *parse_simple(struct parser *p)
{
    if (p->now->kind == TOKEN_TYPE || is_misspelt_type(p))
        return parse_declaration(p, parse_type(p));
    return parse_evaluate(p);
}

static struct node *parse_for(struct parser *p)
{
    struct node *n = parser_node(p, NODE_FOR, p->now->where);
    parser_advance(p);
    struct span open = open_head(p, "'(' after 'for'");
    if (!p->lost && p->now->kind != TOKEN_SEMICOLON)
        n->list = parse_simple(p);
    if (!p->lost && !parser_accept(p, TOKEN_SEMICOLON))
        parser_expected(p, "';' after the start of the loop");
    if (!p->lost && p->now->kind != TOKEN_SEMICOLON)
        n->a = parse_expression(p);
    if (!p->lost && !parser_accept(p, TOKEN_SEMICOLON))
        parser_expected(p, "';' after the condition of the loop");
    if (!p->lost && p->now->kind != TOKEN_RPAREN)
        n->b = parse_expression(p);
    close_head(p, open);
    n->c = parse_statement(p);
    return n;
}

static struct node *parse_condition(struct parser *p, const char *what)
{
    struct span open = open_head(p, what);
    struct node *condition = p->lost ? parser_node(p, NODE_ERROR, open) : parse_expression(p);
    close_head(p, open);
    return condition;
}

static struct node *parse_if(struct parser *p)
{
    struct node *n = parser_node(p, NODE_IF, p->now->where);
    parser_advance(p);
    n->a = parse_condition(p, "'(' after 'if'");
    n->b = parse_statement(p);
    if (parser_accept(p, TOKEN_ELSE))
        n->c = parse_statement(p);
    return n;
}

static struct node *parse_while(struct parser *p)
{
    struct node *n = parser_node(p, NODE_WHILE, p->now->where);
    parser_advance(p);
    n->a = parse_condition(p, "'(' after 'while'");
    n->b = parse_statement(p);
    return n;
}

static struct node *parse_do(struct parser *p)
{
    struct node *n = parser_node(p, NODE_DO, p->now->where);
    parser_advance(p);
    n->b = parse_statement(p);
    n->a = parser_node(p, NODE_ERROR, n->where);
    if (parser_accept(p, TOKEN_WHILE))
        n->a = parse_condition(p, "'(' after 'while'");
    else
        parser_expected(p, "'while' after the body of 'do'");
    end_statement(p);
    return n;
}

static struct node *parse_jump(struct parser *p, enum node_kind kind)
{
    struct node *n = parser_node(p, kind, p->now->where);
    parser_advance(p);
    if (kind == NODE_RETURN && p->now->kind != TOKEN_SEMICOLON && !p->now->starts_line &&
        p->now->kind != TOKEN_END)
        n->a = parse_expression(p);
    end_statement(p);
    return n;
}

static struct node *parse_block(struct parser *p)
{
    struct node *block = parser_node(p, NODE_BLOCK, p->now->where);
    parser_advance(p);
    for (struct node **end = &block->list;
         p->now->kind != TOKEN_RBRACE && p->now->kind != TOKEN_END; end = &(*end)->next)
        *end = parse_statement(p);
    if (!parser_accept(p, TOKEN_RBRACE)) {
        char *text = mem_format("expected '}' to close '{' at %u:%u", (unsigned)block->where.line,
                                (unsigned)block->where.column);
        parser_error(p, p->now->where, text);
        free(text);
    }
    return block;
}

static struct node *parse_statement_kind(struct parser *p)
{
    struct node *n;
    switch (p->now->kind) {
    case TOKEN_LBRACE:
        return parse_block(p);
    case TOKEN_IF:
        return parse_if(p);
    case TOKEN_FOR:
        return parse_for(p);
    case TOKEN_WHILE:
        return parse_while(p);
    case TOKEN_DO:
        return parse_do(p);
    case TOKEN_BREAK:
        return parse_jump(p, NODE_BREAK);
    case TOKEN_CONTINUE:
        return parse_jump(p, NODE_CONTINUE);
    case TOKEN_RETURN:
        return parse_jump(p, NODE_RETURN);
    case TOKEN_SEMICOLON:
        n = parser_node(p, NODE_BLOCK, p->now->where);
        parser_advance(p);
        return n;
    case TOKEN_ELSE:
        parser_error(p, p->now->where, "this 'else' has no 'if'");
        p->lost = p->stopped;
        parser_advance(p);
        return parse_statement(p);
    case TOKEN_RBRACE:
    case TOKEN_END:
        parser_expected(p, "a statement");
        p->lost = p->stopped;
        return parser_node(p, NODE_BLOCK, p->now->where);
    default: // an expression, a declaration, or a mistake that these report
        n = parse_simple(p);
        end_statement(p);
        return n;
    }
}

static struct node *parse_statement(struct parser *p)
{
    struct node *n = NULL;
    if (parser_enter(p))
        n = parse_statement_kind(p);
    parser_leave(p);
    return n != NULL ? n : parser_node(p, NODE_BLOCK, p->now->where);
}

struct node *parse_body(struct parser *p)
{
    struct node *block = parser_node(p, NODE_BLOCK, p->now->where);
    struct node **end = &block->list;
    while (p->now->kind != TOKEN_END) {
        if (p->now->kind == TOKEN_RBRACE) {
            parser_error(p, p->now->where, "this '}' closes nothing");
            p->lost = p->stopped;
            parser_advance(p);
            continue;
        }
        *end = parse_statement(p);
        end = &(*end)->next;
    }
    return block;
}
