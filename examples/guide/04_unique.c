/* SPDX-License-Identifier: MIT
 *
 * Step 4 of the guide: a draft has one owner, until it is sent.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>

typedef struct message {
    const char *subject;
} message;
HF_DECLARE(message);
HF_TYPE(message);

typedef struct folder {
    message *top;
} folder;
HF_DECLARE(folder);
HF_TYPE(folder, .fields = HF_FIELDS(HF_STRONG_TO(folder, top, message)));

/* begin README */
static void
edit(message *m) /* borrows */
{
    m->subject = "Re: Dinner on Friday?";
}

static int
answer(folder *sent)
{
    hf_auto hf_unique(message) draft = hf_new_unique(message);
    if (!draft.ptr) return -1;
    edit(draft.ptr); /* nobody else can see it change */

    hf_give(sent, top, hf_share(&draft)); /* no copy, no allocation: the same object */
    printf("the draft is %s\n", draft.ptr ? "here" : "gone");
    printf("sent: %s\n", sent->top->subject);
    return 0;
}
/* end README */

int
main(void)
{
    folder *sent = hf_new(folder);
    if (!sent) return 1;
    int status = answer(sent);
    hf_release(sent);
    printf("%zu messages left\n", hf_live(&hf_type_message));
    return status ? 1 : 0;
}
