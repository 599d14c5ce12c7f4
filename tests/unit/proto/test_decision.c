/* Decisions to bytes and back. */
#include <criterion/criterion.h>

#include "proto/codec.h"
#include "tests/unit/proto/any_struct.h"

static uint8_t first[LIMIT_RECORD_BYTES], second[LIMIT_RECORD_BYTES];
static struct decision given, read;

static struct span encode(const struct decision *decision, uint8_t *bytes)
{
    size_t used = 0;
    struct error_text why = {0};
    cr_assert_eq(decision_encode(decision, bytes, LIMIT_RECORD_BYTES, &used, &why), DIBS_OK, "%s", why.text);
    return span_of(bytes, used);
}

static enum dibs_error decode(struct span bytes)
{
    struct error_text why = {0};
    enum dibs_error error = decision_decode(bytes, &read, &why);
    cr_assert((error == DIBS_OK) == (why.text[0] == '\0'));
    return error;
}

Test(decision, comes_back_as_it_was_and_gives_the_same_bytes_again)
{
    for (uint64_t seed = 0; seed < 1000; seed++) {
        struct random random;
        random_init(&random, seed);
        any_decision(&random, &given);
        struct span bytes = encode(&given, first);
        cr_assert_eq(decode(bytes), DIBS_OK, "seed %d", (int)seed);
        cr_assert(same_struct(&wire_decision, &given, &read), "seed %d", (int)seed);
        cr_assert(span_equal(encode(&read, second), bytes));
    }
}

Test(decision, that_is_full_fits)
{
    static uint8_t text[LIMIT_TEXT_BYTES];
    memset(text, 'x', sizeof text);
    given = (struct decision){
        .verb = VERB_CLAIM, .answer = ANSWER_GRANTED, .key_count = LIMIT_ANY_KEYS, .has_holder = true};
    for (size_t i = 0; i < LIMIT_ANY_KEYS; i++)
        given.keys[i] = (struct granted_key){span_of(text, LIMIT_KEY_BYTES), UINT64_MAX, UINT64_MAX};
    given.session = given.by = given.holder.session = span_of(text, LIMIT_SESSION_BYTES);
    given.about = given.result = given.words = given.holder.about = span_of(text, LIMIT_TEXT_BYTES);
    given.holder.ref = given.holder.origin = span_of(text, LIMIT_REF_BYTES);
    given.holder.key = span_of(text, LIMIT_KEY_BYTES);
    cr_assert_eq(decode(encode(&given, first)), DIBS_OK);
}

Test(decision, of_a_newer_format_or_with_an_unknown_field_is_newer)
{
    cr_assert_eq(decode(span_of("\x08\x02", 2)), DIBS_NEWER);
    cr_assert_eq(decode(span_of("\x08\x01\xf0\x03\x01", 5)), DIBS_NEWER);
}

Test(decision, that_is_none_is_damaged)
{
    cr_assert_eq(decode((struct span){0}), DIBS_DAMAGED);
    cr_assert_eq(decode(span_of("\x08", 1)), DIBS_DAMAGED);
    cr_assert_eq(decode(span_of("\x08\x01\x60\x63", 4)), DIBS_DAMAGED); /* answer 99 */
    cr_assert_eq(decode(span_of("\x08\x01\x58\x1f", 4)), DIBS_DAMAGED); /* verb 31 */
    cr_assert_eq(decode(span_of("\x08\x01\x58\x20", 4)), DIBS_OK);      /* verb 32 */
}
