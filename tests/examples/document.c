/* SPDX-License-Identifier: MIT
 *
 * The editor of documents as a user runs it: outlines, good and bad, and all that it does to them.
 * Knows the program and nothing of its insides.
 * Nodes that somebody holds outlive what is removed around them; in the end nothing is left, and
 * the exit status would tell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_program.h"
#include "support/run_suite.h"

static const char library[] = "shelf room=2\n"
                              "  book title=\"The Castle\" year=1926\n"
                              "  book title=Ulysses\n"
                              "    note\n"
                              "shelf\n"
                              "  map\n"
                              "  book\n";

/* run_edits("--remove", "shelf"): on the library. */
#define run_edits(...) \
    run_watched(DOCUMENT_PROGRAM, "library", (const char *const[]){__VA_ARGS__, NULL})

/* The same for edits that are many: Valgrind sees the others. */
#define run_unwatched(...) \
    run_program(DOCUMENT_PROGRAM, "library", (const char *const[]){__VA_ARGS__, NULL})

static void
enter_library(void)
{
    enter_directory();
    write_text_file("library", library);
}

static void
expect(struct run run, int status, const char *out, const char *errors)
{
    ck_assert_str_eq(run.errors, errors);
    ck_assert_str_eq(run.out, out);
    ck_assert_int_eq(run.status, status);
    run_free(&run);
}

START_TEST(an_outline_is_written_as_it_was_read)
{
    expect(run_edits("-"), 0, library, "");
    write_text_file("odd", "\n  \na   x=\"\" y=\\ z=\"\\\"q\\\\ \"  \n\n  \xc3\xa4 k=\"plain\"");
    expect(run_watched(DOCUMENT_PROGRAM, NULL, (const char *const[]){"odd", NULL}), 0,
           "a x=\"\" y=\\ z=\"\\\"q\\\\ \"\n  \xc3\xa4 k=plain\n", "");
    write_text_file("empty", "");
    expect(run_watched(DOCUMENT_PROGRAM, NULL, (const char *const[]){"empty", NULL}), 0, "", "");
}
END_TEST

START_TEST(a_path_selects_nodes)
{
    static const char *const rows[][2] = {
        {"/", "/\n"},
        {"shelf/book", "/shelf/book\n/shelf/book\n/shelf/book\n"},
        {"/shelf[2]/book[1]", "/shelf/book\n"},
        {"shelf[1]/*/*", "/shelf/book/note\n"},
        {"shelf[2]/*[1]", "/shelf/map\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect(run_unwatched("--paths", "--select", rows[i][0]), 0, rows[i][1], "");
    }
    expect(run_edits("--select", "shelf/book[2]"), 0, "book title=Ulysses\n  note\n", "");
}
END_TEST

START_TEST(what_is_removed_is_gone_with_all_below_it)
{
    expect(run_edits("--remove", "shelf/book"), 0, "shelf room=2\nshelf\n  map\n", "");
    expect(run_edits("--remove", "*"), 0, "", "");
}
END_TEST

START_TEST(a_node_that_somebody_holds_outlives_its_parents)
{
    expect(run_edits("--select", "shelf/book[2]", "--remove", "shelf[1]"), 0,
           "book title=Ulysses\n  note\n", "");
    /* Its parent is dead, so where it is begins with itself. */
    expect(run_edits("--paths", "--select", "shelf/book[2]/note", "--remove", "shelf[1]/book"), 0,
           "note\n", "");
    expect(run_edits("--paths", "--select", "shelf/book[2]", "--remove", "shelf/book[2]"), 0,
           "book\n", "");
}
END_TEST

START_TEST(nodes_are_moved_with_all_below_them)
{
    expect(run_edits("--move", "shelf[1]/book", "shelf[2]/map"), 0,
           "shelf room=2\n"
           "shelf\n"
           "  map\n"
           "    book title=\"The Castle\" year=1926\n"
           "    book title=Ulysses\n"
           "      note\n"
           "  book\n",
           "");
    expect(run_edits("--move", "shelf[1]", "/", "--select", "shelf[2]/book[2]/note", "--paths"), 0,
           "/shelf/book/note\n", "");
}
END_TEST

START_TEST(a_node_cannot_go_below_itself)
{
    static const char message[] = "document: --move: shelf[1] would be below itself\n";
    expect(run_edits("--move", "shelf[1]", "shelf[1]/book[1]"), 1, "", message);
    expect(run_edits("--move", "shelf[1]", "shelf[1]"), 1, "", message);
}
END_TEST

START_TEST(a_copy_has_its_own_nodes)
{
    expect(run_edits("--copy", "shelf[1]/book[2]", "shelf[2]", "--remove", "shelf[1]"), 0,
           "shelf\n  map\n  book\n  book title=Ulysses\n    note\n", "");
    /* A copy may lie in its original, which was copied as it was before. */
    expect(run_edits("--copy", "shelf[2]", "shelf[2]/map", "--remove", "shelf[1]"), 0,
           "shelf\n  map\n    shelf\n      map\n      book\n  book\n", "");
}
END_TEST

START_TEST(another_document_is_moved_into_this_one)
{
    write_text_file("other", "a\n  b\nc\n");
    expect(run_edits("--insert", "other", "shelf[2]/book", "--select", "shelf[2]"), 0,
           "shelf\n  map\n  book\n    a\n      b\n    c\n", "");
    expect(run_edits("--insert", "missing", "/"), 2, "",
           "document: can't open missing: No such file or directory\n");
    write_text_file("bad", "a\n b\n");
    expect(run_edits("--insert", "bad", "/"), 1, "",
           "document: bad:2: each level is indented by two spaces\n");
}
END_TEST

START_TEST(an_observer_is_told_of_deaths)
{
    expect(run_edits("--watch", "shelf[1]/book[2]/note", "--remove", "*"), 0, "",
           "document: note is gone\n");
    /* What is only moved, or still held, is not dead. */
    expect(run_edits("--watch", "shelf[2]/map", "--move", "shelf[2]/map", "/", "--remove", "shelf"),
           0, "map\n", "");
    expect(run_edits("--watch", "shelf[2]/map", "--select", "shelf[2]/map", "--remove", "shelf"), 0,
           "map\n", "");
}
END_TEST

START_TEST(a_path_that_means_nothing_is_told)
{
    expect(run_edits("--remove", "desk"), 1, "", "document: --remove: desk means no node\n");
    expect(run_edits("--copy", "shelf[2]", "shelf"), 1, "",
           "document: --copy: shelf means more than one node\n");
    expect(run_edits("--remove", "/"), 1, "",
           "document: --remove: / is the document, not a part of it\n");
    static const char *const none[] = {
        "",    "//", "a//b", "a/", "a[0]", "a[1", "[1]", "a[x]", "a[99999999999999999999999]",
        "a=b", "**"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct run run = run_unwatched("--select", none[i]);
        ck_assert_int_eq(run.status, 1);
        expect_part(run.errors, " is no path\n");
        run_free(&run);
    }
}
END_TEST

START_TEST(what_is_no_outline_is_told_with_its_line)
{
    static const char *const rows[][2] = {
        {"a\n b\n", "2: each level is indented by two spaces\n"},
        {"a\n    b\n", "2: this is more than one level below the line before\n"},
        {"  a\n", "1: this is more than one level below the line before\n"},
        {"a\n\tb\n", "2: control characters have no place here\n"},
        {"a\r\n", "1: control characters have no place here\n"},
        {"=b\n", "1: a node begins with a name"},
        {"a/b\n", "1: a node begins with a name"},
        {"a b\n", "1: an attribute is NAME=VALUE\n"},
        {"a =b\n", "1: an attribute is NAME=VALUE\n"},
        {"a b=\n", "1: an attribute has no value; an empty one is \"\"\n"},
        {"a b=c b=d\n", "1: an attribute stands here twice\n"},
        {"\n\na b=\"c\n", "3: the quote is never closed\n"},
        {"a b=\"c\\n\"\n", "1: in quotes, \\ wants \" or \\ behind it\n"},
        {"a b=\"c\\", "1: in quotes, \\ wants \" or \\ behind it\n"},
        {"a b=\"c\"d=e\n", "1: a space is missing behind a value\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        write_text_file("bad", rows[i][0]);
        struct run run =
            run_program(DOCUMENT_PROGRAM, "bad", (const char *const[]){"--stats", NULL});
        ck_assert_msg(run.status == 1, "status %d of: %s", run.status, rows[i][0]);
        ck_assert_str_eq(run.out, "");
        expect_part(run.errors, "document: standard input:");
        expect_part(run.errors, rows[i][1]);
        expect_part(run.errors, " 0 left\n");
        run_free(&run);
    }
}
END_TEST

START_TEST(a_zero_byte_is_told_with_its_line)
{
    write_file("zero", "a\nb\0c\n", 6);
    expect(run_watched(DOCUMENT_PROGRAM, NULL, (const char *const[]){"zero", NULL}), 1, "",
           "document: zero:2: control characters have no place here\n");
}
END_TEST

START_TEST(a_deep_document_needs_no_deep_stack)
{
    enum { LEVELS = 3000 };
    size_t bytes = 0;
    char *text = malloc((size_t)LEVELS * (LEVELS + 2) + 1);
    for (size_t level = 0; level < LEVELS; level++) {
        memset(text + bytes, ' ', 2 * level);
        bytes += 2 * level;
        text[bytes++] = 'a';
        text[bytes++] = '\n';
    }
    write_file("deep", text, bytes);
    text[bytes] = '\0';
    struct run run = run_program(DOCUMENT_PROGRAM, "deep", (const char *const[]){NULL});
    expect(run, 0, text, "");
    free(text);
}
END_TEST

START_TEST(files_and_options_that_are_wrong_are_trouble)
{
    expect(run_watched(DOCUMENT_PROGRAM, NULL, (const char *const[]){"missing", NULL}), 2, "",
           "document: can't open missing: No such file or directory\n");
    expect(run_watched(DOCUMENT_PROGRAM, NULL, (const char *const[]){".", NULL}), 2, "",
           "document: can't read .: Is a directory\n");
    expect(run_edits("--move", "shelf"), 2, "",
           "document: --move wants two arguments; --help tells more\n");
    expect(run_edits("library", "--paths"), 2, "",
           "document: --paths stands behind FILE; --help tells more\n");
    struct run run = run_edits("--colour");
    ck_assert_int_eq(run.status, 2);
    expect_part(run.errors, "--help tells");
    run_free(&run);
}
END_TEST

START_TEST(help_is_no_error_and_stats_find_nothing_left)
{
    struct run run = run_edits("--help");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "Usage: document");
    run_free(&run);
    run = run_edits("--stats", "--copy", "shelf[1]", "shelf[2]/book");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.errors, " objects made, 0 left\n");
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("example document");
    TCase *t = tcase_create("document");
    tcase_add_checked_fixture(t, enter_library, leave_directory);
    tcase_add_test(t, an_outline_is_written_as_it_was_read);
    tcase_add_test(t, a_path_selects_nodes);
    tcase_add_test(t, what_is_removed_is_gone_with_all_below_it);
    tcase_add_test(t, a_node_that_somebody_holds_outlives_its_parents);
    tcase_add_test(t, nodes_are_moved_with_all_below_them);
    tcase_add_test(t, a_node_cannot_go_below_itself);
    tcase_add_test(t, a_copy_has_its_own_nodes);
    tcase_add_test(t, another_document_is_moved_into_this_one);
    tcase_add_test(t, an_observer_is_told_of_deaths);
    tcase_add_test(t, a_path_that_means_nothing_is_told);
    tcase_add_test(t, what_is_no_outline_is_told_with_its_line);
    tcase_add_test(t, a_zero_byte_is_told_with_its_line);
    tcase_add_test(t, a_deep_document_needs_no_deep_stack);
    tcase_add_test(t, files_and_options_that_are_wrong_are_trouble);
    tcase_add_test(t, help_is_no_error_and_stats_find_nothing_left);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
