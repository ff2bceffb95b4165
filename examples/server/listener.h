/* SPDX-License-Identifier: MIT
 *
 * The socket at which the server listens.
 * Knows options. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include "options.h"

/* Opens it. Returns the socket; -1 when it can't, and standard error says why. */
int listener_open(const struct options *options);

/* Says on standard output where it listens, and so that it is ready. */
void listener_announce(const struct options *options, int listener);

/* Closes it, and removes its path. */
void listener_close(const struct options *options, int listener);

#endif
