/* dibs.proto and the codec's tables say the same: field by field, and as judged by protobuf-c, which shares no code. */
#include <criterion/criterion.h>
#include <dibs.pb-c.h>

#include "proto/codec.h"
#include "tests/unit/proto/any_struct.h"

static const struct {
    enum verb verb;
    const ProtobufCMessageDescriptor *descriptor;
} bodies[] = {
    {VERB_CLAIM, &dibs__wire__claim__descriptor},         {VERB_RENEW, &dibs__wire__renew__descriptor},
    {VERB_CLOSE, &dibs__wire__close__descriptor},         {VERB_CANCEL, &dibs__wire__cancel__descriptor},
    {VERB_HANDOFF, &dibs__wire__handoff__descriptor},     {VERB_TAKE, &dibs__wire__take__descriptor},
    {VERB_QUERY, &dibs__wire__query__descriptor},         {VERB_REVOKE, &dibs__wire__revoke__descriptor},
    {VERB_CONFIGURE, &dibs__wire__configure__descriptor}, {VERB_GENESIS, &dibs__wire__genesis__descriptor},
    {VERB_RECOVERED, &dibs__wire__recovered__descriptor}, {VERB_SEAL, &dibs__wire__seal__descriptor},
    {VERB_SAME, &dibs__wire__label__descriptor},          {VERB_DIFFERENT, &dibs__wire__label__descriptor},
    {VERB_OFFER, &dibs__wire__offer__descriptor},         {VERB_WITHDRAW, &dibs__wire__withdraw__descriptor},
    {VERB_NEXT, &dibs__wire__next__descriptor},           {VERB_TICK, &dibs__wire__tick__descriptor},
    {VERB_IMPORT, &dibs__wire__import__descriptor},
};
enum { BODIES = sizeof bodies / sizeof bodies[0] };

static uint8_t bytes[LIMIT_IMPORT_BYTES], again[LIMIT_IMPORT_BYTES];
static struct intent intent;

static ProtobufCType type_of(const struct wire_field *field)
{
    static const ProtobufCType types[] = {
        [WIRE_BOOL] = PROTOBUF_C_TYPE_BOOL,       [WIRE_U32] = PROTOBUF_C_TYPE_UINT32,
        [WIRE_U64] = PROTOBUF_C_TYPE_UINT64,      [WIRE_FIXED64] = PROTOBUF_C_TYPE_FIXED64,
        [WIRE_SPAN] = PROTOBUF_C_TYPE_BYTES,      [WIRE_BLOB] = PROTOBUF_C_TYPE_BYTES,
        [WIRE_MESSAGE] = PROTOBUF_C_TYPE_MESSAGE, [WIRE_FORMAT] = PROTOBUF_C_TYPE_UINT32};
    return types[field->kind];
}

/* In record.head and record.body the table has bytes, since they are read on their own. */
static bool is_split(const ProtobufCFieldDescriptor *field)
{
    return field->type == PROTOBUF_C_TYPE_MESSAGE && field->descriptor == &dibs__wire__head__descriptor;
}

static void compare(const struct wire_message *table, const ProtobufCMessageDescriptor *descriptor)
{
    cr_assert_eq(table->field_count, descriptor->n_fields, "%s", descriptor->name);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const struct wire_field *ours = &table->fields[i];
        const ProtobufCFieldDescriptor *theirs = &descriptor->fields[i];
        cr_assert_eq(ours->number, i + 1, "%s: tables are dense", descriptor->name);
        cr_assert_eq(ours->number, theirs->id, "%s.%s", descriptor->name, theirs->name);
        cr_assert(type_of(ours) == theirs->type || is_split(theirs), "type of %s.%s", descriptor->name, theirs->name);
        cr_assert_eq(ours->count != WIRE_NONE, theirs->label == PROTOBUF_C_LABEL_REPEATED, "%s.%s", descriptor->name,
                     theirs->name);
        cr_assert_neq(theirs->label, PROTOBUF_C_LABEL_REQUIRED);
        if (ours->kind == WIRE_MESSAGE)
            compare(ours->message, theirs->descriptor); /* two deep */
    }
}

Test(proto_file, has_the_fields_of_the_tables)
{
    compare(&wire_record, &dibs__wire__record__descriptor);
    compare(&wire_head, &dibs__wire__head__descriptor);
    compare(&wire_decision, &dibs__wire__decision__descriptor);
    compare(&wire_checkpoint, &dibs__wire__checkpoint__descriptor);
    for (size_t i = 0; i < BODIES; i++)
        compare(wire_body(bodies[i].verb), bodies[i].descriptor);
}

/* Reads the bytes with protobuf-c and writes them again: they must be what they were. */
static void expect_same(const ProtobufCMessageDescriptor *descriptor, struct span given)
{
    ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, NULL, given.size, given.bytes);
    cr_assert_not_null(message, "%s", descriptor->name);
    cr_assert_eq(message->n_unknown_fields, 0, "%s", descriptor->name);
    cr_assert_eq(protobuf_c_message_get_packed_size(message), given.size, "%s", descriptor->name);
    cr_assert_eq(protobuf_c_message_pack(message, again), given.size);
    cr_assert(span_equal(span_of(again, given.size), given), "%s", descriptor->name);
    protobuf_c_message_free_unpacked(message, NULL);
}

Test(proto_file, lets_another_implementation_read_and_write_the_same_intents)
{
    struct error_text why;
    struct random random;
    for (size_t i = 0; i < BODIES; i++) {
        for (uint64_t seed = 0; seed < 200; seed++) {
            size_t size = 0;
            random_init(&random, seed);
            any_intent(&random, bodies[i].verb, &intent);
            cr_assert_eq(intent_encode(&intent, bytes, sizeof bytes, &size, &why), DIBS_OK);
            expect_same(&dibs__wire__record__descriptor, span_of(bytes, size));
            Dibs__Wire__Record *record = dibs__wire__record__unpack(NULL, size, bytes);
            cr_assert(record->format == 1 && record->verb == (uint32_t)bodies[i].verb);
            cr_assert_eq(record->head != NULL, intent.has_head);
            if (intent.has_head)
                cr_assert(record->head->client == intent.head.id.client && record->head->seq == intent.head.id.seq);
            expect_same(bodies[i].descriptor, span_of(record->body.data, record->body.len));
            dibs__wire__record__free_unpacked(record, NULL);
        }
    }
}

Test(proto_file, lets_another_implementation_read_and_write_the_same_decisions)
{
    static struct decision decision;
    struct error_text why;
    struct random random;
    for (uint64_t seed = 0; seed < 500; seed++) {
        size_t size = 0;
        random_init(&random, seed);
        any_decision(&random, &decision);
        cr_assert_eq(decision_encode(&decision, bytes, sizeof bytes, &size, &why), DIBS_OK);
        expect_same(&dibs__wire__decision__descriptor, span_of(bytes, size));
    }
}

/* Stricter, never looser: what the codec takes, another implementation takes too. */
Test(proto_file, takes_all_that_the_codec_takes)
{
    struct error_text why;
    struct random random;
    unsigned taken = 0;
    random_init(&random, 7);
    for (unsigned turn = 0; turn < 30000; turn++) {
        size_t size = 0, i = random_below(&random, BODIES);
        static struct intent read;
        any_intent(&random, bodies[i].verb, &intent);
        intent.head.session.size = 0; /* small records, so that flips hit what matters */
        cr_assert_eq(intent_encode(&intent, bytes, sizeof bytes, &size, &why), DIBS_OK);
        if (size > 400)
            continue;
        for (uint64_t flips = 1 + random_below(&random, 3); flips > 0; flips--)
            bytes[random_below(&random, size)] ^= (uint8_t)(1u << random_below(&random, 8));
        intent_decode(span_of(bytes, size), &read);
        if (read.flaw != FLAW_NONE)
            continue;
        taken++;
        Dibs__Wire__Record *record = dibs__wire__record__unpack(NULL, size, bytes);
        cr_assert(record != NULL && record->base.n_unknown_fields == 0);
        const ProtobufCMessageDescriptor *descriptor = NULL;
        for (i = 0; i < BODIES; i++)
            descriptor = bodies[i].verb == read.verb ? bodies[i].descriptor : descriptor;
        ProtobufCMessage *body = protobuf_c_message_unpack(descriptor, NULL, record->body.len, record->body.data);
        cr_assert(body != NULL && body->n_unknown_fields == 0);
        protobuf_c_message_free_unpacked(body, NULL);
        dibs__wire__record__free_unpacked(record, NULL);
    }
    cr_assert_gt(taken, 1000);
}
