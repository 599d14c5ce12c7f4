/* Capabilities are words that are compared, nothing more. */
#include "coordinator/core/supply/need.h"

#include "base/ascii.h"
#include "base/hash.h"

static bool is_word_byte(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '.' || byte == '_' || byte == '-';
}

static bool read_word(struct span given, uint8_t *out)
{
    if (given.size == 0 || given.size > LIMIT_NEED_BYTES)
        return false;
    for (size_t i = 0; i < given.size; i++) {
        out[i] = byte_lower(given.bytes[i]);
        if (!is_word_byte(out[i]))
            return false;
    }
    return true;
}

static int compare(struct span a, struct span b)
{
    int order = memcmp(a.bytes, b.bytes, a.size < b.size ? a.size : b.size);

    return order != 0 ? order : a.size < b.size ? -1 : a.size > b.size;
}

bool need_read(const struct span *given, uint32_t count, struct need_set *out)
{
    out->count = 0;
    if (count > LIMIT_NEEDS)
        return false;
    for (uint32_t i = 0; i < count; i++) { /* by insertion: at most 16 */
        struct span word = span_of(out->bytes[i], given[i].size);
        uint32_t at = out->count;
        if (!read_word(given[i], out->bytes[i]))
            return false;
        while (at > 0 && compare(out->words[at - 1], word) > 0)
            at--;
        if (at > 0 && span_equal(out->words[at - 1], word))
            continue;
        memmove(out->words + at + 1, out->words + at, (out->count - at) * sizeof word);
        out->words[at] = word;
        out->count++;
    }
    return true;
}

uint64_t need_hash(const struct span *words, uint32_t count)
{
    struct span pieces[2 * LIMIT_NEEDS];

    for (uint32_t i = 0; i < count; i++) {
        pieces[2 * i] = words[i];
        pieces[2 * i + 1] = span_from_text(" ");
    }
    return count == 0 ? 0 : hash_xxh3_128_pieces(pieces, 2 * count).low;
}

const struct span *need_missing(const struct span *needs, uint32_t need_count, const struct need_set *can)
{
    for (uint32_t i = 0; i < need_count; i++) {
        bool found = false;

        for (uint32_t j = 0; j < can->count && !found; j++)
            found = span_equal(needs[i], can->words[j]);
        if (!found)
            return &needs[i];
    }
    return NULL;
}
