/* SPDX-License-Identifier: MIT
 *
 * What the user asks for: the command line, read and checked.
 * Knows nothing else. */
#ifndef SERVER_OPTIONS_H
#define SERVER_OPTIONS_H

#include <stdbool.h>

enum { WORKERS_MOST = 64 };

struct options {
    const char *config;    /* the file; NULL: none, all as by default */
    const char *unix_path; /* of the socket to listen at; NULL: none */
    unsigned port;         /* to listen at, on this machine only; 0: any that is free */
    unsigned workers;      /* threads */
    bool inetd;            /* one client, on standard input */
    bool manual_clock;     /* time goes on by the command TICK only */
    bool stats;
};

/* Reads the command line. Returns -1 when there is work to do; else the exit status, after help or
 * an error was written. */
int options_read(struct options *options, int argc, char **argv);

#endif
