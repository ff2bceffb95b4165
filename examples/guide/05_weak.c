/* SPDX-License-Identifier: MIT
 *
 * Step 5 of the guide: a message knows the folder in which it lies, and doesn't hold it.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

/* begin README */
typedef struct folder folder;

typedef struct message {
    const char *subject;
    hf_weak(folder) lies_in; /* up, from child to parent: weak */
} message;

struct folder {
    const char *name;
    message *top; /* down, from parent to child: strong */
};

HF_DECLARE(message);
HF_DECLARE(folder);
HF_TYPE(message, .fields = HF_FIELDS(HF_WEAK(message, lies_in)));
HF_TYPE(folder, .fields = HF_FIELDS(HF_STRONG_TO(folder, top, message)));

static void
tell(message *m)
{
    hf_auto folder *f = hf_upgrade(&m->lies_in); /* an owned reference, or NULL */
    printf("\"%s\" lies in %s\n", m->subject, f ? f->name : "no folder");
}

static int
read_mail(void)
{
    hf_auto folder *inbox = hf_new(folder);
    hf_auto message *m = hf_new(message);
    if (!inbox || !m) return -1;
    inbox->name = "the inbox";
    m->subject = "Dinner on Friday?";

    if (hf_weak_set(&m->lies_in, inbox)) return -1; /* the first one may need memory */
    hf_set(inbox, top, m);
    tell(m);
    hf_clear(&inbox); /* the last owner of the folder: it dies here */
    tell(m);
    return 0;
}
/* end README */

int
main(void)
{
    int status = read_mail();
    printf("%zu folders, %zu messages left\n", hf_live(&hf_type_folder), hf_live(&hf_type_message));
    return status ? 1 : 0;
}
