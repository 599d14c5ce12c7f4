/* Numbers in bytes: little-endian in everything written, big-endian where bytewise order must be the order of numbers.
 * Any alignment. */
#ifndef BASE_ENDIAN_H
#define BASE_ENDIAN_H

#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "dibs needs a little-endian machine: its rows are read in place"
#endif

static inline uint16_t get_u16le(const void *from)
{
    uint16_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint32_t get_u32le(const void *from)
{
    uint32_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint64_t get_u64le(const void *from)
{
    uint64_t value;
    memcpy(&value, from, sizeof value);
    return value;
}

static inline uint64_t get_u64be(const void *from)
{
    return __builtin_bswap64(get_u64le(from));
}

static inline void put_u16le(void *to, uint16_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void put_u32le(void *to, uint32_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void put_u64le(void *to, uint64_t value)
{
    memcpy(to, &value, sizeof value);
}

static inline void put_u64be(void *to, uint64_t value)
{
    put_u64le(to, __builtin_bswap64(value));
}

#endif
