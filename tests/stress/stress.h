/* SPDX-License-Identifier: MIT
 *
 * What the stress tests stand on: settings, a team of threads that races in rounds, random numbers.
 * Knows public headers and Check only.
 * A program here is `NAME [--threads N] [--seconds S] [--seed N]`; without --seconds it runs a
 * number of rounds, so that a run without options is short and ends. */
#ifndef HOLDFAST_TESTS_STRESS_H
#define HOLDFAST_TESTS_STRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "support/run_suite.h"

enum { MOST_THREADS = 8 };

/* The main of a stress program. */
#define STRESS_MAIN(make_suite)                       \
    int main(int argc, char **argv)                   \
    {                                                 \
        return stress_main(argc, argv, make_suite()); \
    }
int stress_main(int argc, char **argv, Suite *suite);

/* Each test runs with several numbers of threads: `tcase_add_loop_test(tests, name, 0, TEAMS)`, and
 * stress_run(_i, ...). */
enum { TEAMS = 3 };

/* One thread of the team. */
struct worker {
    unsigned number; /* from 0 to team_size() - 1 */
    uint64_t random; /* state of its random numbers */
};

/* Returns the number of threads of the team that runs. */
unsigned team_size(void);

/* What the team does in each round. prepare and check run on one thread, with all others waiting;
 * either may be NULL. */
struct race {
    void (*prepare)(struct worker *worker);
    void (*run)(struct worker *worker); /* all threads at once */
    void (*check)(struct worker *worker);
};

/* Runs the race again and again with a new team of the given kind: for the time that --seconds
 * says, or until each thread has run its share of these rounds, or of what hf_test_rounds makes of
 * them. */
void stress_run(int team, const struct race *race, size_t rounds);

/* Returns a random number below limit, which is not 0. The sequence follows from the seed and the
 * worker's number. */
size_t random_below(struct worker *worker, size_t limit);

/* Fails the test unless the condition holds. Asks for no memory and takes no lock while it does,
 * unlike ck_assert. */
#define REQUIRE(condition)                                             \
    do {                                                               \
        if (!(condition)) ck_abort_msg("%s", "not true: " #condition); \
    } while (0)

#endif
