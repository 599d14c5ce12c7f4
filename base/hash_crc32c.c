/* CRC-32C: the machine's own instruction where it has one, else a table. Both give the same. */
#include "base/endian.h"
#include "base/hash.h"

/* A byte's remainder is the sum (xor) of its bits' remainders, so eight numbers make the table of 256. */
#define BIT(i, bit, remainder) (((i) >> (bit)&1) != 0 ? (remainder) : 0u)
#define E1(i) \
    (BIT(i, 0, 0xf26b8303u) ^ BIT(i, 1, 0xe13b70f7u) ^ BIT(i, 2, 0xc79a971fu) ^ BIT(i, 3, 0x8ad958cfu) ^ \
     BIT(i, 4, 0x105ec76fu) ^ BIT(i, 5, 0x20bd8edeu) ^ BIT(i, 6, 0x417b1dbcu) ^ BIT(i, 7, 0x82f63b78u))
#define E4(i) E1(i), E1((i) + 1), E1((i) + 2), E1((i) + 3)
#define E16(i) E4(i), E4((i) + 4), E4((i) + 8), E4((i) + 12)
#define E64(i) E16(i), E16((i) + 16), E16((i) + 32), E16((i) + 48)

static const uint32_t byte_remainders[256] = {E64(0), E64(64), E64(128), E64(192)};

uint32_t hash_crc32c_portable(uint32_t before, struct span bytes)
{
    uint32_t crc = ~before;
    for (size_t i = 0; i < bytes.size; i++)
        crc = crc >> 8 ^ byte_remainders[(crc ^ bytes.bytes[i]) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)

__attribute__((target("sse4.2"))) static uint32_t crc32c_machine(uint32_t before, struct span bytes)
{
    uint64_t crc = ~before;
    size_t at = 0;
    for (; bytes.size - at >= 8; at += 8)
        crc = __builtin_ia32_crc32di(crc, get_u64le(bytes.bytes + at));
    uint32_t rest = (uint32_t)crc;
    for (; at < bytes.size; at++)
        rest = __builtin_ia32_crc32qi(rest, bytes.bytes[at]);
    return ~rest;
}

uint32_t hash_crc32c(uint32_t before, struct span bytes)
{
    return __builtin_cpu_supports("sse4.2") ? crc32c_machine(before, bytes) : hash_crc32c_portable(before, bytes);
}

#else

uint32_t hash_crc32c(uint32_t before, struct span bytes)
{
    return hash_crc32c_portable(before, bytes);
}

#endif
