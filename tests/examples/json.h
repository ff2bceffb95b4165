/* SPDX-License-Identifier: MIT
 *
 * Whether a text is JSON.
 * Knows nothing.
 * RFC 8259, and nothing that some readers also take. */
#ifndef HOLDFAST_TESTS_JSON_H
#define HOLDFAST_TESTS_JSON_H

/* Returns NULL when the whole text is one JSON value, else where it stops being one. */
const char *json_fault(const char *text);

#endif
