/* What coordinators tell each other on a topic of its own: checkpoints, as plain structs. */
#ifndef PROTO_CHECKPOINT_H
#define PROTO_CHECKPOINT_H

#include "base/limits.h"
#include "base/span.h"

/* What a coordinator that has applied all records below `offset` came to. */
struct checkpoint {
    uint64_t offset;
    uint8_t digest[16]; /* core_digest's high, then its low, each big-endian: as it is printed */
    uint32_t rules;
    struct span build; /* which program, for people */
    uint32_t rank;
    uint8_t mac[LIMIT_IDENTITY_BYTES]; /* keyed with the operator's secret, of the bytes that zeros here would give */
};

#endif
