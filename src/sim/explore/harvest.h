/*
 * What a walk over all states brings home.
 *
 * Purpose    While a walker walks it only writes down: for each state the steps that can be made there and where
 *            they lead, where runs ended, what was found. states.c makes one graph of the harvests of all walkers.
 * Log        States in the order in which the walker came to them, as one stream of 16-bit words. A state is the number of
 *            its steps (1 word), then of each step the node behind it (2; UNKNOWN until it was asked for), the packed
 *            choice (1, graph.h) and, where there are counters, what it adds to them (4). Its node is that of the
 *            state before, plus one, unless LOG_AT and a node (2) stand in front. LOG_END ends a block. Blocks are never
 *            moved.
 * Ownership  A zeroed harvest is ready for harvest_init; harvest_release frees it.
 */
#ifndef SIM_EXPLORE_HARVEST_H
#define SIM_EXPLORE_HARVEST_H

#include <string.h>

#include "sim/explore/findings.h"
#include "sim/explore/graph.h"

struct log_block {
    struct log_block *next;
    uint32_t n, capacity; // words
    uint16_t *words;
};

enum {
    LOG_STEP = 3, // words
    LOG_CHANGE = 4,
    LOG_AT = 0xffff,
    LOG_END = 0xfffe,
    SPAN = 1024, // nodes
    STRIDE = 8,  // every so many nodes it is kept where a state stands
};
#define UNKNOWN UINT32_MAX

/* Where the states of SPAN nodes stand in the log; NULL: not here. */
struct span {
    const uint16_t *at[SPAN / STRIDE];
};

enum { APART = 128 }; // bytes between what two workers write

struct harvest {
    struct registry endings, findings;
    struct witness *of_endings, *of_findings; // the first way there; not the shortest
    size_t capacity_of_endings, capacity_of_findings;
    struct log_block *first, *last;
    uint32_t next_node;  // of the state that comes next in the log, unless it says otherwise
    struct span **spans; // by node / SPAN; NULL: none of them is here
    size_t n_spans;
    uint64_t log_bytes;
    uint64_t n_steps;
    struct end *ends;
    size_t n_ends, capacity_ends;
    struct shown *shown; // each once
    size_t n_shown, capacity_shown;
    uint32_t *shown_slots; // hash table
    uint32_t shown_mask;
    struct occurrence *occurrences;
    size_t n_occurrences, capacity_occurrences;
    uint64_t n_alone, n_folded; // states where one thread went alone; steps after which names left
    char apart[APART];
};

void harvest_init(struct harvest *h);
void harvest_release(struct harvest *h);
uint64_t harvest_bytes(const struct harvest *h);

static inline uint32_t log_step_words(bool counters)
{
    return LOG_STEP + (counters ? LOG_CHANGE : 0);
}

/* One state of the log. */
struct logged {
    uint32_t node;
    uint32_t n;            // steps
    const uint16_t *steps; // logged_step reads them
};

struct logged_step {
    uint32_t to;
    uint16_t choice;
    counts change;
};

/* A place in the log; start with {h->first}. False: that was all. */
struct log_place {
    const struct log_block *block;
    uint32_t at;
    uint32_t node;
};

bool log_next(struct log_place *place, bool counters, struct logged *out);

static inline struct logged_step logged_step(const struct logged *state, uint32_t i, bool counters)
{
    const uint16_t *at = state->steps + (size_t)i * log_step_words(counters);
    struct logged_step step = {.choice = at[2]};
    memcpy(&step.to, at, sizeof step.to);
    if (counters) {
        memcpy(&step.change, at + LOG_STEP, sizeof step.change);
    }
    return step;
}

/* Writes a state with n steps down, and returns where its steps are to be put. */
uint16_t *log_state(struct harvest *h, uint32_t node, uint32_t n, bool counters);

static inline void log_put_step(uint16_t *steps, uint32_t i, struct logged_step step, bool counters)
{
    uint16_t *at = steps + (size_t)i * log_step_words(counters);
    memcpy(at, &step.to, sizeof step.to);
    at[2] = step.choice;
    if (counters) {
        memcpy(at + LOG_STEP, &step.change, sizeof step.change);
    }
}

static inline void log_put_target(uint16_t *steps, uint32_t i, uint32_t to, bool counters)
{
    memcpy(steps + (size_t)i * log_step_words(counters), &to, sizeof to);
}

/*
 * Where a choice leads from a node, if this log without counters knows; else UNKNOWN. It may not find a state that
 * stands behind others of its STRIDE nodes if something else is written in between.
 */
uint32_t log_target(const struct harvest *h, uint32_t node, uint16_t choice);

/* The number of s among what is shown. */
uint32_t harvest_shown(struct harvest *h, const struct shown *s);
void harvest_occurrence(struct harvest *h, uint32_t node, uint32_t shown);
void harvest_end(struct harvest *h, struct end end);

/* Where the first way to an ending or a finding is kept; its steps are NULL as long as there is none. */
struct witness *harvest_way_to_ending(struct harvest *h, uint32_t ending);
struct witness *harvest_way_to_finding(struct harvest *h, uint32_t finding);

#endif
