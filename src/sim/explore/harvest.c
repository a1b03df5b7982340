/*
 * What a walk over all states brings home.
 */
#include "sim/explore/harvest.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

enum {
    FIRST_WORDS = 1 << 12, // of the log's first block; the next ones are larger
    MOST_WORDS = 1 << 20,
    STATE_WORDS = 3,
    FIRST_SLOTS = 64,
};

/* ---- the log ---- */

static void add_block(struct harvest *h, uint32_t words)
{
    uint32_t capacity = h->last == NULL ? FIRST_WORDS : 2 * h->last->capacity;
    capacity = capacity > MOST_WORDS ? MOST_WORDS : capacity;
    capacity = capacity < words ? words : capacity;
    struct log_block *block = mem_alloc(1, sizeof *block);
    block->capacity = capacity;
    block->words = mem_alloc_table(capacity, sizeof *block->words);
    h->log_bytes += sizeof *block + capacity * sizeof *block->words;
    *(h->last == NULL ? &h->first : &h->last->next) = block;
    h->last = block;
}

uint16_t *log_state(struct harvest *h, uint32_t node, uint32_t n, bool counters)
{
    uint32_t words = STATE_WORDS + n * log_step_words(counters);
    if (h->last == NULL || h->last->capacity - h->last->n < words) {
        add_block(h, words);
    }
    uint16_t *at = h->last->words + h->last->n;
    h->last->n += words;
    h->n_steps += n;
    memcpy(at, &node, sizeof node);
    at[2] = (uint16_t)n;
    return at + STATE_WORDS;
}

bool log_next(struct log_place *place, bool counters, struct logged *out)
{
    while (place->block != NULL && place->at == place->block->n) {
        *place = (struct log_place){place->block->next, 0};
    }
    if (place->block == NULL) {
        return false;
    }
    const uint16_t *at = place->block->words + place->at;
    memcpy(&out->node, at, sizeof out->node);
    out->n = at[2];
    out->steps = at + STATE_WORDS;
    place->at += STATE_WORDS + out->n * log_step_words(counters);
    return true;
}

/* ---- what was found ---- */

static uint32_t *find_shown(const struct harvest *h, const struct shown *s)
{
    uint32_t at = (uint32_t)XXH3_64bits(s, sizeof *s);
    while (true) {
        uint32_t *slot = &h->shown_slots[at++ & h->shown_mask];
        if (*slot == 0 || memcmp(&h->shown[*slot - 1], s, sizeof *s) == 0) {
            return slot;
        }
    }
}

static void grow_shown(struct harvest *h)
{
    free(h->shown_slots);
    h->shown_mask = h->shown_slots == NULL ? FIRST_SLOTS - 1 : 2 * h->shown_mask + 1;
    h->shown_slots = mem_alloc((size_t)h->shown_mask + 1, sizeof *h->shown_slots);
    for (uint32_t i = 0; i < h->n_shown; i++) {
        *find_shown(h, &h->shown[i]) = i + 1;
    }
}

uint32_t harvest_shown(struct harvest *h, const struct shown *s)
{
    if (2 * (h->n_shown + 1) > h->shown_mask) {
        grow_shown(h);
    }
    uint32_t *slot = find_shown(h, s);
    if (*slot == 0) {
        h->shown = mem_grow(h->shown, h->n_shown, &h->capacity_shown, sizeof *s);
        h->shown[h->n_shown++] = *s;
        *slot = (uint32_t)h->n_shown;
    }
    return *slot - 1;
}

void harvest_occurrence(struct harvest *h, uint32_t node, uint32_t shown)
{
    h->occurrences = mem_grow(h->occurrences, h->n_occurrences, &h->capacity_occurrences,
                              sizeof *h->occurrences);
    h->occurrences[h->n_occurrences++] = (struct occurrence){node, shown};
}

void harvest_end(struct harvest *h, struct end end)
{
    h->ends = mem_grow(h->ends, h->n_ends, &h->capacity_ends, sizeof *h->ends);
    h->ends[h->n_ends++] = end;
}

static struct witness *way_at(struct witness **ways, size_t *capacity, uint32_t ix)
{
    while (*capacity <= ix) {
        *ways = mem_grow(*ways, *capacity, capacity, sizeof **ways);
    }
    return &(*ways)[ix];
}

struct witness *harvest_way_to_ending(struct harvest *h, uint32_t ending)
{
    return way_at(&h->of_endings, &h->capacity_of_endings, ending);
}

struct witness *harvest_way_to_finding(struct harvest *h, uint32_t finding)
{
    return way_at(&h->of_findings, &h->capacity_of_findings, finding);
}

/* ---- life ---- */

void harvest_init(struct harvest *h)
{
    registry_init(&h->endings);
    registry_init(&h->findings);
}

uint64_t harvest_bytes(const struct harvest *h)
{
    return h->log_bytes + h->capacity_ends * sizeof *h->ends +
           h->capacity_occurrences * sizeof *h->occurrences;
}

void harvest_release(struct harvest *h)
{
    for (size_t i = 0; i < h->capacity_of_endings; i++) {
        free(h->of_endings[i].steps);
    }
    for (size_t i = 0; i < h->capacity_of_findings; i++) {
        free(h->of_findings[i].steps);
    }
    while (h->first != NULL) {
        struct log_block *block = h->first;
        h->first = block->next;
        mem_free_table(block->words, block->capacity, sizeof *block->words);
        free(block);
    }
    registry_release(&h->endings);
    registry_release(&h->findings);
    free(h->of_endings);
    free(h->of_findings);
    free(h->ends);
    free(h->shown);
    free(h->shown_slots);
    free(h->occurrences);
    *h = (struct harvest){.first = NULL};
}
