/* SPDX-License-Identifier: MIT
 *
 * Dates of ISO 8601: to milliseconds since the beginning of 1970 and back.
 * Knows values.
 * Days are counted in years that begin in March, so that the leap day comes last, and in eras of
 * 400 years, which all have 146,097 days. */
#include "date.h"

#include <inttypes.h>
#include <stdio.h>

enum { DAYS_OF_ERA = 146097, DAYS_BEFORE_1970 = 719468, MILLISECONDS_OF_DAY = 86400000 };

static int64_t
days_from_date(int64_t year, int64_t month, int64_t day)
{
    if (month <= 2) year--;
    int64_t era = year / 400, year_of_era = year % 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_BEFORE_1970;
}

static void
date_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
    days += DAYS_BEFORE_1970;
    int64_t era = days / DAYS_OF_ERA, of_era = days % DAYS_OF_ERA;
    int64_t year_of_era =
        (of_era - of_era / 1460 + of_era / 36524 - of_era / (DAYS_OF_ERA - 1)) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month_from_march = (5 * of_year + 2) / 153;
    *day = of_year - (153 * month_from_march + 2) / 5 + 1;
    *month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static int64_t
days_of_month(int64_t year, int64_t month)
{
    static const char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return days[month - 1] + (month == 2 && leap);
}

/* Takes exactly this many digits off the span. */
static bool
take_digits(struct span *s, size_t count, int64_t *number)
{
    if (s->length < count) return false;
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned digit = (unsigned char)s->bytes[i] - (unsigned)'0';
        if (digit > 9) return false;
        *number = *number * 10 + digit;
    }
    s->bytes += count;
    s->length -= count;
    return true;
}

static bool
take_sign(struct span *s, char sign)
{
    if (!s->length || *s->bytes != sign) return false;
    s->bytes++;
    s->length--;
    return true;
}

static bool
take_day(struct span *s, int64_t *days)
{
    int64_t year, month, day;
    if (!take_digits(s, 4, &year) || !take_sign(s, '-') || !take_digits(s, 2, &month)
        || !take_sign(s, '-') || !take_digits(s, 2, &day)) {
        return false;
    }
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month)) {
        return false;
    }
    *days = days_from_date(year, month, day);
    return true;
}

/* What follows the point: one to nine digits, of which the first three count. */
static bool
take_milliseconds(struct span *s, int64_t *milliseconds)
{
    int64_t worth = 100, digit;
    size_t digits = 0;
    while (take_digits(s, 1, &digit)) {
        *milliseconds += digit * worth;
        worth /= 10;
        digits++;
    }
    return digits >= 1 && digits <= 9;
}

static bool
take_time(struct span *s, int64_t *milliseconds)
{
    int64_t hour, minute, second = 0, fraction = 0;
    if (!take_digits(s, 2, &hour) || !take_sign(s, ':') || !take_digits(s, 2, &minute))
        return false;
    if (take_sign(s, ':')) {
        if (!take_digits(s, 2, &second)) return false;
        if (take_sign(s, '.') && !take_milliseconds(s, &fraction)) return false;
    }
    /* A leap second is the first one of the next minute. */
    if (hour > 23 || minute > 59 || second > 60) return false;
    *milliseconds += ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
    return true;
}

/* "Z", or hours and minutes ahead of UTC. */
static bool
take_zone(struct span *s, int64_t *milliseconds)
{
    if (take_sign(s, 'Z')) return true;
    int64_t direction = take_sign(s, '-') ? 1 : -1, hour, minute;
    if (direction < 0 && !take_sign(s, '+')) return false;
    if (!take_digits(s, 2, &hour)) return false;
    take_sign(s, ':');
    if (!take_digits(s, 2, &minute) || hour > 23 || minute > 59) return false;
    *milliseconds += direction * (hour * 60 + minute) * 60000;
    return true;
}

bool
date_read(struct span s, struct value *value)
{
    int64_t days;
    if (!take_day(&s, &days)) return false;
    int64_t milliseconds = days * MILLISECONDS_OF_DAY;
    bool has_time = take_sign(&s, 'T') || take_sign(&s, ' ');
    if (has_time && !take_time(&s, &milliseconds)) return false;
    bool has_zone = has_time && s.length;
    if (has_zone && !take_zone(&s, &milliseconds)) return false;
    if (s.length) return false;
    value->kind = KIND_DATE;
    value->integer = milliseconds;
    value->number = (double)milliseconds;
    value->has_time = has_time;
    value->has_zone = has_zone;
    return true;
}

void
date_write(char out[DATE_BYTES], int64_t milliseconds, bool with_time, bool with_zone)
{
    int64_t days = milliseconds / MILLISECONDS_OF_DAY, rest = milliseconds % MILLISECONDS_OF_DAY;
    if (rest < 0) {
        days--;
        rest += MILLISECONDS_OF_DAY;
    }
    int64_t year, month, day;
    date_from_days(days, &year, &month, &day);
    int length =
        snprintf(out, DATE_BYTES, "%04" PRId64 "-%02" PRId64 "-%02" PRId64, year, month, day);
    if (!with_time) return;
    char *at = out + length;
    size_t left = DATE_BYTES - (size_t)length;
    length = snprintf(at, left, "T%02" PRId64 ":%02" PRId64 ":%02" PRId64, rest / 3600000,
                      rest / 60000 % 60, rest / 1000 % 60);
    at += length;
    left -= (size_t)length;
    if (rest % 1000) {
        length = snprintf(at, left, ".%03" PRId64, rest % 1000);
        at += length;
        left -= (size_t)length;
    }
    if (with_zone) snprintf(at, left, "Z");
}
