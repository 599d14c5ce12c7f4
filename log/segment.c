/* The format of one segment of a local log: header, records, and how to tell a torn end from damage. */
#include "log/segment.h"

#include "base/check.h"
#include "base/endian.h"
#include "base/hash.h"

#include <inttypes.h>

/* No log gets there; offsets within a segment can thus be counted up without a thought of overflow. */
#define FIRST_OFFSET_MAX (UINT64_MAX / 2)

static const uint8_t magic[8] = {'d', 'i', 'b', 's', '.', 's', 'e', 'g'};

enum {
    HEADER_AT_FORMAT = 8,
    HEADER_AT_SIZE = 12,
    HEADER_AT_FIRST_OFFSET = 16,
    HEADER_AT_STORE_ID = 24,
    HEADER_AT_ROLL_BYTES = 40,
    HEADER_AT_CHECKSUM = 60,
    RECORD_AT_LENGTH = 0,
    RECORD_AT_CHECKSUM = 4,
    RECORD_AT_OFFSET = 8,
    RECORD_AT_TS = 16
};

void segment_encode_header(const struct segment_header *header, uint8_t out[SEGMENT_HEADER_BYTES])
{
    memset(out, 0, SEGMENT_HEADER_BYTES);
    memcpy(out, magic, sizeof magic);
    put_u32le(out + HEADER_AT_FORMAT, SEGMENT_FORMAT);
    put_u32le(out + HEADER_AT_SIZE, SEGMENT_HEADER_BYTES);
    put_u64le(out + HEADER_AT_FIRST_OFFSET, header->first_offset);
    memcpy(out + HEADER_AT_STORE_ID, header->store_id, SEGMENT_ID_BYTES);
    put_u64le(out + HEADER_AT_ROLL_BYTES, header->roll_bytes);
    put_u32le(out + HEADER_AT_CHECKSUM, hash_crc32c(0, span_of(out, HEADER_AT_CHECKSUM)));
}

enum dibs_error segment_parse_header(struct span bytes, const char *path, struct segment_header *header,
                                     struct error_text *why)
{
    if (bytes.size < SEGMENT_HEADER_BYTES || memcmp(bytes.bytes, magic, sizeof magic) != 0)
        return error_say(why, DIBS_DAMAGED,
                         "%s, byte 0: this is not the beginning of a log segment; put the file back from a copy", path);
    /* The first 64 bytes keep this checksum in every format, so that a flipped bit isn't taken for a newer one. */
    uint32_t format = get_u32le(bytes.bytes + HEADER_AT_FORMAT);
    if (get_u32le(bytes.bytes + HEADER_AT_CHECKSUM) != hash_crc32c(0, span_first(bytes, HEADER_AT_CHECKSUM)))
        return error_say(why, DIBS_DAMAGED,
                         "%s, byte 0: the header of the log segment is damaged; put the file back from a copy", path);
    if (format > SEGMENT_FORMAT)
        return error_say(why, DIBS_NEWER, "%s is a log segment of format %" PRIu32 ", newer than this dibs knows (%d)",
                         path, format, SEGMENT_FORMAT);
    if (format != SEGMENT_FORMAT || get_u32le(bytes.bytes + HEADER_AT_SIZE) != SEGMENT_HEADER_BYTES ||
        get_u64le(bytes.bytes + HEADER_AT_FIRST_OFFSET) > FIRST_OFFSET_MAX)
        return error_say(why, DIBS_DAMAGED, "%s, byte 8: no log segment was ever written so", path);
    header->first_offset = get_u64le(bytes.bytes + HEADER_AT_FIRST_OFFSET);
    header->roll_bytes = get_u64le(bytes.bytes + HEADER_AT_ROLL_BYTES);
    memcpy(header->store_id, bytes.bytes + HEADER_AT_STORE_ID, SEGMENT_ID_BYTES);
    return DIBS_OK;
}

size_t segment_record_bytes(size_t payload_size)
{
    size_t bare = SEGMENT_RECORD_HEAD_BYTES + payload_size + SEGMENT_RECORD_TAIL_BYTES;
    return (bare + SEGMENT_ALIGN - 1) / SEGMENT_ALIGN * SEGMENT_ALIGN;
}

size_t segment_claimed_bytes(struct span bytes)
{
    if (bytes.size < SEGMENT_RECORD_HEAD_BYTES)
        return 0;
    uint32_t payload_size = get_u32le(bytes.bytes + RECORD_AT_LENGTH);
    return payload_size <= SEGMENT_PAYLOAD_MAX ? segment_record_bytes(payload_size) : 0;
}

/* Offset, ts and payload lie side by side, so the checksum is over one run of bytes. */
static uint32_t record_checksum(const uint8_t *record, size_t payload_size)
{
    return hash_crc32c(0,
                       span_of(record + RECORD_AT_OFFSET, SEGMENT_RECORD_HEAD_BYTES - RECORD_AT_OFFSET + payload_size));
}

void segment_encode_record(uint64_t offset, uint64_t ts_ms, struct span payload, uint8_t *out)
{
    CHECK(payload.size <= SEGMENT_PAYLOAD_MAX);
    size_t size = segment_record_bytes(payload.size);
    put_u32le(out + RECORD_AT_LENGTH, (uint32_t)payload.size);
    put_u64le(out + RECORD_AT_OFFSET, offset);
    put_u64le(out + RECORD_AT_TS, ts_ms);
    if (payload.size > 0)
        memcpy(out + SEGMENT_RECORD_HEAD_BYTES, payload.bytes, payload.size);
    memset(out + SEGMENT_RECORD_HEAD_BYTES + payload.size, 0, size - SEGMENT_RECORD_HEAD_BYTES - payload.size);
    put_u32le(out + size - SEGMENT_RECORD_TAIL_BYTES, (uint32_t)size);
    put_u32le(out + RECORD_AT_CHECKSUM, record_checksum(out, payload.size));
}

enum segment_verdict segment_step_record(struct span bytes, struct log_record *record, size_t *size)
{
    if (bytes.size < SEGMENT_RECORD_HEAD_BYTES)
        return SEGMENT_SHORT;
    size_t whole = segment_claimed_bytes(bytes);
    if (whole == 0)
        return SEGMENT_BAD;
    uint32_t payload_size = get_u32le(bytes.bytes + RECORD_AT_LENGTH);
    if (bytes.size < whole)
        return SEGMENT_SHORT;
    if (get_u32le(bytes.bytes + whole - SEGMENT_RECORD_TAIL_BYTES) != whole)
        return SEGMENT_BAD;
    for (size_t i = SEGMENT_RECORD_HEAD_BYTES + payload_size; i < whole - SEGMENT_RECORD_TAIL_BYTES; i++) {
        if (bytes.bytes[i] != 0)
            return SEGMENT_BAD;
    }
    *record = (struct log_record){.offset = get_u64le(bytes.bytes + RECORD_AT_OFFSET),
                                  .ts_ms = get_u64le(bytes.bytes + RECORD_AT_TS),
                                  .payload = span_of(bytes.bytes + SEGMENT_RECORD_HEAD_BYTES, payload_size)};
    *size = whole;
    return SEGMENT_WHOLE;
}

enum segment_verdict segment_parse_record(struct span bytes, struct log_record *record, size_t *size)
{
    enum segment_verdict verdict = segment_step_record(bytes, record, size);
    if (verdict == SEGMENT_WHOLE &&
        get_u32le(bytes.bytes + RECORD_AT_CHECKSUM) != record_checksum(bytes.bytes, record->payload.size))
        return SEGMENT_BAD;
    return verdict;
}

bool segment_parse_last(struct span bytes, struct log_record *record, size_t *size)
{
    if (bytes.size < SEGMENT_RECORD_MIN)
        return false;
    uint32_t whole = get_u32le(bytes.bytes + bytes.size - SEGMENT_RECORD_TAIL_BYTES);
    if (whole < SEGMENT_RECORD_MIN || whole > bytes.size || whole % SEGMENT_ALIGN != 0)
        return false;
    return segment_parse_record(span_skip(bytes, bytes.size - whole), record, size) == SEGMENT_WHOLE && *size == whole;
}

bool segment_has_record_beyond(struct span bytes, uint64_t offset, uint64_t most)
{
    for (size_t at = SEGMENT_ALIGN; at + SEGMENT_RECORD_MIN <= bytes.size; at += SEGMENT_ALIGN) {
        struct log_record record;
        size_t size;
        uint64_t claimed = get_u64le(bytes.bytes + at + RECORD_AT_OFFSET);
        if (claimed <= offset || claimed > most)
            continue;
        if (segment_parse_record(span_skip(bytes, at), &record, &size) == SEGMENT_WHOLE)
            return true;
    }
    return false;
}
