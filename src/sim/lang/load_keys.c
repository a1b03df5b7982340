/*
 * Keys and values that all sections read alike.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/loader.h"

void load_error(struct loader *l, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_vadd(l->diags, DIAG_ERROR, where.file, where.line, where.column, format, arguments);
    va_end(arguments);
    l->ok = false;
}

void check_keys(struct loader *l, const struct document_section *section,
                const struct key_rule *rules, size_t n)
{
    const char *names[16];
    for (size_t k = 0; k < n; k++)
        names[k] = rules[k].name;
    for (size_t k = 0; k < section->n_keys; k++) {
        struct span key = section->keys[k].key;
        const struct key_rule *rule = NULL;
        for (size_t j = 0; j < n && rule == NULL; j++)
            rule = span_is(key, rules[j].name) ? &rules[j] : NULL;
        if (rule == NULL) {
            char *hint = span_hint(key, names, n);
            load_error(l, key, "[%.*s] has no key '%.*s'%s", SPAN(section->kind), SPAN(key), hint);
            free(hint);
        } else if (!rule->repeats && find_key(section, rule->name) != &section->keys[k]) {
            load_error(l, key, "'%s' is already in this section", rule->name);
        }
    }
}

const struct ini_key *find_key(const struct document_section *section, const char *name)
{
    for (size_t k = 0; k < section->n_keys; k++)
        if (span_is(section->keys[k].key, name))
            return &section->keys[k];
    return NULL;
}

void read_word(struct loader *l, const struct document_section *section, const char *key,
               const char *const *words, unsigned n, unsigned *value)
{
    const struct ini_key *found = find_key(section, key);
    if (found == NULL)
        return;
    struct text list = {0};
    for (unsigned k = 0; k < n; k++) {
        if (span_is(found->value, words[k])) {
            *value = k;
            text_release(&list);
            return;
        }
        text_format(&list, "%s%s", k == 0 ? "" : k + 1 < n ? ", " : " or ", words[k]);
    }
    char *hint = span_hint(found->value, words, n);
    load_error(l, found->value, "expected %s%s", list.at, hint);
    free(hint);
    text_release(&list);
}

void read_number(struct loader *l, const struct document_section *section, const char *key,
                 int32_t least, int32_t greatest, int32_t *value)
{
    const struct ini_key *found = find_key(section, key);
    int32_t number;
    if (found == NULL)
        return;
    if (!compile_constant(&l->scope, found->value, &number))
        l->ok = false;
    else if (number < least || number > greatest)
        load_error(l, found->value, "%s is %d: expected %d to %d", key, number, least, greatest);
    else
        *value = number;
}

char *read_text_key(const struct document_section *section, const char *key)
{
    const struct ini_key *found = find_key(section, key);
    return found != NULL ? span_text(found->value) : NULL;
}

bool read_array(struct loader *l, struct span id, uint32_t limit, const char *what,
                struct span *name, uint32_t *n, bool *is_array)
{
    int32_t count = 1;
    *name = section_name(id);
    const char *bracket = id.n > 0 ? memchr(id.at, '[', id.n) : NULL;
    *is_array = bracket != NULL;
    if (bracket != NULL) {
        size_t open = (size_t)(bracket - id.at);
        if (id.at[id.n - 1] != ']') {
            load_error(l, span_part(id, open, 1),
                       "this '[' is not closed: expected ']' at the end");
            return false;
        }
        struct span inside = span_trim(span_part(id, open + 1, id.n - open - 2));
        if (!compile_constant(&l->scope, inside, &count)) {
            l->ok = false;
            return false;
        }
        if (count < 1 || (uint32_t)count > limit) {
            load_error(l, inside,
                       "%d elements: expected at least 1, and there is room for %u more %s", count,
                       limit, what);
            return false;
        }
    } else if (limit == 0) {
        load_error(l, *name, "this is one more than the limit of %s", what);
        return false;
    }
    *n = (uint32_t)count;
    return true;
}

void each_section(struct loader *l, const char *kind,
                  void (*read)(struct loader *, const struct document_section *))
{
    for (size_t k = 0; k < l->document.n_sections; k++)
        if (span_is(l->document.sections[k].kind, kind))
            read(l, &l->document.sections[k]);
}
