/* SPDX-License-Identifier: MIT
 *
 * Keys as containers keep them: hashed, and their bytes copied.
 * Knows libsodium, for SipHash; keeps process-wide state: the secret of the hashes, drawn on first
 * use, and the same in the child of a fork.
 * A string that must be guessed at needs a keyed hash that is hard to see through. A number needs
 * less: whoever has chosen numbers before the secret was drawn, and can't see the hashes, can do no
 * better against a strongly universal function than by chance. */
#include "contain/key.h"

#include <sodium/crypto_shorthash.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

static struct secret {
    uint64_t low, high, start;
    unsigned char of_strings[crypto_shorthash_KEYBYTES];
} secret;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_drawn;

static void
draw(void)
{
    if (getentropy(&secret, sizeof secret)) {
        /* A system without a source of its own: what differs from run to run has to do. */
        struct timespec now;
        (void)clock_gettime(CLOCK_REALTIME, &now);
        uint64_t seed = (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid()
                        ^ (uintptr_t)&now;
        for (size_t i = 0; i < sizeof secret; i++) {
            /* Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
            uint64_t mixed = seed += UINT64_C(0x9E3779B97F4A7C15);
            mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
            mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
            ((unsigned char *)&secret)[i] = (unsigned char)(mixed >> 56);
        }
    }
    /* release: whoever finds it drawn reads all of it; pairs with the acquire in hfi_key_hash. */
    atomic_store_release(&is_drawn, true);
}

/* What is strongly universal may still lead numbers that follow one another, of which programs are
 * fond, to places that do, where linear probing suffers (Patrascu and Thorup, "On the
 * k-independence required by linear probing and minwise independence", 2010). So the hash goes
 * through a permutation that tears them apart, which leaves it strongly universal: that of
 * Appleby's MurmurHash3. */
static uint32_t
scatter(uint32_t hash)
{
    hash = (hash ^ hash >> 16) * UINT32_C(0x85EBCA6B);
    hash = (hash ^ hash >> 13) * UINT32_C(0xC2B2AE35);
    return hash ^ hash >> 16;
}

static uint32_t
hash_of_number(uint64_t number)
{
    uint64_t sum = secret.low * (uint32_t)number + secret.high * (number >> 32) + secret.start;
    return scatter((uint32_t)(sum >> 32));
}

static uint32_t
hash_of_string(hf_key key)
{
    unsigned char hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const unsigned char *)key.is.bytes, key.length, secret.of_strings);
    uint32_t low;
    memcpy(&low, hash, sizeof low);
    return low;
}

uint32_t
hfi_key_hash(hf_key key)
{
    /* acquire: the secret is whole; pairs with the release in draw. */
    if (unlikely(!atomic_load_acquire(&is_drawn))) pthread_once(&once, draw);
    if (key.kind == HF_KEY_STRING) return hash_of_string(key);
    if (key.kind == HF_KEY_INTEGER) return hash_of_number(key.is.integer);
    return hash_of_number((uintptr_t)key.is.object);
}

bool
hfi_key_keep(hf_key *kept, hf_key key)
{
    *kept = key;
    if (key.kind != HF_KEY_STRING || !key.length) return true;
    char *bytes = malloc(key.length);
    if (!bytes) return false;
    memcpy(bytes, key.is.bytes, key.length);
    kept->is.bytes = bytes;
    return true;
}

void
hfi_key_drop(hf_key kept)
{
    if (kept.kind == HF_KEY_STRING && kept.length) free((void *)(uintptr_t)kept.is.bytes);
}
