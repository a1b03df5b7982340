/*
 * Calls of a body: the rows of the NT call table, and the three words that are no kernel routine
 * (NT_SUCCESS, assert, DbgPrint).
 *
 * The arguments are first matched to the row's parameters, whose number and kinds decide everything
 * else. A row with PARAM_REST (KeWaitForMultipleObjects) is written with its required parameters
 * first, then the objects, then the optional ones, but takes the objects last in the request.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/compiler.h"

struct arguments {
    struct node *of[MAX_PARAMS]; // by parameter; NULL: left out
    struct node *rest;           // the first of PARAM_REST
    unsigned n_rest;
};

static bool is_null(const struct node *n)
{
    return n->kind == NODE_NAME && span_is(n->where, "NULL");
}

static unsigned count(const struct node *list)
{
    unsigned n = 0;
    for (; list != NULL; list = list->next)
        n++;
    return n;
}

/* ---- matching ---- */

/* "KeSetEvent(&Event[, Increment[, Wait]])" */
static char *signature(const struct nt_call_row *row)
{
    struct text text = {0};
    unsigned open = 0;
    text_format(&text, "%s(", row->name);
    for (unsigned pass = 0; pass < 3; pass++) { // as written: required, objects, optional
        for (unsigned k = 0; k < row->n_params; k++) {
            const struct nt_param *p = &row->params[k];
            unsigned turn = p->kind == PARAM_REST ? 1 : p->optional ? 2 : 0;
            if (turn != pass)
                continue;
            bool address = p->kind <= PARAM_OUT_HANDLE || p->kind == PARAM_REST;
            text_format(&text, "%s%s%s%s%s", p->optional ? "[" : "",
                        text.at[text.n - 1] == '(' ? "" : ", ", address ? "&" : "", p->name,
                        p->kind == PARAM_REST ? ", ..." : "");
            open += p->optional;
        }
    }
    for (; open > 0; open--)
        text_add(&text, "]", 1);
    text_add(&text, ")", 1);
    return text.at;
}

/* Gives the parameters of one kind (required or optional) their arguments; what is left of them. */
static struct node *match(const struct nt_call_row *row, bool optional, struct node *next,
                          struct arguments *out, bool *missing)
{
    for (unsigned k = 0; k < row->n_params; k++) {
        if (row->params[k].kind == PARAM_REST || row->params[k].optional != optional)
            continue;
        *missing |= next == NULL && !optional;
        out->of[k] = next;
        next = next != NULL ? next->next : NULL;
    }
    return next;
}

static bool match_arguments(struct compiler *c, const struct nt_call_row *row, struct node *n,
                            struct arguments *out)
{
    bool missing = false;
    *out = (struct arguments){0};
    struct node *next = match(row, false, n->list, out, &missing);
    if (row->n_params > 0 && row->params[row->n_params - 1].kind == PARAM_REST) {
        out->rest = next;
        for (; next != NULL && next->kind == NODE_ADDRESS; next = next->next)
            out->n_rest++;
        missing |= out->n_rest == 0;
    }
    next = match(row, true, next, out, &missing);
    if (!missing && next == NULL)
        return true;
    char *form = signature(row);
    unsigned given = count(n->list);
    compile_error(c, next != NULL && !missing ? next->where : n->where,
                  "%s arguments: expected %s, found %u argument%s",
                  missing ? "missing" : "too many", form, given, given == 1 ? "" : "s");
    free(form);
    return false;
}

/* ---- one argument ---- */

static unsigned kinds_of(enum nt_param_kind kind, const char **expected)
{
    switch ((int)kind) {
    case PARAM_RESOURCE:
        *expected = "a resource";
        return SYMBOL_BIT(SYMBOL_RESOURCE);
    case PARAM_EVENT:
        *expected = "an event";
        return SYMBOL_BIT(SYMBOL_EVENT);
    case PARAM_SPINLOCK:
        *expected = "a spin lock";
        return SYMBOL_BIT(SYMBOL_SPINLOCK);
    case PARAM_THREAD:
        *expected = "a thread";
        return SYMBOL_BIT(SYMBOL_THREAD);
    case PARAM_SHARED:
        *expected = "a shared variable";
        return SYMBOL_BIT(SYMBOL_SHARED);
    default: // PARAM_WAITABLE, PARAM_REST
        *expected = "an event or a thread";
        return SYMBOL_BIT(SYMBOL_EVENT) | SYMBOL_BIT(SYMBOL_THREAD);
    }
}

/* Somebody may wait for this thread, or for any of these. */
static void note_wait(struct compiler *c, const struct symbol *s, struct node *n)
{
    if (s == NULL || s->kind != SYMBOL_THREAD)
        return;
    bool one = n->a != NULL && fold(c, n->a);
    for (uint32_t k = 0; k < s->n; k++)
        if (!one || (uint32_t)n->a->value == k)
            c->facts->waited_for |= thread_bit((thread_ix)(s->first + k));
}

static void compile_object_argument(struct compiler *c, enum nt_param_kind kind, struct node *n)
{
    const char *expected;
    unsigned kinds = kinds_of(kind, &expected);
    const struct symbol *s = compile_object(c, n, kinds, false, expected);
    if (kind == PARAM_WAITABLE || kind == PARAM_REST)
        note_wait(c, s, n);
}

/* The local variable that takes a handle; -1 if reported. */
static int out_local(struct compiler *c, struct node *n)
{
    const struct local *local = n->kind == NODE_ADDRESS ? find_local(c, n->where) : NULL;
    if (local != NULL && n->a == NULL)
        return local->slot;
    const struct symbol *s =
        n->kind == NODE_ADDRESS ? symbols_find(c->scope->symbols, n->where) : NULL;
    if (s != NULL)
        compile_error(c, n->where,
                      "'%s' is %s; the handle needs a local variable: HANDLE h; ... &h", s->name,
                      symbol_kind_text(s->kind));
    else if (n->kind == NODE_ADDRESS && local == NULL)
        compile_error(c, n->where, "'%.*s' is not declared: write HANDLE %.*s; before",
                      SPAN(n->where), SPAN(n->where));
    else
        compile_error(c, n->where, "expected the local variable that takes the handle, such as &h");
    return -1;
}

/* A text without holes has a length that is known now. */
static void compile_bytes(struct compiler *c, struct node *n)
{
    if (n->kind != NODE_STRING) {
        compile_value(c, n);
        return;
    }
    unsigned n_holes;
    unsigned pattern = compile_string(c, n, STRING_TEXT, &n_holes);
    if (n_holes == 0)
        emit_push(c, (int32_t)strlen(c->code->patterns[pattern].pieces[0]), n->where);
    else
        emit(c, OP_TEXT, pattern, n_holes, 0, n->where);
}

static void compile_path(struct compiler *c, struct node *n)
{
    if (n->kind != NODE_STRING) {
        if (n->kind != NODE_ERROR)
            compile_error(c, n->where,
                          "expected a path between quotes, such as \"C:\\Temp\\a_{i}.txt\"");
        emit_push(c, 0, n->where);
        return;
    }
    unsigned n_holes;
    unsigned pattern = compile_string(c, n, STRING_PATH, &n_holes);
    emit(c, OP_PATH, pattern, n_holes, 0, n->where);
}

static void compile_argument(struct compiler *c, const struct nt_param *p, struct node *n, int *out,
                             struct span call)
{
    if (n == NULL || (p->optional && is_null(n))) {
        emit_push(c, p->if_omitted, n == NULL ? call : n->where);
        return;
    }
    switch ((enum nt_param_kind)p->kind) {
    case PARAM_RESOURCE:
    case PARAM_EVENT:
    case PARAM_SPINLOCK:
    case PARAM_THREAD:
    case PARAM_WAITABLE:
    case PARAM_SHARED:
    case PARAM_REST:
        compile_object_argument(c, p->kind, n);
        break;
    case PARAM_OUT_HANDLE:
        *out = out_local(c, n);
        break;
    case PARAM_PATH:
        compile_path(c, n);
        break;
    case PARAM_BYTES:
        compile_bytes(c, n);
        break;
    case PARAM_HANDLE:
    case PARAM_TIMEOUT:
    case PARAM_VALUE:
    case PARAM_FLAG:
        compile_value(c, n);
        break;
    }
}

/* ---- kernel routines ---- */

static enum nt_call find_call(struct compiler *c, struct node *n)
{
    enum nt_call call = nt_call_find(n->where.at, (uint32_t)n->where.n);
    if (call != CALL_NONE)
        return call;
    const char *names[N_CALLS + 3] = {"NT_SUCCESS", "assert", "DbgPrint"};
    for (int k = 0; k < N_CALLS; k++)
        names[k + 3] = nt_call_row((enum nt_call)k)->name;
    char *hint = span_hint(n->where, names, sizeof names / sizeof names[0]);
    compile_error(c, n->where, "there is no call '%.*s'%s", SPAN(n->where),
                  is_query(n->where) ? ": only [endings] and [expect] can ask this" : hint);
    free(hint);
    return CALL_NONE;
}

/* Rows of one name differ in the constant that their second argument must be. */
static enum nt_call select_call(struct compiler *c, enum nt_call call, struct node *n)
{
    struct node *which = n->list != NULL ? n->list->next : NULL;
    if (nt_call_row(call)->selector == 0 || which == NULL)
        return call;
    enum nt_call selected = fold(c, which) ? nt_call_select(call, which->value) : CALL_NONE;
    if (selected == CALL_NONE)
        compile_error(c, which->where,
                      "expected FileRenameInformation or FileDispositionInformation");
    return selected;
}

static void note_facts(struct compiler *c, enum nt_call call, const struct arguments *arguments)
{
    struct code_facts *facts = c->facts;
    unsigned n_objects = 0;
    if (call == CALL_ZwCreateFile || call == CALL_ZwOpenFile) {
        facts->opens += c->loops == 0;
        facts->opens_in_loop |= c->loops > 0;
    } else if (call == CALL_KeWaitForSingleObject) {
        n_objects = 1;
    } else if (call == CALL_KeWaitForMultipleObjects) {
        struct node *type = arguments->of[0];
        n_objects = arguments->n_rest;
        facts->waits_for_all |= type == NULL || !fold(c, type) || type->value != NT_WaitAny;
    } else if (call == CALL_ExSetResourceOwnerPointer) {
        facts->sets_owner_pointer = true;
    }
    if (n_objects > facts->wait_objects)
        facts->wait_objects = n_objects;
}

/* Has a value that no step is needed for. */
static bool is_quiet(struct compiler *c, struct node *n)
{
    return n == NULL || fold(c, n) || (n->kind == NODE_NAME && find_local(c, n->where) != NULL);
}

/*
 * An optional argument behind the objects is evaluated before they are pushed, since it comes
 * before them in the request. Where both make steps that would be the wrong order, which is
 * refused.
 */
static bool is_ordered(struct compiler *c, const struct nt_call_row *row, const struct arguments *a)
{
    bool late = false, early = false;
    struct node *object = a->rest;
    for (unsigned k = 0; k < a->n_rest; k++, object = object->next)
        early |= !is_quiet(c, object->a);
    for (unsigned k = 0; k < row->n_params; k++)
        late |= row->params[k].optional && !is_quiet(c, a->of[k]);
    return !early || !late;
}

static void compile_routine(struct compiler *c, enum nt_call call, struct node *n)
{
    const struct nt_call_row *row = nt_call_row(call);
    struct arguments arguments;
    if (!match_arguments(c, row, n, &arguments)) {
        emit_push(c, 0, n->where);
        return;
    }
    if (arguments.n_rest > 0 && !is_ordered(c, row, &arguments))
        compile_error(c, n->where, "put the timeout of this wait into a local variable first");
    note_facts(c, call, &arguments);
    uint32_t depth = c->depth;
    int out = -1;
    for (unsigned k = 0; k < row->n_params; k++) {
        if (row->params[k].kind != PARAM_REST)
            compile_argument(c, &row->params[k], arguments.of[k], &out, n->where);
        struct node *object = arguments.rest;
        for (unsigned m = 0; row->params[k].kind == PARAM_REST && m < arguments.n_rest; m++) {
            compile_argument(c, &row->params[k], object, &out, n->where);
            object = object->next;
        }
    }
    unsigned n_args = c->depth - depth;
    if (n_args > MAX_PARAMS + MAXIMUM_WAIT_OBJECTS) {
        compile_error(c, n->where, "a wait takes at most %d objects", MAXIMUM_WAIT_OBJECTS);
        n_args = 0;
    }
    emit_call(c, call, n_args, out, n->where);
}

/* ---- the words that are no routine ---- */

/* A call that takes one argument and gets another number of them. */
static bool takes_one(struct compiler *c, struct node *n, const char *form)
{
    if (count(n->list) == 1)
        return true;
    compile_error(c, n->where, "expected %s", form);
    return false;
}

static void compile_success(struct compiler *c, struct node *n)
{
    if (!takes_one(c, n, "NT_SUCCESS(status)")) {
        emit_push(c, 0, n->where);
        return;
    }
    compile_value(c, n->list);
    emit_push(c, 0, n->where);
    emit(c, OP_GE, 0, 0, 0, n->where);
}

/* The condition as text: as written, on one line. */
static char *condition_text(struct span text)
{
    struct text line = {0};
    text_add(&line, "", 0);
    for (size_t k = 0; k < text.n; k++) {
        bool blank = is_blank(text.at[k]) || text.at[k] == '\n';
        if (!blank)
            text_add(&line, &text.at[k], 1);
        else if (line.n > 0 && line.at[line.n - 1] != ' ')
            text_add(&line, " ", 1);
    }
    return line.at;
}

static void compile_assert(struct compiler *c, struct node *n)
{
    if (!takes_one(c, n, "assert(condition)"))
        return;
    compile_value(c, n->list);
    char *text = condition_text(n->text);
    emit(c, OP_ASSERT, add_pattern(c, &text, 0), 0, 0, n->where);
}

static void compile_print(struct compiler *c, struct node *n)
{
    if (n->list == NULL || n->list->kind != NODE_STRING || n->list->next != NULL) {
        compile_error(c, n->where, "expected DbgPrint(\"text with {values} in it\")");
        return;
    }
    unsigned n_holes;
    unsigned pattern = compile_string(c, n->list, STRING_TEXT, &n_holes);
    emit(c, OP_PRINT, pattern, n_holes, 0, n->where);
}

static bool compile_statement_word(struct compiler *c, struct node *n)
{
    if (span_is(n->where, "assert"))
        compile_assert(c, n);
    else if (span_is(n->where, "DbgPrint"))
        compile_print(c, n);
    else
        return false;
    return true;
}

bool compile_call(struct compiler *c, struct node *n, bool wanted)
{
    if (compile_statement_word(c, n)) {
        if (wanted) {
            compile_error(c, n->where, "%.*s has no value", SPAN(n->where));
            emit_push(c, 0, n->where);
        }
        return false;
    }
    if (span_is(n->where, "NT_SUCCESS")) {
        compile_success(c, n);
    } else {
        enum nt_call call = find_call(c, n);
        if (call != CALL_NONE)
            call = select_call(c, call, n);
        if (call == CALL_NONE) {
            emit_push(c, 0, n->where);
        } else {
            if (wanted && nt_call_row(call)->result == RESULT_VOID)
                compile_error(c, n->where, "%.*s has no value", SPAN(n->where));
            compile_routine(c, call, n);
        }
    }
    if (!wanted)
        emit(c, OP_POP, 0, 0, 0, n->where);
    return false;
}
