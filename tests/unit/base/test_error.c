/* Errors: names and words. */
#include <criterion/criterion.h>

#include "base/error.h"
#include "base/span.h"
#include "base/utf8.h"

Test(error, has_a_name_of_its_own_and_unknown_ones_have_one_too)
{
    for (int i = DIBS_OK; i <= DIBS_ENDED; i++) {
        cr_assert_str_neq(dibs_error_name((enum dibs_error)i), "unknown");
        for (int j = DIBS_OK; j < i; j++)
            cr_assert_str_neq(dibs_error_name((enum dibs_error)i), dibs_error_name((enum dibs_error)j));
    }
    cr_assert_str_eq(dibs_error_name((enum dibs_error)(DIBS_ENDED + 1)), "unknown");
    cr_assert_str_eq(dibs_error_name(DIBS_DAMAGED), "damaged");
}

Test(error, is_returned_with_its_words)
{
    struct error_text why = {0};
    cr_assert_eq(error_say(&why, DIBS_BUSY, "held by %d", 7), DIBS_BUSY);
    cr_assert_str_eq(why.text, "held by 7");
    cr_assert_eq(error_say(NULL, DIBS_BUSY, "held by %d", 7), DIBS_BUSY);
}

Test(error, words_are_cut_at_the_limit_between_characters)
{
    struct error_text why;
    char euros[ERROR_TEXT_MAX + 12];
    for (size_t shift = 0; shift < 3; shift++) {
        memset(euros, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof euros; i += 3)
            memcpy(euros + i, "\xe2\x82\xac", 4);
        (void)error_say(&why, DIBS_BUSY, "%s", euros);
        cr_assert(utf8_is_valid(span_from_text(why.text)), "shift %d", (int)shift);
        cr_assert_geq(strlen(why.text), ERROR_TEXT_MAX - 3);
    }
}
