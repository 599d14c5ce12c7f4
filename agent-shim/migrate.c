/* dibs_store_migrate: a store moves.
 *
 *   1. the target is looked at: anything but an empty place, or what was left of this very migration, is refused;
 *   2. the target's log is made; it takes nothing but this store's records until it is complete;
 *   3. the source is sealed, naming the target;
 *   4. the source's log, up to the seal, is applied once more, and each record goes into the target as the core saw it;
 *   5. both have the same digest, and the target is opened to all.
 *
 * Killed anywhere it begins again, and finds each step done or not. */
#include <dibs/admin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent-shim/client.h"
#include "agent-shim/import_batch.h"
#include "agent-shim/migrate_target.h"
#include "agent-shim/note.h"
#include "agent-shim/replay.h"
#include "base/private_file.h"
#include "coordinator/core/seal.h"
#include "coordinator/state/rows.h"
#include "proto/nobody.h"

enum { TELL_EVERY = 4096 };

struct migration {
    dibs_client *from;
    const struct dibs_migrate_options *options;
    struct dibs_migrate_report *report;
    struct migrate_target *target;
    struct replay *replay;
    struct genesis_intent genesis; /* the source's */
    uint64_t next;                 /* the source's offset that the target needs next */
    struct state_digest digest;    /* the source's, before the seal */
    struct import_batch batch;
};

static enum dibs_error begin_replay(struct migration *migration)
{
    struct backend *backend = migration->from->backend;
    replay_close(migration->replay);
    migration->replay = NULL;
    return backend->methods->replay(backend, NULL, &migration->replay, note());
}

static enum dibs_error read_genesis(struct migration *migration)
{
    struct log_record record;
    const struct intent *intent;
    enum dibs_error error = begin_replay(migration);
    if (error == DIBS_OK)
        error = replay_need_whole(migration->replay, migration->from->place.url, "moved", note());
    if (error == DIBS_OK)
        error = replay_read(migration->replay, &record, &intent, note());
    if (error != DIBS_OK)
        return error;
    if (intent->flaw != FLAW_NONE || intent->verb != VERB_GENESIS)
        return error_say(note(), DIBS_UNSUPPORTED, "the log of %s does not begin with a genesis, and cannot be moved",
                         migration->from->place.url);
    migration->genesis = intent->body.genesis;
    return DIBS_OK;
}

/* Before anything is touched: would the seal be the operator's? */
static enum dibs_error check_operator(const struct migration *migration)
{
    uint8_t identity[LIMIT_IDENTITY_BYTES];
    if (migration->options->copy)
        return DIBS_OK;
    enum dibs_error error = client_operator(migration->from, IDENTITY_VERIFIER, identity);
    if (error == DIBS_OK && memcmp(identity, migration->genesis.operator_identity, sizeof identity) != 0)
        error = error_say(note(), DIBS_BAD_INPUT, "the key in %s is not the operator's of %s",
                          migration->from->operator_key, migration->from->place.url);
    return error;
}

/* A key that stands in the source's directory goes along. */
static bool own_key(const struct migration *migration, uint8_t key[KEY_FILE_BYTES])
{
    char own[PATH_MAX + 16];
    struct error_text why;
    (void)snprintf(own, sizeof own, "%s/operator.key", migration->from->place.path);
    return strcmp(own, migration->from->operator_key) == 0 && key_file_read(own, false, key, &why) == DIBS_OK;
}

static enum dibs_error open_target(struct migration *migration)
{
    struct store_place place;
    uint8_t key[KEY_FILE_BYTES];
    enum dibs_error error = store_place_parse(migration->options->to, &place, note());
    if (error != DIBS_OK)
        return error;
    if (strcmp(place.url, migration->from->place.url) == 0)
        return error_say(note(), DIBS_BAD_INPUT, "%s cannot move to itself", place.url);
    const struct migrate_target_options options = {.map_bytes = migration->options->map_bytes,
                                                   .sync = migration->options->sync,
                                                   .operator_key = own_key(migration, key) ? key : NULL,
                                                   .operator_key_file = migration->from->operator_key,
                                                   .patience_ms = migration->from->patience_ms};
    error = (place.is_fleet ? migrate_target_topic : migrate_target_file)(&place, &options, &migration->target, note());
    explicit_bzero(key, sizeof key);
    return error;
}

/* Was the source sealed before this call, and for the target? */
static enum dibs_error find_seal(struct migration *migration, bool *is_sealed, bool *is_for_target)
{
    struct span to = {0};
    struct state *state = NULL;
    struct dibs_answer *answer = NULL;
    *is_for_target = false;
    enum dibs_error error = dibs_get_status(migration->from, &answer);
    *is_sealed = error == DIBS_OK && answer->status->sealed;
    dibs_answer_free(answer);
    if (error != DIBS_OK || !*is_sealed)
        return error; /* an open source: its log is read once only, to carry it over */
    error = replay_run(migration->replay, nobody, note());
    if (error == DIBS_OK)
        error = replay_state(migration->replay, &state, note());
    if (error != DIBS_OK)
        return error;
    *is_sealed = state_meta(state)->sealed != 0;
    if (*is_sealed && seal_moved_to(state, &to))
        *is_for_target = span_equal(to, span_from_text(migration->target->place.url));
    if (*is_sealed && !*is_for_target)
        (void)error_say(note(), DIBS_BAD_INPUT, "%s has moved to %.*s already", migration->from->place.url,
                        (int)to.size, to.size == 0 ? "" : (const char *)to.bytes);
    return DIBS_OK;
}

/* Nothing is made or sealed unless it can go on. */
static enum dibs_error look_at_target(struct migration *migration, enum target_found *found)
{
    struct migrate_target *target = migration->target;
    bool is_sealed = false, is_for_target = false;
    enum dibs_error error = target->methods->look(target, &migration->genesis, found, note());
    if (error == DIBS_OK && !migration->options->copy && *found != TARGET_OTHER)
        error = find_seal(migration, &is_sealed, &is_for_target);
    if (error != DIBS_OK)
        return error;
    migration->report->continued = *found == TARGET_PART;
    if (*found == TARGET_OTHER || (*found == TARGET_WHOLE && !is_for_target))
        return error_say(note(), DIBS_BAD_INPUT, "%s is not empty: it is a store already; name an empty or a new place",
                         target->place.url);
    if (is_sealed && !is_for_target)
        return DIBS_BAD_INPUT; /* find_seal has said where it went */
    return *found == TARGET_EMPTY ? target->methods->make(target, &migration->genesis, note()) : DIBS_OK;
}

/* ---------------------------------------------------------------- the seal */

static enum dibs_error judge_seal(const struct migration *migration, const struct dibs_answer *answer)
{
    const char *url = migration->from->place.url, *to = migration->target->place.url;
    if (answer->verdict == DIBS_VERDICT_ACCEPTED)
        return DIBS_OK;
    if (answer->reason == DIBS_REASON_SEALED && strcmp(answer->words, to) == 0)
        return DIBS_OK; /* by an earlier call */
    if (answer->reason == DIBS_REASON_SEALED)
        return error_say(note(), DIBS_BAD_INPUT, "%s has moved to %s already", url, answer->words);
    return error_say(note(), DIBS_BAD_INPUT, "%s could not be sealed: %s", url, answer->message);
}

static enum dibs_error seal_source(struct migration *migration)
{
    struct call call;
    struct dibs_answer *answer = NULL;
    enum dibs_error error = call_begin(&call, migration->from, NULL, VERB_SEAL, &answer);
    if (error != DIBS_OK)
        return error;
    struct seal_intent *seal = &call.intent.body.seal;
    seal->moved_to = span_from_text(migration->target->place.url);
    error = client_operator(migration->from, client_identity_form(migration->from), seal->operator_identity);
    if (error == DIBS_OK)
        error = call_submit(&call);
    if (error == DIBS_OK)
        error = judge_seal(migration, answer);
    dibs_answer_free(answer);
    call_end(&call);
    return error;
}

/* ---------------------------------------------------------------- the records */

static enum dibs_error flush(struct migration *migration)
{
    struct migrate_target *target = migration->target;
    if (import_batch_count(&migration->batch) == 0)
        return DIBS_OK;
    enum dibs_error error = target->methods->append(target, &migration->batch.import, note());
    migration->report->imported += import_batch_count(&migration->batch);
    import_batch_clear(&migration->batch);
    return error;
}

static enum dibs_error carry(struct migration *migration, const struct core_record *record)
{
    enum dibs_error error = DIBS_OK;
    migration->report->records++;
    if (record->offset < migration->next)
        return DIBS_OK; /* it is there already */
    if (import_batch_is_full(&migration->batch))
        error = flush(migration);
    return error == DIBS_OK ? import_batch_add(&migration->batch, record, note()) : error;
}

/* Applies the next record and carries it over; *is_last: it was the seal, or there is none. */
static enum dibs_error one_record(struct migration *migration, bool *is_last)
{
    struct log_record record;
    const struct intent *intent;
    struct state *state = NULL;
    enum dibs_error error = replay_read(migration->replay, &record, &intent, note());
    *is_last = error == DIBS_ENDED;
    if (error == DIBS_ENDED || error == DIBS_OK) {
        enum dibs_error other = replay_state(migration->replay, &state, note());
        error = other == DIBS_OK ? error : other;
    }
    if (*is_last && error == DIBS_ENDED) {
        migration->digest = core_digest(state);
        return DIBS_OK;
    }
    if (error != DIBS_OK)
        return error;
    bool may_seal = intent->flaw == FLAW_NONE && intent->verb == VERB_SEAL && !state_meta(state)->sealed;
    if (may_seal)
        migration->digest = core_digest(state);
    error = replay_apply(migration->replay, nobody, note());
    if (error == DIBS_OK && may_seal)
        error = replay_state(migration->replay, &state, note());
    *is_last = error == DIBS_OK && may_seal && state_meta(state)->sealed;
    return error == DIBS_OK && !*is_last ? carry(migration, replay_record(migration->replay)) : error;
}

static enum dibs_error carry_all(struct migration *migration)
{
    const struct dibs_migrate_options *options = migration->options;
    bool is_last = false;
    enum dibs_error error = begin_replay(migration);
    import_batch_clear(&migration->batch);
    while (error == DIBS_OK && !is_last) { /* bounded by the log's end */
        error = one_record(migration, &is_last);
        if (options->progress != NULL && migration->report->records % TELL_EVERY == 0)
            options->progress(options->context, replay_position(migration->replay), replay_end(migration->replay));
    }
    return error == DIBS_OK ? flush(migration) : error;
}

static enum dibs_error compare(struct migration *migration)
{
    struct migrate_target *target = migration->target;
    struct state_digest there = {0};
    enum dibs_error error = target->methods->digest(target, &there, note());
    if (error != DIBS_OK)
        return error;
    if (!state_digest_equal(there, migration->digest))
        return error_say(note(), DIBS_DAMAGED,
                         "the records in %s come to another state than in %s; nothing can be claimed there: delete it, "
                         "and begin again",
                         target->place.url, migration->from->place.url);
    state_digest_print(there, migration->report->digest);
    return DIBS_OK;
}

static enum dibs_error run(struct migration *migration)
{
    enum target_found found = TARGET_EMPTY;
    enum dibs_error error = read_genesis(migration);
    if (error == DIBS_OK)
        error = check_operator(migration);
    if (error == DIBS_OK)
        error = open_target(migration);
    if (error == DIBS_OK)
        error = look_at_target(migration, &found);
    if (error != DIBS_OK)
        return error;
    (void)snprintf(migration->report->to, sizeof migration->report->to, "%s", migration->target->place.url);
    migration->report->already = found == TARGET_WHOLE;
    if (found == TARGET_WHOLE)
        return DIBS_OK;
    if (!migration->options->copy)
        error = seal_source(migration);
    if (error != DIBS_OK)
        return error;
    struct migrate_target *target = migration->target;
    error = target->methods->open(target, &migration->next, note());
    if (error == DIBS_OK)
        error = carry_all(migration);
    if (error == DIBS_OK)
        error = compare(migration);
    return error == DIBS_OK ? target->methods->finish(target, note()) : error;
}

enum dibs_error dibs_store_migrate(dibs_client *from, const struct dibs_migrate_options *options,
                                   struct dibs_migrate_report *report)
{
    enum dibs_error error = note_need(report != NULL ? options : NULL, report != NULL ? "options" : "report");
    if (error != DIBS_OK)
        return error;
    *report = (struct dibs_migrate_report){0};
    error = note_need(options->to, "to");
    if (error == DIBS_OK)
        error = client_check(from);
    if (error != DIBS_OK)
        return error;
    struct migration *migration = calloc(1, sizeof *migration);
    if (migration == NULL)
        return error_say(note(), DIBS_UNAVAILABLE, "there is no memory to move a store");
    migration->from = from;
    migration->options = options;
    migration->report = report;
    error = run(migration);
    replay_close(migration->replay);
    if (migration->target != NULL)
        migration->target->methods->close(migration->target);
    free(migration);
    return error;
}
