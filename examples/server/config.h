/* SPDX-License-Identifier: MIT
 *
 * The configuration: an object that nobody changes. A new one takes its place.
 * Knows the library.
 * Sessions read the current one in a slot, whole, whatever is put there meanwhile. */
#ifndef SERVER_CONFIG_H
#define SERVER_CONFIG_H

#include <holdfast/holdfast.h>
#include <stdint.h>

enum { CONFIG_TEXT_BYTES = 200 };

typedef struct config {
    char root[CONFIG_TEXT_BYTES], greeting[CONFIG_TEXT_BYTES];
    /* Numbers are read alike; none is allowed above 32 bits. */
    uint64_t idle_ms;
    uint64_t line_bytes, output_bytes; /* each at most */
    uint64_t sessions, cache_entries;  /* each at most */
    unsigned generation;               /* which one it is, from 1; 0 for the default */
} config;
HF_DECLARE(config);

/* What holds without a file. */
HF_STATIC_DECLARE(config, config_default);

/* What is wrong with a file. */
struct config_problem {
    size_t line;      /* 0: the file itself, for a reason that errno tells */
    const char *what; /* NULL: no problem but memory or the file */
};

/* Returns the configuration that the file describes; for a path of NULL, the default. Owner:
 * the caller. NULL with a problem, or without and errno. */
config *config_read(const char *path, unsigned generation, struct config_problem *problem) HF_GIVE;

#endif
