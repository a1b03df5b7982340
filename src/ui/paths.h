/*
 * Paths: the shortest ways to all endings as one tree, in which what they have in common is told once.
 *
 * Ownership  paths_make fills a zeroed struct, paths_release frees what it holds.
 */
#ifndef UI_PATHS_H
#define UI_PATHS_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/explore/explore.h"

enum { MAX_PATHS = 64, PATH_TEXT = 64, PATH_STEPS = 96 };

/* Steps after which ways part, or a way ends. */
struct path {
    uint32_t first, last; // steps of this piece; first > last: the way ended where others go on
    int ending;    // index of the ending that the way leads to; -1: others branch off behind it
    uint8_t depth; // pieces before it
    bool is_last;  // of those that part at the same place
    uint64_t open; // bit d: the piece at depth d on the way here has others below it
    char what[PATH_TEXT];   // its first step: "T2 Open file_0.txt"
    char steps[PATH_STEPS]; // as a schedule; may be cut, with a mark
};

struct paths {
    struct path *at; // in the order in which they are drawn
    int n;
    uint32_t untold; // endings beyond the first MAX_PATHS
};

void paths_make(struct paths *paths, const struct scenario *s, const struct explore_result *r);
void paths_release(struct paths *paths);

#endif
