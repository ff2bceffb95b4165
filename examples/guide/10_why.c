/* SPDX-License-Identifier: MIT
 *
 * Step 10 of the guide: something is left; which type, and what holds it?
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <string.h>

/* begin README */
typedef struct message {
    char subject[24];
} message;
HF_DECLARE(message);
HF_TYPE(message);

typedef struct folder {
    const char *name;
    message *top;
} folder;
HF_DECLARE(folder);
HF_TYPE(folder, .fields = HF_FIELDS(HF_STRONG_TO(folder, top, message)));

static int
receive(folder *inbox, folder *recent)
{
    hf_auto message *m = hf_new(message);
    if (!m) return -1;
    strcpy(m->subject, "Dinner on Friday?");
    hf_set(inbox, top, m);
    hf_set(recent, top, m); /* a folder that somebody added later */
    return 0;
}

static void
say_what_holds(const void *object)
{
    struct hf_cycle_edge way[8];
    size_t length = hf_path_to_root(object, way, 8);
    if (length > 8) return; /* a longer way; or SIZE_MAX: it can't be told, errno says why */
    for (size_t i = 0; i < length; i++) {
        const folder *f = hf_cast(folder, way[i].object);
        printf("held by %s.%s of %s\n", way[i].type->name, way[i].field, f ? f->name : "another");
    }
}
/* end README */

static int
look_for_leaks(folder *inbox, folder *recent)
{
    /* begin README */
    hf_census *before = hf_census_take(); /* three lines make a test of an operation */
    if (!before) return -1;
    int status = receive(inbox, recent);
    hf_set(inbox, top, NULL); /* and this is believed to end it */
    printf("types with more objects than before: %zu\n", hf_census_compare(before, stdout));

    if (recent->top) say_what_holds(recent->top);
    hf_set(recent, top, NULL); /* the cure */
    printf("types now: %zu\n", hf_census_end(before, stdout));
    /* end README */
    return status;
}

int
main(void)
{
    if (hf_track(HF_TRACK_SITES)) return 1; /* or HOLDFAST_TRACK=sites in the environment */
    hf_auto folder *inbox = hf_new(folder), *recent = hf_new(folder);
    if (!inbox || !recent) return 1;
    inbox->name = "the inbox";
    recent->name = "recent";
    return look_for_leaks(inbox, recent) ? 1 : 0;
}
