/* Lines of the trace: their form in both formats, whatever the words are. */
#include "coordinator/daemon/trace.h"

#include <criterion/criterion.h>

static char array[TRACE_LINE_MAX], long_words[TRACE_LINE_MAX];
static struct text line;

static const char *format(enum trace_format format, const struct trace_field *fields, size_t count)
{
    TEXT_BEGIN(&line, array);
    trace_format_line(&line, format, 1000, TRACE_WARN, "broker", fields, count);
    return array;
}

Test(trace, is_logfmt_or_json)
{
    const struct trace_field fields[] = {TRACE_NUMBER("offset", 7), TRACE_WORDS("why", "all \"down\"\n"),
                                         TRACE_WORDS("key", "a/b")};
    cr_assert_str_eq(
        format(TRACE_LOGFMT, fields, 3),
        "ts=1970-01-01T00:00:01.000Z level=warn event=broker offset=7 why=\"all \\\"down\\\"\\n\" key=a/b\n");
    cr_assert_str_eq(format(TRACE_JSON, fields, 3),
                     "{\"ts\":\"1970-01-01T00:00:01.000Z\",\"level\":\"warn\",\"event\":\"broker\",\"offset\":7,"
                     "\"why\":\"all \\\"down\\\"\\n\",\"key\":\"a/b\"}\n");
}

Test(trace, bad_bytes_and_control_characters_do_not_break_a_line)
{
    const struct trace_field fields[] = {TRACE_WORDS("x", "a\xff\x1b\x7f"), TRACE_WORDS("empty", "")};
    cr_assert_str_eq(format(TRACE_LOGFMT, fields, 2),
                     "ts=1970-01-01T00:00:01.000Z level=warn event=broker x=\"a?\\u001b\\u007f\" empty=\"\"\n");
}

Test(trace, a_field_that_does_not_fit_is_left_out_whole)
{
    memset(long_words, 'a', sizeof long_words - 1);
    const struct trace_field fields[] = {TRACE_WORDS("long", long_words), TRACE_NUMBER("after", 1)};
    cr_assert_str_eq(format(TRACE_JSON, fields, 2),
                     "{\"ts\":\"1970-01-01T00:00:01.000Z\",\"level\":\"warn\",\"event\":\"broker\",\"after\":1}\n");
}
