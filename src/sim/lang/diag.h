/*
 * Diagnostics: what is wrong with a text that a person wrote, and where.
 *
 * Several are collected per file, in the order of their place. Lines and columns are 1-based;
 * columns count bytes of the line as read; a tab is one. 0 means: the file as a whole.
 */
#ifndef SIM_LANG_DIAG_H
#define SIM_LANG_DIAG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum diag_severity { DIAG_ERROR, DIAG_WARNING };

struct diag {
    enum diag_severity severity;
    char *file;
    uint32_t line;
    uint32_t column;
    char *text; // one sentence: what is wrong, what was expected, the nearest valid word
};

/* Owns its diagnostics. A zeroed list is empty. Past MAX_DIAGS errors only the count grows. */
struct diag_list {
    struct diag *items;
    size_t n;
    size_t capacity;
    size_t n_errors;
};

enum { MAX_DIAGS = 100 };

#if defined(__GNUC__)
#define DIAG_PRINTF(a, b) __attribute__((format(printf, a, b)))
#else
#define DIAG_PRINTF(a, b)
#endif

void diag_add(struct diag_list *list, enum diag_severity severity, const char *file, uint32_t line,
              uint32_t column, const char *format, ...) DIAG_PRINTF(6, 7);
void diag_vadd(struct diag_list *list, enum diag_severity severity, const char *file, uint32_t line,
               uint32_t column, const char *format, va_list arguments) DIAG_PRINTF(6, 0);

/* By file (in order of first mention), line, column; stable. */
void diag_sort(struct diag_list *list);

/* "race.ini:14:9: error: ..." one line each. */
void diag_print(const struct diag_list *list, FILE *out);

void diag_release(struct diag_list *list);

/*
 * The candidate nearest to word by edit distance (transpositions count one, case counts half), or
 * NULL when none is near enough to be meant. For "did you mean '...'?".
 */
const char *diag_nearest(const char *word, const char *const *candidates, size_t n);

#endif
