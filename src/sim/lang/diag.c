/*
 * Collecting, ordering and printing diagnostics, and guessing the word that was meant.
 *
 * The guess is the restricted Damerau-Levenshtein distance in half edits: an insertion, deletion,
 * substitution or transposition costs 2, a change of case 1. Three rows of the usual table are
 * enough.
 */
#include "sim/lang/diag.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"
#include "sim/lang/span.h"

void diag_vadd(struct diag_list *list, enum diag_severity severity, const char *file, uint32_t line,
               uint32_t column, const char *format, va_list arguments)
{
    if (severity == DIAG_ERROR && ++list->n_errors > MAX_DIAGS)
        return;
    if (list->n >= 2 * MAX_DIAGS)
        return;
    list->items = mem_grow(list->items, list->n, &list->capacity, sizeof *list->items);
    list->items[list->n++] = (struct diag){.severity = severity,
                                           .file = mem_text(file, strlen(file)),
                                           .line = line,
                                           .column = column,
                                           .text = mem_vformat(format, arguments)};
}

void diag_add(struct diag_list *list, enum diag_severity severity, const char *file, uint32_t line,
              uint32_t column, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    diag_vadd(list, severity, file, line, column, format, arguments);
    va_end(arguments);
}

/* Place of a file in the order of first mention. */
static size_t file_rank(const struct diag_list *list, const char *file)
{
    size_t k = 0;
    while (strcmp(list->items[k].file, file) != 0)
        k++;
    return k;
}

static bool is_before(const struct diag *a, size_t rank_a, const struct diag *b, size_t rank_b)
{
    if (rank_a != rank_b)
        return rank_a < rank_b;
    if (a->line != b->line)
        return a->line < b->line;
    return a->column < b->column;
}

/* Insertion sort: stable, and the list is short and nearly sorted. */
void diag_sort(struct diag_list *list)
{
    if (list->n == 0)
        return;
    size_t *ranks = mem_alloc(list->n, sizeof *ranks);
    for (size_t k = 0; k < list->n; k++)
        ranks[k] = file_rank(list, list->items[k].file);
    for (size_t k = 1; k < list->n; k++) {
        struct diag moved = list->items[k];
        size_t rank = ranks[k];
        size_t to = k;
        for (; to > 0 && is_before(&moved, rank, &list->items[to - 1], ranks[to - 1]); to--) {
            list->items[to] = list->items[to - 1];
            ranks[to] = ranks[to - 1];
        }
        list->items[to] = moved;
        ranks[to] = rank;
    }
    free(ranks);
}

void diag_print(const struct diag_list *list, FILE *out)
{
    for (size_t k = 0; k < list->n; k++) {
        const struct diag *d = &list->items[k];
        fputs(d->file, out);
        if (d->line > 0)
            fprintf(out, ":%u:%u", (unsigned)d->line, (unsigned)d->column);
        fprintf(out, ": %s: %s\n", d->severity == DIAG_ERROR ? "error" : "warning", d->text);
    }
    if (list->n_errors > MAX_DIAGS)
        fprintf(out, "%s: %zu more errors are not shown\n", list->items[0].file,
                list->n_errors - MAX_DIAGS);
}

void diag_release(struct diag_list *list)
{
    for (size_t k = 0; k < list->n; k++) {
        free(list->items[k].file);
        free(list->items[k].text);
    }
    free(list->items);
    *list = (struct diag_list){0};
}

enum { LONGEST_WORD = 64, EDIT = 2, CASE = 1 };

static unsigned change(char a, char b)
{
    if (a == b)
        return 0;
    return capital(a) == capital(b) ? CASE : EDIT;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *a, size_t n, const char *b, size_t m)
{
    unsigned rows[3][LONGEST_WORD + 1];
    for (unsigned j = 0; j <= m; j++)
        rows[0][j] = j * EDIT;
    for (size_t i = 1; i <= n; i++) {
        unsigned *row = rows[i % 3];
        const unsigned *above = rows[(i + 2) % 3];
        const unsigned *above2 = rows[(i + 1) % 3];
        row[0] = (unsigned)i * EDIT;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(least(above[j], row[j - 1]) + EDIT,
                           above[j - 1] + change(a[i - 1], b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], above2[j - 2] + EDIT);
        }
    }
    return rows[n % 3][m];
}

const char *diag_nearest(const char *word, const char *const *candidates, size_t n)
{
    size_t length = strlen(word);
    if (length == 0 || length > LONGEST_WORD)
        return NULL;
    const char *nearest = NULL;
    unsigned best = (unsigned)((length + 2) / 3 * EDIT) + 1; // a third of the word may be wrong
    for (size_t k = 0; k < n; k++) {
        size_t m = strlen(candidates[k]);
        if (m > LONGEST_WORD)
            continue;
        unsigned d = distance(word, length, candidates[k], m);
        if (d < best && d < (unsigned)(m > length ? m : length) * EDIT) {
            best = d;
            nearest = candidates[k];
        }
    }
    return nearest;
}
