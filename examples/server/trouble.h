/* SPDX-License-Identifier: MIT
 *
 * What the server tells whoever runs it, and how it exits.
 * Knows nothing else. */
#ifndef SERVER_TROUBLE_H
#define SERVER_TROUBLE_H

/* How the program ends. */
enum {
    EXIT_FINE = 0,
    EXIT_TROUBLE = 2, /* usage, files, sockets, memory */
    EXIT_LEAK = 3     /* objects are left */
};

/* Writes "server: WHAT: REASON" to standard error, as one line, whichever threads do so at once;
 * reason is a number of errno, 0 for none. Leaves errno alone. */
void trouble(int reason, const char *what, ...) __attribute__((format(printf, 2, 3)));

/* Returns what the number means, and "out of memory" for ENOMEM. */
const char *reason_text(int reason);

#endif
