/* SPDX-License-Identifier: MIT
 *
 * The command line, read and checked, and the help.
 * Knows getopt_long.
 * Some options take two arguments, which getopt doesn't know; so FILE stands behind all options,
 * and the second argument is the next word. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>

static const char help_text[] =
    "Usage: document [OPTION]... [FILE]\n"
    "\n"
    "Reads an outline from FILE, does what the options say, in their order, and writes the\n"
    "outline. Without FILE, or for -, standard input is read.\n"
    "\n"
    "      --select PATH        write, at the end, these nodes only; they are chosen now, and\n"
    "                           kept, whatever later options do around them\n"
    "      --paths              of what is selected, write where it is\n"
    "      --remove PATH        remove these nodes, and what is below them\n"
    "      --move PATH TO       let these nodes be the last below the one node at TO\n"
    "      --copy PATH TO       the same with copies of them\n"
    "      --insert OTHER TO    the same with all nodes of the outline in the file OTHER\n"
    "      --watch PATH         tell when one of these nodes is gone\n"
    "      --stats              tell at the end how many objects were made, and are left\n"
    "      --help\n"
    "\n"
    "A line of an outline is a node: for each level two spaces, then a name, then attributes.\n"
    "\n"
    "    shelf room=2\n"
    "      book title=\"The Castle\" year=1926\n"
    "\n"
    "A PATH has a name for each level, * for any, [2] behind it for the second of that name, as\n"
    "in shelf[2]/book; / is the document.\n"
    "\n"
    "Exit status: 0 all is well; 1 the outline is wrong, or a PATH means nothing; 2 wrong usage,\n"
    "a file can't be read or written, or there is no memory; 3 objects are left at the end.\n";

enum { OPTION_PATHS = EDIT_WATCH + 1, OPTION_STATS, OPTION_HELP };

static const struct option long_options[] = {{"select", required_argument, NULL, EDIT_SELECT},
                                             {"remove", required_argument, NULL, EDIT_REMOVE},
                                             {"move", required_argument, NULL, EDIT_MOVE},
                                             {"copy", required_argument, NULL, EDIT_COPY},
                                             {"insert", required_argument, NULL, EDIT_INSERT},
                                             {"watch", required_argument, NULL, EDIT_WATCH},
                                             {"paths", no_argument, NULL, OPTION_PATHS},
                                             {"stats", no_argument, NULL, OPTION_STATS},
                                             {"help", no_argument, NULL, OPTION_HELP},
                                             {NULL, 0, NULL, 0}};

static int
usage_error(const char *prefix, const char *what, const char *why)
{
    fprintf(stderr, "document: %s%s %s; --help tells more\n", prefix, what, why);
    return EXIT_TROUBLE;
}

/* Adds an edit. Returns -1, or the exit status. */
static int
read_edit(struct options *options, enum edit_kind kind, int argc, char **argv)
{
    const char *option = long_options[kind].name;
    if (options->edit_count == EDITS_LIMIT) return usage_error("--", option, "is one too many");
    struct edit *edit = &options->edits[options->edit_count++];
    *edit = (struct edit){kind, option, optarg, NULL};
    if (kind != EDIT_MOVE && kind != EDIT_COPY && kind != EDIT_INSERT) return -1;
    if (optind == argc) return usage_error("--", option, "wants two arguments");
    edit->to = argv[optind++];
    return -1;
}

/* Returns -1, or the exit status. */
static int
read_option(struct options *options, int option, int argc, char **argv)
{
    switch (option) {
    case '?':
        fputs("document: --help tells which options there are\n", stderr);
        return EXIT_TROUBLE;
    case OPTION_HELP:
        fputs(help_text, stdout);
        return EXIT_FINE;
    case OPTION_PATHS:
        options->paths = true;
        return -1;
    case OPTION_STATS:
        options->stats = true;
        return -1;
    default:
        return read_edit(options, (enum edit_kind)option, argc, argv);
    }
}

int
options_read(struct options *options, int argc, char **argv)
{
    *options = (struct options){.file = "-"};
    for (int option; (option = getopt_long(argc, argv, "+", long_options, NULL)) != -1;) {
        int status = read_option(options, option, argc, argv);
        if (status >= 0) return status;
    }
    if (optind < argc) options->file = argv[optind++];
    return optind == argc ? -1 : usage_error("", argv[optind], "stands behind FILE");
}
