/*
 * A list with a hash table beside it. NT's constants never change, so they are searched where they
 * are.
 */
#include "sim/lang/symbols.h"

#include <stdlib.h>
#include <string.h>

#include "kernel_model/nt_call.h"
#include "kernel_model/nt_status.h"
#include "sim/lang/lexer.h"
#include "sim/lang/mem.h"

static size_t hash_name(const char *name, size_t n)
{
    uint32_t h = 2166136261u; // FNV-1a
    for (size_t k = 0; k < n; k++)
        h = (h ^ (unsigned char)name[k]) * 16777619u;
    return h;
}

static void insert(struct symbols *symbols, uint32_t ix)
{
    const char *name = symbols->items[ix].name;
    size_t at = hash_name(name, strlen(name)) & (symbols->n_slots - 1);
    while (symbols->slots[at] != 0)
        at = (at + 1) & (symbols->n_slots - 1);
    symbols->slots[at] = ix + 1;
}

static void grow(struct symbols *symbols)
{
    free(symbols->slots);
    symbols->n_slots = symbols->n_slots == 0 ? 64 : symbols->n_slots * 2;
    symbols->slots = mem_alloc(symbols->n_slots, sizeof *symbols->slots);
    for (uint32_t k = 0; k < symbols->n; k++)
        insert(symbols, k);
}

const struct symbol *symbols_find(const struct symbols *symbols, struct span name)
{
    if (symbols->n_slots == 0)
        return NULL;
    for (size_t at = hash_name(name.at, name.n);; at++) {
        uint32_t entry = symbols->slots[at & (symbols->n_slots - 1)];
        if (entry == 0)
            return NULL;
        if (span_is(name, symbols->items[entry - 1].name))
            return &symbols->items[entry - 1];
    }
}

/* Words that mean something else already. */
static bool is_reserved(struct span name)
{
    static const char *const words[] = {"self", "NULL", "assert", "NT_SUCCESS", "DbgPrint", "CRLF"};
    int32_t value;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (span_is(name, words[k]))
            return true;
    return lex_word(name) != TOKEN_NAME || nt_constant_find(name, &value) ||
           nt_call_find(name.at, (uint32_t)name.n) != CALL_NONE;
}

bool symbols_add(struct symbols *symbols, const struct symbol *symbol, struct diag_list *diags)
{
    struct span name = {symbol->name, strlen(symbol->name), symbol->where.file, symbol->where.line,
                        symbol->where.column};
    const struct symbol *other = symbols_find(symbols, name);
    if (!span_is_identifier(name)) {
        span_error(diags, name, "'%.*s' is not a name: letters, digits and '_', no digit first",
                   SPAN(name));
    } else if (is_reserved(name)) {
        span_error(diags, name, "'%.*s' already means something else: choose another name",
                   SPAN(name));
    } else if (other != NULL) {
        span_error(diags, name, "'%.*s' is already %s, named at %s:%u:%u", SPAN(name),
                   symbol_kind_text(other->kind), other->where.file, (unsigned)other->where.line,
                   (unsigned)other->where.column);
    } else {
        if (symbols->n_slots < 2 * (symbols->n + 1))
            grow(symbols);
        symbols->items =
            mem_grow(symbols->items, symbols->n, &symbols->capacity, sizeof *symbols->items);
        symbols->items[symbols->n] = *symbol;
        symbols->items[symbols->n].name = mem_text(name.at, name.n);
        insert(symbols, (uint32_t)symbols->n++);
        return true;
    }
    return false;
}

void symbols_release(struct symbols *symbols)
{
    for (size_t k = 0; k < symbols->n; k++)
        free(symbols->items[k].name);
    free(symbols->items);
    free(symbols->slots);
    *symbols = (struct symbols){0};
}

const char *symbol_kind_text(enum symbol_kind kind)
{
    switch (kind) {
    case SYMBOL_CONSTANT:
        return "a constant";
    case SYMBOL_SHARED:
        return "a shared variable";
    case SYMBOL_RESOURCE:
        return "a resource";
    case SYMBOL_EVENT:
        return "an event";
    case SYMBOL_SPINLOCK:
        return "a spin lock";
    case SYMBOL_THREAD:
        return "a thread";
    }
    return "";
}

object_ref symbol_object(const struct symbol *symbol, uint32_t element)
{
    static const enum object_kind kinds[] = {
        [SYMBOL_CONSTANT] = OBJECT_NONE,     [SYMBOL_SHARED] = OBJECT_SHARED,
        [SYMBOL_RESOURCE] = OBJECT_RESOURCE, [SYMBOL_EVENT] = OBJECT_EVENT,
        [SYMBOL_SPINLOCK] = OBJECT_SPINLOCK, [SYMBOL_THREAD] = OBJECT_THREAD,
    };
    return object_make(kinds[symbol->kind], symbol->first + element);
}

bool nt_constant_find(struct span name, int32_t *value)
{
    const char *nt_name;
    for (unsigned ix = 0; nt_constant_at(ix, &nt_name, value); ix++)
        if (span_is(name, nt_name))
            return true;
    return false;
}

char *symbols_hint(const struct symbols *symbols, struct span word, unsigned kinds, bool nt)
{
    const char **names = NULL;
    size_t n = 0, capacity = 0;
    for (size_t k = 0; k < symbols->n; k++) {
        if ((kinds & SYMBOL_BIT(symbols->items[k].kind)) == 0)
            continue;
        names = mem_grow(names, n, &capacity, sizeof *names);
        names[n++] = symbols->items[k].name;
    }
    const char *name;
    int32_t value;
    for (unsigned ix = 0; nt && nt_constant_at(ix, &name, &value); ix++) {
        names = mem_grow(names, n, &capacity, sizeof *names);
        names[n++] = name;
    }
    char *hint = span_hint(word, names, n);
    free(names);
    return hint;
}
