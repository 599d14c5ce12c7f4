/* Every field of a decision, named once; and the three uses of that list. */
#include "tests/sim/decision_fields.h"

#include "tests/sim/names.h"

static void number(const struct field_visitor *v, const char *name, uint32_t at, uint64_t value)
{
    v->number(v->context, name, at, FIELD_NUMBER, value);
}

static void visit_place(const struct decision *d, const struct field_visitor *v)
{
    if (v->meaning_only)
        return;
    number(v, "offset", 0, d->offset);
    number(v, "index", 0, d->index);
    number(v, "ts_ms", 0, d->ts_ms);
    number(v, "first_offset", 0, d->first_offset);
}

/* Which of several faults of an intent's form is named first is no rule; that it is refused for its form is. Of a
 * configure it is one (S35, S43), and of labels which key is at fault (S51). */
static bool is_of_form(enum verb verb, enum flaw flaw)
{
    if (verb == VERB_CONFIGURE)
        return false;
    return (flaw >= FLAW_SESSION && flaw <= FLAW_REWARD) || flaw == FLAW_CODE || flaw == FLAW_POLICY_NAME ||
           flaw == FLAW_POLICY_VALUE || flaw == FLAW_TARGET || flaw == FLAW_SUBTREE_DONE || flaw == FLAW_ITEMS ||
           flaw == FLAW_NEED;
}

static void visit_answer(const struct decision *d, const struct field_visitor *v)
{
    v->number(v->context, "verb", 0, FIELD_VERB, d->verb);
    v->number(v->context, "answer", 0, FIELD_ANSWER, d->answer);
    number(v, "final", 0, d->final);
    v->number(v->context, "reason", 0, FIELD_REASON, d->reason);
    v->number(v->context, "why", 0, FIELD_WHY, d->why);
    v->number(v->context, "advice", 0, FIELD_ADVICE, d->advice);
    bool of_form = is_of_form(d->verb, d->flaw);
    v->number(v->context, "flaw", 0, FIELD_FLAW, of_form ? FLAW_KEY_FORM : d->flaw);
    bool is_label = d->verb == VERB_SAME || d->verb == VERB_DIFFERENT;
    number(v, "flaw_key", 0, of_form && !is_label ? 0 : d->flaw_key);
    number(v, "warnings", 0, d->warnings);
    number(v, "dry_run", 0, d->dry_run);
    number(v, "repeat", 0, d->repeat);
    number(v, "standing", 0, d->standing);
    v->number(v->context, "standing_why", 0, FIELD_WHY, d->standing_why);
    number(v, "now_ms", 0, d->now_ms);
    number(v, "rules", 0, d->rules);
    number(v, "id.client", 0, d->id.client);
    number(v, "id.seq", 0, d->id.seq);
    v->bytes(v->context, "session", 0, d->session);
    number(v, "reply_partition", 0, d->reply_partition);
}

static void visit_grant(const struct decision *d, const struct field_visitor *v)
{
    number(v, "key_count", 0, d->key_count);
    for (uint32_t i = 0; i < d->key_count; i++) {
        v->bytes(v->context, "keys.key", i, d->keys[i].key);
        number(v, "keys.token", i, d->keys[i].token);
        number(v, "keys.expires_ms", i, d->keys[i].expires_ms);
    }
    number(v, "ttl_ms", 0, d->ttl_ms);
    number(v, "deadline_ms", 0, d->deadline_ms);
    number(v, "waiter_lease_ms", 0, d->waiter_lease_ms);
    v->bytes(v->context, "about", 0, d->about);
}

static void visit_holder(const struct decision *d, const struct field_visitor *v)
{
    number(v, "has_holder", 0, d->has_holder);
    if (d->has_holder) {
        v->bytes(v->context, "holder.session", 0, d->holder.session);
        v->bytes(v->context, "holder.about", 0, d->holder.about);
        v->bytes(v->context, "holder.ref", 0, d->holder.ref);
        v->bytes(v->context, "holder.origin", 0, d->holder.origin);
        v->bytes(v->context, "holder.key", 0, d->holder.key);
        number(v, "holder.token", 0, d->holder.token);
        number(v, "holder.since_ms", 0, d->holder.since_ms);
        number(v, "holder.expires_ms", 0, d->holder.expires_ms);
        number(v, "holder.own_waiter.client", 0, d->holder.own_waiter.client);
        number(v, "holder.own_waiter.seq", 0, d->holder.own_waiter.seq);
    }
    number(v, "queue_length", 0, d->queue_length);
    v->bytes(v->context, "result", 0, d->result);
    v->bytes(v->context, "by", 0, d->by);
    v->bytes(v->context, "words", 0, d->words);
}

static void visit_items(const struct decision *d, const struct field_visitor *v)
{
    number(v, "item_count", 0, d->item_count);
    for (uint32_t i = 0; i < d->item_count; i++) {
        const struct renewed_item *item = &d->items[i];
        v->number(v->context, "items.answer", i, FIELD_ANSWER, item->answer);
        v->number(v->context, "items.reason", i, FIELD_REASON, item->reason);
        v->number(v->context, "items.why", i, FIELD_WHY, item->why);
        v->bytes(v->context, "items.by", i, item->by);
        number(v, "items.token", i, item->token);
        number(v, "items.expires_ms", i, item->expires_ms);
        number(v, "items.waiter", i, item->waiter);
    }
    number(v, "retry_ms", 0, d->retry_ms);
    number(v, "ended_count", 0, d->ended_count);
    number(v, "more", 0, d->more);
}

static void visit_row(const struct report_row *row, uint32_t at, const struct field_visitor *v)
{
    number(v, "rows.kind", at, row->kind);
    v->bytes(v->context, "rows.key", at, row->key);
    v->bytes(v->context, "rows.session", at, row->session);
    v->bytes(v->context, "rows.about", at, row->about);
    v->bytes(v->context, "rows.ref", at, row->ref);
    v->bytes(v->context, "rows.origin", at, row->origin);
    v->bytes(v->context, "rows.category", at, row->category);
    v->bytes(v->context, "rows.result", at, row->result);
    number(v, "rows.token", at, row->token);
    number(v, "rows.offset", at, row->offset);
    number(v, "rows.since_ms", at, row->since_ms);
    number(v, "rows.expires_ms", at, row->expires_ms);
    number(v, "rows.ttl_ms", at, row->ttl_ms);
    number(v, "rows.shared", at, row->shared);
    number(v, "rows.any", at, row->any);
    number(v, "rows.obstacle", at, row->obstacle);
    number(v, "rows.until_ms", at, row->until_ms);
    v->bytes(v->context, "rows.by", at, row->by);
    v->bytes(v->context, "rows.needs", at, row->needs);
    number(v, "rows.priority", at, row->priority);
}

static void visit_report(const struct decision *d, const struct field_visitor *v)
{
    number(v, "row_count", 0, d->row_count);
    for (uint32_t i = 0; i < d->row_count; i++)
        visit_row(&d->rows[i], i, v);
    number(v, "next.done", 0, d->next.done);
    v->bytes(v->context, "next.key", 0, d->next.key);
    number(v, "next.token", 0, d->next.token);
    number(v, "next.waits", 0, d->next.waits);
    number(v, "next.offers", 0, d->next.offers);
    number(v, "policy_count", 0, d->policy_count);
    for (uint32_t i = 0; i < d->policy_count; i++) {
        number(v, "policy.id", i, d->policy[i].id);
        number(v, "policy.value", i, d->policy[i].value);
        v->bytes(v->context, "policy.scope", i, d->policy[i].scope);
        v->bytes(v->context, "policy.category", i, d->policy[i].category);
    }
    number(v, "prefix_count", 0, d->prefix_count);
    for (uint32_t i = 0; i < d->prefix_count; i++) {
        v->bytes(v->context, "prefixes.prefix", i, d->prefixes[i].prefix);
        v->bytes(v->context, "prefixes.tracker", i, d->prefixes[i].tracker);
    }
    number(v, "status.claims", 0, d->status.claims);
    number(v, "status.waiters", 0, d->status.waiters);
    number(v, "status.client_rows", 0, d->status.client_rows);
    number(v, "status.done", 0, d->status.done);
    number(v, "status.bad_records", 0, d->status.bad_records);
    number(v, "status.done_evicted", 0, d->status.done_evicted);
    number(v, "status.last_token", 0, d->status.last_token);
    number(v, "status.sealed", 0, d->status.sealed);
}

static void visit_rivals(const struct decision *d, const struct field_visitor *v)
{
    number(v, "likeness", 0, d->likeness);
    number(v, "rival_count", 0, d->rival_count);
    for (uint32_t i = 0; i < d->rival_count; i++) {
        const struct rival *rival = &d->rivals[i];
        v->bytes(v->context, "rivals.key", i, rival->key);
        v->bytes(v->context, "rivals.session", i, rival->session);
        v->bytes(v->context, "rivals.about", i, rival->about);
        v->bytes(v->context, "rivals.ref", i, rival->ref);
        number(v, "rivals.token", i, rival->token);
        number(v, "rivals.score", i, rival->score);
        number(v, "rivals.done", i, rival->done);
        number(v, "rivals.linked", i, rival->linked);
        number(v, "rivals.own", i, rival->own);
        number(v, "rivals.since_ms", i, rival->since_ms);
        number(v, "rivals.expires_ms", i, rival->expires_ms);
    }
    number(v, "thresholds.deny", 0, d->thresholds.deny);
    number(v, "thresholds.ask", 0, d->thresholds.ask);
    number(v, "thresholds.warn", 0, d->thresholds.warn);
}

void decision_fields_visit(const struct decision *decision, const struct field_visitor *visitor)
{
    visit_place(decision, visitor);
    visit_answer(decision, visitor);
    visit_grant(decision, visitor);
    visit_holder(decision, visitor);
    visit_items(decision, visitor);
    visit_report(decision, visitor);
    visit_rivals(decision, visitor);
    decision_fields_visit_supply(decision, visitor);
}

/* ---------------------------------------------------------------- flat */

struct flattening {
    struct bytes *out;
    uint16_t field; /* number of fields seen; names it, since every array tells its length first */
};

static void flat_add(struct flattening *flat, uint64_t value, size_t size)
{
    uint8_t piece[8];

    for (size_t i = 0; i < size; i++)
        piece[i] = (uint8_t)(value >> (8 * i));
    bytes_add(flat->out, piece, size);
}

static void flat_number(void *context, const char *name, uint32_t at, enum field_kind kind, uint64_t value)
{
    struct flattening *flat = context;

    (void)name, (void)at, (void)kind;
    flat->field++;
    if (value == 0)
        return;
    flat_add(flat, flat->field, 2);
    flat_add(flat, value, 8);
}

static void flat_bytes(void *context, const char *name, uint32_t at, struct span value)
{
    struct flattening *flat = context;

    (void)name, (void)at;
    flat->field++;
    if (value.size == 0)
        return;
    flat_add(flat, flat->field, 2);
    flat_add(flat, value.size, 4);
    bytes_add(flat->out, value.bytes, value.size);
}

void decision_fields_flatten(const struct decision *decision, bool meaning_only, struct bytes *out)
{
    struct flattening flat = {.out = out};
    const struct field_visitor visitor = {flat_number, flat_bytes, &flat, meaning_only};

    decision_fields_visit(decision, &visitor);
    flat_add(&flat, UINT16_MAX, 2);
}
