/*
 * The share rule of the kernel model next to the naive one of oracle_share.c. F12 has all pairs of
 * opens; here up to 48 opens of three files come and go in random order, and after each call the
 * status, and the counts of KERNEL.md 4.2 computed anew from the oracle's list of opens, are the
 * same.
 */
#include <stdio.h>

#include "kernel.h"
#include "kernel_model/share.h"
#include "kernel_model/waitgraph.h"
#include "oracle_random.h"
#include "oracle_share.h"

enum { N_THREADS = 6, HANDLES_EACH = 8, N_FILES = 3, MOST_CALLS = 60 };

static const enum test_name names[N_FILES] = {TEMP_A, TEMP_B, TEMP2_A};

struct held {
    int32_t handle; // 0: none
    unsigned file;
    struct oracle_open open;
};

struct run {
    struct kernel *k;
    struct oracle_random random;
    struct oracle_file files[N_FILES];
    struct held held[N_THREADS][HANDLES_EACH];
};

static void play_open(struct run *run, unsigned t, struct held *slot)
{
    slot->file = oracle_below(&run->random, N_FILES);
    slot->open.access = oracle_accesses[oracle_below(&run->random, 24)];
    slot->open.share = oracle_below(&run->random, 8);
    bool fits = oracle_file_open(&run->files[slot->file], slot->open);

    struct create_request request = {
        .name = (name_ix)names[slot->file],
        .access = slot->open.access,
        .share = slot->open.share,
        .disposition = NT_FILE_OPEN,
    };
    zw_create_file(&run->k->w, (thread_ix)t, &request, &run->k->effect);
    EXPECT_EQ(fits ? STATUS_SUCCESS : STATUS_SHARING_VIOLATION, run->k->effect.result);
    slot->handle = fits ? run->k->effect.out_value : 0;
}

static void play_close(struct run *run, unsigned t, struct held *slot)
{
    oracle_file_close(&run->files[slot->file], slot->open);
    zw_close(&run->k->w, (thread_ix)t, slot->handle, &run->k->effect);
    EXPECT_EQ(STATUS_SUCCESS, run->k->effect.result);
    slot->handle = 0;
}

static void compare(const struct run *run)
{
    for (unsigned f = 0; f < N_FILES; f++) {
        const struct file_slot *file = world_file(&run->k->w, (name_ix)names[f]);
        struct oracle_share_counts counts = oracle_file_counts(&run->files[f]);
        EXPECT_EQ(run->files[f].n_opens, file->n_handles);
        EXPECT_EQ(counts.opens, file->share.open_count);
        EXPECT_EQ(counts.readers, file->share.readers);
        EXPECT_EQ(counts.writers, file->share.writers);
        EXPECT_EQ(counts.deleters, file->share.deleters);
        EXPECT_EQ(counts.shared_read, file->share.shared_read);
        EXPECT_EQ(counts.shared_write, file->share.shared_write);
        EXPECT_EQ(counts.shared_delete, file->share.shared_delete);
    }
}

/* A slot without a handle opens, one with a handle closes it. */
static void play_call(struct run *run)
{
    unsigned t = oracle_below(&run->random, N_THREADS);
    struct held *slot = &run->held[t][oracle_below(&run->random, HANDLES_EACH)];

    world_forget(&run->k->w);
    world_begin_step(&run->k->w);
    effect_begin(&run->k->effect);
    if (slot->handle == 0)
        play_open(run, t, slot);
    else
        play_close(run, t, slot);
    world_end_step(&run->k->w);
    compare(run);
    EXPECT_STR_EQ(NULL, world_invariant(&run->k->w));
}

static unsigned play_sequence(struct run *run)
{
    unsigned n_calls = 1 + oracle_below(&run->random, MOST_CALLS);

    kernel_reset(run->k);
    memset(run->files, 0, sizeof run->files);
    memset(run->held, 0, sizeof run->held);
    for (unsigned i = 0; i < n_calls; i++)
        play_call(run);
    return n_calls;
}

KERNEL_TEST(opens_agree_with_the_oracle, FILES, THREADS(N_THREADS))
{
    struct run run = {.k = k, .random = {2026}};
    unsigned n_sequences = ORACLE_SEQUENCES(100000);
    unsigned long n_calls = 0;

    for (unsigned f = 0; f < N_FILES; f++)
        place_file(k, names[f], 0, 0);
    kernel_keep(k);
    k->w.fingerprinting = false;
    for (unsigned i = 0; i < n_sequences; i++)
        n_calls += play_sequence(&run);
    printf("%u sequences, %lu calls\n", n_sequences, n_calls);
}

/* What takes part in sharing, and what the generic rights stand for. */
TEST(every_access_takes_part_as_the_oracle_says)
{
    for (unsigned i = 0; i < 24; i++) {
        struct oracle_open open = {oracle_accesses[i], 0};
        EXPECT_EQ(oracle_share_participates(open),
                  share_participates(access_map(oracle_accesses[i])));
    }
}

TEST_MAIN(RUN_KERNEL(opens_agree_with_the_oracle), RUN(every_access_takes_part_as_the_oracle_says))
