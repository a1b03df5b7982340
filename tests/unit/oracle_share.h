/*
 * The share rule of KERNEL.md 4.2, written a second time from its sentences: a list of opens, and
 * each new one is held against every open of the list.
 */
#ifndef TESTS_UNIT_ORACLE_SHARE_H
#define TESTS_UNIT_ORACLE_SHARE_H

#include <stdbool.h>
#include <stdint.h>

enum { ORACLE_OPENS = 48 };

struct oracle_open {
    uint32_t access; // as asked for: generic rights allowed
    uint32_t share;
};

struct oracle_file {
    struct oracle_open opens[ORACLE_OPENS];
    unsigned n_opens;
};

/* SHARE_ACCESS of 4.2: how many of the participating opens read, write ... and allow it. */
struct oracle_share_counts {
    unsigned opens;
    unsigned readers, writers, deleters;
    unsigned shared_read, shared_write, shared_delete;
};

bool oracle_share_participates(struct oracle_open open);

/* Can these two opens stand side by side? Symmetric. */
bool oracle_share_compatible(struct oracle_open a, struct oracle_open b);

/* Opens if the rule allows it. */
bool oracle_file_open(struct oracle_file *file, struct oracle_open open);
void oracle_file_close(struct oracle_file *file, struct oracle_open open);
struct oracle_share_counts oracle_file_counts(const struct oracle_file *file);

/* 24 accesses: every right alone, the generic ones, and the combinations that drivers use. */
extern const uint32_t oracle_accesses[24];

#endif
