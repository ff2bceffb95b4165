/* SPDX-License-Identifier: MIT
 *
 * A program with one of each kind of handle, for a debugger to look at: it stops at look, and then
 * writes what the library itself says of its heap. subject FILE
 * Knows public headers only. */
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct thing thing;
struct thing {
    int number;
    thing *left, *row[3];
    hf_weak(thing) back, lost;
    hf_slot(thing) slot;
    hf_array(thing) list;
    hf_map(thing) names;
    hf_slice part;
};
HF_DECLARE(thing);
HF_TYPE(thing,
        .fields = HF_FIELDS(HF_STRONG(thing, left), HF_STRONG_ARRAY(thing, row),
                            HF_WEAK(thing, back), HF_WEAK(thing, lost), HF_SLOT(thing, slot),
                            HF_ARRAY(thing, list), HF_MAP(thing, names), HF_SLICE(thing, part)));

/* Holds another in a way that no table describes. */
typedef struct traced {
    void *hidden;
} traced;
static void
trace(void *self, hf_visitor *visitor)
{
    hf_visit(visitor, ((traced *)self)->hidden);
}
static void
let_go(void *self)
{
    hf_release(((traced *)self)->hidden);
}
HF_DECLARE(traced);
HF_TYPE(traced, .trace = trace, .free = let_go);

static thing *
thing_new(int number)
{
    thing *made = hf_new(thing);
    if (!made) abort();
    made->number = number;
    return made;
}

/* Where the debugger stops. */
__attribute__((noinline)) static void
look(const thing *whole, const hf_unique(thing) * alone, const traced *opaque)
{
    __asm__ volatile("" : : "r"(whole), "r"(alone), "r"(opaque) : "memory");
}

static thing *
build(void)
{
    thing *whole = thing_new(1);
    hf_give(whole, left, thing_new(2));
    hf_give_at(whole, row, 1, thing_new(3));
    hf_auto thing *short_lived = thing_new(4);
    hf_auto thing *in_list = thing_new(5);
    hf_auto hf_buffer *buffer = hf_buffer_copy("a part of it", 12);
    if (hf_weak_set(&whole->left->back, whole) || hf_weak_set(&whole->lost, short_lived)
        || hf_slot_store(&whole->slot, whole->left) || hf_array_push(&whole->list, in_list)
        || hf_map_set(&whole->names, hf_key_string("five", 4), in_list)) {
        abort();
    }
    hf_slice part = hf_slice_of(buffer, 2, 4);
    hf_slice_set(&whole->part, part);
    hf_slice_clear(&part);
    return whole;
}

int
main(int argc, char **argv)
{
    hf_auto thing *whole = build();
    hf_auto traced *opaque = hf_new(traced);
    hf_auto hf_unique(thing) alone = hf_new_unique(thing);
    if (!opaque || !alone.ptr || argc < 2) return EXIT_FAILURE;
    opaque->hidden = thing_new(7);
    look(whole, &alone, opaque);
    int result = hf_snapshot_write(argv[1], HF_HEAPSNAPSHOT);
    return result ? EXIT_FAILURE : EXIT_SUCCESS;
}
