/* A log in memory for tests of intake, and a replica that reads it and can be killed between any two steps. */
#ifndef TESTS_UNIT_INTAKE_TAPE_H
#define TESTS_UNIT_INTAKE_TAPE_H

#include "coordinator/intake/intake.h"
#include "tests/unit/state/scratch.h"

enum { TAPE_RECORDS = 64, TAPE_BYTES = 1 << 20, HEARD_BYTES = 1 << 18 };

struct tape {
    struct log_record records[TAPE_RECORDS]; /* by offset; ts 0: a hole */
    uint32_t count;
    uint8_t bytes[TAPE_BYTES];
    size_t used;
};

void tape_append(struct tape *tape, uint64_t ts_ms, const struct intent *intent);
void tape_append_raw(struct tape *tape, uint64_t ts_ms, const char *bytes, size_t size);
void tape_hole(struct tape *tape);

/* The first record at or after `offset`; NULL: the end. */
const struct log_record *tape_read(const struct tape *tape, uint64_t offset);

struct replica {
    struct scratch scratch;
    struct state *state;
    enum intake_kind kind;
    struct intake intake;
    uint8_t heard[HEARD_BYTES]; /* the decisions, encoded, one after the other; a part heard twice is there once */
    size_t heard_size;
    uint64_t last_offset; /* of the decision heard last */
    uint32_t last_index;
    bool has_heard;
    uint32_t given;           /* core records */
    bool commits_when_killed; /* what the last step did is kept */
    /* what is seen on the way */
    bool export;
    struct tape *to;                     /* receives imports … */
    uint8_t proof[LIMIT_IDENTITY_BYTES]; /* … of this operator */
};

void replica_begin(struct replica *replica, enum intake_kind kind);
void replica_end(struct replica *replica); /* one that was never begun, too */

/* Applies all; `kill_at`: the so-many-th step is followed by an abort of the transaction, and all is begun again from
 * the last commit; 0: never. A commit follows every record. Returns the number of steps. */
uint32_t replica_run(struct replica *replica, const struct tape *tape, uint32_t kill_at);

struct state_digest replica_digest(struct replica *replica);

/* Intents. */
struct intent genesis_of(uint8_t operator_byte, uint64_t jump_max_ms, bool import_follows);
struct intent claim_of(const char *session, uint8_t identity_byte, uint64_t seq, const char *key, bool wait);
struct intent close_of(const char *session, uint8_t identity_byte, uint64_t seq, const char *key);

/* BLAKE2b-256 of 32 such bytes. */
void verifier_of(uint8_t proof_byte, uint8_t out[LIMIT_IDENTITY_BYTES]);

#endif
