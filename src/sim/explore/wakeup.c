/*
 * Wakeup trees.
 *
 * A sequence goes down the tree along the first child that can come first in it; what it has of
 * that child's action is taken out. At a leaf nothing is left to do: what is run from there covers
 * it. Where no child fits, the rest becomes a new last branch.
 */
#include "sim/explore/wakeup.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "sim/lang/mem.h"

void wakeup_init(struct wakeup_pool *pool)
{
    *pool = (struct wakeup_pool){.n = 1, .numbers = visited_create()};
}

void wakeup_release(struct wakeup_pool *pool)
{
    free(pool->nodes);
    free(pool->actions);
    visited_free(pool->numbers);
}

uint64_t wakeup_bytes(const struct wakeup_pool *pool)
{
    return pool->capacity * sizeof *pool->nodes + pool->capacity_actions * sizeof *pool->actions +
           visited_bytes(pool->numbers);
}

static uint32_t number_of(struct wakeup_pool *pool, const struct action *a)
{
    const uint32_t who[3] = {a->threads, a->everything,
                             a->choice.thread | (uint32_t)a->choice.kind << 8 |
                                 (uint32_t)a->choice.pick << 16};
    XXH128_hash_t hash = XXH3_128bits_withSeed(a->accesses, a->n * sizeof *a->accesses,
                                               XXH3_64bits(who, sizeof who));
    bool known;
    uint32_t number = visited_add(pool->numbers, (struct fingerprint){hash.low64, hash.high64},
                                  pool->n_actions, &known);
    if (!known) {
        pool->actions = mem_grow(pool->actions, pool->n_actions++, &pool->capacity_actions,
                                 sizeof *pool->actions);
        action_copy(&pool->actions[number], a);
    }
    return number;
}

static wakeup_ix new_node(struct wakeup_pool *pool, const struct action *a)
{
    wakeup_ix ix = pool->free;
    if (ix != WAKEUP_NONE) {
        pool->free = pool->nodes[ix].next;
    } else {
        pool->nodes = mem_grow(pool->nodes, pool->n, &pool->capacity, sizeof *pool->nodes);
        ix = pool->n++;
    }
    pool->nodes[ix] = (struct wakeup_node){WAKEUP_NONE, WAKEUP_NONE, number_of(pool, a)};
    return ix;
}

static void free_node(struct wakeup_pool *pool, wakeup_ix ix)
{
    pool->nodes[ix].next = pool->free;
    pool->free = ix;
}

void wakeup_drop(struct wakeup_pool *pool, wakeup_ix first)
{
    while (first != WAKEUP_NONE) {
        struct wakeup_node *n = &pool->nodes[first];
        wakeup_ix next = n->next;
        wakeup_drop(pool, n->first);
        free_node(pool, first);
        first = next;
    }
}

wakeup_ix wakeup_take(struct wakeup_pool *pool, wakeup_ix *first, struct choice *choice)
{
    wakeup_ix taken = *first, children = pool->nodes[taken].first;
    *choice = pool->actions[pool->nodes[taken].action].choice;
    *first = pool->nodes[taken].next;
    free_node(pool, taken);
    return children;
}

/* The rest of the sequence as a branch behind the node before, or below the root or parent. */
static void append(struct wakeup_pool *pool, wakeup_ix *root, wakeup_ix parent, wakeup_ix before,
                   const struct sequence *v)
{
    for (uint32_t i = 0; i < v->n; i++) {
        wakeup_ix ix = new_node(pool, v->actions[i]);
        if (before != WAKEUP_NONE) {
            pool->nodes[before].next = ix;
        } else if (parent != WAKEUP_NONE) {
            pool->nodes[parent].first = ix;
        } else {
            *root = ix;
        }
        parent = ix;
        before = WAKEUP_NONE;
    }
}

/* The place is near the front as a rule. */
static void take_out(struct sequence *v, uint32_t at)
{
    for (; at > 0; at--) {
        v->actions[at] = v->actions[at - 1];
    }
    v->actions++;
    v->n--;
}

bool wakeup_insert(struct wakeup_pool *pool, wakeup_ix *first, struct sequence *v)
{
    wakeup_ix parent = WAKEUP_NONE, before = WAKEUP_NONE, child = *first;
    while (child != WAKEUP_NONE) {
        const struct wakeup_node *node = &pool->nodes[child];
        uint32_t at;
        enum initial fits = weak_initial(&pool->actions[node->action], v, &at);
        if (fits == INITIAL_UNKNOWN) {
            if (!v->resolve(v->context)) {
                return false;
            }
            continue; // now it is known
        }
        if (fits == INITIAL_NO) {
            before = child;
            child = node->next;
            continue;
        }
        if (at < v->n) {
            take_out(v, at);
        }
        if (v->n == 0 || node->first == WAKEUP_NONE) {
            return true;
        }
        parent = child;
        before = WAKEUP_NONE;
        child = node->first;
    }
    if (!v->actions[v->n - 1]->exact && !v->resolve(v->context)) {
        return false;
    }
    append(pool, first, parent, before, v);
    return true;
}
