/*
 * ERESOURCE a second time, from the tables of KERNEL.md 1.2, 1.5, 1.6, 1.7 and 1.8 and nothing
 * else: lists of holds and waiters, searched from the front.
 */
#ifndef TESTS_UNIT_ORACLE_RESOURCE_H
#define TESTS_UNIT_ORACLE_RESOURCE_H

#include <stdbool.h>

enum { ORACLE_THREADS = 6, ORACLE_POINTERS = 2, ORACLE_OWNERS = ORACLE_THREADS + ORACLE_POINTERS };

/* An owner is a thread, 0 to 5, or an owner pointer: ORACLE_THREADS + its number. */
typedef int oracle_owner;

struct oracle_hold {
    oracle_owner owner;
    unsigned count;
};

struct oracle_list {
    int thread[ORACLE_THREADS]; // oldest first
    unsigned n;
};

struct oracle_resource {
    bool exclusive;
    struct oracle_hold holds[ORACLE_OWNERS];
    unsigned n_holds;
    struct oracle_list shared_waiters;
    struct oracle_list exclusive_waiters;
    unsigned contention;
};

/* The columns of the grant table. */
enum oracle_mode {
    ORACLE_EXCLUSIVE,
    ORACLE_SHARED,
    ORACLE_STARVE_EXCLUSIVE,
    ORACLE_WAIT_FOR_EXCLUSIVE
};

enum oracle_grant { ORACLE_REFUSED, ORACLE_GRANTED, ORACLE_BLOCKED };

enum oracle_grant oracle_acquire(struct oracle_resource *r, int thread, enum oracle_mode mode,
                                 bool wait);

/* One release by this owner, who must own. woken: who is handed ownership. */
void oracle_release(struct oracle_resource *r, oracle_owner owner, bool writer_first,
                    struct oracle_list *woken);

void oracle_convert(struct oracle_resource *r, struct oracle_list *woken);

/* The thread, who must own, gives its hold to the pointer. */
void oracle_set_owner_pointer(struct oracle_resource *r, int thread, oracle_owner pointer);

/* Recursion count of an owner; 0 if it owns nothing. */
unsigned oracle_count(const struct oracle_resource *r, oracle_owner owner);

void oracle_list_add(struct oracle_list *list, int thread);

#endif
