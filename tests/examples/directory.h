/* SPDX-License-Identifier: MIT
 *
 * A directory for one test, and its files.
 * Knows Check: whatever goes wrong here fails the test. */
#ifndef HOLDFAST_TESTS_DIRECTORY_H
#define HOLDFAST_TESTS_DIRECTORY_H

#include <stddef.h>

/* Fixtures: a new directory, in which the test runs; it is removed after the test. */
void enter_directory(void);
void leave_directory(void);

/* Writes a file with these bytes, or these characters, into the directory. */
void write_file(const char *name, const void *bytes, size_t length);
void write_text_file(const char *name, const char *text);

/* Returns the text of a file; for free(). */
char *read_file(const char *name);

#endif
