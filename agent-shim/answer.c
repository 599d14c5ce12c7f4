/* Turns a decision into an answer. The clock of leases (T) becomes the clock that people read (ts) here. */
#include "agent-shim/answer.h"

#include "agent-shim/intent_ids.h"

#include <dibs/dibs.h>

#include <inttypes.h>
#include <stdlib.h>

#include "agent-shim/asked.h"
#include "agent-shim/cursor.h"
#include "agent-shim/policy_info.h"
#include "proto/ticket.h"
#include "agent-shim/words.h"
#include "base/utf8.h"

_Static_assert((int)DIBS_TICKET_SIZE >= (int)TICKET_SIZE, "callers' arrays hold it");

struct answer_box {
    struct dibs_answer answer; /* first: the address of one is that of the other */
    struct pool pool;
};

struct pool *answer_pool(struct dibs_answer *answer)
{
    return &((struct answer_box *)answer)->pool;
}

void dibs_answer_free(struct dibs_answer *answer)
{
    if (answer == NULL)
        return;
    pool_deinit(answer_pool(answer));
    free(answer);
}

const char *ticket_text(struct pool *pool, struct intent_id id, uint32_t reply_partition, struct span session)
{
    char text[TICKET_SIZE];
    bool named = session.size >= 1 && session.size <= LIMIT_SESSION_BYTES && utf8_is_clean(session, false);
    if (!named)
        return NULL;
    ticket_format(id, reply_partition, session, text);
    return pool_text(pool, span_from_text(text));
}

static int64_t clip(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* T -> ts; 0 means none. */
int64_t answer_ts(const struct decision *d, uint64_t at_ms)
{
    if (at_ms == 0)
        return -1;
    if (at_ms >= d->now_ms)
        return clip(d->ts_ms + (at_ms - d->now_ms));
    uint64_t ago = d->now_ms - at_ms;
    return d->ts_ms > ago ? clip(d->ts_ms - ago) : 0;
}

int64_t answer_left(const struct decision *d, uint64_t until_ms)
{
    return until_ms > d->now_ms ? clip(until_ms - d->now_ms) : 0;
}

static const struct dibs_holder *copy_holder(struct pool *pool, const struct decision *d, bool is_fleet)
{
    const struct holder *from = &d->holder;
    struct dibs_holder *holder = d->has_holder ? pool_take(pool, sizeof *holder) : NULL;
    if (holder == NULL)
        return NULL;
    *holder = (struct dibs_holder){.session = pool_text(pool, from->session),
                                   .about = pool_text(pool, from->about),
                                   .ref = pool_text(pool, from->ref),
                                   .origin = pool_text(pool, from->origin),
                                   .key = pool_text(pool, from->key),
                                   .token = from->token,
                                   .since_ts_ms = answer_ts(d, from->since_ms),
                                   .expires_ts_ms = answer_ts(d, from->expires_ms),
                                   .expires_in_ms = answer_left(d, from->expires_ms)};
    uint32_t slot = is_fleet ? reply_slot(from->own_waiter.client) : d->reply_partition;
    if (from->own_waiter.client != 0)
        holder->own_ticket = ticket_text(pool, from->own_waiter, slot, d->session);
    return holder;
}

static const struct dibs_warning *copy_warnings(struct pool *pool, uint32_t bits, size_t *count)
{
    struct dibs_warning *warnings = pool_take_array(pool, bits == 0 ? 0 : 32, sizeof *warnings);
    *count = 0;
    for (unsigned i = 0; warnings != NULL && i < 32; i++) {
        uint32_t bit = bits & (UINT32_C(1) << i);
        if (bit != 0 && words_warning_code(bit)[0] != '\0')
            warnings[(*count)++] = (struct dibs_warning){words_warning_code(bit), words_of_warning(bit)};
    }
    return warnings;
}

/* The first that the decision tells of the claim with this token; empty: none. */
static struct span first_key(const struct decision *d, uint64_t token)
{
    for (uint32_t i = 0; i < d->key_count; i++)
        if (d->keys[i].token == token)
            return d->keys[i].key;
    return (struct span){0};
}

static const struct dibs_renewed *copy_items(struct pool *pool, const struct decision *d,
                                             const struct answer_context *context)
{
    struct dibs_renewed *items = pool_take_array(pool, d->item_count, sizeof *items);
    for (uint32_t i = 0; items != NULL && i < d->item_count; i++) {
        const struct renewed_item *from = &d->items[i];
        struct canonical_key key;
        bool by_key = asked_canonical(context->asked, i, context->prefixes, &key);
        items[i] = (struct dibs_renewed){
            .verdict = (enum dibs_verdict)from->answer,
            .reason = (enum dibs_reason)from->reason,
            .why = (enum dibs_why)from->why,
            .by = pool_text(pool, from->by),
            .token = from->token,
            .expires_ts_ms = answer_ts(d, from->expires_ms),
            .expires_in_ms = answer_left(d, from->expires_ms),
            .waiter = from->waiter,
            .key = pool_text(pool, by_key ? span_of(key.bytes, key.size) : first_key(d, from->token))};
    }
    return items;
}

static const struct dibs_row *copy_rows(struct pool *pool, const struct decision *d)
{
    struct dibs_row *rows = pool_take_array(pool, d->row_count, sizeof *rows);
    for (uint32_t i = 0; rows != NULL && i < d->row_count; i++) {
        const struct report_row *from = &d->rows[i];
        rows[i] = (struct dibs_row){.kind = (enum dibs_row_kind)from->kind,
                                    .key = pool_text(pool, from->key),
                                    .session = pool_text(pool, from->session),
                                    .about = pool_text(pool, from->about),
                                    .ref = pool_text(pool, from->ref),
                                    .origin = pool_text(pool, from->origin),
                                    .category = pool_text(pool, from->category),
                                    .result = pool_text(pool, from->result),
                                    .token = from->token,
                                    .offset = from->offset,
                                    .since_ts_ms = answer_ts(d, from->since_ms),
                                    .expires_ts_ms = answer_ts(d, from->expires_ms),
                                    .expires_in_ms = answer_left(d, from->expires_ms),
                                    .ttl_ms = from->ttl_ms == 0 ? -1 : clip(from->ttl_ms),
                                    .shared = from->shared,
                                    .any = from->any,
                                    .obstacle = (enum dibs_obstacle_kind)from->obstacle,
                                    .until_ts_ms = answer_ts(d, from->until_ms),
                                    .until_in_ms = answer_left(d, from->until_ms),
                                    .by = pool_text(pool, from->by),
                                    .needs = pool_text(pool, from->needs),
                                    .priority = from->priority};
    }
    return rows;
}

static const struct dibs_policy *copy_policy(struct pool *pool, const struct decision *d)
{
    struct dibs_policy *rows = pool_take_array(pool, d->policy_count, sizeof *rows);
    for (uint32_t i = 0; rows != NULL && i < d->policy_count; i++) {
        const struct policy_info *info = policy_info_of(d->policy[i].id);
        rows[i] = (struct dibs_policy){.name = info->name,
                                       .unit = info->unit,
                                       .value = d->policy[i].value,
                                       .initial = info->initial,
                                       .least = info->least,
                                       .most = info->most,
                                       .scope = pool_text(pool, d->policy[i].scope),
                                       .category = pool_text(pool, d->policy[i].category)};
    }
    return rows;
}

static const struct dibs_prefix *copy_prefixes(struct pool *pool, const struct decision *d)
{
    struct dibs_prefix *rows = pool_take_array(pool, d->prefix_count, sizeof *rows);
    for (uint32_t i = 0; rows != NULL && i < d->prefix_count; i++)
        rows[i] = (struct dibs_prefix){.prefix = pool_text(pool, d->prefixes[i].prefix),
                                       .tracker = pool_text(pool, d->prefixes[i].tracker)};
    return rows;
}

/* How long what stands in the way can last. */
static int64_t retry_in_ms(const struct decision *d)
{
    if (d->retry_ms != 0)
        return clip(d->retry_ms);
    bool passes = d->reason == REASON_HELD || d->reason == REASON_QUEUED || d->reason == REASON_ALREADY_DONE;
    return d->answer == ANSWER_DENIED && passes && d->holder.expires_ms != 0 ? answer_left(d, d->holder.expires_ms)
                                                                             : -1;
}

static void fill_verdict(struct dibs_answer *answer, const struct decision *d)
{
    answer->verdict = (enum dibs_verdict)d->answer;
    answer->final = d->final && d->answer != ANSWER_WAITING; /* a query about a waiting ticket is itself answered */
    answer->reason = (enum dibs_reason)d->reason;
    answer->why = (enum dibs_why)d->why;
    answer->advice = (enum dibs_advice)d->advice;
    answer->offset = d->offset;
    answer->index = d->index;
    answer->rules = d->rules;
    answer->now_ts_ms = clip(d->ts_ms);
    answer->dry_run = d->dry_run;
    answer->repeat = d->repeat;
    answer->first_offset = d->first_offset;
    answer->standing = (enum dibs_standing)d->standing;
    answer->standing_why = (enum dibs_why)d->standing_why;
    answer->ttl_ms = d->ttl_ms == 0 ? -1 : clip(d->ttl_ms);
    answer->deadline_ts_ms = answer_ts(d, d->deadline_ms);
    answer->waiter_lease_ts_ms = answer_ts(d, d->waiter_lease_ms);
    answer->queue_length = d->queue_length;
    answer->ended_count = d->ended_count;
    answer->retry_in_ms = retry_in_ms(d);
}

static void fill_who(struct dibs_answer *answer, struct pool *pool, const struct decision *d,
                     const struct answer_context *context)
{
    char words[WORDS_MAX];
    words_of_decision(d, context->asked, context->prefixes, words);
    answer->message = pool_text(pool, span_from_text(words));
    answer->store = pool_text(pool, span_from_text(context->store));
    struct span session = d->session.size > 0 ? d->session : span_from_text(context->session);
    answer->session = pool_text(pool, session);
    answer->verb = context->verb != NULL                                       ? context->verb
                   : context->asked != NULL && context->asked->verb == d->verb ? words_of_intent(context->asked)
                                                                               : words_of_verb(d->verb);
    if (context->ticket != NULL) {
        answer->ticket = pool_text(pool, span_from_text(context->ticket));
    } else if (context->logged && !d->dry_run) { /* a dry run leaves nothing to come back to */
        answer->ticket = ticket_text(pool, d->id, d->reply_partition, session);
    }
}

struct dibs_answer *answer_new(const struct decision *decision, const struct answer_context *context)
{
    struct answer_box *box = calloc(1, sizeof *box);
    if (box == NULL)
        return NULL;
    struct dibs_answer *answer = &box->answer;
    struct pool *pool = &box->pool;
    fill_verdict(answer, decision);
    fill_who(answer, pool, decision, context);
    answer->keys = answer_keys(pool, decision, context, &answer->key_count);
    answer->about = pool_text(pool, decision->about);
    answer->holder = copy_holder(pool, decision, context->is_fleet);
    answer->result = pool_text(pool, decision->result);
    answer->by = pool_text(pool, decision->by);
    answer->words = pool_text(pool, decision->words);
    answer->warnings = copy_warnings(pool, decision->warnings, &answer->warning_count);
    answer->items = copy_items(pool, decision, context);
    answer->item_count = decision->item_count;
    answer->rows = copy_rows(pool, decision);
    answer->row_count = decision->row_count;
    if (decision->more && decision->answer == ANSWER_REPORT)
        answer->next = cursor_print(pool, &decision->next);
    answer->policy = copy_policy(pool, decision);
    answer->policy_count = decision->policy_count;
    answer->prefixes = copy_prefixes(pool, decision);
    answer->prefix_count = decision->prefix_count;
    answer->rivals = answer_rivals(pool, decision);
    answer->rival_count = decision->rival_count;
    answer->likeness = (enum dibs_likeness)decision->likeness;
    answer->thresholds = answer_thresholds(pool, decision);
    answer_supply(answer, pool, decision, context);
    answer->as_of_boot_ms = -1;
    if (!pool->failed)
        return answer;
    dibs_answer_free(answer);
    return NULL;
}

bool answer_add_status(struct dibs_answer *answer, const struct decision *decision)
{
    const struct report_status *from = &decision->status;
    struct dibs_status *status = pool_take(answer_pool(answer), sizeof *status);
    if (status == NULL)
        return false;
    *status = (struct dibs_status){.claims = from->claims,
                                   .waiters = from->waiters,
                                   .sessions = from->sessions,
                                   .client_rows = from->client_rows,
                                   .done = from->done,
                                   .bad_records = from->bad_records,
                                   .done_evicted = from->done_evicted,
                                   .last_token = from->last_token,
                                   .sealed = from->sealed};
    answer->status = status;
    return true;
}
