/* SPDX-License-Identifier: MIT
 *
 * What is wrong with a table.
 * Knows nothing.
 * Room for a few is part of the table, so that noting a fault can't fail. */
#include "problems.h"

#include <stdarg.h>
#include <stdio.h>

void
problems_add(struct problems *problems, uint64_t line, const char *format, ...)
{
    if (problems->count++ >= PROBLEMS_KEPT) return;
    struct problem *problem = &problems->kept[problems->count - 1];
    problem->line = line;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(problem->what, sizeof problem->what, format, arguments);
    va_end(arguments);
}

size_t
problems_kept(const struct problems *problems)
{
    return problems->count < PROBLEMS_KEPT ? (size_t)problems->count : PROBLEMS_KEPT;
}
