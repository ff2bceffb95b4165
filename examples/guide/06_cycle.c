/* SPDX-License-Identifier: MIT
 *
 * Step 6 of the guide: a question and its answer hold each other; the collector names the fields,
 * and ends both.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct message {
    const char *subject;
    struct message *answer;   /* owns */
    struct message *question; /* owns, too: that is the mistake */
} message;
HF_DECLARE(message);
HF_TYPE(message, .fields = HF_FIELDS(HF_STRONG_TO(message, answer, message),
                                     HF_STRONG_TO(message, question, message)));

static int
correspond(void)
{
    hf_auto message *first = hf_new(message), *second = hf_new(message);
    if (!first || !second) return -1;
    hf_set(first, answer, second);
    hf_set(second, question, first);
    return 0; /* both variables let go; each message is still held by the other */
}

static void
name_fields(const struct hf_cycle *cycle, void *ctx)
{
    (void)ctx;
    for (size_t i = 0; i < cycle->length; i++) {
        printf("%s.%s -> ", cycle->edges[i].type->name, cycle->edges[i].field);
    }
    printf("the first again\n");
}

int
main(void)
{
    if (correspond()) return 1;
    printf("%zu messages are left\n", hf_live(&hf_type_message));
    hf_find_cycles(name_fields, NULL); /* names the fields, ends nothing */
    printf("%zu collected, ", hf_collect());
    printf("%zu left\n", hf_live(&hf_type_message));
    return 0;
}
/* end README */
