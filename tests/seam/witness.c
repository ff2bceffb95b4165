/* SPDX-License-Identifier: MIT
 *
 * The log of what happened, and the object that writes into it when it dies.
 * Knows public headers only.
 * A log that is full fails the test: what is missing could not be noticed. */
#include "seam/witness.h"

#include <check.h>
#include <string.h>

enum { LOG_BYTES = 4096 };
static char growing[LOG_BYTES], complete[LOG_BYTES];

void
happen(const char *event)
{
    static const char separator[] = ", ";
    ck_assert_uint_lt(strlen(growing) + sizeof separator + strlen(event), sizeof growing);
    if (growing[0]) strcat(growing, separator);
    strcat(growing, event);
}

const char *
what_happened(void)
{
    memcpy(complete, growing, sizeof complete);
    growing[0] = '\0';
    return complete;
}

static void
tell(void *self)
{
    const witness *w = self;
    happen(w->name);
}

HF_TYPE(witness, .destroy = tell);

witness *
witness_new(const char *name)
{
    witness *w = hf_new(witness);
    ck_assert_ptr_nonnull(w);
    w->name = name;
    return w;
}

void *
unknown_origin(const void *pointer)
{
    __asm__("" : "+r"(pointer));
    return (void *)(uintptr_t)pointer;
}
