/* What an intent was about. */
#include "agent-shim/asked.h"

/* The targets of a verb that has some, and the repository that bare references in them mean. */
static const struct target *targets_of(const struct intent *intent, uint32_t *count, struct span *in)
{
    *count = 0;
    if (intent == NULL || intent->flaw != FLAW_NONE)
        return NULL;
    if (intent->verb == VERB_RENEW) {
        *count = intent->body.renew.target_count;
        *in = intent->body.renew.in;
        return intent->body.renew.targets;
    }
    if (intent->verb == VERB_CLOSE) {
        *count = intent->body.close.target_count;
        *in = intent->body.close.in;
        return intent->body.close.targets;
    }
    if (intent->verb == VERB_HANDOFF) {
        *count = 1;
        *in = intent->body.handoff.in;
        return &intent->body.handoff.target;
    }
    if (intent->verb == VERB_REVOKE) {
        *count = 1;
        *in = intent->body.revoke.in;
        return &intent->body.revoke.target;
    }
    return NULL;
}

static bool is_of(const struct intent *intent, enum verb verb)
{
    return intent != NULL && intent->flaw == FLAW_NONE && intent->verb == verb;
}

static bool is_claim(const struct intent *intent)
{
    return is_of(intent, VERB_CLAIM);
}

static bool is_key_query(const struct intent *intent)
{
    return intent != NULL && intent->flaw == FLAW_NONE && intent->verb == VERB_QUERY &&
           (intent->body.query.kind == QUERY_KEY || intent->body.query.kind == QUERY_CHECK);
}

static bool is_label(const struct intent *intent)
{
    return intent != NULL && intent->flaw == FLAW_NONE && (intent->verb == VERB_SAME || intent->verb == VERB_DIFFERENT);
}

uint32_t asked_count(const struct intent *intent)
{
    struct span in;
    uint32_t count;
    if (is_of(intent, VERB_OFFER))
        return intent->body.offer.item_count;
    if (is_of(intent, VERB_WITHDRAW))
        return intent->body.withdraw.key_count;
    (void)targets_of(intent, &count, &in);
    if (is_label(intent))
        return 2;
    return is_claim(intent) ? intent->body.claim.key_count : is_key_query(intent) ? 1 : count;
}

struct span asked_key_in(const struct intent *intent, uint32_t index, struct span *in)
{
    uint32_t count;
    const struct target *targets = targets_of(intent, &count, in);
    if (index >= asked_count(intent))
        return (struct span){0};
    if (is_claim(intent)) {
        *in = intent->body.claim.in;
        return intent->body.claim.keys[index];
    }
    if (is_of(intent, VERB_OFFER)) {
        *in = intent->body.offer.in;
        return intent->body.offer.items[index].key;
    }
    if (is_of(intent, VERB_WITHDRAW)) {
        *in = intent->body.withdraw.in;
        return intent->body.withdraw.keys[index];
    }
    if (is_label(intent)) {
        *in = intent->body.label.in;
        return index == 0 ? intent->body.label.a : intent->body.label.b;
    }
    if (is_key_query(intent)) {
        *in = intent->body.query.in;
        return intent->body.query.key;
    }
    bool by_key = targets[index].kind == TARGET_KEY || targets[index].kind == TARGET_FENCED_KEY;
    return by_key ? targets[index].key : (struct span){0};
}

struct span asked_key(const struct intent *intent, uint32_t index)
{
    struct span in;
    return asked_key_in(intent, index, &in);
}

static _Thread_local struct {
    size_t given_size; /* 0: there is none */
    uint8_t given[LIMIT_KEY_BYTES];
    struct canonical_key key;
} last;

struct noting {
    const struct key_prefixes *prefixes;
    bool asked;
};

static bool note_and_find(void *context, struct span prefix, struct span *tracker)
{
    struct noting *noting = context;
    noting->asked = true;
    return noting->prefixes != NULL && noting->prefixes->find(noting->prefixes->context, prefix, tracker);
}

enum flaw asked_key_canonical(struct span given, struct span in, const struct key_prefixes *prefixes,
                              struct canonical_key *key)
{
    if (given.size > 0 && in.size == 0 && span_equal(given, span_of(last.given, last.given_size))) {
        key->size = last.key.size;
        memcpy(key->bytes, last.key.bytes, last.key.size);
        return FLAW_NONE;
    }
    struct noting noting = {.prefixes = prefixes};
    const struct key_prefixes asking = {.find = note_and_find, .context = &noting};
    enum flaw flaw = key_canonical(given, in, &asking, key);
    if (flaw != FLAW_NONE || noting.asked || in.size > 0)
        return flaw;
    last.given_size = given.size;
    memcpy(last.given, given.bytes, given.size);
    last.key.size = key->size;
    memcpy(last.key.bytes, key->bytes, key->size);
    return FLAW_NONE;
}

bool asked_canonical(const struct intent *intent, uint32_t index, const struct key_prefixes *prefixes,
                     struct canonical_key *key)
{
    struct span in = {0};
    struct span given = asked_key_in(intent, index, &in);
    return given.size > 0 && asked_key_canonical(given, in, prefixes, key) == FLAW_NONE;
}

uint64_t asked_token(const struct intent *intent, uint32_t index)
{
    struct span in;
    uint32_t count;
    const struct target *targets = targets_of(intent, &count, &in);
    if (is_key_query(intent) && index == 0)
        return intent->body.query.token;
    return index < count ? targets[index].token : 0;
}
