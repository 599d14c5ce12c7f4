/* The arena. */
#include <criterion/criterion.h>

#include "base/arena.h"

static _Alignas(16) uint8_t block[256];
static struct arena arena;

Test(arena, gives_aligned_pieces_that_do_not_overlap)
{
    arena_begin(&arena, block + 1, 200); /* the block itself may stand anywhere */
    uint8_t *end = block + 1;
    for (size_t size = 0; size < 12; size++) {
        uint8_t *piece = arena_take(&arena, size);
        cr_assert_not_null(piece);
        cr_assert_eq((uintptr_t)piece % _Alignof(max_align_t), 0);
        cr_assert_geq(piece, end);
        end = piece + size;
        cr_assert_leq(end, block + 201);
    }
    cr_assert_not(arena.exhausted);
}

Test(arena, refuses_what_does_not_fit_and_takes_nothing_then)
{
    arena_begin(&arena, block, 64);
    cr_assert_null(arena_take(&arena, 65));
    cr_assert(arena.exhausted);
    cr_assert_null(arena_take(&arena, SIZE_MAX));
    cr_assert_eq(arena_take(&arena, 64), block);
    cr_assert_null(arena_take(&arena, 1));
    arena_begin(&arena, block, 64);
    cr_assert_not(arena.exhausted);
    cr_assert_eq(arena_take(&arena, 1), block);
    cr_assert_null(arena_take(&arena, 49)); /* 15 bytes go to alignment */
    cr_assert_eq(arena_take(&arena, 48), block + 16);
}

Test(arena, of_no_bytes_gives_nothing)
{
    arena_begin(&arena, NULL, 0);
    cr_assert_null(arena_take(&arena, 1));
    cr_assert(arena.exhausted);
}
