/* SPDX-License-Identifier: MIT
 *
 * Objects whose memory is not the library's: in the current frame, and in static storage.
 * Knows objects and the layout of their header; everything that takes a `T *` takes these too. */
#ifndef HOLDFAST_PLACE_H
#define HOLDFAST_PLACE_H

#include "layout.h"
#include "object.h"

HF_BEGIN_C

/* Declares `T *const name`, an object in the current frame: zeroed, count 1, owned by the scope. At
 * the end of the scope it dies like any other (notices, destroy, fields), except that its memory is
 * the frame's. Weak references to it become NULL; a strong reference that outlives the scope is
 * misuse, and fatal, since it would point into a dead frame. Don't release it yourself, and don't
 * let other threads upgrade weak references to it while its scope ends. Alignment
 * of T: at most 32. Errors: none. */
#define HF_ON_STACK(T, name)                                                                       \
    HF_STATIC_ASSERT_(__alignof__(T) <= HF_PLACED_HEADER_BYTES_, "HF_ON_STACK: alignment of " #T); \
    struct {                                                                                       \
        struct hf_placed_header_ header;                                                           \
        T payload;                                                                                 \
    } hf_frame_of_##name;                                                                          \
    T *const name __attribute__((cleanup(hf_stack_end_))) =                                        \
        ((void)hf_stack_begin_(&hf_frame_of_##name.header, &hf_type_##T),                          \
         &hf_frame_of_##name.payload)

#ifndef __cplusplus
/* Declares `T *const name`, an immortal object in static storage, of internal linkage: retain and
 * release do nothing to it, hf_count says HF_IMMORTAL_COUNT, and it never dies. What follows the
 * name initialises it, as in `HF_STATIC(config, defaults, .retries = 3);`. Strong fields may be set
 * at run time with hf_set. Alignment of T: at most 32. It counts as shared, even if T is
 * HF_CONFINED, so it may not hold confined objects.
 *
 * Since releases do nothing to it, it is owned and borrowed at once: it may be returned, given and
 * moved as an owned reference without a retain. */
#define HF_STATIC(T, ...) HF_STATIC_(T, static, __VA_ARGS__, )

/* The same for several files. HF_STATIC_DECLARE(T, name) in a header declares `T *const name`;
 * HF_STATIC_DEFINE in one C file defines it, with what initialises it, as in
 * `HF_STATIC_DEFINE(config, defaults, .retries = 3);`. */
#define HF_STATIC_DEFINE(T, ...) HF_STATIC_(T, , __VA_ARGS__, )

#define HF_STATIC_(T, linkage, name, ...)                                                  \
    _Static_assert(_Alignof(T) <= HF_PLACED_HEADER_BYTES_, "HF_STATIC: alignment of " #T); \
    __extension__ static struct {                                                          \
        struct hf_placed_header_ header;                                                   \
        T payload;                                                                         \
    } hf_static_of_##name = {                                                              \
        .header = {.meta = (const char *)&hf_type_##T + HF_META_PLACED_IMMORTAL_,          \
                   .word = HF_WORD_IMMORTAL_},                                             \
        .payload = {__VA_ARGS__}};                                                         \
    linkage T *const name __attribute__((unused)) = &hf_static_of_##name.payload
#endif

/* Declares `T *const name`, which HF_STATIC_DEFINE defines in one C file. */
#define HF_STATIC_DECLARE(T, name) HF_EXTERN_C_ HF_API T *const name

HF_API void *hf_stack_begin_(struct hf_placed_header_ *header, const hf_type *type);
HF_API void hf_stack_end_(const void *name);

HF_END_C

#endif
