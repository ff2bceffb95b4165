/* SPDX-License-Identifier: MIT
 *
 * The steps of a weaver: make, link, move, cut, look, watch, share, drop.
 * Knows members.
 * Each thread's handles are its own; fields are used under the lock of their member's home, and so
 * is the shared place of each home. A reference that is got from a field is owned before the lock
 * is given back. */
#include "stress/web.h"

/* One for each home, under its lock: where threads leave members for each other. */
static member *shared[HOMES];

/* ---- handles ----------------------------------------------------------------------------- */

static size_t
choose(struct weaver *weaver, size_t limit)
{
    return random_below(weaver->worker, limit);
}

static member **
any_hand(struct weaver *weaver)
{
    return &weaver->hands[choose(weaver, HANDS)];
}

/* Takes what the hand holds. */
static member *
empty_hand(member **hand)
{
    if (*hand) member_let_go(*hand);
    return hf_move(*hand);
}

/* The hand holds m, which is owned or NULL; what it held goes. */
static void
fill_hand(member **hand, member *m HF_TAKE)
{
    hf_release(empty_hand(hand));
    *hand = m;
    if (m) member_hold(m);
}

/* ---- steps ------------------------------------------------------------------------------- */

static void
make(struct weaver *weaver)
{
    size_t home = choose(weaver, HOMES);
    fill_hand(any_hand(weaver), choose(weaver, 6) ? member_new(home) : table_new(home));
}

/* A new member becomes a part before it is whole: nobody but this thread knows it. */
static void
make_in_place(struct weaver *weaver)
{
    member *holder = *any_hand(weaver);
    if (!holder) return;
    member *m = member_new(holder->home);
    size_t home = holder->home;
    home_lock(home);
    hf_give(m, second, hf_take(holder, first));
    hf_give(holder, first, m);
    home_unlock(home);
}

/* From hand to field: set, or give what a hand holds, perhaps into itself. */
static void
store(struct weaver *weaver)
{
    member *holder = *any_hand(weaver), **hand = any_hand(weaver);
    if (!holder) return;
    size_t home = holder->home;
    if (choose(weaver, 2)) {
        home_lock(home);
        if (choose(weaver, 2)) hf_set(holder, first, *hand);
        else hf_set(holder, second, *hand);
        home_unlock(home);
    } else {
        member *m = empty_hand(hand);
        home_lock(home);
        if (choose(weaver, 2)) hf_give(holder, first, m);
        else hf_give(holder, second, m);
        home_unlock(home);
    }
}

static void
store_in_table(struct weaver *weaver)
{
    member *holder = *any_hand(weaver), **hand = any_hand(weaver);
    if (!hf_is(holder, table)) return;
    /* Held until the guard is unlocked, which is the program's own duty. */
    member *target = hf_retain(holder);
    member *m = choose(weaver, 2) ? hf_retain(*hand) : empty_hand(hand);
    hf_release(table_exchange(target, choose(weaver, CELLS), m));
    hf_release(target);
}

/* From field to hand. */
static void
fetch(struct weaver *weaver)
{
    member *holder = *any_hand(weaver), *m = NULL;
    if (!holder) return;
    home_lock(holder->home);
    switch (choose(weaver, 4)) {
    case 0:
        m = hf_get(holder, first);
        break;
    case 1:
        m = hf_take(holder, first);
        break;
    case 2:
        m = hf_take(holder, second);
        break;
    default:
        m = hf_upgrade(&holder->other);
        break;
    }
    home_unlock(holder->home);
    if (m) fill_hand(any_hand(weaver), m);
}

/* From one field to another one, through no handle. */
static void
move(struct weaver *weaver)
{
    member *holder = *any_hand(weaver);
    if (!holder) return;
    home_lock(holder->home);
    hf_give(holder, second, hf_take(holder, first));
    home_unlock(holder->home);
}

static void
watch(struct weaver *weaver)
{
    member *m = *any_hand(weaver), *holder = *any_hand(weaver);
    member_weak *reference = &weaver->watches[choose(weaver, WATCHES)];
    REQUIRE(hf_weak_set(reference, m) == 0);
    if (!holder || choose(weaver, 2)) return;
    home_lock(holder->home);
    REQUIRE(hf_weak_set(&holder->other, m) == 0);
    home_unlock(holder->home);
}

static void
wake(struct weaver *weaver)
{
    member *m = hf_upgrade(&weaver->watches[choose(weaver, WATCHES)]);
    if (m) fill_hand(any_hand(weaver), m);
}

static void
share(struct weaver *weaver)
{
    size_t home = choose(weaver, HOMES);
    member **hand = any_hand(weaver), *mine = empty_hand(hand);
    home_lock(home);
    member *found = shared[home];
    shared[home] = mine;
    home_unlock(home);
    fill_hand(hand, found);
}

static void
drop(struct weaver *weaver)
{
    fill_hand(any_hand(weaver), NULL);
}

/* A step of the thread's own ring, now and then all of it anew. */
static void
look_after_ring(struct weaver *weaver)
{
    ring_expect_whole(weaver->ring, OWN_RING);
    hf_set(weaver->ring, second, choose(weaver, 2) ? weaver->ring->first : NULL);
    if (choose(weaver, 4)) return;
    ring_drop(weaver->ring);
    weaver->ring = ring_new(OWN_RING, 0);
}

/* ---- the weaver -------------------------------------------------------------------------- */

void
weaver_begin(struct weaver *weaver, struct worker *worker)
{
    *weaver = (struct weaver){.worker = worker, .ring = ring_new(OWN_RING, 0)};
}

void
weaver_step(struct weaver *weaver)
{
    static void (*const steps[])(struct weaver * weaver) = {
        make,  make, make_in_place, store, store, store, store_in_table, store_in_table,
        fetch, move, watch,         wake,  share, drop,  drop,           look_after_ring,
    };
    steps[choose(weaver, sizeof steps / sizeof steps[0])](weaver);
    member *m = *any_hand(weaver);
    if (m) member_expect_whole(m);
}

void
weaver_end(struct weaver *weaver)
{
    for (size_t i = 0; i < HANDS; i++) fill_hand(&weaver->hands[i], NULL);
    for (size_t i = 0; i < WATCHES; i++) hf_weak_clear(&weaver->watches[i]);
    ring_drop(weaver->ring);
}

void
web_clear(void)
{
    for (size_t i = 0; i < HOMES; i++) hf_clear(&shared[i]);
}
