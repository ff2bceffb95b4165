/* SPDX-License-Identifier: MIT
 *
 * The oracle: for each number, whether its subject lives, and how often it is held.
 * Knows public headers only.
 * See subject.h for what is relaxed and what is plain, and why. */
#include "stress/subject.h"

#include <stdatomic.h>

#define ALIVE UINT64_C(0xA11FE0A11FE0A11F)
#define DEAD UINT64_C(0xDEADDEADDEADDEAD)

static struct {
    atomic_size_t made, destroyed, held, writes;
} tally[SUBJECTS];
static atomic_size_t all_made, all_destroyed;

static size_t
now(atomic_size_t *count)
{
    return atomic_load_explicit(count, memory_order_relaxed);
}

/* Returns the count before. */
static size_t
add_one(atomic_size_t *count)
{
    return atomic_fetch_add_explicit(count, 1, memory_order_relaxed);
}

static uint64_t
canary_of(const subject *s)
{
    return ALIVE ^ s->number;
}

static void
subject_destroy(void *self)
{
    subject *s = self;
    size_t number = s->number;
    REQUIRE(s->canary == canary_of(s));
    REQUIRE(now(&tally[number].held) == 0);
    REQUIRE(add_one(&tally[number].destroyed) < now(&tally[number].made));
    size_t writes = 0;
    for (size_t i = 0; i < MOST_THREADS; i++) writes += s->written[i];
    REQUIRE(writes == now(&tally[number].writes));
    s->canary = DEAD;
    add_one(&all_destroyed);
}

HF_TYPE(subject, .destroy = subject_destroy,
        .fields = HF_FIELDS(HF_STRONG(subject, next), HF_WEAK(subject, other)));

subject *
subject_new(size_t number)
{
    subject *s = hf_new(subject);
    REQUIRE(s != NULL);
    s->number = number;
    s->canary = canary_of(s);
    REQUIRE(now(&tally[number].made) == now(&tally[number].destroyed));
    add_one(&tally[number].made);
    atomic_store_explicit(&tally[number].writes, 0, memory_order_relaxed);
    add_one(&all_made);
    return s;
}

void
subject_hold(struct worker *worker, subject *s)
{
    add_one(&tally[s->number].held);
    REQUIRE(s->canary == canary_of(s));
    REQUIRE(now(&tally[s->number].destroyed) < now(&tally[s->number].made));
    s->written[worker->number]++;
    add_one(&tally[s->number].writes);
}

void
subject_let_go(struct worker *worker, subject *s)
{
    s->written[worker->number]++;
    add_one(&tally[s->number].writes);
    REQUIRE(s->canary == canary_of(s));
    REQUIRE(now(&tally[s->number].destroyed) < now(&tally[s->number].made));
    size_t before = atomic_fetch_sub_explicit(&tally[s->number].held, 1, memory_order_relaxed);
    REQUIRE(before > 0);
}

void
subject_expect_dead(size_t number)
{
    REQUIRE(now(&tally[number].made) == now(&tally[number].destroyed));
    REQUIRE(now(&tally[number].held) == 0);
}

size_t
subjects_made(void)
{
    return now(&all_made);
}

size_t
subjects_destroyed(void)
{
    return now(&all_destroyed);
}
