/* SPDX-License-Identifier: MIT
 *
 * Calls the program's handler with a finished sentence; aborts when it was fatal and the handler
 * came back.
 * Knows the two handlers, and writes by itself when there is none; allocates nothing and holds no
 * lock. What is fatal and what is only a warning stands in include/holdfast/error.h. */
#include <holdfast/error.h>

#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/base.h"

THREAD_LOCAL bool hfi_death_runs;

static hf_fatal_handler fatal_handler;
static hf_warning_handler warning_handler;

/* One write for the whole line, so that lines of several threads don't mix. There is nobody to tell
 * when it fails. */
static void
write_line(const char *message)
{
    struct iovec parts[] = {{(void *)(uintptr_t)message, strlen(message)},
                            {(void *)(uintptr_t) "\n", 1}};
    if (writev(STDERR_FILENO, parts, 2) < 0) return;
}

_Noreturn void
hfi_fatal(const char *message)
{
    /* acquire: what the program wrote before it installed the handler is visible in it.
     * pairs with: the exchange in hf_set_fatal_handler. */
    hf_fatal_handler handler = atomic_load_acquire(&fatal_handler);
    hfi_death_runs = false;
    if (handler) handler(message);
    else write_line(message);
    abort();
}

void
hfi_warn(const char *message)
{
    /* acquire: as in hfi_fatal; pairs with the exchange in hf_set_warning_handler. */
    hf_warning_handler handler = atomic_load_acquire(&warning_handler);
    if (handler) handler(message);
    else write_line(message);
}

hf_fatal_handler
hf_set_fatal_handler(hf_fatal_handler handler)
{
    /* acq_rel: publishes what the handler needs, and sees what the one before was given.
     * pairs with: the acquire load in hfi_fatal, and itself. */
    return atomic_exchange_acq_rel(&fatal_handler, handler);
}

hf_warning_handler
hf_set_warning_handler(hf_warning_handler handler)
{
    /* acq_rel: publishes and sees, as in hf_set_fatal_handler. */
    return atomic_exchange_acq_rel(&warning_handler, handler);
}
