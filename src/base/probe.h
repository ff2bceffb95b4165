/* SPDX-License-Identifier: MIT
 *
 * Probes for tracers: places in the code of which bpftrace, perf and SystemTap know, by name.
 * Comes in by the door, base/base.h. In a build with HOLDFAST_PROBES a probe is an instruction that
 * does nothing, and a note in the file; elsewhere it is nothing at all. */
#ifndef HFI_PROBE_H
#define HFI_PROBE_H

#if HF_PROBES
#include <sys/sdt.h>
#define probe_2(name, a, b) STAP_PROBE2(holdfast, name, a, b)
#else
#define probe_2(name, a, b) ((void)0)
#endif

#endif
