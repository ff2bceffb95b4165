/* SPDX-License-Identifier: MIT
 *
 * The holdfast command: what a snapshot of a heap has to say.
 * Knows the subcommands by name, their options, and the help about both. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <holdfast/version.h>

#include "command.h"

/* An option has a letter, also where people only write its name. */
struct known_option {
    char letter;
    const char *name, *argument, *help;
};

static const struct known_option known_options[] = {
    {'n', "most", "N", "tell at most N lines (20)"},
    {'b', "bytes", NULL, "tell sizes in bytes, exactly"},
    {'j', "json", NULL, "answer in JSON"},
    {'a', "all", NULL, "tell all references to the object as well"},
    {'d', "depth", "N", "draw what is at most N edges away (3)"},
    {'f', "format", "NAME", "collapsed, for flame graphs (the default), or dhat"},
    {'o', "output", "PATH", "write to PATH, not to standard output"},
    {'S', "no-symbols", NULL, "do not look for lines of the source"},
};

enum { KNOWN_OPTIONS = sizeof known_options / sizeof *known_options };

struct command {
    const char *name, *operands, *letters;
    int least, most; /* operands */
    int (*run)(const struct options *options);
    const char *summary, *details;
};

static const struct command commands[] = {
    {"types", "FILE", "nbj", 1, 1, run_types, "objects and bytes by type",
     "What a type retains is what would go with all its objects."},
    {"top", "FILE", "nbjS", 1, 1, run_top, "the objects that retain most",
     "An object retains what would go with it. Kept by another: it would go with that one."},
    {"leaks", "FILE", "bjS", 1, 1, run_leaks, "all objects, by type and by who made them",
     "Each kind is held from outside, by references that lie in no object; or by a cycle, or by\n"
     "both: then a cycle would keep it when the references are gone. Snapshots have calls if the\n"
     "program ran with HOLDFAST_TRACK=sites."},
    {"cycles", "FILE", "j", 1, 1, run_cycles, "garbage cycles, and which field to make weak",
     "Cycles of the same fields are one shape; most bytes come first."},
    {"why", "FILE OBJECT", "nbjaS", 2, 2, run_why, "why an object is still there",
     "Tells the shortest way of fields from what is held from outside, and who holds that, if the\n"
     "program ran with HOLDFAST_TRACK=holders."},
    {"retained", "FILE OBJECT", "nbj", 2, 2, run_retained, "what would go with an object",
     "Tells it by type, and the objects that lie directly below it in the dominator tree."},
    {"diff", "OLD NEW", "nbjS", 2, 2, run_diff, "what has grown between two snapshots",
     "In two files of one process new objects are told by who made them.\n"
     "Exit status: 1 if there are more objects of any type, 0 if not, 2 after an error."},
    {"dot", "FILE [OBJECT]", "do", 1, 2, run_dot, "a drawing for Graphviz",
     "Draws what is near the object, or what the roots hold: holdfast dot FILE '#12' | dot -Tsvg."},
    {"view", "FILE", "oS", 1, 1, run_view, "a page that a browser shows, without any network",
     "One file of HTML with a table of types, a map of what retains what, search, ways to any\n"
     "object, and cycles. Of a large heap it has the objects that retain most."},
    {"profile", "FILE", "foS", 1, 1, run_profile, "bytes by the calls that made them",
     "For flame graphs and the Firefox Profiler, or for DHAT's viewer."},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

/* ---- help ---- */

static void
tell_usage(FILE *out)
{
    fputs("Usage: holdfast COMMAND [OPTION]... FILE...\n\n"
          "Answers questions about the heap of a program that uses Holdfast, from a snapshot that\n"
          "hf_snapshot_write or hf_snapshot_fork wrote. A FILE of - is standard input.\n\n",
          out);
    for (unsigned i = 0; i < COMMANDS; i++) {
        fprintf(out, "  %-9s%-14s %s\n", commands[i].name, commands[i].operands,
                commands[i].summary);
    }
    fputs(
        "\nAn OBJECT is a serial number as #12, an address as 0x55d01200, or a type: then it is\n"
        "the one of its objects that retains most.\n\n"
        "holdfast COMMAND --help tells the options of a command; holdfast --version the version.\n"
        "Exit status: 0; 2 after an error; diff has 1, if something has grown.\n",
        out);
}

static void
tell_help(const struct command *command)
{
    printf("Usage: holdfast %s [OPTION]... %s\n\nTells %s.\n%s\n\n", command->name,
           command->operands, command->summary, command->details);
    for (unsigned i = 0; i < KNOWN_OPTIONS; i++) {
        const struct known_option *option = &known_options[i];
        if (!strchr(command->letters, option->letter)) continue;
        char name[32];
        snprintf(name, sizeof name, "--%s%s%s", option->name, option->argument ? " " : "",
                 option->argument ? option->argument : "");
        if (option->letter == 'S') printf("      %-16s %s\n", name, option->help);
        else printf("  -%c, %-16s %s\n", option->letter, name, option->help);
    }
    printf("  -h, %-16s %s\n", "--help", "tell this");
}

/* ---- options ---- */

static unsigned long
parse_number(const char *name, const char *text)
{
    char *end;
    errno = 0;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || errno) {
        fail("--%s wants a number, not %s", name, text);
    }
    return number;
}

static void
set(struct options *options, char letter, const char *argument)
{
    switch (letter) {
    case 'n':
        options->most = parse_number("most", argument);
        return;
    case 'd':
        options->depth = parse_number("depth", argument);
        return;
    case 'f':
        options->format = argument;
        return;
    case 'o':
        options->output = argument;
        return;
    case 'b':
        options->is_exact = true;
        return;
    case 'j':
        options->is_json = true;
        return;
    case 'a':
        options->wants_all = true;
        return;
    default:
        options->is_without_symbols = true;
    }
}

/* Fills in what getopt_long needs to know of the command's options. */
static void
describe(const struct command *command, struct option *names, char *letters)
{
    for (unsigned i = 0; i < KNOWN_OPTIONS; i++) {
        const struct known_option *option = &known_options[i];
        if (!strchr(command->letters, option->letter)) continue;
        *names++ = (struct option){option->name, option->argument ? 1 : 0, NULL, option->letter};
        *letters++ = option->letter;
        if (option->argument) *letters++ = ':';
    }
    *names++ = (struct option){"help", 0, NULL, 'h'};
    *names = (struct option){0};
    *letters++ = 'h';
    *letters = 0;
}

static void
parse(const struct command *command, int count, char **arguments, struct options *options)
{
    struct option names[KNOWN_OPTIONS + 2];
    char letters[2 * KNOWN_OPTIONS + 2];
    describe(command, names, letters);
    for (int letter; (letter = getopt_long(count, arguments, letters, names, NULL)) != -1;) {
        if (letter == 'h') {
            tell_help(command);
            exit(FINE);
        }
        if (letter == '?') {
            fprintf(stderr, "Try: holdfast %s --help\n", command->name);
            exit(FAILED);
        }
        set(options, (char)letter, optarg);
    }
    int operands = count - optind;
    if (operands < command->least || operands > command->most) {
        fail("%s wants %s; try: holdfast %s --help", command->name, command->operands,
             command->name);
    }
    for (int i = 0; i < operands; i++) options->operands[i] = arguments[optind + i];
}

/* ---- all of it ---- */

static const struct command *
find(const char *name)
{
    for (unsigned i = 0; i < COMMANDS; i++) {
        if (!strcmp(commands[i].name, name)) return &commands[i];
    }
    return NULL;
}

int
main(int count, char **arguments)
{
    const char *name = count > 1 ? arguments[1] : "";
    struct options options = {.most = 20, .depth = 3};
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        const struct command *topic = count > 2 ? find(arguments[2]) : NULL;
        if (topic) tell_help(topic);
        else tell_usage(stdout);
        return FINE;
    }
    if (!strcmp(name, "--version")) {
        puts("holdfast " HF_VERSION);
        return FINE;
    }
    const struct command *command = find(name);
    if (!command) {
        tell_usage(stderr);
        if (*name) fail("there is no command %s", name);
        return FAILED;
    }
    /* getopt begins its messages with the name that comes first. */
    arguments[1] = arguments[0];
    parse(command, count - 1, arguments + 1, &options);
    int status = command->run(&options);
    if (fflush(stdout) || ferror(stdout)) fail("standard output: %s", strerror(errno));
    return status;
}
