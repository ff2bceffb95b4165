/* SPDX-License-Identifier: MIT
 *
 * The command line, read and checked, and the help.
 * Knows getopt_long.
 * The help is all there is to read about the language. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>

#include "session.h"

static const char help_text[] =
    "Usage: interpreter [--stats] [FILE]\n"
    "\n"
    "Runs a program in a small Lisp from FILE; without one, or for -, from standard input.\n"
    "\n"
    "  forms     (define NAME VALUE) (define (NAME PARAMETER...) BODY...) (set! NAME VALUE)\n"
    "            (lambda (PARAMETER...) BODY...) (lambda ALL-ARGUMENTS BODY...)\n"
    "            (let ((NAME VALUE)...) BODY...) (if TEST THEN [ELSE]) (begin EXPRESSION...)\n"
    "            (quote DATUM) 'DATUM\n"
    "  values    integers of 64 bits, \"strings\", symbols, lists, #t and #f\n"
    "  numbers   + - * quotient remainder = < >\n"
    "  lists     cons car cdr list length append reverse map iota pair? null?\n"
    "  others    display write newline error eq? equal? not integer? string? symbol? procedure?\n"
    "  comments  from ; to the end of the line\n"
    "\n"
    "Tail calls take no stack; other calls may be nested some thousand times.\n"
    "\n"
    "      --stats   tell at the end how many objects were made, how many of them ended as\n"
    "                cycles, and how many are left\n"
    "      --help\n"
    "\n"
    "Exit status: 0 all is well; 1 something in the program is wrong; 2 wrong usage, FILE can't\n"
    "be read, output can't be written, or there is no memory; 3 objects are left at the end.\n";

int
options_read(struct options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"stats", no_argument, NULL, 's'}, {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
    *options = (struct options){.file = "-"};
    for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        if (option == 'h') {
            fputs(help_text, stdout);
            return EXIT_FINE;
        }
        if (option != 's') {
            fputs("interpreter: --help tells which options there are\n", stderr);
            return EXIT_TROUBLE;
        }
        options->stats = true;
    }
    if (optind < argc) options->file = argv[optind++];
    if (optind == argc) return -1;
    fputs("interpreter: one FILE only; --help tells more\n", stderr);
    return EXIT_TROUBLE;
}
