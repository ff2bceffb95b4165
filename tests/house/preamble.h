/* SPDX-License-Identifier: MIT
 *
 * What stands before the fragments of C on the pages, so that each can be compiled by itself.
 * Knows the library.
 * tools/check_code.py says how a page names this file. */
#ifndef HOUSE_PREAMBLE_H
#define HOUSE_PREAMBLE_H

#include <assert.h>
#include <errno.h>
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct node node;
typedef struct list list;
HF_DECLARE(node);
HF_DECLARE(list);

typedef struct message {
    const char *subject;
} message;
typedef struct folder {
    message *top;
} folder;
HF_DECLARE(message);
HF_DECLARE(folder);

/* Whatever a page measures, tests or asks. */
void operation(void);

#endif
