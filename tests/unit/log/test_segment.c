/* The bytes of a segment: what is written is read, and nothing else is taken for it. */
#include "log/segment.h"

#include <criterion/criterion.h>

static uint8_t bytes[SEGMENT_RECORD_MAX + 64];

Test(segment, record_comes_back_as_written_for_every_small_size)
{
    for (size_t size = 0; size < 40; size++) {
        uint8_t payload[40];
        memset(payload, (int)size + 1, sizeof payload);
        segment_encode_record(7, 9, span_of(payload, size), bytes);
        size_t whole = segment_record_bytes(size), taken = 0;
        cr_assert_eq(whole % SEGMENT_ALIGN, 0);
        struct log_record record;
        cr_assert_eq(segment_parse_record(span_of(bytes, whole), &record, &taken), SEGMENT_WHOLE);
        cr_assert_eq(taken, whole);
        cr_assert_eq(record.offset, 7);
        cr_assert_eq(record.ts_ms, 9);
        cr_assert(span_equal(record.payload, span_of(payload, size)));
        cr_assert(segment_parse_last(span_of(bytes, whole), &record, &taken));
    }
}

Test(segment, largest_record_fits_its_bound)
{
    static uint8_t payload[SEGMENT_PAYLOAD_MAX];
    cr_assert_leq(segment_record_bytes(SEGMENT_PAYLOAD_MAX), SEGMENT_RECORD_MAX);
    cr_assert_eq(segment_record_bytes(0), SEGMENT_RECORD_MIN);
    segment_encode_record(1, 2, span_of(payload, sizeof payload), bytes);
    struct log_record record;
    size_t taken;
    cr_assert_eq(segment_parse_record(span_of(bytes, sizeof bytes), &record, &taken), SEGMENT_WHOLE);
    cr_assert_eq(record.payload.size, SEGMENT_PAYLOAD_MAX);
}

Test(segment, every_prefix_of_a_record_is_short_and_every_flipped_bit_is_seen)
{
    segment_encode_record(300, 1700000000000, span_from_text("claim github:o/r#5"), bytes);
    size_t whole = segment_record_bytes(18), taken;
    struct log_record record;
    for (size_t size = 0; size < whole; size++)
        cr_assert_eq(segment_parse_record(span_of(bytes, size), &record, &taken), SEGMENT_SHORT, "prefix of %zu", size);
    for (size_t bit = 0; bit < whole * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_neq(segment_parse_record(span_of(bytes, whole), &record, &taken), SEGMENT_WHOLE, "bit %zu", bit);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

Test(segment, zeros_are_no_record)
{
    struct log_record record;
    size_t taken;
    cr_assert_eq(segment_parse_record(span_of(bytes, 64), &record, &taken), SEGMENT_BAD);
    cr_assert_not(segment_parse_last(span_of(bytes, 64), &record, &taken));
}

Test(segment, record_after_a_bad_one_is_found_and_an_older_one_is_not)
{
    segment_encode_record(12, 0, span_from_text("abc"), bytes + 32);
    struct span all = span_of(bytes, 32 + segment_record_bytes(3));
    cr_assert(segment_has_record_beyond(all, 11, 100));
    cr_assert_not(segment_has_record_beyond(all, 12, 100), "it is no later one");
    bytes[32 + 24] ^= 1;
    cr_assert_not(segment_has_record_beyond(all, 11, 100));
}

Test(segment, header_comes_back_as_written_and_every_flipped_bit_is_seen)
{
    struct segment_header header = {.first_offset = 5, .roll_bytes = 4096, .store_id = "0123456789abcde"}, read = {0};
    struct error_text why;
    segment_encode_header(&header, bytes);
    struct span whole = span_of(bytes, SEGMENT_HEADER_BYTES);
    cr_assert_eq(segment_parse_header(whole, "x.seg", &read, &why), DIBS_OK);
    cr_assert_eq(read.first_offset, 5);
    cr_assert_eq(read.roll_bytes, 4096);
    cr_assert_eq(memcmp(read.store_id, header.store_id, SEGMENT_ID_BYTES), 0);
    for (size_t bit = 0; bit < SEGMENT_HEADER_BYTES * 8; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        cr_assert_eq(segment_parse_header(whole, "x.seg", &read, &why), DIBS_DAMAGED, "bit %zu", bit);
        cr_assert_not_null(strstr(why.text, "x.seg, byte "));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t size = 0; size < SEGMENT_HEADER_BYTES; size++)
        cr_assert_eq(segment_parse_header(span_of(bytes, size), "x.seg", &read, &why), DIBS_DAMAGED);
}
