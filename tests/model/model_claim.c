/* claim: the order of its checks (R5), what each answer holds, and how it enters the queue. */
#include "base/check.h"
#include "tests/model/model_state.h"

/* ---------------------------------------------------------------- what is wanted */

static bool is_alphanumeric(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

static uint8_t lower(uint8_t byte)
{
    return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 32) : byte;
}

/* S36: the whole name, of at least 8 bytes, between non-alphanumerics: such a key could never collide. */
static bool key_names_session(struct span key, struct span name)
{
    if (name.size < 8)
        return false;
    for (size_t at = 0; at + name.size <= key.size; at++) {
        size_t same = 0;
        while (same < name.size && lower(key.bytes[at + same]) == lower(name.bytes[same]))
            same++;
        bool free_before = at == 0 || !is_alphanumeric(key.bytes[at - 1]);
        bool free_after = at + name.size == key.size || !is_alphanumeric(key.bytes[at + name.size]);
        if (same == name.size && free_before && free_after)
            return true;
    }
    return false;
}

/* R26: github:owner/repo and all below it does not reach github:owner/repo#5. */
static bool is_series_subtree(struct span key)
{
    if (!is_subtree(key) || !span_starts_with(key, span_from_text("github:")))
        return false;
    struct span root = subtree_root(key);
    size_t slashes = 0;
    for (size_t i = 0; i < root.size; i++)
        slashes += root.bytes[i] == '/';
    return slashes == 1;
}

/* S9: equal keys keep the first; in an all-of what lies under another is dropped. */
static void merge(struct wanted *wanted, const struct span *keys, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool dropped = false;
        for (uint32_t j = 0; j < count; j++) {
            if (span_equal(keys[j], keys[i]))
                dropped = dropped || j < i;
            else if (!wanted->any)
                dropped = dropped || lies_under(keys[j], keys[i]);
        }
        if (dropped)
            continue;
        wanted->keys[wanted->count] = keys[i];
        wanted->given_index[wanted->count++] = i;
    }
}

struct waiting {
    bool waits;
    uint64_t wait_ms, lease_ms;
};

static struct texts texts_of(const struct claim_intent *intent)
{
    return (struct texts){.about = intent->about,
                          .aka = intent->aka,
                          .category = intent->category,
                          .ref = intent->ref,
                          .origin = intent->origin,
                          .scope = intent->scope};
}

static void read_claim(struct model *model, const struct asker *asker, const struct claim_intent *intent,
                       struct wanted *wanted, uint32_t *warnings)
{
    struct texts texts = texts_of(intent);
    struct span keys[LIMIT_ANY_KEYS];
    for (uint32_t i = 0; i < intent->key_count; i++) {
        CHECK(canonical(model, intent->keys[i], intent->in, &keys[i]) == FLAW_NONE);
        if (key_names_session(keys[i], asker->session_name))
            *warnings |= WARNING_SESSION_IN_KEY;
        if (is_series_subtree(keys[i]))
            *warnings |= WARNING_SUBTREE_SERIES;
    }
    /* S7: the default ttl is no longer than the longest */
    uint64_t ttl_ms = model->policy[POLICY_TTL_DEFAULT_MS], ttl_most = model->policy[POLICY_TTL_MAX_MS];
    ttl_ms = intent->has_ttl ? intent->ttl_ms : ttl_ms < ttl_most ? ttl_ms : ttl_most;
    *wanted = (struct wanted){.any = intent->any,
                              .shared = intent->shared,
                              .fresh = intent->fresh,
                              .again = intent->again,
                              .has_ttl = intent->has_ttl,
                              .ttl_ms = ttl_ms,
                              .offset = model->offset};
    merge(wanted, keys, intent->key_count);
    signature_read(&texts, &wanted->signature);
    wanted->not_same_count = intent->not_same_count;
    memcpy(wanted->not_same_as, intent->not_same_as, sizeof wanted->not_same_as);
    /* S7: any with one key is a plain claim. OPEN: counted after equal ones are merged. */
    wanted->any = wanted->any && wanted->count > 1;
}

/* R19, S8: a set or a subtree waits no longer than wait_set_max. */
static struct waiting read_wait(const struct model *model, const struct claim_intent *intent,
                                const struct wanted *wanted, uint32_t *warnings)
{
    struct waiting waiting = {0};
    if (!intent->has_wait)
        return waiting;
    bool is_set = wanted->count > 1 || is_subtree(wanted->keys[0]);
    uint64_t set_most = model->policy[POLICY_WAIT_SET_MAX_MS];
    waiting.wait_ms = intent->has_wait_ms ? intent->wait_ms : model->policy[POLICY_WAIT_DEFAULT_MS];
    if (!intent->has_wait_ms && waiting.wait_ms > model->policy[POLICY_WAIT_MAX_MS])
        waiting.wait_ms = model->policy[POLICY_WAIT_MAX_MS]; /* S8 */
    if (is_set && waiting.wait_ms > set_most) {
        waiting.wait_ms = set_most;
        if (intent->has_wait_ms)
            *warnings |= WARNING_WAIT_CLAMPED;
    }
    waiting.waits = waiting.wait_ms > 0;
    /* S7. OPEN: policy's own lease is brought within, too */
    uint64_t most = model->policy[POLICY_WAITER_LEASE_MAX_MS];
    uint64_t asked = intent->has_waiter_lease ? intent->waiter_lease_ms : model->policy[POLICY_WAITER_LEASE_MS];
    waiting.lease_ms = asked < 1000 ? 1000 : asked > most ? most : asked;
    return waiting;
}

/* ---------------------------------------------------------------- yes */

/* S27: what was lost and is granted again is no loss any more. */
void forget_losses(struct model *model, uint64_t session, const struct span *keys, uint32_t count)
{
    for (size_t i = 0; i < model->rows.count; i++) {
        struct row *row = model->rows.items[i];
        for (size_t j = 0; row->session == session && j < row->outcomes.count; j++) {
            struct outcome *outcome = row->outcomes.items[j];
            for (uint32_t k = outcome->lost_count; k > 0; k--)
                for (uint32_t l = 0; l < count; l++)
                    if (span_equal(outcome->lost_keys[k - 1], keys[l]))
                        outcome->lost_keys[k - 1] = (struct span){0};
        }
    }
}

/* S12: every claim used is renewed and marked; a longer asked ttl becomes its own. */
void answer_yours(struct model *model, uint64_t session, const struct wanted *wanted, uint32_t chosen, bool dry_run,
                  struct decision *decision)
{
    uint32_t from = wanted->any ? chosen : 0, to = wanted->any ? chosen + 1 : wanted->count;
    decision->answer = ANSWER_YOURS;
    decision->final = true;
    for (uint32_t i = from; i < to; i++) {
        struct claim *claim = claim_covering(model, session, wanted->shared, wanted->keys[i]);
        uint64_t claim_ttl_ms = claim->ttl_ms;
        if (wanted->has_ttl && wanted->ttl_ms > claim_ttl_ms)
            claim_ttl_ms = wanted->ttl_ms;
        uint64_t renewed_ms = time_after(model->now_ms, wanted->has_ttl ? wanted->ttl_ms : claim->ttl_ms);
        uint64_t expires_ms = renewed_ms > claim->expires_ms ? renewed_ms : claim->expires_ms;
        /* OPEN: a dry run shows the lease as it would be after renewal */
        if (!dry_run) {
            claim->ttl_ms = claim_ttl_ms;
            claim->expires_ms = expires_ms;
            claim->yours_told = true; /* R13 */
        }
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = wanted->keys[i], .token = claim->token, .expires_ms = expires_ms};
        if (i == from)
            decision->ttl_ms = claim_ttl_ms;
    }
    /* two keys of one claim show its one lease */
    for (uint32_t i = 0; i < decision->key_count && !dry_run; i++)
        decision->keys[i].expires_ms = claim_with_token(model, decision->keys[i].token)->expires_ms;
}

/* S18, S45: the limits of one who may be granted, in this order. */
bool over_grant_limits(const struct model *model, uint64_t session, const struct wanted *wanted, struct span scope,
                       struct decision *decision)
{
    if (claims_of(model, session) >= model->policy[POLICY_CLAIMS_PER_SESSION])
        deny(decision, REASON_QUOTA, WHY_CLAIMS);
    else if (model->claims.count >= model->policy[POLICY_LIVE_CLAIMS_MAX])
        deny(decision, REASON_QUOTA, WHY_FULL);
    else if (!over_scopes(model, wanted, scope, decision))
        return false;
    forget_rivals(decision);
    return true;
}

void grant(struct model *model, const struct asker *asker, const struct wanted *wanted, const struct texts *texts,
           uint32_t chosen, uint64_t lease_ms, bool by_next, struct decision *decision)
{
    uint32_t from = wanted->any ? chosen : 0, to = wanted->any ? chosen + 1 : wanted->count;
    struct claim *claim = list_add(&model->claims, sizeof *claim);
    claim->token = ++model->last_token; /* INV-2 */
    claim->since_ms = model->now_ms;
    claim->ttl_ms = wanted->ttl_ms;
    claim->expires_ms = time_after(model->now_ms, lease_ms);
    claim->session = asker->session;
    claim->shared = wanted->shared;
    for (uint32_t i = from; i < to; i++)
        claim->keys[claim->key_count++] = text_keep(model, wanted->keys[i]);
    claim->texts = texts_keep(model, *texts);
    claim->granted = *asker;
    claim->granted_offset = wanted->offset;
    claim->guard = asker->id;

    if (wanted->signature.feature_count > 0) { /* S44 */
        claim->idea = claim->token;
        idea_add(model, asker, &wanted->signature, texts->scope, claim->idea);
    }

    forget_losses(model, asker->session, claim->keys, claim->key_count);
    session_numbered(model, asker->session)->was_denied = false; /* R34: granted resets */
    offers_look_at(model, claim->keys, claim->key_count);
    nexts_are_due(model, asker->session);
    decision->answer = ANSWER_GRANTED;
    decision->final = true;
    decision->ttl_ms = wanted->ttl_ms;
    for (uint32_t i = 0; i < claim->key_count; i++)
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = claim->keys[i], .token = claim->token, .expires_ms = claim->expires_ms};
    supply_granted(model, claim->texts.category, claim->keys[0], by_next, decision);
}

/* S10: as a grant, with token 0. */
static void dry_grant(const struct model *model, const struct wanted *wanted, uint32_t chosen,
                      struct decision *decision)
{
    uint32_t from = wanted->any ? chosen : 0, to = wanted->any ? chosen + 1 : wanted->count;
    decision->answer = ANSWER_GRANTED;
    decision->final = true;
    decision->ttl_ms = wanted->ttl_ms;
    for (uint32_t i = from; i < to; i++)
        decision->keys[decision->key_count++] =
            (struct granted_key){.key = wanted->keys[i], .expires_ms = time_after(model->now_ms, wanted->ttl_ms)};
}

/* ---------------------------------------------------------------- waiting */

/* R21: a candidate that is done is dropped for good. */
static void drop_done(const struct model *model, struct wanted *wanted)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < wanted->count; i++)
        if (done_against(model, wanted, wanted->keys[i]) == NULL)
            wanted->keys[kept++] = wanted->keys[i];
    wanted->count = kept;
}

static bool over_queue_limits(const struct model *model, const struct asker *asker, const struct wanted *wanted,
                              struct decision *decision)
{
    if (waiters_of(model, asker->session) >= model->policy[POLICY_WAITERS_PER_SESSION]) {
        uint32_t warnings = decision->warnings;
        *decision = (struct decision){.warnings = warnings};
        deny(decision, REASON_QUOTA, WHY_WAITERS);
        forget_rivals(decision);
        return true;
    }
    for (uint32_t i = 0; i < wanted->count; i++) {
        if (queue_length(model, wanted->keys[i]) >= model->policy[POLICY_WAITERS_PER_KEY]) {
            deny(decision, REASON_QUEUE_FULL, WHY_NONE); /* its holder is shown as if denied */
            forget_rivals(decision);
            return true;
        }
    }
    return false;
}

/* S19. `decision` shows the holder already. */
static void enter_queue(struct model *model, const struct asker *asker, struct wanted *wanted,
                        const struct texts *texts, const struct waiting *waiting, struct decision *decision)
{
    struct waiter *waiter = list_add(&model->waiters, sizeof *waiter);
    waiter->asker = *asker;
    waiter->asker.category = text_keep(model, asker->category);
    waiter->wanted = *wanted;
    for (uint32_t i = 0; i < wanted->count; i++)
        waiter->wanted.keys[i] = text_keep(model, wanted->keys[i]);
    waiter->texts = texts_keep(model, *texts);
    waiter->since_ms = model->now_ms;
    waiter->deadline_ms = time_after(model->now_ms, waiting->wait_ms);
    waiter->lease_ms = waiting->lease_ms;
    waiter->lease_ends_ms = time_after(model->now_ms, waiting->lease_ms);
    waiter->warnings =
        decision->warnings & ~(uint32_t)(WARNING_SAME_NAME | WARNING_WAITS_ON_SELF | WARNING_SIMILAR); /* S36, S48 */
    waiter->guard = asker->id;

    decision->answer = ANSWER_WAITING;
    decision->advice = ADVICE_WAIT;
    decision->ttl_ms = wanted->ttl_ms;
    decision->deadline_ms = waiter->deadline_ms;
    decision->waiter_lease_ms = waiter->lease_ends_ms;
    for (uint32_t i = 0; i < wanted->count; i++)
        decision->keys[decision->key_count++] = (struct granted_key){.key = waiter->wanted.keys[i]};
}

/* ---------------------------------------------------------------- the order of checks */

static void decide_free(struct model *model, const struct asker *asker, const struct claim_intent *intent,
                        const struct wanted *wanted, uint32_t chosen, struct decision *decision)
{
    struct texts texts = texts_of(intent);
    struct wanted got = would_get(wanted, chosen);
    if (refused_as_similar(model, asker, &got, texts.scope, true, intent->dry_run, decision) ||
        over_grant_limits(model, asker->session, wanted, texts.scope, decision))
        return;
    if (!intent->dry_run) {
        grant(model, asker, wanted, &texts, chosen, wanted->ttl_ms, false, decision);
        return;
    }
    dry_grant(model, wanted, chosen, decision);
    supply_signals(model, category_of_claim(model, texts.category), decision);
}

/* One that would wait. `decision` shows the holder already. */
static void decide_wait(struct model *model, const struct asker *asker, const struct claim_intent *intent,
                        struct wanted *wanted, const struct waiting *waiting, struct decision *decision)
{
    struct texts texts = texts_of(intent);
    /* OPEN: an any-of claim drops its done candidates as it enters, not at its first look */
    if (wanted->any)
        drop_done(model, wanted);
    if (refused_as_similar(model, asker, wanted, texts.scope, !wanted->any, false, decision))
        return;
    if (!over_queue_limits(model, asker, wanted, decision))
        enter_queue(model, asker, wanted, &texts, waiting, decision);
}

static void decide(struct model *model, const struct asker *asker, const struct claim_intent *intent,
                   struct wanted *wanted, const struct waiting *waiting, struct decision *decision)
{
    static const enum reason reasons[] = {
        [VERDICT_DONE] = REASON_ALREADY_DONE, [VERDICT_HELD] = REASON_HELD, [VERDICT_QUEUED] = REASON_QUEUED};
    struct verdict verdict = judge(model, asker->session, wanted, true);
    switch (verdict.kind) {
    case VERDICT_YOURS:
        answer_yours(model, asker->session, wanted, verdict.chosen, intent->dry_run, decision);
        return;
    case VERDICT_BAD:
        deny(decision, REASON_BAD_REQUEST, WHY_NONE);
        decision->flaw = verdict.flaw;
        decision->flaw_key = verdict.flaw_key;
        return;
    case VERDICT_FREE:
        decide_free(model, asker, intent, wanted, verdict.chosen, decision);
        return;
    case VERDICT_DONE:
    case VERDICT_HELD:
    case VERDICT_QUEUED:
        break;
    }
    show_blocker(model, wanted, asker->session, &verdict, decision);
    /* S10: a dry run's wait is checked and warned of like any other; only it doesn't wait */
    if (waiting->waits && !intent->dry_run && verdict.kind != VERDICT_DONE) {
        decide_wait(model, asker, intent, wanted, waiting, decision);
        return;
    }
    deny(decision, reasons[verdict.kind], WHY_NONE);
    count_denial(model, asker, intent->dry_run, decision);
    show_near(model, asker, wanted, intent->scope, decision);
}

/* S11: one unanswered claim per client id and session. */
static bool client_waits(const struct model *model, const struct asker *asker)
{
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        if (waiter->asker.id.client == asker->id.client && waiter->asker.session == asker->session)
            return true;
    }
    return false;
}

/* S40: what policy limits is no matter of form: policy changes, and the same id must hear the same. */
static enum flaw over_policy(const struct model *model, const struct claim_intent *intent, const struct wanted *wanted,
                             const struct waiting *waiting)
{
    uint64_t about_most = model->policy[POLICY_ABOUT_MAX_BYTES];
    if (intent->key_count > model->policy[intent->any ? POLICY_CANDIDATES_PER_ANY : POLICY_KEYS_PER_CLAIM])
        return FLAW_TOO_MANY_KEYS; /* S7: counted before equal ones are merged */
    if (intent->has_ttl && intent->ttl_ms > model->policy[POLICY_TTL_MAX_MS])
        return FLAW_TTL;
    if (intent->about.size > about_most || intent->aka.size > about_most)
        return FLAW_TEXT;
    if (intent->has_wait && intent->has_wait_ms && intent->wait_ms > model->policy[POLICY_WAIT_MAX_MS])
        return FLAW_WAIT;
    if (waiting->waits && wanted->count > model->policy[POLICY_KEYS_PER_WAIT])
        return FLAW_TOO_MANY_KEYS; /* S8 */
    return FLAW_NONE;
}

/* True: refused. */
bool claim_refused_early(struct model *model, struct asker *asker, enum flaw flaw, uint32_t warnings,
                         struct decision *decision)
{
    const struct outcome *earlier = outcome_of(model, asker);
    if (earlier != NULL && earlier->tombstone) { /* S28 */
        deny(decision, REASON_CANCELLED, WHY_NONE);
    } else if (refused_sealed(model, decision)) { /* S6 */
        return true;
    } else if (!decision->dry_run && client_waits(model, asker)) { /* S11 */
        deny(decision, REASON_BAD_REQUEST, WHY_NONE);
        decision->flaw = FLAW_CLIENT;
    } else if (rows_full_for(model, asker)) {
        deny(decision, REASON_QUOTA, WHY_FULL); /* R12 */
    } else if (flaw != FLAW_NONE) {
        deny(decision, REASON_BAD_REQUEST, WHY_NONE);
        decision->flaw = flaw;
    } else {
        struct session *session = session_find_or_add(model, asker);
        asker->session = session->number;
        asker->session_name = session->name;
        asker->identity = session->identity;
        decision->warnings = warnings; /* S36. OPEN: denied before this, a claim isn't warned of its keys */
        uint64_t rate = model->policy[POLICY_CLAIMS_PER_MINUTE];
        if (!bucket_pay(model, rate, &session->claim_level, &session->claim_last_ms)) {
            deny_rate(decision, rate, session->claim_level);
            return true;
        }
        if (!decision->dry_run)
            supply_demanded(model);
        return false;
    }
    return true;
}

void claim_apply(struct model *model, struct asker *asker, const struct claim_intent *intent)
{
    struct wanted wanted;
    struct decision decision = {.dry_run = intent->dry_run};
    uint32_t warnings = 0;
    asker->category = intent->category;
    read_claim(model, asker, intent, &wanted, &warnings);
    struct waiting waiting = read_wait(model, intent, &wanted, &warnings);
    enum flaw flaw = over_policy(model, intent, &wanted, &waiting);
    if (answer_repeat(model, asker, &decision))
        return;
    if (!claim_refused_early(model, asker, flaw, warnings, &decision))
        decide(model, asker, intent, &wanted, &waiting, &decision);
    if (!intent->dry_run)
        remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}
