/* SPDX-License-Identifier: MIT
 *
 * The one walker over what an object holds, by field table and by trace function, from derived type
 * to base.
 * Knows types; comes in by the door, object/object.h. What to do with an edge is the caller's: the
 * walker is inlined with it, so that a death costs no indirect call for each edge. */
#ifndef HFI_FIELDS_H
#define HFI_FIELDS_H

/* What hf_visit calls: a trace function gives references one by one. */
struct hf_visitor {
    void (*visit)(hf_visitor *visitor, void *object);
    void *context;
};

/* Elements of a field in an object with the tagged type meta. */
static inline size_t
field_count(const hf_field *field, const void *object, uintptr_t meta)
{
    if (field->kind != HF_FIELD_STRONG_FLEX) return field->count;
    return meta & HF_META_EXTENT_ ? extent_count(*extent_of(object, meta)) : 0;
}

static inline bool
field_is_edge(const hf_field *field)
{
    return field->kind <= HF_FIELD_SLOT;
}

/* Calls act(place, field) for each place of each declared field; place is the address of the
 * pointer, or of the weak reference. In the order of the table. */
FLATTEN_INLINE void
fields_each(const hf_type *type, void *object, uintptr_t meta,
            void (*act)(void *place, const hf_field *field))
{
    if (!type->fields) return;
    for (const hf_field *field = type->fields; field->kind != HF_FIELD_END; field++) {
        char *place = (char *)object + field->offset;
        if (likely(field->count == 1)) {
            act(place, field);
            continue;
        }
        size_t count = field_count(field, object, meta);
        for (size_t i = 0; i < count; i++, place += sizeof(void *)) act(place, field);
    }
}

/* Returns the declared edge of the object's type or its bases at offset, and in *left the number of
 * its elements from there on; NULL if there is none. For checks. */
const hf_field *hfi_field_at(const void *object, size_t offset, size_t *left);

#endif
