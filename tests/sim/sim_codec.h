/* The simulator's door to proto's codec and to the hash of hand-off codes. */
#ifndef SIM_CODEC_H
#define SIM_CODEC_H

#include "proto/messages.h"
#include "tests/sim/bytes.h"

/* Appends the encoded intent; false when this intent cannot be encoded (then nothing is appended). */
bool sim_codec_encode(const struct intent *intent, struct bytes *out);

/* Appends the decision as it would be published; false when it does not fit. And back; spans point into `bytes`. */
bool sim_codec_encode_decision(const struct decision *decision, struct bytes *out);
bool sim_codec_decode_decision(struct span bytes, struct decision *out);

/* What a record's intent is decoded into. */
struct sim_decoder;
struct sim_decoder *sim_decoder_new(void);
void sim_decoder_free(struct sim_decoder *decoder);

/* Decodes any bytes (bad ones give an intent with a flaw); valid until the next call with the same decoder. */
struct intent *sim_codec_decode(struct sim_decoder *decoder, struct span payload);

/* BLAKE2b-256 of a hand-off code. */
void sim_codec_code_hash(struct span code, uint8_t out[LIMIT_IDENTITY_BYTES]);

/* Set by the simulator: a record that it says no to is one that nobody can read (sim_keys.h). NULL: all are read. */
extern bool (*sim_codec_reads)(const struct intent *intent);

#endif
