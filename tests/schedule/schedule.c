/* SPDX-License-Identifier: MIT
 *
 * Who gets the baton: by a script, by exhaustive search, by chance.
 * Knows situations, not what is played.
 * The search goes depth first over the places where there was a choice, and plays the scenario from
 * the start for each branch; so a scenario must do the same if it is given the same choices. */
#include "schedule/schedule.h"

#include <stdio.h>
#include <string.h>

#include "schedule/cast.h"
#include "support/run_suite.h"

static int
lowest(unsigned players)
{
    for (int i = 0; i < MOST_PLAYERS; i++) {
        if (players >> i & 1) return i;
    }
    baton_fail("nobody to choose from");
}

static void
play(const struct scenario *scenario, referee *ask, bool with_atomics)
{
    cast_begin();
    scenario->set_up();
    baton_play(scenario->plays, ask, with_atomics);
    cast_after_play();
    if (scenario->finish) scenario->finish();
    cast_end();
}

/* ---- written schedules ------------------------------------------------------------------- */

static struct script {
    const struct schedule_step *steps;
    size_t left;
    unsigned times;
} script;

static int
go_on(const struct situation *situation)
{
    if (script.left) return script.steps->player;
    return situation->may_stay ? situation->player : lowest(situation->ready);
}

static int
follow_script(const struct situation *situation)
{
    const struct schedule_step *step = script.steps;
    if (!script.left || situation->player == NOBODY) return go_on(situation);
    bool is_at_end = strcmp(situation->point, "end") == 0;
    bool is_there = step->point ? strcmp(situation->point, step->point) == 0 : is_at_end;
    if (!is_there && !situation->may_stay) {
        baton_fail("%c should come to %s, but came to %s", 'A' + step->player,
                   step->point ? step->point : "its end", situation->point);
    }
    if (!is_there || ++script.times < step->times) return situation->player;
    script.steps++;
    script.left--;
    script.times = 0;
    int next = go_on(situation);
    if (next == situation->player ? !situation->may_stay : !(situation->ready >> next & 1)) {
        baton_fail("%c can't go on, as the script wants", 'A' + next);
    }
    return next;
}

void
schedule_script_(const struct scenario *scenario, const struct schedule_step *steps, size_t count)
{
    for (int plain = 0; plain <= !scenario->needs_destroy; plain++) {
        cast_use_plain_nodes(plain);
        script = (struct script){.steps = steps, .left = count};
        play(scenario, follow_script, false);
        /* Nobody asks who goes on when the last one has ended. */
        bool is_done = !script.left || (script.left == 1 && !script.steps->point);
        if (!is_done) baton_fail("%zu steps of the script were left", script.left);
    }
}

/* ---- all schedules ----------------------------------------------------------------------- */

enum { MOST_CHOICES = 4096 };

static struct search {
    struct choice {
        unsigned char taken, options;
    } choices[MOST_CHOICES];
    size_t count; /* of the branch that is tried */
    size_t depth; /* how many of them this play has met */
    unsigned allowed, preemptions;
} search;

static unsigned
choose(unsigned options)
{
    if (options == 1) return 0;
    if (search.depth == MOST_CHOICES) baton_fail("more choices than expected");
    struct choice *choice = &search.choices[search.depth];
    if (search.depth++ == search.count) {
        search.count++;
        *choice = (struct choice){.options = (unsigned char)options};
    }
    if (choice->options != options) baton_fail("the scenario isn't the same each time");
    return choice->taken;
}

static int
nth(unsigned players, unsigned n)
{
    for (; n; n--) players &= players - 1;
    return lowest(players);
}

static int
search_on(const struct situation *situation)
{
    unsigned others = (unsigned)__builtin_popcount(situation->ready);
    if (!situation->may_stay) return nth(situation->ready, choose(others));
    if (search.preemptions == search.allowed) return situation->player;
    unsigned taken = choose(others + 1);
    if (!taken) return situation->player;
    search.preemptions++;
    return nth(situation->ready, taken - 1);
}

/* Goes to the next branch; false when there is none. */
static bool
next_branch(void)
{
    while (search.count) {
        struct choice *last = &search.choices[search.count - 1];
        if (++last->taken < last->options) return true;
        search.count--;
    }
    return false;
}

/* Returns how many schedules there were. */
static size_t
search_up_to(const struct scenario *scenario, unsigned preemptions, bool with_atomics)
{
    size_t plays = 0;
    search.count = 0;
    search.allowed = preemptions;
    do {
        search.depth = 0;
        search.preemptions = 0;
        play(scenario, search_on, with_atomics);
        plays++;
    } while (next_branch());
    return plays;
}

void
schedule_search(const struct scenario *scenario, unsigned named, unsigned atomics)
{
    for (int plain = 0; plain <= !scenario->needs_destroy; plain++) {
        size_t plays = 0;
        cast_use_plain_nodes(plain);
        for (unsigned i = 0; i <= named; i++) plays += search_up_to(scenario, i, false);
        for (unsigned i = 0; i <= atomics; i++) plays += search_up_to(scenario, i, true);
        printf("%zu schedules\n", plays);
    }
}

/* ---- random schedules -------------------------------------------------------------------- */

static uint64_t chance_state;

unsigned
schedule_chance(unsigned limit)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (unsigned)((chance_state >> 33) % limit);
}

static unsigned switches_in;

static int
ask_chance(const struct situation *situation)
{
    unsigned others = (unsigned)__builtin_popcount(situation->ready);
    bool stays = situation->may_stay && (!others || schedule_chance(switches_in));
    return stays ? situation->player : nth(situation->ready, schedule_chance(others));
}

void
schedule_random(const struct scenario *scenario, size_t plays)
{
    uint64_t seed = hf_test_seed();
    cast_use_plain_nodes(!scenario->needs_destroy && seed & 1);
    for (size_t i = hf_test_rounds(plays); i > 0; i--) {
        chance_state = (seed + i) * UINT64_C(0x9E3779B97F4A7C15) | 1;
        switches_in = 2 + schedule_chance(60);
        play(scenario, ask_chance, true);
    }
}
