/*
 * The timeline.
 *
 * A position is re-made from the nearest checkpoint before it. Checkpoints stand at multiples of an
 * interval; when their memory would pass the budget, every other one goes and the interval doubles.
 * So the distance to one stays a small part of the run, however long it grows: a million steps of a
 * scenario with 1000 files keep one every 1024 steps. Who makes a step leaves one, be it for the first
 * time or again: a branch that was taken up has none behind its fork until its steps are made again.
 *
 * A second machine, made when first asked for, replays steps for logs and lanes without moving the
 * first.
 */
#include "sim/stepper/timeline.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

struct checkpoint {
    uint32_t n;            // position
    unsigned char *memory; // block, then annex
};

struct timeline {
    struct machine *machine;
    struct machine *second;
    uint32_t second_at; // position of the second machine
    bool second_valid;  // it stands on the recorded schedule
    struct choice *schedule;
    uint32_t n, capacity;
    uint32_t position;
    struct checkpoint *checkpoints; // ascending
    uint32_t n_checkpoints, max_checkpoints;
    uint32_t interval;
    struct vm_sink sink;
};

struct timeline *timeline_open(const struct scenario *s)
{
    struct timeline *t = mem_alloc(1, sizeof *t);
    t->machine = machine_create(s, true);
    machine_watch_invariants(t->machine);
    size_t size = s->layout.size + t->machine->annex_bytes;
    t->max_checkpoints = (uint32_t)(CHECKPOINT_BUDGET / size);
    t->max_checkpoints = t->max_checkpoints < 64 ? 64 : t->max_checkpoints;
    t->max_checkpoints = t->max_checkpoints > 65536 ? 65536 : t->max_checkpoints;
    t->checkpoints = mem_alloc(t->max_checkpoints, sizeof *t->checkpoints);
    t->interval = CHECKPOINT_FIRST_INTERVAL;
    return t;
}

void timeline_close(struct timeline *t)
{
    if (t == NULL) {
        return;
    }
    for (uint32_t i = 0; i < t->n_checkpoints; i++) {
        free(t->checkpoints[i].memory);
    }
    free(t->checkpoints);
    free(t->schedule);
    machine_free(t->machine);
    machine_free(t->second);
    free(t);
}

void timeline_space_checkpoints(struct timeline *t, uint32_t interval)
{
    assert(t->n_checkpoints == 0);
    t->interval = interval;
}

const struct machine *timeline_machine(const struct timeline *t)
{
    return t->machine;
}

void timeline_set_sink(struct timeline *t, struct vm_sink sink)
{
    t->sink = sink;
}

uint32_t timeline_position(const struct timeline *t)
{
    return t->position;
}

uint32_t timeline_length(const struct timeline *t)
{
    return t->n;
}

struct choice timeline_choice(const struct timeline *t, uint32_t n)
{
    assert(n >= 1 && n <= t->n);
    return t->schedule[n - 1];
}

const struct choice *timeline_choices(const struct timeline *t)
{
    return t->schedule;
}

uint32_t timeline_repeats(const struct timeline *t, uint32_t n)
{
    assert(n >= 1 && n <= t->n);
    const struct choice *last = &t->schedule[n - 1];
    uint32_t repeats = 1;
    // every frame comes here, after a run of one thread with its length: as many at once as are like their next
    while (repeats + CHOICES_AT_ONCE <= n &&
           memcmp(last - repeats - (CHOICES_AT_ONCE - 1), last - repeats - (CHOICES_AT_ONCE - 2),
                  CHOICES_AT_ONCE * sizeof *last) == 0) {
        repeats += CHOICES_AT_ONCE;
    }
    while (repeats < n && memcmp(last - repeats, last, sizeof *last) == 0) {
        repeats++;
    }
    return repeats;
}

/* ---- checkpoints ---- */

/* Every other checkpoint goes; those left stand at multiples of twice the interval. */
static void thin_out(struct timeline *t)
{
    uint32_t kept = 0;
    t->interval *= 2;
    for (uint32_t i = 0; i < t->n_checkpoints; i++) {
        if (t->checkpoints[i].n % t->interval == 0) {
            t->checkpoints[kept++] = t->checkpoints[i];
        } else {
            free(t->checkpoints[i].memory);
        }
    }
    t->n_checkpoints = kept;
}

/* What is there stays; so each multiple of the interval up to the last one has its checkpoint. */
static void take_checkpoint(struct timeline *t, const struct machine *m, uint32_t at)
{
    uint32_t last = t->n_checkpoints > 0 ? t->checkpoints[t->n_checkpoints - 1].n : 0;
    if (at <= last || at % t->interval != 0) {
        return;
    }
    if (t->n_checkpoints == t->max_checkpoints) {
        thin_out(t);
        if (at % t->interval != 0) {
            return;
        }
    }
    size_t block = m->world.layout->size;
    unsigned char *memory = mem_alloc(1, block + m->annex_bytes);
    memcpy(memory, m->world.block, block);
    memcpy(memory + block, m->world.annex, m->annex_bytes);
    t->checkpoints[t->n_checkpoints++] = (struct checkpoint){at, memory};
}

/* The last checkpoint before position n, so that step n itself is made again; NULL: the start. */
static const struct checkpoint *checkpoint_before(const struct timeline *t, uint32_t n)
{
    uint32_t low = 0, high = t->n_checkpoints;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (t->checkpoints[middle].n < n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low > 0 ? &t->checkpoints[low - 1] : NULL;
}

static void restore(struct machine *m, const struct checkpoint *c)
{
    size_t block = m->world.layout->size;
    memcpy(m->world.block, c->memory, block);
    memcpy(m->world.annex, c->memory + block, m->annex_bytes);
    machine_restored(m, c->n);
}

/* Brings a machine that stands at *at to position n of the recorded schedule. */
static void bring(struct timeline *t, struct machine *m, uint32_t *at, uint32_t n,
                  struct vm_sink sink)
{
    const struct checkpoint *c = checkpoint_before(t, n);
    if (n < *at || n == 0 || (c != NULL && c->n > *at)) {
        m->sink = (struct vm_sink){NULL, NULL};
        if (c != NULL && n > 0) {
            restore(m, c);
            *at = c->n;
        } else {
            machine_reset(m);
            *at = 0;
        }
    }
    while (*at < n) {
        m->sink = *at + 1 == n ? sink : (struct vm_sink){NULL, NULL};
        machine_step(m, t->schedule[*at]);
        *at += 1;
        take_checkpoint(t, m, *at);
    }
}

/* ---- moving ---- */

/* Records n choices at the end. */
static void record(struct timeline *t, const struct choice *choices, uint32_t n)
{
    if (t->capacity - t->n < n) {
        uint32_t doubled = t->capacity == 0 ? 256 : t->capacity * 2;
        t->capacity = doubled - t->n < n ? t->n + n : doubled;
        t->schedule = mem_resize(t->schedule, t->capacity * sizeof *t->schedule);
    }
    for (uint32_t i = 0; i < n; i++) {
        t->schedule[t->n + i] = choices[i];
        t->schedule[t->n + i].spare = 0; // whoever compares may compare all of it
    }
    t->n += n;
}

static void drop_future(struct timeline *t)
{
    t->n = t->position;
    while (t->n_checkpoints > 0 && t->checkpoints[t->n_checkpoints - 1].n > t->position) {
        free(t->checkpoints[--t->n_checkpoints].memory);
    }
    t->second_valid = false;
}

enum refusal timeline_step(struct timeline *t, struct choice c, bool *branched)
{
    enum refusal why = machine_refusal(t->machine, c);
    if (branched != NULL) {
        *branched = false;
    }
    if (why != REFUSED_NOT) {
        return why;
    }
    if (t->position < t->n && !same_choice(t->schedule[t->position], c)) {
        drop_future(t);
        if (branched != NULL) {
            *branched = true;
        }
    }
    if (t->position == t->n) {
        record(t, &c, 1);
    }
    t->machine->sink = t->sink;
    machine_step(t->machine, c);
    t->position++;
    take_checkpoint(t, t->machine, t->position);
    return REFUSED_NOT;
}

void timeline_replace(struct timeline *t, const struct choice *choices, uint32_t n)
{
    drop_future(t);
    record(t, choices, n);
}

bool timeline_seek(struct timeline *t, uint32_t n)
{
    if (n > t->n) {
        return false;
    }
    if (n != t->position) {
        bring(t, t->machine, &t->position, n, t->sink);
    }
    return true;
}

/* Did another thread make step n than made the one before it? */
static bool is_switch(const struct timeline *t, uint32_t n)
{
    return n >= 2 && n <= t->n && t->schedule[n - 1].thread != t->schedule[n - 2].thread;
}

uint32_t timeline_previous_switch(const struct timeline *t, uint32_t from)
{
    while (from > 0) {
        from--;
        if (is_switch(t, from)) {
            return from;
        }
    }
    return 0;
}

uint32_t timeline_next_switch(const struct timeline *t, uint32_t from)
{
    while (from < t->n) {
        from++;
        if (is_switch(t, from)) {
            return from;
        }
    }
    return t->n;
}

void timeline_replay(struct timeline *t, uint32_t first, uint32_t last,
                     bool (*see)(void *context, const struct machine *m), void *context)
{
    if (t->second == NULL) {
        t->second = machine_create(t->machine->scenario, true);
        machine_watch_invariants(t->second);
        t->second_at = 0;
        t->second_valid = true;
    }
    if (!t->second_valid) {
        machine_reset(t->second);
        t->second_at = 0;
        t->second_valid = true;
    }
    last = last < t->n ? last : t->n;
    for (uint32_t n = first; n <= last; n++) {
        bring(t, t->second, &t->second_at, n, t->sink);
        if (!see(context, t->second)) {
            break;
        }
    }
}
