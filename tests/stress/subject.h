/* SPDX-License-Identifier: MIT
 *
 * The object that stress tests race with, and the oracle that knows whether it may be alive.
 * Knows public headers only.
 * The oracle's own counts are relaxed, so that they order nothing that the library has to order;
 * what a holder writes into the object is plain memory, which destroy must find. */
#ifndef HOLDFAST_TESTS_SUBJECT_H
#define HOLDFAST_TESTS_SUBJECT_H

#include <holdfast/holdfast.h>

#include "stress/stress.h"

typedef struct subject {
    uint64_t canary;
    size_t number;
    size_t written[MOST_THREADS]; /* by each holder, in its own element */
    struct subject *next;
    hf_weak(struct subject) other;
} subject;
HF_DECLARE(subject);
typedef hf_weak(subject) subject_weak;

/* Subjects that may live at once. */
enum { SUBJECTS = 512 };

/* Returns a new subject; number is below SUBJECTS, and no other subject of this number lives.
 * Owner: the caller. */
subject *subject_new(size_t number) HF_GIVE;

/* Between these two the worker holds a reference: the subject must not be destroyed meanwhile. To
 * be called after the reference was got and before it is given back. */
void subject_hold(struct worker *worker, subject *s);
void subject_let_go(struct worker *worker, subject *s);

/* Fails the test unless the latest subject of this number was destroyed, once. */
void subject_expect_dead(size_t number);

/* Returns how many subjects were made and how many were destroyed, since the start. */
size_t subjects_made(void);
size_t subjects_destroyed(void);

#endif
