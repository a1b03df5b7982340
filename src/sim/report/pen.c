/*
 * Writing into a caller's buffer. A cut never splits a UTF-8 character: the rest of one is taken
 * back.
 */
#include "sim/report/pen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct pen pen_on(char *out, size_t size)
{
    out[0] = '\0';
    return (struct pen){out, size, 0};
}

/* The text was cut at the end: removes the bytes of a character that is not whole. */
static void drop_partial(struct pen *p)
{
    size_t start = p->n;
    while (start > 0 && ((unsigned char)p->at[start - 1] & 0xC0) == 0x80) {
        start--;
    }
    if (start == 0) {
        return;
    }
    unsigned char lead = (unsigned char)p->at[start - 1];
    size_t whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (p->n - (start - 1) < whole) {
        p->n = start - 1;
        p->at[p->n] = '\0';
    }
}

void pen_printf(struct pen *p, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int wanted = vsnprintf(p->at + p->n, p->size - p->n, format, arguments);
    va_end(arguments);
    if (wanted < 0) {
        return;
    }
    if ((size_t)wanted < p->size - p->n) {
        p->n += (size_t)wanted;
        return;
    }
    p->n = p->size - 1;
    drop_partial(p);
}

void pen_text(struct pen *p, const char *text)
{
    size_t wanted = strlen(text), room = p->size - p->n - 1;
    size_t n = wanted < room ? wanted : room;
    memcpy(p->at + p->n, text, n);
    p->n += n;
    p->at[p->n] = '\0';
    if (n < wanted) {
        drop_partial(p);
    }
}
