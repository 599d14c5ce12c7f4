/* Reading the wire: one pass over the bytes, a stack of two messages, every byte accounted for. */
#include "proto/wire.h"

#include "base/check.h"
#include "base/endian.h"

enum wire_type { TYPE_VARINT = 0, TYPE_EIGHT = 1, TYPE_SIZED = 2, TYPE_FOUR = 5 };

struct cursor {
    struct span bytes;
    size_t at;
};

/* A message being read: up to `end`, into the struct at `out`. */
struct frame {
    const struct wire_message *message;
    uint8_t *out;
    size_t end;
    uint64_t seen; /* bit n: field n was there */
};

static bool take_varint(struct cursor *from, size_t end, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; shift < 64 && from->at < end; shift += 7) {
        uint8_t byte = from->bytes.bytes[from->at++];
        if (shift == 63 && byte > 1) /* beyond 64 bits */
            return false;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool take_sized(struct cursor *from, size_t end, struct span *value)
{
    uint64_t size;
    if (!take_varint(from, end, &size) || size > end - from->at)
        return false;
    *value = span_of(from->bytes.bytes + from->at, (size_t)size);
    from->at += (size_t)size;
    return true;
}

static bool skip(struct cursor *from, size_t end, uint64_t type)
{
    uint64_t number;
    struct span ignored;
    if (type == TYPE_VARINT)
        return take_varint(from, end, &number);
    if (type == TYPE_SIZED)
        return take_sized(from, end, &ignored);
    size_t size = type == TYPE_EIGHT ? 8 : 4;
    if ((type != TYPE_EIGHT && type != TYPE_FOUR) || size > end - from->at)
        return false;
    from->at += size;
    return true;
}

static enum wire_type type_of(const struct wire_field *field)
{
    if (field->kind == WIRE_FIXED64)
        return TYPE_EIGHT;
    return field->kind >= WIRE_SPAN && field->kind <= WIRE_MESSAGE ? TYPE_SIZED : TYPE_VARINT;
}

static void note(struct wire_finding *found, uint8_t flaw)
{
    if (found->flaw == FLAW_NONE)
        found->flaw = flaw;
}

/* Where the next element of the field goes; NULL and a flaw when the array is full. */
static uint8_t *place(const struct wire_field *field, struct frame *frame, struct wire_finding *found)
{
    uint8_t *first = frame->out + field->offset;
    if (field->count == WIRE_NONE) {
        if (field->has != WIRE_NONE)
            memcpy(frame->out + field->has, &(bool){true}, sizeof(bool));
        return first;
    }
    uint32_t count;
    memcpy(&count, frame->out + field->count, sizeof count);
    if (count >= field->bound) {
        note(found, field->flaw);
        return NULL;
    }
    uint8_t *next = first + (size_t)count * field->size;
    if (field->kind == WIRE_MESSAGE)
        memset(next, 0, field->size);
    count++;
    memcpy(frame->out + field->count, &count, sizeof count);
    return next;
}

/* False: damaged. */
static bool read_number(const struct wire_field *field, struct frame *frame, struct cursor *from,
                        struct wire_finding *found)
{
    uint64_t value;
    if (field->kind == WIRE_FIXED64) {
        if (frame->end - from->at < 8)
            return false;
        value = get_u64le(from->bytes.bytes + from->at);
        from->at += 8;
    } else if (!take_varint(from, frame->end, &value)) {
        return false;
    }
    if (field->kind == WIRE_BOOL ? value > 1 : field->kind < WIRE_U64 && value > UINT32_MAX)
        return false;
    bool ranged = field->kind == WIRE_U32 || field->kind == WIRE_FORMAT;
    if (ranged && (value < field->low || value > field->high)) {
        note(found, field->flaw);
        return true;
    }
    if (field->kind == WIRE_FORMAT)
        return true;
    uint8_t *to = place(field, frame, found);
    if (to == NULL)
        return true;
    if (field->kind == WIRE_BOOL)
        memcpy(to, &(bool){value == 1}, sizeof(bool));
    else if (field->kind == WIRE_U32)
        memcpy(to, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
    else
        memcpy(to, &value, sizeof value);
    return true;
}

/* False: damaged. A message's content is left to the caller: *inside is where it goes, or NULL. */
static bool read_sized(const struct wire_field *field, struct frame *frame, struct cursor *from,
                       struct wire_finding *found, struct span *value, uint8_t **inside)
{
    if (!take_sized(from, frame->end, value))
        return false;
    if (field->kind == WIRE_BLOB && value->size != field->size) {
        note(found, field->flaw);
        return true;
    }
    uint8_t *to = place(field, frame, found);
    if (to == NULL)
        return true;
    if (field->kind == WIRE_MESSAGE)
        *inside = to;
    else if (field->kind == WIRE_BLOB)
        memcpy(to, value->bytes, value->size);
    else
        memcpy(to, value, sizeof *value);
    return true;
}

/* False: damaged. *inside is set when a message was opened whose content, *value, comes next. */
static bool read_field(struct frame *frame, struct cursor *from, struct wire_finding *found,
                       const struct wire_field **field, struct span *value, uint8_t **inside)
{
    uint64_t tag;
    if (!take_varint(from, frame->end, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
        return false;
    uint64_t number = tag >> 3, type = tag & 7;
    if (number > frame->message->field_count) {
        found->unknown = true;
        return skip(from, frame->end, type);
    }
    *field = &frame->message->fields[number - 1];
    if (type != type_of(*field))
        return false;
    if ((frame->seen >> number & 1) != 0 && (*field)->count == WIRE_NONE)
        return false;
    frame->seen |= UINT64_C(1) << number;
    return type == TYPE_SIZED ? read_sized(*field, frame, from, found, value, inside)
                              : read_number(*field, frame, from, found);
}

static void note_missing(const struct frame *frame, struct wire_finding *found)
{
    for (uint8_t i = 0; i < frame->message->field_count; i++) {
        const struct wire_field *field = &frame->message->fields[i];
        if (field->required && (frame->seen >> field->number & 1) == 0)
            note(found, field->kind == WIRE_FORMAT ? FLAW_UNDECODABLE : field->flaw);
    }
}

struct wire_finding wire_read(const struct wire_message *message, struct span bytes, void *out)
{
    struct wire_finding found = {0};
    struct cursor from = {.bytes = bytes};
    struct frame frames[WIRE_DEPTH] = {{.message = message, .out = out, .end = bytes.size}};
    size_t depth = 0;
    for (;;) { /* each turn takes a byte at least, or closes a message */
        struct frame *frame = &frames[depth];
        if (from.at == frame->end) {
            note_missing(frame, &found);
            if (depth == 0)
                return found;
            depth--;
            continue;
        }
        const struct wire_field *field = NULL;
        struct span value;
        uint8_t *inside = NULL;
        if (!read_field(frame, &from, &found, &field, &value, &inside)) {
            found.damaged = true;
            return found;
        }
        if (inside == NULL)
            continue;
        CHECK(depth + 1 < WIRE_DEPTH);
        frames[++depth] = (struct frame){.message = field->message, .out = inside, .end = from.at};
        from.at -= value.size;
    }
}
