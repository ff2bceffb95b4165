/* SPDX-License-Identifier: MIT
 *
 * The procedures of integers.
 * Knows the interpreter.
 * A result that doesn't fit into 64 bits is an error, not another number. */
#include "builtins.h"

/* Takes argument `at` of `name` for a number. Returns whether it is one. */
static bool
number_at(interpreter *in, const char *name, values *arguments, size_t at, int64_t *number)
{
    const integer *i = hf_cast(integer, hf_array_at(arguments, at));
    if (i) {
        *number = i->number;
        return true;
    }
    wrong_argument(in, name, arguments, at, "integers");
    return false;
}

static bool
add_overflows(int64_t a, int64_t b, int64_t *result)
{
    return __builtin_add_overflow(a, b, result);
}

static bool
subtract_overflows(int64_t a, int64_t b, int64_t *result)
{
    return __builtin_sub_overflow(a, b, result);
}

static bool
multiply_overflows(int64_t a, int64_t b, int64_t *result)
{
    return __builtin_mul_overflow(a, b, result);
}

/* Joins all arguments, from `start` on. */
static value *
fold(interpreter *in, const char *name, values *arguments, int64_t start,
     bool (*overflows)(int64_t, int64_t, int64_t *))
{
    int64_t result = start, each;
    for (size_t i = 0; i < hf_array_count(arguments); i++) {
        if (!number_at(in, name, arguments, i, &each)) return NULL;
        if (overflows(result, each, &result)) {
            return fail(in, "the result of %s doesn't fit into 64 bits", name);
        }
    }
    return integer_new(result);
}

static value *
add(interpreter *in, values *arguments)
{
    return fold(in, "+", arguments, 0, add_overflows);
}

static value *
multiply(interpreter *in, values *arguments)
{
    return fold(in, "*", arguments, 1, multiply_overflows);
}

/* One argument is taken from zero, the second from the first. */
static value *
subtract(interpreter *in, values *arguments)
{
    int64_t a = 0, b, result;
    size_t count = hf_array_count(arguments);
    if (count == 2 && !number_at(in, "-", arguments, 0, &a)) return NULL;
    if (!number_at(in, "-", arguments, count - 1, &b)) return NULL;
    if (subtract_overflows(a, b, &result)) {
        return fail(in, "the result of - doesn't fit into 64 bits");
    }
    return integer_new(result);
}

/* Takes both arguments of a division. Returns whether there is a result. */
static bool
divisible(interpreter *in, const char *name, values *arguments, int64_t *a, int64_t *b)
{
    if (!number_at(in, name, arguments, 0, a) || !number_at(in, name, arguments, 1, b)) {
        return false;
    }
    if (!*b) fail(in, "%s by zero", name);
    return *b != 0;
}

static value *
quotient(interpreter *in, values *arguments)
{
    int64_t a, b;
    if (!divisible(in, "quotient", arguments, &a, &b)) return NULL;
    if (a == INT64_MIN && b == -1) {
        return fail(in, "the result of quotient doesn't fit into 64 bits");
    }
    return integer_new(a / b);
}

static value *
take_remainder(interpreter *in, values *arguments)
{
    int64_t a, b;
    if (!divisible(in, "remainder", arguments, &a, &b)) return NULL;
    return integer_new(b == -1 ? 0 : a % b);
}

/* Returns -1, 0 or 1 as the first argument is less than, equal to or greater than the second; 2
 * after fail(). */
static int
compare(interpreter *in, const char *name, values *arguments)
{
    int64_t a, b;
    if (!number_at(in, name, arguments, 0, &a) || !number_at(in, name, arguments, 1, &b)) return 2;
    return (a > b) - (a < b);
}

static value *
equal(interpreter *in, values *arguments)
{
    int order = compare(in, "=", arguments);
    return order == 2 ? NULL : truth(order == 0);
}

static value *
less(interpreter *in, values *arguments)
{
    int order = compare(in, "<", arguments);
    return order == 2 ? NULL : truth(order < 0);
}

static value *
greater(interpreter *in, values *arguments)
{
    int order = compare(in, ">", arguments);
    return order == 2 ? NULL : truth(order > 0);
}

const struct builtin_row builtins_of_numbers[] = {{"+", 0, SIZE_MAX, add},
                                                  {"*", 0, SIZE_MAX, multiply},
                                                  {"-", 1, 2, subtract},
                                                  {"quotient", 2, 2, quotient},
                                                  {"remainder", 2, 2, take_remainder},
                                                  {"=", 2, 2, equal},
                                                  {"<", 2, 2, less},
                                                  {">", 2, 2, greater},
                                                  {NULL, 0, 0, NULL}};
