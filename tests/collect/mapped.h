/* SPDX-License-Identifier: MIT
 *
 * The memory that a collection takes from the kernel, as long as it takes it.
 * Knows the linker's --wrap, which leads the library's calls of mmap and its kin here.
 * What counts is what is in use: pages that were touched, not addresses that were asked for. */
#ifndef HOLDFAST_TESTS_MAPPED_H
#define HOLDFAST_TESTS_MAPPED_H

#include <stddef.h>

/* Bytes that are mapped now; 0 when everything went back. */
size_t mapped_now(void);

/* The most bytes that were in use at once since the last call, when anything was mapped, moved or
 * given back. */
size_t mapped_most(void);

#endif
