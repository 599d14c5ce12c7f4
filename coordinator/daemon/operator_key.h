/* The operator's secret, and what is made of it: proof = BLAKE2b-256(secret), verifier = BLAKE2b-256(proof). */
#ifndef DAEMON_OPERATOR_KEY_H
#define DAEMON_OPERATOR_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "coordinator/daemon/step.h"

struct operator_key {
    bool is_there;
    uint8_t secret[LIMIT_IDENTITY_BYTES], proof[LIMIT_IDENTITY_BYTES], verifier[LIMIT_IDENTITY_BYTES];
};

/* Reads the file, or makes it. An empty path: there is none. */
MUST_USE enum step operator_key_read(struct operator_key *key, const char *path, bool make, struct step_reason *reason);
void operator_key_wipe(struct operator_key *key);

#endif
