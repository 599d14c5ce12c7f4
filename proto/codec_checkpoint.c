/* Checkpoints on the wire. */
#include "proto/codec.h"

#include "proto/wire.h"

static const struct wire_field checkpoint_fields[] = {
    FIELD_FORMAT(1),
    FIELD_U64(2, checkpoint, offset),
    FIELD_BLOB_REQUIRED(3, checkpoint, digest, FLAW_UNDECODABLE),
    FIELD_U32(4, checkpoint, rules),
    FIELD_SPAN(5, checkpoint, build),
    FIELD_U32(6, checkpoint, rank),
    FIELD_BLOB(7, checkpoint, mac, FLAW_UNDECODABLE),
};
WIRE_TABLE(wire_checkpoint, checkpoint_fields);

enum dibs_error checkpoint_encode(const struct checkpoint *checkpoint, uint8_t *bytes, size_t size, size_t *used,
                                  struct error_text *why)
{
    struct wire_writer writer = {.bytes = bytes, .at = size};
    wire_put_message(&writer, &wire_checkpoint, checkpoint);
    if (!wire_finish(&writer, size, used))
        return error_say(why, DIBS_BAD_INPUT, "the checkpoint is larger than %zu bytes", size);
    return DIBS_OK;
}

enum dibs_error checkpoint_decode(struct span bytes, struct checkpoint *out, struct error_text *why)
{
    memset(out, 0, sizeof *out);
    struct wire_finding found = wire_read(&wire_checkpoint, bytes, out);
    if (found.damaged)
        return error_say(why, DIBS_DAMAGED, "not a checkpoint: its bytes are damaged");
    if (found.unknown || found.flaw == FLAW_NEWER_FORMAT)
        return error_say(why, DIBS_NEWER, "the checkpoint is of a newer form than this version of dibs knows");
    if (found.flaw != FLAW_NONE)
        return error_say(why, DIBS_DAMAGED, "not a checkpoint: a part is missing or has another size");
    return DIBS_OK;
}
