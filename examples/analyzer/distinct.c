/* SPDX-License-Identifier: MIT
 *
 * Distinct values: a hash set while they are few, then HyperLogLog.
 * Knows hashes only.
 * The estimate is Otmar Ertl's (New cardinality estimation algorithms for HyperLogLog sketches,
 * arXiv:1702.01284, 2017, algorithm 6): as good for small counts, without tables of corrections. */
#include "distinct.h"

#include <math.h>
#include <stdlib.h>

enum {
    INDEX_BITS = 14,
    REGISTERS = 1 << INDEX_BITS,
    VALUE_BITS = 64 - INDEX_BITS, /* of a hash, beside the index */
    FIRST_PLACES = 16
};

struct distinct {
    uint64_t
        *hashes; /* a set with open addressing, or NULL once there are too many; 0: free place */
    unsigned char *registers; /* instead of it */
    uint64_t places;          /* of the set, a power of two */
    uint64_t kept;            /* in the set */
};

struct distinct *
distinct_new(void)
{
    struct distinct *d = calloc(1, sizeof *d);
    if (!d) return NULL;
    d->places = FIRST_PLACES;
    d->hashes = calloc((size_t)d->places, sizeof *d->hashes);
    if (d->hashes) return d;
    free(d);
    return NULL;
}

void
distinct_free(struct distinct *d)
{
    if (!d) return;
    free(d->hashes);
    free(d->registers);
    free(d);
}

/* The longest run of zeros, plus one, that a hash of this register began with. */
static void
register_add(unsigned char *registers, uint64_t hash)
{
    uint64_t rest = hash << INDEX_BITS;
    unsigned char rank =
        rest ? (unsigned char)(__builtin_clzll(rest) + 1) : (unsigned char)(VALUE_BITS + 1);
    unsigned char *place = &registers[hash >> VALUE_BITS];
    if (rank > *place) *place = rank;
}

/* Returns where the hash is, or where it would be. */
static uint64_t *
place_of(uint64_t *hashes, uint64_t places, uint64_t hash)
{
    uint64_t at = hash & (places - 1);
    while (hashes[at] && hashes[at] != hash) at = (at + 1) & (places - 1);
    return &hashes[at];
}

static int
enlarge_set(struct distinct *d)
{
    uint64_t places = d->places * 2;
    uint64_t *larger = calloc((size_t)places, sizeof *larger);
    if (!larger) return -1;
    for (uint64_t i = 0; i < d->places; i++) {
        if (d->hashes[i]) *place_of(larger, places, d->hashes[i]) = d->hashes[i];
    }
    free(d->hashes);
    d->hashes = larger;
    d->places = places;
    return 0;
}

static int
change_to_registers(struct distinct *d)
{
    d->registers = calloc(REGISTERS, 1);
    if (!d->registers) return -1;
    for (uint64_t i = 0; i < d->places; i++) {
        if (d->hashes[i]) register_add(d->registers, d->hashes[i]);
    }
    free(d->hashes);
    d->hashes = NULL;
    return 0;
}

int
distinct_add(struct distinct *d, uint64_t hash)
{
    if (d->registers) {
        register_add(d->registers, hash);
        return 0;
    }
    /* Zero marks a free place, so it is counted as one. */
    if (!hash) hash = 1;
    uint64_t *place = place_of(d->hashes, d->places, hash);
    if (*place) return 0;
    if (d->kept == DISTINCT_EXACT) {
        if (change_to_registers(d)) return -1;
        register_add(d->registers, hash);
        return 0;
    }
    if (d->kept * 2 >= d->places) {
        if (enlarge_set(d)) return -1;
        place = place_of(d->hashes, d->places, hash);
    }
    *place = hash;
    d->kept++;
    return 0;
}

/* Ertl's sigma: x + sum of x^(2^k) * 2^(k-1), for the share of registers still at zero. */
static double
sigma(double x)
{
    if (x == 1) return INFINITY;
    double sum = x, weight = 1, before;
    do {
        x *= x;
        before = sum;
        sum += x * weight;
        weight += weight;
    } while (sum != before);
    return sum;
}

/* Ertl's tau, for the share of registers that are not at their limit. */
static double
tau(double x)
{
    if (x == 0 || x == 1) return 0;
    double sum = 1 - x, weight = 1, before;
    do {
        x = sqrt(x);
        before = sum;
        weight *= 0.5;
        sum -= (1 - x) * (1 - x) * weight;
    } while (sum != before);
    return sum / 3;
}

static double
estimate(const unsigned char *registers)
{
    unsigned have[VALUE_BITS + 2] = {0};
    for (int i = 0; i < REGISTERS; i++) have[registers[i]]++;
    double z = REGISTERS * tau(1 - have[VALUE_BITS + 1] / (double)REGISTERS);
    for (int rank = VALUE_BITS; rank >= 1; rank--) z = 0.5 * (z + have[rank]);
    z += REGISTERS * sigma(have[0] / (double)REGISTERS);
    const double one_by_two_ln_2 = 0.72134752044448170368;
    return one_by_two_ln_2 * REGISTERS * REGISTERS / z;
}

uint64_t
distinct_count(const struct distinct *d)
{
    return d->registers ? (uint64_t)(estimate(d->registers) + 0.5) : d->kept;
}

bool
distinct_is_exact(const struct distinct *d)
{
    return !d->registers;
}
