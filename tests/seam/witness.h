/* SPDX-License-Identifier: MIT
 *
 * What the seam tests watch deaths with: a log of what happened, and an object that tells its end.
 * Knows public headers only.
 * Each test runs in a process of its own, so the log begins empty. */
#ifndef HOLDFAST_TESTS_WITNESS_H
#define HOLDFAST_TESTS_WITNESS_H

#include <holdfast/holdfast.h>

/* Appends an event to the log. Single-threaded. */
void happen(const char *event);

/* Returns all events since the last call, separated by ", "; "" when there were none. The text is
 * good until the next call. */
const char *what_happened(void);

/* Its destroy makes its name happen. Without edges. */
typedef struct witness {
    const char *name;
} witness;
HF_DECLARE(witness);

/* Returns a new witness. Owner: the caller. */
witness *witness_new(const char *name) HF_GIVE;

/* Returns the same pointer, of which the compiler knows nothing any more. It would warn of the
 * misuse that some tests are about; and when it has seen that two handles are equal, it takes the
 * releases of both for two of one. */
void *unknown_origin(const void *pointer);

#endif
