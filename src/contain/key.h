/* SPDX-License-Identifier: MIT
 *
 * Keys as containers keep them: hashed, and their bytes copied.
 * Knows the public key. */
#ifndef HFI_KEY_H
#define HFI_KEY_H

#include <holdfast/key.h>

#include "base/base.h"

/* What makes hashes hard to foresee; drawn on first use. */
struct key_secret {
    uint64_t low, high, start; /* of numbers */
    unsigned char of_strings[16];
    bool is_drawn; /* atomic */
};
extern __attribute__((visibility("hidden"))) struct key_secret hfi_key_secret;

/* What is strongly universal may still lead numbers that follow one another, of which programs are
 * fond, to few places: with one secret of some hundred, all of them to a single chunk of an index
 * (Patrascu and Thorup, "On the k-independence required by linear probing and minwise
 * independence", 2010). So the hash goes through a permutation that tears them apart, which leaves
 * it strongly universal: that of Appleby's MurmurHash3. */
static inline uint32_t
key_scatter(uint32_t hash)
{
    hash = (hash ^ hash >> 16) * UINT32_C(0x85EBCA6B);
    hash = (hash ^ hash >> 13) * UINT32_C(0xC2B2AE35);
    return hash ^ hash >> 16;
}

/* What a key is that is no string. */
static inline uint64_t
key_number(hf_key key)
{
    return key.kind == HF_KEY_INTEGER ? key.is.integer : (uintptr_t)key.is.object;
}

/* key_hash of a key that is no string, for who knows that the secret is drawn: whoever has a cache,
 * or what was hashed before. */
static inline uint32_t
key_hash_of_number(uint64_t number)
{
    const struct key_secret *secret = &hfi_key_secret;
    uint64_t sum = secret->low * (uint32_t)number + secret->high * (number >> 32) + secret->start;
    return key_scatter((uint32_t)(sum >> 32));
}

/* key_hash of a string, or while the secret isn't drawn. */
APART uint32_t hfi_key_hash_otherwise(hf_key key);

/* Returns the hash of a key that is one. Any two integers or objects have the same with probability
 * 2^-32, and so for any part of its bits, over the secrets that a process may draw (Thorup, "High
 * speed hashing for integers and strings", 2015, section 3.3); strings as SipHash has it. */
static inline uint32_t
key_hash(hf_key key)
{
    if (unlikely(key.kind == HF_KEY_STRING)) return hfi_key_hash_otherwise(key);
    /* acquire: the secret is whole; pairs with the release in draw, key.c. */
    if (unlikely(!atomic_load_acquire(&hfi_key_secret.is_drawn))) {
        return hfi_key_hash_otherwise(key);
    }
    return key_hash_of_number(key_number(key));
}

/* The two below, of a string. */
bool hfi_key_keep_string(hf_key *kept, hf_key key);
void hfi_key_drop_string(hf_key kept);

/* Makes *kept a key with bytes of its own; false without memory. Objects are not retained. */
static inline bool
key_keep(hf_key *kept, hf_key key)
{
    *kept = key;
    return key.kind != HF_KEY_STRING || hfi_key_keep_string(kept, key);
}

/* Frees those bytes. */
static inline void
key_drop(hf_key kept)
{
    if (kept.kind == HF_KEY_STRING) hfi_key_drop_string(kept);
}

#endif
