/* SPDX-License-Identifier: MIT
 *
 * Step 9 of the guide: threads sort mail by rules that are replaced while they work.
 * Knows the library and pthreads.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <stdio.h>

/* begin README */
typedef struct rules {
    int first, second; /* the same number, or a reader has seen half of a change */
} rules;
HF_DECLARE(rules);
HF_TYPE(rules);

static hf_slot(rules) current; /* any thread reads it, any thread replaces it */

static int
publish(int number)
{
    hf_auto rules *fresh = hf_new(rules);
    if (!fresh) return -1;
    fresh->first = fresh->second = number;
    return hf_slot_store(&current, fresh); /* complete before anybody sees it */
}

enum { MESSAGES = 1000, CHANGES = 100 };

static void *
sort_mail(void *ctx)
{
    int *torn = ctx;
    for (int i = 0; i < MESSAGES; i++) {
        hf_auto rules *r = hf_slot_load(&current); /* owned: they stay until we are done */
        if (!r || r->first != r->second) ++*torn;
    }
    return NULL;
}

static int
sort_while_rules_change(void)
{
    pthread_t threads[2];
    int torn[2] = {0}, started = 0, status = 0;
    while (started < 2 && !pthread_create(&threads[started], NULL, sort_mail, &torn[started])) {
        started++;
    }
    for (int i = 0; i < CHANGES; i++) status |= publish(i);
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    printf("%d messages sorted, %d by half of the rules\n", started * MESSAGES, torn[0] + torn[1]);
    return started == 2 ? status : -1;
}
/* end README */

int
main(void)
{
    if (publish(-1)) return 1;
    int status = sort_while_rules_change();
    status |= hf_slot_store(&current, NULL); /* it is no field, so nobody else empties it */
    status |= hf_slot_drain();               /* nor waits for what readers kept */
    printf("%zu rules left\n", hf_live(&hf_type_rules));
    return status ? 1 : 0;
}
