/* SPDX-License-Identifier: MIT
 *
 * The interpreter as a user runs it: programs, good and bad, and what the books say at the end.
 * Knows the program and nothing of its insides.
 * Whatever a program does, --stats ends with "0 left"; the exit status would tell otherwise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_program.h"
#include "support/run_suite.h"

typedef struct run runner(const char *program, const char *input, const char *const *arguments);

/* Runs a program that lies in a file, and expects that nothing of it is left. */
static struct run
run_by(runner *how, const char *text)
{
    static const char *const arguments[] = {"--stats", "p.lisp", NULL};
    write_text_file("p.lisp", text);
    struct run run = how(INTERPRETER_PROGRAM, NULL, arguments);
    expect_part(run.errors, " 0 left\n");
    return run;
}

static struct run
run_lisp(const char *text)
{
    return run_by(run_watched, text);
}

/* For programs that are many, or long: Valgrind sees the others. */
static struct run
run_unwatched(const char *text)
{
    return run_by(run_program, text);
}

static void
expect_output(struct run run, const char *output)
{
    ck_assert_msg(run.status == 0, "status %d: %s", run.status, run.errors);
    ck_assert_str_eq(run.out, output);
    run_free(&run);
}

/* What is wrong is told with its line, and ends the program with 1. */
static void
expect_problem(struct run run, const char *message)
{
    ck_assert_msg(run.status == 1, "status %d instead of: %s", run.status, message);
    expect_part(run.errors, message);
    run_free(&run);
}

/* How many objects died as members of cycles. */
static unsigned long
cycles_of(const struct run *run)
{
    const char *made = strstr(run->errors, "objects made, ");
    ck_assert_ptr_nonnull(made);
    return strtoul(made + strlen("objects made, "), NULL, 10);
}

START_TEST(forms_and_builtins_have_their_values)
{
    static const char *const rows[][2] = {
        {"(display (+ 1 2 3))", "6"},
        {"(display (- 5))(display (- 5 2))", "-53"},
        {"(display (list (* 2 3) (quotient -7 2) (remainder -7 2)))", "(6 -3 -1)"},
        {"(display (list (= 1 1) (< 1 1) (> 2 1) (not #f)))", "(#t #f #t #t)"},
        {"(write (list 'a \"b\\n\\\"\" '(1 (2)) (cons 1 2)))", "(a \"b\\n\\\"\" (1 (2)) (1 . 2))"},
        {"(display \"b\\t\\\\\")(newline)", "b\t\\\n"},
        {"(display (append '(1 2) '(3)))(display (append '() 4))", "(1 2 3)4"},
        {"(display (reverse (iota 3)))(display (length '(a b)))", "(2 1 0)2"},
        {"(display (map (lambda (x) (* x x)) '(1 2 3)))", "(1 4 9)"},
        {"(display (list (car '(1 2)) (cdr '(1 2)) (null? '()) (pair? 1)))", "(1 (2) #t #f)"},
        {"(display (list (eq? 'a 'a) (eq? '(1) '(1)) (equal? '(1 \"x\") '(1 \"x\"))))",
         "(#t #f #t)"},
        {"(display (list (integer? 1) (string? \"\") (symbol? 'a) (procedure? car)))",
         "(#t #t #t #t)"},
        {"(display (let ((x 1) (y 2)) (+ x y)))", "3"},
        {"(display (if #f 1))(display (if '() 1 2))", "1"},
        {"(display (begin 1 2))", "2"},
        {"(display ((lambda all all) 1 2))", "(1 2)"},
        {"(define (f) 1) (display (list f car if (lambda () 1)))",
         "(#<lambda f> #<builtin car> #<form if> #<lambda>)"},
        {"; nothing but a comment", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_output(run_unwatched(rows[i][0]), rows[i][1]);
}
END_TEST

START_TEST(a_closure_keeps_its_environment_and_changes_it)
{
    expect_output(run_lisp("(define (counter)\n"
                           "  (let ((n 0)) (lambda () (set! n (+ n 1)) n)))\n"
                           "(define a (counter)) (define b (counter))\n"
                           "(a) (a) (b)\n"
                           "(display (list (a) (b)))"),
                  "(3 2)");
}
END_TEST

START_TEST(a_procedure_may_replace_itself_while_it_runs)
{
    expect_output(run_lisp("(define (f x) (set! f 0) (define g f) (+ x g))\n"
                           "(display (f 7))"),
                  "7");
}
END_TEST

START_TEST(closures_and_environments_that_hold_each_other_are_collected)
{
    struct run run = run_lisp("(define (knot n)\n"
                              "  (define (self) self)\n"
                              "  (if (= n 0) 0 (knot (- n 1))))\n"
                              "(knot 5000)\n");
    ck_assert_int_eq(run.status, 0);
    /* Of each call a scope, its map, and the closure that was defined in it. */
    ck_assert_uint_ge(cycles_of(&run), 3 * 5000);
    run_free(&run);
}
END_TEST

START_TEST(a_list_of_a_million_elements_dies_without_a_deep_stack)
{
    expect_output(run_unwatched("(define l (iota 1000000))\n"
                                "(display (length l))\n"
                                "(set! l 0)\n"
                                "(define (nest n x) (if (= n 0) x (nest (- n 1) (list x))))\n"
                                "(define deep (nest 20000 1))\n"
                                "(define deep 0)\n"),
                  "1000000");
}
END_TEST

START_TEST(a_loop_by_tail_calls_takes_no_stack)
{
    expect_output(run_lisp("(define (even n) (if (= n 0) 'even (odd (- n 1))))\n"
                           "(define (odd n) (if (= n 0) 'odd (begin (let () (even (- n 1))))))\n"
                           "(display (even 20001))"),
                  "odd");
}
END_TEST

START_TEST(a_recursion_without_end_is_an_error)
{
    expect_problem(run_lisp("(define (f n)\n  (+ 1 (f n)))\n(f 1)"), "p.lisp:2: more than ");
    expect_problem(run_lisp("(define (f n) (map f (list n)))\n(f 1)"), "p.lisp:1: more than ");
    expect_problem(run_lisp("(define (f n)\n(if (f n) 1 2))\n(f 1)"), "p.lisp:2: more than ");
}
END_TEST

START_TEST(what_is_nested_too_deep_is_shown_in_part)
{
    expect_output(run_lisp("(define (nest n x) (if (= n 0) x (nest (- n 1) (list x))))\n"
                           "(display (equal? (nest 5000 1) (nest 5000 1)))\n"
                           "(display (equal? (nest 50 1) (nest 50 1)))"),
                  "#f#t");
    struct run run = run_lisp("(define (nest n x) (if (= n 0) x (nest (- n 1) (list x))))\n"
                              "(display (nest 5000 1))");
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "(((...)))");
    run_free(&run);
}
END_TEST

START_TEST(what_cannot_be_read_is_told_with_its_line)
{
    static const char *const rows[][2] = {
        {"\n(display 1\n(display 2)\n", "p.lisp:2: this parenthesis is never closed\n"},
        {"1\n)", "p.lisp:2: this parenthesis closes what nobody opened\n"},
        {"\n\n\"abc\n", "p.lisp:3: this string is never closed\n"},
        {"\"\n\\q\"", "p.lisp:2: in a string, \\ wants n, t, \" or \\ behind it\n"},
        {"'", "p.lisp:1: nothing is behind the quote\n"},
        {"(1 . 2)", "p.lisp:1: a lone dot; pairs are made by cons\n"},
        {"#true", "p.lisp:1: there is no #true; # begins #t and #f\n"},
        {"9223372036854775808", "p.lisp:1: 9223372036854775808 doesn't fit into 64 bits\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_problem(run_unwatched(rows[i][0]), rows[i][1]);
    }
}
END_TEST

START_TEST(a_zero_byte_is_told_with_its_line)
{
    static const char *const arguments[] = {"--stats", "z.lisp", NULL};
    static const char in_program[] = "(display 1)\n(a\0b)", in_string[] = "\n\"a\0b\"";
    write_file("z.lisp", in_program, sizeof in_program - 1);
    struct run run = run_watched(INTERPRETER_PROGRAM, NULL, arguments);
    ck_assert_int_eq(run.status, 1);
    ck_assert_str_eq(run.out, "1");
    expect_part(run.errors, "z.lisp:2: a zero byte, which no program has\n");
    expect_part(run.errors, " 0 left\n");
    run_free(&run);
    write_file("z.lisp", in_string, sizeof in_string - 1);
    run = run_watched(INTERPRETER_PROGRAM, NULL, arguments);
    ck_assert_int_eq(run.status, 1);
    expect_part(run.errors, "z.lisp:2: a string can't hold a zero byte\n");
    run_free(&run);
}
END_TEST

START_TEST(too_many_open_parentheses_are_an_error)
{
    char *text = malloc(100001);
    memset(text, '(', 100000);
    text[100000] = '\0';
    expect_problem(run_unwatched(text), "p.lisp:1: more than 1000 parentheses are open\n");
    memset(text, '\'', 100000);
    expect_problem(run_unwatched(text), "p.lisp:1: more than 1000 quotes\n");
    free(text);
}
END_TEST

START_TEST(what_cannot_be_evaluated_is_told_with_its_line)
{
    static const char *const rows[][2] = {
        {"\n(display\n  unknown)", "p.lisp:3: unknown is not defined\n"},
        {"(set! unknown 1)", "p.lisp:1: unknown is not defined, so it can't be set\n"},
        {"(define (f x) x)\n(f)", "p.lisp:2: f wants 1 argument, not 0\n"},
        {"((lambda (a b) a) 1 2 3)", "p.lisp:1: a lambda wants 2 arguments, not 3\n"},
        {"(car)", "p.lisp:1: car wants 1 argument, not 0\n"},
        {"(-)", "p.lisp:1: - wants at least 1 argument, not 0\n"},
        {"(- 1 2 3)", "p.lisp:1: - wants at most 2 arguments, not 3\n"},
        {"(car 1)", "p.lisp:1: car wants a pair, not an integer\n"},
        {"(length '(1))(length (cons 1 2))", "p.lisp:1: length wants a list, not a pair\n"},
        {"(+ 1 'a)", "p.lisp:1: + wants integers, not a symbol\n"},
        {"(+ 9223372036854775807 1)", "the result of + doesn't fit into 64 bits\n"},
        {"(quotient 1 0)", "p.lisp:1: quotient by zero\n"},
        {"(quotient -9223372036854775808 -1)", "the result of quotient doesn't fit into 64 bits\n"},
        {"(1 2)", "p.lisp:1: a call begins with a procedure, not with an integer\n"},
        {"(map if '(1))", "p.lisp:1: a call begins with a procedure, not with a form\n"},
        {"(if)", "p.lisp:1: this is written (if TEST THEN [ELSE])\n"},
        {"(let (x) 1)", "p.lisp:1: let wants pairs of (NAME VALUE)\n"},
        {"(let 1 1)", "p.lisp:1: this is written (let ((NAME VALUE)...) BODY...)\n"},
        {"(lambda (a a) 1)", "p.lisp:1: parameters are a list of different symbols"},
        {"(define 1 2)", "p.lisp:1: this is written (define NAME VALUE) or"},
        {"\n(error \"by itself\")", "p.lisp:2: by itself\n"},
        {"(iota -1)", "p.lisp:1: iota wants a number that is not negative\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_problem(run_unwatched(rows[i][0]), rows[i][1]);
    }
}
END_TEST

START_TEST(standard_input_is_read_without_a_file_and_for_a_dash)
{
    static const char *const dash[] = {"-", NULL};
    write_text_file("p.lisp", "(display 1)\n(car 1)");
    struct run plain = run_watched(INTERPRETER_PROGRAM, "p.lisp", dash + 1);
    struct run dashed = run_watched(INTERPRETER_PROGRAM, "p.lisp", dash);
    ck_assert_int_eq(plain.status, 1);
    ck_assert_str_eq(plain.out, "1");
    ck_assert_str_eq(plain.errors,
                     "interpreter: standard input:2: car wants a pair, not an integer\n");
    ck_assert_str_eq(plain.errors, dashed.errors);
    run_free(&plain);
    run_free(&dashed);
}
END_TEST

/* What is wrong with the command line or with files ends the program with 2. */
static void
expect_trouble(const char *const *arguments, const char *message)
{
    struct run run = run_watched(INTERPRETER_PROGRAM, NULL, arguments);
    ck_assert_int_eq(run.status, 2);
    expect_part(run.errors, message);
    run_free(&run);
}

START_TEST(files_that_cannot_be_read_and_wrong_options_are_trouble)
{
    expect_trouble((const char *const[]){"missing", NULL},
                   "interpreter: can't open missing: No such file or directory\n");
    expect_trouble((const char *const[]){".", NULL}, "interpreter: can't read .: Is a directory\n");
    expect_trouble((const char *const[]){"a", "b", NULL}, "interpreter: one FILE only");
    expect_trouble((const char *const[]){"--colour", NULL}, "--help tells");
}
END_TEST

START_TEST(help_is_no_error)
{
    struct run run = run_watched(INTERPRETER_PROGRAM, NULL, (const char *const[]){"--help", NULL});
    ck_assert_int_eq(run.status, 0);
    expect_part(run.out, "Usage: interpreter");
    expect_part(run.out, "Exit status");
    run_free(&run);
}
END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("example interpreter");
    TCase *t = tcase_create("interpreter");
    tcase_add_checked_fixture(t, enter_directory, leave_directory);
    tcase_add_test(t, forms_and_builtins_have_their_values);
    tcase_add_test(t, a_closure_keeps_its_environment_and_changes_it);
    tcase_add_test(t, a_procedure_may_replace_itself_while_it_runs);
    tcase_add_test(t, closures_and_environments_that_hold_each_other_are_collected);
    tcase_add_test(t, a_list_of_a_million_elements_dies_without_a_deep_stack);
    tcase_add_test(t, a_loop_by_tail_calls_takes_no_stack);
    tcase_add_test(t, a_recursion_without_end_is_an_error);
    tcase_add_test(t, what_is_nested_too_deep_is_shown_in_part);
    tcase_add_test(t, what_cannot_be_read_is_told_with_its_line);
    tcase_add_test(t, a_zero_byte_is_told_with_its_line);
    tcase_add_test(t, too_many_open_parentheses_are_an_error);
    tcase_add_test(t, what_cannot_be_evaluated_is_told_with_its_line);
    tcase_add_test(t, standard_input_is_read_without_a_file_and_for_a_dash);
    tcase_add_test(t, files_that_cannot_be_read_and_wrong_options_are_trouble);
    tcase_add_test(t, help_is_no_error);
    tcase_set_timeout(t, 120);
    suite_add_tcase(s, t);
    return s;
}

HF_TEST_MAIN(suite)
