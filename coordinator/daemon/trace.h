/* The trace: what dibsd says on stderr about itself, one line an event, as logfmt or JSON. Never a secret. */
#ifndef DAEMON_TRACE_H
#define DAEMON_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "coordinator/daemon/options.h"

enum trace_level { TRACE_ERROR, TRACE_WARN, TRACE_INFO, TRACE_DEBUG };

enum { TRACE_LINE_MAX = 4096 };

struct trace_field {
    const char *name;
    const char *words; /* NULL: the number */
    uint64_t number;
};

#define TRACE_WORDS(field, text) ((struct trace_field){.name = (field), .words = (text)})
#define TRACE_NUMBER(field, value) ((struct trace_field){.name = (field), .number = (value)})

/* One line with its newline. Pure. A line that is too long keeps its form and loses fields, then words. */
void trace_format_line(struct text *out, enum trace_format format, int64_t ts_ms, enum trace_level level,
                       const char *event, const struct trace_field *fields, size_t count);

void trace_init(enum trace_format format, enum trace_level level);

void trace_fields(enum trace_level level, const char *event, const struct trace_field *fields, size_t count);

/* trace_event(TRACE_INFO, "committed", TRACE_NUMBER("offset", n)); at least one field. */
#define trace_event(level, event, ...) \
    trace_fields((level), (event), (const struct trace_field[]){__VA_ARGS__}, \
                 sizeof((const struct trace_field[]){__VA_ARGS__}) / sizeof(struct trace_field))

#endif
