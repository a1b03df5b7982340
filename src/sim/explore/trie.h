/*
 * A trie of what was read.
 *
 * Purpose    Finds what came of a step by what the step read (memo.h). A node says which slot is read next; what
 *            that slot holds says how to go on. The reads of a step are the same as long as what was read is,
 *            so each path is one situation. Where a path does not branch, its reads lie side by side in a chain.
 * Values     A value is a node, a chain or, at the end of a path, a result: a number of the user's. 0 is none;
 *            node 0 is never a value, as somebody starts there.
 * Present    Whoever goes down or hangs something passes the present contents of all slots.
 * Ownership  trie_init and trie_release.
 */
#ifndef SIM_EXPLORE_TRIE_H
#define SIM_EXPLORE_TRIE_H

#include <stddef.h>
#include <stdint.h>

struct trie_edge;
struct trie_link;

struct trie {
    uint32_t *nodes; // slot that is read there
    uint32_t n_nodes;
    size_t capacity_nodes;
    struct trie_link *links; // chains, one behind the other
    uint32_t n_links;
    size_t capacity_links;
    struct trie_edge *edges; // hash table
    uint32_t n_edges, mask;
};

enum { TRIE_NODE, TRIE_RESULT, TRIE_CHAIN, TRIE_KIND_BITS = 2 };

static inline uint32_t trie_value(unsigned kind, uint32_t ix)
{
    return ix << TRIE_KIND_BITS | kind;
}

static inline unsigned trie_kind(uint32_t value)
{
    return value & ((1u << TRIE_KIND_BITS) - 1);
}

/* Of a node or a result: its number. */
static inline uint32_t trie_ix(uint32_t value)
{
    return value >> TRIE_KIND_BITS;
}

void trie_init(struct trie *t);
void trie_release(struct trie *t);
uint64_t trie_bytes(const struct trie *t);

/* A node where this slot is read. */
uint32_t trie_new_node(struct trie *t, uint32_t slot);

/*
 * The value behind a node if its slot holds this content; 0: none so far. A number that no node has may serve as
 * one that nobody comes down to.
 */
uint32_t trie_way(const struct trie *t, uint32_t node, uint32_t content);
void trie_set_way(struct trie *t, uint32_t node, uint32_t content, uint32_t value);

/* Goes on from a value by what the slots hold: the result's value, or 0: never been here. */
uint32_t trie_descend(const struct trie *t, uint32_t value, const uint32_t *present);

/* Hangs a result under a value by the n slots that were read, and returns the value that takes its place. */
uint32_t trie_hang(struct trie *t, uint32_t value, const uint32_t *reads, uint32_t n,
                   uint32_t result, const uint32_t *present);

#endif
