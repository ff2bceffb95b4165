/* SPDX-License-Identifier: MIT
 *
 * Names the steps of a protocol, so that tests can let another thread go on right there.
 * Comes in by the door, base/base.h; knows nothing. In all builds but that of tests/schedule, which
 * sets the hook, a step is nothing: no code, no data. */
#ifndef HFI_YIELD_H
#define HFI_YIELD_H

#ifdef HF_YIELD_POINTS
extern void (*hfi_yield_hook)(const char *point);
#define yield_point(point)                          \
    do {                                            \
        if (hfi_yield_hook) hfi_yield_hook(#point); \
    } while (0)
#else
#define yield_point(point) ((void)0)
#endif

#endif
