#include "time/civil.h"

#include "base/error.h"

/* Years are counted from 1 March, so that the leap day comes last and month lengths follow one formula. */
int32_t ac_civil_day(int32_t year, int32_t month, int32_t day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t era = ac_i64_floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (int32_t)(era * AC_CYCLE_DAYS + day_of_era - 719468);
}

ac_date ac_day_to_date(ac_day day)
{
    int64_t shifted = (int64_t)day + 719468;
    int64_t era = ac_i64_floor_div(shifted, AC_CYCLE_DAYS);
    int64_t day_of_era = shifted - era * AC_CYCLE_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t march_month = (5 * day_of_year + 2) / 153;
    ac_date date;

    date.day = (int32_t)(day_of_year - (153 * march_month + 2) / 5 + 1);
    date.month = (int32_t)(march_month < 10 ? march_month + 3 : march_month - 9);
    date.year = (int32_t)(year_of_era + era * 400 + (date.month <= 2));
    return date;
}

int32_t ac_civil_year(int32_t day)
{
    return ac_day_to_date(day).year;
}

int ac_civil_is_leap(int32_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int32_t ac_civil_month_days(int32_t year, int32_t month)
{
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && ac_civil_is_leap(year));
}

ac_status ac_day_from_date(ac_date date, ac_day *out, ac_error *err)
{
    *out = 0;
    if (date.year < 1 || date.year > 9999)
        return ac_error_set(err, AC_E_RANGE, 0, "the year is outside 1..9999", NULL);
    if (date.month < 1 || date.month > 12)
        return ac_error_set(err, AC_E_RANGE, 0, "the month is outside 1..12", NULL);
    if (date.day < 1 || date.day > ac_civil_month_days(date.year, date.month))
        return ac_error_set(err, AC_E_RANGE, 0, "the month has no such day", NULL);
    *out = ac_civil_day(date.year, date.month, date.day);
    return AC_OK;
}

ac_weekday ac_day_weekday(ac_day day)
{
    return (ac_weekday)ac_civil_weekday(day);
}

ac_status ac_day_add_months(ac_day day, int64_t months, ac_month_end rule, ac_day *out, ac_error *err)
{
    ac_date date = ac_day_to_date(day);
    int64_t at = (int64_t)date.year * 12 + date.month - 1;
    int32_t length;

    *out = 0;
    if (!ac_i64_add(at, months, &at) || at < 12 || at >= 10000 * 12)
        return ac_error_set(err, AC_E_RANGE, 0, "the year is outside 1..9999", NULL);
    date.year = (int32_t)(at / 12);
    date.month = (int32_t)(at % 12 + 1);
    length = ac_civil_month_days(date.year, date.month);
    if (date.day <= length) {
        *out = ac_civil_day(date.year, date.month, date.day);
        return AC_OK;
    }
    if (rule == AC_MONTH_END_ERROR)
        return ac_error_set(err, AC_E_RANGE, 0, "the month has no such day", "choose month-end clamp or next");
    /* A month longer than 28 days is never followed by year 10000: December has 31. */
    *out = ac_civil_day(date.year, date.month, length) + (rule == AC_MONTH_END_NEXT);
    return AC_OK;
}
