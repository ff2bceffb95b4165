/* SPDX-License-Identifier: MIT
 *
 * The socket at which the server listens.
 * Knows sockets of both families.
 * Nobody from another machine can connect: the protocol asks nobody who they are. */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "trouble.h"

enum { CLIENTS_WAITING = 128 };

/* Returns the socket, or -1 and errno. */
static int
listen_at(const struct sockaddr *address, socklen_t length)
{
    int one = 1;
    int made = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (made < 0) return -1;
    (void)setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(made, address, length) == 0 && listen(made, CLIENTS_WAITING) == 0) return made;
    int reason = errno;
    close(made);
    errno = reason;
    return -1;
}

static int
open_unix(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    return listen_at((const struct sockaddr *)&address, sizeof address);
}

static int
open_port(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((in_port_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    return listen_at((const struct sockaddr *)&address, sizeof address);
}

static unsigned
port_of(int listener)
{
    struct sockaddr_in address = {0};
    socklen_t length = sizeof address;
    (void)getsockname(listener, (struct sockaddr *)&address, &length);
    return ntohs(address.sin_port);
}

int
listener_open(const struct options *options)
{
    const char *path = options->unix_path;
    int listener = path ? open_unix(path) : open_port(options->port);
    if (listener < 0 && path) trouble(errno, "can't listen at %s", path);
    else if (listener < 0) trouble(errno, "can't listen at port %u", options->port);
    return listener;
}

void
listener_announce(const struct options *options, int listener)
{
    if (options->unix_path) printf("listening at %s\n", options->unix_path);
    else printf("listening at 127.0.0.1:%u\n", port_of(listener));
    fflush(stdout);
}

void
listener_close(const struct options *options, int listener)
{
    close(listener);
    if (options->unix_path) unlink(options->unix_path);
}
