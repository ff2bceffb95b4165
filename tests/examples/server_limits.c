/* SPDX-License-Identifier: MIT
 *
 * The server against clients that ask for too much: long lines, answers that nobody reads, more
 * sessions than there may be; and wrong command lines.
 * Knows the program and nothing of its insides.
 * Each of them costs what the configuration says, and the server goes on. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serving.h"
#include "support/run_suite.h"

/* Returns so many letters, for free(). */
static char *
letters(size_t count)
{
    char *text = malloc(count + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < count; i++) text[i] = (char)('a' + i % 26);
    text[count] = '\0';
    return text;
}

START_TEST(a_line_that_is_too_long_is_passed_over)
{
    write_text_file("config", "line-bytes = 100\n");
    start_server("--config", "config");
    struct client c = client_greeted();
    char *longest = letters(100 - strlen("ECHO ")), *longer = letters(5000);
    char line[200], answer[200];
    snprintf(line, sizeof line, "ECHO %s", longest);
    snprintf(answer, sizeof answer, "OK %s", longest);
    ask(&c, line, answer);
    client_send(&c, longer);
    client_send(&c, "\nPING\n");
    ck_assert_str_eq(client_line(&c), "ERROR a line has at most 100 bytes");
    ck_assert_str_eq(client_line(&c), "OK");
    client_send(&c, longer);
    shutdown(c.socket, SHUT_WR);
    expect_last_line(&c, "ERROR a line has at most 100 bytes");
    free(longest);
    free(longer);
    end_server();
}
END_TEST

enum { FILE_BYTES = 300000, REQUESTS = 40, OUTPUT_BYTES = 1000 };

/* A client that asks often for a large file, and reads nothing yet. */
static struct client
client_slow(const char *text)
{
    char config[100];
    snprintf(config, sizeof config, "output-bytes = %d\nidle-ms = 1000\n", OUTPUT_BYTES);
    write_text_file("config", config);
    write_text_file("large", text);
    start_server("--config", "config", "--workers", "1");
    struct client slow = client_greeted();
    for (int i = 0; i < REQUESTS; i++) client_send(&slow, "GET large\n");
    return slow;
}

START_TEST(what_waits_for_a_slow_client_has_a_bound_and_arrives_whole)
{
    char *text = letters(FILE_BYTES), *got = malloc(FILE_BYTES);
    struct client slow = client_slow(text), other = client_greeted();
    size_t waiting = ask_number(&other, "STATS", "waiting");
    ck_assert_msg(waiting > OUTPUT_BYTES && waiting < FILE_BYTES + 2 * OUTPUT_BYTES,
                  "%zu bytes wait", waiting);
    for (int i = 0; i < REQUESTS; i++) {
        ck_assert_str_eq(client_line(&slow), "OK 300000");
        ck_assert_uint_eq(fread(got, 1, FILE_BYTES, slow.in), FILE_BYTES);
        ck_assert(memcmp(got, text, FILE_BYTES) == 0);
        ck_assert_str_eq(client_line(&slow), "");
    }
    ask(&slow, "PING", "OK");
    ask_for_part(&other, "STATS", " waiting=0 cached=1 hits=39 misses=1 ");
    client_close(&slow);
    client_close(&other);
    free(got);
    free(text);
    end_server();
}
END_TEST

START_TEST(who_does_not_read_is_idle_and_ends)
{
    char *text = letters(FILE_BYTES);
    struct client slow = client_slow(text), other = client_greeted();
    ck_assert_uint_gt(ask_number(&other, "STATS", "waiting"), OUTPUT_BYTES);
    ask(&other, "TICK 1000", "OK");
    ask_for_part(&other, "STATS", "OK sessions=1 waiting=0 ");
    client_close(&slow);
    client_close(&other);
    free(text);
    end_server();
}
END_TEST

START_TEST(who_goes_away_with_answers_waiting_is_forgotten)
{
    char *text = letters(FILE_BYTES);
    struct client slow = client_slow(text), other = client_greeted();
    ck_assert_uint_gt(ask_number(&other, "STATS", "waiting"), OUTPUT_BYTES);
    client_close(&slow);
    while (ask_number(&other, "STATS", "sessions") != 1) continue;
    ck_assert_uint_eq(ask_number(&other, "STATS", "waiting"), 0);
    client_close(&other);
    free(text);
    end_server();
}
END_TEST

/* ---- too many ---- */

START_TEST(one_session_too_many_is_turned_away)
{
    write_text_file("config", "sessions = 2\n");
    start_server("--config", "config", "--workers", "2");
    struct client a = client_greeted(), b = client_greeted(), c = client_new();
    expect_last_line(&c, "ERROR there are too many sessions");
    ask(&a, "QUIT", "OK");
    ck_assert_ptr_null(client_line(&a));
    client_close(&a);
    while (ask_number(&b, "STATS", "sessions") != 1) continue;
    a = client_greeted();
    ask(&a, "SHUTDOWN", "OK");
    expect_last_line(&a, "OK the server ends");
    client_close(&b);
    char *errors = await_server();
    expect_part(errors, "server: a client is turned away: Too many users\n");
    free(errors);
}
END_TEST

START_TEST(without_descriptors_a_client_is_told_and_the_server_goes_on)
{
    enum { MOST = 40 };
    struct client clients[MOST];
    start_server_with(MOST, (const char *const[]){"--workers", "1", NULL});
    int count = 0;
    for (;; count++) {
        ck_assert_int_lt(count, MOST);
        clients[count] = client_new();
        if (strcmp(client_line(&clients[count]), "OK welcome") != 0) break;
    }
    ck_assert_int_gt(count, MOST / 2);
    ck_assert_ptr_null(client_line(&clients[count]));
    client_close(&clients[count]);
    client_close(&clients[0]);
    while (ask_number(&clients[1], "STATS", "sessions") == (unsigned)count) continue;
    struct client again = client_greeted();
    ask(&again, "SHUTDOWN", "OK");
    for (int i = 1; i < count; i++) expect_last_line(&clients[i], "OK the server ends");
    client_close(&again);
    char *errors = await_server();
    expect_part(errors, "server: a client is turned away: Too many open files\n");
    free(errors);
}
END_TEST

START_TEST(all_workers_dismiss_their_sessions_at_the_end)
{
    enum { CLIENTS = 60 };
    struct client clients[CLIENTS];
    write_text_file("a", "some bytes");
    start_server("--workers", "8");
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = client_greeted();
        client_send(&clients[i], "GET a\nSTATS\n");
    }
    for (int i = 0; i < CLIENTS; i++) {
        ck_assert_str_eq(client_line(&clients[i]), "OK 10");
        ck_assert_str_eq(client_line(&clients[i]), "some bytes");
        expect_part(client_line(&clients[i]), "OK sessions=");
    }
    ask(&clients[0], "SHUTDOWN", "OK");
    for (int i = 0; i < CLIENTS; i++) expect_last_line(&clients[i], "OK the server ends");
    free(await_server());
}
END_TEST

/* ---- the command line ---- */

START_TEST(wrong_command_lines_and_files_are_trouble)
{
    static const struct {
        const char *arguments[6], *error;
    } rows[] = {
        {{NULL}, "server: it wants one of --unix, --port and --inetd; --help tells more\n"},
        {{"--unix", "a", "--port", "0"}, "it wants one of --unix, --port and --inetd"},
        {{"--port", "65536"}, "--port wants a number up to 65535"},
        {{"--port", "x"}, "--port wants a number up to 65535"},
        {{"--inetd", "--workers", "0"}, "--workers wants a number from 1 to 64"},
        {{"--inetd", "--workers", "65"}, "--workers wants a number from 1 to 64"},
        {{"--inetd", "file"}, "there are options only"},
        {{"--nonsense"}, "server: --help tells which options there are\n"},
        {{"--unix", "no/such/directory"},
         "server: can't listen at no/such/directory: No such file or directory\n"},
        {{"--unix", "there"}, "server: can't listen at there: Address already in use\n"},
        {{"--inetd", "--config", "nothing"},
         "server: can't read nothing: No such file or directory\n"},
        {{"--inetd", "--config", "there"}, "server: there:1: a line is NAME = VALUE\n"},
        {{"--inetd"}, "server: a client is turned away: Operation not permitted\n"},
    };
    write_text_file("there", "nonsense");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct run run = run_program(SERVER_PROGRAM, "there", rows[i].arguments);
        ck_assert_msg(run.status == 2, "status %d, %zu", run.status, i);
        expect_part(run.errors, rows[i].error);
        ck_assert_str_eq(run.out, "");
        run_free(&run);
    }
}
END_TEST

START_TEST(help_is_no_error)
{
    struct run run = run_program(SERVER_PROGRAM, NULL, (const char *const[]){"--help", NULL});
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "SHUTDOWN              ends the server\n");
    run_free(&run);
}
END_TEST

START_TEST(a_port_of_this_machine_serves_too)
{
    struct started started =
        start_watched(SERVER_PROGRAM, (const char *const[]){"--port", "0", "--stats", NULL});
    unsigned port;
    ck_assert_int_eq(fscanf(started.out, "listening at 127.0.0.1:%u", &port), 1);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((in_port_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct client c = {socket(AF_INET, SOCK_STREAM, 0), NULL};
    ck_assert_int_eq(connect(c.socket, (const struct sockaddr *)&address, sizeof address), 0);
    c.in = fdopen(dup(c.socket), "r");
    ck_assert_str_eq(client_line(&c), "OK welcome");
    ask(&c, "SHUTDOWN", "OK");
    expect_last_line(&c, "OK the server ends");
    struct run run = started_wait(&started);
    ck_assert_int_eq(run.status, 0);
    expect_part(run.errors, " 0 left\n");
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("server: limits");
    TCase *t = tcase_create("limits");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, a_line_that_is_too_long_is_passed_over);
    tcase_add_test(t, what_waits_for_a_slow_client_has_a_bound_and_arrives_whole);
    tcase_add_test(t, who_does_not_read_is_idle_and_ends);
    tcase_add_test(t, who_goes_away_with_answers_waiting_is_forgotten);
    tcase_add_test(t, one_session_too_many_is_turned_away);
    tcase_add_test(t, without_descriptors_a_client_is_told_and_the_server_goes_on);
    tcase_add_test(t, all_workers_dismiss_their_sessions_at_the_end);
    tcase_add_test(t, wrong_command_lines_and_files_are_trouble);
    tcase_add_test(t, help_is_no_error);
    tcase_add_test(t, a_port_of_this_machine_serves_too);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
