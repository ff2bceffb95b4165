/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the editor of documents fails once: it says so, ends with 2, and
 * loses nothing.
 * Knows the parts of the editor; every allocation of theirs and of the library may be refused.
 * The run has an edit of each kind, so that nodes are lost between documents, parents and copies if
 * they are lost anywhere. */
#include <stdio.h>

#include "directory.h"
#include "edit.h"
#include "refuse_memory.h"
#include "support/run_suite.h"

static const char outline[] = "d\n"
                              "  e\n"
                              "    f\n"
                              "    a x=1 y=\"two words\"\n"
                              "      b\n"
                              "        c\n"
                              "      b z=3\n"
                              "  g\n"
                              "    b\n"
                              "      c\n"
                              "b z=3\n";

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

START_TEST(every_allocation_for_an_editing_may_fail)
{
    enter_directory();
    write_text_file("a", "a x=1 y=\"two words\"\n  b\n    c\n  b z=3\nd\n");
    write_text_file("other", "e\n  f\ng\n");
    ck_assert_uint_ge(refuse_in_turn_or_get(run, outline), 50);
    leave_directory();
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
