/* SPDX-License-Identifier: MIT
 *
 * Step 2 of the guide: a type that says what its objects own, and a scope that gives one back.
 * Knows the library.
 * docs/guide.md shows what stands between the marks. */
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* begin README */
typedef struct message {
    char *subject;
} message;
HF_DECLARE(message);                                                     /* in the header */
HF_TYPE(message, .fields = HF_FIELDS(HF_OWNED(message, subject, free))); /* in one .c file */

static message *
message_new(const char *subject)
{
    hf_auto message *m = hf_new(message);
    if (!m) return NULL;
    m->subject = strdup(subject);
    if (!m->subject) return NULL; /* m is released here */
    return hf_move(m);            /* and here it isn't: now the caller owns it */
}

static int
read_mail(void)
{
    hf_auto message *m = message_new("Dinner on Friday?");
    if (!m) return -1;
    printf("%s\n", m->subject);
    return 0; /* released: the subject is freed, then the message */
}
/* end README */

int
main(void)
{
    int status = read_mail();
    printf("%zu messages left\n", hf_live(&hf_type_message));
    return status ? 1 : 0;
}
