/* A growing run of bytes. `= {0}` is an empty one. Running out of memory ends the simulator. */
#ifndef SIM_BYTES_H
#define SIM_BYTES_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/span.h"

struct bytes {
    uint8_t *data;
    size_t size, room;
};

static inline void bytes_reserve(struct bytes *bytes, size_t more)
{
    if (bytes->size + more <= bytes->room)
        return;
    bytes->room = (bytes->size + more) * 2 + 4096;
    bytes->data = realloc(bytes->data, bytes->room);
    CHECK(bytes->data != NULL);
}

static inline void bytes_add(struct bytes *bytes, const void *data, size_t size)
{
    bytes_reserve(bytes, size);
    if (size != 0)
        memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

static inline struct span bytes_span(const struct bytes *bytes)
{
    return span_of(bytes->data, bytes->size);
}

/* Some of the bytes, wherever they move to. */
struct bytes_part {
    size_t at, size;
};

static inline struct bytes_part bytes_keep(struct bytes *bytes, struct span more)
{
    struct bytes_part part = {bytes->size, more.size};

    bytes_add(bytes, more.bytes, more.size);
    return part;
}

static inline struct span bytes_part(const struct bytes *bytes, struct bytes_part part)
{
    return span_of(bytes->data + part.at, part.size);
}

/* The list with room for one more of that size. */
static inline void *list_grown(void *list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room)
        return list;
    *room = *room * 2 + 64;
    list = realloc(list, *room * size);
    CHECK(list != NULL);
    return list;
}

static inline void bytes_free(struct bytes *bytes)
{
    free(bytes->data);
    *bytes = (struct bytes){0};
}

/* Appends text and a NUL that is not counted. */
__attribute__((format(printf, 2, 3))) static inline void bytes_print(struct bytes *bytes, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    bytes_reserve(bytes, (size_t)size + 1);
    va_start(arguments, format);
    (void)vsnprintf((char *)bytes->data + bytes->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    bytes->size += (size_t)size;
}

/* Appends text bytes readably: others than printable ASCII as \xNN, long ones cut. */
static inline void bytes_print_span(struct bytes *bytes, struct span text)
{
    for (size_t i = 0; i < text.size && i < 80; i++)
        bytes_print(bytes, text.bytes[i] >= 0x20 && text.bytes[i] < 0x7f ? "%c" : "\\x%02x", text.bytes[i]);
    if (text.size > 80)
        bytes_print(bytes, "...(%zu)", text.size);
}

#endif
