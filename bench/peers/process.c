/* SPDX-License-Identifier: MIT
 *
 * Runs a peer's program and reads the figure that it prints.
 * Knows where the build has put them: each BENCH_..._COMMAND is a list of strings.
 * A collector that recurses may run out of stack: that is no mistake of this program but a
 * finding, so the signal is handed on to the table. */
#include "peers/process.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness.h"

#ifndef BENCH_CPYTHON_COMMAND
#define BENCH_CPYTHON_COMMAND NULL
#endif
#ifndef BENCH_PHP_COMMAND
#define BENCH_PHP_COMMAND NULL
#endif
#ifndef BENCH_NIM_COMMAND
#define BENCH_NIM_COMMAND NULL
#endif
#ifndef BENCH_BOEHM_COMMAND
#define BENCH_BOEHM_COMMAND NULL
#endif

enum { MOST_WORDS = 4 };

static const char *const commands[PEERS][MOST_WORDS] = {
    [PEER_CPYTHON] = {BENCH_CPYTHON_COMMAND},
    [PEER_PHP] = {BENCH_PHP_COMMAND},
    [PEER_PHP_LARGE_STACK] = {BENCH_PHP_COMMAND},
    [PEER_NIM] = {BENCH_NIM_COMMAND},
    [PEER_BOEHM] = {BENCH_BOEHM_COMMAND}};

static void
limit(__rlimit_resource_t resource, rlim_t to)
{
    struct rlimit both = {to, to};
    if (setrlimit(resource, &both)) _exit(EXIT_FAILURE);
}

_Noreturn static void
become(enum peer peer, const char *shape, uint64_t count, int output)
{
    char number[32];
    union {
        const char *text[MOST_WORDS + 3];
        char *argv[MOST_WORDS + 3];
    } arguments = {{NULL}};
    size_t words = 0;
    for (; words < MOST_WORDS && commands[peer][words]; words++) {
        arguments.text[words] = commands[peer][words];
    }
    snprintf(number, sizeof number, "%llu", (unsigned long long)count);
    arguments.text[words++] = shape;
    arguments.text[words] = number;
    limit(RLIMIT_CORE, 0);
    if (peer == PEER_PHP_LARGE_STACK) limit(RLIMIT_STACK, RLIM_INFINITY);
    if (dup2(output, STDOUT_FILENO) >= 0) execv(arguments.argv[0], arguments.argv);
    _exit(EXIT_FAILURE);
}

_Noreturn static void
end_as(int status)
{
    if (WIFSIGNALED(status)) {
        limit(RLIMIT_CORE, 0);
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    _exit(EXIT_FAILURE);
}

void
peer_tells(enum peer peer, const char *shape, uint64_t count, uint64_t things)
{
    int ends[2], status;
    if (!commands[peer][0]) bench_fail("this peer was not found");
    if (pipe(ends)) bench_fail("can't make a pipe");
    pid_t child = fork();
    if (child < 0) bench_fail("can't fork");
    if (child == 0) become(peer, shape, count, ends[1]);
    close(ends[1]);
    FILE *answer = fdopen(ends[0], "r");
    double figure = 0;
    bool is_read = answer && fscanf(answer, "%lf", &figure) == 1;
    if (answer) fclose(answer);
    if (waitpid(child, &status, 0) != child || status || !is_read) end_as(status);
    bench_told(figure * (double)things);
}
