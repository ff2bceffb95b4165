/* SPDX-License-Identifier: MIT
 *
 * The public calls: everything, a little, or everything in a quiescent program.
 * Knows the conductor. */
#include "collector/collector.h"
#include "collector/figures.h"

size_t
hf_collect(void)
{
    struct hfi_collection what = {.is_full = true, .deadline = UINT64_MAX};
    return hfi_collect(&what);
}

size_t
hf_collect_quiescent(void)
{
    struct hfi_collection what = {.is_full = true, .is_quiescent = true, .deadline = UINT64_MAX};
    return hfi_collect(&what);
}

size_t
hf_collect_step(const hf_budget *budget)
{
    static const hf_budget standard = {HF_STEP_OBJECTS, HF_STEP_MICROSECONDS};
    if (!budget) budget = &standard;
    struct hfi_collection what = {
        .objects = budget->objects ? budget->objects : UINT64_MAX,
        .deadline = UINT64_MAX,
    };
    what.is_full = !budget->objects && !budget->microseconds;
    if (budget->microseconds) what.deadline = hfi_now() + budget->microseconds * UINT64_C(1000);
    return hfi_collect(&what);
}
