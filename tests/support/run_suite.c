/* SPDX-License-Identifier: MIT
 *
 * Runs a suite in the form that CTest reads, and looks after each test for what it left behind.
 * Knows Check, the leak checkers that a test may run under, and public headers only.
 * The leak checkers look at each test by itself, because each test is a process that ends. */
#include "support/run_suite.h"

#include <holdfast/error.h>
#include <holdfast/inspect.h>

#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define RUNNING_ON_VALGRIND 0
#define VALGRIND_CLO_CHANGE(option) ((void)(option))
#endif

/* GCC defines a macro for each sanitizer, Clang a feature. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined __SANITIZE_ADDRESS__ || __has_feature(address_sanitizer)
#define UNDER_ADDRESS_SANITIZER 1
#else
#define UNDER_ADDRESS_SANITIZER 0
#endif
#if defined __SANITIZE_THREAD__ || __has_feature(thread_sanitizer)
#define UNDER_THREAD_SANITIZER 1
#else
#define UNDER_THREAD_SANITIZER 0
#endif

/* ---- the suite --------------------------------------------------------------------------- */

int
hf_test_run_suite(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    /* A filter in Check's environment variables, or an empty suite, must not look like success. */
    int run = srunner_ntests_run(runner);
    srunner_free(runner);
    return failed == 0 && run > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static size_t expected_leaks;

static void
nothing_is_left(void)
{
    struct hf_stats stats;
    hf_stats(&stats);
    if (stats.live == expected_leaks) return;
    hf_report(stderr);
    ck_abort_msg("%" PRIu64 " objects live after the test, %zu are expected", stats.live,
                 expected_leaks);
}

TCase *
hf_test_case_create(const char *name)
{
    /* In parentheses, the name is Check's function and not the macro of the header. */
    TCase *tests = (tcase_create)(name);
    tcase_add_checked_fixture(tests, NULL, nothing_is_left);
    /* Check would end a test after four seconds, which a slow machine may need; zero is no limit.
     * CTest has one for the whole file. */
    tcase_set_timeout(tests, 0);
    return tests;
}

void
hf_test_expect_leaks(size_t objects)
{
    expected_leaks = objects;
    if (RUNNING_ON_VALGRIND) VALGRIND_CLO_CHANGE("--leak-check=no");
}

int
hf_test_library_is_checked(void)
{
    return HF_CHECKED;
}

int
hf_test_has_leak_checker(void)
{
    return UNDER_ADDRESS_SANITIZER || RUNNING_ON_VALGRIND;
}

#if UNDER_ADDRESS_SANITIZER
/* The leak checker asks this when the process ends. */
int __lsan_is_turned_off(void);

int
__lsan_is_turned_off(void)
{
    return expected_leaks != 0;
}
#endif

/* ---- misuse ------------------------------------------------------------------------------ */

enum { SURVIVED = 86 };

int
hf_test_fatal_begin(struct hf_test_fatal *fatal)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    fflush(NULL);
    fatal->child = fork();
    ck_assert_int_ge(fatal->child, 0);
    if (fatal->child != 0) {
        close(ends[1]);
        fatal->messages = ends[0];
        return 0;
    }
    /* An abort on purpose leaves no core file. */
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    hf_set_fatal_handler(NULL);
    dup2(ends[1], STDERR_FILENO);
    close(ends[0]);
    close(ends[1]);
    return 1;
}

__attribute__((noreturn)) void
hf_test_fatal_survived(void)
{
    _exit(SURVIVED);
}

/* Reads until the other process is gone; what doesn't fit is read and dropped, so that it never
 * waits for its reader. */
static void
read_all(int file, char *text, size_t bytes)
{
    size_t length = 0;
    char rest[512];
    for (;;) {
        size_t room = bytes - 1 - length;
        ssize_t got = room ? read(file, text + length, room) : read(file, rest, sizeof rest);
        if (got <= 0) break;
        if (room) length += (size_t)got;
    }
    text[length] = '\0';
    close(file);
}

/* AddressSanitizer reads what a dead object left before the library does. Its report knows no
 * types, so it stands for all texts at once. */
static int
is_caught_by_sanitizer(const char *messages, const char *first_text)
{
    return UNDER_ADDRESS_SANITIZER && strstr(first_text, "dead object") != NULL
           && strstr(messages, "ERROR: AddressSanitizer: heap-use-after-free") != NULL;
}

const char *
hf_test_fatal_end(const struct hf_test_fatal *fatal, const char *const *texts)
{
    static char messages[16384];
    static char fault[sizeof messages + 256];
    int status;
    read_all(fatal->messages, messages, sizeof messages);
    ck_assert_int_eq(waitpid(fatal->child, &status, 0), fatal->child);
    if (is_caught_by_sanitizer(messages, texts[0])) return NULL;
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) {
        snprintf(fault, sizeof fault, "misuse ended with %s %d instead of abort, and wrote: %s",
                 WIFSIGNALED(status) ? "signal" : "status",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), messages);
        return fault;
    }
    for (; *texts; texts++) {
        if (strstr(messages, *texts)) continue;
        snprintf(fault, sizeof fault, "\"%s\" is missing in the message: %s", *texts, messages);
        return fault;
    }
    return NULL;
}

/* ---- small stacks ------------------------------------------------------------------------ */

struct call {
    void (*fn)(void *argument);
    void *argument;
};

static void *
make_call(void *value)
{
    struct call *call = value;
    call->fn(call->argument);
    return NULL;
}

void
hf_test_run_on_small_stack(void (*fn)(void *argument), void *argument, size_t bytes)
{
    const size_t minimum = (size_t)PTHREAD_STACK_MIN;
    if (UNDER_ADDRESS_SANITIZER || UNDER_THREAD_SANITIZER || RUNNING_ON_VALGRIND) bytes *= 8;
    if (bytes < minimum) bytes = minimum;
    pthread_attr_t attributes;
    pthread_t thread;
    struct call call = {fn, argument};
    ck_assert_int_eq(pthread_attr_init(&attributes), 0);
    ck_assert_int_eq(pthread_attr_setstacksize(&attributes, bytes), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, make_call, &call), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    pthread_attr_destroy(&attributes);
}

/* ---- warnings ---------------------------------------------------------------------------- */

/* Warnings come from any thread. */
static pthread_mutex_t warning_lock = PTHREAD_MUTEX_INITIALIZER;
static char last_warning[1024];
static size_t warning_count;

static void
keep_warning(const char *message)
{
    pthread_mutex_lock(&warning_lock);
    snprintf(last_warning, sizeof last_warning, "%s", message);
    warning_count++;
    pthread_mutex_unlock(&warning_lock);
}

void
hf_test_capture_warning(void)
{
    last_warning[0] = '\0';
    warning_count = 0;
    hf_set_warning_handler(keep_warning);
}

const char *
hf_test_last_warning(void)
{
    return last_warning;
}

size_t
hf_test_warning_count(void)
{
    return warning_count;
}

/* ---- settings of stress tests ------------------------------------------------------------ */

size_t
hf_test_rounds(size_t rounds)
{
    const char *percent = getenv("HOLDFAST_STRESS_PERCENT");
    if (percent) rounds = rounds * strtoul(percent, NULL, 10) / 100;
    return rounds ? rounds : 1;
}

uint64_t
hf_test_seed(void)
{
    struct timespec now;
    const char *given = getenv("HOLDFAST_SEED");
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t seed =
        given ? strtoull(given, NULL, 0) : ((uint64_t)now.tv_sec << 20) ^ (uint64_t)now.tv_nsec;
    printf("HOLDFAST_SEED=%" PRIu64 "\n", seed);
    return seed;
}
