/* Bounded texts: see text.h. All but text_printf are free of stdio. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/check.h"

void text_begin(struct text *text, char *array, size_t capacity)
{
    CHECK(capacity > 0);
    *text = (struct text){.bytes = array, .capacity = capacity};
    array[0] = '\0';
}

void text_bytes(struct text *text, struct span bytes)
{
    if (text->truncated || bytes.size == 0)
        return;
    size_t room = text->capacity - 1 - text->size;
    size_t taken = bytes.size < room ? bytes.size : room;
    memcpy(text->bytes + text->size, bytes.bytes, taken);
    text->size += taken;
    text->bytes[text->size] = '\0';
    text->truncated = taken < bytes.size;
}

void text_add(struct text *text, const char *words)
{
    text_bytes(text, span_from_text(words));
}

void text_char(struct text *text, char c)
{
    text_bytes(text, span_of(&c, 1));
}

void text_u64(struct text *text, uint64_t number)
{
    text_u64_padded(text, number, 1);
}

void text_u64_padded(struct text *text, uint64_t number, int width)
{
    char digits[20];
    size_t at = sizeof digits;
    CHECK(width <= (int)sizeof digits);
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
        width--;
    } while (number != 0 || width > 0);
    text_bytes(text, span_of(digits + at, sizeof digits - at));
}

void text_hex(struct text *text, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        char pair[2] = {digits[bytes.bytes[i] >> 4], digits[bytes.bytes[i] & 15]};
        text_bytes(text, span_of(pair, sizeof pair));
    }
}

void text_printf(struct text *text, const char *format, ...)
{
    if (text->truncated)
        return;
    size_t room = text->capacity - text->size; /* with the NUL */
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(text->bytes + text->size, room, format, arguments);
    va_end(arguments);
    text->truncated = written < 0 || (size_t)written >= room;
    if (written < 0)
        text->bytes[text->size] = '\0';
    else
        text->size += text->truncated ? room - 1 : (size_t)written;
}
