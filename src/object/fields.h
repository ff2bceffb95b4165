/* SPDX-License-Identifier: MIT
 *
 * The one walker over what an object holds, by field table and by trace function, from derived type
 * to base.
 * Knows types; comes in by the door, object/object.h. What to do with an edge is the caller's: the
 * walker is inlined with it, so that a death costs no indirect call for each edge. */
#ifndef HFI_FIELDS_H
#define HFI_FIELDS_H

/* The fields of one type, its bases apart: nothing for a type without a table. */
#define fields_of(type, field) \
    for (const hf_field *field = (type)->fields; field && field->kind != HF_FIELD_END; field++)

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
    if (!(meta & HF_META_EXTENT_)) return 0;
    uint64_t extent = *extent_of(object, meta);
    /* A tail of plain bytes, from hf_new_type, holds no edges. */
    return extent_element_bytes(extent) == sizeof(void *) ? extent_count(extent) : 0;
}

static inline bool
field_is_edge(const hf_field *field)
{
    return field->kind <= HF_FIELD_SLOT;
}

/* Whether it is known from the declaration that what is behind the edge is in no cycle. */
static inline bool
field_leads_nowhere(const hf_field *field)
{
    return field->target && (field->target->flags & HF_ACYCLIC);
}

typedef void edge_visitor(void *context, void *target);

/* Calls visit for each reference that the trace functions of the type and its bases visit. They run
 * under their guard, if there is one; hfi_trace_unguarded is for a process in which nobody is left
 * who could give a guard back. */
COLD void hfi_trace(const hf_type *type, void *object, edge_visitor *visit, void *context);
COLD void hfi_trace_unguarded(const hf_type *type, void *object, edge_visitor *visit,
                              void *context);

/* Returns the declared edge of the object's type or its bases at offset, and in *left the number of
 * its elements from there on; NULL if there is none. For checks. */
const hf_field *hfi_field_at(const void *object, size_t offset, size_t *left);

#endif
