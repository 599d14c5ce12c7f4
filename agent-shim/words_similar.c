/* What is said of work that is like another's: one sentence that somebody can act on. */
#include "agent-shim/sentence.h"

#include <inttypes.h>

static void say_who(struct sentence *s, const struct decision *d, const struct rival *rival)
{
    sentence_span(s, rival->key);
    sentence_add(s, rival->done ? ", done by " : ", held by ");
    sentence_quote(s, rival->session);
    sentence_add(s, " (");
    if (rival->about.size > 0) {
        sentence_add(s, "about ");
        sentence_quote(s, rival->about);
        sentence_add(s, "; ");
    }
    if (rival->ref.size > 0) {
        sentence_add(s, "see ");
        sentence_quote(s, rival->ref);
        sentence_add(s, "; ");
    }
    sentence_duration(s, rival->done ? d->now_ms - (rival->since_ms < d->now_ms ? rival->since_ms : d->now_ms)
                                     : sentence_left(d, rival->expires_ms));
    sentence_add(s, rival->done ? " ago)" : " left)");
}

static void say_tokens(struct sentence *s, const struct decision *d)
{
    for (uint32_t i = 0; i < d->rival_count; i++)
        sentence_add(s, "%s%" PRIu64, i == 0 ? "" : ",", d->rivals[i].token);
}

/* By a label: nothing but ending the other, or its memory, helps. */
static void say_linked(struct sentence *s, const struct decision *d)
{
    bool done = d->rivals[0].done;
    sentence_add(s, "This is labelled the same work as ");
    say_who(s, d, &d->rivals[0]);
    sentence_add(s, done ? "; take other work, or claim it with --again if it has to be done once more."
                         : "; take other work.");
}

void words_say_similar(struct sentence *s, const struct decision *d)
{
    if (d->rival_count == 0) { /* a repeat of long ago, or a newer store */
        sentence_add(s, "Somebody has work much like this");
        sentence_advice(s, d);
        return;
    }
    if (d->likeness == LIKENESS_LINKED) {
        say_linked(s, d);
        return;
    }
    sentence_add(s,
                 d->likeness == LIKENESS_SAME ? "This looks like the same work as " : "This may be the same work as ");
    say_who(s, d, &d->rivals[0]);
    if (d->rival_count > 1)
        sentence_add(s, " and %" PRIu32 " more", d->rival_count - 1);
    sentence_add(s, ": if it is, take other work; if it isn't, claim again with --not-same-as ");
    say_tokens(s, d);
    sentence_add(s, ".");
}

void words_say_alike(struct sentence *s, const struct decision *d)
{
    sentence_add(s,
                 d->rival_count == 0
                     ? "Nobody's live or lately done work is like this: claim it with --about, and others will find it."
                 : d->rival_count == 1 ? "1 is like this."
                                       : "%" PRIu32 " are like this.",
                 d->rival_count);
}
