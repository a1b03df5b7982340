/*
 * A piece of a text that a person wrote, and where it stands.
 *
 * The reader, the lexer and the parser cut pieces out of the file's text and never copy them, so
 * every name, value and expression still knows its place when something turns out to be wrong with
 * it. A span owns nothing: text and file must outlive it.
 */
#ifndef SIM_LANG_SPAN_H
#define SIM_LANG_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/lang/diag.h"

struct span {
    const char *at;
    size_t n;
    const char *file;
    uint32_t line;   // 1-based, of its first byte
    uint32_t column; // 1-based, in bytes
};

/* For printf's %.*s: SPAN(name). */
#define SPAN(s) (int)((s).n < 200 ? (s).n : 200), (s).at

bool span_is(struct span s, const char *text);
bool span_equal(struct span a, struct span b);
char *span_text(struct span s); // malloc'd copy

/* The part from byte `from` on, at most n bytes of it, on the same line. */
struct span span_part(struct span s, size_t from, size_t n);

/* Without white space at both ends; stays on its line. */
struct span span_trim(struct span s);

bool span_is_identifier(struct span s);

void span_error(struct diag_list *diags, struct span where, const char *format, ...)
    DIAG_PRINTF(3, 4);
void span_warning(struct diag_list *diags, struct span where, const char *format, ...)
    DIAG_PRINTF(3, 4);

/* "; did you mean 'word'?" with the candidate nearest to the span, or "". Malloc'd. */
char *span_hint(struct span word, const char *const *candidates, size_t n);

static inline bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static inline bool is_name_part(char c)
{
    return is_name_start(c) || is_digit(c);
}

static inline char capital(char c)
{
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    return c;
}

#endif
