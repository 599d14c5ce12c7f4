/* UTF-8 checks: see utf8.h. */
#include "base/utf8.h"

static bool is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t utf8_decode(struct span text, size_t at, uint32_t *code)
{
    if (at >= text.size)
        return 0;
    uint8_t first = text.bytes[at];
    size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (size == 0 || size > text.size - at)
        return 0;
    static const uint8_t first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t number = first & first_bits[size];
    for (size_t i = 1; i < size; i++) {
        if (!is_continuation(text.bytes[at + i]))
            return 0;
        number = number << 6 | (text.bytes[at + i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (number < least[size] || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
        return 0;
    if (code != NULL)
        *code = number;
    return size;
}

bool utf8_is_valid(struct span text)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        size = utf8_decode(text, at, NULL);
        if (size == 0)
            return false;
    }
    return true;
}

bool utf8_is_clean(struct span text, bool allow_newline_tab)
{
    for (size_t at = 0, size; at < text.size; at += size) {
        uint32_t code = 0;
        size = 1;
        if (text.bytes[at] >= 0x20 && text.bytes[at] < 0x7f)
            continue;
        size = utf8_decode(text, at, &code);
        bool control = code < 0x20 || code == 0x7f;
        if (size == 0 || (control && !(allow_newline_tab && (code == '\n' || code == '\t'))))
            return false;
    }
    return true;
}

struct span utf8_cut(struct span text, size_t most)
{
    if (text.size <= most)
        return text;
    size_t size = most;
    while (size > 0 && most - size < 3 && is_continuation(text.bytes[size]))
        size--;
    return span_first(text, size);
}

struct span utf8_mend(struct span text)
{
    size_t at = text.size;
    while (at > 0 && text.size - at < 4) {
        at--;
        if (!is_continuation(text.bytes[at]))
            return utf8_decode(text, at, NULL) == 0 ? span_first(text, at) : text;
    }
    return text;
}
