/* apply: state(n+1), decisions(n) = apply(state(n), record(n)). The law of one record, in order (R1-R3):
 *
 *   1. log time moves to T(n); all that is due by then happens, each thing at its own time, and the waiters it lets in
 *      are served before the next thing happens;
 *   2. the record's own intent is applied, at T(n);
 *   3. the waiters that it let in are served.
 *
 * The work is cut into steps of at most LIMIT_STEP_WORK pieces; the state keeps where a record stands between two of
 * them. A piece is a thing that falls due, a look at a waiter, a session that a revoke looks at, a claim or wait that it
 * ends, or any other intent, which ends no more than one session holds (policy, at most 256 claims). */
#include "coordinator/core/apply.h"

#include "coordinator/core/cancel.h"
#include "coordinator/core/claim.h"
#include "coordinator/core/client.h"
#include "coordinator/core/close.h"
#include "coordinator/core/context.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/done.h"
#include "coordinator/core/due.h"
#include "coordinator/core/genesis.h"
#include "coordinator/core/handoff.h"
#include "coordinator/core/idea/label.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/log_time.h"
#include "coordinator/core/operator.h"
#include "coordinator/core/query.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/renew.h"
#include "coordinator/core/seal.h"
#include "coordinator/core/session.h"
#include "coordinator/core/supply/next.h"
#include "coordinator/core/supply/offer.h"
#include "coordinator/core/supply/standing.h"
#include "coordinator/state/keys.h"

void apply_emit(struct apply *apply, struct decision *decision)
{
    struct state_meta *meta = apply->meta;
    uint64_t ts_ms = log_time_ts(apply->record->ts_ms);
    uint64_t behind_ms = meta->until_ms - meta->now_ms; /* S38 */

    decision->offset = apply->record->offset;
    decision->index = meta->next_index++;
    decision->now_ms = meta->now_ms;
    decision->ts_ms = ts_ms > behind_ms ? ts_ms - behind_ms : 0;
    decision->rules = meta->rules;
    if (!decision->repeat)
        decision->first_offset = decision->offset;
    apply->sink.emit(apply->sink.context, decision);
}

void apply_answer_begin(const struct apply *apply, struct decision *decision)
{
    const struct intent_head *head = apply_head(apply);

    decision_clear(decision);
    decision->id = head->id;
    decision->session = head->session;
    decision->reply_partition = head->reply_partition;
    decision->verb = apply->record->intent->verb;
    decision->offset = decision->first_offset = apply->record->offset;
    decision->final = true;
}

static uint64_t id_number(const struct due_entry *entry)
{
    return row_key_read_u64(span_of(entry->id, entry->id_size), 0);
}

static void due_happen(struct apply *apply, const struct due_entry *entry)
{
    switch (entry->kind) {
    case DUE_WAITER:
        queue_due(apply, id_number(entry));
        break;
    case DUE_CLAIM:
        lease_due(apply, id_number(entry));
        break;
    case DUE_DONE:
        done_due(apply, span_of(entry->id, entry->id_size));
        break;
    case DUE_CLIENT:
        client_due(apply, (struct row_owner){.client = id_number(entry),
                                             .session = row_key_read_u64(span_of(entry->id, entry->id_size), 8)});
        break;
    case DUE_SESSION:
        session_due(apply, id_number(entry));
        break;
    case DUE_OFFER_OVER:
        standing_over_due(apply, span_of(entry->id, entry->id_size));
        break;
    case DUE_OFFER_READY:
        standing_ready_due(apply, span_of(entry->id, entry->id_size));
        break;
    case DUE_END:
        break;
    }
}

/* One piece of step 1: serves a waiter, or lets the next due thing happen. False: nothing is due any more. */
static bool due_work(struct apply *apply)
{
    struct state_meta *meta = apply->meta;
    struct due_entry entry;

    if (queue_serve(apply))
        return true;
    client_flush(apply); /* either may arm something */
    session_flush(apply);
    if (meta->next_due_ms > meta->until_ms)
        return false;
    if (!due_first(apply->state, &entry)) {
        meta->next_due_ms = UINT64_MAX;
        return false;
    }
    meta->next_due_ms = entry.time_ms;
    if (entry.time_ms > meta->until_ms)
        return false;
    if (entry.time_ms > meta->now_ms)
        meta->now_ms = entry.time_ms;
    due_remove(apply, entry.kind, entry.time_ms, span_of(entry.id, entry.id_size));
    due_happen(apply, &entry);
    return true;
}

/* INV-10: a record that is no good is counted, and its sender told when it can be. */
static void bad_record(struct apply *apply, enum flaw flaw)
{
    const struct intent *intent = apply->record->intent;
    struct decision decision;

    apply->meta->bad_records++;
    if (!intent->has_head)
        return;
    apply_answer_begin(apply, &decision);
    denial_bad(&decision, flaw, 0);
    if (flaw == FLAW_UNKNOWN_VERB || flaw == FLAW_UNKNOWN_FIELD || flaw == FLAW_NEWER_FORMAT)
        decision.reason = REASON_UNSUPPORTED;
    apply_emit(apply, &decision);
}

static void intent_dispatch(struct apply *apply)
{
    switch (apply->record->intent->verb) {
    case VERB_CLAIM:
        claim_apply(apply);
        break;
    case VERB_RENEW:
        renew_apply(apply);
        break;
    case VERB_CLOSE:
        close_apply(apply);
        break;
    case VERB_CANCEL:
        cancel_apply(apply);
        break;
    case VERB_HANDOFF:
        handoff_apply(apply);
        break;
    case VERB_TAKE:
        take_apply(apply);
        break;
    case VERB_QUERY:
        query_apply(apply);
        break;
    case VERB_REVOKE:
        revoke_apply(apply);
        break;
    case VERB_CONFIGURE:
        configure_apply(apply);
        break;
    case VERB_SEAL:
        seal_apply(apply);
        break;
    case VERB_RECOVERED:
        recovered_apply(apply);
        break;
    case VERB_TICK:
        break;
    case VERB_IMPORT: /* S42 */
        if (!import_apply(apply))
            bad_record(apply, FLAW_OPERATOR);
        break;
    case VERB_GENESIS: /* R4: a second one */
        bad_record(apply, FLAW_NOT_FIRST);
        break;
    case VERB_SAME:
    case VERB_DIFFERENT:
        label_apply(apply);
        break;
    case VERB_OFFER:
        offer_apply(apply);
        break;
    case VERB_WITHDRAW:
        withdraw_apply(apply);
        break;
    case VERB_NEXT:
        next_apply(apply);
        break;
    case VERB_NONE:
        bad_record(apply, FLAW_UNKNOWN_VERB);
        break;
    }
}

static void intent_work(struct apply *apply)
{
    const struct intent *intent = apply->record->intent;
    bool is_genesis = intent->flaw == FLAW_NONE && intent->verb == VERB_GENESIS;

    if (!apply->meta->has_genesis && !is_genesis)
        bad_record(apply, FLAW_NO_GENESIS);
    else if (intent->flaw != FLAW_NONE)
        bad_record(apply, intent->flaw);
    else if (apply->meta->has_genesis)
        intent_dispatch(apply);
    else if (!genesis_apply(apply))
        bad_record(apply, FLAW_POLICY_VALUE);
}

static void record_begin(struct apply *apply)
{
    struct state_meta *meta = apply->meta;
    const struct core_record *record = apply->record;

    CHECK(record->offset >= meta->next_offset);
    if (!meta->has_genesis) { /* no T yet: the record's own ts stands for it */
        meta->next_due_ms = UINT64_MAX;
        meta->now_ms = log_time_ts(record->ts_ms);
    }
    meta->until_ms = log_time_next(meta, record->ts_ms);
    meta->next_offset = record->offset;
    meta->next_index = 0;
    meta->phase = PHASE_DUE;
}

static void record_end(struct apply *apply)
{
    struct state_meta *meta = apply->meta;

    meta->next_offset = apply->record->offset + 1;
    meta->last_ts_ms = log_time_ts(apply->record->ts_ms);
    meta->next_index = 0;
    meta->phase = PHASE_IDLE;
}

/* One piece of work of the record in progress. */
static void record_work(struct apply *apply)
{
    struct state_meta *meta = apply->meta;

    switch ((enum phase)meta->phase) {
    case PHASE_IDLE:
        record_begin(apply);
        break;
    case PHASE_DUE:
        if (!due_work(apply)) {
            meta->now_ms = meta->until_ms;
            meta->phase = PHASE_INTENT;
        }
        break;
    case PHASE_INTENT:
        meta->phase = PHASE_SERVE; /* unless the intent has more work to do */
        intent_work(apply);
        break;
    case PHASE_REVOKE_FIND:
        revoke_find(apply);
        break;
    case PHASE_REVOKE_END:
        if (!revoke_end(apply))
            meta->phase = PHASE_SERVE;
        break;
    case PHASE_SERVE:
        if (!queue_serve(apply))
            record_end(apply);
        break;
    }
}

enum core_progress core_step(struct state *state, const struct core_record *record, struct decision_sink sink)
{
    struct apply apply;

    apply.state = state;
    apply.meta = state_meta(state);
    apply.record = record;
    apply.sink = sink;
    apply.session.loaded = apply.client.loaded = false;
    CHECK(apply.meta->phase == PHASE_IDLE || apply.meta->next_offset == record->offset);
    for (int work = 0; work < LIMIT_STEP_WORK; work++) {
        record_work(&apply);
        if (state_failure(state, NULL) != DIBS_OK)
            return CORE_FAILED;
        if (apply.meta->phase == PHASE_IDLE)
            break;
    }
    client_flush(&apply);
    session_flush(&apply); /* after the client's, which counts in it */
    if (state_failure(state, NULL) != DIBS_OK)
        return CORE_FAILED;
    return apply.meta->phase == PHASE_IDLE ? CORE_FINISHED : CORE_MORE;
}

enum core_progress core_apply(struct state *state, const struct core_record *record, struct decision_sink sink)
{
    enum core_progress progress;

    do
        progress = core_step(state, record, sink);
    while (progress == CORE_MORE);
    return progress;
}
