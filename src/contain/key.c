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

struct key_secret hfi_key_secret;
_Static_assert(sizeof hfi_key_secret.of_strings == crypto_shorthash_KEYBYTES, "a key of SipHash");

static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A system without a source of its own: what differs from run to run has to do. */
static void
make_up(unsigned char *bytes, size_t count)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed =
        (uint64_t)now.tv_nsec << 32 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid() ^ (uintptr_t)&now;
    for (size_t i = 0; i < count; i++) {
        /* Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
        uint64_t mixed = seed += UINT64_C(0x9E3779B97F4A7C15);
        mixed = (mixed ^ mixed >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
        mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94D049BB133111EB);
        bytes[i] = (unsigned char)(mixed >> 56);
    }
}

static void
draw(void)
{
    enum { DRAWN = offsetof(struct key_secret, is_drawn) };
    if (getentropy(&hfi_key_secret, DRAWN)) make_up((unsigned char *)&hfi_key_secret, DRAWN);
    /* release: whoever finds it drawn reads all of it; pairs with the acquire in key_hash. */
    atomic_store_release(&hfi_key_secret.is_drawn, true);
}

static uint32_t
hash_of_string(hf_key key)
{
    unsigned char hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const unsigned char *)key.is.bytes, key.length,
                     hfi_key_secret.of_strings);
    uint32_t low;
    memcpy(&low, hash, sizeof low);
    return low;
}

uint32_t
hfi_key_hash_otherwise(hf_key key)
{
    pthread_once(&once, draw);
    return key.kind == HF_KEY_STRING ? hash_of_string(key) : key_hash_of_number(key_number(key));
}

bool
hfi_key_keep_string(hf_key *kept, hf_key key)
{
    if (!key.length) return true;
    char *bytes = malloc(key.length);
    if (!bytes) return false;
    memcpy(bytes, key.is.bytes, key.length);
    kept->is.bytes = bytes;
    return true;
}

void
hfi_key_drop_string(hf_key kept)
{
    if (kept.length) free((void *)(uintptr_t)kept.is.bytes);
}
