/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the editor of documents fails once: it says so, ends with 2, and
 * loses nothing.
 * Knows the parts of the editor; every allocation of theirs and of the library may be refused.
 * The run has an edit of each kind, so that nodes are lost between documents, parents and copies if
 * they are lost anywhere. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "edit.h"
#include "refuse_memory.h"
#include "support/run_suite.h"

static char directory[] = "/tmp/holdfast-XXXXXX";

static void
write_outlines(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    FILE *file = fopen("a", "w");
    fputs("a x=1 y=\"two words\"\n  b\n    c\n  b z=3\nd\n", file);
    ck_assert_int_eq(fclose(file), 0);
    file = fopen("other", "w");
    fputs("e\n  f\ng\n", file);
    ck_assert_int_eq(fclose(file), 0);
}

static void
remove_outlines(void)
{
    unlink("a");
    unlink("other");
    unlink("out");
    unlink("errors");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

static int
run(void)
{
    static const struct options options = {.edits = {{EDIT_WATCH, "watch", "a/b", NULL},
                                                     {EDIT_INSERT, "insert", "other", "d"},
                                                     {EDIT_COPY, "copy", "a", "d/e"},
                                                     {EDIT_MOVE, "move", "a/b[1]", "d/g"},
                                                     {EDIT_SELECT, "select", "/", NULL},
                                                     {EDIT_SELECT, "select", "a/b", NULL},
                                                     {EDIT_REMOVE, "remove", "a", NULL}},
                                           .edit_count = 7,
                                           .file = "a"};
    FILE *out = fopen("out", "w");
    int status = edit_run(&options, out);
    fclose(out);
    return status;
}

static void
expect_output(void)
{
    char written[200] = "";
    FILE *file = fopen("out", "r");
    fread(written, 1, sizeof written - 1, file);
    fclose(file);
    ck_assert_str_eq(written, "d\n"
                              "  e\n"
                              "    f\n"
                              "    a x=1 y=\"two words\"\n"
                              "      b\n"
                              "        c\n"
                              "      b z=3\n"
                              "  g\n"
                              "    b\n"
                              "      c\n"
                              "b z=3\n");
}

static void
judge(int status)
{
    if (status == EXIT_FINE) {
        expect_output();
        return;
    }
    ck_assert_int_eq(status, EXIT_TROUBLE);
    expect_message_about_memory();
}

START_TEST(every_allocation_for_an_editing_may_fail)
{
    write_outlines();
    ck_assert_uint_ge(refuse_in_turn(run, judge, 1), 50);
    remove_outlines();
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("document: out of memory");
    TCase *t = tcase_create("out of memory");
    tcase_add_test(t, every_allocation_for_an_editing_may_fail);
    tcase_set_timeout(t, 600);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
