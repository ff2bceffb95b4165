/* SPDX-License-Identifier: MIT
 *
 * Step 3 of the guide: one message, several owners; the last one to let go ends it.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct message {
    const char *subject; /* text of the program: nobody frees it */
} message;
HF_DECLARE(message);
HF_TYPE(message);

typedef struct folder {
    message *top; /* owns */
} folder;
HF_DECLARE(folder);
HF_TYPE(folder, .fields = HF_FIELDS(HF_STRONG_TO(folder, top, message)));

static void
show(const char *name, const folder *f) /* borrows the folder: it keeps nothing */
{
    printf("%s: %s\n", name, f->top ? f->top->subject : "empty");
}

static int
read_mail(void)
{
    hf_auto folder *inbox = hf_new(folder), *archive = hf_new(folder);
    hf_auto message *m = hf_new(message);
    if (!inbox || !archive || !m) return -1;
    m->subject = "Dinner on Friday?";

    hf_set(inbox, top, m); /* retains m, and releases what was there */
    hf_set(archive, top, m);
    printf("%zu owners\n", hf_count(m)); /* the variable, and two folders */

    hf_clear(&m);             /* the variable lets go early */
    hf_set(inbox, top, NULL); /* deleted from the inbox */
    show("inbox", inbox);
    show("archive", archive);

    hf_auto message *kept = hf_retain(archive->top); /* read: borrowed; retained: ours, too */
    hf_set(archive, top, NULL);
    if (kept) printf("kept: %s, %zu owner\n", kept->subject, hf_count(kept));
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
