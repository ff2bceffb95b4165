/* SPDX-License-Identifier: MIT
 *
 * Keys of maps, weak maps and caches: strings with a length, 64-bit integers, or objects.
 * Knows nothing of containers.
 *
 *     hf_key_text("colour")          the bytes before the zero
 *     hf_key_string(bytes, 5)        any bytes, zeros among them
 *     hf_key_integer(42)
 *     hf_key_object(p)               this very object, whatever is in it
 *
 * A key is a value that borrows: a container copies what it keeps. Two keys are the same when they
 * are of one kind, and the bytes, the number or the object is the same; kinds may be mixed in one
 * container. Containers hash keys with a secret that the process draws from the system, so nobody
 * can choose keys that meet.
 * Threads: any. Cost: O(1), of strings O(length). */
#ifndef HOLDFAST_KEY_H
#define HOLDFAST_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "annotate.h"

HF_BEGIN_C

/* What a key is. */
enum hf_key_kind {
    HF_KEY_NONE,    /* of a key that is all zero: containers refuse it with EINVAL */
    HF_KEY_STRING,  /* bytes, as many as length says */
    HF_KEY_INTEGER, /* a number of 64 bits */
    HF_KEY_OBJECT   /* the object itself, by its address */
};

/* A key. Make it by the functions below; what a container gives back may be read. */
typedef struct hf_key {
    union {
        const char *bytes;  /* of HF_KEY_STRING */
        uint64_t integer;   /* of HF_KEY_INTEGER */
        const void *object; /* of HF_KEY_OBJECT */
    } is;                   /* by kind */
    uint32_t length;        /* of a string, in bytes; 0 of others */
    uint32_t kind;          /* enum hf_key_kind */
} hf_key;

/* Returns the key that is these bytes; no key if there are 2^32 or more. bytes may be NULL when
 * length is 0. */
static inline hf_key
hf_key_string(const char *bytes, size_t length)
{
    hf_key key = {{0}, 0, HF_KEY_NONE};
    if (length > UINT32_MAX || (!bytes && length)) return key;
    key.is.bytes = bytes;
    key.length = (uint32_t)length;
    key.kind = HF_KEY_STRING;
    return key;
}

/* The same for what ends with a zero; no key for NULL. */
static inline hf_key
hf_key_text(const char *text)
{
    return hf_key_string(text, text ? strlen(text) : 1);
}

/* Returns the key that is this number. */
static inline hf_key
hf_key_integer(uint64_t integer)
{
    hf_key key = {{0}, 0, HF_KEY_INTEGER};
    key.is.integer = integer;
    return key;
}

/* Returns the key that is this object; no key for NULL. */
static inline hf_key
hf_key_object(const void *object)
{
    hf_key key = {{0}, 0, HF_KEY_NONE};
    key.is.object = object;
    if (object) key.kind = HF_KEY_OBJECT;
    return key;
}

/* Returns whether both are the same key; no key is the same as none, not even itself. */
static inline int
hf_key_is(hf_key a, hf_key b)
{
    if (a.kind != b.kind || a.length != b.length) return 0;
    if (b.kind == HF_KEY_INTEGER) return a.is.integer == b.is.integer;
    if (b.kind == HF_KEY_OBJECT) return a.is.object == b.is.object;
    return b.kind == HF_KEY_STRING && (!b.length || !memcmp(a.is.bytes, b.is.bytes, b.length));
}

HF_END_C

#endif
