/* UTF-8, strictly. */
#include <criterion/criterion.h>

#include "base/utf8.h"

/* Writes any number below 2^21 in the form of that many bytes, also where UTF-8 forbids it. */
static struct span spell(uint32_t code, size_t size, uint8_t bytes[4])
{
    static const uint8_t lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
    for (size_t i = size; i-- > 1; code >>= 6)
        bytes[i] = (uint8_t)(0x80 | (code & 0x3f));
    bytes[0] = (uint8_t)(lead[size] | code);
    return span_of(bytes, size);
}

static size_t right_size(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

Test(utf8, every_code_in_every_spelling_is_judged_right)
{
    for (uint32_t code = 0; code < 0x200000; code++) {
        bool exists = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
        for (size_t size = 1; size <= 4; size++) {
            static const uint32_t beyond[] = {0, 0x80, 0x800, 0x10000, 0x200000};
            if (code >= beyond[size])
                continue;
            uint8_t bytes[4];
            struct span text = spell(code, size, bytes);
            bool valid = exists && size == right_size(code);
            uint32_t read = 0;
            if (utf8_is_valid(text) != valid || utf8_decode(text, 0, &read) != (valid ? size : 0) ||
                (valid && read != code))
                cr_assert_fail("U+%X in %d bytes", code, (int)size);
        }
    }
}

Test(utf8, cut_or_stray_bytes_are_not_valid)
{
    static const char *const bad[] = {
        "\x80", "\xc3", "\xe2\x82",     "\xf0\x9f\x98",        "a\xc3", "\xc3(", "\xe2\x82(",
        "\xff", "\xfe", "\xc3\xa9\xa9", "\xf8\x88\x80\x80\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        cr_assert_not(utf8_is_valid(span_from_text(bad[i])), "%d", (int)i);
    cr_assert(utf8_is_valid((struct span){0}));
    cr_assert(utf8_is_valid(span_from_text("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")));
    cr_assert(utf8_is_valid(span_of("\0", 1)));
    cr_assert_eq(utf8_decode(span_from_text("a"), 1, NULL), 0);
}

Test(utf8, clean_text_has_no_control_characters)
{
    for (int c = 0; c < 0x80; c++) {
        char byte = (char)c;
        bool control = c < 0x20 || c == 0x7f, layout = c == '\n' || c == '\t';
        cr_assert_eq(utf8_is_clean(span_of(&byte, 1), false), !control, "%d", c);
        cr_assert_eq(utf8_is_clean(span_of(&byte, 1), true), !control || layout, "%d", c);
    }
    cr_assert(utf8_is_clean(span_from_text("caf\xc3\xa9"), false));
    cr_assert_not(utf8_is_clean(span_from_text("caf\xc3"), true));
    cr_assert_not(utf8_is_clean(span_from_text("ok\033[31m"), true));
}

Test(utf8, is_cut_between_characters)
{
    struct span text = span_from_text("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"); /* 1, 2, 3 and 4 bytes */
    static const size_t sizes[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t most = 0; most < sizeof sizes / sizeof sizes[0]; most++)
        cr_assert_eq(utf8_cut(text, most).size, sizes[most], "%d", (int)most);
    cr_assert_eq(utf8_cut(span_from_text("\x80\x80\x80\x80\x80\x80"), 5).size, 2); /* not text: three bytes at most */
    cr_assert_eq(utf8_cut((struct span){0}, 5).size, 0);
}

Test(utf8, is_mended_where_a_character_was_cut)
{
    struct span text = span_from_text("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    for (size_t size = 0; size <= text.size; size++)
        cr_assert_eq(utf8_mend(span_first(text, size)).size, utf8_cut(text, size).size, "%d", (int)size);
    cr_assert_eq(utf8_mend(span_from_text("\x80\x80\x80\x80\x80")).size, 5); /* not text: left alone */
}
