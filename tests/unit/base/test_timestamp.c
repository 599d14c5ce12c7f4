/* RFC 3339, against the C library's calendar. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

#include "base/random.h"
#include "base/timestamp.h"

static struct error_text why;
static int64_t ts;

static enum dibs_error parse(const char *text)
{
    why.text[0] = '\0';
    return timestamp_parse(span_from_text(text), &ts, &why);
}

static const char *format(int64_t value)
{
    static char array[TIMESTAMP_TEXT_SIZE];
    struct text text;
    TEXT_BEGIN(&text, array);
    timestamp_format(&text, value);
    cr_assert_not(text.truncated);
    return array;
}

Test(timestamp, is_read_in_each_of_its_forms)
{
    static const struct {
        const char *text;
        int64_t ts;
    } good[] = {{"1970-01-01T00:00:00Z", 0},
                {"2025-03-01T12:00:00Z", 1740830400000},
                {"2025-03-01t12:00:00z", 1740830400000},
                {"2025-03-01 12:00:00Z", 1740830400000},
                {"2025-03-01T12:00:00.25Z", 1740830400250},
                {"2025-03-01T12:00:00.2509999Z", 1740830400250},
                {"2025-03-01T14:00:00+02:00", 1740830400000},
                {"2025-03-01T06:30:00-05:30", 1740830400000},
                {"2024-02-29T00:00:00Z", 1709164800000},
                {"2000-02-29T23:59:60Z", 951868800000},
                {"9999-12-31T23:59:59.999Z", TIMESTAMP_MAX_MS},
                {"1970-01-01T01:00:00+01:00", 0},
                {"1969-12-31T23:00:00-01:00", 0}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(parse(good[i].text), DIBS_OK, "%s: %s", good[i].text, why.text);
        cr_assert_eq(ts, good[i].ts, "%s: %lld", good[i].text, (long long)ts);
    }
}

Test(timestamp, that_is_none_is_bad_input_with_words_and_changes_nothing)
{
    static const char *const bad[] = {"",
                                      "2025-03-01",
                                      "2025-03-01T12:00:00",
                                      "2025-03-01T12:00Z",
                                      "2025-3-1T12:00:00Z",
                                      "2025-02-29T12:00:00Z",
                                      "2100-02-29T12:00:00Z",
                                      "2025-13-01T12:00:00Z",
                                      "2025-00-01T12:00:00Z",
                                      "2025-01-00T12:00:00Z",
                                      "2025-04-31T12:00:00Z",
                                      "2025-03-01T24:00:00Z",
                                      "2025-03-01T12:60:00Z",
                                      "2025-03-01T12:00:61Z",
                                      "2025-03-01T12:00:00.Z",
                                      "2025-03-01T12:00:00,5Z",
                                      "2025-03-01T12:00:00ZZ",
                                      " 2025-03-01T12:00:00Z",
                                      "2025-03-01T12:00:00+2",
                                      "2025-03-01T12:00:00+0200",
                                      "2025-03-01T12:00:00+24:00",
                                      "2025-03-01T12:00:00*02:00",
                                      "2025/03/01T12:00:00Z",
                                      "1969-12-31T23:59:59Z",
                                      "0000-01-01T00:00:00Z",
                                      "9999-12-31T23:59:60Z",
                                      "1970-01-01T00:00:00+00:01",
                                      "+025-03-01T12:00:00Z",
                                      "2025-03-01T12:00:00\xff",
                                      "2025-03-01T12:00:00\033[1mZ"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ts = 77;
        cr_assert_eq(parse(bad[i]), DIBS_BAD_INPUT, "%s", bad[i]);
        cr_assert(ts == 77 && why.text[0] != '\0', "%s", bad[i]);
        cr_assert_null(strchr(why.text, '\033'));
    }
    cr_assert_eq(timestamp_parse(span_of("2025-03-01\0T12:00:00Z", 21), &ts, &why), DIBS_BAD_INPUT);
}

Test(timestamp, is_shown_as_the_calendar_has_it_and_read_back)
{
    struct random random;
    random_init(&random, 4);
    for (int turn = 0; turn < 50000; turn++) {
        int64_t value = (int64_t)random_between(&random, 0, (uint64_t)TIMESTAMP_MAX_MS);
        time_t seconds = (time_t)(value / 1000);
        struct tm civil;
        char expected[64], date[32];
        cr_assert_not_null(gmtime_r(&seconds, &civil));
        strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &civil);
        snprintf(expected, sizeof expected, "%s.%03dZ", date, (int)(value % 1000));
        cr_assert_str_eq(format(value), expected);
        cr_assert(parse(expected) == DIBS_OK && ts == value, "%s", expected);
    }
}

Test(timestamp, out_of_range_is_not_shown)
{
    cr_assert_str_eq(format(0), "1970-01-01T00:00:00.000Z");
    cr_assert_str_eq(format(TIMESTAMP_MAX_MS), "9999-12-31T23:59:59.999Z");
    cr_assert_str_eq(format(TIMESTAMP_MAX_MS + 1), "");
    cr_assert_str_eq(format(-1), "");
    cr_assert_str_eq(format(INT64_MIN), "");
}
