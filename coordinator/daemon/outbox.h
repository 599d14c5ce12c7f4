/* The decisions that are on their way: made and not settled, seen and not made. Pure; memory only in outbox_new.
 *
 * Ids only grow. What is settled gives its bytes back but leaves its hash as long as there is room, so that copies which
 * come later can be compared. */
#ifndef DAEMON_OUTBOX_H
#define DAEMON_OUTBOX_H

#include <stdbool.h>

#include "base/span.h"
#include "proto/decision_id.h"

struct outbox_limits {
    uint32_t entries;                 /* 0: 65,536 */
    uint64_t bytes;                   /* 0: 64 MiB */
    uint32_t step_entries;            /* room that one step of the core may need; 0: 2,048 */
    uint64_t step_bytes;              /* 0: 20 MiB */
    uint32_t seen_ahead;              /* 0: 65,536 */
    uint32_t seen_ahead_of_partition; /* 0: 8,192 */
};

enum outbox_place { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_SETTLED };

struct outbox_entry {
    struct decision_id id;
    uint64_t made_ms, not_before_ms;
    uint64_t hash;
    uint64_t bytes_at; /* where its bytes begin, of all that ever were */
    uint32_t size, partition;
    enum outbox_place place;
};

/* A decision seen on the topic before it was made here. */
struct outbox_seen {
    struct decision_id id;
    uint64_t hash;
    uint32_t partition, rank;
    bool is_tail; /* it stood there at the start */
};

struct outbox {
    struct outbox_limits limits;
    struct outbox_entry *entries;            /* a ring; absolute numbers from first to end */
    uint64_t first, open, next_publish, end; /* open: the first unsettled; next_publish: none waits before it */
    uint64_t unsettled;
    uint8_t *bytes; /* a ring */
    uint64_t bytes_first, bytes_end;
    struct outbox_seen *seen; /* a heap, the lowest id first */
    uint32_t seen_count;
};

bool outbox_new(struct outbox *outbox, const struct outbox_limits *limits); /* false: no memory */
void outbox_free(struct outbox *outbox);
void outbox_clear(struct outbox *outbox);

bool outbox_has_room(const struct outbox *outbox); /* for one more step of the core */
struct outbox_entry *outbox_add(struct outbox *outbox, struct decision_id id, uint32_t partition, struct span bytes,
                                uint64_t now_ms);
struct span outbox_bytes(const struct outbox *outbox, const struct outbox_entry *entry);
/* NULL: not there (any more). */
struct outbox_entry *outbox_find(struct outbox *outbox, struct decision_id id);
/* Is the id older than all that is kept? */
bool outbox_is_forgotten(const struct outbox *outbox, struct decision_id id);
void outbox_settle(struct outbox *outbox, struct outbox_entry *entry);
void outbox_retry(struct outbox *outbox, struct outbox_entry *entry, uint64_t not_before_ms);

static inline struct outbox_entry *outbox_at(const struct outbox *outbox, uint64_t number)
{
    return &outbox->entries[number % outbox->limits.entries];
}

uint64_t outbox_hash(struct span bytes);

/* False: full, it is not kept. */
bool outbox_see(struct outbox *outbox, const struct outbox_seen *seen);
/* The lowest id seen; NULL: none. */
const struct outbox_seen *outbox_first_seen(const struct outbox *outbox);
void outbox_drop_seen(struct outbox *outbox);

#endif
