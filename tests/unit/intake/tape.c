/* See tape.h. */
#include "tests/unit/intake/tape.h"

#include "base/hash.h"
#include "coordinator/state/rows.h"
#include "proto/codec.h"

void tape_append_raw(struct tape *tape, uint64_t ts_ms, const char *bytes, size_t size)
{
    CHECK(tape->count < TAPE_RECORDS && tape->used + size <= TAPE_BYTES && ts_ms != 0);
    memcpy(tape->bytes + tape->used, bytes, size);
    tape->records[tape->count] =
        (struct log_record){.offset = tape->count, .ts_ms = ts_ms, .payload = span_of(tape->bytes + tape->used, size)};
    tape->used += size;
    tape->count++;
}

void tape_append(struct tape *tape, uint64_t ts_ms, const struct intent *intent)
{
    static uint8_t bytes[LIMIT_IMPORT_BYTES];
    size_t used = 0;
    CHECK(intent_encode(intent, bytes, sizeof bytes, &used, NULL) == DIBS_OK);
    tape_append_raw(tape, ts_ms, (const char *)bytes, used);
}

void tape_hole(struct tape *tape)
{
    CHECK(tape->count < TAPE_RECORDS);
    tape->records[tape->count++] = (struct log_record){0};
}

const struct log_record *tape_read(const struct tape *tape, uint64_t offset)
{
    for (; offset < tape->count; offset++)
        if (tape->records[offset].ts_ms != 0)
            return &tape->records[offset];
    return NULL;
}

void replica_begin(struct replica *replica, enum intake_kind kind)
{
    memset(replica, 0, sizeof *replica);
    replica->kind = kind;
    scratch_begin(&replica->scratch);
    replica->state = scratch_open(&replica->scratch);
}

void replica_end(struct replica *replica)
{
    if (replica->state == NULL)
        return;
    state_close(replica->state);
    scratch_end(&replica->scratch);
    replica->state = NULL;
}

static void hear(void *context, const struct decision *decision)
{
    struct replica *replica = context;
    size_t used = 0;
    bool again =
        replica->has_heard && (decision->offset < replica->last_offset ||
                               (decision->offset == replica->last_offset && decision->index <= replica->last_index));
    if (again)
        return;
    CHECK(decision_encode(decision, replica->heard + replica->heard_size, HEARD_BYTES - replica->heard_size, &used,
                          NULL) == DIBS_OK);
    replica->heard_size += used;
    replica->has_heard = true;
    replica->last_offset = decision->offset;
    replica->last_index = decision->index;
}

static void export_record(struct replica *replica, const struct core_record *record)
{
    static uint8_t bytes[LIMIT_RECORD_BYTES];
    struct intent import = {.verb = VERB_IMPORT, .body.import = {.record_count = 1}};
    memcpy(import.body.import.operator_identity, replica->proof, LIMIT_IDENTITY_BYTES);
    CHECK(intake_export(record, bytes, sizeof bytes, &import.body.import.records[0], NULL) == DIBS_OK);
    tape_append(replica->to, 1, &import);
}

/* True: killed. */
static bool one_record(struct replica *replica, const struct log_record *record, uint32_t *steps, uint32_t kill_at)
{
    const struct decision_sink sink = {hear, replica};
    struct core_record applied;
    while (intake_begin(&replica->intake, replica->state, replica->kind, record, &applied)) {
        enum core_progress progress;
        if (++*steps == kill_at)
            return true;
        do {
            progress = core_step(replica->state, &applied, sink);
            CHECK(progress != CORE_FAILED);
            if (++*steps == kill_at)
                return true;
        } while (progress == CORE_MORE);
        if (replica->export)
            export_record(replica, &applied);
        replica->given++;
        intake_end(&replica->intake, replica->state);
        if (++*steps == kill_at)
            return true;
        commit(replica->state);
        begin(replica->state);
    }
    return false;
}

uint32_t replica_run(struct replica *replica, const struct tape *tape, uint32_t kill_at)
{
    uint32_t steps = 0;
    begin(replica->state);
    for (;;) {
        const struct log_record *record = tape_read(tape, intake_next(replica->state));
        if (record == NULL)
            break;
        if (one_record(replica, record, &steps, kill_at)) {
            if (replica->commits_when_killed)
                commit(replica->state);
            state_close(replica->state); /* what was not committed is gone */
            replica->state = scratch_open(&replica->scratch);
            memset(&replica->intake, 0xff, sizeof replica->intake);
            intake_init(&replica->intake);
            begin(replica->state);
            continue;
        }
        commit(replica->state);
        begin(replica->state);
    }
    commit(replica->state);
    return steps;
}

struct state_digest replica_digest(struct replica *replica)
{
    begin_reading(replica->state);
    struct state_digest digest = core_digest(replica->state);
    state_abort(replica->state);
    return digest;
}

void verifier_of(uint8_t proof_byte, uint8_t out[LIMIT_IDENTITY_BYTES])
{
    uint8_t proof[LIMIT_IDENTITY_BYTES];
    memset(proof, proof_byte, sizeof proof);
    hash_blake2b_256(span_of(proof, sizeof proof), out);
}

struct intent genesis_of(uint8_t operator_byte, uint64_t jump_max_ms, bool import_follows)
{
    struct intent intent = {.verb = VERB_GENESIS,
                            .body.genesis = {.format = 1,
                                             .rules = 1,
                                             .jump_max_ms = jump_max_ms,
                                             .row_keep_ms = 600000,
                                             .import_follows = import_follows}};
    memset(intent.body.genesis.store_id, 5, sizeof intent.body.genesis.store_id);
    verifier_of(operator_byte, intent.body.genesis.operator_identity);
    return intent;
}

static struct intent_head head_of(const char *session, uint8_t identity_byte, uint64_t seq)
{
    struct intent_head head = {.id = {identity_byte, seq}, .session = span_from_text(session)};
    memset(head.identity, identity_byte, sizeof head.identity);
    return head;
}

struct intent claim_of(const char *session, uint8_t identity_byte, uint64_t seq, const char *key, bool wait)
{
    struct intent intent = {.verb = VERB_CLAIM,
                            .has_head = true,
                            .head = head_of(session, identity_byte, seq),
                            .body.claim = {.key_count = 1, .has_wait = wait}};
    intent.body.claim.keys[0] = span_from_text(key);
    return intent;
}

struct intent close_of(const char *session, uint8_t identity_byte, uint64_t seq, const char *key)
{
    struct intent intent = {.verb = VERB_CLOSE,
                            .has_head = true,
                            .head = head_of(session, identity_byte, seq),
                            .body.close = {.target_count = 1, .outcome = CLOSE_RELEASED}};
    intent.body.close.targets[0] = (struct target){.kind = TARGET_KEY, .key = span_from_text(key)};
    return intent;
}
