/* SPDX-License-Identifier: MIT
 *
 * The numbers of living objects by type at one moment, and what has changed since: tests of three
 * lines that an operation leaks nothing.
 * Knows the ledger. */
#include <inttypes.h>
#include <stdlib.h>

#include "inspect/inspect.h"
#include "ledger/ledger.h"

/* Types that were first used since the census are before the first of them in the list. */
struct hf_census {
    const struct hfi_books *first;
    size_t count;
    struct {
        uint64_t objects, bytes;
    } types[];
};

static uint64_t
live_objects(struct hfi_books *books, uint64_t *bytes)
{
    struct hfi_row sum = hfi_ledger_sum(books);
    uint64_t objects = sum.born - sum.died;
    *bytes = objects * books->type->size + sum.tail_bytes;
    return objects;
}

hf_census *
hf_census_take(void)
{
    struct hfi_books *first = hfi_types();
    size_t count = 0;
    for (const struct hfi_books *books = first; books; books = books->next) count++;
    hf_census *census = malloc(sizeof *census + count * sizeof census->types[0]);
    if (!census) return NULL;
    census->first = first;
    census->count = count;
    size_t i = 0;
    for (struct hfi_books *books = first; books; books = books->next, i++) {
        census->types[i].objects = live_objects(books, &census->types[i].bytes);
    }
    return census;
}

static void
tell_change(FILE *out, const char *name, int64_t objects, int64_t bytes)
{
    if (!out) return;
    fprintf(out, "%+12" PRId64 " object%s %+14" PRId64 " bytes  %s\n", objects,
            objects == 1 || objects == -1 ? " " : "s", bytes, name);
}

size_t
hf_census_compare(const hf_census *census, FILE *out)
{
    size_t changed = 0, i = 0;
    bool is_new = true;
    for (struct hfi_books *books = hfi_types(); books; books = books->next) {
        uint64_t bytes, objects = live_objects(books, &bytes);
        if (books == census->first) is_new = false;
        if (!is_new) {
            objects -= census->types[i].objects;
            bytes -= census->types[i++].bytes;
        }
        if (!objects && !bytes) continue;
        changed++;
        tell_change(out, books->type->name, (int64_t)objects, (int64_t)bytes);
    }
    return changed;
}

size_t
hf_census_end(hf_census *census, FILE *out)
{
    size_t changed = hf_census_compare(census, out);
    free(census);
    return changed;
}
