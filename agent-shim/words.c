/* A sentence for every answer. */
#include "agent-shim/sentence.h"

#include <dibs/answer.h>

#include <inttypes.h>

static void say_held_for(struct sentence *s, const struct decision *d)
{
    if (d->key_count == 0)
        return;
    sentence_add(s, " for ");
    sentence_duration(s, sentence_left(d, d->keys[0].expires_ms));
    sentence_add(s, " (token %" PRIu64 ")", d->keys[0].token);
}

/* What the ticket got is no longer: not to be taken for a yes. */
static void say_over(struct sentence *s, const struct decision *d)
{
    bool closed = d->standing_why == WHY_CLOSED || d->standing_why == WHY_CANCELLED;
    sentence_add(s, " was granted, but that claim has ended (%s); %s.", dibs_why_name((enum dibs_why)d->standing_why),
                 closed ? "claim again for more work on it" : "stop working on it, or claim it again");
}

static void say_granted(struct sentence *s, const struct decision *d)
{
    if (d->dry_run) {
        sentence_keys(s, d);
        sentence_add(s, d->key_count > 1 ? " are free: a claim would be granted now."
                                         : " is free: a claim would be granted now.");
        return;
    }
    if (d->standing == STANDING_ENDED) {
        sentence_keys(s, d);
        say_over(s, d);
        return;
    }
    sentence_add(s, d->verb == VERB_TAKE ? "Taken over: " : "Granted: ");
    sentence_keys(s, d);
    sentence_add(s, d->key_count > 1 ? " are yours" : " is yours");
    say_held_for(s, d);
    if ((d->verb == VERB_TAKE || d->verb == VERB_NEXT) && d->about.size > 0) {
        sentence_add(s, "; it is about ");
        sentence_quote(s, d->about);
    }
    if (d->verb == VERB_NEXT && d->ref.size > 0) {
        sentence_add(s, ", see ");
        sentence_quote(s, d->ref);
    }
    sentence_add(s, "; renew before that if you need longer, and close it when you are finished.");
}

static void say_yours(struct sentence *s, const struct decision *d)
{
    if (d->standing == STANDING_ENDED) {
        sentence_keys(s, d);
        say_over(s, d);
        return;
    }
    sentence_add(s, "This session already holds ");
    sentence_keys(s, d);
    sentence_add(s, "; the lease was renewed");
    say_held_for(s, d);
    sentence_add(s, ". If you did not claim it yourself, another agent of your session did: take other work.");
}

static void say_waiting(struct sentence *s, const struct decision *d)
{
    sentence_add(s, "Waiting for ");
    if (d->verb != VERB_NEXT)
        sentence_keys(s, d);
    if (d->has_holder) {
        sentence_add(s, d->holder.token == 0 ? ", which is waited for" : ", which is held");
        sentence_holder(s, d);
    }
    if (d->verb == VERB_NEXT)
        sentence_add(s, "something to do");
    sentence_add(s, "; the wait ends in ");
    sentence_duration(s, sentence_left(d, d->deadline_ms));
    sentence_add(s, " at the latest");
    if (!sentence_own(s, d))
        sentence_add(s, "; its ticket tells what becomes of it.");
}

static void say_renewed(struct sentence *s, const struct decision *d)
{
    sentence_add(s, "Renewed ");
    sentence_asked_keys(s, "it");
    if (d->item_count > 0) {
        sentence_add(s, " for ");
        sentence_duration(s, sentence_left(d, d->items[0].expires_ms));
    }
    sentence_add(s, ".");
}

/* Which of them were waits is known while the keys are all named. */
static void say_all(struct sentence *s, const struct decision *d)
{
    uint32_t waits = d->key_count < LIMIT_ALL_KEYS && d->ended_count > d->key_count ? d->ended_count - d->key_count : 0;
    uint32_t keys = d->ended_count - waits;
    sentence_add(s, "%" PRIu32 " %s", keys,
                 keys == 1                        ? "key"
                 : d->key_count == LIMIT_ALL_KEYS ? "keys and waits"
                                                  : "keys");
    if (waits != 0)
        sentence_add(s, " and %" PRIu32 " %s", waits, waits == 1 ? "wait" : "waits");
}

static void say_closed(struct sentence *s, const struct decision *d)
{
    bool known = s->asked != NULL && s->asked->flaw == FLAW_NONE && s->asked->verb == VERB_CLOSE;
    enum close_outcome outcome = known ? s->asked->body.close.outcome : CLOSE_RELEASED;
    sentence_add(s, !known                       ? "Closed "
                    : outcome == CLOSE_DONE      ? "Done: "
                    : outcome == CLOSE_ABANDONED ? "Abandoned: "
                                                 : "Released: ");
    if (known && s->asked->body.close.all)
        say_all(s, d);
    else if (!known)
        sentence_add(s, "%" PRIu32 " %s", d->ended_count, d->ended_count == 1 ? "key" : "keys");
    else
        sentence_asked_keys(s, "the claim");
    sentence_add(s, ".");
}

static void say_accepted(struct sentence *s, const struct decision *d)
{
    if (d->verb == VERB_RENEW)
        say_renewed(s, d);
    else if (d->verb == VERB_CLOSE)
        say_closed(s, d);
    else if (d->verb == VERB_CANCEL)
        sentence_add(s, d->ended_count > 0 ? "Cancelled." : "Cancelled: that ticket can get nothing any more.");
    else if (d->verb == VERB_HANDOFF)
        sentence_add(s, s->asked != NULL && s->asked->body.handoff.withdraw
                            ? "The hand-off code is withdrawn: nobody can take the claim over by it."
                            : "Whoever presents the code takes the claim over; show it to nobody else.");
    else if (d->verb == VERB_REVOKE)
        sentence_add(s, "Revoked %" PRIu32 " %s%s.", d->ended_count,
                     d->ended_count == 1 ? "claim or wait" : "claims or waits", d->more ? "; there is more" : "");
    else if (d->verb == VERB_SAME)
        sentence_add(s, "Labelled as one piece of work, for good.");
    else if (d->verb == VERB_DIFFERENT)
        sentence_add(s, "Labelled as two pieces of work, for good.");
    else if (d->verb == VERB_OFFER || d->verb == VERB_WITHDRAW)
        words_say_offered(s, d);
    else if (d->verb == VERB_CONFIGURE)
        sentence_add(s, "Policy changed.");
    else
        sentence_add(s, d->key_count > 0 ? "That token is the live one." : "Accepted.");
}

static void say_report(struct sentence *s, const struct decision *d)
{
    bool known = s->asked != NULL && s->asked->flaw == FLAW_NONE && s->asked->verb == VERB_QUERY;
    enum query_kind kind = known ? s->asked->body.query.kind : QUERY_TICKET;
    if (kind == QUERY_SIMILAR)
        words_say_alike(s, d);
    else if (kind == QUERY_SUPPLY)
        words_say_supply(s, d);
    else if (kind == QUERY_STEER)
        sentence_add(s, "%" PRIu32 " %s.", d->draw_count, d->draw_count == 1 ? "category" : "categories");
    else if (d->policy_count > 0)
        sentence_add(s, "%" PRIu32 " settings, %" PRIu32 " %s.", d->policy_count, d->prefix_count,
                     d->prefix_count == 1 ? "prefix" : "prefixes");
    else if (d->row_count == 0)
        sentence_add(s, "Nothing to show.");
    else
        sentence_add(s, d->row_count == 1 ? "1 row." : "%" PRIu32 " rows.", d->row_count);
}

void words_of_decision(const struct decision *decision, const struct intent *asked, const struct key_prefixes *prefixes,
                       char out[WORDS_MAX])
{
    struct sentence s = {.text = out, .asked = asked, .prefixes = prefixes};
    out[0] = '\0';
    switch (decision->answer) {
    case ANSWER_NONE:
        sentence_add(&s, "Nothing is known about it yet; ask again with the ticket.");
        break;
    case ANSWER_GRANTED:
        say_granted(&s, decision);
        break;
    case ANSWER_YOURS:
        say_yours(&s, decision);
        break;
    case ANSWER_WAITING:
        say_waiting(&s, decision);
        break;
    case ANSWER_DENIED:
        words_say_denied(&s, decision);
        break;
    case ANSWER_ACCEPTED:
        say_accepted(&s, decision);
        break;
    case ANSWER_ENDED:
        sentence_add(&s, "The claim on ");
        sentence_keys(&s, decision);
        sentence_add(&s, " ended: %s.", dibs_why_name((enum dibs_why)decision->why));
        break;
    case ANSWER_REPORT:
        say_report(&s, decision);
        break;
    }
}
