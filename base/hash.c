/* XXH3 and BLAKE2b: the one file that knows whose libraries they come from. */
#define XXH_STATIC_LINKING_ONLY /* the state on the stack instead of in allocated memory */
#include <sodium/crypto_generichash.h>
#include <xxhash.h>

#include "base/check.h"
#include "base/hash.h"

struct hash128 hash_xxh3_128(struct span bytes)
{
    XXH128_hash_t hash = XXH3_128bits(bytes.bytes, bytes.size);
    return (struct hash128){.low = hash.low64, .high = hash.high64};
}

struct hash128 hash_xxh3_128_pieces(const struct span *pieces, size_t count)
{
    XXH3_state_t state;
    XXH3_INITSTATE(&state);
    CHECK(XXH3_128bits_reset(&state) == XXH_OK);
    for (size_t i = 0; i < count; i++) {
        if (pieces[i].size != 0)
            CHECK(XXH3_128bits_update(&state, pieces[i].bytes, pieces[i].size) == XXH_OK);
    }
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return (struct hash128){.low = hash.low64, .high = hash.high64};
}

void hash_blake2b_256(struct span bytes, uint8_t out[HASH_BLAKE2B_BYTES])
{
    CHECK(crypto_generichash(out, HASH_BLAKE2B_BYTES, bytes.bytes, bytes.size, NULL, 0) == 0);
}

void hash_blake2b_256_keyed(struct span bytes, const uint8_t key[HASH_BLAKE2B_BYTES], uint8_t out[HASH_BLAKE2B_BYTES])
{
    CHECK(crypto_generichash(out, HASH_BLAKE2B_BYTES, bytes.bytes, bytes.size, key, HASH_BLAKE2B_BYTES) == 0);
}
