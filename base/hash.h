/* The hashes, each for one purpose: XXH3 for digests of state, BLAKE2b for secrets and proofs, CRC-32C for damage. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/span.h"

struct hash128 {
    uint64_t low, high;
};

/* XXH3-128 with seed 0 of the bytes, or of the pieces one after the other. Not for secrets. */
struct hash128 hash_xxh3_128(struct span bytes);
struct hash128 hash_xxh3_128_pieces(const struct span *pieces, size_t count);

enum { HASH_BLAKE2B_BYTES = 32 };

/* BLAKE2b-256 without a key. */
void hash_blake2b_256(struct span bytes, uint8_t out[HASH_BLAKE2B_BYTES]);

/* The same with a key of 32 bytes: a MAC that only who has the key can make or check. */
void hash_blake2b_256_keyed(struct span bytes, const uint8_t key[HASH_BLAKE2B_BYTES], uint8_t out[HASH_BLAKE2B_BYTES]);

/* CRC-32C (Castagnoli). `before` is 0, or the CRC of the bytes that come before these. */
uint32_t hash_crc32c(uint32_t before, struct span bytes);

/* The same without the machine's own instruction: what hash_crc32c must equal. */
uint32_t hash_crc32c_portable(uint32_t before, struct span bytes);

#endif
