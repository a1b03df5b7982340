/*
 * What a predicate can ask of a run: files, exists, size, ended, exit_status, waits, owner_count,
 * owns, signaled, and each and any, which become loops over a local of the predicate.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/compiler.h"
#include "sim/lang/names.h"

struct query {
    const char *name;
    const char *form;
    enum op op;
    unsigned first, second; // kinds of its objects, as masks; 0: none, or a path
};

enum {
    A_THREAD = SYMBOL_BIT(SYMBOL_THREAD),
    A_RESOURCE = SYMBOL_BIT(SYMBOL_RESOURCE),
    AN_EVENT = SYMBOL_BIT(SYMBOL_EVENT),
};

// clang-format off
static const struct query queries[] = {
    {"files", "files(directory)", OP_Q_FILES, 0, 0},
    {"exists", "exists(\"path\")", OP_Q_EXISTS, 0, 0},
    {"size", "size(\"path\")", OP_Q_SIZE, 0, 0},
    {"ended", "ended(Thread)", OP_Q_ENDED, A_THREAD, 0},
    {"exit_status", "exit_status(Thread)", OP_Q_EXIT_STATUS, A_THREAD, 0},
    {"waits", "waits(Thread)", OP_Q_WAITS, A_THREAD, 0},
    {"owner_count", "owner_count(Resource)", OP_Q_OWNER_COUNT, A_RESOURCE, 0},
    {"owns", "owns(Thread, Resource)", OP_Q_OWNS, A_THREAD, A_RESOURCE},
    {"signaled", "signaled(Event)", OP_Q_SIGNALED, AN_EVENT, 0},
};
// clang-format on

bool is_query(struct span name)
{
    bool found = span_is(name, "each") || span_is(name, "any");
    for (size_t k = 0; k < sizeof queries / sizeof queries[0]; k++)
        found |= span_is(name, queries[k].name);
    return found;
}

static const char *kind_text(unsigned kinds)
{
    return kinds == A_THREAD ? "a thread" : kinds == A_RESOURCE ? "a resource" : "an event";
}

static unsigned count(const struct node *list)
{
    unsigned n = 0;
    for (; list != NULL; list = list->next)
        n++;
    return n;
}

/* ---- directories ---- */

static void unknown_directory(struct compiler *c, struct span word, bool path)
{
    const char *words[MAX_DIRECTORIES];
    uint32_t n = c->scope->n_directories;
    for (uint32_t k = 0; k < n; k++)
        words[k] = path ? c->scope->directories[k].path : c->scope->directories[k].id;
    char *hint = span_hint(word, words, n);
    compile_error(c, word, "no [directory] section has %s '%.*s'%s", path ? "path =" : "the name",
                  SPAN(word), hint);
    free(hint);
}

/* Index of the directory that a path or an id names; 0 if reported. */
static unsigned find_directory(struct compiler *c, struct node *n)
{
    const struct scope *scope = c->scope;
    if (n->kind == NODE_NAME) {
        for (uint32_t k = 0; k < scope->n_directories; k++)
            if (span_is(n->where, scope->directories[k].id))
                return k;
        unknown_directory(c, n->where, false);
        return 0;
    }
    if (n->kind != NODE_STRING) {
        compile_error(c, n->where, "expected a directory: its path between quotes, or its name");
        return 0;
    }
    char *path = mem_alloc(n->text.n + 2, 1); // room for the backslash that "C:" lacks
    memcpy(path, n->text.at, n->text.n);
    if (n->text.n > 0 && path[n->text.n - 1] != '\\')
        path[n->text.n] = '\\';
    bool ok = path_normalize(path, true, n->where, scope->diags);
    c->ok = c->ok && ok;
    size_t length = strlen(path);
    if (length > 0)
        path[length - 1] = '\0';
    uint32_t k = 0;
    while (ok && k < scope->n_directories && !path_equal(path, scope->directories[k].path))
        k++;
    free(path);
    if (ok && k == scope->n_directories)
        unknown_directory(c, n->text, true);
    return k < scope->n_directories ? k : 0;
}

/* ---- loops ---- */

/* The counter of each and any: in force until the closing parenthesis. */
static int open_counter(struct compiler *c, struct node *n)
{
    const struct symbol *s =
        n->kind == NODE_NAME ? symbols_find(c->scope->symbols, n->where) : NULL;
    int slot = slot_new(c, n->where);
    if (n->kind != NODE_NAME)
        compile_error(c, n->where, "expected a name for the counter");
    else if (s != NULL)
        compile_error(c, n->where, "'%s' is already %s: choose another name", s->name,
                      symbol_kind_text(s->kind));
    declare_local(c, n->where, false, slot);
    return slot < 0 ? 0 : slot;
}

/* each(i, lo, hi, P), any(i, lo, hi, P): lo and hi once, P for lo <= i < hi until one decides. */
static void compile_loop(struct compiler *c, struct node *n, bool any)
{
    struct node *name = n->list, *from = name->next, *to = from->next, *claim = to->next;
    label top = label_new(c), decided = label_new(c), through = label_new(c), end = label_new(c);
    int last = slot_borrow(c, n->where);
    unsigned limit = last < 0 ? 0 : (unsigned)last;
    compile_value(c, from);
    compile_value(c, to);
    emit(c, OP_STORE, limit, 0, 0, to->where);
    unsigned counter = (unsigned)open_counter(c, name);
    emit(c, OP_STORE, counter, 0, 0, name->where);

    label_place(c, top);
    emit(c, OP_LOAD, counter, 0, 0, name->where);
    emit(c, OP_LOAD, limit, 0, 0, to->where);
    emit(c, OP_LT, 0, 0, 0, n->where);
    emit_jump(c, OP_JUMP_ZERO, through, n->where);
    compile_branch(c, claim, any, decided);
    emit(c, OP_LOAD, counter, 0, 0, name->where);
    emit_push(c, 1, name->where);
    emit(c, OP_ADD, 0, 0, 0, name->where);
    emit(c, OP_STORE, counter, 0, 0, name->where);
    emit_jump(c, OP_JUMP, top, n->where);

    label_place(c, through);
    emit_push(c, !any, n->where);
    emit_jump(c, OP_JUMP, end, n->where);
    c->depth--;
    label_place(c, decided);
    emit_push(c, any, n->where);
    label_place(c, end);
    c->n_locals--;
    slot_return(c, last);
}

/* ---- questions ---- */

static void compile_name_argument(struct compiler *c, struct node *n)
{
    if (n->kind != NODE_STRING) {
        if (n->kind != NODE_ERROR)
            compile_error(c, n->where, "expected a path between quotes");
        emit_push(c, 0, n->where);
        return;
    }
    unsigned n_holes;
    unsigned pattern = compile_string(c, n, STRING_PATH, &n_holes);
    emit(c, OP_PATH, pattern, n_holes, 0, n->where);
}

static void unknown_query(struct compiler *c, struct node *n)
{
    const char *names[sizeof queries / sizeof queries[0] + 2] = {"each", "any"};
    for (size_t k = 0; k < sizeof queries / sizeof queries[0]; k++)
        names[k + 2] = queries[k].name;
    char *hint = span_hint(n->where, names, sizeof names / sizeof names[0]);
    if (c->mode == COMPILE_CONSTANT)
        compile_error(c, n->where, "expected a constant: '%.*s' cannot be called here",
                      SPAN(n->where));
    else if (nt_call_find(n->where.at, (uint32_t)n->where.n) != CALL_NONE)
        compile_error(c, n->where, "this only looks at the run: it cannot call %.*s",
                      SPAN(n->where));
    else
        compile_error(c, n->where, "there is no question '%.*s'%s", SPAN(n->where), hint);
    free(hint);
    emit_push(c, 0, n->where);
}

static void compile_known_query(struct compiler *c, const struct query *q, struct node *n)
{
    if (count(n->list) != (q->second != 0 ? 2u : 1u)) {
        compile_error(c, n->where, "expected %s", q->form);
        emit_push(c, 0, n->where);
        return;
    }
    unsigned a = 0;
    if (q->op == OP_Q_FILES)
        a = find_directory(c, n->list);
    else if (q->first == 0)
        compile_name_argument(c, n->list);
    else
        compile_object(c, n->list, q->first, true, kind_text(q->first));
    if (q->second != 0)
        compile_object(c, n->list->next, q->second, true, kind_text(q->second));
    emit(c, q->op, a, 0, 0, n->where);
}

void compile_query(struct compiler *c, struct node *n)
{
    bool any = span_is(n->where, "any");
    if (c->mode == COMPILE_PREDICATE && (any || span_is(n->where, "each"))) {
        if (count(n->list) == 4) {
            compile_loop(c, n, any);
            return;
        }
        compile_error(c, n->where, "expected %s(i, from, to, claim), for from <= i < to",
                      any ? "any" : "each");
        emit_push(c, 0, n->where);
        return;
    }
    for (size_t k = 0; c->mode == COMPILE_PREDICATE && k < sizeof queries / sizeof queries[0];
         k++) {
        if (span_is(n->where, queries[k].name)) {
            compile_known_query(c, &queries[k], n);
            return;
        }
    }
    unknown_query(c, n);
}
