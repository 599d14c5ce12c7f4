/* Intake: what a record of a log means to the core. The one place where a log_record becomes core_records.
 *
 * - In a directory, identities in records are verifiers. On a topic they are proofs (head.identity; operator_identity of
 *   revoke, configure, seal, import and recovered) and are hashed here, before the core sees them; genesis holds the
 *   verifier in both. On a topic `recovered` needs the operator's proof, else it is flawed.
 * - A log whose first record is a genesis with import_follows carries another log over: until an `import` with `end`
 *   every `import` of the operator holds records of that log, and each is given to the core with its own offset and ts.
 *   So the digest after the last of them is the other log's. The outer genesis is only remembered, and all else that
 *   comes in between is skipped. The end itself is given to the core (S42). An `import` anywhere else is flawed.
 * - Offsets that the core sees are logical: physical + a shift that is fixed at the end of an import, so that they only
 *   grow; 0 in a log without one.
 *
 * Where it stands is a local row of the state, committed with it. Killed between any two steps, or with the transaction
 * aborted, the same log record is given again and goes on where the last commit left it. Pure: no I/O, clock or
 * allocation. All calls need an open transaction; intake_begin writes, so not a read-only one. */
#ifndef INTAKE_INTAKE_H
#define INTAKE_INTAKE_H

#include "coordinator/core/apply.h"
#include "log/log.h"

enum intake_kind { INTAKE_DIRECTORY, INTAKE_TOPIC };

/* The caller's; `= {0}` or intake_init makes it ready. One for any number of records, one after the other. */
struct intake {
    struct intent outer; /* the log record's own intent … */
    uint64_t offset;     /* … at this physical offset, … */
    struct span payload; /* … decoded from these bytes */
    struct intent inner; /* the imported record that stands before the core */
    bool importing;      /* the core_record given out is one of an import: its decisions were given by the other log */
    bool decoded;
};

static inline void intake_init(struct intake *intake)
{
    intake->decoded = intake->importing = false;
}

/* The physical offset to read next, or of the record in progress. */
uint64_t intake_next(struct state *state);

/* Is an import under way? Then the store is not to be used yet. */
bool intake_is_importing(struct state *state);

/* Records skipped so far while importing: ticks, foreign ones, and those of an import that came twice. */
uint64_t intake_skipped(struct state *state);

/* The next core_record that this log record stands for; false: none (any more), go on to the next log record.
 * record->payload and *intake stay as they are until then. A record before intake_next gives none. */
bool intake_begin(struct intake *intake, struct state *state, enum intake_kind kind, const struct log_record *record,
                  struct core_record *out);

/* After CORE_FINISHED of what intake_begin gave, within the same transaction as the last core_step. Then call
 * intake_begin with the same log record again. */
void intake_end(struct intake *intake, struct state *state);

/* A record as the core saw it becomes one that an import can carry: `payload` is written to the `size` bytes at `bytes`
 * and borrowed from there; LIMIT_RECORD_BYTES are enough. All its identities are verifiers. */
MUST_USE enum dibs_error intake_export(const struct core_record *record, uint8_t *bytes, size_t size,
                                       struct imported_record *out, struct error_text *why);

#endif
