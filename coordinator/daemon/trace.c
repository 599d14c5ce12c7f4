/* Lines of the trace, and the one place that writes them to stderr. */
#include "coordinator/daemon/trace.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/timestamp.h"
#include "base/utf8.h"

static const char *const level_names[] = {"error", "warn", "info", "debug"};

static enum trace_format line_format = TRACE_LOGFMT;
static enum trace_level most = TRACE_INFO;

void trace_init(enum trace_format format, enum trace_level level)
{
    line_format = format;
    most = level;
}

static bool is_bare(const char *words)
{
    if (words[0] == '\0')
        return false;
    for (const unsigned char *c = (const unsigned char *)words; *c != '\0'; c++)
        if (*c <= ' ' || *c == '"' || *c == '=' || *c == '\\' || *c >= 0x7f)
            return false;
    return true;
}

/* Between double quotes, as JSON has it; what is not UTF-8 becomes a question mark. */
static void add_quoted(struct text *out, const char *words)
{
    struct span left = span_from_text(words);
    text_char(out, '"');
    while (left.size > 0) {
        size_t size = utf8_decode(left, 0, NULL);
        unsigned char c = left.bytes[0];
        if (size == 0)
            text_char(out, '?');
        else if (c == '"' || c == '\\')
            text_printf(out, "\\%c", c);
        else if (c == '\n')
            text_add(out, "\\n");
        else if (c < 0x20 || c == 0x7f)
            text_printf(out, "\\u%04x", c);
        else
            text_bytes(out, span_first(left, size));
        left = span_skip(left, size == 0 ? 1 : size);
    }
    text_char(out, '"');
}

static void add_field(struct text *out, enum trace_format format, const struct trace_field *field)
{
    if (format == TRACE_JSON)
        text_printf(out, ",\"%s\":", field->name);
    else
        text_printf(out, " %s=", field->name);
    if (field->words == NULL)
        text_u64(out, field->number);
    else if (format == TRACE_LOGFMT && is_bare(field->words))
        text_add(out, field->words);
    else
        add_quoted(out, field->words);
}

void trace_format_line(struct text *out, enum trace_format format, int64_t ts_ms, enum trace_level level,
                       const char *event, const struct trace_field *fields, size_t count)
{
    const char *close = format == TRACE_JSON ? "}\n" : "\n";
    text_add(out, format == TRACE_JSON ? "{\"ts\":\"" : "ts=");
    timestamp_format(out, ts_ms);
    text_printf(out, format == TRACE_JSON ? "\",\"level\":\"%s\",\"event\":\"%s\"" : " level=%s event=%s",
                level_names[level], event);
    for (size_t i = 0; i < count; i++) {
        char array[TRACE_LINE_MAX];
        struct text field;
        TEXT_BEGIN(&field, array);
        add_field(&field, format, &fields[i]);
        if (!field.truncated && out->size + field.size + 3 < out->capacity)
            text_bytes(out, text_as_span(&field));
    }
    text_add(out, close);
}

void trace_fields(enum trace_level level, const char *event, const struct trace_field *fields, size_t count)
{
    char array[TRACE_LINE_MAX];
    struct text line;
    if (level > most)
        return;
    TEXT_BEGIN(&line, array);
    trace_format_line(&line, line_format, (int64_t)clock_wall_ms(), level, event, fields, count);
    ssize_t ignored = write(STDERR_FILENO, line.bytes, line.size); /* nobody is left to tell */
    (void)ignored;
}
