/*
 * The one place of the language layer that asks the host for memory.
 *
 * An arena is a list of chunks, newest first; what does not fit into the newest gets a chunk of its
 * own size, so no request is too large and small ones do not pay for it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE // madvise, mremap
#endif

#include "sim/lang/mem.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/mman.h>

enum {
    ARENA_CHUNK = 16 * 1024,
    PAGE = 4096,
    LARGE_PAGE = 2 * 1024 * 1024,
    LARGE_LIST = 1024 * 1024
};

struct arena_chunk {
    struct arena_chunk *next;
    size_t used;
    size_t size;
    alignas(max_align_t) unsigned char bytes[];
};

_Noreturn void mem_refused(void)
{
    fputs("lockstep: not enough memory\n", stderr);
    abort();
}

/* Asks for large pages where whole ones fit in. Where the system has none, the block is only slower. */
static void ask_large_pages(void *block, size_t bytes)
{
    size_t before = (PAGE - (uintptr_t)block % PAGE) % PAGE;
    if (bytes >= LARGE_PAGE) {
        madvise((unsigned char *)block + before, (bytes - before) / PAGE * PAGE, MADV_HUGEPAGE);
    }
}

void *mem_alloc(size_t n, size_t size)
{
    void *memory = calloc(n > 0 ? n : 1, size);
    if (memory == NULL)
        mem_refused();
    ask_large_pages(memory, n * size);
    return memory;
}

void *mem_alloc_table(size_t n, size_t size)
{
    size_t bytes = n * size;
    if (bytes < LARGE_PAGE) {
        return mem_alloc(n, size);
    }
    void *table = bytes / size == n ? mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                                    : MAP_FAILED;
    if (table == MAP_FAILED) {
        mem_refused();
    }
    ask_large_pages(table, bytes);
    return table;
}

void mem_free_table(void *table, size_t n, size_t size)
{
    if (n * size < LARGE_PAGE) {
        free(table);
    } else {
        munmap(table, n * size);
    }
}

void *mem_resize_table(void *table, size_t n, size_t new_n, size_t size)
{
    void *larger;
    if (n * size < LARGE_PAGE) {
        larger = mem_alloc_table(new_n, size);
        memcpy(larger, table, n * size);
        free(table);
        return larger;
    }
    larger = new_n <= SIZE_MAX / size ? mremap(table, n * size, new_n * size, MREMAP_MAYMOVE)
                                      : MAP_FAILED;
    if (larger == MAP_FAILED) {
        mem_refused();
    }
    return larger;
}

void *mem_resize(void *block, size_t size)
{
    void *resized = realloc(block, size);
    if (resized == NULL)
        mem_refused();
    return resized;
}

void *mem_grow_list(void *list, size_t *capacity, size_t size)
{
    if (*capacity > SIZE_MAX / size / 2)
        mem_refused();
    size_t more = *capacity < 8                   ? 8
                  : *capacity * size < LARGE_LIST ? *capacity * 2
                                                  : *capacity + *capacity / 4;
    unsigned char *grown = realloc(list, more * size);
    if (grown == NULL)
        mem_refused();
    memset(grown + *capacity * size, 0, (more - *capacity) * size);
    *capacity = more;
    return grown;
}

char *mem_text(const char *text, size_t n)
{
    char *copy = mem_alloc(n + 1, 1);
    if (n > 0)
        memcpy(copy, text, n);
    return copy;
}

char *mem_vformat(const char *format, va_list arguments)
{
    assert(format != NULL);
    va_list again;
    va_copy(again, arguments);
    int n = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = mem_alloc((size_t)(n < 0 ? 0 : n) + 1, 1);
    if (n > 0)
        vsnprintf(text, (size_t)n + 1, format, arguments);
    return text;
}

char *mem_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = mem_vformat(format, arguments);
    va_end(arguments);
    return text;
}

void *arena_alloc(struct arena *arena, size_t n, size_t size)
{
    const size_t grain = alignof(max_align_t);
    if (n > (SIZE_MAX - sizeof(struct arena_chunk) - grain) / size)
        mem_refused();
    size_t bytes = (n * size + grain - 1) / grain * grain;
    struct arena_chunk *chunk = arena->chunk;
    if (chunk == NULL || chunk->size - chunk->used < bytes) {
        size_t room = bytes > ARENA_CHUNK ? bytes : ARENA_CHUNK;
        chunk = mem_alloc(1, sizeof *chunk + room);
        chunk->size = room;
        chunk->next = arena->chunk;
        arena->chunk = chunk;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return memory;
}

void arena_release(struct arena *arena)
{
    while (arena->chunk != NULL) {
        struct arena_chunk *next = arena->chunk->next;
        free(arena->chunk);
        arena->chunk = next;
    }
}

void text_add(struct text *text, const char *more, size_t n)
{
    while (text->capacity <= text->n + n)
        text->at = mem_grow(text->at, text->capacity, &text->capacity, 1);
    if (n > 0)
        memcpy(text->at + text->n, more, n);
    text->n += n;
    text->at[text->n] = '\0';
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *more = mem_vformat(format, arguments);
    va_end(arguments);
    text_add(text, more, strlen(more));
    free(more);
}

void text_release(struct text *text)
{
    free(text->at);
    *text = (struct text){0};
}
