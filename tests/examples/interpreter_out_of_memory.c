/* SPDX-License-Identifier: MIT
 *
 * Each allocation of a run of the interpreter fails once: it says so, ends with 2, loses nothing.
 * Knows the parts of the interpreter; every allocation of theirs and of the library may be refused.
 * The program has closures in circles, so that what is left behind in the midst is one, too. */
#include <stdio.h>

#include "directory.h"
#include "refuse_memory.h"
#include "session.h"
#include "support/run_suite.h"

static const char program[] = "(define (a2 x) (+ x x))\n"
                              "(define (counter)\n"
                              "  (let ((n 0)) (lambda () (set! n (+ n 1)) n)))\n"
                              "(define a (counter))\n"
                              "(define (twice f x) (f (f x)))\n"
                              "(define l (map (lambda (x) (twice a2 x)) '(1 2)))\n"
                              "(display (append (reverse (iota 3)) (cons (a) \"end\")))\n";

static int
run(void)
{
    FILE *file = fopen("p.lisp", "r"), *out = fopen("out", "w");
    int status = session_run(file, "p.lisp", out);
    fclose(file);
    fclose(out);
    return status;
}

START_TEST(every_allocation_for_a_program_may_fail)
{
    enter_directory();
    write_text_file("p.lisp", program);
    ck_assert_uint_ge(refuse_in_turn_or_get(run, "(2 1 0 1 . end)"), 200);
    leave_directory();
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
