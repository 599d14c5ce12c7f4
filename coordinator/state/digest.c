/* The hash of a row and the sum of hashes. Pure. */
#include "coordinator/state/digest.h"

#include "base/check.h"
#include "base/hash.h"

void row_image_set(struct row_image *image, enum table table, struct span key, struct span value)
{
    CHECK(key.size <= TABLE_KEY_MAX && value.size <= TABLE_VALUE_MAX);
    image->bytes[0] = (uint8_t)table;
    image->bytes[1] = (uint8_t)(key.size & 0xff);
    image->bytes[2] = (uint8_t)(key.size >> 8);
    if (key.size != 0)
        memcpy(image->bytes + 3, key.bytes, key.size);
    if (value.size != 0)
        memcpy(image->bytes + 3 + key.size, value.bytes, value.size);
    image->size = 3 + key.size + value.size;
}

struct state_digest row_image_digest(const struct row_image *image)
{
    struct hash128 hash = hash_xxh3_128(span_of(image->bytes, image->size));
    return (struct state_digest){.low = hash.low, .high = hash.high};
}

uint64_t stored_check(struct span key, struct span bytes)
{
    const struct span pieces[] = {key, bytes};
    return hash_xxh3_128_pieces(pieces, 2).low;
}

struct state_digest digest_plus(struct state_digest a, struct state_digest b)
{
    struct state_digest sum = {.low = a.low + b.low, .high = a.high + b.high};
    sum.high += sum.low < a.low;
    return sum;
}

struct state_digest digest_minus(struct state_digest a, struct state_digest b)
{
    struct state_digest difference = {.low = a.low - b.low, .high = a.high - b.high};
    difference.high -= a.low < b.low;
    return difference;
}
