/*
 * Depth first from the start. A state is remembered when it is first seen, and the number of
 * schedules from it to an end, with the chances of each kind of end, once all its successors are
 * done.
 */
#include "naive_search.h"

#include <stdlib.h>
#include <string.h>

struct state {
    unsigned char *block;
    uint64_t schedules;
    double chances[VERDICT_FAULT + 1];
    struct state *next; // in its bucket
};

enum { BUCKETS = 1 << 16 };

struct search {
    struct machine *machine;
    struct state **buckets;
    uint32_t max_states;
    naive_filter *filter; // NULL: all choices
    void *context;
    struct naive_result result;
};

static uint32_t bucket_of(const unsigned char *block, size_t size)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < size; i++) {
        h = (h ^ block[i]) * 16777619u;
    }
    return h % BUCKETS;
}

/* The state of the machine's present world; *new: it was not known. */
static struct state *remember(struct search *search, bool *new)
{
    const struct world *w = &search->machine->world;
    struct state **bucket = &search->buckets[bucket_of(w->block, w->layout->size)];
    for (struct state *s = *bucket; s != NULL; s = s->next) {
        if (memcmp(s->block, w->block, w->layout->size) == 0) {
            *new = false;
            return s;
        }
    }
    struct state *s = calloc(1, sizeof *s);
    s->block = malloc(w->layout->size);
    memcpy(s->block, w->block, w->layout->size);
    s->next = *bucket;
    *bucket = s;
    *new = true;
    search->result.states++;
    return s;
}

static struct state *visit(struct search *search)
{
    bool new;
    struct machine *m = search->machine;
    struct state *s = remember(search, &new);
    if (!new || search->result.states >= search->max_states) {
        return s;
    }
    const char *broken = world_invariant(&m->world);
    search->result.broken = broken != NULL ? broken : search->result.broken;
    struct choice choices[MAX_CHOICES];
    unsigned n = machine_choices(m, choices);
    if (n == 0) {
        s->schedules = 1;
        s->chances[machine_verdict(m)] = 1;
        search->result.endings++;
        search->result.verdicts[machine_verdict(m)]++;
    }
    if (n > 0 && search->filter != NULL) {
        n = search->filter(search->context, m, choices, n);
    }
    for (unsigned i = 0; i < n; i++) {
        machine_step(m, choices[i]);
        search->result.transitions++;
        const struct state *to = visit(search);
        s->schedules += to->schedules;
        for (unsigned k = 0; k <= VERDICT_FAULT; k++) {
            s->chances[k] += to->chances[k] / n;
        }
        memcpy(m->world.block, s->block, m->world.layout->size);
    }
    return s;
}

struct naive_result naive_search(const struct scenario *scenario, uint32_t max_states)
{
    return naive_search_some(scenario, max_states, NULL, NULL);
}

struct naive_result naive_search_some(const struct scenario *scenario, uint32_t max_states,
                                      naive_filter *filter, void *context)
{
    struct search search = {.machine = machine_create(scenario, false),
                            .buckets = calloc(BUCKETS, sizeof(struct state *)),
                            .max_states = max_states,
                            .filter = filter,
                            .context = context};
    const struct state *start = visit(&search);
    search.result.schedules = start->schedules;
    memcpy(search.result.chances, start->chances, sizeof start->chances);
    for (uint32_t i = 0; i < BUCKETS; i++) {
        while (search.buckets[i] != NULL) {
            struct state *s = search.buckets[i];
            search.buckets[i] = s->next;
            free(s->block);
            free(s);
        }
    }
    free(search.buckets);
    machine_free(search.machine);
    return search.result;
}
