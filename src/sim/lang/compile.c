/*
 * Statements, scopes of local variables, and the three ways into the compiler.
 *
 * A local may hide one of an outer block, as in C, but nothing that the scenario or NT names: there
 * the hidden name would still be what the reader thinks of.
 */
#include "sim/lang/compile.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/compiler.h"

void compile_error(struct compiler *c, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_vadd(c->scope->diags, DIAG_ERROR, where.file, where.line, where.column, format, arguments);
    va_end(arguments);
    c->ok = false;
}

/* ---- statements ---- */

static void compile_statement(struct compiler *c, struct node *n);

/* Is the name free for a local of this block? Reports if not. */
static void check_local_name(struct compiler *c, struct span name)
{
    const struct symbol *s = symbols_find(c->scope->symbols, name);
    int32_t value;
    if (s != NULL)
        compile_error(c, name, "'%.*s' is already %s, named at %u:%u: choose another name",
                      SPAN(name), symbol_kind_text(s->kind), (unsigned)s->where.line,
                      (unsigned)s->where.column);
    else if (nt_constant_find(name, &value) || span_is(name, "self") || span_is(name, "NULL"))
        compile_error(c, name, "'%.*s' is a constant: choose another name", SPAN(name));
    for (size_t k = c->block_start; k < c->n_locals; k++)
        if (span_equal(c->locals[k].name, name))
            compile_error(c, name, "'%.*s' is already declared in this block, at %u:%u", SPAN(name),
                          (unsigned)c->locals[k].name.line, (unsigned)c->locals[k].name.column);
}

static void compile_variable(struct compiler *c, struct node *n, bool is_unsigned)
{
    if (n->a != NULL)
        compile_value(c, n->a);
    check_local_name(c, n->where);
    int slot = slot_new(c, n->where);
    declare_local(c, n->where, is_unsigned, slot);
    bool again = c->loops > 0; // outside loops a slot is still 0
    if (n->a == NULL && again)
        emit_push(c, 0, n->where);
    if (n->a != NULL || again)
        emit(c, OP_STORE, slot < 0 ? 0 : (unsigned)slot, 0, 0, n->where);
}

static size_t open_block(struct compiler *c)
{
    size_t outer = c->block_start;
    c->block_start = c->n_locals;
    return outer;
}

static void close_block(struct compiler *c, size_t outer)
{
    c->n_locals = c->block_start;
    c->block_start = outer;
}

/* Statements with a scope of their own. */
static void compile_block(struct compiler *c, struct node *list)
{
    size_t outer = open_block(c);
    for (; list != NULL; list = list->next)
        compile_statement(c, list);
    close_block(c, outer);
}

static void compile_if(struct compiler *c, struct node *n)
{
    label no = label_new(c), end = label_new(c);
    compile_branch(c, n->a, false, no);
    compile_block(c, n->b);
    if (n->c != NULL)
        emit_jump(c, OP_JUMP, end, n->where);
    label_place(c, no);
    if (n->c != NULL)
        compile_block(c, n->c);
    label_place(c, end);
}

/* What while, do and for have in common: the labels that break and continue go to. */
struct loop {
    label outer_break, outer_continue;
};

static struct loop open_loop(struct compiler *c)
{
    struct loop outer = {c->break_to, c->continue_to};
    c->break_to = label_new(c);
    c->continue_to = label_new(c);
    c->loops++;
    return outer;
}

static void close_loop(struct compiler *c, struct loop outer)
{
    label_place(c, c->break_to);
    c->break_to = outer.outer_break;
    c->continue_to = outer.outer_continue;
    c->loops--;
}

static void compile_while(struct compiler *c, struct node *n)
{
    struct loop outer = open_loop(c);
    label_place(c, c->continue_to);
    compile_branch(c, n->a, false, c->break_to);
    compile_block(c, n->b);
    emit_jump(c, OP_JUMP, c->continue_to, n->where);
    close_loop(c, outer);
}

static void compile_do(struct compiler *c, struct node *n)
{
    struct loop outer = open_loop(c);
    label top = label_new(c);
    label_place(c, top);
    compile_block(c, n->b);
    label_place(c, c->continue_to);
    compile_branch(c, n->a, true, top);
    close_loop(c, outer);
}

static void compile_for(struct compiler *c, struct node *n)
{
    size_t outer_block = open_block(c); // of what the start of the loop declares
    if (n->list != NULL)
        compile_statement(c, n->list);
    struct loop outer = open_loop(c);
    label top = label_new(c);
    label_place(c, top);
    if (n->a != NULL)
        compile_branch(c, n->a, false, c->break_to);
    compile_block(c, n->c);
    label_place(c, c->continue_to);
    if (n->b != NULL)
        compile_effect(c, n->b);
    emit_jump(c, OP_JUMP, top, n->where);
    close_loop(c, outer);
    close_block(c, outer_block);
}

static void compile_jump(struct compiler *c, struct node *n)
{
    bool is_break = n->kind == NODE_BREAK;
    if (c->loops == 0)
        compile_error(c, n->where, "'%s' stands in no loop", is_break ? "break" : "continue");
    else
        emit_jump(c, OP_JUMP, is_break ? c->break_to : c->continue_to, n->where);
}

static void compile_statement(struct compiler *c, struct node *n)
{
    switch ((int)n->kind) {
    case NODE_BLOCK:
        compile_block(c, n->list);
        break;
    case NODE_DECLARE:
        for (struct node *v = n->list; v != NULL; v = v->next)
            compile_variable(c, v, n->is_unsigned);
        break;
    case NODE_EVALUATE:
        compile_effect(c, n->a);
        break;
    case NODE_IF:
        compile_if(c, n);
        break;
    case NODE_FOR:
        compile_for(c, n);
        break;
    case NODE_WHILE:
        compile_while(c, n);
        break;
    case NODE_DO:
        compile_do(c, n);
        break;
    case NODE_BREAK:
    case NODE_CONTINUE:
        compile_jump(c, n);
        break;
    case NODE_RETURN: // NT drops the value of a thread's routine
        if (n->a != NULL)
            compile_effect(c, n->a);
        emit(c, OP_RETURN, 0, 0, 0, n->where);
        break;
    default: // NODE_ERROR
        c->ok = false;
        break;
    }
}

/* ---- ways in ---- */

static void compiler_release(struct compiler *c)
{
    free(c->targets);
    free(c->locals);
    free(c->unknowns);
    if (!c->ok && c->code != NULL)
        code_release(c->code);
}

/* The place behind the last line: where the routine ends. */
static struct span end_of(const struct body *body)
{
    struct span end = body->text;
    end.line = body->first_line + (body->n_lines > 0 ? body->n_lines - 1 : 0);
    end.column = 1 + (body->n_lines > 0 ? (uint32_t)body->shift[body->n_lines - 1] : 0);
    return end;
}

bool compile_body(const struct scope *scope, const struct body *body, struct code *code,
                  struct code_facts *facts)
{
    struct arena arena = {0};
    struct parser p;
    *facts = (struct code_facts){0};
    *code = (struct code){0};
    parser_init(&p, body->text, &arena, scope->diags);
    struct node *block = parse_body(&p);
    struct compiler c = {.scope = scope,
                         .mode = COMPILE_BODY,
                         .arena = &arena,
                         .body = body,
                         .code = code,
                         .facts = facts,
                         .ok = p.ok,
                         .misread = p.misread};
    compile_block(&c, block->list);
    emit(&c, OP_RETURN, 0, 0, 0, end_of(body));
    if (body->n_lines > UINT16_MAX)
        compile_error(&c, body->text, "a body has at most %d lines", UINT16_MAX);
    if (c.ok)
        emit_finish(&c, body->text);
    compiler_release(&c);
    arena_release(&arena);
    return c.ok;
}

bool compile_predicate(const struct scope *scope, struct span text, struct code *code)
{
    struct arena arena = {0};
    struct parser p;
    *code = (struct code){0};
    if (text.n == 0) {
        span_error(scope->diags, text, "expected a predicate, such as files(\"C:\\Temp\") == 0");
        return false;
    }
    parser_init(&p, text, &arena, scope->diags);
    struct node *n = parse_only_expression(&p);
    struct compiler c = {.scope = scope,
                         .mode = COMPILE_PREDICATE,
                         .arena = &arena,
                         .code = code,
                         .ok = p.ok,
                         .misread = p.misread};
    if (p.ok) {
        compile_value(&c, n);
        emit(&c, OP_RESULT, 0, 0, 0, text);
    }
    if (c.ok)
        emit_finish(&c, text);
    compiler_release(&c);
    arena_release(&arena);
    return c.ok;
}

/* Is the tree each(i, lo, hi, P) with constant bounds? compile_query reports mistakes in one. */
static bool is_each(struct compiler *c, struct node *n)
{
    struct node *name = n->list;
    return n->kind == NODE_CALL && span_is(n->where, "each") && name != NULL &&
           name->kind == NODE_NAME && name->next != NULL && name->next->next != NULL &&
           name->next->next->next != NULL && fold(c, name->next) && fold(c, name->next->next);
}

bool compile_element(const struct scope *scope, struct span text, struct code *code, int32_t *lo,
                     int32_t *hi)
{
    struct arena arena = {0};
    struct parser p;
    *code = (struct code){0};
    parser_init(&p, text, &arena, scope->diags);
    struct node *n = parse_only_expression(&p);
    struct compiler c = {
        .scope = scope, .mode = COMPILE_PREDICATE, .arena = &arena, .code = code, .ok = p.ok};
    c.ok = c.ok && is_each(&c, n);
    if (c.ok) {
        int64_t elements = (int64_t)n->list->next->next->value - n->list->next->value;
        c.ok = elements <= MAX_ELEMENTS;
    }
    if (c.ok) {
        struct node *name = n->list;
        *lo = name->next->value;
        *hi = name->next->next->value;
        declare_local(&c, name->where, false, slot_new(&c, name->where));
        compile_value(&c, name->next->next->next);
        emit(&c, OP_RESULT, 0, 0, 0, text);
    }
    if (c.ok)
        emit_finish(&c, text);
    compiler_release(&c);
    arena_release(&arena);
    return c.ok;
}

bool compile_constant_node(const struct scope *scope, struct node *n, int32_t *value)
{
    struct arena arena = {0};
    struct code code = {0};
    struct compiler c = {.scope = scope,
                         .mode = COMPILE_CONSTANT,
                         .arena = &arena,
                         .code = &code,
                         .ok = n->kind != NODE_ERROR};
    *value = 0;
    if (c.ok && fold(&c, n)) {
        *value = n->value;
    } else if (c.ok) {
        compile_value(&c, n); // reports what is wrong with it
        if (c.ok)
            compile_error(&c, n->where, "expected a constant: this is known only in a run");
    }
    bool ok = c.ok;
    c.ok = false; // whatever code there is, is not wanted
    compiler_release(&c);
    arena_release(&arena);
    return ok;
}

bool compile_constant(const struct scope *scope, struct span text, int32_t *value)
{
    struct arena arena = {0};
    struct parser p;
    *value = 0;
    parser_init(&p, text, &arena, scope->diags);
    if (text.n == 0)
        parser_error(&p, text, "expected a number or a constant expression");
    struct node *n = parse_only_expression(&p);
    bool ok = p.ok && compile_constant_node(scope, n, value);
    arena_release(&arena);
    return ok;
}

void code_release(struct code *code)
{
    for (uint32_t k = 0; k < code->n_patterns; k++) {
        for (unsigned j = 0; j <= code->patterns[k].n_holes; j++)
            free(code->patterns[k].pieces[j]);
        free(code->patterns[k].pieces);
    }
    for (uint32_t k = 0; k < code->n_locals; k++)
        free(code->local_names[k]);
    free(code->local_names);
    free(code->patterns);
    free(code->instrs);
    free(code->notes);
    *code = (struct code){0};
}
