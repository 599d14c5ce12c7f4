/* One record from its beginning to its end: time passes (model_time.c), the intent itself, who can now be let in. */
#include <stdlib.h>

#include "base/check.h"
#include "tests/model/model_state.h"

static const uint64_t TS_MOST_MS = (UINT64_C(1) << 53) - 1; /* S3 */

struct model *model_new(void)
{
    struct model *model = calloc(1, sizeof *model);
    CHECK(model != NULL);
    return model;
}

void model_free(struct model *model)
{
    if (model == NULL)
        return;
    while (model->rows.count > 0)
        row_remove(model, model->rows.items[0]);
    for (size_t i = 0; i < model->scopes.count; i++)
        scope_clear(model->scopes.items[i]);
    struct list *lists[] = {&model->sessions, &model->claims, &model->waiters, &model->done,
                            &model->rows,     &model->ideas,  &model->scopes,  &model->labels,
                            &model->partings, &model->kept,   &model->scratch};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_clear(lists[i]);
    offers_free(model);
    free(model);
}

/* ---------------------------------------------------------------- decisions */

void decision_emit(struct model *model, const struct asker *asker, struct decision *decision)
{
    decision->offset = model->offset;
    decision->index = model->index++; /* S5 */
    decision->now_ms = model->now_ms;
    /* S38: what people see of T as it stands when the decision is made */
    uint64_t behind = model->end_ms - model->now_ms;
    decision->ts_ms = model->ts_ms > behind ? model->ts_ms - behind : 0;
    decision->rules = model->rules;
    decision->id = asker->id;
    decision->session = asker->session_name;
    decision->reply_partition = asker->reply_partition;
    decision->verb = asker->verb;
    if (!decision->repeat)
        decision->first_offset = model->offset;
    model->sink.emit(model->sink.context, decision);
}

void deny(struct decision *decision, enum reason reason, enum why why)
{
    decision->answer = ANSWER_DENIED;
    decision->final = true;
    decision->reason = reason;
    decision->why = why;
    /* S23: held, queued and already_done get their advice where they are counted */
    if (reason == REASON_QUOTA)
        decision->advice = ADVICE_WAIT;
    else if (reason == REASON_DEADLINE || reason == REASON_QUEUE_FULL)
        decision->advice = ADVICE_PIVOT;
}

/* ---------------------------------------------------------------- looking things up */

struct session *session_find(const struct model *model, struct span name, const uint8_t *identity)
{
    /* two sessions with one name and different secrets are two sessions */
    for (size_t i = 0; i < model->sessions.count; i++) {
        struct session *session = model->sessions.items[i];
        if (span_equal(session->name, name) && memcmp(session->identity, identity, LIMIT_IDENTITY_BYTES) == 0)
            return session;
    }
    return NULL;
}

struct session *session_numbered(const struct model *model, uint64_t number)
{
    for (size_t i = 0; i < model->sessions.count; i++) {
        struct session *session = model->sessions.items[i];
        if (session->number == number)
            return session;
    }
    return NULL;
}

struct session *session_find_or_add(struct model *model, const struct asker *asker)
{
    struct session *session = session_find(model, asker->session_name, asker->identity);
    if (session != NULL || model->sessions.count >= model->policy[POLICY_SESSIONS_MAX])
        return session;
    session = list_add(&model->sessions, sizeof *session);
    session->number = ++model->last_session;
    session->name = text_keep(model, asker->session_name);
    memcpy(session->identity, asker->identity, LIMIT_IDENTITY_BYTES);
    session->claim_level = model->policy[POLICY_CLAIMS_PER_MINUTE] * 60000;
    session->query_level = model->policy[POLICY_QUERIES_PER_MINUTE] * 60000;
    session->claim_last_ms = session->query_last_ms = model->now_ms;
    return session;
}

uint64_t claims_of(const struct model *model, uint64_t session)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->claims.count; i++)
        count += ((struct claim *)model->claims.items[i])->session == session;
    return count;
}

uint64_t waiters_of(const struct model *model, uint64_t session)
{
    uint64_t count = 0;
    for (size_t i = 0; i < model->waiters.count; i++)
        count += ((struct waiter *)model->waiters.items[i])->asker.session == session;
    return count;
}

struct claim *claim_with_token(const struct model *model, uint64_t token)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        struct claim *claim = model->claims.items[i];
        if (claim->token == token)
            return claim;
    }
    return NULL;
}

/* ---------------------------------------------------------------- the intent */

/* INV-10, S2: counted, and answered when its sender can be told. */
static void bad_record(struct model *model, const struct intent *intent, enum flaw flaw)
{
    model->bad_records++;
    if (!intent->has_head)
        return;
    struct asker asker = {.id = intent->head.id,
                          .session_name = intent->head.session,
                          .reply_partition = intent->head.reply_partition,
                          .verb = intent->verb};
    struct decision decision = {.flaw = flaw};
    bool unsupported = flaw == FLAW_UNKNOWN_VERB || flaw == FLAW_UNKNOWN_FIELD || flaw == FLAW_NEWER_FORMAT;
    deny(&decision, unsupported ? REASON_UNSUPPORTED : REASON_BAD_REQUEST, WHY_NONE);
    decision_emit(model, &asker, &decision);
}

static bool verb_is_known(enum verb verb)
{
    return (verb >= VERB_CLAIM && verb <= VERB_TICK) || verb == VERB_SAME || verb == VERB_DIFFERENT ||
           verb == VERB_OFFER || verb == VERB_WITHDRAW || verb == VERB_NEXT || verb == VERB_IMPORT;
}

static bool verb_has_head(enum verb verb)
{
    bool is_own = verb == VERB_GENESIS || verb == VERB_RECOVERED || verb == VERB_TICK || verb == VERB_IMPORT;
    return verb_is_known(verb) && !is_own;
}

static enum flaw flaw_of_record(const struct model *model, const struct intent *intent)
{
    if (!model->begun)
        return FLAW_NO_GENESIS; /* R4, S1 */
    if (intent->flaw != FLAW_NONE)
        return intent->flaw;
    if (!verb_is_known(intent->verb))
        return FLAW_UNKNOWN_VERB;
    if (intent->verb == VERB_GENESIS)
        return FLAW_NOT_FIRST; /* R4 */
    if (verb_has_head(intent->verb) && !intent->has_head)
        return FLAW_UNDECODABLE;
    return FLAW_NONE;
}

/* The first check of all: form. Refused by it, an intent is answered, neither remembered nor counted (S2). */
static bool form_is_good(struct model *model, const struct asker *asker, const struct intent *intent)
{
    struct decision decision = {0};
    decision.flaw = form_head(&intent->head);
    if (decision.flaw == FLAW_NONE)
        decision.flaw = form_intent(model, intent, &decision.flaw_key);
    if (decision.flaw == FLAW_NONE)
        return true;
    decision.dry_run = intent->verb == VERB_CLAIM && intent->body.claim.dry_run;
    deny(&decision, REASON_BAD_REQUEST, WHY_NONE);
    decision_emit(model, asker, &decision);
    return false;
}

static void dispatch(struct model *model, struct asker *asker, const struct intent *intent)
{
    switch (intent->verb) {
    case VERB_CLAIM:
        claim_apply(model, asker, &intent->body.claim);
        break;
    case VERB_RENEW:
        renew_apply(model, asker, &intent->body.renew);
        break;
    case VERB_CLOSE:
        close_apply(model, asker, &intent->body.close);
        break;
    case VERB_CANCEL:
        cancel_apply(model, asker, &intent->body.cancel);
        break;
    case VERB_HANDOFF:
        handoff_apply(model, asker, &intent->body.handoff);
        break;
    case VERB_TAKE:
        take_apply(model, asker, &intent->body.take);
        break;
    case VERB_QUERY:
        query_apply(model, asker, &intent->body.query);
        break;
    case VERB_REVOKE:
        revoke_apply(model, asker, &intent->body.revoke);
        break;
    case VERB_CONFIGURE:
        configure_apply(model, asker, &intent->body.configure);
        break;
    case VERB_SEAL:
        seal_apply(model, asker, &intent->body.seal);
        break;
    case VERB_SAME:
    case VERB_DIFFERENT:
        label_apply(model, asker, &intent->body.label, intent->verb == VERB_SAME);
        break;
    case VERB_OFFER:
        offer_apply(model, asker, &intent->body.offer);
        break;
    case VERB_WITHDRAW:
        withdraw_apply(model, asker, &intent->body.withdraw);
        break;
    case VERB_NEXT:
        next_apply(model, asker, &intent->body.next);
        break;
    case VERB_NONE:
    case VERB_GENESIS:
    case VERB_RECOVERED:
    case VERB_TICK:
    case VERB_IMPORT:
        CHECK(false);
    }
}

static void intent_happens(struct model *model, const struct intent *intent)
{
    enum flaw flaw = flaw_of_record(model, intent);
    if (flaw != FLAW_NONE) {
        bad_record(model, intent, flaw);
        return;
    }
    if (intent->verb == VERB_TICK) /* S4 */
        return;
    if (intent->verb == VERB_RECOVERED) {
        if (intent->body.recovered.lost_records && /* R35: fences outside hold; a token stays below 2^53 */
            model->last_token < (UINT64_C(1) << 53) - (UINT64_C(1) << 32))
            model->last_token += UINT64_C(1) << 32;
        return;
    }
    if (intent->verb == VERB_IMPORT) { /* S42 */
        if (!import_ends(model, &intent->body.import))
            bad_record(model, intent, FLAW_OPERATOR);
        return;
    }
    struct asker asker = {.id = intent->head.id,
                          .session_name = intent->head.session,
                          .identity = intent->head.identity,
                          .reply_partition = intent->head.reply_partition,
                          .verb = intent->verb};
    if (!form_is_good(model, &asker, intent))
        return;
    struct session *session = session_find(model, asker.session_name, asker.identity);
    if (session != NULL)
        asker.session = session->number;
    dispatch(model, &asker, intent);
}

void model_apply(struct model *model, uint64_t offset, uint64_t ts_ms, const struct intent *intent,
                 struct decision_sink sink)
{
    model->offset = offset;
    model->index = 0;
    model->sink = sink;
    model->ts_ms = ts_ms > TS_MOST_MS ? TS_MOST_MS : ts_ms;
    if (!model->begun && intent->flaw == FLAW_NONE && intent->verb == VERB_GENESIS &&
        genesis_apply(model, &intent->body.genesis)) {
        model->begun = true;
        model->now_ms = model->end_ms = model->last_ts_ms = model->ts_ms; /* R4 */
        return;
    }
    if (!model->begun) { /* OPEN: before genesis T is the record's own ts */
        model->now_ms = model->end_ms = model->last_ts_ms = model->ts_ms;
    } else {
        /* T(n) = T(n-1) + min(max(ts(n) - ts(n-1), 0), J) */
        uint64_t passed = model->ts_ms > model->last_ts_ms ? model->ts_ms - model->last_ts_ms : 0;
        model->end_ms = time_after(model->now_ms, passed < model->jump_max_ms ? passed : model->jump_max_ms);
        model->last_ts_ms = model->ts_ms;
        time_passes(model);
    }
    intent_happens(model, intent);
    if (model->begun)
        serve(model);
    forget_ideas(model);
    list_clear(&model->scratch);
}
