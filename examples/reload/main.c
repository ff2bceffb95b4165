/* SPDX-License-Identifier: MIT
 *
 * A configuration that is replaced while worker threads read it: the readers take no lock and touch
 * no count, and each sees one configuration, whole.
 * Knows the library and threads. `reload [TIMES]` replaces it so often. */
#include <holdfast/holdfast.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config {
    unsigned number;
    char *greeting; /* says the number, too */
} config;
HF_DECLARE(config);
HF_TYPE(config, .fields = HF_FIELDS(HF_OWNED(config, greeting, free)));

enum { WORKERS = 3, GREETING_BYTES = 32 };

static hf_slot(config) current;
static atomic_bool is_over;
static atomic_ulong requests, torn;

/* Returns a new one, as if it was read from a file. Owner: the caller. */
static config *
config_read(unsigned number)
{
    hf_auto config *made = hf_new(config);
    if (!made || !(made->greeting = malloc(GREETING_BYTES))) return NULL;
    made->number = number;
    snprintf(made->greeting, GREETING_BYTES, "hello from %u", number);
    return hf_move(made);
}

/* What c points to is borrowed, and stays whole until the end of the section, though another may
 * have taken its place in the meantime. */
static void
serve_one(void)
{
    char expected[GREETING_BYTES];
    hf_read_begin();
    const config *c = hf_slot_peek(&current);
    snprintf(expected, sizeof expected, "hello from %u", c->number);
    if (strcmp(c->greeting, expected) != 0) atomic_fetch_add(&torn, 1);
    hf_read_end();
    atomic_fetch_add(&requests, 1);
}

static void *
work(void *unused)
{
    while (!atomic_load(&is_over)) serve_one();
    return unused;
}

/* The former one dies as soon as nobody reads it any more: here, or at the end of a section. */
static int
reload(unsigned number)
{
    hf_auto config *fresh = config_read(number);
    if (!fresh) return -1;
    return hf_slot_store(&current, fresh);
}

/* Between two of them each worker has something to do. */
static int
reload_many(unsigned times)
{
    for (unsigned i = 1; i <= times; i++) {
        unsigned long before = atomic_load(&requests);
        if (reload(i)) return -1;
        while (atomic_load(&requests) - before < WORKERS) sched_yield();
    }
    return 0;
}

int
main(int argc, char **argv)
{
    unsigned times = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 100;
    pthread_t workers[WORKERS];
    if (reload(0)) return EXIT_FAILURE;
    for (int i = 0; i < WORKERS; i++) {
        if (pthread_create(&workers[i], NULL, work, NULL) != 0) return EXIT_FAILURE;
    }
    int failed = reload_many(times);
    atomic_store(&is_over, true);
    for (int i = 0; i < WORKERS; i++) pthread_join(workers[i], NULL);
    if (failed || hf_slot_store(&current, NULL) || hf_slot_drain()) return EXIT_FAILURE;
    printf("%u configurations, %zu left; of all requests %lu saw a torn one\n", times + 1,
           hf_live(&hf_type_config), atomic_load(&torn));
    return EXIT_SUCCESS;
}
