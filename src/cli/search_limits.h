/*
 * What bounds a search, for explore and check: --max-states, --max-memory, --time-limit, --jobs.
 */
#ifndef CLI_SEARCH_LIMITS_H
#define CLI_SEARCH_LIMITS_H

#include "cli/cli.h"
#include "sim/explore/explore.h"

/* Rows for a table of options. */
// clang-format off
#define SEARCH_LIMITS                                                                         \
    {.name = "--max-states", .value = "N", .fallback = "no limit",                            \
     .help = "stops the search at that number of states"},                                    \
    {.name = "--max-memory", .value = "SIZE", .fallback = "no limit",                         \
     .help = "stops the search at that much memory: bytes, or with K, M or G"},               \
    {.name = "--time-limit", .value = "SECONDS", .fallback = "no limit",                      \
     .help = "stops the search after that time"},                                             \
    {.name = "--jobs", .value = "N", .fallback = "as many as the machine has processors",     \
     .help = "workers; the result is the same for any number"}
// clang-format on

/* False: a message has been printed. */
bool search_limits_read(const struct cli *cli, struct explore_options *out);

#endif
