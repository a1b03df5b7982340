/*
 * Pieces of text with their places: comparing, cutting, and complaining about them.
 */
#include "sim/lang/span.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

bool span_is(struct span s, const char *text)
{
    return strlen(text) == s.n && memcmp(s.at, text, s.n) == 0;
}

bool span_equal(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.at, b.at, a.n) == 0);
}

char *span_text(struct span s)
{
    return mem_text(s.at, s.n);
}

struct span span_part(struct span s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    struct span part = s;
    part.at += from;
    part.n = n < s.n - from ? n : s.n - from;
    part.column += (uint32_t)from;
    return part;
}

struct span span_trim(struct span s)
{
    while (s.n > 0 && is_blank(s.at[0]))
        s = span_part(s, 1, s.n);
    while (s.n > 0 && is_blank(s.at[s.n - 1]))
        s.n--;
    return s;
}

bool span_is_identifier(struct span s)
{
    if (s.n == 0 || !is_name_start(s.at[0]))
        return false;
    for (size_t k = 1; k < s.n; k++)
        if (!is_name_part(s.at[k]))
            return false;
    return true;
}

void span_error(struct diag_list *diags, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_vadd(diags, DIAG_ERROR, where.file, where.line, where.column, format, arguments);
    va_end(arguments);
}

void span_warning(struct diag_list *diags, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_vadd(diags, DIAG_WARNING, where.file, where.line, where.column, format, arguments);
    va_end(arguments);
}

char *span_hint(struct span word, const char *const *candidates, size_t n)
{
    char *text = span_text(word);
    const char *nearest = diag_nearest(text, candidates, n);
    free(text);
    return nearest != NULL ? mem_format("; did you mean '%s'?", nearest) : mem_text("", 0);
}
