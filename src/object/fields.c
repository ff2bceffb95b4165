/* SPDX-License-Identifier: MIT
 *
 * The out-of-line part of the walker: one edge looked up by its place, and what trace functions
 * visit.
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

struct traced_walk {
    hf_visitor visitor;
    edge_visitor *visit;
};

static void
visit_traced(hf_visitor *visitor, void *target)
{
    struct traced_walk *walk = (struct traced_walk *)visitor;
    walk->visit(visitor->context, target);
}

static void
trace(const hf_type *type, void *object, edge_visitor *visit, void *context, bool has_guards)
{
    struct traced_walk walk = {{visit_traced, context}, visit};
    for (; type; type = type->base) {
        if (!type->trace) continue;
        if (type->guard.lock && has_guards) type->guard.lock(object);
        type->trace(object, &walk.visitor);
        if (type->guard.unlock && has_guards) type->guard.unlock(object);
    }
}

void
hfi_trace(const hf_type *type, void *object, edge_visitor *visit, void *context)
{
    trace(type, object, visit, context, true);
}

void
hfi_trace_unguarded(const hf_type *type, void *object, edge_visitor *visit, void *context)
{
    trace(type, object, visit, context, false);
}
