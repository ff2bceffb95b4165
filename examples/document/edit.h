/* SPDX-License-Identifier: MIT
 *
 * The editor: one document, what is done to it, and what is selected of it.
 * Knows everything but the command line's words. */
#ifndef DOCUMENT_EDIT_H
#define DOCUMENT_EDIT_H

#include <stdio.h>

#include "options.h"

/* Does all that the options say, and writes to out. Returns the exit status; errors were told on
 * standard error. */
int edit_run(const struct options *options, FILE *out);

#endif
