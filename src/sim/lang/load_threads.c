/*
 * [thread]: names first, since a body may speak of any thread; then what runs in them.
 *
 * A counted thread T with n copies is n threads T1 .. Tn, and an array T[0] .. T[n-1] of the same.
 * Its body is compiled once for each, with its number as the constant `self`; if one copy has
 * errors, the others would have the same.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/lang/loader.h"
#include "sim/lang/roles.h"

#define N(array) (sizeof(array) / sizeof(array)[0])

/* ---- names ---- */

static void add_symbol(struct loader *l, struct span where, const char *name, bool is_array,
                       uint32_t first, uint32_t n)
{
    char *text = mem_text(name, strlen(name));
    struct symbol symbol = {text, SYMBOL_THREAD, is_array, 0, first, n, where};
    if (!symbols_add(&l->symbols, &symbol, l->diags))
        l->ok = false;
    free(text);
}

/* Number of copies; 0 if it is not counted. */
static uint32_t read_count(struct loader *l, const struct document_section *section)
{
    int32_t count = 1;
    read_number(l, section, "count", 1, MAX_THREADS, &count);
    return find_key(section, "count") != NULL ? (uint32_t)count : 0;
}

static void load_thread_name(struct loader *l, const struct document_section *section)
{
    struct scenario *s = l->s;
    uint32_t count = read_count(l, section);
    uint32_t n = count > 0 ? count : 1;
    uint32_t first = s->n_threads;
    if (section->id.n == 0) {
        load_error(l, section->kind, "expected a name: [thread Creator]");
        return;
    }
    if (n > MAX_THREADS - first) {
        load_error(l, section->id, "a scenario has at most %d threads", MAX_THREADS);
        return;
    }
    char *name = span_text(section->id);
    add_symbol(l, section->id, name, count > 0, first, n);
    for (uint32_t k = 0; k < n; k++) {
        char *own = count > 0 ? mem_format("%s%u", name, k + 1) : mem_text(name, strlen(name));
        if (count > 0)
            add_symbol(l, section->id, own, false, first + k, 1);
        s->threads[s->n_threads++].name = own;
    }
    free(name);
}

void load_thread_names(struct loader *l)
{
    l->s->threads = mem_alloc(MAX_THREADS, sizeof *l->s->threads);
    each_section(l, "thread", load_thread_name);
    if (l->s->n_threads == 0 && l->ok)
        load_error(l, (struct span){"", 0, l->s->file, 0, 0},
                   "the scenario has no thread: expected a section such as [thread Creator]");
}

/* ---- roles ---- */

/* The object of an option such as `wait = E`; *rest: what follows it. */
static struct span read_role_object(struct loader *l, const struct document_section *section,
                                    const char *key, enum symbol_kind kind, struct span *rest)
{
    struct span none = {0};
    const struct ini_key *found = find_key(section, key);
    if (found == NULL)
        return none;
    size_t n = 0;
    while (n < found->value.n && !is_blank(found->value.at[n]))
        n++;
    struct span object = span_part(found->value, 0, n);
    struct span name = section_name(object);
    *rest = span_trim(span_part(found->value, n, found->value.n));
    const struct symbol *symbol = symbols_find(&l->symbols, name);
    if (symbol != NULL && symbol->kind == kind)
        return object;
    char *hint = symbols_hint(&l->symbols, name, SYMBOL_BIT(kind), false);
    if (symbol != NULL)
        load_error(l, name, "'%.*s' is %s, expected %s", SPAN(name), symbol_kind_text(symbol->kind),
                   symbol_kind_text(kind));
    else
        load_error(l, name, "there is no '%.*s', expected %s%s", SPAN(name), symbol_kind_text(kind),
                   hint);
    free(hint);
    return none;
}

static void read_lock(struct loader *l, const struct document_section *section,
                      struct role_options *options)
{
    struct span mode = {0};
    options->lock = read_role_object(l, section, "lock", SYMBOL_RESOURCE, &mode);
    options->lock_shared = span_is(mode, "shared");
    if (options->lock.n > 0 && !options->lock_shared && !span_is(mode, "exclusive"))
        load_error(l, find_key(section, "lock")->value,
                   "expected 'lock = %.*s exclusive' or '... shared'", SPAN(options->lock));
}

static struct span read_role_event(struct loader *l, const struct document_section *section,
                                   const char *key)
{
    struct span rest = {0};
    struct span event = read_role_object(l, section, key, SYMBOL_EVENT, &rest);
    if (rest.n > 0)
        load_error(l, rest, "expected nothing after the event");
    return event;
}

/* The text of the section's role, malloc'd; NULL if reported. */
static char *read_role(struct loader *l, const struct document_section *section, struct span role)
{
    struct role_options options = {0};
    bool ok = l->ok;
    l->ok = true;
    read_lock(l, section, &options);
    options.wait = read_role_event(l, section, "wait");
    options.reset = read_role_event(l, section, "reset");
    options.signal = read_role_event(l, section, "signal");
    const char *constant;
    for (unsigned k = 0; (constant = role_constant(role, k)) != NULL; k++) {
        struct span name = {constant, strlen(constant), role.file, role.line, role.column};
        const struct symbol *symbol = symbols_find(&l->symbols, name);
        if (symbol == NULL || symbol->kind != SYMBOL_CONSTANT)
            load_error(l, role, "role %.*s needs '%s = ...' in [constants]", SPAN(role), constant);
    }
    char *text = role_body(role, &options);
    if (text == NULL) {
        const char *names[8];
        size_t n = 0;
        for (; role_name((unsigned)n) != NULL; n++)
            names[n] = role_name((unsigned)n);
        char *hint = span_hint(role, names, n);
        load_error(l, role, "there is no role '%.*s' (creator, mover, reader)%s", SPAN(role), hint);
        free(hint);
    }
    if (!l->ok) {
        free(text);
        text = NULL;
    }
    l->ok = l->ok && ok;
    return text;
}

/* ---- bodies ---- */

/* Options that all copies of a thread share. */
struct thread_options {
    unsigned kind, autostart, inside;
    int32_t priority;
};

static struct thread_options read_options(struct loader *l, const struct document_section *section)
{
    static const char *const kinds[] = {"system", "user", "unload"};
    static const char *const no_yes[] = {"no", "yes"};
    static const char *const regions[] = {"outside", "inside"};
    struct thread_options o = {.kind = KIND_SYSTEM, .autostart = 1, .priority = 8};
    read_word(l, section, "kind", kinds, 3, &o.kind);
    read_word(l, section, "autostart", no_yes, 2, &o.autostart);
    read_number(l, section, "priority", 1, 31, &o.priority);
    // who is not made by PsCreateSystemThread starts outside
    o.inside = o.kind == KIND_SYSTEM && l->shape.switches.critical_region == REGION_INSIDE;
    read_word(l, section, "critical_region", regions, 2, &o.inside);
    return o;
}

/* The lines become the thread's. */
static void take_lines(struct scenario_thread *t, struct body *body, bool own)
{
    t->n_lines = body->n_lines;
    t->lines = body->lines;
    t->shift = body->shift;
    t->first_line = own ? body->first_line : 0;
    t->file = mem_text(body->text.file, strlen(body->text.file));
}

static bool compile_copy(struct loader *l, uint32_t ix, struct span text, struct span role,
                         int32_t self, struct diag_list *diags)
{
    struct scenario_thread *t = &l->s->threads[ix];
    struct scope scope = l->scope;
    struct body body;
    scope.self = self;
    scope.diags = diags;
    body_init(&body, text);
    bool ok = compile_body(&scope, &body, &t->code, &l->facts[ix]);
    t->role = span_text(role);
    take_lines(t, &body, role.n == 0);
    return ok;
}

/* What is wrong with a role here is wrong with what the section gave it. */
static void blame_role(struct loader *l, const struct diag_list *wrong, struct span role)
{
    for (size_t k = 0; k < wrong->n; k++)
        load_error(l, role, "role %.*s, line %u: %s", SPAN(role), (unsigned)wrong->items[k].line,
                   wrong->items[k].text);
}

static void compile_copies(struct loader *l, struct span text, struct span role, uint32_t first,
                           uint32_t count)
{
    struct diag_list wrong = {0};
    bool ok = true;
    for (uint32_t k = 0; k < (count > 0 ? count : 1) && ok; k++)
        ok = compile_copy(l, first + k, text, role, count > 0 ? (int32_t)k + 1 : 0,
                          role.n > 0 ? &wrong : l->diags);
    blame_role(l, &wrong, role);
    diag_release(&wrong);
    l->ok = l->ok && ok;
}

/* Options of roles make no sense beside a body. */
static void check_body_options(struct loader *l, const struct document_section *section)
{
    static const char *const options[] = {"lock", "wait", "signal", "reset"};
    for (size_t k = 0; k < N(options); k++) {
        const struct ini_key *found = find_key(section, options[k]);
        if (found != NULL)
            load_error(l, found->key, "'%s' is an option of a role, and this thread has a body",
                       options[k]);
    }
}

static void load_body(struct loader *l, const struct document_section *section)
{
    static const struct key_rule rules[] = {
        {"body", false},   {"role", false},      {"lock", false},           {"wait", false},
        {"signal", false}, {"reset", false},     {"kind", false},           {"priority", false},
        {"count", false},  {"autostart", false}, {"critical_region", false}};
    const struct ini_key *body = find_key(section, "body");
    const struct ini_key *role = find_key(section, "role");
    const struct symbol *symbol = symbols_find(&l->symbols, section->id);
    check_keys(l, section, rules, N(rules));
    struct thread_options o = read_options(l, section);
    if (body == NULL && role == NULL)
        load_error(l, section->id.n > 0 ? section->id : section->kind,
                   "a thread needs 'body =' or 'role = creator', mover or reader");
    if (body != NULL && role != NULL)
        load_error(l, role->key, "this thread has a body already: it cannot have a role too");
    if (body != NULL)
        check_body_options(l, section);
    if (symbol == NULL || symbol->kind != SYMBOL_THREAD)
        return; // its name was refused
    uint32_t count = find_key(section, "count") != NULL ? symbol->n : 0;
    for (uint32_t k = symbol->first; k < symbol->first + symbol->n; k++) {
        struct scenario_thread *t = &l->s->threads[k];
        t->kind = (uint8_t)o.kind;
        t->priority = (uint8_t)o.priority;
        t->autostart = o.autostart != 0;
        l->shape.kind[k] = t->kind;
        l->shape.base_priority[k] = t->priority;
        if (o.inside != 0)
            l->shape.critical_region_inside |= thread_bit((thread_ix)k);
    }
    if (body != NULL) {
        compile_copies(l, body->value, (struct span){0}, symbol->first, count);
    } else if (role != NULL) {
        char *text = read_role(l, section, role->value);
        char *file = mem_format("role %.*s", SPAN(role->value));
        if (text != NULL)
            compile_copies(l, (struct span){text, strlen(text), file, 1, 1}, role->value,
                           symbol->first, count);
        free(file);
        free(text);
    }
}

void load_bodies(struct loader *l)
{
    each_section(l, "thread", load_body);
}
