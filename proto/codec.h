/* Intents and decisions to bytes and back: the form of dibs.proto, docs/WIRE.md. Pure; allocates nothing.
 *
 * The same struct always gives the same bytes. Reading is stricter than protobuf and part of the rules: see wire.h. */
#ifndef PROTO_CODEC_H
#define PROTO_CODEC_H

#include "base/error.h"
#include "base/span.h"
#include "proto/checkpoint.h"
#include "proto/messages.h"

/* Writes `intent`, which must have no flaw and a verb that is not reserved, to the `size` bytes at `bytes`; *used says
 * how many it took. LIMIT_RECORD_BYTES (for an `import` LIMIT_IMPORT_BYTES) are enough for any good one.
 * DIBS_BAD_INPUT: it doesn't fit, or is larger than the limit; then the bytes are undefined. */
MUST_USE enum dibs_error intent_encode(const struct intent *intent, uint8_t *bytes, size_t size, size_t *used,
                                       struct error_text *why);

/* Writes what intent_decode keeps of a record with a flaw: its head, if it has one, and its verb. Read again it has some
 * flaw, not always the same. */
MUST_USE enum dibs_error intent_encode_flawed(const struct intent *intent, uint8_t *bytes, size_t size, size_t *used,
                                              struct error_text *why);

/* Reads any bytes and never fails: what is wrong is told by out->flaw (INV-10), and the head is there (has_head)
 * whenever its sender can be answered, whatever the rest is. A flawed intent has no body; its verb is kept when it is
 * one that messages.h names. Spans point into `bytes`. Whole in *out, whatever was there. */
void intent_decode(struct span bytes, struct intent *out);

/* As intent_encode. A decision of any content that the core makes fits into LIMIT_RECORD_BYTES. */
MUST_USE enum dibs_error decision_encode(const struct decision *decision, uint8_t *bytes, size_t size, size_t *used,
                                         struct error_text *why);

/* Spans point into `bytes`. DIBS_DAMAGED: not a decision. DIBS_NEWER: has fields or a format that this version doesn't
 * know. On an error *out is undefined. */
MUST_USE enum dibs_error decision_decode(struct span bytes, struct decision *out, struct error_text *why);

/* As decision_encode and decision_decode. CHECKPOINT_BYTES are enough when the build's text has up to 256. */
enum { CHECKPOINT_BYTES = 512 };
MUST_USE enum dibs_error checkpoint_encode(const struct checkpoint *checkpoint, uint8_t *bytes, size_t size,
                                           size_t *used, struct error_text *why);
MUST_USE enum dibs_error checkpoint_decode(struct span bytes, struct checkpoint *out, struct error_text *why);

/* Fills in the MAC; is it the one that the holder of this secret makes? False, too, when the build's text is too long. */
MUST_USE bool checkpoint_seal(struct checkpoint *checkpoint, const uint8_t secret[LIMIT_IDENTITY_BYTES]);
bool checkpoint_is_sealed(const struct checkpoint *checkpoint, const uint8_t secret[LIMIT_IDENTITY_BYTES]);

/* The verbs that carry a head: all but the log's own. */
bool verb_has_head(enum verb verb);

/* Is it a verb that messages.h names, reserved or not? VERB_NONE isn't. */
bool verb_is_named(enum verb verb);

#endif
