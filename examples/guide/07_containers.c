/* SPDX-License-Identifier: MIT
 *
 * Step 7 of the guide: a folder of many messages, in their order and by their names.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct message {
    const char *id, *subject;
} message;
HF_DECLARE(message);
HF_TYPE(message);

typedef struct folder {
    hf_array(message) in_order; /* all zero: empty */
    hf_map(message) by_id;
} folder;
HF_DECLARE(folder);
HF_TYPE(folder, .fields = HF_FIELDS(HF_ARRAY(folder, in_order), HF_MAP(folder, by_id)));

static int
file(folder *f, const char *id, const char *subject)
{
    hf_auto message *m = hf_new(message);
    if (!m) return -1;
    m->id = id;
    m->subject = subject;
    if (hf_map_set(&f->by_id, hf_key_text(id), m)) return -1; /* retains m */
    if (hf_array_push(&f->in_order, m)) {
        hf_map_remove(&f->by_id, hf_key_text(id)); /* in both, or in none */
        return -1;
    }
    return 0;
}

static int
read_mail(void)
{
    hf_auto folder *inbox = hf_new(folder);
    if (!inbox || file(inbox, "a1", "Dinner on Friday?") || file(inbox, "b2", "Invoice")
        || file(inbox, "c3", "Minutes")) {
        return -1;
    }
    for (size_t i = 0; i < hf_array_count(&inbox->in_order); i++) {
        printf("%zu: %s\n", i, hf_array_at(&inbox->in_order, i)->subject); /* borrowed */
    }
    message *found = hf_map_at(&inbox->by_id, hf_key_text("b2")); /* borrowed, or NULL */
    printf("b2 is %s\n", found ? found->subject : "missing");

    hf_auto message *taken = hf_array_take(&inbox->in_order, 1); /* out of the array, owned */
    hf_map_remove(&inbox->by_id, hf_key_text("b2"));
    printf("%s has %zu owner, %zu are left in the folder\n", taken->subject, hf_count(taken),
           hf_array_count(&inbox->in_order));
    return 0;
}
/* end README */

int
main(void)
{
    int status = read_mail();
    printf("%zu messages left\n", hf_live(&hf_type_message));
    return status ? 1 : 0;
}
