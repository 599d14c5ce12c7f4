/* What coordinators have published of a fleet: every decision that its topic keeps, as a hash, and every checkpoint. */
#ifndef SHIM_FLEET_PUBLISHED_H
#define SHIM_FLEET_PUBLISHED_H

#include "base/hash.h"
#include "log/kafka.h"
#include "proto/decision_id.h"
#include "proto/messages.h"

struct published_decision {
    struct decision_id id;
    uint32_t partition;
    uint64_t place; /* its own, in the partition */
    struct hash128 hash;
};

struct published_checkpoint {
    uint64_t offset, place;
    uint8_t digest[16];
    uint32_t rank;
};

struct published {
    struct published_decision *decisions; /* rising by identity; 48 bytes each */
    size_t decision_count, decision_room;
    struct published_checkpoint *checkpoints; /* rising by offset */
    size_t checkpoint_count, checkpoint_room;
    uint64_t foreign; /* records that are neither, or a checkpoint that isn't the operator's */
    bool is_proved;   /* the operator's key was there to tell */
};

/* Reads what is there now. `operator_key`: a file; "" when there is none. After DIBS_OK published_deinit is due. */
MUST_USE enum dibs_error published_init(struct published *published, struct kafka *kafka, const char *operator_key,
                                        struct error_text *why);
void published_deinit(struct published *published);

#endif
