/* SPDX-License-Identifier: MIT
 *
 * KLL: a staircase of buffers, in which a number of level h stands for 2^h numbers of the stream.
 * Knows nothing.
 * A full level is sorted and every other number of it goes up; a coin says whether the even or the
 * odd ones, so that errors cancel. Higher levels hold more, each one and a half times the one below
 * it. All levels but the lowest are always sorted. */
#include "quantile.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 64, NARROWEST = 32, RUN = 8 };

struct level {
    double *numbers;
    size_t count;
    size_t room;  /* of numbers */
    size_t limit; /* it is full with so many */
};

struct quantile {
    struct level levels[LEVELS];
    size_t height; /* levels in use */
    uint64_t coins;
    double scratch[QUANTILE_WIDTH]; /* for sorting */
};

struct quantile *
quantile_new(void)
{
    struct quantile *q = calloc(1, sizeof *q);
    if (!q) return NULL;
    q->height = 1;
    q->levels[0].limit = QUANTILE_WIDTH;
    return q;
}

void
quantile_free(struct quantile *q)
{
    if (!q) return;
    for (size_t i = 0; i < q->height; i++) free(q->levels[i].numbers);
    free(q);
}

static int
make_room(struct level *level, size_t wanted)
{
    if (wanted <= level->room) return 0;
    size_t room = level->room ? level->room * 2 : 16;
    while (room < wanted) room *= 2;
    double *numbers = realloc(level->numbers, room * sizeof *numbers);
    if (!numbers) return -1;
    level->numbers = numbers;
    level->room = room;
    return 0;
}

/* Sorts RUN numbers by counting for each how many stand before it. */
static void
sort_run(double *numbers)
{
    double sorted[RUN];
    for (int i = 0; i < RUN; i++) {
        int before = 0;
        for (int j = 0; j < i; j++) before += numbers[j] <= numbers[i];
        for (int j = i + 1; j < RUN; j++) before += numbers[j] < numbers[i];
        sorted[before] = numbers[i];
    }
    memcpy(numbers, sorted, sizeof sorted);
}

/* Merges two sorted parts of an array, of which the first has `middle` numbers. */
static void
merge_parts(double *numbers, size_t middle, size_t count, double *scratch)
{
    memcpy(scratch, numbers, middle * sizeof *numbers);
    size_t first = 0, second = middle, to = 0;
    while (first < middle && second < count) {
        double x = scratch[first], y = numbers[second];
        bool take_second = y < x;
        numbers[to++] = take_second ? y : x;
        first += !take_second;
        second += take_second;
    }
    memcpy(numbers + to, scratch + first, (middle - first) * sizeof *numbers);
}

/* A merge sort without branches that depend on the numbers: they cost more than all else. */
static void
sort(double *numbers, size_t count, double *scratch)
{
    size_t whole = count / RUN * RUN;
    for (size_t at = 0; at < whole; at += RUN) sort_run(numbers + at);
    for (size_t at = whole + 1; at < count; at++) {
        merge_parts(numbers + whole, at - whole, at - whole + 1, scratch);
    }
    for (size_t width = RUN; width < count; width *= 2) {
        for (size_t at = 0; at + width < count; at += 2 * width) {
            size_t end = at + 2 * width < count ? 2 * width : count - at;
            merge_parts(numbers + at, width, end, scratch);
        }
    }
}

/* Merges sorted numbers into a sorted level that has room for them, from the greatest downwards. */
static void
merge(struct level *level, const double *numbers, size_t count)
{
    size_t old = level->count, to = old + count;
    level->count = to;
    while (old && count) {
        double x = level->numbers[old - 1], y = numbers[count - 1];
        bool take_old = x > y;
        level->numbers[--to] = take_old ? x : y;
        old -= take_old;
        count -= !take_old;
    }
    memcpy(level->numbers, numbers, count * sizeof *numbers);
}

/* A coin of a fixed sequence, so that the same table gives the same report. */
static size_t
toss(struct quantile *q)
{
    q->coins = q->coins * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(q->coins >> 63);
}

/* Another level on top; those below it become narrower. */
static void
grow_higher(struct quantile *q)
{
    q->height++;
    double limit = QUANTILE_WIDTH;
    for (size_t i = q->height; i-- > 0; limit = limit * 2 / 3) {
        q->levels[i].limit = limit > NARROWEST ? (size_t)limit : NARROWEST;
    }
}

/* Half of a full level goes up. Returns 0, or -1 and ENOMEM with nothing changed. */
static int
compact(struct quantile *q, size_t index)
{
    struct level *level = &q->levels[index], *above = level + 1;
    size_t half = level->count / 2;
    if (make_room(above, above->count + half)) return -1;
    if (index + 1 == q->height) grow_higher(q);
    if (index == 0) sort(level->numbers, level->count, q->scratch);
    size_t odd = toss(q);
    for (size_t i = 0; i < half; i++) level->numbers[i] = level->numbers[2 * i + odd];
    double last = level->numbers[level->count - 1];
    merge(above, level->numbers, half);
    /* One that has no partner stays. */
    level->count %= 2;
    level->numbers[0] = last;
    return 0;
}

int
quantile_add(struct quantile *q, double x)
{
    struct level *lowest = &q->levels[0];
    for (size_t i = 0; i + 1 < LEVELS && q->levels[i].count >= q->levels[i].limit; i++) {
        if (compact(q, i)) return -1;
    }
    if (make_room(lowest, lowest->count + 1)) return -1;
    lowest->numbers[lowest->count++] = x;
    return 0;
}

struct weighted {
    double number;
    uint64_t weight;
};

static int
by_number(const void *a, const void *b)
{
    double x = ((const struct weighted *)a)->number, y = ((const struct weighted *)b)->number;
    return (x > y) - (x < y);
}

/* Returns all that is kept, sorted, as memory for free(), or NULL and errno. */
static struct weighted *
everything(const struct quantile *q, size_t *count, uint64_t *weight)
{
    size_t total = 0;
    for (size_t i = 0; i < q->height; i++) total += q->levels[i].count;
    if (!total) {
        errno = EDOM;
        return NULL;
    }
    struct weighted *all = malloc(total * sizeof *all);
    if (!all) return NULL;
    *count = 0;
    *weight = 0;
    for (size_t i = 0; i < q->height; i++) {
        for (size_t j = 0; j < q->levels[i].count; j++) {
            all[(*count)++] = (struct weighted){q->levels[i].numbers[j], UINT64_C(1) << i};
            *weight += UINT64_C(1) << i;
        }
    }
    qsort(all, *count, sizeof *all, by_number);
    return all;
}

int
quantile_ask(const struct quantile *q, const double *fractions, size_t count, double *out)
{
    size_t kept;
    uint64_t weight;
    struct weighted *all = everything(q, &kept, &weight);
    if (!all) return -1;
    uint64_t sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < count; i++) {
        double rank = fractions[i] * (double)weight;
        while (at < kept - 1 && (double)(sum + all[at].weight) < rank) sum += all[at++].weight;
        out[i] = all[at].number;
    }
    free(all);
    return 0;
}
