/*
 * Exact numbers of schedules, and chances, from an acyclic state graph.
 *
 * Schedules: the number of paths from the start to a node is the sum over its predecessors, so one
 * pass in topological order counts them modulo a prime. As many 31-bit primes as the largest count
 * needs, found from a pass in logarithms, give the exact number by the Chinese remainder theorem. A
 * pass takes four bytes a node, however long the numbers are.
 *
 * Chances: each choice of a state is taken with the same probability. They are kept as 128-bit
 * binary fractions and each division rounds down, so the sum does not depend on the order of the
 * additions, and the same bytes come out of any walk.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/explore/graph.h"
#include "sim/lang/mem.h"

/* ---- big numbers: as many 32-bit digits as needed, least first ---- */

struct big {
    uint32_t *digits;
    uint32_t n;
};

static void big_multiply_add(struct big *b, uint32_t factor, uint32_t summand)
{
    uint64_t carry = summand;
    for (uint32_t i = 0; i < b->n; i++) {
        carry += (uint64_t)b->digits[i] * factor;
        b->digits[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry != 0) {
        b->digits[b->n++] = (uint32_t)carry;
    }
}

static char *big_decimal(struct big *b)
{
    size_t room = (size_t)b->n * 10 + 2, at = room - 1;
    char *text = mem_alloc(room, 1);
    do {
        uint64_t rest = 0;
        for (uint32_t i = b->n; i-- > 0;) {
            rest = rest << 32 | b->digits[i];
            b->digits[i] = (uint32_t)(rest / 10);
            rest %= 10;
        }
        while (b->n > 0 && b->digits[b->n - 1] == 0) {
            b->n--;
        }
        text[--at] = (char)('0' + rest);
    } while (b->n > 0);
    memmove(text, text + at, room - at);
    return text;
}

/* ---- primes ---- */

static uint32_t power(uint32_t base, uint32_t exponent, uint32_t p)
{
    uint64_t result = 1, b = base % p;
    for (; exponent != 0; exponent >>= 1) {
        result = (exponent & 1) != 0 ? result * b % p : result;
        b = b * b % p;
    }
    return (uint32_t)result;
}

/* Miller and Rabin with bases 2, 3, 5, 7: certain below 3,215,031,751. */
static bool is_prime(uint32_t n)
{
    static const uint32_t bases[] = {2, 3, 5, 7};
    uint32_t odd = n - 1, twos = 0;
    for (; (odd & 1) == 0; odd >>= 1) {
        twos++;
    }
    for (unsigned i = 0; i < 4; i++) {
        uint64_t x = power(bases[i], odd, n);
        bool passes = x == 1 || x == n - 1;
        for (uint32_t k = 1; k < twos && !passes; k++) {
            x = x * x % n;
            passes = x == n - 1;
        }
        if (!passes) {
            return false;
        }
    }
    return true;
}

static uint32_t previous_prime(uint32_t n)
{
    do {
        n -= 2;
    } while (!is_prime(n));
    return n;
}

/* ---- schedules ---- */

/* Number of paths to each ending, modulo p. */
static void count_modulo(const struct graph *g, uint32_t p, uint32_t *paths, uint32_t *of_endings)
{
    memset(paths, 0, g->n_nodes * sizeof *paths);
    paths[0] = 1;
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
            uint32_t *to = &paths[g->targets[i]];
            *to += paths[n];
            *to -= *to >= p ? p : 0;
        }
    }
    for (uint32_t i = 0; i < g->n_ends; i++) {
        uint32_t *ending = &of_endings[g->ends[i].ending];
        *ending = (uint32_t)(((uint64_t)*ending + paths[g->ends[i].node]) % p);
    }
}

/* Bits that the number of all schedules takes, from a pass in logarithms to the base 2. */
static double count_bits(const struct graph *g)
{
    double *bits = mem_alloc(g->n_nodes, sizeof *bits);
    double total = -1;
    for (uint32_t n = 1; n < g->n_nodes; n++) {
        bits[n] = -1; // no path found yet
    }
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
            double *to = &bits[g->targets[i]];
            double high = *to > bits[n] ? *to : bits[n], low = *to > bits[n] ? bits[n] : *to;
            *to = low < 0 ? high : high + log2(1 + exp2(low - high));
        }
    }
    for (uint32_t i = 0; i < g->n_ends; i++) {
        double of = bits[g->ends[i].node];
        double high = total > of ? total : of, low = total > of ? of : total;
        total = low < 0 ? high : high + log2(1 + exp2(low - high));
    }
    free(bits);
    return total;
}

/* Garner: digits of the number in the mixed radix of the primes, then its value. */
static char *reconstruct(const uint32_t *primes, uint32_t n_primes, const uint32_t *residues,
                         uint32_t stride)
{
    uint32_t *digit = mem_alloc(n_primes, sizeof *digit);
    for (uint32_t i = 0; i < n_primes; i++) {
        uint64_t p = primes[i], value = residues[(size_t)i * stride];
        for (uint32_t k = 0; k < i; k++) {
            uint64_t difference = (value + p - digit[k] % p) % p;
            value = difference * power(primes[k], (uint32_t)p - 2, (uint32_t)p) % p;
        }
        digit[i] = (uint32_t)value;
    }
    struct big b = {.digits = mem_alloc(n_primes + 2u, sizeof *b.digits)};
    for (uint32_t i = n_primes; i-- > 0;) {
        big_multiply_add(&b, primes[i], digit[i]);
    }
    char *text = big_decimal(&b);
    free(b.digits);
    free(digit);
    return text;
}

static void count_schedules(const struct graph *g, struct explore_result *r)
{
    uint32_t n_primes = (uint32_t)((count_bits(g) + 2) / 30) + 1;
    uint32_t stride = r->n_endings + 1; // the last: all together
    uint32_t *primes = mem_alloc(n_primes, sizeof *primes);
    uint32_t *residues = mem_alloc((size_t)n_primes * stride, sizeof *residues);
    uint32_t *paths = mem_alloc(g->n_nodes, sizeof *paths);
    uint32_t p = INT32_MAX; // a prime
    for (uint32_t i = 0; i < n_primes; i++, p = previous_prime(p)) {
        uint32_t *row = residues + (size_t)i * stride;
        primes[i] = p;
        count_modulo(g, p, paths, row);
        uint64_t all = 0;
        for (uint32_t e = 0; e < r->n_endings; e++) {
            all += row[e];
        }
        row[r->n_endings] = (uint32_t)(all % p);
    }
    for (uint32_t e = 0; e < r->n_endings; e++) {
        r->endings[e].schedules = reconstruct(primes, n_primes, residues + e, stride);
    }
    r->schedules = reconstruct(primes, n_primes, residues + r->n_endings, stride);
    free(primes);
    free(residues);
    free(paths);
}

/* ---- chances ---- */

/* A binary fraction below 2: high / 2^63 + low / 2^127. */
struct fraction {
    uint64_t high, low;
};

static struct fraction fraction_add(struct fraction a, struct fraction b)
{
    uint64_t low = a.low + b.low;
    return (struct fraction){a.high + b.high + (low < a.low), low};
}

/* Rounded down. n < 2^32 */
static struct fraction fraction_divide(struct fraction f, uint32_t n)
{
    const uint64_t digits[] = {f.high >> 32, f.high & UINT32_MAX, f.low >> 32, f.low & UINT32_MAX};
    uint64_t quotient[4], rest = 0;
    for (unsigned i = 0; i < 4; i++) {
        rest = rest << 32 | digits[i];
        quotient[i] = rest / n;
        rest %= n;
    }
    return (struct fraction){quotient[0] << 32 | quotient[1], quotient[2] << 32 | quotient[3]};
}

static void count_chances(const struct graph *g, struct explore_result *r)
{
    struct fraction *chance = mem_alloc(g->n_nodes, sizeof *chance);
    struct fraction *of_endings = mem_alloc(r->n_endings + 1u, sizeof *of_endings);
    chance[0].high = UINT64_C(1) << 63;
    for (uint32_t n = 0; n < g->n_nodes; n++) {
        uint32_t n_choices = g->first[n + 1] - g->first[n];
        if (n_choices == 0) {
            continue;
        }
        struct fraction share = fraction_divide(chance[n], n_choices);
        for (uint32_t i = g->first[n]; i < g->first[n + 1]; i++) {
            uint32_t to = g->targets[i];
            chance[to] = fraction_add(chance[to], share);
        }
    }
    for (uint32_t i = 0; i < g->n_ends; i++) {
        struct fraction *sum = &of_endings[g->ends[i].ending];
        *sum = fraction_add(*sum, chance[g->ends[i].node]);
    }
    for (uint32_t e = 0; e < r->n_endings; e++) {
        r->endings[e].probability =
            ldexp((double)of_endings[e].high, -63) + ldexp((double)of_endings[e].low, -127);
    }
    free(chance);
    free(of_endings);
}

void graph_count(const struct graph *g, struct explore_result *r)
{
    count_schedules(g, r);
    count_chances(g, r);
}
