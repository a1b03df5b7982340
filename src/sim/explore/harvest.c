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
    MARK_WORDS = 3,   // LOG_AT and a node
    SPARE_WORDS = 16, // at the end of a block: log_target may look beyond what is written
    AHEAD_WORDS = 128,
    FIRST_SLOTS = 64,
};

/* ---- the log ---- */

static void add_block(struct harvest *h, uint32_t words)
{
    uint32_t capacity = h->last == NULL ? FIRST_WORDS : 2 * h->last->capacity;
    capacity = capacity > MOST_WORDS ? MOST_WORDS : capacity;
    capacity = capacity < words + SPARE_WORDS ? words + SPARE_WORDS : capacity;
    struct log_block *block = mem_alloc(1, sizeof *block);
    block->capacity = capacity;
    block->words = mem_alloc_table(capacity, sizeof *block->words);
    h->log_bytes += sizeof *block + capacity * sizeof *block->words;
    if (h->last == NULL) {
        h->first = block;
    } else {
        h->last->words[h->last->n] = LOG_END;
        h->last->next = block;
    }
    h->last = block;
}

/* Remembers where the state of a node stands. */
static void index_state(struct harvest *h, uint32_t node, const uint16_t *at)
{
    uint32_t span = node / SPAN;
    while (h->n_spans <= span) {
        h->spans = mem_grow(h->spans, h->n_spans, &h->n_spans, sizeof(struct span *));
    }
    if (h->spans[span] == NULL) {
        h->spans[span] = mem_alloc(1, sizeof *h->spans[span]);
        h->log_bytes += sizeof *h->spans[span];
    }
    h->spans[span]->at[node % SPAN / STRIDE] = at;
}

uint16_t *log_state(struct harvest *h, uint32_t node, uint32_t n, bool counters)
{
    uint32_t words = MARK_WORDS + 1 + n * log_step_words(counters);
    if (h->last == NULL || h->last->capacity - SPARE_WORDS - h->last->n < words) {
        add_block(h, words);
    }
    uint16_t *at = h->last->words + h->last->n;
    if (node != h->next_node) {
        at[0] = LOG_AT;
        memcpy(at + 1, &node, sizeof node);
        at += MARK_WORDS;
        h->last->n += MARK_WORDS;
    }
    if (node % STRIDE == 0) {
        index_state(h, node, at);
    }
    h->last->n += words - MARK_WORDS;
    h->next_node = node + 1;
    h->n_steps += n;
    __builtin_prefetch(at + AHEAD_WORDS, 1); // else whoever waits for stores waits for this memory
    at[0] = (uint16_t)n;
    return at + 1;
}

bool log_next(struct log_place *place, bool counters, struct logged *out)
{
    while (place->block != NULL && place->at == place->block->n) {
        *place = (struct log_place){place->block->next, 0, place->node};
    }
    if (place->block == NULL) {
        return false;
    }
    const uint16_t *at = place->block->words + place->at;
    if (at[0] == LOG_AT) {
        memcpy(&place->node, at + 1, sizeof place->node);
        place->at += MARK_WORDS;
        at += MARK_WORDS;
    }
    out->node = place->node++;
    out->n = at[0];
    out->steps = at + 1;
    place->at += 1 + out->n * log_step_words(counters);
    return true;
}

static uint32_t target_of(const uint16_t *steps, uint32_t n, uint16_t choice)
{
    struct logged state = {.n = n, .steps = steps};
    for (uint32_t i = 0; i < n; i++) {
        struct logged_step step = logged_step(&state, i, false);
        if (step.choice == choice) {
            return step.to;
        }
    }
    return UNKNOWN;
}

uint32_t log_target(const struct harvest *h, uint32_t node, uint16_t choice)
{
    const struct span *span = node / SPAN < h->n_spans ? h->spans[node / SPAN] : NULL;
    const uint16_t *at = span != NULL ? span->at[node % SPAN / STRIDE] : NULL;
    uint32_t first = node - node % STRIDE, here = first;
    while (at != NULL && at[0] != LOG_END) {
        if (at[0] == LOG_AT) {
            memcpy(&here, at + 1, sizeof here);
            at += MARK_WORDS;
        }
        if (here >= node || here < first) { // there may be states of elsewhere in between
            return here == node ? target_of(at + 1, at[0], choice) : UNKNOWN;
        }
        at += 1 + at[0] * LOG_STEP;
        here++;
    }
    return UNKNOWN;
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
    for (size_t i = 0; i < h->n_spans; i++) {
        free(h->spans[i]);
    }
    registry_release(&h->endings);
    registry_release(&h->findings);
    free(h->spans);
    free(h->of_endings);
    free(h->of_findings);
    free(h->ends);
    free(h->shown);
    free(h->shown_slots);
    free(h->occurrences);
    *h = (struct harvest){.first = NULL};
}
