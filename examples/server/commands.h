/* SPDX-License-Identifier: MIT
 *
 * The commands that clients send.
 * Knows sessions and the server. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

#include "session.h"

/* Does what the line says, and answers. Returns 0, or -1 and ENOMEM. */
int command_run(server *s, session *self, const char *line, size_t length);

#endif
