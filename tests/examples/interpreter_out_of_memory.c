/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the interpreter fails once: it says so, ends with 2, loses nothing.
 * Knows the parts of the interpreter; every allocation of theirs and of the library may be refused.
 * The program has closures in circles, so that what is left behind in the midst is one, too. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "refuse_memory.h"
#include "session.h"
#include "support/run_suite.h"

static const char program[] = "(define (counter)\n"
                              "  (let ((n 0)) (lambda () (set! n (+ n 1)) n)))\n"
                              "(define a (counter))\n"
                              "(define (twice f x) (f (f x)))\n"
                              "(define l (map (lambda (x) (twice a2 x)) '(1 2)))\n"
                              "(display (append (reverse (iota 3)) (cons (a) \"end\")))\n";

static char directory[] = "/tmp/holdfast-XXXXXX";

static void
write_program(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    FILE *file = fopen("p.lisp", "w");
    fputs("(define (a2 x) (+ x x))\n", file);
    fputs(program, file);
    ck_assert_int_eq(fclose(file), 0);
}

static void
remove_program(void)
{
    unlink("p.lisp");
    unlink("out");
    unlink("errors");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}

static int
run(void)
{
    FILE *file = fopen("p.lisp", "r"), *out = fopen("out", "w");
    int status = session_run(file, "p.lisp", out);
    fclose(file);
    fclose(out);
    return status;
}

static void
expect_output(void)
{
    char written[100] = "";
    FILE *file = fopen("out", "r");
    fread(written, 1, sizeof written - 1, file);
    fclose(file);
    ck_assert_str_eq(written, "(2 1 0 1 . end)");
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

START_TEST(every_allocation_for_a_program_may_fail)
{
    write_program();
    ck_assert_uint_ge(refuse_in_turn(run, judge, 1), 200);
    remove_program();
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("interpreter: out of memory");
    TCase *t = tcase_create("out of memory");
    tcase_add_test(t, every_allocation_for_a_program_may_fail);
    tcase_set_timeout(t, 600);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
