/* SPDX-License-Identifier: MIT
 *
 * The out-of-line part of the walker: one edge looked up by its place, and the call that trace
 * functions make.
 * Knows types. */
#include "object/object.h"

void
hf_visit(hf_visitor *visitor, void *object)
{
    if (object) visitor->visit(visitor, object);
}

/* Whether offset is that of an element of field, or of a flexible array without elements. */
static bool
field_covers(const hf_field *field, size_t count, size_t offset)
{
    if (!field_is_edge(field) || offset < field->offset) return false;
    size_t distance = offset - field->offset;
    if (distance % sizeof(void *)) return false;
    return distance == 0 || distance / sizeof(void *) < count;
}

const hf_field *
hfi_field_at(const void *object, size_t offset, size_t *left)
{
    uintptr_t meta = meta_of(object);
    for (const hf_type *type = type_of_meta(meta); type; type = type->base) {
        fields_of(type, field) {
            size_t count = field_count(field, object, meta);
            if (!field_covers(field, count, offset)) continue;
            *left = count - (offset - field->offset) / sizeof(void *);
            return field;
        }
    }
    return NULL;
}
