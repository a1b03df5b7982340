/*
 * Memory and growing texts of the sim layer.
 *
 * Who asks has the memory, or the program stops with a message: a run can be made again from its
 * schedule, and no caller could do anything better. So nothing here returns NULL. All memory comes
 * zeroed.
 */
#ifndef SIM_LANG_MEM_H
#define SIM_LANG_MEM_H

#include <stdarg.h>
#include <stddef.h>

#include "sim/lang/diag.h"

/* Blocks of two megabytes and more lie on large pages where the system has them. */
void *mem_alloc(size_t n, size_t size);

/* The same for a table that grows where it lies. Freed by mem_free_table with the same n and size. */
void *mem_alloc_table(size_t n, size_t size);
void mem_free_table(void *table, size_t n, size_t size);
void *mem_resize_table(void *table, size_t n, size_t new_n, size_t size); // new_n > n

/* Ends the program: memory was refused, or a size does not fit. */
_Noreturn void mem_refused(void);

/* Another size for a block of mem_alloc; what is new is not cleared. */
void *mem_resize(void *block, size_t size);

/* Makes room for one more item in a list of n: the list, perhaps elsewhere. New items are zero. */
void *mem_grow_list(void *list, size_t *capacity, size_t size);

static inline void *mem_grow(void *list, size_t n, size_t *capacity, size_t size)
{
    return n < *capacity ? list : mem_grow_list(list, capacity, size);
}

char *mem_text(const char *text, size_t n);
char *mem_format(const char *format, ...) DIAG_PRINTF(1, 2);
char *mem_vformat(const char *format, va_list arguments) DIAG_PRINTF(1, 0);

/* Memory that is all given back at once. A zeroed arena is empty. */
struct arena {
    struct arena_chunk *chunk;
};

void *arena_alloc(struct arena *arena, size_t n, size_t size);
void arena_release(struct arena *arena);

/* A text that grows; always NUL-terminated once something was added. A zeroed one is empty. */
struct text {
    char *at;
    size_t n;
    size_t capacity;
};

void text_add(struct text *text, const char *more, size_t n);
void text_format(struct text *text, const char *format, ...) DIAG_PRINTF(2, 3);
void text_release(struct text *text);

#endif
