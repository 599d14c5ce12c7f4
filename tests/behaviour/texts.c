/* Durations, times and rewards of the public API, and the names of its words. */
#include <criterion/criterion.h>

#include <dibs/dibs.h>

Test(texts, durations_go_in_and_out)
{
    uint64_t ms = 7;
    char text[DIBS_DURATION_TEXT_SIZE];
    cr_assert_eq(dibs_parse_duration("1h30m", &ms), DIBS_OK);
    cr_assert_eq(ms, 5400000);
    cr_assert_str_eq(dibs_format_duration(ms, text, sizeof text), "1h30m");
    static const char *const bad[] = {"", "5", "-1s", "1.5h", "1s1h", "10 m", "1w", "367d", "99999999999999999999d"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(dibs_parse_duration(bad[i], &ms), DIBS_BAD_INPUT, "%s", bad[i]);
    cr_assert_eq(ms, 5400000, "a refused text leaves the number as it was");
    cr_assert_eq(dibs_parse_duration(NULL, &ms), DIBS_BAD_INPUT);
}

Test(texts, times_go_in_and_out)
{
    int64_t ts_ms = 7;
    char text[DIBS_TIME_TEXT_SIZE];
    cr_assert_eq(dibs_parse_time("2025-03-01T14:00:00.250+02:00", &ts_ms), DIBS_OK);
    cr_assert_str_eq(dibs_format_time(ts_ms, text, sizeof text), "2025-03-01T12:00:00.250Z");
    static const char *const bad[] = {"", "2025-03-01", "2025-02-30T00:00:00Z", "2025-03-01T12:00:00", "now"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(dibs_parse_time(bad[i], &ts_ms), DIBS_BAD_INPUT, "%s", bad[i]);
    cr_assert_str_eq(dibs_format_time(-1, text, sizeof text), "");
}

Test(texts, rewards_lie_between_0_and_1)
{
    static const struct {
        const char *text;
        uint32_t value;
    } good[] = {{"0", 0}, {"1", 10000}, {"1.0", 10000}, {"0.75", 7500}, {"0.0001", 1}};
    static const char *const bad[] = {"", "1.0001", "2", "-0.5", "0.00001", ".5", "0.", "1e-1", "half"};
    uint32_t value = 0;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        cr_expect_eq(dibs_parse_reward(good[i].text, &value), DIBS_OK);
        cr_expect_eq(value, good[i].value, "%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_expect_eq(dibs_parse_reward(bad[i], &value), DIBS_BAD_INPUT, "%s", bad[i]);
}

Test(texts, every_number_has_a_name)
{
    cr_assert_str_eq(dibs_verdict_name(DIBS_VERDICT_YOURS), "yours");
    cr_assert_str_eq(dibs_reason_name(DIBS_REASON_UNSUPPORTED), "unsupported");
    cr_assert_str_eq(dibs_why_name(DIBS_WHY_FULL), "full");
    cr_assert_str_eq(dibs_advice_name(DIBS_ADVICE_CREATE), "create");
    cr_assert_str_eq(dibs_reason_name((enum dibs_reason)99), "unknown");
    cr_assert_eq(dibs_answer_exit_code(NULL), 3);
}
