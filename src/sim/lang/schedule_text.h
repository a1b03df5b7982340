/*
 * Schedules as text: the keys a person pressed, what --schedule takes, what a witness prints.
 *
 * Purpose    Text to steps and back (DESIGN.md 6, "Schedule text").
 * Ownership  schedule_release frees the items; schedule_print returns malloc'd text.
 * Units      Threads are 0-based here and 1-based in the text.
 * Errors     Reported with their column; false.
 */
#ifndef SIM_LANG_SCHEDULE_TEXT_H
#define SIM_LANG_SCHEDULE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/lang/scenario.h"

struct span;

enum schedule_step_kind {
    SCHEDULE_RUN,     // the thread makes its next step
    SCHEDULE_TIMEOUT, // its timeout fires
};

struct schedule_step {
    uint8_t thread;
    uint8_t kind; // enum schedule_step_kind
    uint8_t pick; // which of the step's open choices; 0: the first, or there is none
};

/* The same step, count times. Repeats stay folded, so 1*1000000 is one item. */
struct schedule_item {
    struct schedule_step step;
    uint32_t count;
    uint32_t position; // of the item in the text, in bytes
};

struct schedule {
    struct schedule_item *items;
    size_t n, capacity;
};

/*
 * Reads a text for this scenario, of which only the threads matter. A zeroed schedule in; on an
 * error it holds the items before it.
 */
bool schedule_parse(const struct scenario *s, struct span text, struct schedule *out,
                    struct diag_list *diags);
void schedule_release(struct schedule *schedule);

/* Adds one step, folding it into the last item if it is the same. */
void schedule_add(struct schedule *schedule, struct schedule_step step);

/* Number of steps. */
uint64_t schedule_length(const struct schedule *schedule);

enum { SCHEDULE_ITEM = 40 }; // bytes that always hold one item

/* One item: "1*3", "2~", "1/1"; out has room for SCHEDULE_ITEM bytes. Returns its length. */
size_t schedule_item_print(char *out, struct schedule_step step, uint64_t count);

/* Comma form with repeats: "1*3,2,12*1,2~,1/1". */
char *schedule_print(const struct schedule *schedule);

#endif
