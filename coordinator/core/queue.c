/* The queue's tables: entering, leaving, whom to look at next. What a look decides is serve.c's. */
#include "coordinator/core/queue.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/due.h"
#include "coordinator/core/idea/rivals.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/lease.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/serve.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/seek.h"
#include "coordinator/core/supply/signal.h"
#include "coordinator/state/keys.h"

static bool is_shared(const struct claim *waiter)
{
    return (waiter->row.flags & CLAIM_SHARED) != 0;
}

static void session_waiter_key(struct row_key *key, uint64_t session, uint64_t offset)
{
    row_key_begin(key);
    row_key_u64(key, session);
    row_key_u64(key, offset);
}

static uint64_t waiter_end(const struct claim_row *row)
{
    return row->deadline_ms < row->expires_ms ? row->deadline_ms : row->expires_ms;
}

uint32_t queue_length(struct state *state, struct span key)
{
    struct span value;
    uint32_t count = 0;

    if (table_count(state, TABLE_WANT_COUNT) != 0 && table_get(state, TABLE_WANT_COUNT, key, &value)) {
        if (!state_expect(state, value.size == sizeof count))
            return 0;
        memcpy(&count, value.bytes, sizeof count);
    }
    return count;
}

static bool wants(const struct claim *waiter, struct span key)
{
    for (uint32_t i = 0; i < waiter->row.key_count; i++) {
        if (key_overlaps(waiter->keys[i], key))
            return true;
    }
    return false;
}

uint64_t queue_own(struct state *state, uint64_t session, struct span key, uint64_t before)
{
    struct row_key from;
    struct span found, value;
    struct claim waiter;

    if (session == 0 || table_count(state, TABLE_WAITER) == 0)
        return UINT64_MAX;
    /* At most as many as a session may have waiting (policy, at most 64). */
    for (uint64_t offset = 0;; offset++) {
        session_waiter_key(&from, session, offset);
        if (!table_seek(state, TABLE_WAITER_SESSION, row_key_as_span(&from), &found, &value) ||
            row_key_read_u64(found, 0) != session)
            return UINT64_MAX;
        offset = row_key_read_u64(found, 8);
        if (offset >= before)
            return UINT64_MAX;
        if (claim_load(state, TABLE_WAITER, offset, &waiter) && wants(&waiter, key))
            return offset;
    }
}

static void change_length(struct state *state, struct span key, int change)
{
    uint32_t count = queue_length(state, key);

    if (!state_expect(state, change > 0 || count > 0))
        return;
    count += (uint32_t)change;
    if (count == 0)
        (void)table_delete(state, TABLE_WANT_COUNT, key);
    else
        table_put(state, TABLE_WANT_COUNT, key, span_of(&count, sizeof count));
}

void queue_enter(struct apply *apply, struct claim *waiter)
{
    uint64_t offset = waiter->row.offset;
    struct row_key key;

    waiter->row.due_ms = waiter_end(&waiter->row);
    claim_save(apply->state, TABLE_WAITER, offset, waiter);
    session_waiter_key(&key, waiter->row.session, offset);
    table_put(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&key), (struct span){0});
    for (uint32_t i = 0; i < waiter->row.key_count; i++) {
        subtree_list(apply->state, TABLE_WANT, waiter->keys[i], is_shared(waiter), offset);
        change_length(apply->state, waiter->keys[i], +1);
    }
    due_add_number(apply, DUE_WAITER, waiter->row.due_ms, offset);
    session_use(apply, waiter->row.session)->row.waiter_count++;
    session_touch(apply);
    client_busy(apply, lease_owner(&waiter->row), +1);
    apply->client.row.waiting_seq = waiter->row.seq;
}

void queue_leave(struct apply *apply, const struct claim *waiter)
{
    uint64_t offset = waiter->row.offset;
    struct row_key key;

    claim_erase(apply->state, TABLE_WAITER, offset, &waiter->row);
    session_waiter_key(&key, waiter->row.session, offset);
    (void)table_delete(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&key));
    for (uint32_t i = 0; i < waiter->row.key_count; i++) {
        subtree_unlist(apply->state, TABLE_WANT, waiter->keys[i], is_shared(waiter), offset);
        change_length(apply->state, waiter->keys[i], -1);
    }
    due_remove_number(apply, DUE_WAITER, waiter->row.due_ms, offset);
    session_use(apply, waiter->row.session)->row.waiter_count--;
    session_touch(apply);
    client_busy(apply, lease_owner(&waiter->row), -1);
    apply->client.row.waiting_seq = 0;
    if (waiter->row.flags & CLAIM_PICKED)
        seek_left(apply->state, offset);
    queue_seek_again(apply);
    for (uint32_t i = 0; i < waiter->row.key_count; i++)
        queue_offer(apply, waiter->keys[i], is_shared(waiter), offset + 1);
}

void queue_unwant(struct apply *apply, const struct claim *waiter, struct span key)
{
    uint64_t offset = waiter->row.offset;

    subtree_unlist(apply->state, TABLE_WANT, key, is_shared(waiter), offset);
    change_length(apply->state, key, -1);
    for (uint32_t i = 0; i < waiter->row.key_count; i++) { /* entries that it shared with another key come back */
        if (!span_equal(waiter->keys[i], key))
            subtree_list(apply->state, TABLE_WANT, waiter->keys[i], is_shared(waiter), offset);
    }
}

void queue_answer_begin(struct apply *apply, const struct claim *waiter, struct session_name *name,
                        struct decision *decision)
{
    decision_clear(decision);
    session_name_of(apply, waiter->row.session, name);
    decision->id = (struct intent_id){.client = waiter->row.client, .seq = waiter->row.seq};
    decision->session = session_name_span(name);
    decision->reply_partition = waiter->row.reply_partition;
    decision->verb = waiter->row.flags & CLAIM_PICKED ? VERB_NEXT : VERB_CLAIM;
    decision->offset = decision->first_offset = apply->record->offset;
    decision->final = true;
    decision->warnings =
        waiter->row.warnings & ~(uint32_t)(WARNING_SAME_NAME | WARNING_WAITS_ON_SELF | WARNING_SIMILAR);
}

void queue_deny(struct apply *apply, const struct claim *waiter, bool left_already, struct decision *decision)
{
    uint8_t names[STEERING_NEGLECTED][LIMIT_CATEGORY_BYTES];
    struct rivals rivals;

    if (!left_already)
        queue_leave(apply, waiter);
    rivals_begin(&rivals);
    denial_advise(apply, waiter->row.session, true, decision);
    rivals_advise(apply, waiter, &rivals, decision);
    signal_denied(apply, waiter->texts[CLAIM_CATEGORY], names, decision);
    outcome_remember(apply, lease_owner(&waiter->row), waiter->row.seq, decision, 0, 0);
    apply_emit(apply, decision);
}

/* The agenda: (offset of a waiter to look at, what was freed, its mode or that work may be found). An entry moves on to
 * the next waiter that the freed key concerns, or that waits for work, so the work is resumable between any two looks
 * (R3). */
enum { AGENDA_WORK = 2 };

static void agenda_add(struct apply *apply, uint64_t offset, struct span key, uint8_t mode)
{
    struct row_key row;

    row_key_begin(&row);
    row_key_u64(&row, offset);
    row_key_span(&row, key);
    row_key_u8(&row, 0);
    row_key_u8(&row, mode);
    table_put(apply->state, TABLE_AGENDA, row_key_as_span(&row), (struct span){0});
}

void queue_offer(struct apply *apply, struct span key, bool shared, uint64_t from)
{
    uint64_t offset = subtree_conflict(apply->state, TABLE_WANT, key, shared, from);

    if (offset != UINT64_MAX)
        agenda_add(apply, offset, key, shared);
}

static void seek_at(struct apply *apply, uint64_t from)
{
    uint64_t offset = table_count(apply->state, TABLE_READY) == 0 ? UINT64_MAX : seek_from(apply->state, from);

    if (offset != UINT64_MAX)
        agenda_add(apply, offset, (struct span){0}, AGENDA_WORK);
}

void queue_seek_again(struct apply *apply)
{
    seek_at(apply, 0);
}

void queue_look_again(struct apply *apply, uint64_t session)
{
    struct row_key from;
    struct span found, value;
    uint64_t offset = 0;

    if (table_count(apply->state, TABLE_WAITER) == 0)
        return;
    /* At most as many as a session may have waiting (policy, at most 64). */
    for (;; offset++) {
        session_waiter_key(&from, session, offset);
        if (!table_seek(apply->state, TABLE_WAITER_SESSION, row_key_as_span(&from), &found, &value) ||
            row_key_read_u64(found, 0) != session)
            return;
        offset = row_key_read_u64(found, 8);
        agenda_add(apply, offset, (struct span){0}, false);
    }
}

bool queue_serve(struct apply *apply)
{
    struct span found, value;
    struct row_key row;
    enum { KEY_AT = 8, TAIL = 2 };

    if (table_count(apply->state, TABLE_AGENDA) == 0 ||
        !table_seek(apply->state, TABLE_AGENDA, (struct span){0}, &found, &value))
        return false;
    row_key_begin(&row);
    row_key_span(&row, found);
    struct span entry = row_key_as_span(&row);
    uint64_t offset = row_key_read_u64(entry, 0);
    struct span key = span_of(entry.bytes + KEY_AT, entry.size - KEY_AT - TAIL);
    uint8_t mode = entry.bytes[entry.size - 1];
    (void)table_delete(apply->state, TABLE_AGENDA, entry);
    if (key.size != 0)
        queue_offer(apply, key, mode != 0, offset + 1);
    else if (mode == AGENDA_WORK)
        seek_at(apply, offset + 1);
    if (seek_from(apply->state, offset) == offset)
        seek_look(apply, offset);
    else
        serve_look(apply, offset);
    return true;
}

void queue_renew(struct apply *apply, struct claim_row *waiter, uint64_t lease_ends_ms)
{
    waiter->expires_ms = lease_ends_ms;
    claim_save_row(apply->state, TABLE_WAITER, waiter->offset, waiter);
}

void queue_due(struct apply *apply, uint64_t offset)
{
    struct claim waiter;
    struct session_name name;
    struct denial_texts texts;
    struct decision decision;

    if (!claim_load(apply->state, TABLE_WAITER, offset, &waiter))
        return;                                          /* only after a failure of the state */
    if (waiter_end(&waiter.row) > apply->meta->now_ms) { /* renewed since: look again then */
        waiter.row.due_ms = waiter_end(&waiter.row);
        due_add_number(apply, DUE_WAITER, waiter.row.due_ms, offset);
        claim_save_row(apply->state, TABLE_WAITER, offset, &waiter.row);
        return;
    }
    queue_answer_begin(apply, &waiter, &name, &decision);
    struct verdict verdict = serve_judge(apply, &waiter);
    if (verdict.kind == VERDICT_HELD || verdict.kind == VERDICT_QUEUED)
        denial_fill(apply, &waiter, session_name_span(&name), &verdict, &texts, &decision);
    denial_set(&decision, REASON_DEADLINE, waiter.row.deadline_ms <= waiter.row.expires_ms ? WHY_NONE : WHY_LEASE);
    queue_leave(apply, &waiter);
    if (decision.has_holder) /* S19: as one is told who doesn't wait */
        decision.queue_length = queue_length(apply->state, waiter.keys[verdict.key]);
    queue_deny(apply, &waiter, true, &decision);
}
