/* The format of one segment of a local log, as pure functions over bytes. Described in docs/FORMAT.md.
 *
 * Knows nothing of files. Each function looks only at the bytes it is given, whatever they hold. */
#ifndef LOG_SEGMENT_H
#define LOG_SEGMENT_H

#include "base/error.h"
#include "base/span.h"
#include "log/log.h"

enum {
    SEGMENT_FORMAT = 1,
    SEGMENT_HEADER_BYTES = 64,
    SEGMENT_ID_BYTES = 16,
    SEGMENT_PAYLOAD_MAX = 131072, /* room for an intent of the largest size with what an import puts around it */
    SEGMENT_RECORD_HEAD_BYTES = 24,
    SEGMENT_RECORD_TAIL_BYTES = 4,
    SEGMENT_ALIGN = 8, /* records start at multiples of this */
    SEGMENT_RECORD_MIN = 32,
    SEGMENT_RECORD_MAX = SEGMENT_PAYLOAD_MAX + 32
};

struct segment_header {
    uint64_t first_offset;
    uint64_t roll_bytes; /* no record starts at or beyond this position: the next one opens a new segment */
    uint8_t store_id[SEGMENT_ID_BYTES];
};

void segment_encode_header(const struct segment_header *header, uint8_t out[SEGMENT_HEADER_BYTES]);

/* DIBS_DAMAGED or DIBS_NEWER; `path` is for the words. */
MUST_USE enum dibs_error segment_parse_header(struct span bytes, const char *path, struct segment_header *header,
                                              struct error_text *why);

/* What a record with a payload of this size takes, padding included. */
size_t segment_record_bytes(size_t payload_size);

/* What the record at the beginning of the bytes would take if its length is right; 0 when that can't be told. */
size_t segment_claimed_bytes(struct span bytes);

/* Writes segment_record_bytes(payload.size) bytes; payload.size is at most SEGMENT_PAYLOAD_MAX. */
void segment_encode_record(uint64_t offset, uint64_t ts_ms, struct span payload, uint8_t *out);

enum segment_verdict {
    SEGMENT_WHOLE, /* a record; *record points into the bytes, *size is what it takes */
    SEGMENT_SHORT, /* it may go on beyond the bytes given */
    SEGMENT_BAD    /* these bytes begin no record */
};

/* Parses what the bytes begin with; checks all but the offset's value. */
enum segment_verdict segment_parse_record(struct span bytes, struct log_record *record, size_t *size);

/* As segment_parse_record for a record that lies wholly in the bytes, without computing the checksum: to step over
 * it. The payload isn't to be trusted. */
enum segment_verdict segment_step_record(struct span bytes, struct log_record *record, size_t *size);

/* The record that ends where the bytes end; false when they don't end in a whole one. */
bool segment_parse_last(struct span bytes, struct log_record *record, size_t *size);

/* Is there, beyond the first SEGMENT_ALIGN bytes, the start of a whole record with an offset above `offset` and at most
 * `most`? Tells damage (a bad record that others follow) from the torn end of an interrupted append. */
bool segment_has_record_beyond(struct span bytes, uint64_t offset, uint64_t most);

#endif
