/* Bounded texts. */
#include <criterion/criterion.h>

#include "base/text.h"

static char array[16];
static struct text text;

Test(text, grows_by_every_kind_of_piece)
{
    char large[128];
    TEXT_BEGIN(&text, large);
    text_add(&text, "a");
    text_char(&text, '-');
    text_u64(&text, 0);
    text_u64(&text, UINT64_MAX);
    text_u64_padded(&text, 7, 3);
    text_u64_padded(&text, 1234, 3);
    text_hex(&text, span_of("\x00\xfe", 2));
    text_printf(&text, "<%d>", -5);
    text_bytes(&text, span_of("z", 1));
    cr_assert_str_eq(large, "a-018446744073709551615007123400fe<-5>z");
    cr_assert(text.size == strlen(large) && !text.truncated);
    cr_assert(span_equal(text_as_span(&text), span_from_text(large)));
}

Test(text, that_is_full_never_overflows_and_remembers_that_it_was_cut)
{
    char guarded[24];
    memset(guarded, '#', sizeof guarded);
    text_begin(&text, guarded, 16);
    text_add(&text, "0123456789abcde"); /* 15 and a NUL: it fits */
    cr_assert(!text.truncated && guarded[15] == '\0' && guarded[16] == '#');
    text_add(&text, "");
    cr_assert_not(text.truncated);
    text_char(&text, 'f');
    cr_assert(text.truncated && guarded[15] == '\0' && guarded[16] == '#' && text.size == 15);
}

Test(text, is_a_beginning_of_what_was_meant)
{
    TEXT_BEGIN(&text, array);
    text_add(&text, "0123456789abcdefgh");
    text_add(&text, "more");
    text_u64(&text, 5);
    text_printf(&text, "even more");
    cr_assert_str_eq(array, "0123456789abcde");
    TEXT_BEGIN(&text, array);
    text_printf(&text, "%s", "0123456789abcdefgh");
    cr_assert_str_eq(array, "0123456789abcde");
    cr_assert(text.truncated && text.size == 15);
    TEXT_BEGIN(&text, array);
    text_printf(&text, "%s", "0123456789abcde");
    cr_assert(!text.truncated && text.size == 15);
}

Test(text, in_one_byte_is_empty)
{
    char one[1] = {'#'};
    TEXT_BEGIN(&text, one);
    cr_assert_eq(one[0], '\0');
    text_bytes(&text, (struct span){0});
    cr_assert_not(text.truncated);
    text_printf(&text, "x");
    cr_assert(text.truncated && text.size == 0 && one[0] == '\0');
}
