/* SPDX-License-Identifier: MIT
 *
 * What the server tells whoever runs it.
 * Knows standard error.
 * A line is put together on the stack, and written by one call. */
#include "trouble.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { LINE_BYTES = 400 };

const char *
reason_text(int reason)
{
    return reason == ENOMEM ? "out of memory" : strerror(reason);
}

void
trouble(int reason, const char *what, ...)
{
    int kept = errno;
    char line[LINE_BYTES];
    va_list arguments;
    va_start(arguments, what);
    vsnprintf(line, sizeof line, what, arguments);
    va_end(arguments);
    if (reason) fprintf(stderr, "server: %s: %s\n", line, reason_text(reason));
    else fprintf(stderr, "server: %s\n", line);
    errno = kept;
}
