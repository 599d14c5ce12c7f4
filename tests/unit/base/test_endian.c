/* Numbers in bytes. */
#include <criterion/criterion.h>

#include "base/endian.h"

Test(endian, little_puts_the_lowest_byte_first_at_any_alignment)
{
    uint8_t bytes[16] = {0};
    put_u64le(bytes + 1, 0x0102030405060708);
    cr_assert(bytes[1] == 8 && bytes[8] == 1);
    cr_assert_eq(get_u64le(bytes + 1), 0x0102030405060708);
    cr_assert_eq(get_u32le(bytes + 1), 0x05060708);
    cr_assert_eq(get_u16le(bytes + 1), 0x0708);
    put_u32le(bytes + 3, 0xa1b2c3d4);
    put_u16le(bytes + 9, 0xe5f6);
    cr_assert(bytes[3] == 0xd4 && bytes[6] == 0xa1 && bytes[9] == 0xf6 && bytes[10] == 0xe5);
}

Test(endian, big_has_the_order_of_numbers_bytewise)
{
    static const uint64_t rising[] = {0, 1, 0xff, 0x100, 0xffff, 0x10000, UINT64_MAX / 2, UINT64_MAX};
    uint8_t before[8], after[8];
    put_u64be(after, 0x0102030405060708);
    cr_assert(after[0] == 1 && after[7] == 8 && get_u64be(after) == 0x0102030405060708);
    for (size_t i = 1; i < sizeof rising / sizeof rising[0]; i++) {
        put_u64be(before, rising[i - 1]);
        put_u64be(after, rising[i]);
        cr_assert_lt(memcmp(before, after, 8), 0);
    }
}
