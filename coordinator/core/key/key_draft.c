/* The draft of a key: bounded appending, and the small cuts every form needs. */
#include "coordinator/core/key/key_parts.h"

void draft_fail(struct key_draft *out, enum flaw flaw)
{
    if (out->flaw == FLAW_NONE)
        out->flaw = flaw;
}

static void put_byte(struct key_draft *out, uint8_t byte)
{
    if (out->size >= LIMIT_KEY_BYTES)
        draft_fail(out, FLAW_KEY_LONG);
    if (out->flaw == FLAW_NONE)
        out->bytes[out->size++] = byte;
}

void draft_put(struct key_draft *out, struct span text)
{
    size_t room = LIMIT_KEY_BYTES - out->size;
    if (out->flaw != FLAW_NONE || text.size == 0)
        return;
    memcpy(out->bytes + out->size, text.bytes, text.size < room ? text.size : room);
    out->size += text.size < room ? text.size : room;
    if (text.size > room)
        draft_fail(out, FLAW_KEY_LONG);
}

void draft_put_text(struct key_draft *out, const char *text)
{
    draft_put(out, span_from_text(text));
}

void draft_put_lower(struct key_draft *out, struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        put_byte(out, byte_lower(text.bytes[i]));
}

void draft_put_upper(struct key_draft *out, struct span text)
{
    for (size_t i = 0; i < text.size; i++)
        put_byte(out, byte_upper(text.bytes[i]));
}

static uint8_t hex_value(uint8_t byte)
{
    return byte_is_digit(byte) ? (uint8_t)(byte - '0') : (uint8_t)(byte_lower(byte) - 'a' + 10);
}

void draft_put_decoded(struct key_draft *out, struct span text)
{
    for (size_t i = 0; i < text.size; i++) {
        bool escaped = text.bytes[i] == '%' && text.size - i > 2 && byte_is_hex(text.bytes[i + 1]) &&
                       byte_is_hex(text.bytes[i + 2]);
        if (!escaped) {
            put_byte(out, text.bytes[i]);
            continue;
        }
        put_byte(out, (uint8_t)(hex_value(text.bytes[i + 1]) * 16 + hex_value(text.bytes[i + 2])));
        i += 2;
    }
}

struct segments segments_of(struct span path)
{
    struct segments out = {0};
    while (path.size > 0) {
        size_t end = span_find(path, '/');
        if (end > 0 && out.count == LIMIT_KEY_SEGMENTS) {
            out.more = true;
            return out;
        }
        if (end > 0)
            out.at[out.count++] = span_first(path, end);
        path = span_skip(path, end < path.size ? end + 1 : end);
    }
    return out;
}

size_t key_scheme_size(struct span text)
{
    size_t size = span_find(text, ':');
    if (size < 2 || size == text.size || !byte_is_letter(text.bytes[0]))
        return 0;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = text.bytes[i];
        if (!byte_is_alnum(byte) && byte != '.' && byte != '-' && byte != '+' && byte != '_')
            return 0;
    }
    return size;
}
