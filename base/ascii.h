/* What a byte is in ASCII, whatever the locale: bytes from 0x80 on are none of these. */
#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool byte_is_lower(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z';
}

static inline bool byte_is_upper(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z';
}

static inline bool byte_is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static inline bool byte_is_letter(uint8_t byte)
{
    return byte_is_lower(byte) || byte_is_upper(byte);
}

static inline bool byte_is_alnum(uint8_t byte)
{
    return byte_is_digit(byte) || byte_is_letter(byte);
}

static inline bool byte_is_hex(uint8_t byte)
{
    return byte_is_digit(byte) || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F');
}

static inline uint8_t byte_lower(uint8_t byte)
{
    return byte_is_upper(byte) ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

static inline uint8_t byte_upper(uint8_t byte)
{
    return byte_is_lower(byte) ? (uint8_t)(byte - ('a' - 'A')) : byte;
}

#endif
