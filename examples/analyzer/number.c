/* SPDX-License-Identifier: MIT
 *
 * Numbers in tables and reports.
 * Knows values. The program never calls setlocale, so strtod and printf know the decimal point
 * only. Few digits need no strtod: William Clinger, How to Read Floating Point Numbers Accurately,
 * 1990: two doubles without error make a product or quotient with one rounding. */
#include "number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What a number looks like, before it is one. */
struct decimal {
    bool negative;
    bool is_integer;   /* neither point nor exponent */
    int digits;        /* of the mantissa, leading zeros not counted */
    int exponent;      /* of ten */
    uint64_t mantissa; /* right while digits is at most 19 */
};

enum { EXACT_DIGITS = 19, EXPONENT_LIMIT = 100000, EXACT_POWERS = 22 };

static bool
is_digit(const char *at, const char *end)
{
    return at < end && (unsigned char)(*at - '0') < 10;
}

/* Takes digits off, and adds to the exponent what each of them shifts the point by. */
static const char *
scan_digits(const char *at, const char *end, int shift, struct decimal *d)
{
    for (; is_digit(at, end); at++) {
        d->mantissa = d->mantissa * 10 + (uint64_t)(*at - '0');
        d->digits += d->digits || *at != '0';
        d->exponent += shift;
    }
    return at;
}

/* Takes the exponent off, if there is one. Returns NULL when it has no digits. */
static const char *
scan_exponent(const char *at, const char *end, struct decimal *d)
{
    if (at == end || (*at != 'e' && *at != 'E')) return at;
    at++;
    d->is_integer = false;
    bool negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+')) at++;
    if (!is_digit(at, end)) return NULL;
    int exponent = 0;
    for (; is_digit(at, end); at++) {
        if (exponent < EXPONENT_LIMIT) exponent = exponent * 10 + (*at - '0');
    }
    d->exponent += negative ? -exponent : exponent;
    return at;
}

static bool
scan(struct span s, struct decimal *d)
{
    const char *at = s.bytes, *end = s.bytes + s.length;
    *d = (struct decimal){.is_integer = true};
    d->negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    const char *whole = at;
    at = scan_digits(at, end, 0, d);
    size_t whole_digits = (size_t)(at - whole), fraction_digits = 0;
    if (whole_digits > 1 && *whole == '0') return false;
    if (at < end && *at == '.') {
        const char *fraction = ++at;
        at = scan_digits(at, end, -1, d);
        fraction_digits = (size_t)(at - fraction);
        d->is_integer = false;
    }
    return whole_digits + fraction_digits > 0 && (at = scan_exponent(at, end, d)) && at == end;
}

/* Returns whether the mantissa and the power of ten are doubles without error. */
static bool
is_exact(const struct decimal *d)
{
    return d->digits <= EXACT_DIGITS && d->mantissa <= UINT64_C(1) << DBL_MANT_DIG
           && d->exponent >= -EXACT_POWERS && d->exponent <= EXACT_POWERS;
}

static double
value_of(const struct decimal *d, const char *bytes)
{
    static const double powers[EXACT_POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (!is_exact(d)) return strtod(bytes, NULL);
    double mantissa = (double)d->mantissa;
    double x = d->exponent < 0 ? mantissa / powers[-d->exponent] : mantissa * powers[d->exponent];
    return d->negative ? -x : x;
}

bool
number_read(struct span s, struct value *value)
{
    struct decimal d;
    if (!s.length || !scan(s, &d)) return false;
    if (d.is_integer && d.digits <= EXACT_DIGITS && d.mantissa <= INT64_MAX) {
        value->kind = KIND_INTEGER;
        value->integer = d.negative ? -(int64_t)d.mantissa : (int64_t)d.mantissa;
        value->number = (double)value->integer;
        return true;
    }
    double x = value_of(&d, s.bytes);
    if (!isfinite(x)) return false;
    value->kind = KIND_NUMBER;
    value->number = x;
    return true;
}

void
number_write_exact(char out[NUMBER_BYTES], double x)
{
    out[0] = '\0';
    if (!isfinite(x)) return;
    for (int digits = DBL_DIG; digits <= DBL_DECIMAL_DIG; digits++) {
        snprintf(out, NUMBER_BYTES, "%.*g", digits, x);
        if (strtod(out, NULL) == x) return;
    }
}

static void
drop_trailing_zeros(char *number)
{
    if (!strchr(number, '.')) return;
    char *end = number + strlen(number);
    while (end[-1] == '0') end--;
    if (end[-1] == '.') end--;
    *end = '\0';
}

void
number_write_short(char out[NUMBER_BYTES], double x)
{
    out[0] = '\0';
    double size = fabs(x);
    if (!isfinite(x)) return;
    if (size != 0 && (size < 1e-4 || size >= 1e15)) {
        snprintf(out, NUMBER_BYTES, "%.6g", x);
        return;
    }
    int decimals = 6;
    for (double limit = 1; decimals > 2 && size >= limit; limit *= 10) decimals--;
    snprintf(out, NUMBER_BYTES, "%.*f", decimals, x);
    drop_trailing_zeros(out);
}
