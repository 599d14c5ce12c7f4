/* Random structs by table: see any_struct.h. */
#include "tests/unit/proto/any_struct.h"

#include "proto/codec.h"

static uint8_t noise[4096];

static struct span any_span(struct random *random, uint32_t most)
{
    if (noise[0] == 0) {
        for (size_t i = 0; i < sizeof noise; i++)
            noise[i] = (uint8_t)(i * 7 + i / 256 + 1);
    }
    if (random_chance(random, 300))
        return (struct span){0};
    uint64_t size = 1 + random_below(random, most);
    return span_of(noise + random_below(random, sizeof noise - size), size);
}

static uint64_t any_number(struct random *random)
{
    uint64_t number = random_next(random);
    return random_chance(random, 200) ? 0 : number >> random_below(random, 64);
}

static void any_value(struct random *random, const struct wire_field *field, uint32_t long_span, uint8_t *to)
{
    uint32_t small;
    uint64_t number;
    struct span span;
    bool flag;
    switch ((enum wire_kind)field->kind) {
    case WIRE_BOOL:
        flag = random_chance(random, 500);
        memcpy(to, &flag, sizeof flag);
        break;
    case WIRE_U32:
        small = (uint32_t)random_between(random, field->low, field->high);
        small = field->high == UINT32_MAX ? (uint32_t)any_number(random) : small;
        memcpy(to, &small, sizeof small);
        break;
    case WIRE_U64:
    case WIRE_FIXED64:
        number = any_number(random);
        memcpy(to, &number, sizeof number);
        break;
    case WIRE_SPAN:
        span = any_span(random, long_span);
        memcpy(to, &span, sizeof span);
        break;
    case WIRE_BLOB:
        random_bytes(random, to, field->size);
        break;
    case WIRE_MESSAGE:
    case WIRE_FORMAT:
        break;
    }
}

void any_struct(struct random *random, const struct wire_message *message, uint32_t long_span, void *out)
{
    for (uint8_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        uint8_t *to = (uint8_t *)out + field->offset;
        uint32_t count = 1;
        if (field->count != WIRE_NONE) {
            count = random_chance(random, 300) ? 0 : (uint32_t)random_below(random, field->bound + 1u);
            memcpy((uint8_t *)out + field->count, &count, sizeof count);
        } else if (field->has != WIRE_NONE) {
            bool has = random_chance(random, 500);
            memcpy((uint8_t *)out + field->has, &has, sizeof has);
            count = has ? 1 : 0;
        }
        for (uint32_t n = 0; n < count; n++) {
            if (field->kind == WIRE_MESSAGE) /* two deep at most */
                any_struct(random, field->message, long_span, to + (size_t)n * field->size);
            else
                any_value(random, field, long_span, to + (size_t)n * field->size);
        }
    }
}

void any_intent(struct random *random, enum verb verb, struct intent *out)
{
    memset(out, 0, sizeof *out);
    out->verb = verb;
    out->has_head = verb_has_head(verb);
    if (out->has_head)
        any_struct(random, &wire_head, LIMIT_SESSION_BYTES, &out->head);
    any_struct(random, wire_body(verb), 300, &out->body);
    if (verb == VERB_CLAIM && out->body.claim.has_wait_ms)
        out->body.claim.has_wait = true;
    if (verb == VERB_HANDOFF && out->body.handoff.withdraw)
        memset(out->body.handoff.code_hash, 0, sizeof out->body.handoff.code_hash);
}

void any_decision(struct random *random, struct decision *out)
{
    memset(out, 0, sizeof *out);
    any_struct(random, &wire_decision, 100, out);
    while (out->verb != VERB_NONE && !verb_is_named(out->verb))
        out->verb = (enum verb)random_below(random, VERB_IMPORT + 1);
}

/* ---------------------------------------------------------------- comparing */

static bool same_value(const struct wire_field *field, const uint8_t *a, const uint8_t *b)
{
    struct span span_a, span_b;
    switch ((enum wire_kind)field->kind) {
    case WIRE_BOOL:
        return memcmp(a, b, sizeof(bool)) == 0;
    case WIRE_U32:
        return memcmp(a, b, sizeof(uint32_t)) == 0;
    case WIRE_U64:
    case WIRE_FIXED64:
        return memcmp(a, b, sizeof(uint64_t)) == 0;
    case WIRE_SPAN:
        memcpy(&span_a, a, sizeof span_a);
        memcpy(&span_b, b, sizeof span_b);
        return span_equal(span_a, span_b);
    case WIRE_BLOB:
        return memcmp(a, b, field->size) == 0;
    case WIRE_MESSAGE:
        return same_struct(field->message, a, b);
    case WIRE_FORMAT:
        return true;
    }
    return false;
}

bool same_struct(const struct wire_message *message, const void *a, const void *b)
{
    const uint8_t *first = a, *second = b;
    for (uint8_t i = 0; i < message->field_count; i++) {
        const struct wire_field *field = &message->fields[i];
        uint32_t count = 1;
        if (field->count != WIRE_NONE) {
            if (memcmp(first + field->count, second + field->count, sizeof count) != 0)
                return false;
            memcpy(&count, first + field->count, sizeof count);
        }
        if (field->has != WIRE_NONE && memcmp(first + field->has, second + field->has, sizeof(bool)) != 0)
            return false;
        for (uint32_t n = 0; n < count; n++) {
            size_t at = field->offset + (size_t)n * field->size;
            if (!same_value(field, first + at, second + at))
                return false;
        }
    }
    return true;
}
