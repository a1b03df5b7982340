/*
 * The tables of a memo, which its parts share: memo.c works outcomes out and goes up and down along them, memo_ask.c
 * answers what is asked of them.
 */
#ifndef SIM_EXPLORE_MEMO_PARTS_H
#define SIM_EXPLORE_MEMO_PARTS_H

#include "sim/explore/contents.h"
#include "sim/explore/memo.h"
#include "sim/explore/trie.h"

struct offer {
    uint32_t first; // in roots
    uint32_t n;
    uint64_t reads;
};

struct root {
    struct choice choice;
    uint32_t value; // where the outcomes of this choice hang
};

struct write {
    uint32_t slot, content; // of a count of files: the change instead of the content
};

struct undo {
    uint32_t slot, content;
};

// each list with its length: there is one memo of a walker, and order reads better than size
// NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding)
struct memo_tables {
    struct contents contents;
    uint32_t *present;     // content of each slot
    uint32_t start_system; // content; what a thread did before step 1 can have stopped the machine
    bool start_stops;

    struct trie trie; // of offers and outcomes

    struct offer *offers;
    uint32_t n_offers;
    size_t capacity_offers;
    struct root *roots;
    uint32_t n_roots;
    size_t capacity_roots;
    struct write *writes;
    uint32_t n_writes;
    size_t capacity_writes;
    struct watch_value *claims;
    uint32_t n_claims;
    size_t capacity_claims;
    uint32_t *findings;
    uint32_t n_findings;
    size_t capacity_findings;
    struct next_step *next_steps;
    uint32_t n_next_steps;
    size_t capacity_next_steps;

    struct undo *undo;
    uint32_t n_undo;
    size_t capacity_undo;
    struct watch_value *claim_undo;
    uint32_t n_claim_undo;
    size_t capacity_claim_undo;

    struct watch *watch; // NULL: no invariants
    uint32_t *held;      // content of each slot in the machine's block
    uint64_t stale;      // a bit for each slot that may be held in another state than the present
    struct world_trace trace;
    uint32_t *stamps; // per slot: last trace that has it
    uint32_t stamp;
};

#endif
