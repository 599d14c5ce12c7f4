/* Marks: numbers and identifiers, which tell one piece of work from another that reads alike. */
#include "tests/model/model_idea.h"

static bool is_of_chunk(uint8_t byte)
{
    return is_letter_or_digit(byte) || (byte != '\0' && strchr("_.-:/", byte) != NULL);
}

static bool is_letters(struct span chunk, size_t at, size_t count)
{
    for (size_t i = at; i < at + count; i++)
        if (i >= chunk.size || !is_letter_or_digit(chunk.bytes[i]))
            return false;
    return true;
}

static bool is_identifier(struct span chunk)
{
    for (size_t i = 0; i < chunk.size; i++) {
        uint8_t byte = chunk.bytes[i], next = i + 1 < chunk.size ? chunk.bytes[i + 1] : 0;
        if ((byte >= '0' && byte <= '9') || byte == '_' || (byte == ':' && next == ':'))
            return true;
        if (byte >= 'a' && byte <= 'z' && next >= 'A' && next <= 'Z')
            return true;
        if (byte == '.' && i >= 2 && is_letters(chunk, i - 2, 2) && is_letters(chunk, i + 1, 2))
            return true;
    }
    return false;
}

static void read_chunk(struct signature *signature, struct span chunk)
{
    size_t front = 0;
    while (front < chunk.size && !is_letter_or_digit(chunk.bytes[front]))
        front++;
    bool is_option = front >= 2 && chunk.bytes[front - 1] == '-' && chunk.bytes[front - 2] == '-';
    chunk = span_skip(chunk, front);
    while (chunk.size > 0 && !is_letter_or_digit(chunk.bytes[chunk.size - 1]))
        chunk.size--;
    if (chunk.size == 0 || (!is_option && !is_identifier(chunk)))
        return;
    uint8_t lower[2 * LIMIT_ABOUT_BYTES];
    for (size_t i = 0; i < chunk.size; i++)
        lower[i] = chunk.bytes[i] >= 'A' && chunk.bytes[i] <= 'Z' ? chunk.bytes[i] + 32 : chunk.bytes[i];
    (void)put_ascending(signature->marks, &signature->mark_count, MARKS_MAX, feature_hash(lower, chunk.size));
}

void marks_add(struct signature *signature, struct span text)
{
    for (size_t at = 0; at < text.size;) {
        size_t end = at;
        while (end < text.size && is_of_chunk(text.bytes[end]))
            end++;
        if (end > at)
            read_chunk(signature, span_of(text.bytes + at, end - at));
        at = end + 1;
    }
}
