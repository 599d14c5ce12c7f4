/* Random numbers: seeded ones are the same for good, secure ones are not. */
#include <criterion/criterion.h>

#include "base/random.h"
#include "base/random_secure.h"

static struct random random_numbers;

/* xoshiro256** on state {1, 2, 3, 4}: the reference's first outputs. */
Test(random, is_xoshiro256_star_star)
{
    static const uint64_t first[] = {
        11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600};
    random_numbers = (struct random){{1, 2, 3, 4}};
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        cr_assert_eq(random_next(&random_numbers), first[i]);
}

/* splitmix64 from 1234567: the reference's first outputs. */
Test(random, is_seeded_by_splitmix64)
{
    random_init(&random_numbers, 1234567);
    cr_assert_eq(random_numbers.state[0], 6457827717110365317u);
    cr_assert_eq(random_numbers.state[1], 3203168211198807973u);
    cr_assert_eq(random_numbers.state[2], 9817491932198370423u);
    cr_assert_eq(random_numbers.state[3], 4593380528125082431u);
}

Test(random, stays_below_its_bound_and_reaches_every_number)
{
    uint32_t seen[7] = {0};
    random_init(&random_numbers, 0);
    for (int i = 0; i < 7000; i++)
        seen[random_below(&random_numbers, 7)]++;
    for (int i = 0; i < 7; i++)
        cr_assert(seen[i] > 850 && seen[i] < 1150, "%d: %u", i, seen[i]);
    cr_assert_eq(random_below(&random_numbers, 1), 0);
    for (int i = 0; i < 100; i++)
        cr_assert_leq(random_below(&random_numbers, (UINT64_C(1) << 63) + 1), UINT64_C(1) << 63);
}

/* Taking the remainder alone would make the lower third of these numbers as likely as the rest together. */
Test(random, is_fair_below_bounds_that_do_not_divide_2_to_the_64)
{
    int low = 0;
    random_init(&random_numbers, 3);
    for (int i = 0; i < 9000; i++)
        low += random_below(&random_numbers, UINT64_C(3) << 62) < UINT64_C(1) << 62;
    cr_assert(low > 2700 && low < 3300, "%d", low);
}

Test(random, between_includes_both_ends)
{
    bool low = false, high = false;
    random_init(&random_numbers, 9);
    for (int i = 0; i < 200; i++) {
        uint64_t number = random_between(&random_numbers, 5, 8);
        cr_assert(number >= 5 && number <= 8);
        low |= number == 5;
        high |= number == 8;
    }
    cr_assert(low && high);
    cr_assert_eq(random_between(&random_numbers, 3, 3), 3);
    cr_assert_neq(random_between(&random_numbers, 0, UINT64_MAX), random_between(&random_numbers, 0, UINT64_MAX));
}

Test(random, chance_is_in_thousandths)
{
    int yes = 0;
    random_init(&random_numbers, 2);
    for (int i = 0; i < 10000; i++) {
        yes += random_chance(&random_numbers, 250);
        cr_assert(random_chance(&random_numbers, 1000) && !random_chance(&random_numbers, 0));
    }
    cr_assert(yes > 2300 && yes < 2700, "%d", yes);
}

Test(random, bytes_fill_exactly_what_was_asked)
{
    for (uint32_t size = 0; size <= 40; size++) {
        uint8_t bytes[48] = {0}, again[48] = {0};
        random_init(&random_numbers, size);
        random_bytes(&random_numbers, bytes, size);
        for (uint32_t i = size; i < sizeof bytes; i++)
            cr_assert_eq(bytes[i], 0);
        random_init(&random_numbers, size);
        random_bytes(&random_numbers, again, size);
        cr_assert_arr_eq(bytes, again, sizeof bytes);
        if (size >= 16)
            cr_assert(bytes[size - 1] != 0 || bytes[size - 2] != 0 || bytes[size - 3] != 0);
    }
}

Test(random, secure_bytes_differ_each_time)
{
    struct error_text why;
    uint8_t first[32] = {0}, second[32] = {0};
    cr_assert_eq(random_secure(first, sizeof first, &why), DIBS_OK);
    cr_assert_eq(random_secure(second, sizeof second, &why), DIBS_OK);
    cr_assert_arr_neq(first, second, sizeof first);
    cr_assert_eq(random_secure(first, 0, &why), DIBS_OK);
}
