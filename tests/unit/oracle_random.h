/*
 * Random choices for the runs of the oracles: splitmix64, so that a seed means the same on every
 * machine.
 */
#ifndef TESTS_UNIT_ORACLE_RANDOM_H
#define TESTS_UNIT_ORACLE_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

/* How many sequences a run plays: fewer where a sanitizer makes each of them slow. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define ORACLE_IS_SLOW
#endif
#endif
#if defined(ORACLE_IS_SLOW) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ORACLE_SEQUENCES(n) ((n) / 4)
#else
#define ORACLE_SEQUENCES(n) (n)
#endif

struct oracle_random {
    uint64_t state;
};

/* 0 to n - 1. */
static inline unsigned oracle_below(struct oracle_random *random, unsigned n)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return (unsigned)(((z ^ z >> 31) >> 32) * n >> 32);
}

/* True once in n times. */
static inline bool oracle_once_in(struct oracle_random *random, unsigned n)
{
    return oracle_below(random, n) == 0;
}

#endif
