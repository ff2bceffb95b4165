/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a server with one session fails once: it can't start, or that session ends, or
 * its client is told; nothing is lost.
 * Knows the parts of the server; every allocation of theirs and of the library may be refused.
 * All that the client sends is in its socket before the server begins, and one thread serves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "directory.h"
#include "refuse_memory.h"
#include "server.h"
#include "support/run_suite.h"
#include "trouble.h"

static const char sent[] = "ECHO word\nGET file\nTICK 100\nRELOAD\nCONFIG\nGET file\nNOTHING\nPING";
static const char expected[] = "OK hello\nOK word\nOK 5\nbytes\nOK\nOK\n"
                               "OK generation=2 idle-ms=50 line-bytes=1000 output-bytes=65536 "
                               "sessions=1000 cache-entries=100 root=. greeting=hello\n"
                               "OK 5\nbytes\nERROR there is no such command\nOK\n";

enum { SESSION_WAS_CUT = 1, CLIENT_WAS_TOLD = 100 };

/* Returns 0, or EXIT_TROUBLE when the server did not start or did not take the client. */
static int
serve(int socket)
{
    static const struct options options = {
        .config = "config", .workers = 1, .inetd = true, .manual_clock = true};
    hf_auto server *s = server_new(&options, -1);
    if (!s) {
        close(socket);
        return EXIT_TROUBLE;
    }
    return server_adopt(s, socket) || server_run(s) ? EXIT_TROUBLE : EXIT_FINE;
}

static int
judge_answers(const char *got)
{
    if (strcmp(got, expected) == 0) return EXIT_FINE;
    return strstr(got, "ERROR can't read config: out of memory\n") ? CLIENT_WAS_TOLD
                                                                   : SESSION_WAS_CUT;
}

static int
run(void)
{
    int ends[2];
    char got[1000] = "";
    size_t length = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) abort();
    if (write(ends[0], sent, strlen(sent)) != (ssize_t)strlen(sent)) abort();
    shutdown(ends[0], SHUT_WR);
    int status = serve(ends[1]);
    hf_slot_drain();
    for (ssize_t more; (more = read(ends[0], got + length, sizeof got - 1 - length)) > 0;) {
        length += (size_t)more;
    }
    close(ends[0]);
    return status ? status : judge_answers(got);
}

static void
judge(int status)
{
    if (status == EXIT_FINE || status == CLIENT_WAS_TOLD) return;
    expect_message_about_memory();
}

START_TEST(every_allocation_for_a_session_may_fail)
{
    enter_directory();
    write_text_file("config", "greeting = hello\nidle-ms = 50\n");
    write_text_file("file", "bytes");
    ck_assert_uint_ge(refuse_in_turn(run, judge, 1), 30);
    leave_directory();
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("server: out of memory");
    TCase *t = tcase_create("out of memory");
    tcase_add_test(t, every_allocation_for_a_session_may_fail);
    tcase_set_timeout(t, 600);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
