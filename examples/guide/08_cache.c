/* SPDX-License-Identifier: MIT
 *
 * Step 8 of the guide: pages of messages are made when they are asked for, and no more than three
 * are kept.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct page {
    char text[40];
} page;
HF_DECLARE(page);
HF_TYPE(page);

static void *
make_page(hf_key key, void *ctx) /* the cache calls it for a key that it doesn't have */
{
    (void)ctx;
    page *p = hf_new(page);
    if (!p) return NULL;
    snprintf(p->text, sizeof p->text, "<p>message %d</p>", (int)key.is.integer);
    return p; /* owned: for the cache, and for who asked */
}

static int
browse(hf_cache *pages)
{
    static const unsigned visits[] = {1, 2, 1, 3, 4, 1, 2};
    for (size_t i = 0; i < sizeof visits / sizeof visits[0]; i++) {
        hf_auto page *p = hf_cache_load(pages, hf_key_integer(visits[i]));
        if (!p) return -1;
        printf("%s\n", p->text); /* p is ours, even if the cache lets it go meanwhile */
    }
    hf_cache_figures figures;
    hf_cache_stats(pages, &figures);
    printf("%d made, %d found, %zu kept\n", (int)figures.loads, (int)figures.hits, figures.entries);
    return 0;
}

int
main(void)
{
    hf_cache *pages =
        hf_cache_new(&(hf_cache_options){.entries = 3, .shards = 1, .load = make_page});
    if (!pages) return 1;
    int status = browse(pages);
    hf_release(pages); /* and with it all that it keeps */
    printf("%zu pages left\n", hf_live(&hf_type_page));
    return status ? 1 : 0;
}
/* end README */
