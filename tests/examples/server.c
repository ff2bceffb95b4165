/* SPDX-License-Identifier: MIT
 *
 * The server as its clients see it: commands, files, the configuration, idle time.
 * Knows the program and nothing of its insides.
 * Time goes on by TICK only. However a server is used, it ends with nothing left. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serving.h"
#include "support/run_suite.h"

START_TEST(commands_have_their_answers)
{
    static const char *const rows[][2] = {
        {"PING", "OK"},
        {"PING\r", "OK"},
        {"ECHO two words", "OK two words"},
        {"ECHO ", "OK "},
        {"ECHO", "OK "},
        {"", "ERROR there is no such command"},
        {"ping", "ERROR there is no such command"},
        {"PING PING", "ERROR PING stands alone"},
        {"GET nothing", "ERROR can't get it: No such file or directory"},
        {"GET ../server.socket", "ERROR that is no name of a file here"},
        {"GET .hidden", "ERROR that is no name of a file here"},
        {"GET", "ERROR that is no name of a file here"},
        {"GET server.socket", "ERROR can't get it: No such device or address"},
        {"TICK", "ERROR it wants a number of milliseconds"},
        {"TICK -1", "ERROR it wants a number of milliseconds"},
        {"TICK 1x", "ERROR it wants a number of milliseconds"},
        {"TICK 1234567890123", "ERROR it wants a number of milliseconds"},
        {"TICK 10", "OK"},
        {"STATS", "OK sessions=1 waiting=0 cached=0 hits=0 misses=2 configurations=0 timers=1"},
    };
    start_server("--workers", "2");
    struct client c = client_greeted();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) ask(&c, rows[i][0], rows[i][1]);
    ask(&c, "QUIT", "OK");
    ck_assert_ptr_null(client_line(&c));
    client_close(&c);
    end_server();
}
END_TEST

START_TEST(lines_may_come_in_pieces_and_together)
{
    start_server("--workers", "1");
    struct client c = client_greeted();
    client_send(&c, "ECHO a");
    client_send(&c, "b\nPING\nECHO c\n");
    ck_assert_str_eq(client_line(&c), "OK ab");
    ck_assert_str_eq(client_line(&c), "OK");
    ck_assert_str_eq(client_line(&c), "OK c");
    client_send(&c, "ECHO the last one lacks its line feed");
    shutdown(c.socket, SHUT_WR);
    expect_last_line(&c, "OK the last one lacks its line feed");
    end_server();
}
END_TEST

static void
expect_file(struct client *c, const char *name, const char *text)
{
    char line[300];
    snprintf(line, sizeof line, "GET %s", name);
    char answer[40];
    snprintf(answer, sizeof answer, "OK %zu", strlen(text));
    ask(c, line, answer);
    char *got = calloc(1, strlen(text) + 2);
    ck_assert_uint_eq(fread(got, 1, strlen(text) + 1, c->in), strlen(text) + 1);
    ck_assert_int_eq(got[strlen(text)], '\n');
    ck_assert(memcmp(got, text, strlen(text)) == 0);
    free(got);
}

START_TEST(files_are_read_once_and_sent_often)
{
    write_text_file("a.txt", "one\ntwo\n");
    write_text_file("empty", "");
    start_server("--workers", "2");
    struct client c = client_greeted(), d = client_greeted();
    expect_file(&c, "a.txt", "one\ntwo\n");
    expect_file(&d, "a.txt", "one\ntwo\n");
    expect_file(&c, "empty", "");
    ck_assert_uint_eq(ask_number(&c, "STATS", "hits"), 1);
    write_text_file("a.txt", "three");
    expect_file(&d, "a.txt", "one\ntwo\n");
    ask(&c, "RELOAD", "OK");
    expect_file(&d, "a.txt", "three");
    client_close(&c);
    client_close(&d);
    end_server();
}
END_TEST

/* ---- the configuration ---- */

static void
write_config(const char *text)
{
    write_text_file("config", text);
}

START_TEST(a_configuration_is_replaced_and_a_wrong_one_is_not_taken)
{
    static const char *const wrong[][2] = {
        {"greeting = x\nidle = 1\n", "ERROR config:2: there is no such name"},
        {"idle-ms = 0\n", "ERROR config:1: the number is too small or too large"},
        {"idle-ms = 99999999999999999999\n",
         "ERROR config:1: the number is too small or too large"},
        {"idle-ms = -1\n", "ERROR config:1: it wants a whole number"},
        {"idle-ms = 1 2\n", "ERROR config:1: it wants a whole number"},
        {"idle-ms\n", "ERROR config:1: a line is NAME = VALUE"},
        {"root = # nothing\n", "ERROR config:1: it has no value"},
    };
    write_config("# nothing yet\n\n  greeting = good day # and night\n");
    start_server("--config", "config");
    struct client c = client_new();
    ck_assert_str_eq(client_line(&c), "OK good day");
    ask_for_part(&c, "CONFIG", "OK generation=1 idle-ms=60000 line-bytes=1000 ");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        write_config(wrong[i][0]);
        ask(&c, "RELOAD", wrong[i][1]);
    }
    ask_for_part(&c, "CONFIG", "OK generation=1 ");
    unlink("config");
    ask(&c, "RELOAD", "ERROR can't read config: No such file or directory");
    write_config("greeting=hello\nidle-ms=7");
    ask(&c, "RELOAD", "OK");
    ask_for_part(&c, "CONFIG", " idle-ms=7 ");
    client_close(&c);
    c = client_new();
    ck_assert_str_eq(client_line(&c), "OK hello");
    client_close(&c);
    end_server();
}
END_TEST

START_TEST(a_signal_reloads_and_another_one_ends)
{
    write_config("idle-ms = 1000\n");
    start_server("--config", "config");
    struct client c = client_greeted();
    ck_assert_uint_eq(ask_number(&c, "CONFIG", "idle-ms"), 1000);
    write_config("idle-ms = 2000\n");
    ck_assert_int_eq(kill(server_process(), SIGHUP), 0);
    while (ask_number(&c, "CONFIG", "idle-ms") != 2000) continue;
    ck_assert_int_eq(kill(server_process(), SIGTERM), 0);
    expect_last_line(&c, "OK the server ends");
    free(await_server());
}
END_TEST

/* All that stands in a configuration of this number has the same last digit. */
static void
write_numbered_config(int number)
{
    char text[100];
    snprintf(text, sizeof text, "greeting = %d\nidle-ms = 10000%d\noutput-bytes = 100000%d\n",
             number, number, number);
    write_config(text);
}

static char
digit_behind(const char *answer, const char *part)
{
    const char *found = strstr(answer, part);
    ck_assert_msg(found != NULL, "%s is not in: %s", part, answer);
    return found[strlen(part)];
}

static void
expect_whole_config(const char *answer)
{
    char digit = digit_behind(answer, "idle-ms=10000");
    ck_assert_msg(digit == digit_behind(answer, "output-bytes=100000")
                      && digit == digit_behind(answer, "greeting="),
                  "torn: %s", answer);
}

enum { CLIENTS = 6, ROUNDS = 5, RELOADS = 9, QUESTIONS = 40 };

/* All clients ask at once; their answers are read when the configuration has changed some times. */
static void
ask_while_it_changes(struct client *clients, struct client *changer)
{
    for (int i = 0; i < CLIENTS * QUESTIONS; i++) client_send(&clients[i % CLIENTS], "CONFIG\n");
    for (int number = 1; number <= RELOADS; number++) {
        write_numbered_config(number);
        ask(changer, "RELOAD", "OK");
    }
    for (int i = 0; i < CLIENTS * QUESTIONS; i++) {
        expect_whole_config(client_line(&clients[i % CLIENTS]));
    }
}

START_TEST(each_answer_is_of_one_configuration_whole)
{
    struct client clients[CLIENTS];
    write_numbered_config(1);
    start_server("--config", "config", "--workers", "3");
    struct client changer = client_new();
    ck_assert_str_eq(client_line(&changer), "OK 1");
    for (int i = 0; i < CLIENTS; i++) {
        clients[i] = client_new();
        ck_assert_str_eq(client_line(&clients[i]), "OK 1");
    }
    for (int round = 0; round < ROUNDS; round++) ask_while_it_changes(clients, &changer);
    for (int i = 0; i < CLIENTS; i++) client_close(&clients[i]);
    client_close(&changer);
    end_server();
}
END_TEST

/* ---- time ---- */

START_TEST(an_idle_session_ends_and_an_active_one_goes_on)
{
    write_config("idle-ms = 1000\n");
    start_server("--config", "config", "--workers", "3");
    struct client idle = client_greeted(), active = client_greeted(), ticker = client_greeted();
    ask(&ticker, "TICK 900", "OK");
    ask(&active, "PING", "OK");
    ask(&ticker, "TICK 100", "OK");
    expect_last_line(&idle, "ERROR the session was idle for too long");
    ask(&active, "PING", "OK");
    ask(&ticker, "TICK 1000", "OK");
    expect_last_line(&active, "ERROR the session was idle for too long");
    client_close(&ticker);
    end_server();
}
END_TEST

START_TEST(a_shorter_idle_time_holds_for_sessions_that_are_there)
{
    write_config("idle-ms = 100000\n");
    start_server("--config", "config", "--workers", "2");
    struct client idle = client_greeted(), other = client_greeted();
    ask(&other, "TICK 5000", "OK");
    write_config("idle-ms = 5000\n");
    ask(&other, "RELOAD", "OK");
    expect_last_line(&idle, "ERROR the session was idle for too long");
    client_close(&other);
    end_server();
}
END_TEST

/* Each was active at another time than its neighbours, and ends at that time and a thousand. */
START_TEST(sessions_end_in_the_order_of_their_last_activity)
{
    enum { SESSIONS = 16, SCATTER = 3 };
    struct client clients[SESSIONS];
    write_config("idle-ms = 1000\n");
    start_server("--config", "config", "--workers", "1");
    struct client ticker = client_greeted();
    for (int i = 0; i < SESSIONS; i++) clients[i] = client_greeted();
    for (int i = 0; i < SESSIONS; i++) {
        ask(&ticker, "TICK 10", "OK");
        ask(&clients[i * SCATTER % SESSIONS], "PING", "OK");
    }
    ask(&ticker, "TICK 840", "OK");
    for (unsigned left = SESSIONS; left; left--) {
        ck_assert_uint_eq(ask_number(&ticker, "STATS", "sessions"), 1 + left);
        ask(&ticker, "TICK 10", "OK");
        expect_last_line(&clients[(SESSIONS - left) * SCATTER % SESSIONS],
                         "ERROR the session was idle for too long");
    }
    client_close(&ticker);
    end_server();
}
END_TEST

START_TEST(a_timer_that_begins_again_may_be_the_next)
{
    write_config("idle-ms = 1000\n");
    start_server("--config", "config", "--workers", "1");
    struct client ticker = client_greeted(), first = client_greeted();
    ask(&ticker, "TICK 100", "OK");
    ask(&first, "PING", "OK");
    ask(&ticker, "TICK 400", "OK");
    struct client later = client_greeted(), latest = client_greeted();
    ask(&ticker, "TICK 500", "OK");
    ask(&ticker, "TICK 100", "OK");
    expect_last_line(&first, "ERROR the session was idle for too long");
    ask_for_part(&later, "STATS", "OK sessions=3 ");
    client_close(&later);
    client_close(&latest);
    client_close(&ticker);
    end_server();
}
END_TEST

/* Their timers find nothing, and are given up in time. */
START_TEST(many_sessions_come_and_go_before_their_timers)
{
    start_server("--workers", "1");
    struct client stays = client_greeted();
    for (int i = 0; i < 300; i++) {
        struct client c = client_greeted();
        ask(&c, "QUIT", "OK");
        client_close(&c);
    }
    while (ask_number(&stays, "STATS", "sessions") != 1) continue;
    ck_assert_uint_lt(ask_number(&stays, "STATS", "timers"), 100);
    ask(&stays, "TICK 60000", "OK");
    ck_assert_uint_eq(ask_number(&stays, "STATS", "timers"), 1);
    client_close(&stays);
    end_server();
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("server");
    TCase *t = tcase_create("server");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, commands_have_their_answers);
    tcase_add_test(t, lines_may_come_in_pieces_and_together);
    tcase_add_test(t, files_are_read_once_and_sent_often);
    tcase_add_test(t, a_configuration_is_replaced_and_a_wrong_one_is_not_taken);
    tcase_add_test(t, a_signal_reloads_and_another_one_ends);
    tcase_add_test(t, each_answer_is_of_one_configuration_whole);
    tcase_add_test(t, an_idle_session_ends_and_an_active_one_goes_on);
    tcase_add_test(t, a_shorter_idle_time_holds_for_sessions_that_are_there);
    tcase_add_test(t, sessions_end_in_the_order_of_their_last_activity);
    tcase_add_test(t, a_timer_that_begins_again_may_be_the_next);
    tcase_add_test(t, many_sessions_come_and_go_before_their_timers);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
