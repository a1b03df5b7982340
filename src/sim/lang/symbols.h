/*
 * The names that a scenario gives: constants, shared variables, objects, threads.
 *
 * All of them share one space, so a name means one thing wherever it stands. Directories have their
 * own: their names are used only where a directory is asked for.
 */
#ifndef SIM_LANG_SYMBOLS_H
#define SIM_LANG_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel_model/object.h"
#include "sim/lang/span.h"

enum symbol_kind {
    SYMBOL_CONSTANT,
    SYMBOL_SHARED,
    SYMBOL_RESOURCE,
    SYMBOL_EVENT,
    SYMBOL_SPINLOCK,
    SYMBOL_THREAD,
};

struct symbol {
    char *name;
    enum symbol_kind kind;
    bool is_array;     // used with an index
    int32_t value;     // of a constant
    uint32_t first;    // index of the object, or of the first element
    uint32_t n;        // elements; 1 where it is no array
    struct span where; // where it was named
};

struct symbols {
    struct symbol *items;
    size_t n, capacity;
    uint32_t *slots; // hash table of index plus one
    size_t n_slots;  // a power of two
};

const struct symbol *symbols_find(const struct symbols *symbols, struct span name);

/* False, and reported, if the name is no identifier, is taken, or means something already. */
bool symbols_add(struct symbols *symbols, const struct symbol *symbol, struct diag_list *diags);

void symbols_release(struct symbols *symbols);

/* "a resource", "a shared variable" */
const char *symbol_kind_text(enum symbol_kind kind);

object_ref symbol_object(const struct symbol *symbol, uint32_t element);

/* NT's constants by name. */
bool nt_constant_find(struct span name, int32_t *value);

/* span_hint over the symbols whose kind is in the mask, and NT's constants if asked. */
char *symbols_hint(const struct symbols *symbols, struct span word, unsigned kinds, bool nt);

#define SYMBOL_BIT(kind) (1u << (kind))
#define ALL_SYMBOLS      (~0u)

#endif
