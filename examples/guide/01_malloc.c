/* SPDX-License-Identifier: MIT
 *
 * Step 1 of the guide: a message that lies in two places, and the question who frees it.
 * Knows the C library only.
 * docs/guide.md shows what stands between the marks. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* begin README */
typedef struct message {
    char *subject;
} message;

static message *
message_new(const char *subject)
{
    message *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->subject = strdup(subject);
    if (!m->subject) {
        free(m); /* each way out has to remember this */
        return NULL;
    }
    return m;
}

static void
message_free(message *m)
{
    free(m->subject);
    free(m);
}

int
main(void)
{
    message *inbox = message_new("Dinner on Friday?");
    if (!inbox) return 1;
    message *archive = inbox; /* the same message: is this one to be freed as well? */
    printf("inbox: %s\n", inbox->subject);
    printf("archive: %s\n", archive->subject);
    message_free(inbox); /* from here on archive is a trap */
    return 0;
}
/* end README */
