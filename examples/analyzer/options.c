/* SPDX-License-Identifier: MIT
 *
 * The command line, read and checked, and the help.
 * Knows getopt_long and the form of tables.
 * A wrong command line costs one sentence and a pointer to --help. */
#include "options.h"

#include <getopt.h>
#include <holdfast/holdfast.h>
#include <stdio.h>
#include <stdlib.h>

#include "number.h"
#include "size.h"

enum {
    BATCH_ROWS = 4096,
    BATCH_ROWS_LIMIT = 1000000,
    FIELD_BYTES = 16 << 20,
    FIELD_BYTES_LIMIT = 256 << 20,
    MEMORY_BYTES = 4 << 20,
    TOP = 5
};

/* A terabyte, where addresses are as long. */
static const uint64_t MEMORY_LIMIT = SIZE_MAX < (UINT64_C(1) << 40) ? SIZE_MAX : UINT64_C(1) << 40;

static const char help_text[] =
    "Usage: analyzer [OPTION]... [FILE]...\n"
    "\n"
    "Reads tables of comma-separated values, of any size, and reports for each column what it\n"
    "holds: its type, how many values, nulls and different values, the least and the greatest,\n"
    "mean, standard deviation, quantiles and the most frequent values. Each FILE is a table of\n"
    "its own; without any, or for -, standard input is read.\n"
    "\n"
    "      --delimiter C      what stands between fields: one byte, or \\t; a comma if not given\n"
    "      --no-header        the first row is data, and columns have numbers for names\n"
    "      --null TEXT        this text is no value; may be given again; replaces the usual ones:\n"
    "                         nothing at all, NA, N/A, n/a, #N/A, NaN, nan, NULL, null, Null,\n"
    "                         None, none and \\N\n"
    "      --top N            show N frequent values, 0 to 100; 5 if not given\n"
    "      --quantiles LIST   which quantiles, as in 0.05,0.5,0.95; 0.25,0.5,0.75 if not given\n"
    "      --json             write JSON instead of text\n"
    "      --output FILE      write the report to FILE\n"
    "      --batch-rows N     read N rows at a time, 1 to 1000000; 4096 if not given\n"
    "      --max-field SIZE   refuse longer fields, as in 64K; up to 256M; 16M if not given\n"
    "      --memory SIZE      what may be kept of values to find them again, as in 64M, up to 1T;\n"
    "                         4M if not given\n"
    "      --leak             let the parts of the program hold each other in a circle, to see "
    "how\n"
    "                         a leak shows\n"
    "      --quiet            no progress, and no word about objects\n"
    "      --help, --version\n"
    "\n"
    "Exit status: 0 all is well; 1 something in a table is wrong, and the report tells about the\n"
    "rest; 2 wrong usage, a file can't be read or written, or there is no memory; 3 objects are\n"
    "left at the end.\n";

enum choice {
    OPTION_DELIMITER = 1,
    OPTION_NO_HEADER,
    OPTION_NULL,
    OPTION_TOP,
    OPTION_QUANTILES,
    OPTION_JSON,
    OPTION_OUTPUT,
    OPTION_BATCH_ROWS,
    OPTION_MAX_FIELD,
    OPTION_MEMORY,
    OPTION_LEAK,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"delimiter", required_argument, NULL, OPTION_DELIMITER},
    {"no-header", no_argument, NULL, OPTION_NO_HEADER},
    {"null", required_argument, NULL, OPTION_NULL},
    {"top", required_argument, NULL, OPTION_TOP},
    {"quantiles", required_argument, NULL, OPTION_QUANTILES},
    {"json", no_argument, NULL, OPTION_JSON},
    {"output", required_argument, NULL, OPTION_OUTPUT},
    {"batch-rows", required_argument, NULL, OPTION_BATCH_ROWS},
    {"max-field", required_argument, NULL, OPTION_MAX_FIELD},
    {"memory", required_argument, NULL, OPTION_MEMORY},
    {"leak", no_argument, NULL, OPTION_LEAK},
    {"quiet", no_argument, NULL, OPTION_QUIET},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0}};

/* Returns NULL, or what is wrong with the argument; so do all readers below. */
static const char *
read_delimiter(struct options *options, const char *text)
{
    char delimiter = strcmp(text, "\\t") == 0 ? '\t' : *text;
    if (delimiter != '\t' && (strlen(text) != 1 || (unsigned char)delimiter >= 0x80)) {
        return "takes one byte of ASCII, or \\t";
    }
    if (strchr("\"\r\n", delimiter)) return "can't be a quote or the end of a line";
    options->form.delimiter = delimiter;
    return NULL;
}

static const char *
read_number(const char *text, uint64_t least, uint64_t greatest, size_t *number)
{
    uint64_t read;
    if (!size_read(text, &read)) return "takes a number";
    if (read < least || read > greatest) return "takes a number in the range that --help names";
    *number = (size_t)read;
    return NULL;
}

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static const char *
read_quantiles(struct options *options, const char *text)
{
    options->quantile_count = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        struct value value;
        if (!number_read((struct span){text, length}, &value) || value.number < 0
            || value.number > 1) {
            return "takes numbers from 0 to 1 with commas between them";
        }
        if (options->quantile_count == QUANTILES_LIMIT) return "takes at most 32 numbers";
        options->quantiles[options->quantile_count++] = value.number;
        if (!text[length]) break;
        text += length + 1;
    }
    qsort(options->quantiles, options->quantile_count, sizeof options->quantiles[0], by_value);
    return NULL;
}

static const char *
read_switch(struct options *options, enum choice choice)
{
    if (choice == OPTION_NO_HEADER) options->form.has_header = false;
    if (choice == OPTION_JSON) options->json = true;
    if (choice == OPTION_LEAK) options->leak = true;
    if (choice == OPTION_QUIET) options->quiet = true;
    return NULL;
}

static const char *
read_option(struct options *options, enum choice choice, const char *text)
{
    struct table_form *form = &options->form;
    switch (choice) {
    case OPTION_DELIMITER:
        return read_delimiter(options, text);
    case OPTION_NULL:
        return nulls_add(&options->nulls, text) ? "may be given at most 64 times" : NULL;
    case OPTION_TOP:
        return read_number(text, 0, TOP_LIMIT, &options->top);
    case OPTION_QUANTILES:
        return read_quantiles(options, text);
    case OPTION_OUTPUT:
        options->output = text;
        return NULL;
    case OPTION_BATCH_ROWS:
        return read_number(text, 1, BATCH_ROWS_LIMIT, &form->batch_rows);
    case OPTION_MAX_FIELD:
        return read_number(text, 1, FIELD_BYTES_LIMIT, &form->field_bytes);
    case OPTION_MEMORY:
        return read_number(text, 1, MEMORY_LIMIT, &options->memory);
    default:
        return read_switch(options, choice);
    }
}

static int
usage_error(const char *option, const char *what)
{
    fprintf(stderr, "analyzer: --%s %s; --help tells more\n", option, what);
    return EXIT_TROUBLE;
}

static int
read_all_options(struct options *options, int argc, char **argv)
{
    int option, at = 0;
    while ((option = getopt_long(argc, argv, "", long_options, &at)) != -1) {
        if (option == OPTION_HELP) {
            fputs(help_text, stdout);
            return EXIT_FINE;
        }
        if (option == OPTION_VERSION) {
            printf("analyzer " HF_VERSION " (holdfast %s)\n", hf_version());
            return EXIT_FINE;
        }
        if (option == '?') {
            fputs("analyzer: --help tells which options there are\n", stderr);
            return EXIT_TROUBLE;
        }
        const char *wrong = read_option(options, (enum choice)option, optarg);
        if (wrong) return usage_error(long_options[at].name, wrong);
    }
    return -1;
}

int
options_read(struct options *options, int argc, char **argv)
{
    static char standard_input[] = "-";
    static char *only_standard_input[] = {standard_input, NULL};
    *options = (struct options){.form = {.delimiter = ',',
                                         .has_header = true,
                                         .batch_rows = BATCH_ROWS,
                                         .field_bytes = FIELD_BYTES},
                                .quantiles = {0.25, 0.5, 0.75},
                                .quantile_count = 3,
                                .top = TOP,
                                .memory = MEMORY_BYTES};
    int status = read_all_options(options, argc, argv);
    if (status >= 0) return status;
    if (!options->nulls.count) nulls_add_usual(&options->nulls);
    options->files = optind < argc ? argv + optind : only_standard_input;
    options->file_count = optind < argc ? (size_t)(argc - optind) : 1;
    return -1;
}
