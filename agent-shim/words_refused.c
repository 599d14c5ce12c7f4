/* Why a request was refused: which text or key it is about, and what is wrong with that very one. */
#include "agent-shim/sentence.h"

#include <inttypes.h>

#include "agent-shim/asked.h"
#include "agent-shim/policy_info.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include "coordinator/core/key/canonical_key.h"

/* A text of an intent, by the name of its option. */
struct named_text {
    const char *name;
    struct span text;
    uint32_t most_bytes;
};

enum { TEXTS_MOST = 6 };

static uint32_t texts_of(const struct intent *intent, struct named_text out[TEXTS_MOST])
{
    const struct claim_intent *claim = &intent->body.claim;
    uint32_t about_max = (uint32_t)policy_info_of(POLICY_ABOUT_MAX_BYTES)->initial;
    if (intent->verb == VERB_CLAIM) {
        out[0] = (struct named_text){"about", claim->about, about_max};
        out[1] = (struct named_text){"aka", claim->aka, about_max};
        out[2] = (struct named_text){"category", claim->category, LIMIT_CATEGORY_BYTES};
        out[3] = (struct named_text){"ref", claim->ref, LIMIT_REF_BYTES};
        out[4] = (struct named_text){"origin", claim->origin, LIMIT_REF_BYTES};
        out[5] = (struct named_text){"scope", claim->scope, LIMIT_CATEGORY_BYTES};
        return 6;
    }
    if (intent->verb == VERB_QUERY &&
        (intent->body.query.kind == QUERY_SIMILAR || intent->body.query.kind == QUERY_POLICY)) {
        const struct query_intent *query = &intent->body.query;
        out[0] = (struct named_text){"about", query->about, about_max};
        out[1] = (struct named_text){"aka", query->aka, about_max};
        out[2] = (struct named_text){"category", query->category, LIMIT_CATEGORY_BYTES};
        out[3] = (struct named_text){"scope", query->scope, LIMIT_CATEGORY_BYTES};
        return 4;
    }
    if (intent->verb == VERB_CLOSE) {
        out[0] = (struct named_text){"result", intent->body.close.result, LIMIT_TEXT_BYTES};
        out[1] = (struct named_text){"reason", intent->body.close.reason, LIMIT_TEXT_BYTES};
        return 2;
    }
    if (intent->verb == VERB_NEXT) {
        out[0] = (struct named_text){"origin", intent->body.next.origin, LIMIT_REF_BYTES};
        out[1] = (struct named_text){"scope", intent->body.next.scope, LIMIT_CATEGORY_BYTES};
        return 2;
    }
    if (intent->verb == VERB_TAKE)
        out[0] = (struct named_text){"origin", intent->body.take.origin, LIMIT_REF_BYTES};
    else if (intent->verb == VERB_REVOKE)
        out[0] = (struct named_text){"reason", intent->body.revoke.reason, LIMIT_TEXT_BYTES};
    return intent->verb == VERB_TAKE || intent->verb == VERB_REVOKE ? 1 : 0;
}

/* What a verb was given to find its keys by. */
static struct span where_of(const struct intent *intent, const char **name)
{
    bool lists = intent->verb == VERB_QUERY && intent->body.query.kind == QUERY_LIST;
    *name = lists ? "the prefix" : "--in";
    if (intent->verb == VERB_CLAIM)
        return intent->body.claim.in;
    if (intent->verb == VERB_OFFER)
        return intent->body.offer.in;
    if (intent->verb == VERB_WITHDRAW)
        return intent->body.withdraw.in;
    if (intent->verb == VERB_SAME || intent->verb == VERB_DIFFERENT)
        return intent->body.label.in;
    if (intent->verb == VERB_RENEW)
        return intent->body.renew.in;
    if (intent->verb == VERB_CLOSE)
        return intent->body.close.in;
    if (intent->verb == VERB_HANDOFF)
        return intent->body.handoff.in;
    if (intent->verb == VERB_REVOKE)
        return intent->body.revoke.in;
    if (intent->verb == VERB_QUERY)
        return lists ? intent->body.query.prefix : intent->body.query.in;
    return (struct span){0};
}

static bool say_where(struct sentence *s, const struct intent *intent)
{
    const char *name;
    struct span text = where_of(intent, &name);
    if (text.size > LIMIT_KEY_BYTES)
        sentence_add(s, "Refused: %s: a text is over its limit: %zu bytes, at most %d.", name, text.size,
                     LIMIT_KEY_BYTES);
    else if (!utf8_is_clean(text, false))
        sentence_add(s, "Refused: %s: a text is not UTF-8 or has control characters.", name);
    else
        return false;
    return true;
}

static bool say_text(struct sentence *s)
{
    struct named_text texts[TEXTS_MOST];
    bool known = s->asked != NULL && s->asked->flaw == FLAW_NONE;
    uint32_t count = known ? texts_of(s->asked, texts) : 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!utf8_is_clean(texts[i].text, true)) {
            sentence_add(s, "Refused: --%s: a text is not UTF-8 or has control characters.", texts[i].name);
            return true;
        }
        if (texts[i].text.size > texts[i].most_bytes) {
            sentence_add(s, "Refused: --%s: a text is over its limit: %zu bytes, at most %" PRIu32 ".", texts[i].name,
                         texts[i].text.size, texts[i].most_bytes);
            return true;
        }
    }
    return known && say_where(s, s->asked);
}

/* /etc/x, ~/x, C:/x, and these behind file: */
static bool is_absolute(struct span given)
{
    static const char scheme[] = "file:";
    if (span_starts_with(given, span_from_text(scheme)))
        given = span_skip(given, strlen(scheme));
    bool rooted = given.size > 0 && (given.bytes[0] == '/' || given.bytes[0] == '\\' || given.bytes[0] == '~');
    bool drive = given.size > 2 && byte_is_letter(given.bytes[0]) && given.bytes[1] == ':' &&
                 (given.bytes[2] == '/' || given.bytes[2] == '\\');
    return rooted || drive;
}

const char *words_of_key_flaw(enum flaw flaw, struct span given, struct span in)
{
    struct canonical_key key;
    if (flaw == FLAW_KEY_NO_REPO && in.size > 0 && key_canonical(span_from_text("k:1"), in, NULL, &key) == flaw)
        return "what --in names is no repository; write it as github:OWNER/REPO or as its address";
    if (flaw == FLAW_KEY_ESCAPES && is_absolute(given))
        return "an absolute path is another one in every checkout; write it from the repository's root on";
    return words_of_flaw(flaw);
}

static void say_setting(struct sentence *s, const struct configure_intent *configure, uint32_t index)
{
    if (index < configure->entry_count)
        sentence_add(s, ": %s", policy_info_of(configure->entries[index].id)->name);
}

/* Whoever sends a prefix from here has had its form judged: what is left is that there are too many. */
static bool say_prefix(struct sentence *s, const struct configure_intent *configure, const struct decision *d)
{
    uint32_t index = d->flaw_key - configure->entry_count;
    if (d->flaw != FLAW_POLICY_VALUE || d->flaw_key < configure->entry_count || index >= configure->prefix_count)
        return false;
    sentence_add(s, "Refused: prefix.");
    sentence_span(s, configure->prefixes[index].prefix);
    sentence_add(s,
                 ": the store has %d prefixes already, the most there may be; take one out first (`dibs configure` "
                 "lists them, prefix.NAME= takes one out). Nothing was changed.",
                 LIMIT_PREFIXES);
    return true;
}

/* Which of the limits it was, of a claim whose keys are at hand. */
static bool say_too_many(struct sentence *s)
{
    bool is_claim = s->asked != NULL && s->asked->flaw == FLAW_NONE && s->asked->verb == VERB_CLAIM;
    const struct claim_intent *claim = is_claim ? &s->asked->body.claim : NULL;
    uint32_t most = !is_claim ? 0 : claim->any ? LIMIT_ANY_KEYS : LIMIT_ALL_KEYS;
    if (is_claim && claim->has_wait && claim->key_count <= most)
        most = LIMIT_WAIT_KEYS;
    if (!is_claim || claim->key_count <= most)
        return false;
    sentence_add(s, "Refused: too many keys: %" PRIu32 " were given, and a claim%s has at most %" PRIu32 ".",
                 claim->key_count,
                 most == LIMIT_WAIT_KEYS  ? " that waits"
                 : most == LIMIT_ANY_KEYS ? " of any of them"
                                          : "",
                 most);
    return true;
}

/* What the flaw is about: the key or setting as it was given. */
void words_say_refused(struct sentence *s, const struct decision *d)
{
    bool of_key_form = d->flaw >= FLAW_KEY_EMPTY && d->flaw <= FLAW_KEY_FORM;
    bool of_key = of_key_form || d->flaw == FLAW_PARTIAL || d->flaw == FLAW_MODE || d->flaw == FLAW_AMBIGUOUS ||
                  d->flaw == FLAW_SUBTREE_DONE;
    bool of_setting = d->flaw == FLAW_POLICY_NAME || d->flaw == FLAW_POLICY_VALUE || d->flaw == FLAW_SCOPE ||
                      d->flaw == FLAW_CATEGORY;
    struct span in = {0};
    if ((d->flaw == FLAW_TEXT && say_text(s)) || (d->flaw == FLAW_TOO_MANY_KEYS && say_too_many(s)))
        return;
    sentence_add(s, "Refused");
    if (of_key && d->flaw_key < asked_count(s->asked)) {
        sentence_add(s, ": ");
        sentence_quote(s, asked_key_in(s->asked, d->flaw_key, &in));
    } else if (of_setting && s->asked != NULL && s->asked->verb == VERB_CONFIGURE) {
        if (say_prefix(s, &s->asked->body.configure, d))
            return;
        say_setting(s, &s->asked->body.configure, d->flaw_key);
    }
    sentence_add(s, ": %s.",
                 of_key_form ? words_of_key_flaw(d->flaw, asked_key(s->asked, d->flaw_key), in)
                             : words_of_flaw(d->flaw));
}
