/*
 * The trie of a memo: edges in a hash table, chains one behind the other in a list.
 */
#include "sim/explore/trie.h"

#include <assert.h>
#include <stdlib.h>

#include "sim/lang/mem.h"

enum { FIRST_EDGES = 1 << 10 };

struct trie_edge {
    uint32_t node, content, value; // value 0: free
};

/* Of a chain, first: how many links follow, and the value at its end. */
struct trie_link {
    uint32_t slot, content;
};

void trie_release(struct trie *t)
{
    free(t->nodes);
    free(t->links);
    free(t->edges);
}

uint64_t trie_bytes(const struct trie *t)
{
    return t->capacity_nodes * sizeof *t->nodes + t->capacity_links * sizeof *t->links +
           ((uint64_t)t->mask + 1) * sizeof *t->edges;
}

/* ---- ways ---- */

static struct trie_edge *find_edge(const struct trie *t, uint32_t node, uint32_t content)
{
    uint64_t key = (uint64_t)node << 32 | content;
    uint32_t at = (uint32_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
    while (true) {
        struct trie_edge *e = &t->edges[at++ & t->mask];
        if (e->value == 0 || (e->node == node && e->content == content)) {
            return e;
        }
    }
}

static void grow_edges(struct trie *t)
{
    struct trie_edge *old = t->edges;
    uint32_t n = t->edges == NULL ? 0 : t->mask + 1;
    t->mask = n == 0 ? FIRST_EDGES - 1 : 2 * n - 1;
    t->edges = mem_alloc((size_t)t->mask + 1, sizeof *t->edges);
    for (uint32_t i = 0; i < n; i++) {
        if (old[i].value != 0) {
            *find_edge(t, old[i].node, old[i].content) = old[i];
        }
    }
    free(old);
}

static void add_edge(struct trie *t, uint32_t node, uint32_t content, uint32_t value)
{
    if (2 * (t->n_edges + 1) > t->mask) {
        grow_edges(t);
    }
    *find_edge(t, node, content) = (struct trie_edge){node, content, value};
    t->n_edges++;
}

uint32_t trie_way(const struct trie *t, uint32_t node, uint32_t content)
{
    return find_edge(t, node, content)->value;
}

void trie_set_way(struct trie *t, uint32_t node, uint32_t content, uint32_t value)
{
    struct trie_edge *known = find_edge(t, node, content);
    if (known->value != 0) {
        known->value = value;
    } else {
        add_edge(t, node, content, value);
    }
}

uint32_t trie_new_node(struct trie *t, uint32_t slot)
{
    t->nodes = mem_grow(t->nodes, t->n_nodes, &t->capacity_nodes, sizeof *t->nodes);
    t->nodes[t->n_nodes] = slot;
    return t->n_nodes++;
}

void trie_init(struct trie *t)
{
    *t = (struct trie){.n_nodes = 0};
    grow_edges(t);
}

/* ---- down, and more of it ---- */

/* Does the present state hold what the chain read? */
static bool chain_fits(const struct trie_link *chain, const uint32_t *present)
{
    for (uint32_t i = 1; i <= chain->slot; i++) {
        if (present[chain[i].slot] != chain[i].content) {
            return false;
        }
    }
    return true;
}

uint32_t trie_descend(const struct trie *t, uint32_t value, const uint32_t *present)
{
    while (value != 0) {
        if (trie_kind(value) == TRIE_RESULT) {
            return value;
        }
        if (trie_kind(value) == TRIE_NODE) {
            uint32_t node = trie_ix(value);
            value = find_edge(t, node, present[t->nodes[node]])->value;
        } else {
            const struct trie_link *chain = &t->links[trie_ix(value)];
            value = chain_fits(chain, present) ? chain->content : 0;
        }
    }
    return 0;
}

static void put_link(struct trie *t, uint32_t slot, uint32_t content)
{
    t->links = mem_grow(t->links, t->n_links, &t->capacity_links, sizeof *t->links);
    t->links[t->n_links++] = (struct trie_link){slot, content};
}

/* A chain of the links first .. end - 1 that lie in links already; none: its end itself. */
static uint32_t copy_chain(struct trie *t, uint32_t first, uint32_t end, uint32_t value)
{
    if (first == end) {
        return value;
    }
    uint32_t chain = t->n_links;
    put_link(t, end - first, value);
    for (uint32_t i = first; i < end; i++) {
        struct trie_link link = t->links[i];
        put_link(t, link.slot, link.content);
    }
    return trie_value(TRIE_CHAIN, chain);
}

/* A chain of reads in the present state. */
static uint32_t new_chain(struct trie *t, const uint32_t *reads, uint32_t n, uint32_t value,
                          const uint32_t *present)
{
    if (n == 0) {
        return value;
    }
    uint32_t chain = t->n_links;
    put_link(t, n, value);
    for (uint32_t i = 0; i < n; i++) {
        put_link(t, reads[i], present[reads[i]]);
    }
    return trie_value(TRIE_CHAIN, chain);
}

/* Splits a chain at its link k, where the present state differs; the node there gets a second way. */
static uint32_t split_chain(struct trie *t, uint32_t chain, uint32_t k, uint32_t other,
                            const uint32_t *present)
{
    uint32_t first = chain + 1, end = first + t->links[chain].slot;
    struct trie_link at = t->links[first + k];
    uint32_t rest = copy_chain(t, first + k + 1, end, t->links[chain].content);
    uint32_t node = trie_new_node(t, at.slot);
    add_edge(t, node, at.content, rest);
    add_edge(t, node, present[at.slot], other);
    return copy_chain(t, first, first + k, trie_value(TRIE_NODE, node));
}

uint32_t trie_hang(struct trie *t, uint32_t value, const uint32_t *reads, uint32_t n,
                   uint32_t result, const uint32_t *present)
{
    uint32_t end = trie_value(TRIE_RESULT, result);
    if (value == 0) {
        return new_chain(t, reads, n, end, present);
    }
    if (trie_kind(value) == TRIE_NODE) {
        uint32_t node = trie_ix(value), content = present[reads[0]];
        assert(n > 0 && t->nodes[node] == reads[0]);
        uint32_t next = find_edge(t, node, content)->value;
        uint32_t more = trie_hang(t, next, reads + 1, n - 1, result, present);
        trie_set_way(t, node, content, more);
        return value;
    }
    assert(trie_kind(value) == TRIE_CHAIN);
    uint32_t chain = trie_ix(value), length = t->links[chain].slot, k = 0;
    while (k < length && t->links[chain + 1 + k].content == present[reads[k]]) {
        assert(k < n && t->links[chain + 1 + k].slot == reads[k]);
        k++;
    }
    if (k < length) {
        return split_chain(t, chain, k, new_chain(t, reads + k + 1, n - k - 1, end, present),
                           present);
    }
    uint32_t more =
        trie_hang(t, t->links[chain].content, reads + length, n - length, result, present);
    t->links[chain].content = more;
    return value;
}
