/* Is an intent well formed? Limits, texts and keys, before anything else is looked at (S2, S7). */
#include "tests/model/model_state.h"

/* The length of the UTF-8 sequence at the start of the bytes; 0: there is none. */
static size_t utf8_length(const uint8_t *bytes, size_t size)
{
    uint8_t first = bytes[0];
    if (first < 0x80)
        return 1;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || length > size)
        return 0;
    uint32_t code = (uint32_t)first & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (bytes[i] & 0x3fu);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[length] || code > 0x10ffff || is_surrogate ? 0 : length;
}

static bool is_clean(struct span text, bool lines_allowed)
{
    for (size_t i = 0; i < text.size;) {
        uint8_t byte = text.bytes[i];
        bool is_line = byte == '\n' || byte == '\t';
        if ((byte < 0x20 || byte == 0x7f) && !(is_line && lines_allowed))
            return false;
        size_t length = utf8_length(text.bytes + i, text.size - i);
        if (length == 0)
            return false;
        i += length;
    }
    return true;
}

bool form_text(struct span text, size_t most)
{
    return text.size <= most && is_clean(text, true);
}

bool form_line(struct span text)
{
    return text.size <= LIMIT_KEY_BYTES && is_clean(text, false);
}

enum flaw form_head(const struct intent_head *head)
{
    if (head->session.size < 1 || head->session.size > LIMIT_SESSION_BYTES || !is_clean(head->session, false))
        return FLAW_SESSION;
    if (head->id.client == 0 || head->id.seq == 0)
        return FLAW_CLIENT;
    return FLAW_NONE;
}

/* The keys of a claim, as given; each must have a canonical form. */
static enum flaw form_keys(struct model *model, const struct claim_intent *claim, uint32_t *flaw_key)
{
    uint64_t most = claim->any ? LIMIT_ANY_KEYS : LIMIT_ALL_KEYS;
    if (claim->key_count == 0)
        return FLAW_NO_KEYS;
    if (claim->key_count > most)
        return FLAW_TOO_MANY_KEYS; /* counted before equal ones are merged */
    for (uint32_t i = 0; i < claim->key_count; i++) {
        struct span key;
        enum flaw flaw = canonical(model, claim->keys[i], claim->in, &key);
        if (flaw != FLAW_NONE) {
            *flaw_key = i;
            return flaw;
        }
    }
    return FLAW_NONE;
}

/* OPEN: which flaw is told when there are several. Here: texts, ttl, wait, keys. (A claim that waits for too many
 * keys is refused in claim_apply, where they are merged, but belongs to the form.) */
static enum flaw form_claim(struct model *model, const struct claim_intent *claim, uint32_t *flaw_key)
{
    if (!form_text(claim->about, LIMIT_ABOUT_BYTES) || !form_text(claim->aka, LIMIT_ABOUT_BYTES) ||
        !form_text(claim->category, LIMIT_CATEGORY_BYTES) || !form_text(claim->ref, LIMIT_REF_BYTES) ||
        !form_text(claim->origin, LIMIT_REF_BYTES) || !form_text(claim->scope, LIMIT_CATEGORY_BYTES) ||
        !form_line(claim->in))
        return FLAW_TEXT;
    if (claim->has_ttl && claim->ttl_ms < 1000)
        return FLAW_TTL;
    return form_keys(model, claim, flaw_key);
}

/* Targets of a mutation: `kinds` are the allowed ones, as bits. */
static enum flaw form_targets(struct model *model, const struct target *targets, uint32_t count, struct span in,
                              unsigned kinds, uint32_t *flaw_key)
{
    if (!form_line(in))
        return FLAW_TEXT;
    if (count == 0 || count > LIMIT_RENEW_ITEMS)
        return FLAW_TARGET;
    for (uint32_t i = 0; i < count; i++) {
        struct span key;
        enum flaw flaw = FLAW_NONE;
        if (targets[i].kind < TARGET_TOKEN || targets[i].kind > TARGET_SESSION || !(kinds & 1u << targets[i].kind))
            flaw = FLAW_TARGET;
        else if (targets[i].kind == TARGET_KEY || targets[i].kind == TARGET_FENCED_KEY)
            flaw = canonical(model, targets[i].key, in, &key);
        else if (targets[i].kind == TARGET_SESSION)
            flaw = form_head(&(struct intent_head){.id = {1, 1}, .session = targets[i].session});
        if (flaw != FLAW_NONE) {
            *flaw_key = i;
            return flaw;
        }
    }
    return FLAW_NONE;
}

enum {
    TOKENS_AND_KEYS = 1u << TARGET_TOKEN | 1u << TARGET_KEY | 1u << TARGET_FENCED_KEY,
    AND_TICKETS = TOKENS_AND_KEYS | 1u << TARGET_TICKET,
    REVOCABLE = 1u << TARGET_TOKEN | 1u << TARGET_KEY | 1u << TARGET_SESSION
};

static enum flaw form_close(struct model *model, const struct close_intent *close, uint32_t *flaw_key)
{
    if (close->outcome < CLOSE_DONE || close->outcome > CLOSE_RELEASED)
        return FLAW_UNDECODABLE;
    if (!form_text(close->result, LIMIT_TEXT_BYTES) || !form_text(close->reason, LIMIT_TEXT_BYTES) ||
        !form_line(close->in))
        return FLAW_TEXT;
    if (close->has_reward && (close->reward > 10000 || close->outcome != CLOSE_DONE))
        return FLAW_REWARD;
    if (close->all)
        return close->target_count == 0 && close->outcome == CLOSE_RELEASED ? FLAW_NONE : FLAW_TARGET;
    enum flaw flaw = form_targets(model, close->targets, close->target_count, close->in, TOKENS_AND_KEYS, flaw_key);
    for (uint32_t i = 0; flaw == FLAW_NONE && close->outcome == CLOSE_DONE && i < close->target_count; i++) {
        struct span key;
        if (close->targets[i].kind == TARGET_TOKEN)
            continue;
        if (canonical(model, close->targets[i].key, close->in, &key) == FLAW_NONE && is_subtree(key)) {
            *flaw_key = i;
            flaw = FLAW_SUBTREE_DONE; /* S29; by token it shows only when the claim is found */
        }
    }
    return flaw;
}

/* S52: texts as a claim's, within what policy allows */
static enum flaw form_similar(struct model *model, const struct query_intent *query)
{
    uint64_t about_most = model->policy[POLICY_ABOUT_MAX_BYTES];
    struct span key;
    if (!form_text(query->about, about_most) || !form_text(query->aka, about_most) ||
        !form_text(query->category, LIMIT_CATEGORY_BYTES) || !form_text(query->scope, LIMIT_CATEGORY_BYTES) ||
        !form_line(query->in))
        return FLAW_TEXT;
    return query->key.size > 0 ? canonical(model, query->key, query->in, &key) : FLAW_NONE;
}

static enum flaw form_query(struct model *model, const struct query_intent *query)
{
    struct span key;
    switch (query->kind) {
    case QUERY_TICKET:
        return query->ticket.client == 0 || query->ticket.seq == 0 ? FLAW_TARGET : FLAW_NONE;
    case QUERY_KEY:
    case QUERY_CHECK:
        return form_line(query->in) ? canonical(model, query->key, query->in, &key) : FLAW_TEXT;
    case QUERY_LIST:
        if (query->session.size > LIMIT_SESSION_BYTES || !is_clean(query->session, false))
            return FLAW_SESSION;
        return form_text(query->prefix, LIMIT_KEY_BYTES) && form_line(query->after.key) ? FLAW_NONE : FLAW_TEXT;
    case QUERY_POLICY:
        return form_text(query->scope, LIMIT_CATEGORY_BYTES) && form_text(query->category, LIMIT_CATEGORY_BYTES)
                   ? FLAW_NONE
                   : FLAW_TEXT;
    case QUERY_STATUS:
        return FLAW_NONE;
    case QUERY_SIMILAR:
        return form_similar(model, query);
    case QUERY_SUPPLY:
    case QUERY_STEER:
        return FLAW_NONE;
    }
    return FLAW_TARGET;
}

/* S40: no intent can cancel itself. */
static enum flaw form_cancel(const struct intent *intent)
{
    const struct intent_id *own = &intent->head.id, *target = &intent->body.cancel.target;
    bool is_itself = own->client == target->client && own->seq == target->seq;
    return target->client == 0 || target->seq == 0 || is_itself ? FLAW_TARGET : FLAW_NONE;
}

static enum flaw form_take(const struct take_intent *take)
{
    if (take->code.size < LIMIT_CODE_MIN_BYTES || take->code.size > LIMIT_CODE_BYTES)
        return FLAW_CODE;
    return form_text(take->origin, LIMIT_REF_BYTES) ? FLAW_NONE : FLAW_TEXT;
}

static enum flaw form_revoke(struct model *model, const struct revoke_intent *revoke, uint32_t *flaw_key)
{
    if (revoke->reason.size == 0 || !form_text(revoke->reason, LIMIT_TEXT_BYTES))
        return FLAW_TEXT;
    return form_targets(model, &revoke->target, 1, revoke->in, REVOCABLE, flaw_key);
}

/* S43: by its form it is refused for its prefixes alone, but then told the first flaw of all. */
static enum flaw form_configure(const struct configure_intent *configure, uint32_t *flaw_key)
{
    uint32_t entry;
    if (configure->entry_count > POLICY_END || configure->prefix_count > LIMIT_PREFIXES)
        return FLAW_TARGET;
    enum flaw flaw = form_prefixes(configure, flaw_key);
    enum flaw earlier = policy_check(configure->entries, configure->entry_count, &entry);
    if (flaw == FLAW_NONE || earlier == FLAW_NONE)
        return flaw;
    *flaw_key = entry;
    return earlier;
}

enum flaw form_intent(struct model *model, const struct intent *intent, uint32_t *flaw_key)
{
    switch (intent->verb) {
    case VERB_CLAIM:
        return form_claim(model, &intent->body.claim, flaw_key);
    case VERB_RENEW:
        return form_targets(model, intent->body.renew.targets, intent->body.renew.target_count, intent->body.renew.in,
                            AND_TICKETS, flaw_key);
    case VERB_CLOSE:
        return form_close(model, &intent->body.close, flaw_key);
    case VERB_CANCEL:
        return form_cancel(intent);
    case VERB_HANDOFF:
        return form_targets(model, &intent->body.handoff.target, 1, intent->body.handoff.in, TOKENS_AND_KEYS, flaw_key);
    case VERB_TAKE:
        return form_take(&intent->body.take);
    case VERB_QUERY:
        return form_query(model, &intent->body.query);
    case VERB_REVOKE:
        return form_revoke(model, &intent->body.revoke, flaw_key);
    case VERB_CONFIGURE:
        return form_configure(&intent->body.configure, flaw_key);
    case VERB_SEAL:
        return form_text(intent->body.seal.moved_to, LIMIT_REF_BYTES) ? FLAW_NONE : FLAW_TEXT;
    case VERB_SAME:
    case VERB_DIFFERENT:
        return form_label(model, &intent->body.label, flaw_key);
    case VERB_OFFER:
        return form_offer(&intent->body.offer);
    case VERB_WITHDRAW:
        return form_withdraw(&intent->body.withdraw);
    case VERB_NEXT:
        return form_next(&intent->body.next);
    case VERB_NONE:
    case VERB_GENESIS:
    case VERB_RECOVERED:
    case VERB_TICK:
    case VERB_IMPORT:
        break;
    }
    return FLAW_UNKNOWN_VERB;
}
