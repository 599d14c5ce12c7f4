/* How row keys are made: pieces in big-endian order, so that bytewise order is the order of numbers. */
#ifndef STATE_KEYS_H
#define STATE_KEYS_H

#include "base/check.h"
#include "base/span.h"

enum { ROW_KEY_MAX = 511 };

struct row_key {
    size_t size;
    uint8_t bytes[ROW_KEY_MAX];
};

static inline void row_key_begin(struct row_key *key)
{
    key->size = 0;
}

static inline void row_key_u8(struct row_key *key, uint8_t value)
{
    CHECK(key->size < ROW_KEY_MAX);
    key->bytes[key->size++] = value;
}

static inline void row_key_u64(struct row_key *key, uint64_t value)
{
    CHECK(key->size + 8 <= ROW_KEY_MAX);
    for (int shift = 56; shift >= 0; shift -= 8)
        key->bytes[key->size++] = (uint8_t)(value >> shift);
}

static inline void row_key_span(struct row_key *key, struct span bytes)
{
    CHECK(key->size + bytes.size <= ROW_KEY_MAX);
    if (bytes.size != 0)
        memcpy(key->bytes + key->size, bytes.bytes, bytes.size);
    key->size += bytes.size;
}

static inline struct span row_key_as_span(const struct row_key *key)
{
    return span_of(key->bytes, key->size);
}

/* The number at byte `at` of a row key. */
static inline uint64_t row_key_read_u64(struct span key, size_t at)
{
    CHECK(at + 8 <= key.size);
    uint64_t value = 0;
    for (size_t i = 0; i < 8; i++)
        value = value << 8 | key.bytes[at + i];
    return value;
}

#endif
