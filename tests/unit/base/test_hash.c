/* Hashes, against published vectors and each other. */
#include <criterion/criterion.h>

#include "base/hash.h"
#include "base/random.h"
#include "base/text.h"

static bool is_hex(const void *bytes, size_t size, const char *hex)
{
    char array[129];
    struct text text;
    TEXT_BEGIN(&text, array);
    text_hex(&text, span_of(bytes, size));
    return strcmp(array, hex) == 0;
}

/* RFC 3720, appendix B.4, and the check value of the CRC catalogue. */
static void expect_crc32c(struct span bytes, uint32_t crc)
{
    cr_assert_eq(hash_crc32c(0, bytes), crc);
    cr_assert_eq(hash_crc32c_portable(0, bytes), crc);
}

Test(hash, crc32c_gives_the_published_values)
{
    uint8_t bytes[32];
    expect_crc32c(span_from_text("123456789"), 0xe3069283u);
    expect_crc32c((struct span){0}, 0);
    memset(bytes, 0, sizeof bytes);
    expect_crc32c(span_of(bytes, 32), 0x8a9136aau);
    memset(bytes, 0xff, sizeof bytes);
    expect_crc32c(span_of(bytes, 32), 0x62a8ab43u);
    for (size_t i = 0; i < 32; i++)
        bytes[i] = (uint8_t)i;
    expect_crc32c(span_of(bytes, 32), 0x46dd794eu);
    for (size_t i = 0; i < 32; i++)
        bytes[i] = (uint8_t)(31 - i);
    expect_crc32c(span_of(bytes, 32), 0x113fdb5cu);
}

Test(hash, crc32c_by_the_machine_and_by_table_is_the_same_whole_or_in_pieces)
{
    static uint8_t bytes[300];
    struct random random;
    random_init(&random, 5);
    random_bytes(&random, bytes, sizeof bytes);
    for (int turn = 0; turn < 5000; turn++) {
        size_t at = random_below(&random, sizeof bytes), size = random_below(&random, sizeof bytes - at + 1);
        size_t cut = random_below(&random, size + 1);
        struct span whole = span_of(bytes + at, size);
        uint32_t crc = hash_crc32c_portable(0, whole);
        cr_assert_eq(hash_crc32c(0, whole), crc);
        cr_assert_eq(hash_crc32c(hash_crc32c(0, span_first(whole, cut)), span_skip(whole, cut)), crc);
    }
}

Test(hash, blake2b_256_gives_the_published_values)
{
    uint8_t out[HASH_BLAKE2B_BYTES];
    hash_blake2b_256((struct span){0}, out);
    cr_assert(is_hex(out, sizeof out, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"));
    hash_blake2b_256(span_from_text("abc"), out);
    cr_assert(is_hex(out, sizeof out, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"));
}

Test(hash, xxh3_128_gives_the_published_values)
{
    struct hash128 none = hash_xxh3_128((struct span){0});
    cr_assert(none.low == 0x6001c324468d497fu && none.high == 0x99aa06d3014798d8u);
}

Test(hash, xxh3_128_of_pieces_is_that_of_the_whole)
{
    static uint8_t bytes[3000];
    struct random random;
    random_init(&random, 6);
    random_bytes(&random, bytes, sizeof bytes);
    for (int turn = 0; turn < 2000; turn++) {
        size_t size = random_below(&random, turn % 2 == 0 ? 60 : sizeof bytes);
        size_t first = random_below(&random, size + 1), second = random_below(&random, size - first + 1);
        struct span pieces[] = {span_of(bytes, first),
                                span_of(bytes + first, second),
                                {0},
                                span_of(bytes + first + second, size - first - second)};
        struct hash128 whole = hash_xxh3_128(span_of(bytes, size)), parts = hash_xxh3_128_pieces(pieces, 4);
        cr_assert(whole.low == parts.low && whole.high == parts.high, "size %d", (int)size);
    }
}
