/* SPDX-License-Identifier: MIT
 *
 * What happens on misuse, and on what is only suspicious: two handlers, each given one sentence.
 * Knows nothing of objects. docs/errors.md lists every message, its cause and its cure.
 *
 * Three kinds of trouble, three answers:
 *   - out of memory and bad arguments: the call returns NULL or -1 and sets errno; nothing has
 *     changed;
 *   - misuse that would corrupt memory (release of a dead object, a count below zero, a confined
 *     object on a foreign thread): the fatal handler, then abort;
 *   - a leak that the library chose as the lesser evil (a saturated count, a resurrected object):
 *     the warning handler, once, and the program goes on. */
#ifndef HOLDFAST_ERROR_H
#define HOLDFAST_ERROR_H

#include "annotate.h"

HF_BEGIN_C

/* Called with one line of text without a line feed, valid during the call: what was done, to an
 * object of which type, at which address, and from where. It may write the text somewhere, end the
 * process, or leave by longjmp or pthread_exit. The object concerned is then left as it is, for
 * ever, and so is what waited for a death that was in progress on this thread. When it returns, the
 * process aborts. The library holds no lock while it runs. */
typedef void (*hf_fatal_handler)(const char *message);

/* Makes handler the one that every thread's misuse is reported to; NULL means the default, which
 * writes the message to standard error. Returns the one before, NULL for the default. Errors: none.
 * Threads: any. Cost: O(1). */
HF_API hf_fatal_handler hf_set_fatal_handler(hf_fatal_handler handler);

/* Called like the fatal handler, for what is reported but not fatal. It returns; the program goes
 * on. */
typedef void (*hf_warning_handler)(const char *message);

/* Makes handler the one that warnings go to; NULL means the default, standard error.
 * Returns the one before, NULL for the default. Errors: none. Threads: any. Cost: O(1). */
HF_API hf_warning_handler hf_set_warning_handler(hf_warning_handler handler);

HF_END_C

#endif
