/* SPDX-License-Identifier: MIT
 *
 * Clients of the example server, and the server that they talk to.
 * Knows Check and sockets. */
#include "serving.h"

#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char path[] = "server.socket";
static struct started server;

enum { WORDS_LIMIT = 20, LINE_BYTES = 4096 };

void
start_server_with(unsigned descriptors, const char *const *options)
{
    const char *all[WORDS_LIMIT + 1] = {"--unix", path, "--stats", "--manual-clock"};
    size_t count = 4;
    while (*options && count < WORDS_LIMIT) all[count++] = *options++;
    char limit[40];
    snprintf(limit, sizeof limit, "--nofile=%u:", descriptors);
    /* By a program, since Valgrind doesn't hand on a limit that is set under it. */
    const char *const before[] = {"prlimit", limit, NULL};
    server = descriptors ? start_behind(before, SERVER_PROGRAM, all)
                         : start_watched(SERVER_PROGRAM, all);
    char line[LINE_BYTES];
    ck_assert_msg(fgets(line, sizeof line, server.out) != NULL, "it did not start");
    ck_assert_str_eq(line, "listening at server.socket\n");
}

int
server_process(void)
{
    return server.child;
}

char *
await_server(void)
{
    struct run run = started_wait(&server);
    ck_assert_msg(run.status == 0, "status %d: %s", run.status, run.errors);
    expect_part(run.errors, " 0 left\n");
    ck_assert_msg(access(path, F_OK) != 0, "the socket is still there");
    return run.errors;
}

void
end_server(void)
{
    struct client c = client_new();
    ck_assert_ptr_nonnull(client_line(&c));
    ask(&c, "SHUTDOWN", "OK");
    expect_last_line(&c, "OK the server ends");
    free(await_server());
}

struct client
client_new(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    struct client c = {socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), NULL};
    ck_assert_int_ge(c.socket, 0);
    ck_assert_int_eq(connect(c.socket, (const struct sockaddr *)&address, sizeof address), 0);
    c.in = fdopen(dup(c.socket), "r");
    ck_assert_ptr_nonnull(c.in);
    return c;
}

struct client
client_greeted(void)
{
    struct client c = client_new();
    ck_assert_str_eq(client_line(&c), "OK welcome");
    return c;
}

void
client_close(struct client *c)
{
    close(c->socket);
    fclose(c->in);
}

void
client_send(struct client *c, const char *bytes)
{
    size_t length = strlen(bytes);
    while (length) {
        ssize_t sent = send(c->socket, bytes, length, MSG_NOSIGNAL);
        ck_assert_int_gt(sent, 0);
        bytes += sent;
        length -= (size_t)sent;
    }
}

const char *
client_line(struct client *c)
{
    static char line[LINE_BYTES];
    if (!fgets(line, sizeof line, c->in)) return NULL;
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static const char *
answer_to(struct client *c, const char *line)
{
    client_send(c, line);
    client_send(c, "\n");
    const char *answer = client_line(c);
    ck_assert_msg(answer != NULL, "no answer to %s", line);
    return answer;
}

void
ask(struct client *c, const char *line, const char *answer)
{
    ck_assert_str_eq(answer_to(c, line), answer);
}

void
ask_for_part(struct client *c, const char *line, const char *part)
{
    expect_part(answer_to(c, line), part);
}

unsigned long
ask_number(struct client *c, const char *command, const char *name)
{
    const char *answer = answer_to(c, command), *found = strstr(answer, name);
    ck_assert_msg(found && found[strlen(name)] == '=', "%s is not in: %s", name, answer);
    return strtoul(found + strlen(name) + 1, NULL, 10);
}

void
expect_last_line(struct client *c, const char *line)
{
    const char *last = client_line(c);
    ck_assert_ptr_nonnull(last);
    ck_assert_str_eq(last, line);
    ck_assert_ptr_null(client_line(c));
    client_close(c);
}
