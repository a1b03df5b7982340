/*
 * A loaded scenario has no table of symbols any more: nothing of a run needs one. It is made again
 * from the names that the scenario keeps, in which an array is its elements, "Ready[0]" onward.
 */
#include "sim/lang/condition.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/compile.h"
#include "sim/lang/mem.h"

struct maker {
    struct symbols symbols;
    struct diag_list *diags;
};

static void add(struct maker *m, const char *name, size_t length, struct symbol symbol)
{
    char *text = mem_text(name, length);
    symbol.name = text;
    symbol.where = (struct span){text, length, "", 1, 1};
    symbols_add(&m->symbols, &symbol, m->diags);
    free(text);
}

/* An object by its full name: a symbol of its own, or one more element of the array before it. */
static void add_element(struct maker *m, enum symbol_kind kind, const char *name, uint32_t ix)
{
    const char *bracket = strchr(name, '[');
    size_t length = bracket != NULL ? (size_t)(bracket - name) : strlen(name);
    if (bracket != NULL && strcmp(bracket, "[0]") != 0 && m->symbols.n > 0)
        m->symbols.items[m->symbols.n - 1].n++;
    else
        add(m, name, length,
            (struct symbol){.kind = kind, .is_array = bracket != NULL, .first = ix, .n = 1});
}

static void add_all(struct maker *m, const struct scenario *s)
{
    const struct world_shape *shape = &s->layout.shape;
    for (uint32_t k = 0; k < s->n_constants; k++)
        add(m, s->constants[k].name, strlen(s->constants[k].name),
            (struct symbol){.kind = SYMBOL_CONSTANT, .value = s->constants[k].value, .n = 1});
    for (uint32_t k = 0; k < shape->n_resources; k++)
        add_element(m, SYMBOL_RESOURCE, s->resources[k].name, k);
    for (uint32_t k = 0; k < shape->n_events; k++)
        add_element(m, SYMBOL_EVENT, s->events[k].name, k);
    for (uint32_t k = 0; k < shape->n_spinlocks; k++)
        add_element(m, SYMBOL_SPINLOCK, s->spinlocks[k].name, k);
    for (uint32_t k = 0; k < shape->n_shared; k++)
        add_element(m, SYMBOL_SHARED, s->shared_names[k], k);
    for (uint32_t k = 0; k < s->n_threads; k++)
        add(m, s->threads[k].name, strlen(s->threads[k].name),
            (struct symbol){.kind = SYMBOL_THREAD, .first = k, .n = 1});
}

bool condition_compile(const struct scenario *s, const char *text, struct code *code,
                       struct diag_list *diags)
{
    struct maker m = {.diags = diags};
    add_all(&m, s);
    struct scope scope = {.symbols = &m.symbols,
                          .directories = s->directories,
                          .n_directories = s->layout.shape.n_directories,
                          .diags = diags};
    struct span span = {text, strlen(text), "condition", 1, 1};
    bool ok = diags->n_errors == 0 && compile_predicate(&scope, span, code);
    code->names =
        s->names; // its paths stay unbound: the table is shared, and does not change any more
    symbols_release(&m.symbols);
    return ok;
}
