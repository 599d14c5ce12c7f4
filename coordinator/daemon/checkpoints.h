/* Checkpoints: when one is due, what this coordinator had at an offset, and those of others that are still ahead. Pure;
 * memory only in checkpoints_new. */
#ifndef DAEMON_CHECKPOINTS_H
#define DAEMON_CHECKPOINTS_H

#include <stdbool.h>

#include "coordinator/state/state.h"

enum {
    CHECKPOINTS_HISTORY = 65536,
    CHECKPOINTS_AHEAD = 256,
    CHECKPOINTS_BUILD = 64,
    CHECKPOINTS_RECORDS = 10000,
    CHECKPOINTS_MS = 10000
};

struct checkpoint_past {
    uint64_t offset;
    struct state_digest digest;
};

struct checkpoint_ahead {
    uint64_t offset;
    struct state_digest digest;
    uint32_t rules, rank;
    uint8_t build_size;
    uint8_t build[CHECKPOINTS_BUILD];
};

struct checkpoints {
    struct checkpoint_past *past; /* a ring by ascending offset */
    uint64_t past_first, past_end;
    struct checkpoint_ahead ahead[CHECKPOINTS_AHEAD];
    uint32_t ahead_count;
    uint64_t lowest_ahead;                  /* of those; UINT64_MAX: none */
    uint64_t newest;                        /* offset of the newest authentic one, ours too */
    uint64_t last_offset, last_ms, records; /* of ours; records since */
};

bool checkpoints_new(struct checkpoints *checkpoints);
void checkpoints_free(struct checkpoints *checkpoints);
void checkpoints_init(struct checkpoints *checkpoints, uint64_t offset, struct state_digest digest, uint64_t now_ms);

void checkpoints_on_applied(struct checkpoints *checkpoints, uint64_t offset, struct state_digest digest);

/* What this coordinator had at that offset; NULL: not known (any more, or yet). */
const struct checkpoint_past *checkpoints_past(const struct checkpoints *checkpoints, uint64_t offset);

/* Keeps one that is ahead; one too many is not kept. */
void checkpoints_keep(struct checkpoints *checkpoints, const struct checkpoint_ahead *ahead);

/* Takes out one that was ahead and is no more; false: none. */
bool checkpoints_take(struct checkpoints *checkpoints, uint64_t offset, struct checkpoint_ahead *out);

/* Is one of ours due at this committed offset? checkpoints_on_written says that it is made. */
bool checkpoints_are_due(const struct checkpoints *checkpoints, uint64_t offset, uint64_t now_ms);
uint64_t checkpoints_due_ms(const struct checkpoints *checkpoints); /* UINT64_MAX: nothing new */
void checkpoints_on_written(struct checkpoints *checkpoints, uint64_t offset, uint64_t now_ms);

#endif
