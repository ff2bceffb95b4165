/* SPDX-License-Identifier: MIT
 *
 * Clients of the example server, line by line, and the server that they talk to.
 * Knows Check: whatever goes wrong here fails the test. One server at a time.
 * Every wait is for an answer or an end that must come; the test's own timeout ends one that
 * doesn't. */
#ifndef HOLDFAST_TESTS_SERVING_H
#define HOLDFAST_TESTS_SERVING_H

#include "run_program.h"

/* Starts the server at a socket in the current directory, with a clock that TICK drives and these
 * options, and returns when it is ready. start_server("--workers", "1") */
#define start_server(...) start_server_with(0, (const char *const[]){__VA_ARGS__, NULL})

/* The same, for a process that may have so many descriptors, 0: any number. The last of the options
 * is NULL. */
void start_server_with(unsigned descriptors, const char *const *options);

/* The number of its process. */
int server_process(void);

/* Ends it by SHUTDOWN. */
void end_server(void);

/* Waits for its end, and expects that it ended well, with nothing left. Returns what it wrote to
 * standard error; for free(). */
char *await_server(void);

struct client {
    int socket;
    FILE *in;
};

/* Connects; the first line from the server is for the caller to read. */
struct client client_new(void);

/* The same, and expects the greeting of the default configuration. */
struct client client_greeted(void);
void client_close(struct client *c);

/* Sends bytes as they are. */
void client_send(struct client *c, const char *bytes);

/* Returns the next line, without its line feed, good until the next call; NULL at the end. */
const char *client_line(struct client *c);

/* Sends a line, and expects this answer; or one with this part. */
void ask(struct client *c, const char *line, const char *answer);
void ask_for_part(struct client *c, const char *line, const char *part);

/* Returns the number behind "name=" in the answer to a command. */
unsigned long ask_number(struct client *c, const char *command, const char *name);

/* Expects this line, and the end behind it. */
void expect_last_line(struct client *c, const char *line);

#endif
