/* Durations as text. */
#include <criterion/criterion.h>

#include "base/duration.h"
#include "base/random.h"

static struct error_text why;
static uint64_t ms;

static enum dibs_error parse(const char *text)
{
    why.text[0] = '\0';
    return duration_parse(span_from_text(text), &ms, &why);
}

static const char *format(uint64_t value)
{
    static char array[DURATION_TEXT_SIZE];
    struct text text;
    TEXT_BEGIN(&text, array);
    duration_format(&text, value);
    cr_assert_not(text.truncated);
    return array;
}

Test(duration, is_read_in_every_unit_and_in_sums)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } good[] = {{"250ms", 250},
                {"90s", 90000},
                {"15m", 900000},
                {"2h", 7200000},
                {"3d", 259200000},
                {"0", 0},
                {"0s", 0},
                {"00", 0},
                {"1h30m", 5400000},
                {"1d2h3m4s5ms", 93784005},
                {"1d1ms", 86400001},
                {"007s", 7000},
                {"366d", DURATION_MAX_MS},
                {"31622400s", DURATION_MAX_MS},
                {"365d24h", DURATION_MAX_MS},
                {"90m", 5400000}};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_assert_eq(parse(good[i].text), DIBS_OK, "%s: %s", good[i].text, why.text);
        cr_assert_eq(ms, good[i].ms, "%s", good[i].text);
    }
}

Test(duration, that_is_none_is_bad_input_with_words_and_changes_nothing)
{
    static const char *const bad[] = {"",
                                      " ",
                                      "5",
                                      "05",
                                      "00x",
                                      "s",
                                      "-1s",
                                      "+1s",
                                      "1.5h",
                                      "1 h",
                                      " 1h",
                                      "1h ",
                                      "1w",
                                      "1S",
                                      "1h1h",
                                      "1m1h",
                                      "1ms1s",
                                      "h1",
                                      "1h30",
                                      "0x10s",
                                      "1e3s",
                                      "367d",
                                      "366d1ms",
                                      "31622400001ms",
                                      "18446744073709551616ms",
                                      "99999999999999999999999999d",
                                      "9999999999999999s",
                                      "213503982335d",
                                      /* 2^64 ms and a little more */ "1\xc3\xbcs",
                                      "\xff",
                                      "1\033[31ms"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ms = 77;
        cr_assert_eq(parse(bad[i]), DIBS_BAD_INPUT, "%s", bad[i]);
        cr_assert(ms == 77 && why.text[0] != '\0', "%s", bad[i]);
        cr_assert_null(strchr(why.text, '\033'), "control characters must not be echoed");
    }
    cr_assert_eq(duration_parse(span_of("1\0s", 3), &ms, &why), DIBS_BAD_INPUT);
    cr_assert_eq(duration_parse(span_from_text("1y"), &ms, NULL), DIBS_BAD_INPUT);
}

Test(duration, is_shown_in_two_neighbouring_units_and_cut)
{
    static const struct {
        uint64_t ms;
        const char *text;
    } shown[] = {{0, "0s"},
                 {1, "1ms"},
                 {250, "250ms"},
                 {999, "999ms"},
                 {1000, "1s"},
                 {1999, "1s"},
                 {59999, "59s"},
                 {60000, "1m"},
                 {3598999, "59m58s"},
                 {3600000, "1h"},
                 {3659999, "1h"},
                 {3660000, "1h1m"},
                 {86399999, "23h59m"},
                 {86400000, "1d"},
                 {86400000 + 3599999, "1d"},
                 {183600000, "2d3h"},
                 {UINT64_MAX, "213503982334d14h"}};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        cr_assert_str_eq(format(shown[i].ms), shown[i].text);
}

Test(duration, that_is_shown_is_read_as_what_it_was_cut_to)
{
    struct random random;
    random_init(&random, 1);
    for (int turn = 0; turn < 20000; turn++) {
        uint64_t value = random_next(&random) % DURATION_MAX_MS >> random_below(&random, 35);
        char first[DURATION_TEXT_SIZE];
        strcpy(first, format(value));
        cr_assert_eq(parse(first), DIBS_OK, "%s: %s", first, why.text);
        cr_assert(ms <= value && (value - ms < 1000 || (value - ms) * 24 <= value), "%s is far from %llu", first,
                  (unsigned long long)value);
        cr_assert_str_eq(format(ms), first);
    }
}
