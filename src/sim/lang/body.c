/*
 * Tabs in the indentation go to the next multiple of TAB columns; one further right is a single
 * space, so that a column here and in the file differ by a constant within a line.
 */
#include "sim/lang/body.h"

#include <stdlib.h>
#include <string.h>

#include "sim/lang/mem.h"

enum { TAB = 4 };

/* White space at the start of a line, in bytes; *columns: how wide it is. */
static size_t indentation(struct span line, uint32_t *columns)
{
    size_t n = 0;
    for (*columns = 0; n < line.n && is_blank(line.at[n]); n++)
        *columns = line.at[n] == '\t' ? (*columns / TAB + 1) * TAB : *columns + 1;
    return n;
}

/* Takes the next line off the text. */
static struct span take_line(struct span *text)
{
    const char *end = memchr(text->at, '\n', text->n);
    size_t n = end != NULL ? (size_t)(end - text->at) : text->n;
    struct span line = span_part(*text, 0, n);
    size_t taken = end != NULL ? n + 1 : n;
    text->at += taken;
    text->n -= taken;
    text->line++;
    text->column = 1;
    while (line.n > 0 && is_blank(line.at[line.n - 1]))
        line.n--;
    return line;
}

/* The least indentation of the lines; what stands beside `body =` has none of its own. */
static uint32_t common_indentation(struct span text)
{
    uint32_t common = UINT32_MAX;
    while (text.n > 0) {
        struct span line = take_line(&text);
        uint32_t columns;
        indentation(line, &columns);
        if (line.n > 0 && line.column == 1 && columns < common)
            common = columns;
    }
    return common;
}

static void add_line(struct body *body, struct span line, uint32_t common)
{
    uint32_t columns;
    size_t n = indentation(line, &columns);
    uint32_t kept = line.column > 1 || columns < common ? 0 : columns - common;
    char *shown = mem_alloc(kept + line.n - n + 1, 1);
    memset(shown, ' ', kept);
    memcpy(shown + kept, line.at + n, line.n - n);
    for (char *tab = shown; (tab = strchr(tab, '\t')) != NULL;)
        *tab = ' ';
    body->shift[body->n_lines] = (int32_t)(line.column - 1 + n) - (int32_t)kept;
    body->lines[body->n_lines++] = shown;
}

void body_init(struct body *body, struct span text)
{
    *body = (struct body){.text = text};
    struct span rest = text;
    struct span first = rest;
    while (rest.n > 0 && take_line(&rest).n == 0)
        first = rest;
    uint32_t common = common_indentation(first);
    size_t n = 1;
    for (size_t k = 0; k < first.n; k++)
        n += first.at[k] == '\n';
    body->first_line = first.line;
    body->lines = mem_alloc(n, sizeof *body->lines);
    body->shift = mem_alloc(n, sizeof *body->shift);
    while (first.n > 0)
        add_line(body, take_line(&first), common);
}

void body_release(struct body *body)
{
    for (uint32_t k = 0; k < body->n_lines; k++)
        free(body->lines[k]);
    free(body->lines);
    free(body->shift);
    *body = (struct body){0};
}

void body_place(const struct body *body, struct span where, uint16_t *line, uint16_t *column)
{
    uint32_t l = where.line < body->first_line ? 0 : where.line - body->first_line;
    int64_t c = where.column;
    if (l < body->n_lines)
        c -= body->shift[l];
    *line = (uint16_t)(l < UINT16_MAX ? l + 1 : UINT16_MAX);
    *column = (uint16_t)(c < 1 ? 1 : c > UINT16_MAX ? UINT16_MAX : c);
}
