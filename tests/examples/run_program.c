/* SPDX-License-Identifier: MIT
 *
 * Runs a program as a user would, in a directory of its own, and keeps what it wrote.
 * Knows Check.
 * Output goes to files, so that a program that writes much never waits for its reader. */
#define _GNU_SOURCE /* pipe2 */
#include "run_program.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What stands before a program on its command line, and before a watched one, with NULL at the
 * end. */
static const char *const emulator[] = {TEST_EMULATOR NULL};
static const char *const launcher[] = {TEST_LAUNCHER NULL};

enum { WORDS_LIMIT = 40 };

static size_t
add_words(char **all, size_t count, const char *const *words)
{
    for (; *words && count < WORDS_LIMIT; words++) all[count++] = strdup(*words);
    return count;
}

/* In the new process. out is where its standard output goes; -1: to a file. */
static void
become(const char *const *before, const char *program, const char *input,
       const char *const *arguments, int out)
{
    /* Not longer than the test, however that ends. */
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    char *all[WORDS_LIMIT + 1] = {NULL};
    size_t count = add_words(all, 0, before);
    count = add_words(all, count, (const char *const[]){program, NULL});
    add_words(all, count, arguments);
    int in = open(input ? input : "/dev/null", O_RDONLY);
    if (out < 0) out = open("program.out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int errors = open("program.errors", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0
        || dup2(errors, STDERR_FILENO) < 0) {
        _exit(126);
    }
    execvp(all[0], all);
    _exit(127);
}

/* Waits for its end, and keeps all but its standard output. */
static struct run
wait_for(pid_t child)
{
    struct run run = {0, 0, NULL, NULL};
    int status;
    struct rusage usage;
    ck_assert_int_eq(wait4(child, &status, 0, &usage), child);
    run.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    run.peak_kib = usage.ru_maxrss;
    run.errors = read_file("program.errors");
    return run;
}

static struct run
run_behind(const char *const *before, const char *program, const char *input,
           const char *const *arguments)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) become(before, program, input, arguments, -1);
    struct run run = wait_for(child);
    run.out = read_file("program.out");
    return run;
}

struct run
run_program(const char *program, const char *input, const char *const *arguments)
{
    return run_behind(emulator, program, input, arguments);
}

struct run
run_watched(const char *program, const char *input, const char *const *arguments)
{
    return run_behind(launcher, program, input, arguments);
}

static struct started
start(const char *const *before, const char *program, const char *const *arguments)
{
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct started started = {fork(), fdopen(ends[0], "r")};
    ck_assert_int_ge(started.child, 0);
    if (started.child == 0) become(before, program, NULL, arguments, ends[1]);
    ck_assert_ptr_nonnull(started.out);
    close(ends[1]);
    return started;
}

struct started
start_behind(const char *const *before, const char *program, const char *const *arguments)
{
    const char *all[WORDS_LIMIT + 1] = {NULL};
    size_t count = 0;
    for (; *before; before++) all[count++] = *before;
    for (const char *const *word = emulator; *word; word++) all[count++] = *word;
    return start(all, program, arguments);
}

struct started
start_watched(const char *program, const char *const *arguments)
{
    return start(launcher, program, arguments);
}

struct run
started_wait(struct started *started)
{
    struct run run = wait_for(started->child);
    fclose(started->out);
    return run;
}

void
run_free(struct run *run)
{
    free(run->out);
    free(run->errors);
}

void
expect_part(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "\"%s\" is not in:\n%s", part, text);
}
