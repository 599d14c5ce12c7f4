/* query: a read at this offset; changes nothing but its bucket (R31, S37). */
#include <stdlib.h>

#include "base/check.h"
#include "tests/model/model_state.h"

enum { PAGE_BYTES = 16384, ROW_BYTES = 64, CUT_BYTES = 200 };

/* A page being filled: rows are offered in order; the first that doesn't fit ends it. */
struct page {
    struct decision *decision;
    size_t bytes;
};

/* At most 200 bytes, back to the beginning of a UTF-8 sequence. */
struct span text_cut(struct span text)
{
    if (text.size <= CUT_BYTES)
        return text;
    size_t size = CUT_BYTES;
    while (size > 0 && (text.bytes[size] & 0xc0) == 0x80)
        size--;
    return span_first(text, size);
}

static bool page_add(struct page *page, struct report_row row)
{
    struct decision *decision = page->decision;
    row.about = text_cut(row.about);
    row.ref = text_cut(row.ref);
    row.origin = text_cut(row.origin);
    row.result = text_cut(row.result);
    size_t bytes = ROW_BYTES + row.key.size + row.session.size + row.about.size + row.ref.size + row.origin.size +
                   row.category.size + row.result.size + row.by.size + row.needs.size;
    if (decision->more || decision->row_count == LIMIT_PAGE_ROWS || page->bytes + bytes > PAGE_BYTES) {
        decision->more = true;
        return false;
    }
    page->bytes += bytes;
    decision->rows[decision->row_count++] = row;
    return true;
}

static struct report_row claim_row(const struct model *model, const struct claim *claim, struct span key)
{
    return (struct report_row){.kind = ROW_CLAIM,
                               .key = key,
                               .session = session_numbered(model, claim->session)->name,
                               .about = claim->texts.about,
                               .ref = claim->texts.ref,
                               .origin = claim->texts.origin,
                               .category = claim->texts.category,
                               .token = claim->token,
                               .offset = claim->granted_offset,
                               .since_ms = claim->since_ms,
                               .expires_ms = claim->expires_ms,
                               .ttl_ms = claim->ttl_ms,
                               .shared = claim->shared};
}

static struct report_row waiter_row(const struct waiter *waiter, struct span key)
{
    uint64_t ends_ms = waiter->deadline_ms < waiter->lease_ends_ms ? waiter->deadline_ms : waiter->lease_ends_ms;
    return (struct report_row){.kind = ROW_WAITER,
                               .key = key,
                               .session = waiter->asker.session_name,
                               .about = waiter->texts.about,
                               .ref = waiter->texts.ref,
                               .origin = waiter->texts.origin,
                               .category = waiter->texts.category,
                               .offset = waiter->wanted.offset,
                               .since_ms = waiter->since_ms,
                               .expires_ms = ends_ms,
                               .ttl_ms = waiter->wanted.ttl_ms,
                               .shared = waiter->wanted.shared,
                               .any = waiter->wanted.any};
}

static struct report_row done_row(const struct done *done)
{
    return (struct report_row){.kind = ROW_DONE,
                               .key = done->key,
                               .session = done->session_name,
                               .about = done->texts.about,
                               .ref = done->texts.ref,
                               .origin = done->texts.origin,
                               .category = done->texts.category,
                               .result = done->result,
                               .token = done->token,
                               .offset = done->offset,
                               .since_ms = done->since_ms,
                               .expires_ms = done->expires_ms};
}

/* ---------------------------------------------------------------- one key */

static void add_claims_on(const struct model *model, struct span key, struct page *page)
{
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; j < claim->key_count; j++)
            if (span_equal(claim->keys[j], key))
                page_add(page, claim_row(model, claim, claim->keys[j]));
    }
}

/* Exactly it by token; the subtrees over it, the shortest first; who waits for exactly it; who did it. */
static void report_key(const struct model *model, struct span key, struct page *page)
{
    add_claims_on(model, key, page);
    for (size_t size = 1; size <= LIMIT_KEY_BYTES; size++) {
        uint8_t bytes[LIMIT_KEY_BYTES + 3];
        if (size > key.size)
            break;
        memcpy(bytes, key.bytes, size);
        memcpy(bytes + size, "/**", 3);
        struct span tree = span_of(bytes, size + 3);
        if (!span_equal(tree, key) && lies_under(tree, key))
            add_claims_on(model, tree, page);
    }
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        for (uint32_t j = 0; j < waiter->wanted.count; j++)
            if (span_equal(waiter->wanted.keys[j], key))
                page_add(page, waiter_row(waiter, waiter->wanted.keys[j]));
    }
    const struct done *done = done_with_key(model, key);
    if (done != NULL)
        page_add(page, done_row(done));
}

/* Is this token the live one for this key, whoever asks? */
static void report_check(const struct model *model, uint64_t token, struct span key, struct decision *decision)
{
    const struct claim *claim = claim_with_token(model, token);
    for (uint32_t i = 0; claim != NULL && i < claim->key_count; i++) {
        if (!span_equal(claim->keys[i], key) && !lies_under(claim->keys[i], key))
            continue;
        decision->answer = ANSWER_ACCEPTED;
        decision->keys[0] = (struct granted_key){key, token, claim->expires_ms};
        decision->key_count = 1;
        return;
    }
    deny(decision, REASON_STALE_TOKEN, WHY_NONE);
    const struct outcome *ending = claim == NULL ? ending_of_token(model, token, NULL) : NULL;
    if (ending != NULL) {
        decision->why = ending->ended_why;
        decision->by = ending->ended_by;
        decision->words = ending->ended_words;
    }
}

/* ---------------------------------------------------------------- a page of the list */

/* Where a held row stands: its path, plain before subtree, then the token. */
static int held_order(struct span a, uint64_t a_token, struct span b, uint64_t b_token)
{
    int order = span_compare(subtree_root(a), subtree_root(b));
    if (order == 0)
        order = is_subtree(a) - is_subtree(b);
    return order != 0 ? order : (a_token > b_token) - (a_token < b_token);
}

/* The first held row after (key, token), over all claims. */
static const struct claim *next_held(const struct model *model, struct span *key, uint64_t *token)
{
    const struct claim *best = NULL;
    struct span best_key = {0};
    for (size_t i = 0; i < model->claims.count; i++) {
        const struct claim *claim = model->claims.items[i];
        for (uint32_t j = 0; j < claim->key_count; j++) {
            if (key->size > 0 && held_order(claim->keys[j], claim->token, *key, *token) <= 0)
                continue;
            if (best != NULL && held_order(claim->keys[j], claim->token, best_key, best->token) >= 0)
                continue;
            best = claim;
            best_key = claim->keys[j];
        }
    }
    if (best != NULL) {
        *key = best_key;
        *token = best->token;
    }
    return best;
}

/* The first wait after (key, offset), over all waiters. */
static const struct waiter *next_wait(const struct model *model, struct span *key, uint64_t *offset)
{
    const struct waiter *best = NULL;
    struct span best_key = {0};
    for (size_t i = 0; i < model->waiters.count; i++) {
        const struct waiter *waiter = model->waiters.items[i];
        for (uint32_t j = 0; j < waiter->wanted.count; j++) {
            struct span wanted = waiter->wanted.keys[j];
            if (key->size > 0 && held_order(wanted, waiter->wanted.offset, *key, *offset) <= 0)
                continue;
            if (best != NULL && held_order(wanted, waiter->wanted.offset, best_key, best->wanted.offset) >= 0)
                continue;
            best = waiter;
            best_key = wanted;
        }
    }
    if (best != NULL) {
        *key = best_key;
        *offset = best->wanted.offset;
    }
    return best;
}

static const struct done *next_done(const struct model *model, struct span after)
{
    const struct done *best = NULL;
    for (size_t i = 0; i < model->done.count; i++) {
        const struct done *done = model->done.items[i];
        if (after.size > 0 && span_compare(done->key, after) <= 0)
            continue;
        if (best == NULL || span_compare(done->key, best->key) < 0)
            best = done;
    }
    return best;
}

static bool is_listed(const struct query_intent *query, struct span key, struct span session)
{
    return span_starts_with(key, query->prefix) && (query->session.size == 0 || span_equal(query->session, session));
}

static void list_held(const struct model *model, const struct query_intent *query, struct page *page)
{
    struct span key = query->after.key;
    uint64_t token = query->after.token;
    const struct claim *claim;
    while ((claim = next_held(model, &key, &token)) != NULL)
        if (is_listed(query, key, session_numbered(model, claim->session)->name))
            page_add(page, claim_row(model, claim, key));
}

static void list_waits(const struct model *model, const struct query_intent *query, struct page *page)
{
    struct span key = query->after.waits ? query->after.key : (struct span){0};
    uint64_t offset = query->after.token;
    const struct waiter *waiter;
    while ((waiter = next_wait(model, &key, &offset)) != NULL)
        if (is_listed(query, key, waiter->asker.session_name))
            page_add(page, waiter_row(waiter, key));
}

/* Where the next page begins: after that row. OPEN: after a done row the token is 0: its key is enough. */
static struct list_cursor cursor_after(const struct report_row *row)
{
    struct list_cursor cursor = {.done = row->kind == ROW_DONE,
                                 .waits = row->kind == ROW_WAITER,
                                 .offers = row->kind == ROW_OFFER,
                                 .key = row->key};
    if (row->kind == ROW_CLAIM)
        cursor.token = row->token;
    if (row->kind == ROW_WAITER)
        cursor.token = row->offset;
    return cursor;
}

static void report_list(struct model *model, const struct query_intent *query, struct page *page)
{
    bool past_held = query->after.waits || query->after.done || query->after.offers;
    if (query->want_held && !past_held)
        list_held(model, query, page);
    if (query->want_waits && !query->after.done && !query->after.offers)
        list_waits(model, query, page);
    const struct done *done;
    struct span after = query->after.done ? query->after.key : (struct span){0};
    while (query->want_done && !query->after.offers && (done = next_done(model, after)) != NULL) {
        after = done->key;
        if (is_listed(query, done->key, done->session_name))
            page_add(page, done_row(done));
    }
    after = query->after.offers ? query->after.key : (struct span){0};
    const struct offer *offer;
    while (query->want_offers && (offer = offer_after(model, after)) != NULL) {
        after = offer->key;
        if (is_listed(query, offer->key, offer->owner_name))
            page_add(page, offer_row(model, offer));
    }
    struct decision *decision = page->decision;
    if (!decision->more)
        return;
    decision->next = cursor_after(&decision->rows[decision->row_count - 1]);
}

/* ---------------------------------------------------------------- the rest */

/* S52, S66: and what was set for the scope alone, and for the category. */
static void report_policy(const struct model *model, struct span scope, struct span name, struct decision *decision)
{
    const struct category *category = category_named(model, name);
#define POLICY_ENTRY(id, NAME, name, unit, initial, least, most) \
    decision->policy[decision->policy_count++] = (struct policy_entry){id, model->policy[id], {0}, {0}};
    POLICY_TABLE(POLICY_ENTRY)
#undef POLICY_ENTRY
    for (uint32_t id = 0; scope.size > 0 && id < POLICY_END; id++) {
        const struct policy_entry *own = scope_own_policy(scope_find(model, scope), id);
        if (own != NULL)
            decision->policy[decision->policy_count++] = *own;
    }
    if (name.size > 0 && category != NULL && category->has_target)
        decision->policy[decision->policy_count++] =
            (struct policy_entry){.id = POLICY_STEER_TARGET, .value = category->target, .category = category->name};
    const struct prefix *prefix = NULL;
    while ((prefix = next_prefix(&model->prefixes, prefix == NULL ? "" : prefix->name)) != NULL)
        decision->prefixes[decision->prefix_count++] =
            (struct prefix_entry){span_from_text(prefix->name), span_from_text(prefix->tracker)};
}

static void report_status(const struct model *model, struct report_status *status)
{
    *status = (struct report_status){.claims = model->claims.count,
                                     .waiters = model->waiters.count,
                                     .sessions = model->sessions.count,
                                     .client_rows = model->rows.count,
                                     .done = model->done.count,
                                     .bad_records = model->bad_records,
                                     .done_evicted = model->done_evicted,
                                     .last_token = model->last_token,
                                     .sealed = model->sealed};
}

/* S52: the pool as for a claim of that key, if one is given, with one's own. */
static void report_similar(struct model *model, const struct asker *asker, const struct query_intent *query,
                           struct decision *decision)
{
    struct texts texts = {.about = query->about, .aka = query->aka, .category = query->category};
    struct wanted wanted = {.count = 0};
    struct pool pool;
    decision->thresholds = scope_thresholds(model, query->scope);
    signature_read(&texts, &wanted.signature);
    if (query->key.size > 0) {
        CHECK(canonical(model, query->key, query->in, &wanted.keys[0]) == FLAW_NONE);
        wanted.count = 1;
    }
    pool_find(model, asker, &wanted, query->scope, true, &pool);
    for (uint32_t i = 0; i < pool.count && i < LIMIT_RIVALS; i++)
        decision->rivals[decision->rival_count++] = pool.list[i].rival;
}

/* As a repeat would answer; for the query it is final, whatever becomes of the ticket (INV-6). */
static void report_ticket(const struct model *model, const struct asker *asker, const struct intent_id *ticket,
                          struct decision *decision)
{
    const struct outcome *outcome = outcome_find(row_find(model, ticket->client, asker->session), ticket->seq);
    if (outcome == NULL)
        deny(decision, REASON_FORGOTTEN, WHY_NONE);
    else
        recall(model, outcome, ticket->client, asker->session, decision);
    decision->final = true;
}

/* True: the decision says so. */
static bool over_quota(struct model *model, const struct asker *asker, struct decision *decision)
{
    struct session *session = session_find_or_add(model, asker);
    uint64_t rate = model->policy[POLICY_QUERIES_PER_MINUTE];
    if (session == NULL)
        deny(decision, REASON_QUOTA, WHY_FULL); /* S37 */
    else if (!bucket_pay(model, rate, &session->query_level, &session->query_last_ms))
        deny_rate(decision, rate, session->query_level);
    else
        return false;
    return true;
}

void query_apply(struct model *model, struct asker *asker, const struct query_intent *query)
{
    struct decision decision = {0};
    struct page page = {.decision = &decision};
    struct span key = {0};
    if (over_quota(model, asker, &decision)) {
        decision_emit(model, asker, &decision);
        return;
    }
    decision.answer = ANSWER_REPORT;
    decision.final = true;
    if (query->kind == QUERY_KEY || query->kind == QUERY_CHECK)
        CHECK(canonical(model, query->key, query->in, &key) == FLAW_NONE);
    switch (query->kind) {
    case QUERY_TICKET:
        report_ticket(model, asker, &query->ticket, &decision);
        break;
    case QUERY_KEY:
        report_key(model, key, &page);
        break;
    case QUERY_CHECK:
        report_check(model, query->token, key, &decision);
        break;
    case QUERY_LIST:
        report_list(model, query, &page);
        break;
    case QUERY_POLICY:
        report_policy(model, query->scope, query->category, &decision);
        break;
    case QUERY_STATUS:
        report_status(model, &decision.status);
        break;
    case QUERY_SIMILAR:
        report_similar(model, asker, query, &decision);
        break;
    case QUERY_SUPPLY:
        decision.has_supply = true;
        decision.supply = supply_report(model);
        break;
    case QUERY_STEER:
        report_steer(model, query->after.token, &decision);
        break;
    }
    decision_emit(model, asker, &decision);
}
