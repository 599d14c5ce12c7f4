/* A sentence for every denial. */
#include "agent-shim/sentence.h"

#include <inttypes.h>

#include "agent-shim/asked.h"

/* Of several candidates none was free; what follows is about the first of those that are held. */
static void say_none_is_free(struct sentence *s)
{
    bool any = s->asked != NULL && s->asked->flaw == FLAW_NONE && s->asked->verb == VERB_CLAIM &&
               s->asked->body.claim.any && s->asked->body.claim.key_count > 1;
    if (any)
        sentence_add(s, "None of the %" PRIu32 " is free: ", s->asked->body.claim.key_count);
}

static void say_blocked(struct sentence *s, const struct decision *d)
{
    say_none_is_free(s);
    if (d->has_holder)
        sentence_span(s, d->holder.key);
    else
        sentence_add(s, "The key");
    sentence_add(s, d->reason == REASON_HELD     ? " is held"
                    : d->reason == REASON_QUEUED ? " is waited for"
                                                 : " is done already");
    if (d->has_holder && d->reason == REASON_ALREADY_DONE) {
        sentence_add(s, " by ");
        sentence_quote(s, d->holder.session);
        if (d->result.size > 0) {
            sentence_add(s, " with the result ");
            sentence_quote(s, d->result);
        }
    } else if (d->has_holder) {
        sentence_holder(s, d);
    }
    sentence_advice(s, d);
    words_say_supplied(s, d);
}

/* What is told again of an earlier denial has no time any more. */
static void say_rate(struct sentence *s, const struct decision *d, const char *setting, const char *initial)
{
    if (d->retry_ms == 0) {
        sentence_add(
            s,
            "This session has asked too often. It may again every 60s divided by %s (%s unless configured); wait "
            "that long, then ask the same.",
            setting, initial);
        return;
    }
    sentence_add(s, "This session has asked too often (%s); wait ", setting);
    sentence_duration(s, d->retry_ms < 1000 ? d->retry_ms : (d->retry_ms + 999) / 1000 * 1000); /* never too early */
    sentence_add(s, ", then ask the same.");
}

static void say_quota(struct sentence *s, const struct decision *d)
{
    bool asks = d->verb == VERB_QUERY;
    if (d->why == WHY_RATE)
        say_rate(s, d, asks ? "queries_per_minute" : "claims_per_minute", asks ? "500ms" : "1s");
    else if (d->why == WHY_CLAIMS)
        sentence_add(s,
                     "This session holds as many claims as it may (claims_per_session); close some, then ask again.");
    else if (d->why == WHY_WAITERS)
        sentence_add(s, "This session waits for as many claims as it may (waiters_per_session); cancel some, or ask "
                        "again when one has ended.");
    else if (d->why == WHY_SCOPES)
        sentence_add(s, "The store has as many scopes as there may be (%d); use one of them.", LIMIT_SCOPES);
    else
        sentence_add(s, "The store holds as much as it may; ask again when claims have ended.");
}

/* Which of the targets the denial is about: of a renew the first that was denied. */
static uint32_t denied_target(const struct decision *d)
{
    for (uint32_t i = 0; i < d->item_count; i++)
        if (d->items[i].answer != ANSWER_ACCEPTED)
            return i;
    return d->flaw_key;
}

static void say_target(struct sentence *s, const struct decision *d)
{
    struct canonical_key key;
    uint32_t index = denied_target(d);
    bool has_key = asked_canonical(s->asked, index, s->prefixes, &key);
    uint64_t token = asked_token(s->asked, index);
    if (d->reason == REASON_STALE_TOKEN && token != 0)
        sentence_add(s, "Token %" PRIu64 " is not the live one", token);
    else if (d->reason == REASON_STALE_TOKEN)
        sentence_add(s, "That token is not the live one");
    else
        sentence_add(s, "This session does not hold ");
    if (d->reason == REASON_STALE_TOKEN && has_key)
        sentence_add(s, " for ");
    if (has_key)
        sentence_span(s, span_of(key.bytes, key.size));
    else if (d->reason != REASON_STALE_TOKEN && token != 0)
        sentence_add(s, "the claim with token %" PRIu64, token);
    else if (d->reason != REASON_STALE_TOKEN)
        sentence_add(s, "it");
}

static void say_not_yours(struct sentence *s, const struct decision *d)
{
    say_target(s, d);
    if (d->why == WHY_EXPIRED)
        sentence_add(s, ": the lease ran out");
    else if (d->why == WHY_REVOKED)
        sentence_add(s, ": an operator revoked it");
    else if (d->why == WHY_TAKEN)
        sentence_add(s, ": it was taken over with its hand-off code");
    else if (d->why == WHY_CLOSED)
        sentence_add(s, ": it was closed");
    else if (d->why == WHY_CANCELLED)
        sentence_add(s, ": it was given back");
    if (d->by.size > 0) {
        sentence_add(s, " by ");
        sentence_quote(s, d->by);
    }
    if (d->words.size > 0) {
        sentence_add(s, " (");
        sentence_quote(s, d->words);
        sentence_add(s, ")");
    }
    bool nothing_to_end = d->verb == VERB_CLOSE && (d->why == WHY_NONE || d->why == WHY_CLOSED);
    bool may_be_done = d->verb == VERB_QUERY && d->why == WHY_NONE;
    sentence_add(s, may_be_done            ? "; stop working on it."
                    : !nothing_to_end      ? "; stop working on it, or claim it again."
                    : d->why == WHY_CLOSED ? " already; there is nothing left to end."
                                           : ": closed already, or never this session's; stop working on it.");
    if (d->verb == VERB_CLOSE && asked_count(s->asked) > 1)
        sentence_add(s, " Nothing was changed: several are ended together or not at all.");
}

static void say_cancelled(struct sentence *s, const struct decision *d)
{
    sentence_add(s, d->why == WHY_REVOKED ? "An operator ended this wait: " : "This claim was cancelled.");
    if (d->why == WHY_REVOKED)
        sentence_quote(s, d->words);
}

static void say_sealed(struct sentence *s, const struct decision *d)
{
    sentence_add(s, "This store is sealed; claims go to ");
    sentence_quote(s, d->words);
    sentence_add(s, " now.");
}

static void say_deadline(struct sentence *s, const struct decision *d)
{
    sentence_add(s, d->why == WHY_LEASE ? "The wait ended: nobody renewed it" : "The wait ended without a grant");
    if (!d->has_holder && d->rival_count == 0) { /* it was for whatever comes, as a `next` waits */
        sentence_add(s, "; nothing came: ask again later, offer new work (`dibs offer`), or end.");
        return;
    }
    if (d->has_holder) {
        sentence_add(s, "; ");
        sentence_span(s, d->holder.key);
        sentence_add(s, d->holder.token != 0 ? " is held" : " is waited for");
        sentence_holder(s, d);
    }
    sentence_advice(s, d);
}

void words_say_denied(struct sentence *s, const struct decision *d)
{
    switch (d->reason) {
    case REASON_HELD:
    case REASON_QUEUED:
    case REASON_ALREADY_DONE:
        say_blocked(s, d);
        return;
    case REASON_SIMILAR:
        words_say_similar(s, d);
        words_say_supplied(s, d);
        return;
    case REASON_DRAINED:
        words_say_drained(s, d);
        return;
    case REASON_QUOTA:
        say_quota(s, d);
        return;
    case REASON_STALE_TOKEN:
    case REASON_NOT_HOLDER:
        if (d->verb == VERB_TAKE)
            sentence_add(s, "No live claim has that hand-off code; ask its holder for a new one.");
        else if (d->verb == VERB_CANCEL)
            sentence_add(s,
                         "There is nothing to cancel: that ticket does not wait, and what it was granted has ended, or "
                         "has been told to another claim of this session since: end that by its key or token.");
        else if (d->verb == VERB_REVOKE)
            sentence_add(s, "There is nothing to revoke: nobody holds or waits for that.");
        else
            say_not_yours(s, d);
        return;
    case REASON_DEADLINE:
        say_deadline(s, d);
        return;
    case REASON_QUEUE_FULL:
        sentence_add(s, "Too many wait for ");
        if (d->has_holder && asked_count(s->asked) == 1)
            sentence_span(s, d->holder.key);
        else
            sentence_asked_keys(s, "it");
        sentence_add(s, " already");
        sentence_advice(s, d);
        return;
    case REASON_BAD_REQUEST:
    case REASON_UNSUPPORTED:
        words_say_refused(s, d);
        return;
    case REASON_FORBIDDEN:
        sentence_add(s, "Only the store's operator may do that; give the operator's key.");
        return;
    case REASON_CANCELLED:
        say_cancelled(s, d);
        return;
    case REASON_FORGOTTEN:
        sentence_add(s, "The store no longer knows that ticket; look at the key instead.");
        return;
    case REASON_SEALED:
        say_sealed(s, d);
        return;
    case REASON_NONE:
        break;
    }
    sentence_add(s, "Denied");
    sentence_advice(s, d);
}
