/* SPDX-License-Identifier: MIT
 *
 * What hf_find_cycles tells, as a story that tests can compare.
 * Knows public headers and Check only.
 * include/holdfast/collect.h. */
#ifndef HOLDFAST_TESTS_STORY_H
#define HOLDFAST_TESTS_STORY_H

#include <holdfast/holdfast.h>

/* Fails the test unless so many groups of so many objects together are told, twice, as the first
 * time changes nothing. */
void expect_groups(size_t groups, size_t objects);

/* One group, and a cycle of these edges, as in "node.next[0] node.pair[1] ", from whichever object
 * it is told. */
void expect_cycle(size_t objects, const char *edges);

void expect_nothing_told(void);

/* Returns how many objects live, of all types together. */
uint64_t count_living(void);

#endif
