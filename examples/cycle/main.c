/* SPDX-License-Identifier: MIT
 *
 * An analyzer and the generator of its reports, which hold each other: the circle is found, its
 * fields are named, and it is collected.
 * Knows the library, and the other parts of the guide.
 * docs/cycles.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

#include "parts.h"

typedef struct analyzer analyzer;

typedef struct report_generator {
    analyzer *owner; /* the mistake: it should be weak */
} report_generator;

struct analyzer {
    report_generator *reporter;
};

HF_DECLARE(analyzer);
HF_DECLARE(report_generator);
HF_TYPE(analyzer, .fields = HF_FIELDS(HF_STRONG(analyzer, reporter)));
HF_TYPE(report_generator, .fields = HF_FIELDS(HF_STRONG(report_generator, owner)));

/* Both are forgotten at the end of the scope, and neither dies. */
static int
forget_both(void)
{
    hf_auto analyzer *a = hf_new(analyzer);
    hf_auto report_generator *g = hf_new(report_generator);
    if (!a || !g) return -1;
    hf_set(a, reporter, g);
    hf_set(g, owner, a);
    return 0;
}

/* begin README */
static void
tell(const struct hf_cycle *cycle, void *ctx)
{
    FILE *out = ctx;
    for (size_t i = 0; i < cycle->length; i++) {
        fprintf(out, "%s.%s -> ", cycle->edges[i].type->name, cycle->edges[i].field);
    }
    fprintf(out, "the first again; %zu objects\n", cycle->objects);
}
/* end README */

static void
look_and_collect(void)
{
    /* begin README */
    size_t groups = hf_find_cycles(tell, stdout); /* ends nothing */
    size_t objects = hf_collect();
    /* end README */
    printf("%zu circle found, %zu objects collected\n", groups, objects);
}

int
main(void)
{
    struct hf_stats books;
    if (forget_both()) return 1;
    look_and_collect();
    if (show_parent() || show_borrowing() || show_guard() || show_where()) return 1;
    hf_stats(&books);
    return books.live != 0;
}
