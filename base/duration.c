/* Durations as text: see duration.h. */
#include "base/duration.h"

#include "base/utf8.h"

struct unit {
    const char *name;
    uint64_t ms;
};

/* In falling order. */
static const struct unit units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};

enum { UNITS = sizeof units / sizeof units[0], SHOWN_BYTES = 40, DIGITS_MAX = 15 };

static enum dibs_error refuse(struct span text, const char *what, struct error_text *why)
{
    struct span shown = utf8_cut(text, SHOWN_BYTES);
    if (!utf8_is_clean(text, false))
        shown = (struct span){0}; /* never echo control characters at a terminal */
    return error_say(why, DIBS_BAD_INPUT, "'%.*s%s' is not a duration: %s; write 250ms, 90s, 15m, 2h, 3d or 1h30m",
                     (int)shown.size, shown.size == 0 ? "" : (const char *)shown.bytes,
                     shown.size < text.size ? "..." : "", what);
}

/* Takes a number off the front of *rest; its digits are counted. More than DIGITS_MAX are not a duration. */
static size_t take_number(struct span *rest, uint64_t *number)
{
    size_t digits = 0;
    *number = 0;
    while (digits < rest->size && digits <= DIGITS_MAX && rest->bytes[digits] >= '0' && rest->bytes[digits] <= '9') {
        *number = *number * 10 + (uint64_t)(rest->bytes[digits] - '0');
        digits++;
    }
    *rest = span_skip(*rest, digits);
    return digits;
}

/* Takes a unit's name, letters up to the next digit; its index, or UNITS. */
static size_t take_unit(struct span *rest)
{
    size_t size = 0;
    while (size < rest->size && (rest->bytes[size] < '0' || rest->bytes[size] > '9'))
        size++;
    struct span name = span_first(*rest, size);
    *rest = span_skip(*rest, size);
    size_t unit = 0;
    while (unit < UNITS && !span_equal(name, span_from_text(units[unit].name)))
        unit++;
    return unit;
}

enum dibs_error duration_parse(struct span text, uint64_t *out_ms, struct error_text *why)
{
    if (text.size == 0)
        return refuse(text, "it is empty", why);
    uint64_t total = 0;
    size_t next_unit = 0; /* the largest that may still come */
    struct span rest = text;
    while (rest.size > 0) {
        uint64_t number;
        size_t digits = take_number(&rest, &number);
        if (digits == 0)
            return refuse(text, "a number is missing", why);
        if (digits > DIGITS_MAX)
            return refuse(text, "it is longer than 366 days", why);
        if (rest.size == 0 && number == 0 && digits == text.size)
            break;
        if (rest.size == 0)
            return refuse(text, "a unit is missing", why);
        size_t unit = take_unit(&rest);
        if (unit == UNITS)
            return refuse(text, "the units are d, h, m, s and ms", why);
        if (unit < next_unit)
            return refuse(text, "larger units come first, each once", why);
        next_unit = unit + 1;
        if (number > DURATION_MAX_MS / units[unit].ms || number * units[unit].ms > DURATION_MAX_MS - total)
            return refuse(text, "it is longer than 366 days", why);
        total += number * units[unit].ms;
    }
    *out_ms = total;
    return DIBS_OK;
}

void duration_format(struct text *out, uint64_t ms)
{
    if (ms == 0) {
        text_add(out, "0s");
        return;
    }
    size_t first = 0;
    while (ms < units[first].ms)
        first++;
    text_u64(out, ms / units[first].ms);
    text_add(out, units[first].name);
    if (first + 2 >= UNITS) /* seconds stand alone: nobody reads 1s250ms */
        return;
    uint64_t rest = ms % units[first].ms / units[first + 1].ms;
    if (rest == 0)
        return;
    text_u64(out, rest);
    text_add(out, units[first + 1].name);
}
