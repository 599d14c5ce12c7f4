/* How plain structs stand on the wire: protobuf's encoding, driven by tables, stricter than protobuf.
 *
 * Which bytes are a good record is a rule that every replica must share for good, so it is stated here and not left to
 * a protobuf library's version. Internal to proto/. Bounded: messages nest two deep, no recursion, no allocation. */
#ifndef PROTO_WIRE_H
#define PROTO_WIRE_H

#include "base/span.h"
#include "proto/messages.h"

enum wire_kind {
    WIRE_BOOL,    /* bool */
    WIRE_U32,     /* uint32_t, or an enum: between low and high */
    WIRE_U64,     /* uint64_t */
    WIRE_FIXED64, /* uint64_t that is random: eight bytes */
    WIRE_SPAN,    /* struct span */
    WIRE_BLOB,    /* an array of exactly `size` bytes */
    WIRE_MESSAGE, /* a struct of `size` bytes described by `message`, itself without messages */
    WIRE_FORMAT   /* nothing in the struct: the number of this form, for a reader that knows only older ones */
};

enum { WIRE_NONE = 0xffff, WIRE_FIELDS_MAX = 63, WIRE_DEPTH = 2, WIRE_FORMAT_NUMBER = 1 };

/* One field, in the struct and on the wire. Optional fields without a `has` are absent when they are zero or empty;
 * an explicit zero is the same as absent. */
struct wire_field {
    uint8_t number;     /* its place in the table, from 1 */
    uint8_t kind;       /* enum wire_kind */
    uint8_t flaw;       /* enum flaw: what a wrong value, a wrong size, one too many or a missing one is */
    bool required;      /* always written; missing it is a flaw */
    uint16_t size;      /* WIRE_BLOB, WIRE_MESSAGE, repeated ones: of one element in the struct */
    uint16_t offset;    /* in the struct */
    uint16_t has;       /* offset of the bool that says it is present, or WIRE_NONE */
    uint16_t count;     /* repeated: offset of the uint32_t count, or WIRE_NONE */
    uint16_t bound;     /* repeated: size of the array */
    uint32_t low, high; /* WIRE_U32 */
    const struct wire_message *message;
};

struct wire_message {
    const struct wire_field *fields;
    uint8_t field_count;
};

/* What was found in a message. */
struct wire_finding {
    bool damaged;   /* not protobuf, or a field twice, of another wire type or out of its type's range */
    bool unknown;   /* has fields that the table doesn't */
    enum flaw flaw; /* the first value that was wrong or missing */
};

/* Reads `bytes` into the struct at `out`, which is zeroed by the caller, but for its arrays. Spans point into `bytes`. When
 * anything was found the struct is filled as far as was possible. */
struct wire_finding wire_read(const struct wire_message *message, struct span bytes, void *out);

/* Writes towards the front of an array, last thing first, so that what is inside is there before its size is told. */
struct wire_writer {
    uint8_t *bytes;
    size_t at;     /* what is written begins here and ends at the array's end */
    bool overflow; /* something did not fit; `at` means nothing any more */
};

/* Puts the whole message before what is there; fields in the order of their numbers. */
void wire_put_message(struct wire_writer *writer, const struct wire_message *message, const void *from);

/* Moves what was written to the array's front; `size` is the array's. False: something did not fit. */
bool wire_finish(const struct wire_writer *writer, size_t size, size_t *used);

/* The pieces, for the record around a message. */
void wire_put_varint(struct wire_writer *writer, uint64_t value);
void wire_put_field_u32(struct wire_writer *writer, uint8_t number, uint32_t value);
/* What was written since the writer stood at `end` becomes the content of field `number`. */
void wire_put_field_around(struct wire_writer *writer, uint8_t number, size_t end);

/* The messages. */
extern const struct wire_message wire_record, wire_head, wire_decision, wire_list_cursor, wire_policy_entry,
    wire_prefix_entry, wire_checkpoint;
const struct wire_message *wire_body(enum verb verb); /* NULL: not a verb that is decoded */

/* The record around an intent. */
struct wire_record_parts {
    uint32_t format, verb;
    struct span head, body;
    bool has_head;
};

/* ---------------------------------------------------------------- rows of a table
 *
 * FIELD_x(number, struct, member …); a member of another type than the kind's does not compile. */

#define WIRE_AT(S, member, T) _Generic(((struct S *)0)->member, T : offsetof(struct S, member))

#define FIELD_BOOL(n, S, m) \
    { \
        .number = (n), .kind = WIRE_BOOL, .offset = WIRE_AT(S, m, bool), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_U32(n, S, m) \
    { \
        .number = (n), .kind = WIRE_U32, .high = UINT32_MAX, .offset = WIRE_AT(S, m, uint32_t), .has = WIRE_NONE, \
        .count = WIRE_NONE \
    }
#define FIELD_U32_IF(n, S, m, h) \
    { \
        .number = (n), .kind = WIRE_U32, .high = UINT32_MAX, .offset = WIRE_AT(S, m, uint32_t), \
        .has = WIRE_AT(S, h, bool), .count = WIRE_NONE \
    }
#define FIELD_ENUM(n, S, m, highest) \
    { \
        .number = (n), .kind = WIRE_U32, .flaw = FLAW_UNDECODABLE, .high = (highest), .offset = offsetof(struct S, m), \
        .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_ENUM_REQUIRED(n, S, m, lowest, highest, f) \
    { \
        .number = (n), .kind = WIRE_U32, .flaw = (f), .required = true, .low = (lowest), .high = (highest), \
        .offset = offsetof(struct S, m), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_U64(n, S, m) \
    { \
        .number = (n), .kind = WIRE_U64, .offset = WIRE_AT(S, m, uint64_t), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_U64_IF(n, S, m, h) \
    { \
        .number = (n), .kind = WIRE_U64, .offset = WIRE_AT(S, m, uint64_t), .has = WIRE_AT(S, h, bool), \
        .count = WIRE_NONE \
    }
#define FIELD_U64S(n, S, m, c, f) \
    { \
        .number = (n), .kind = WIRE_U64, .flaw = (f), .size = sizeof(uint64_t), .offset = WIRE_AT(S, m, uint64_t *), \
        .has = WIRE_NONE, .count = WIRE_AT(S, c, uint32_t), .bound = sizeof(((struct S *)0)->m) / sizeof(uint64_t) \
    }
#define FIELD_FIXED64(n, S, m) \
    { \
        .number = (n), .kind = WIRE_FIXED64, .offset = WIRE_AT(S, m, uint64_t), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_SPAN(n, S, m) \
    { \
        .number = (n), .kind = WIRE_SPAN, .offset = WIRE_AT(S, m, struct span), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_SPAN_IF(n, S, m, h) \
    { \
        .number = (n), .kind = WIRE_SPAN, .offset = WIRE_AT(S, m, struct span), .has = WIRE_AT(S, h, bool), \
        .count = WIRE_NONE \
    }
#define FIELD_SPANS(n, S, m, c, f) \
    { \
        .number = (n), .kind = WIRE_SPAN, .flaw = (f), .size = sizeof(struct span), \
        .offset = WIRE_AT(S, m, struct span *), .has = WIRE_NONE, .count = WIRE_AT(S, c, uint32_t), \
        .bound = sizeof(((struct S *)0)->m) / sizeof(struct span) \
    }
#define FIELD_BLOB_REQUIRED(n, S, m, f) \
    { \
        .number = (n), .kind = WIRE_BLOB, .flaw = (f), .required = true, .size = sizeof(((struct S *)0)->m), \
        .offset = WIRE_AT(S, m, uint8_t *), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_BLOB(n, S, m, f) \
    { \
        .number = (n), .kind = WIRE_BLOB, .flaw = (f), .size = sizeof(((struct S *)0)->m), \
        .offset = WIRE_AT(S, m, uint8_t *), .has = WIRE_NONE, .count = WIRE_NONE \
    }
#define FIELD_MESSAGE(n, S, m, T, table) \
    { \
        .number = (n), .kind = WIRE_MESSAGE, .size = sizeof(struct T), .offset = WIRE_AT(S, m, struct T), \
        .has = WIRE_NONE, .count = WIRE_NONE, .message = &(table) \
    }
#define FIELD_MESSAGE_REQUIRED(n, S, m, T, table, f) \
    { \
        .number = (n), .kind = WIRE_MESSAGE, .flaw = (f), .required = true, .size = sizeof(struct T), \
        .offset = WIRE_AT(S, m, struct T), .has = WIRE_NONE, .count = WIRE_NONE, .message = &(table) \
    }
#define FIELD_MESSAGE_IF(n, S, m, T, h, table) \
    { \
        .number = (n), .kind = WIRE_MESSAGE, .size = sizeof(struct T), .offset = WIRE_AT(S, m, struct T), \
        .has = WIRE_AT(S, h, bool), .count = WIRE_NONE, .message = &(table) \
    }
#define FIELD_MESSAGES(n, S, m, T, c, table, f) \
    { \
        .number = (n), .kind = WIRE_MESSAGE, .flaw = (f), .size = sizeof(struct T), \
        .offset = WIRE_AT(S, m, struct T *), .has = WIRE_NONE, .count = WIRE_AT(S, c, uint32_t), \
        .bound = sizeof(((struct S *)0)->m) / sizeof(struct T), .message = &(table) \
    }

#define FIELD_FORMAT(n) \
    { \
        .number = (n), .kind = WIRE_FORMAT, .flaw = FLAW_NEWER_FORMAT, .required = true, .low = WIRE_FORMAT_NUMBER, \
        .high = WIRE_FORMAT_NUMBER, .has = WIRE_NONE, .count = WIRE_NONE \
    }

#define WIRE_TABLE(name, rows) \
    const struct wire_message name = {.fields = (rows), .field_count = sizeof(rows) / sizeof((rows)[0])}; \
    _Static_assert(sizeof(rows) / sizeof((rows)[0]) <= WIRE_FIELDS_MAX, "field numbers fit a bit mask")

_Static_assert(sizeof(enum verb) == 4 && sizeof(enum flaw) == 4 && sizeof(enum target_kind) == 4,
               "an enum in a struct is read and written as a uint32_t");

#endif
