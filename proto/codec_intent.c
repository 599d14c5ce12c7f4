/* Intents on the wire: the record, its head first, then the body of its verb. */
#include "proto/codec.h"

#include "base/check.h"
#include "base/utf8.h"
#include "proto/wire.h"

enum record_field { RECORD_FORMAT = 1, RECORD_HEAD = 2, RECORD_VERB = 3, RECORD_BODY = 4 };

bool verb_has_head(enum verb verb)
{
    return verb != VERB_GENESIS && verb != VERB_RECOVERED && verb != VERB_IMPORT && verb != VERB_TICK;
}

bool verb_is_named(enum verb verb)
{
    switch (verb) {
    case VERB_SAME:
    case VERB_DIFFERENT:
    case VERB_OFFER:
    case VERB_WITHDRAW:
    case VERB_NEXT:
    case VERB_IMPORT:
    case VERB_CLAIM:
    case VERB_RENEW:
    case VERB_CLOSE:
    case VERB_CANCEL:
    case VERB_HANDOFF:
    case VERB_TAKE:
    case VERB_QUERY:
    case VERB_REVOKE:
    case VERB_CONFIGURE:
    case VERB_GENESIS:
    case VERB_RECOVERED:
    case VERB_SEAL:
    case VERB_TICK:
        return true;
    case VERB_NONE:
        break;
    }
    return false;
}

/* ---------------------------------------------------------------- writing */

static size_t most_bytes(enum verb verb)
{
    return verb == VERB_IMPORT ? LIMIT_IMPORT_BYTES : LIMIT_RECORD_BYTES;
}

/* All but the body, in front of what is there. */
static void put_envelope(struct wire_writer *writer, const struct intent *intent, bool has_head)
{
    if (intent->verb != VERB_NONE)
        wire_put_field_u32(writer, RECORD_VERB, intent->verb);
    if (has_head) {
        size_t end = writer->at;
        wire_put_message(writer, &wire_head, &intent->head);
        wire_put_field_around(writer, RECORD_HEAD, end);
    }
    wire_put_field_u32(writer, RECORD_FORMAT, WIRE_FORMAT_NUMBER);
}

static enum dibs_error finish(const struct wire_writer *writer, size_t limit, size_t *used, struct error_text *why)
{
    if (!wire_finish(writer, limit, used))
        return error_say(why, DIBS_BAD_INPUT, "the intent is larger than %zu bytes: fewer keys or shorter texts",
                         limit);
    return DIBS_OK;
}

enum dibs_error intent_encode(const struct intent *intent, uint8_t *bytes, size_t size, size_t *used,
                              struct error_text *why)
{
    const struct wire_message *body = wire_body(intent->verb);
    CHECK(intent->flaw == FLAW_NONE && body != NULL);
    size_t limit = size < most_bytes(intent->verb) ? size : most_bytes(intent->verb);
    struct wire_writer writer = {.bytes = bytes, .at = limit};
    wire_put_message(&writer, body, &intent->body);
    if (writer.at != limit)
        wire_put_field_around(&writer, RECORD_BODY, limit);
    put_envelope(&writer, intent, verb_has_head(intent->verb));
    return finish(&writer, limit, used, why);
}

enum dibs_error intent_encode_flawed(const struct intent *intent, uint8_t *bytes, size_t size, size_t *used,
                                     struct error_text *why)
{
    struct wire_writer writer = {.bytes = bytes, .at = size};
    CHECK(intent->flaw != FLAW_NONE);
    put_envelope(&writer, intent, intent->has_head);
    return finish(&writer, size, used, why);
}

/* ---------------------------------------------------------------- reading */

static enum flaw flaw_of(const struct wire_finding *found)
{
    if (found->damaged)
        return FLAW_UNDECODABLE;
    return found->unknown ? FLAW_UNKNOWN_FIELD : found->flaw;
}

/* The head, as far as an answer needs it; what is wrong with it. A name too long for any answer is cut. */
static enum flaw read_head(const struct wire_record_parts *record, struct intent *out)
{
    if (!record->has_head)
        return FLAW_NONE;
    struct wire_finding found = wire_read(&wire_head, record->head, &out->head);
    if (found.damaged) {
        out->head = (struct intent_head){0};
        return FLAW_UNDECODABLE;
    }
    out->has_head = true;
    struct span whole = out->head.session;
    out->head.session = utf8_cut(whole, LIMIT_SESSION_BYTES);
    enum flaw flaw = flaw_of(&found);
    return flaw == FLAW_NONE && whole.size > LIMIT_SESSION_BYTES ? FLAW_SESSION : flaw;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t all = 0;
    for (size_t i = 0; i < size; i++)
        all |= bytes[i];
    return all == 0;
}

/* What the table can't say. */
static enum flaw finish_body(struct intent *out)
{
    if (out->verb == VERB_CLAIM && out->body.claim.has_wait_ms)
        out->body.claim.has_wait = true;
    if (out->verb == VERB_HANDOFF) {
        const struct handoff_intent *handoff = &out->body.handoff;
        bool has_code = !is_zero(handoff->code_hash, sizeof handoff->code_hash);
        if (has_code == handoff->withdraw)
            return FLAW_CODE;
    }
    return FLAW_NONE;
}

static enum flaw read_body(const struct wire_record_parts *record, struct intent *out)
{
    const struct wire_message *message = wire_body(out->verb);
    if (record->verb == 0)
        return FLAW_UNDECODABLE;
    if (message == NULL)
        return FLAW_UNKNOWN_VERB;
    if (record->has_head != verb_has_head(out->verb))
        return FLAW_UNDECODABLE;
    struct wire_finding found = wire_read(message, record->body, &out->body);
    enum flaw flaw = flaw_of(&found);
    return flaw == FLAW_NONE ? finish_body(out) : flaw;
}

/* The first of what is wrong, in an order that tells a newer sender so whenever it may be one. */
static enum flaw read_record(struct span bytes, struct intent *out)
{
    struct wire_record_parts record = {0};
    struct wire_finding found = wire_read(&wire_record, bytes, &record);
    enum flaw head_flaw = read_head(&record, out);
    if (bytes.size > (found.damaged ? LIMIT_RECORD_BYTES : most_bytes(record.verb)))
        return FLAW_TOO_LARGE;
    if (found.damaged)
        return FLAW_UNDECODABLE;
    if (verb_is_named(record.verb))
        out->verb = record.verb;
    if (record.format != WIRE_FORMAT_NUMBER)
        return record.format == 0 ? FLAW_UNDECODABLE : FLAW_NEWER_FORMAT;
    if (found.unknown)
        return FLAW_UNKNOWN_FIELD;
    return head_flaw != FLAW_NONE ? head_flaw : read_body(&record, out);
}

void intent_decode(struct span bytes, struct intent *out)
{
    memset(out, 0, sizeof *out);
    out->flaw = read_record(bytes, out);
    if (out->flaw != FLAW_NONE)
        memset(&out->body, 0, sizeof out->body);
}
