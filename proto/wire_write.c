/* Writing the wire, from the end to the front: the same struct always gives the same bytes. */
#include "proto/wire.h"

#include "base/check.h"
#include "base/endian.h"

enum wire_type { TYPE_VARINT = 0, TYPE_EIGHT = 1, TYPE_SIZED = 2 };

static void put_bytes(struct wire_writer *writer, struct span bytes)
{
    if (writer->overflow || bytes.size > writer->at) {
        writer->overflow = true;
        return;
    }
    writer->at -= bytes.size;
    if (bytes.size != 0)
        memcpy(writer->bytes + writer->at, bytes.bytes, bytes.size);
}

void wire_put_varint(struct wire_writer *writer, uint64_t value)
{
    uint8_t bytes[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[size++] = (uint8_t)(value | 0x80);
    bytes[size++] = (uint8_t)value;
    put_bytes(writer, span_of(bytes, size));
}

static void put_tag(struct wire_writer *writer, uint8_t number, enum wire_type type)
{
    wire_put_varint(writer, (uint64_t)number << 3 | type);
}

void wire_put_field_u32(struct wire_writer *writer, uint8_t number, uint32_t value)
{
    wire_put_varint(writer, value);
    put_tag(writer, number, TYPE_VARINT);
}

void wire_put_field_around(struct wire_writer *writer, uint8_t number, size_t end)
{
    if (writer->overflow)
        return;
    wire_put_varint(writer, end - writer->at);
    put_tag(writer, number, TYPE_SIZED);
}

/* A value as it stands in the struct; true unless it is zero or empty. */
struct value {
    uint64_t number;
    struct span bytes;
    bool is_something;
};

static bool has_any_bit(struct span bytes)
{
    uint8_t all = 0;
    for (size_t i = 0; i < bytes.size; i++)
        all |= bytes.bytes[i];
    return all != 0;
}

static struct value load(const struct wire_field *field, const uint8_t *at)
{
    struct value value = {0};
    bool flag;
    uint32_t small;
    switch ((enum wire_kind)field->kind) {
    case WIRE_BOOL:
        memcpy(&flag, at, sizeof flag);
        value.number = flag;
        break;
    case WIRE_U32:
        memcpy(&small, at, sizeof small);
        value.number = small;
        break;
    case WIRE_U64:
    case WIRE_FIXED64:
        memcpy(&value.number, at, sizeof value.number);
        break;
    case WIRE_FORMAT:
        value.number = WIRE_FORMAT_NUMBER;
        break;
    case WIRE_SPAN:
        memcpy(&value.bytes, at, sizeof value.bytes);
        value.is_something = value.bytes.size != 0;
        return value;
    case WIRE_BLOB:
        value.bytes = span_of(at, field->size);
        value.is_something = has_any_bit(value.bytes);
        return value;
    case WIRE_MESSAGE:
        CHECK(field->kind != WIRE_MESSAGE); /* messages nest two deep */
    }
    value.is_something = value.number != 0;
    return value;
}

static void put_value(struct wire_writer *writer, const struct wire_field *field, const struct value *value)
{
    if (field->kind == WIRE_SPAN || field->kind == WIRE_BLOB) {
        size_t end = writer->at;
        put_bytes(writer, value->bytes);
        wire_put_field_around(writer, field->number, end);
    } else if (field->kind == WIRE_FIXED64) {
        uint8_t bytes[8];
        put_u64le(bytes, value->number);
        put_bytes(writer, span_of(bytes, sizeof bytes));
        put_tag(writer, field->number, TYPE_EIGHT);
    } else {
        wire_put_varint(writer, value->number);
        put_tag(writer, field->number, TYPE_VARINT);
    }
}

/* How many elements of the field there are to write; *certain: also those that are zero or empty. */
static uint32_t elements(const struct wire_field *field, const uint8_t *from, bool *certain)
{
    *certain = field->required;
    if (field->count != WIRE_NONE) {
        uint32_t count;
        memcpy(&count, from + field->count, sizeof count);
        CHECK(count <= field->bound);
        *certain = true;
        return count;
    }
    if (field->has != WIRE_NONE) {
        memcpy(certain, from + field->has, sizeof *certain);
        return *certain ? 1 : 0;
    }
    return 1;
}

/* A message without messages in it. */
static void put_leaf(struct wire_writer *writer, const struct wire_message *message, const uint8_t *from)
{
    for (size_t i = message->field_count; i-- > 0;) {
        const struct wire_field *field = &message->fields[i];
        bool certain;
        for (uint32_t n = elements(field, from, &certain); n-- > 0;) {
            struct value value = load(field, from + field->offset + (size_t)n * field->size);
            if (certain || value.is_something)
                put_value(writer, field, &value);
        }
    }
}

void wire_put_message(struct wire_writer *writer, const struct wire_message *message, const void *from)
{
    const uint8_t *base = from;
    for (size_t i = message->field_count; i-- > 0;) {
        const struct wire_field *field = &message->fields[i];
        bool certain;
        for (uint32_t n = elements(field, base, &certain); n-- > 0;) {
            const uint8_t *at = base + field->offset + (size_t)n * field->size;
            size_t end = writer->at;
            if (field->kind == WIRE_MESSAGE) {
                put_leaf(writer, field->message, at);
                if (certain || writer->at != end)
                    wire_put_field_around(writer, field->number, end);
                continue;
            }
            struct value value = load(field, at);
            if (certain || value.is_something)
                put_value(writer, field, &value);
        }
    }
}

bool wire_finish(const struct wire_writer *writer, size_t size, size_t *used)
{
    if (writer->overflow)
        return false;
    *used = size - writer->at;
    memmove(writer->bytes, writer->bytes + writer->at, *used);
    return true;
}
