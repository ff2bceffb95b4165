/* SPDX-License-Identifier: MIT
 *
 * A directory for one test, and its files.
 * Knows Check. */
#include "directory.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[] = "/tmp/holdfast-XXXXXX";

void
enter_directory(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
}

void
leave_directory(void)
{
    DIR *all = opendir(directory);
    ck_assert_ptr_nonnull(all);
    for (struct dirent *entry; (entry = readdir(all));) unlink(entry->d_name);
    closedir(all);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

void
write_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

void
write_text_file(const char *name, const char *text)
{
    write_file(name, text, strlen(text));
}

char *
read_file(const char *name)
{
    FILE *file = fopen(name, "rb");
    ck_assert_msg(file != NULL, "%s can't be opened", name);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    long length = ftell(file);
    ck_assert_int_ge(length, 0);
    rewind(file);
    char *text = malloc((size_t)length + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)length, file), (size_t)length);
    text[length] = '\0';
    fclose(file);
    return text;
}
