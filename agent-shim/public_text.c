/* Durations, times and rewards of the public API (text.h), on the tools of base/. */
#include <dibs/text.h>

#include "agent-shim/note.h"
#include "base/duration.h"
#include "base/timestamp.h"
#include "base/utf8.h"

_Static_assert((int)DIBS_DURATION_TEXT_SIZE >= (int)DURATION_TEXT_SIZE, "callers' arrays hold it");
_Static_assert((int)DIBS_TIME_TEXT_SIZE >= (int)TIMESTAMP_TEXT_SIZE, "callers' arrays hold it");

enum dibs_error dibs_parse_duration(const char *text, uint64_t *out_ms)
{
    if (out_ms == NULL)
        return note_need(out_ms, "out_ms");
    return duration_parse(span_from_text(text), out_ms, note());
}

char *dibs_format_duration(uint64_t ms, char *out, size_t size)
{
    struct text text;
    if (out == NULL || size == 0)
        return out;
    text_begin(&text, out, size);
    duration_format(&text, ms);
    return out;
}

enum dibs_error dibs_parse_time(const char *text, int64_t *out_ts_ms)
{
    if (out_ts_ms == NULL)
        return note_need(out_ts_ms, "out_ts_ms");
    return timestamp_parse(span_from_text(text), out_ts_ms, note());
}

char *dibs_format_time(int64_t ts_ms, char *out, size_t size)
{
    struct text text;
    if (out == NULL || size == 0)
        return out;
    text_begin(&text, out, size);
    timestamp_format(&text, ts_ms);
    return out;
}

enum { SHOWN_BYTES = 40 }; /* of what is refused */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* `0`, `1`, or one of them with a point and one to four digits. */
static bool parse_reward(const char *text, uint32_t *out)
{
    if (text == NULL || (text[0] != '0' && text[0] != '1'))
        return false;
    uint32_t value = (uint32_t)(text[0] - '0') * 10000;
    const char *at = text + 1;
    if (*at == '.') {
        uint32_t worth = 1000;
        at++;
        if (!is_digit(*at))
            return false;
        for (; is_digit(*at) && worth > 0; at++, worth /= 10)
            value += (uint32_t)(*at - '0') * worth;
    }
    if (*at != '\0' || value > 10000)
        return false;
    *out = value;
    return true;
}

enum dibs_error dibs_parse_reward(const char *text, uint32_t *out)
{
    if (out == NULL)
        return note_need(out, "out");
    if (parse_reward(text, out))
        return DIBS_OK;
    struct span given = span_from_text(text);
    struct span shown = utf8_cut(utf8_is_clean(given, false) ? given : (struct span){0}, SHOWN_BYTES);
    return error_say(note(), DIBS_BAD_INPUT,
                     "'%.*s' is not a reward: write a number from 0 to 1 with at most four decimals, such as 0.75",
                     (int)shown.size, shown.size > 0 ? (const char *)shown.bytes : "");
}
