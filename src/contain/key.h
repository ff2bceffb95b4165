/* SPDX-License-Identifier: MIT
 *
 * Keys as containers keep them: hashed, and their bytes copied.
 * Knows the public key. */
#ifndef HFI_KEY_H
#define HFI_KEY_H

#include <holdfast/key.h>

#include "base/base.h"

/* Returns the hash of a key that is one. Any two integers or objects have the same with probability
 * 2^-32, and so for any part of its bits, over the secrets that a process may draw (Thorup, "High
 * speed hashing for integers and strings", 2015, section 3.3); strings as SipHash has it. */
uint32_t hfi_key_hash(hf_key key);

/* Makes *kept a key with bytes of its own; false without memory. Objects are not retained. */
bool hfi_key_keep(hf_key *kept, hf_key key);

/* Frees those bytes. */
void hfi_key_drop(hf_key kept);

#endif
