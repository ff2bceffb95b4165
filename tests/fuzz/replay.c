/* SPDX-License-Identifier: MIT
 *
 * Runs inputs of the fuzzer that were kept, with any compiler and under any checker.
 * Knows files, and the one function that the fuzzer calls.
 * `fuzz_replay [--tell] FILE-OR-DIRECTORY...`: of a directory all files in it, in the order of
 * their names. */
#include "fuzz/tell.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t inputs_run;

static _Noreturn void
give_up(const char *path)
{
    fprintf(stderr, "fuzz_replay: %s: %s\n", path, strerror(errno));
    exit(2);
}

/* What the fuzzer keeps is shorter. */
enum { LONGEST_INPUT = 1 << 16 };

static void
run_file(const char *path)
{
    static uint8_t data[LONGEST_INPUT];
    FILE *file = fopen(path, "rb");
    if (!file) give_up(path);
    size_t size = fread(data, 1, sizeof data, file);
    if (ferror(file)) give_up(path);
    fclose(file);
    /* In memory of its own size, so that a read beyond it is found. */
    uint8_t *input = malloc(size ? size : 1);
    if (!input) give_up(path);
    memcpy(input, data, size);
    printf("%s\n", path);
    fflush(stdout);
    LLVMFuzzerTestOneInput(input, size);
    free(input);
    inputs_run++;
}

static int
is_shown(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static void
run_directory(const char *path)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_shown, alphasort);
    if (count < 0) give_up(path);
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        run_file(name);
        free(entries[i]);
    }
    free(entries);
}

static int
is_directory(const char *path)
{
    DIR *directory = opendir(path);
    if (directory) closedir(directory);
    return directory != NULL;
}

int
main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--tell") == 0) fuzz_tells = true;
        else if (is_directory(argv[i])) run_directory(argv[i]);
        else run_file(argv[i]);
    }
    printf("%zu inputs\n", inputs_run);
    return inputs_run ? 0 : 2;
}
