/* SPDX-License-Identifier: MIT
 *
 * A program in two languages: C writes letters and owns the inbox, a C++ object that owns letters.
 * Knows mail.h; inbox.cc is the other half.
 * Both count the same objects, so each may hold what the other has made. */
#include "mail.h"

#include <stdio.h>
#include <stdlib.h>

HF_TYPE(letter,
        .fields = HF_FIELDS(HF_STRONG_TO(letter, before, letter), HF_WEAK(letter, lies_in)));

static letter *
letter_write(const char *text)
{
    letter *written = hf_new(letter);
    if (written) written->text = text;
    return written;
}

static const char *
place_of(letter *one)
{
    hf_auto inbox *box = hf_upgrade(&one->lies_in);
    return box ? "an inbox" : "no inbox";
}

static int
run(void)
{
    hf_auto inbox *box = inbox_new("Ada");
    hf_auto letter *kept = letter_write("Dear Ada");
    hf_auto letter *other = letter_write("PS");
    if (!box || !kept || !other) return -1;
    if (inbox_deliver(box, kept) || inbox_deliver(box, other)) return -1;
    hf_clear(&other); /* only the inbox holds it now */
    inbox_print(box);
    printf("[%s] lies in %s\n", kept->text, place_of(kept));
    hf_clear(&box);
    printf("[%s] lies in %s\n", kept->text, place_of(kept));
    return 0;
}

int
main(void)
{
    if (run()) return EXIT_FAILURE;
    printf("%zu inboxes and %zu letters are left\n", hf_live(&hf_type_inbox),
           hf_live(&hf_type_letter));
    return EXIT_SUCCESS;
}
