/* RFC 3339: see timestamp.h. Days are counted by the civil calendar in integers; no libc time function. */
#include "base/timestamp.h"

#include "base/utf8.h"

enum { DAY_MS = 86400000, SHOWN_BYTES = 40 };

struct civil {
    int64_t year;
    uint32_t month, day; /* from 1 */
};

/* Days since 1970-01-01. Years begin in March here, so that a leap day is a year's last. */
static int64_t days_from_civil(struct civil date)
{
    int64_t year = date.year - (date.month <= 2 ? 1 : 0);
    int64_t era = year / 400, year_of_era = year % 400; /* year >= 0 */
    int64_t day_of_year = (153 * ((int64_t)date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static struct civil civil_from_days(int64_t days)
{
    days += 719468; /* since 0000-03-01; not negative */
    int64_t era = days / 146097, day_of_era = days % 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* from March */
    uint32_t day = (uint32_t)(day_of_year - (153 * month + 2) / 5 + 1);
    uint32_t civil_month = (uint32_t)(month < 10 ? month + 3 : month - 9);
    return (struct civil){
        .year = year_of_era + era * 400 + (civil_month <= 2 ? 1 : 0), .month = civil_month, .day = day};
}

static uint32_t month_days(int64_t year, uint32_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

/* ---------------------------------------------------------------- reading */

static bool take_digits(struct span *rest, size_t count, uint32_t *number)
{
    *number = 0;
    if (rest->size < count)
        return false;
    for (size_t i = 0; i < count; i++) {
        if (rest->bytes[i] < '0' || rest->bytes[i] > '9')
            return false;
        *number = *number * 10 + (uint32_t)(rest->bytes[i] - '0');
    }
    *rest = span_skip(*rest, count);
    return true;
}

static bool take_one_of(struct span *rest, const char *accepted)
{
    if (rest->size == 0 || rest->bytes[0] == '\0' || strchr(accepted, rest->bytes[0]) == NULL)
        return false;
    *rest = span_skip(*rest, 1);
    return true;
}

static bool take_date(struct span *rest, int64_t *days)
{
    uint32_t year, month, day;
    if (!take_digits(rest, 4, &year) || !take_one_of(rest, "-") || !take_digits(rest, 2, &month) ||
        !take_one_of(rest, "-") || !take_digits(rest, 2, &day))
        return false;
    if (month < 1 || month > 12 || day < 1 || day > month_days(year, month))
        return false;
    *days = days_from_civil((struct civil){.year = year, .month = month, .day = day});
    return true;
}

static bool take_clock(struct span *rest, int64_t *ms)
{
    uint32_t hour, minute, second;
    if (!take_digits(rest, 2, &hour) || !take_one_of(rest, ":") || !take_digits(rest, 2, &minute) ||
        !take_one_of(rest, ":") || !take_digits(rest, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60)
        return false;
    *ms = ((int64_t)hour * 3600 + (int64_t)minute * 60 + second) * 1000;
    if (!take_one_of(rest, "."))
        return true;
    size_t digits = 0;
    for (int64_t worth = 100; digits < rest->size && rest->bytes[digits] >= '0' && rest->bytes[digits] <= '9';
         digits++) {
        *ms += worth * (rest->bytes[digits] - '0');
        worth /= 10;
    }
    *rest = span_skip(*rest, digits);
    return digits > 0;
}

static bool take_zone(struct span *rest, int64_t *ahead_ms)
{
    *ahead_ms = 0;
    if (take_one_of(rest, "Zz"))
        return true;
    int64_t sign = rest->size > 0 && rest->bytes[0] == '-' ? -1 : 1;
    uint32_t hours, minutes;
    if (!take_one_of(rest, "+-") || !take_digits(rest, 2, &hours) || !take_one_of(rest, ":") ||
        !take_digits(rest, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ahead_ms = sign * ((int64_t)hours * 60 + minutes) * 60000;
    return true;
}

enum dibs_error timestamp_parse(struct span text, int64_t *out_ts_ms, struct error_text *why)
{
    struct span rest = text;
    int64_t days, clock_ms, ahead_ms;
    if (take_date(&rest, &days) && take_one_of(&rest, "Tt ") && take_clock(&rest, &clock_ms) &&
        take_zone(&rest, &ahead_ms) && rest.size == 0) {
        int64_t ts_ms = days * DAY_MS + clock_ms - ahead_ms;
        if (ts_ms >= 0 && ts_ms <= TIMESTAMP_MAX_MS) {
            *out_ts_ms = ts_ms;
            return DIBS_OK;
        }
        return error_say(why, DIBS_BAD_INPUT, "a time must lie between the years 1970 and 9999");
    }
    struct span shown = utf8_is_clean(text, false) ? utf8_cut(text, SHOWN_BYTES) : (struct span){0};
    return error_say(why, DIBS_BAD_INPUT, "'%.*s%s' is not a time: write it as 2025-03-01T12:00:00Z, with a zone",
                     (int)shown.size, shown.size == 0 ? "" : (const char *)shown.bytes,
                     shown.size < text.size ? "..." : "");
}

/* ---------------------------------------------------------------- writing */

void timestamp_format(struct text *out, int64_t ts_ms)
{
    if (ts_ms < 0 || ts_ms > TIMESTAMP_MAX_MS)
        return;
    struct civil date = civil_from_days(ts_ms / DAY_MS);
    uint64_t ms = (uint64_t)(ts_ms % DAY_MS);
    text_u64_padded(out, (uint64_t)date.year, 4);
    text_char(out, '-');
    text_u64_padded(out, date.month, 2);
    text_char(out, '-');
    text_u64_padded(out, date.day, 2);
    text_char(out, 'T');
    text_u64_padded(out, ms / 3600000, 2);
    text_char(out, ':');
    text_u64_padded(out, ms / 60000 % 60, 2);
    text_char(out, ':');
    text_u64_padded(out, ms / 1000 % 60, 2);
    text_char(out, '.');
    text_u64_padded(out, ms % 1000, 3);
    text_char(out, 'Z');
}
