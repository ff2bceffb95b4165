/* SPDX-License-Identifier: MIT
 *
 * Whether the description of a type contradicts itself, and how.
 * Knows types and fields.
 * The sentences end a warning that names the type: object/type.c. */
#include "object/object.h"

enum { DEEPEST_BASE = 64 };

/* What is wrong with one entry of the table, or NULL. */
static const char *
fault_of_field(const hf_type *type, const hf_field *field)
{
    size_t bytes = field->count * sizeof(void *);
    if (field->kind > HF_FIELD_OWNED) return "a field is of no known kind";
    if (field->offset % sizeof(void *)) return "a field is not aligned like a pointer";
    if (field->offset > type->size || bytes > type->size - field->offset) {
        return "a field lies outside the type";
    }
    if (field->kind == HF_FIELD_OWNED && !field->owned) return "HF_OWNED without a function";
    return NULL;
}

static const char *
fault_of_fields(const hf_type *type)
{
    unsigned flexible = 0;
    fields_of(type, field) {
        const char *fault = fault_of_field(type, field);
        if (fault) return fault;
        flexible += field->kind == HF_FIELD_STRONG_FLEX;
    }
    return flexible > 1 ? "more than one flexible array" : NULL;
}

static bool
has_flexible_array(const hf_type *type)
{
    fields_of(type, field) {
        if (field->kind == HF_FIELD_STRONG_FLEX) return true;
    }
    return false;
}

static const char *
fault_of_base(const hf_type *type)
{
    const hf_type *base = type->base;
    if (!base) return NULL;
    if (base->size > type->size) return "its base is larger than itself";
    if (base->alignment > type->alignment) return "its base is aligned more strictly than itself";
    if (has_flexible_array(base)) return "its base has a flexible array";
    return NULL;
}

static const char *
fault_of_one(const hf_type *type)
{
    if (!type->name || !type->state || !type->size) return "it was not made by HF_TYPE";
    if (!type->alignment || type->alignment & (type->alignment - 1)) {
        return "its alignment is no power of two";
    }
    if (type->flags & ~(HF_ACYCLIC | HF_CONFINED)) return "unknown flags";
    if (!type->guard.lock != !type->guard.unlock) return "its guard lacks a function";
    if (type->guard.lock && !type->trace) return "it has a guard and nothing to trace";
    if (type->allocator && (!type->allocator->alloc || !type->allocator->free)) {
        return "its allocator lacks a function";
    }
    const char *fault = fault_of_fields(type);
    return fault ? fault : fault_of_base(type);
}

const char *
hfi_type_fault(const hf_type *type)
{
    unsigned depth = 0;
    for (const hf_type *t = type; t; t = t->base) {
        if (++depth > DEEPEST_BASE) return "its bases are a circle";
        const char *fault = fault_of_one(t);
        if (fault) return fault;
    }
    return NULL;
}
