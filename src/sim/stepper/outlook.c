/*
 * Depth first over a machine of its own, which is handed the state and then walks up and down. A state
 * that was seen before is not gone into again. Good ends are mostly near along any one way, so the
 * answer OPEN takes about as many steps as a run has.
 */
#include "sim/stepper/outlook.h"

#include <stdlib.h>

#include "sim/lang/mem.h"

enum { SLOTS = 4 * OUTLOOK_STATES };

struct level {
    struct machine_mark mark; // how to get back to the level above
    struct choice choices[MAX_CHOICES];
    unsigned n, next;
};

struct outlook_search {
    struct machine *machine;
    struct fingerprint seen[SLOTS]; // open addressing; used says which slots are taken
    bool used[SLOTS];
    unsigned n_seen;
    struct level levels[OUTLOOK_STATES + 1];
};

struct outlook_search *outlook_create(const struct scenario *s)
{
    struct outlook_search *o = mem_alloc(1, sizeof *o);
    o->machine = machine_create(s, false);
    machine_keep_fingerprint(o->machine);
    return o;
}

void outlook_free(struct outlook_search *o)
{
    if (o == NULL) {
        return;
    }
    machine_free(o->machine);
    free(o);
}

/* Notes the machine's state; false: it was noted before. */
static bool note_state(struct outlook_search *o)
{
    struct fingerprint f = o->machine->world.fingerprint;
    size_t slot;
    memcpy(&slot, &f, sizeof slot);
    for (slot %= SLOTS; o->used[slot]; slot = (slot + 1) % SLOTS) {
        if (memcmp(&o->seen[slot], &f, sizeof f) == 0) {
            return false;
        }
    }
    o->used[slot] = true;
    o->seen[slot] = f;
    o->n_seen++;
    return true;
}

static bool is_good_end(const struct machine *m)
{
    bool goals = false;
    if (machine_verdict(m) != VERDICT_FINISHED) {
        return false;
    }
    for (uint32_t i = 0; i < m->scenario->n_endings; i++) {
        goals = goals || m->scenario->endings[i].goal;
    }
    int ending = goals ? machine_ending(m) : -1;
    return !goals || (ending >= 0 && m->scenario->endings[ending].goal);
}

/* Enters the state that the machine stands in. */
static void enter(struct outlook_search *o, unsigned depth)
{
    o->levels[depth].n = machine_choices(o->machine, o->levels[depth].choices);
    o->levels[depth].next = 0;
}

static enum outlook walk(struct outlook_search *o)
{
    unsigned depth = 0;
    if (is_good_end(o->machine)) {
        return OUTLOOK_OPEN;
    }
    note_state(o);
    enter(o, 0);
    for (;;) {
        struct level *level = &o->levels[depth];
        if (level->next == level->n) {
            if (depth == 0) {
                return OUTLOOK_LOST;
            }
            machine_pop(o->machine, &level->mark);
            depth--;
            continue;
        }
        struct level *below = level + 1;
        machine_push(o->machine, level->choices[level->next++], &below->mark);
        if (is_good_end(o->machine)) {
            return OUTLOOK_OPEN;
        }
        if (o->n_seen == OUTLOOK_STATES) {
            return OUTLOOK_UNKNOWN;
        }
        if (note_state(o)) {
            enter(o, ++depth);
        } else {
            machine_pop(o->machine, &below->mark);
        }
    }
}

enum outlook outlook_from(struct outlook_search *o, const struct machine *m)
{
    memset(o->used, 0, sizeof o->used);
    o->n_seen = 0;
    memcpy(o->machine->world.block, m->world.block, m->world.layout->size);
    machine_restored(o->machine, m->last.n);
    return walk(o);
}
