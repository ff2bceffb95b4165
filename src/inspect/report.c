/* SPDX-License-Identifier: MIT
 *
 * hf_live, hf_stats, hf_report: the books, read out.
 * Knows the ledger. Types are never taken from the list, so a walk needs no lock beyond the
 * ledger's own. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "inspect/inspect.h"
#include "ledger/ledger.h"
#include "sync/sync.h"

size_t
hf_live(const hf_type *type)
{
    struct hfi_books *books = books_of(type);
    /* acquire: the type may be made known by another thread at this moment; pairs with the release
     * in publish, object/type.c. */
    if (atomic_load_acquire(&books->phase) != TYPE_READY) return 0;
    struct hfi_row sum = hfi_ledger_sum(books);
    return (size_t)(sum.born - sum.died);
}

struct line {
    const char *name;
    uint64_t live, bytes;
};

static struct line
line_of(struct hfi_books *books, struct hf_stats *stats)
{
    struct hfi_row sum = hfi_ledger_sum(books);
    struct line line = {.name = books->type->name, .live = sum.born - sum.died};
    line.bytes = line.live * books->type->size + sum.tail_bytes;
    stats->born += sum.born;
    stats->died += sum.died;
    stats->live += line.live;
    stats->live_bytes += line.bytes;
    stats->types += sum.born > 0;
    return line;
}

void
hf_stats(struct hf_stats *out)
{
    *out = (struct hf_stats){.waiting = hfi_deferred_count()};
    for (struct hfi_books *books = hfi_types(); books; books = books->next) line_of(books, out);
}

/* Most bytes first, then by name. */
static int
compare_lines(const void *a, const void *b)
{
    const struct line *left = a, *right = b;
    if (left->bytes != right->bytes) return left->bytes < right->bytes ? 1 : -1;
    for (const char *l = left->name, *r = right->name;; l++, r++) {
        if (*l != *r) return (unsigned char)*l < (unsigned char)*r ? -1 : 1;
        if (!*l) return 0;
    }
}

static int
write_line(FILE *out, const struct line *line)
{
    return fprintf(out, "%12" PRIu64 " object%s %14" PRIu64 " bytes  %s", line->live,
                   line->live == 1 ? " " : "s", line->bytes, line->name);
}

static int
write_lines(FILE *out, const struct line *lines, size_t count, const struct hf_stats *stats)
{
    for (size_t i = 0; i < count; i++) {
        if (write_line(out, &lines[i]) < 0 || putc('\n', out) < 0) return -1;
    }
    struct line sum = {.name = "in all", .live = stats->live, .bytes = stats->live_bytes};
    if (write_line(out, &sum) < 0) return -1;
    return fprintf(out, ", of %" PRIu64 " made\n", stats->born) < 0 || fflush(out) ? -1 : 0;
}

int
hf_report(FILE *out)
{
    /* Types that appear meanwhile are at the front of the list: this walk doesn't meet them. */
    struct hfi_books *first = hfi_types();
    size_t types = 0, count = 0;
    for (struct hfi_books *books = first; books; books = books->next) types++;
    struct line *lines = malloc((types + 1) * sizeof *lines);
    if (!lines) return -1;
    struct hf_stats stats = {0};
    for (struct hfi_books *books = first; books; books = books->next) {
        lines[count] = line_of(books, &stats);
        count += lines[count].live > 0;
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    int before = errno;
    errno = 0;
    int result = write_lines(out, lines, count, &stats);
    /* Musl gives no reason for a stream that is only read. */
    if (!errno) errno = result ? EIO : before;
    free(lines);
    return result;
}
