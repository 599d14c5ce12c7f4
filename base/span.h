/* A borrowed run of bytes. Owns nothing; valid as long as what it points into. */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *bytes; /* may be NULL when size is 0 */
    size_t size;
};

static inline struct span span_of(const void *bytes, size_t size)
{
    return (struct span){.bytes = bytes, .size = size};
}

/* The bytes of a C string without its NUL; NULL gives an empty span. */
static inline struct span span_from_text(const char *text)
{
    return text == NULL ? (struct span){0} : span_of(text, strlen(text));
}

static inline bool span_equal(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* Bytewise order, a prefix before what it begins: <0, 0, >0. The order of every table. */
static inline int span_compare(struct span a, struct span b)
{
    size_t shared = a.size < b.size ? a.size : b.size;
    int order = shared == 0 ? 0 : memcmp(a.bytes, b.bytes, shared);
    if (order != 0)
        return order;
    return (a.size > b.size) - (a.size < b.size);
}

static inline bool span_starts_with(struct span whole, struct span start)
{
    return whole.size >= start.size && (start.size == 0 || memcmp(whole.bytes, start.bytes, start.size) == 0);
}

/* What is left after the first `count` bytes; count must be at most size. */
static inline struct span span_skip(struct span whole, size_t count)
{
    return count == 0 ? whole : span_of(whole.bytes + count, whole.size - count);
}

static inline struct span span_first(struct span whole, size_t count)
{
    return span_of(whole.bytes, count);
}

#endif
