/* The digest of the state: a sum over all rows, so that it can be kept at each change and no order of rows matters.
 * The formula is part of the format; see state.h. */
#ifndef STATE_DIGEST_H
#define STATE_DIGEST_H

#include "coordinator/state/state.h"

enum {
    TABLE_KEY_MAX = 510,              /* LMDB's 511 without the byte that names the table */
    TABLE_VALUE_MAX = STATE_ROW_BYTES /* twice the largest record: no row holds more than one */
};

/* A row as it is hashed: table number, key size as u16 LE, key, value. */
struct row_image {
    size_t size;
    uint8_t bytes[3 + TABLE_KEY_MAX + TABLE_VALUE_MAX];
};

/* Copies a row into `image`. */
void row_image_set(struct row_image *image, enum table table, struct span key, struct span value);

/* XXH3-128 of the image. */
struct state_digest row_image_digest(const struct row_image *image);

/* What stands beside bytes that are in no digest, to tell that none of their bits has flipped: of XXH3-128 over both, the
 * low half. */
uint64_t stored_check(struct span key, struct span bytes);

/* Sum and difference modulo 2^128. */
struct state_digest digest_plus(struct state_digest a, struct state_digest b);
struct state_digest digest_minus(struct state_digest a, struct state_digest b);

#endif
