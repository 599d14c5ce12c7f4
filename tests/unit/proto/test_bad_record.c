/* INV-10: whatever is in the log is read without harm, what is wrong is told, and its sender whenever there is one. */
#include <criterion/criterion.h>

#include "proto/codec.h"
#include "tests/unit/proto/any_struct.h"

static uint8_t bytes[LIMIT_RECORD_BYTES];
static struct wire_writer writer;
static struct intent read;

static void begin(void)
{
    writer = (struct wire_writer){.bytes = bytes, .at = sizeof bytes};
}

static void put_raw(const char *raw, size_t size)
{
    writer.at -= size;
    memcpy(bytes + writer.at, raw, size);
}
#define PUT_RAW(raw) put_raw((raw), sizeof(raw) - 1)

static void put_head(size_t session_size, size_t identity_size)
{
    static uint8_t many[1000];
    memset(many, 's', sizeof many);
    size_t end = writer.at;
    size_t inner = end;
    writer.at -= identity_size;
    memset(bytes + writer.at, 1, identity_size);
    wire_put_field_around(&writer, 4, inner);
    inner = writer.at;
    writer.at -= session_size;
    memcpy(bytes + writer.at, many, session_size);
    wire_put_field_around(&writer, 3, inner);
    wire_put_field_u32(&writer, 2, 5); /* seq */
    wire_put_field_around(&writer, 2, end);
}

/* format, head, verb and a body of these bytes. */
static void put_record(uint32_t format, uint32_t verb, const char *body, size_t body_size)
{
    size_t end = writer.at;
    put_raw(body, body_size);
    wire_put_field_around(&writer, 4, end);
    wire_put_field_u32(&writer, 3, verb);
    put_head(3, 32);
    wire_put_field_u32(&writer, 1, format);
}

static enum flaw decode(void)
{
    intent_decode(span_of(bytes + writer.at, sizeof bytes - writer.at), &read);
    return read.flaw;
}

static enum flaw body_flaw(enum verb verb, const char *body, size_t size)
{
    begin();
    put_record(1, verb, body, size);
    enum flaw flaw = decode();
    cr_assert(read.has_head && read.head.id.seq == 5 && read.head.session.size == 3);
    return flaw;
}
#define BODY_FLAW(verb, body) body_flaw((verb), (body), sizeof(body) - 1)

Test(bad_record, empty_is_undecodable_and_has_no_sender)
{
    intent_decode((struct span){0}, &read);
    cr_assert(read.flaw == FLAW_UNDECODABLE && !read.has_head && read.verb == VERB_NONE);
}

Test(bad_record, of_an_unknown_verb_has_a_sender)
{
    cr_assert_eq(BODY_FLAW(31, "\xff\xff\xff"), FLAW_UNKNOWN_VERB);
    cr_assert_eq(read.verb, VERB_NONE);
    cr_assert_eq(BODY_FLAW(4000000000u, ""), FLAW_UNKNOWN_VERB);
}

Test(bad_record, of_a_newer_format_has_a_sender)
{
    begin();
    put_record(2, VERB_CLAIM, "\xff", 1);
    PUT_RAW("\x48\x01"); /* and a field 9 that only it knows */
    cr_assert(decode() == FLAW_NEWER_FORMAT && read.has_head);
}

Test(bad_record, with_an_unknown_field_has_a_sender_wherever_the_field_is)
{
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x0a\x01x\x90\x03\x01"), FLAW_UNKNOWN_FIELD);      /* in the body */
    cr_assert_eq(BODY_FLAW(VERB_HANDOFF, "\x0a\x04\x08\x01\x38\x01"), FLAW_UNKNOWN_FIELD); /* in a target */
    begin();
    put_record(1, VERB_TAKE, "", 0);
    PUT_RAW("\x2d\x01\x02\x03\x04"); /* field 5, four bytes, beside the head */
    cr_assert(decode() == FLAW_UNKNOWN_FIELD && read.has_head && read.body.take.code.size == 0);
    begin();
    wire_put_field_u32(&writer, 3, VERB_TAKE);
    size_t end = writer.at;
    wire_put_field_u32(&writer, 6, 1); /* in the head */
    put_raw("\x22\x20"
            "0123456789abcdef0123456789abcdef",
            34);
    wire_put_field_around(&writer, 2, end);
    wire_put_field_u32(&writer, 1, 1);
    cr_assert(decode() == FLAW_UNKNOWN_FIELD && read.has_head);
}

Test(bad_record, whose_bytes_are_damaged_is_undecodable)
{
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x0a\x02x"), FLAW_UNDECODABLE);        /* a key longer than the body */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x10"), FLAW_UNDECODABLE);             /* a tag without a value */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x10\x02"), FLAW_UNDECODABLE);         /* a bool of 2 */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x12\x01x"), FLAW_UNDECODABLE);        /* a bool with a size */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x10\x01\x10\x01"), FLAW_UNDECODABLE); /* a bool twice */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x0b\x0c"), FLAW_UNDECODABLE);         /* a group */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x02\x00"), FLAW_UNDECODABLE);         /* field 0 */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x38\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"), FLAW_UNDECODABLE); /* 2^64 */
    cr_assert_eq(BODY_FLAW(VERB_CLAIM, "\x38\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), FLAW_NONE);
    cr_assert_eq(BODY_FLAW(VERB_CLOSE, "\x20\x01\x38\x80\x80\x80\x80\x10"), FLAW_UNDECODABLE);  /* a reward of 2^32 */
    cr_assert_eq(BODY_FLAW(VERB_CANCEL, "\x09\x01\x02\x03\x04\x05\x06\x07"), FLAW_UNDECODABLE); /* 7 bytes of 8 */
}

Test(bad_record, with_more_of_something_than_there_may_be_says_so)
{
    char many[2 * 65];
    for (size_t i = 0; i < sizeof many; i += 2)
        memcpy(many + i, "\x0a\x00", 2);
    cr_assert_eq(body_flaw(VERB_CLAIM, many, 2 * 64), FLAW_NONE);
    cr_assert_eq(read.body.claim.key_count, 64);
    cr_assert_eq(body_flaw(VERB_CLAIM, many, 2 * 65), FLAW_TOO_MANY_KEYS);
    cr_assert_eq(read.body.claim.key_count, 0); /* a flawed intent has no body */
    char targets[4 * 65];
    for (size_t i = 0; i < sizeof targets; i += 4)
        memcpy(targets + i, "\x0a\x02\x08\x01", 4);
    cr_assert_eq(body_flaw(VERB_RENEW, targets, 4 * 64), FLAW_NONE);
    cr_assert_eq(body_flaw(VERB_RENEW, targets, 4 * 65), FLAW_TOO_MANY_KEYS);
}

Test(bad_record, with_a_number_that_means_nothing_says_which)
{
    cr_assert_eq(BODY_FLAW(VERB_CLOSE, "\x20\x04"), FLAW_UNDECODABLE);             /* outcome 4 */
    cr_assert_eq(BODY_FLAW(VERB_CLOSE, ""), FLAW_UNDECODABLE);                     /* no outcome */
    cr_assert_eq(BODY_FLAW(VERB_RENEW, "\x0a\x02\x08\x06"), FLAW_TARGET);          /* target kind 6 */
    cr_assert_eq(BODY_FLAW(VERB_RENEW, "\x0a\x00"), FLAW_TARGET);                  /* no kind */
    cr_assert_eq(BODY_FLAW(VERB_HANDOFF, ""), FLAW_TARGET);                        /* no target */
    cr_assert_eq(BODY_FLAW(VERB_HANDOFF, "\x0a\x02\x08\x01"), FLAW_CODE);          /* neither code nor withdraw */
    cr_assert_eq(BODY_FLAW(VERB_HANDOFF, "\x0a\x02\x08\x01\x22\x01x"), FLAW_CODE); /* a hash of one byte */
    cr_assert_eq(BODY_FLAW(VERB_HANDOFF, "\x0a\x02\x08\x01\x18\x01"), FLAW_NONE);
    cr_assert_eq(BODY_FLAW(VERB_QUERY, "\x08\x0a"), FLAW_UNDECODABLE); /* query kind 10 */
    cr_assert_eq(BODY_FLAW(VERB_SEAL, ""), FLAW_IDENTITY);
    cr_assert_eq(BODY_FLAW(VERB_CONFIGURE, "\x0a\x03xyz"), FLAW_IDENTITY);
}

Test(bad_record, whose_head_is_wrong_is_still_answered)
{
    begin();
    wire_put_field_u32(&writer, 3, VERB_TAKE);
    put_head(3, 31);
    wire_put_field_u32(&writer, 1, 1);
    cr_assert(decode() == FLAW_IDENTITY && read.has_head && read.head.id.seq == 5);
    begin();
    wire_put_field_u32(&writer, 3, VERB_TAKE);
    put_head(129, 32);
    wire_put_field_u32(&writer, 1, 1);
    cr_assert(decode() == FLAW_SESSION && read.has_head && read.head.session.size == 128);
}

Test(bad_record, without_a_head_that_it_needs_or_with_one_it_may_not_have_is_undecodable)
{
    intent_decode(span_of("\x08\x01\x18\x01", 4), &read); /* a claim of nobody */
    cr_assert(read.flaw == FLAW_UNDECODABLE && !read.has_head);
    cr_assert_eq(BODY_FLAW(VERB_TICK, ""), FLAW_UNDECODABLE);
    cr_assert_eq(BODY_FLAW(VERB_IMPORT, ""), FLAW_UNDECODABLE);
}

Test(bad_record, any_cut_or_flipped_bit_of_a_good_one_is_read_without_harm)
{
    static uint8_t good[LIMIT_IMPORT_BYTES];
    static struct intent given;
    struct random random;
    struct error_text why;
    random_init(&random, 1);
    for (int turn = 0; turn < 20; turn++) {
        size_t size = 0;
        any_intent(&random, (enum verb)(1 + turn % VERB_TICK), &given);
        cr_assert_eq(intent_encode(&given, good, sizeof good, &size, &why), DIBS_OK);
        for (size_t cut = 0; cut < size && cut < 3000; cut++)
            intent_decode(span_of(good, cut), &read);
        for (size_t bit = 0; bit < size * 8 && bit < 6000; bit++) {
            good[bit / 8] ^= (uint8_t)(1u << bit % 8);
            intent_decode(span_of(good, size), &read);
            good[bit / 8] ^= (uint8_t)(1u << bit % 8);
        }
    }
}
