/* SPDX-License-Identifier: MIT
 *
 * Step 10 of the guide: something is left; which type, and what holds it?
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct message {
    const char *subject;
} message;
HF_DECLARE(message);
HF_TYPE(message);

typedef struct folder {
    hf_array(message) messages;
} folder;
HF_DECLARE(folder);
HF_TYPE(folder, .fields = HF_FIELDS(HF_ARRAY(folder, messages)));

static int
receive(folder *inbox, folder *recent)
{
    hf_auto message *m = hf_new(message);
    if (!m || hf_array_push(&inbox->messages, m)) return -1;
    return hf_array_push(&recent->messages, m); /* a list that somebody added later */
}

static void
say_what_holds(const void *object)
{
    struct hf_cycle_edge way[8];
    size_t length = object ? hf_path_to_root(object, way, 8) : 0;
    if (length > 8) return; /* also SIZE_MAX: it can't be told */
    for (size_t i = 0; i < length; i++) printf("held by %s.%s\n", way[i].type->name, way[i].field);
}
/* end README */

static int
look_for_leaks(folder *inbox, folder *recent)
{
    /* begin README */
    hf_census *before = hf_census_take(); /* three lines make a test of an operation */
    if (!before) return -1;
    int status = receive(inbox, recent);
    hf_array_clear(&inbox->messages); /* and this is believed to end it */
    size_t types = hf_census_compare(before, stdout);
    printf("%zu types have more objects than before\n", types);

    say_what_holds(hf_array_at(&recent->messages, 0));
    hf_array_clear(&recent->messages); /* the cure */
    printf("%zu types now\n", hf_census_end(before, stdout));
    /* end README */
    return status;
}

int
main(void)
{
    if (hf_track(HF_TRACK_SITES)) return 1; /* or HOLDFAST_TRACK=sites in the environment */
    hf_auto folder *inbox = hf_new(folder), *recent = hf_new(folder);
    if (!inbox || !recent) return 1;
    return look_for_leaks(inbox, recent) ? 1 : 0;
}
