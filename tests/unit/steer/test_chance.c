/* The generator: fixed numbers, and no two places alike. */
#include "coordinator/core/steer/chance.h"

#include <criterion/criterion.h>

#include "coordinator/core/steer/beta.h"

/* Computed by another program (docs/STEERING.md says how): they may never change. */
Test(chance, its_numbers_are_fixed_for_good)
{
    struct chance zero = chance_begin(CHANCE_OF_DRAW, 0, 0, 0);
    struct chance some = chance_begin(CHANCE_OF_REWARD, 1234567, 89, 3);

    cr_assert_eq(chance_next(&zero), UINT64_C(0x348c3d1af8bec8e5));
    cr_assert_eq(chance_next(&zero), UINT64_C(0xe848b57330008cfb));
    cr_assert_eq(chance_next(&some), UINT64_C(0xdf049ed4fd7c8496));
    cr_assert_eq(chance_next(&some), UINT64_C(0xd4d03a6110357f10));
}

Test(chance, every_part_of_the_place_matters)
{
    struct chance places[] = {chance_begin(CHANCE_OF_DRAW, 5, 6, 7),   chance_begin(CHANCE_OF_DRAW, 6, 5, 7),
                              chance_begin(CHANCE_OF_DRAW, 5, 7, 6),   chance_begin(CHANCE_OF_DRAW, 5, 6, 8),
                              chance_begin(CHANCE_OF_REWARD, 5, 6, 7), chance_begin(CHANCE_OF_DRAW, 7, 6, 5)};

    for (int i = 0; i < 6; i++)
        for (int j = 0; j < i; j++)
            cr_assert_neq(places[i].key, places[j].key);
}

Test(beta, the_draw_is_the_a_th_smallest_of_its_numbers)
{
    for (uint32_t a = 1; a <= 5; a++) {
        struct chance all = chance_begin(CHANCE_OF_DRAW, 42, 1, 2), same = all;
        uint64_t numbers[7], draw = beta_draw(&same, a, 8 - a);
        uint32_t smaller = 0;

        for (int i = 0; i < 7; i++)
            numbers[i] = chance_next(&all);
        for (int i = 0; i < 7; i++)
            smaller += numbers[i] < draw;
        cr_assert_eq(smaller, a - 1);
        cr_assert_eq(same.count, 7);
    }
}
