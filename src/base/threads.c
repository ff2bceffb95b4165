/* SPDX-License-Identifier: MIT
 *
 * Whether the process has more threads than one, as far as the library has noticed.
 * Keeps process-wide state: that one flag, which is never taken back; a forked child goes on with
 * atomic operations.
 * Argument: base/atomic.h. */
#include "base/base.h"

bool hfi_process_has_threads;
