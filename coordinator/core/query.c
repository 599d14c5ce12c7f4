/* Queries. The same answers serve the query verb and core_query, which reads beside the log. */
#include "coordinator/core/query.h"

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/ended.h"
#include "coordinator/core/form.h"
#include "coordinator/core/idea/rivals.h"
#include "coordinator/core/list.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/prefix.h"
#include "coordinator/core/queue.h"
#include "coordinator/core/report.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/category.h"
#include "coordinator/core/supply/steering.h"
#include "coordinator/core/supply/supply.h"

/* A query's decision and all that its spans may point into; of the union what its kind needs, since stacks are small. */
struct asking {
    const struct query_intent *query;
    struct canonical_key key;
    struct decision decision;
    union {
        struct outcome outcome;       /* ticket */
        struct ending ending;         /* check */
        struct prefix_place prefixes; /* policy */
        struct steering_names names;  /* steer */
        struct {                      /* key, list */
            struct report report;
            struct list_place place;
        };
        struct { /* similar */
            struct claim wish;
            struct rivals rivals;
        };
    };
};

/* Of a scope and a category. */
static bool names_are_good(const struct query_intent *query)
{
    return form_text(query->scope, LIMIT_CATEGORY_BYTES) && form_text(query->category, LIMIT_CATEGORY_BYTES);
}

static enum flaw similar_form(const struct apply *apply, struct asking *asking)
{
    const struct query_intent *query = asking->query;
    uint64_t about_most = policy_value(apply->state, POLICY_ABOUT_MAX_BYTES);

    asking->key.size = 0;
    if (!form_in(query->in) || !names_are_good(query) || !form_text(query->about, about_most) ||
        !form_text(query->aka, about_most))
        return FLAW_TEXT;
    return query->key.size == 0 ? FLAW_NONE : form_key(apply->state, query->key, query->in, &asking->key);
}

/* Only what this kind of query uses counts. */
static enum flaw query_form(const struct apply *apply, struct asking *asking)
{
    const struct query_intent *query = asking->query;
    bool list_is_good = form_text(query->prefix, LIMIT_KEY_BYTES) && form_text(query->session, LIMIT_SESSION_BYTES) &&
                        form_in(query->after.key);
    enum flaw flaw = form_head(apply_head(apply));

    if (flaw != FLAW_NONE)
        return flaw;
    switch (query->kind) {
    case QUERY_TICKET:
        return query->ticket.client == 0 || query->ticket.seq == 0 ? FLAW_TARGET : FLAW_NONE;
    case QUERY_KEY:
    case QUERY_CHECK:
        return form_in(query->in) ? form_key(apply->state, query->key, query->in, &asking->key) : FLAW_TEXT;
    case QUERY_LIST:
        return list_is_good ? FLAW_NONE : FLAW_TEXT;
    case QUERY_POLICY:
        return names_are_good(query) ? FLAW_NONE : FLAW_TEXT;
    case QUERY_SIMILAR:
        return similar_form(apply, asking);
    case QUERY_STATUS:
    case QUERY_SUPPLY:
    case QUERY_STEER:
        return FLAW_NONE;
    }
    return FLAW_TARGET;
}

static void answer_ticket(struct apply *apply, struct asking *asking)
{
    struct intent_id ticket = asking->query->ticket;
    struct row_owner owner = {.client = ticket.client, .session = session_find(apply->state, apply_head(apply))};
    struct decision *decision = &asking->decision;

    if (owner.session == 0 || !outcome_load(apply->state, owner, ticket.seq, &asking->outcome)) {
        denial_set(decision, REASON_FORGOTTEN, WHY_NONE);
        return;
    }
    outcome_answer(apply, &asking->outcome, decision);
    decision->verb = VERB_QUERY;
    decision->final = true; /* of the query, whatever its ticket does */
}

static void answer_key(struct apply *apply, struct asking *asking)
{
    struct span key = span_of(asking->key.bytes, asking->key.size);
    struct report *report = &asking->report;

    asking->decision.answer = ANSWER_REPORT;
    report_begin(report, &asking->decision);
    report_key(apply, report, key);
}

static bool claim_covers(const struct claim *claim, struct span key)
{
    for (uint32_t i = 0; i < claim->row.key_count; i++) {
        if (span_equal(claim->keys[i], key) || key_under(claim->keys[i], key))
            return true;
    }
    return false;
}

static void answer_check(struct apply *apply, struct asking *asking)
{
    struct span key = span_of(asking->key.bytes, asking->key.size);
    struct decision *decision = &asking->decision;
    uint64_t token = asking->query->token;
    struct claim claim;

    if (claim_load(apply->state, TABLE_CLAIM, token, &claim) && claim_covers(&claim, key) &&
        claim.row.expires_ms > apply->meta->now_ms) {
        decision->answer = ANSWER_ACCEPTED;
        decision->key_count = 1;
        decision->keys[0] = (struct granted_key){.key = key, .token = token, .expires_ms = claim.row.expires_ms};
        return;
    }
    ended_by_token(apply->state, token, &asking->ending);
    ending_deny(&asking->ending, REASON_STALE_TOKEN, decision);
}

static void answer_status(struct apply *apply, struct decision *decision)
{
    struct state *state = apply->state;
    const struct state_meta *meta = apply->meta;

    decision->answer = ANSWER_REPORT;
    decision->status = (struct report_status){
        .claims = table_count(state, TABLE_CLAIM),
        .waiters = table_count(state, TABLE_WAITER),
        .sessions = table_count(state, TABLE_SESSION),
        .client_rows = table_count(state, TABLE_CLIENT),
        .done = table_count(state, TABLE_DONE),
        .bad_records = meta->bad_records,
        .done_evicted = meta->done_evicted,
        .last_token = meta->last_token,
        .sealed = meta->sealed != 0,
    };
}

static void answer_policy(struct apply *apply, struct asking *asking)
{
    struct decision *decision = &asking->decision;
    struct span scope = asking->query->scope, category = asking->query->category;

    decision->answer = ANSWER_REPORT;
    decision->policy_count = policy_list(apply->state, decision->policy);
    if (scope.size != 0)
        decision->policy_count += scope_policy_list(apply->state, scope, decision->policy + decision->policy_count);
    if (category.size != 0)
        decision->policy_count +=
            category_policy_list(apply->state, category, decision->policy + decision->policy_count);
    decision->prefix_count = prefix_list(apply->state, &asking->prefixes, decision->prefixes);
}

static void answer_similar(struct apply *apply, struct asking *asking)
{
    const struct query_intent *query = asking->query;
    struct claim *wish = &asking->wish;

    asking->decision.answer = ANSWER_REPORT;
    wish->row = (struct claim_row){.session = session_find(apply->state, apply_head(apply)),
                                   .key_count = asking->key.size != 0 ? 1 : 0};
    wish->keys[0] = span_of(asking->key.bytes, asking->key.size);
    wish->texts[CLAIM_ABOUT] = query->about;
    wish->texts[CLAIM_AKA] = query->aka;
    wish->texts[CLAIM_CATEGORY] = query->category;
    wish->scope = query->scope;
    wish->not_same_count = 0;
    rivals_begin(&asking->rivals);
    rivals_report(apply, wish, &asking->rivals, &asking->decision);
}

static void query_answer(struct apply *apply, struct asking *asking)
{
    struct decision *decision = &asking->decision;

    switch (asking->query->kind) {
    case QUERY_TICKET:
        answer_ticket(apply, asking);
        break;
    case QUERY_KEY:
        answer_key(apply, asking);
        break;
    case QUERY_CHECK:
        answer_check(apply, asking);
        break;
    case QUERY_LIST:
        decision->answer = ANSWER_REPORT;
        report_begin(&asking->report, decision);
        list_answer(apply, asking->query, &asking->report, &asking->place);
        break;
    case QUERY_POLICY:
        answer_policy(apply, asking);
        break;
    case QUERY_STATUS:
        answer_status(apply, decision);
        break;
    case QUERY_SIMILAR:
        answer_similar(apply, asking);
        break;
    case QUERY_SUPPLY:
        decision->answer = ANSWER_REPORT;
        decision->has_supply = true;
        supply_report(apply, &decision->supply);
        break;
    case QUERY_STEER:
        steering_report(apply, asking->query->after.token, &asking->names, decision);
        break;
    }
}

void query_apply(struct apply *apply)
{
    struct asking asking;

    asking.query = &apply->record->intent->body.query;
    apply_answer_begin(apply, &asking.decision);
    enum flaw flaw = query_form(apply, &asking);
    if (flaw != FLAW_NONE) {
        denial_bad(&asking.decision, flaw, 0);
        apply_emit(apply, &asking.decision);
        return;
    }
    uint64_t session = session_ensure(apply, apply_head(apply));
    bool pays = session != 0 && session_pay_query(apply, session);
    if (!pays) { /* INV-8: with sessions full a new one has no bucket to pay from */
        denial_set(&asking.decision, REASON_QUOTA, session == 0 ? WHY_FULL : WHY_RATE);
        asking.decision.retry_ms = session == 0 ? 0 : session_query_retry_ms(apply, session);
        denial_advise(apply, session, false, &asking.decision);
    } else {
        query_answer(apply, &asking);
    }
    apply_emit(apply, &asking.decision);
}

enum core_progress core_query(struct state *state, uint64_t ts_ms, const struct intent *query,
                              struct decision_sink sink)
{
    struct core_record record = {.offset = state_meta(state)->next_offset, .ts_ms = ts_ms, .intent = query};
    struct state_meta meta;
    struct apply apply;
    struct asking asking;

    apply_beside(&apply, state, &record, &meta, sink);
    asking.query = &query->body.query;
    apply_answer_begin(&apply, &asking.decision);
    enum flaw flaw = query_form(&apply, &asking);
    if (flaw != FLAW_NONE)
        denial_bad(&asking.decision, flaw, 0);
    else
        query_answer(&apply, &asking);
    apply_emit(&apply, &asking.decision);
    return state_failure(state, NULL) == DIBS_OK ? CORE_FINISHED : CORE_FAILED;
}
