/* SPDX-License-Identifier: MIT
 *
 * A program that forgets objects: nothing, outside, cycle, both, array, api or threads is its
 * argument.
 * Knows public headers only. tests/seam/exit_report.c reads what the library says at its end. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reporter reporter;
typedef struct analyzer {
    reporter *reporter;
    hf_array(struct analyzer) rest;
} analyzer;
struct reporter {
    analyzer *owner;
};
HF_DECLARE(analyzer);
HF_DECLARE(reporter);
HF_TYPE(analyzer, .fields = HF_FIELDS(HF_STRONG(analyzer, reporter), HF_ARRAY(analyzer, rest)));
HF_TYPE(reporter, .fields = HF_FIELDS(HF_STRONG(reporter, owner)));

static analyzer *forgotten;
static int calls;

__attribute__((noinline)) static analyzer *
make_analyzer(void)
{
    analyzer *a = hf_new(analyzer);
    calls++;
    return a;
}

__attribute__((noinline)) static analyzer *
make_cycle(void)
{
    analyzer *a = make_analyzer();
    reporter *r = hf_new(reporter);
    hf_set(r, owner, a);
    hf_give(a, reporter, r);
    return a;
}

static sem_t is_busy;

/* Goes on when main has ended. It makes objects, unless the malloc of the process is a sanitizer's,
 * which need not work in the child of a fork that took place meanwhile. */
static void *
stay_busy(void *unused)
{
    hf_auto analyzer *mine = make_analyzer();
    sem_post(&is_busy);
    for (;;) {
        if (FORGETFUL_MAKES) {
            reporter *r = hf_new(reporter);
            hf_set(r, owner, mine);
            hf_release(r);
        } else {
            analyzer *again = hf_retain(mine);
            hf_release(again);
        }
    }
    return unused;
}

int
main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "nothing";
    hf_release(make_analyzer());
    if (!strcmp(what, "outside")) forgotten = make_analyzer();
    if (!strcmp(what, "cycle")) hf_release(make_cycle());
    if (!strcmp(what, "both")) forgotten = make_cycle();
    if (!strcmp(what, "array")) {
        forgotten = make_analyzer();
        if (hf_array_push(&forgotten->rest, forgotten)) return EXIT_FAILURE;
    }
    if (!strcmp(what, "api")) {
        forgotten = make_analyzer();
        if (hf_report_at_exit() || hf_report_at_exit()) return EXIT_FAILURE;
        hf_give(forgotten, reporter, hf_new(reporter));
    }
    if (!strcmp(what, "threads")) {
        pthread_t thread;
        sem_init(&is_busy, 0, 0);
        if (pthread_create(&thread, NULL, stay_busy, NULL)) return EXIT_FAILURE;
        sem_wait(&is_busy);
    }
    return EXIT_SUCCESS;
}
