/* SPDX-License-Identifier: MIT
 *
 * What the two halves of the program share: letters, which are C, and inboxes, which are C++.
 * Knows the public headers; the C++ half sees more of an inbox than its name. */
#ifndef MAIL_H
#define MAIL_H

#include <holdfast/holdfast.h>

typedef struct letter letter;
typedef struct inbox inbox;

struct letter {
    const char *text;
    letter *before;         /* owns: the one that was delivered before it */
    hf_weak(inbox) lies_in; /* refers, without owning */
};

HF_DECLARE(letter);
HF_DECLARE(inbox);

HF_BEGIN_C

/* Returns a new inbox, or NULL. Owner: the caller. */
inbox *inbox_new(const char *owner) HF_GIVE;

/* Lays a letter, which is borrowed, on top of the others. Returns 0, or -1 and errno ENOMEM. */
int inbox_deliver(inbox *box, letter *one);

void inbox_print(const inbox *box);

HF_END_C

#endif
