/* SPDX-License-Identifier: MIT
 *
 * Weak references first: a circle that is none.
 * Knows the library.
 * docs/cycles.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

#include "parts.h"

/* begin README */
typedef struct document document;

typedef struct page {
    hf_weak(document) inside; /* from child to parent: weak */
} page;

struct document {
    page *first; /* from parent to child: strong */
};

HF_DECLARE(page);
HF_DECLARE(document);
HF_TYPE(page, .fields = HF_FIELDS(HF_WEAK(page, inside)));
HF_TYPE(document, .fields = HF_FIELDS(HF_STRONG_TO(document, first, page)));
/* end README */

int
show_parent(void)
{
    document *d = hf_new(document);
    hf_auto page *p = hf_new(page);
    if (!d || !p || hf_weak_set(&p->inside, d)) {
        hf_release(d);
        return -1;
    }
    hf_set(d, first, p);
    hf_release(d);
    hf_auto document *found = hf_upgrade(&p->inside);
    printf("the document is %s\n", found ? "held by its page" : "gone, and nobody had to collect");
    return 0;
}
