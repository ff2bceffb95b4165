/* SPDX-License-Identifier: MIT
 *
 * The header before each object, as far as code outside the library must know it: HF_STATIC,
 * HF_ON_STACK, HF_INLINE. Not for programs. src/object/word.h has the whole table of states, and
 * checks at compile time that this page agrees. Debuggers read headers as well: see struct
 * hfi_debugger in src/track/track.h before you change anything here.
 *
 *     [extent] [link] [meta] [word] payload
 *
 *     63            36 35             8 7       0
 *     [   others: 28  ][  version: 28  ][ flags ]      word, at payload - 8
 */
#ifndef HOLDFAST_LAYOUT_H
#define HOLDFAST_LAYOUT_H

#include <stdint.h>

/* A cell for atomic operations: also where the ABI aligns eight bytes to four, as that of i386. */
typedef uint64_t hf_word_ __attribute__((aligned(8)));

#define HF_WORD_FLAG_BITS_ 8
#define HF_WORD_VERSION_BITS_ 28
#define HF_WORD_VERSION_ONE_ (UINT64_C(1) << HF_WORD_FLAG_BITS_)
#define HF_WORD_COUNT_SHIFT_ (HF_WORD_FLAG_BITS_ + HF_WORD_VERSION_BITS_)
#define HF_WORD_COUNT_ONE_ (UINT64_C(1) << HF_WORD_COUNT_SHIFT_)
/* The count, of which one less stands in the word: none is left; it is saturated. And the version's
 * highest bit. */
#define HF_WORD_COUNT_SIGN_ (UINT64_C(1) << 63)
#define HF_WORD_COUNT_TOP_ (UINT64_C(1) << 62)
#define HF_WORD_VERSION_TOP_ (UINT64_C(1) << (HF_WORD_COUNT_SHIFT_ - 1))

#define HF_WORD_SIDE_ UINT64_C(1)      /* the live word is in the side record */
#define HF_WORD_ROOTABLE_ UINT64_C(2)  /* may be part of a cycle, and is in no candidate buffer */
#define HF_WORD_CLAIMED_ UINT64_C(4)   /* the collector asks for it */
#define HF_WORD_DEAD_ UINT64_C(8)      /* death has begun */
#define HF_WORD_DONE_ UINT64_C(16)     /* death is over, or stands in line */
#define HF_WORD_CONFINED_ UINT64_C(32) /* one thread only; the version field holds its number */
#define HF_WORD_IMMORTAL_ UINT64_C(64) /* never dies */
#define HF_WORD_TRACKED_ UINT64_C(128) /* somebody writes down who holds it */

/* Bits of the meta word when it holds the type (else it is the address of the side record). */
#define HF_META_TYPE_ 1u    /* it does */
#define HF_META_EXTENT_ 2u  /* an extent stands in the header */
#define HF_META_PLACED_ 4u  /* the block belongs to a frame or to static storage */
#define HF_META_ACYCLIC_ 8u /* objects of this type are no part of a cycle: they have no link */
#define HF_META_MASK_ 15u   /* all of these */
#define HF_META_PLACED_IMMORTAL_ (HF_META_TYPE_ | HF_META_PLACED_ | HF_META_ACYCLIC_)

/* How a side record begins, which the first weak reference to an object makes. The live word is
 * here from then on; the object's own says SIDE, and the meta word is this address. */
struct hf_side_record_ {
    hf_word_ word;
    hf_word_ shares;
    uintptr_t meta;
    uintptr_t hidden_object; /* the complement of the payload's address */
};

/* The header of objects on the stack and in static storage: one size for all, so that the payload
 * is aligned to 16. */
struct hf_placed_header_ {
    uint64_t ticket; /* where it is written down that it lives, or zero */
    hf_word_ link;
    const void *meta;
    hf_word_ word;
} __attribute__((aligned(16)));
#define HF_PLACED_HEADER_BYTES_ 32

#endif
