/* SPDX-License-Identifier: MIT
 *
 * The command line, read and checked, and the help.
 * Knows getopt_long.
 * The help is all there is to read about the protocol and the configuration. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "trouble.h"

static const char help_text[] =
    "Usage: server (--unix PATH | --port NUMBER | --inetd) [OPTION]...\n"
    "\n"
    "Serves the files of a directory, by lines. It says \"listening at ...\" when it is ready, "
    "and\n"
    "ends by SHUTDOWN, SIGTERM or SIGINT. Whoever can connect can do everything: that is why it\n"
    "listens at a socket of the file system, or for this machine only.\n"
    "\n"
    "      --unix PATH       listen at this socket, which is removed at the end\n"
    "      --port NUMBER     listen at this port of 127.0.0.1; 0 for any that is free\n"
    "      --inetd           serve the client that is standard input, and end with it\n"
    "      --config FILE     read the configuration from FILE, and again for RELOAD and SIGHUP\n"
    "      --workers NUMBER  threads, 1 to 64; 4 by default\n"
    "      --manual-clock    let time go on by TICK only, for tests\n"
    "      --stats           tell at the end how many objects were made, and how many are left\n"
    "      --help\n"
    "\n"
    "Lines that clients send; the answer begins with OK or ERROR:\n"
    "  PING                  OK\n"
    "  ECHO TEXT             OK TEXT\n"
    "  GET NAME              OK and the number of bytes; the file, and a line feed, follow\n"
    "  CONFIG                the configuration, as sessions see it at this moment\n"
    "  RELOAD                reads the configuration again; if that fails, the old one stays\n"
    "  STATS                 sessions, bytes that wait for clients, what the cache did\n"
    "  TICK MILLISECONDS     with --manual-clock: so much time goes by\n"
    "  QUIT                  ends the session\n"
    "  SHUTDOWN              ends the server\n"
    "\n"
    "Lines of the configuration, each optional; # begins a comment:\n"
    "  root = DIRECTORY      where the files are (.)\n"
    "  greeting = TEXT       the first line of each session (welcome)\n"
    "  idle-ms = NUMBER      a session that neither sends nor takes anything ends (60000)\n"
    "  line-bytes = NUMBER   longest line of new sessions (1000)\n"
    "  output-bytes = NUMBER while so much waits for a client, its lines wait, too (65536)\n"
    "  sessions = NUMBER     at most, all workers together (1000)\n"
    "  cache-entries = NUMBER\n"
    "                        files to keep in memory, at most (100)\n"
    "\n"
    "Exit status: 0 all is well; 2 wrong usage, or it could not start; 3 objects are left.\n";

enum option_kind {
    OPTION_UNIX,
    OPTION_PORT,
    OPTION_INETD,
    OPTION_CONFIG,
    OPTION_WORKERS,
    OPTION_MANUAL_CLOCK,
    OPTION_STATS,
    OPTION_HELP
};

static const struct option long_options[] = {
    {"unix", required_argument, NULL, OPTION_UNIX},
    {"port", required_argument, NULL, OPTION_PORT},
    {"inetd", no_argument, NULL, OPTION_INETD},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"workers", required_argument, NULL, OPTION_WORKERS},
    {"manual-clock", no_argument, NULL, OPTION_MANUAL_CLOCK},
    {"stats", no_argument, NULL, OPTION_STATS},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0}};

static int
usage_error(const char *what)
{
    trouble(0, "%s; --help tells more", what);
    return EXIT_TROUBLE;
}

/* Reads a whole number from least to most. Returns whether it is one. */
static bool
read_number(unsigned *number, unsigned least, unsigned most)
{
    char *end;
    if (*optarg < '0' || *optarg > '9') return false;
    unsigned long read = strtoul(optarg, &end, 10);
    if (*end || read < least || read > most) return false;
    *number = (unsigned)read;
    return true;
}

/* Returns -1, or the exit status. */
static int
read_option(struct options *options, int option, int *ways)
{
    switch (option) {
    case OPTION_UNIX:
        options->unix_path = optarg;
        ++*ways;
        return -1;
    case OPTION_PORT:
        ++*ways;
        return read_number(&options->port, 0, 65535)
                   ? -1
                   : usage_error("--port wants a number up to 65535");
    case OPTION_INETD:
        options->inetd = true;
        ++*ways;
        return -1;
    case OPTION_CONFIG:
        options->config = optarg;
        return -1;
    case OPTION_WORKERS:
        return read_number(&options->workers, 1, WORKERS_MOST)
                   ? -1
                   : usage_error("--workers wants a number from 1 to 64");
    case OPTION_MANUAL_CLOCK:
        options->manual_clock = true;
        return -1;
    case OPTION_STATS:
        options->stats = true;
        return -1;
    case OPTION_HELP:
        fputs(help_text, stdout);
        return EXIT_FINE;
    default:
        fputs("server: --help tells which options there are\n", stderr);
        return EXIT_TROUBLE;
    }
}

int
options_read(struct options *options, int argc, char **argv)
{
    int ways = 0;
    *options = (struct options){.workers = 4};
    for (int option; (option = getopt_long(argc, argv, "", long_options, NULL)) != -1;) {
        int status = read_option(options, option, &ways);
        if (status >= 0) return status;
    }
    if (optind < argc) return usage_error("there are options only");
    if (ways != 1) return usage_error("it wants one of --unix, --port and --inetd");
    return -1;
}
