/* What is said of offers, picks and supply. */
#include "agent-shim/sentence.h"

#include <dibs/answer.h>

#include <inttypes.h>

#include "agent-shim/asked.h"
#include "agent-shim/policy_info.h"
#include "base/utf8.h"

/* ---------------------------------------------------------------- one item */

/* Which text of an item it is, and what is wrong with it. */
static void say_item_text(struct sentence *s, const struct offer_item *item)
{
    uint32_t about_max = (uint32_t)policy_info_of(POLICY_ABOUT_MAX_BYTES)->initial;
    const struct {
        const char *name;
        struct span text;
        uint32_t most;
    } texts[] = {{"about", item->about, about_max},
                 {"aka", item->aka, about_max},
                 {"category", item->category, LIMIT_CATEGORY_BYTES},
                 {"scope", item->scope, LIMIT_CATEGORY_BYTES},
                 {"ref", item->ref, LIMIT_REF_BYTES}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!utf8_is_clean(texts[i].text, true)) {
            sentence_add(s, "%s: it is not UTF-8 or has control characters", texts[i].name);
            return;
        }
        if (texts[i].text.size > texts[i].most) {
            sentence_add(s, "%s: it has %zu bytes, of at most %" PRIu32, texts[i].name, texts[i].text.size,
                         texts[i].most);
            return;
        }
    }
    sentence_add(s, "%s", words_of_flaw(FLAW_TEXT));
}

static void say_item_flaw(struct sentence *s, enum flaw flaw, uint32_t index)
{
    struct span in = {0};
    struct span key = asked_key_in(s->asked, index, &in);
    bool known = s->asked != NULL && s->asked->verb == VERB_OFFER && index < s->asked->body.offer.item_count;
    if (flaw == FLAW_TEXT && known)
        say_item_text(s, &s->asked->body.offer.items[index]);
    else
        sentence_add(s, "%s", words_of_key_flaw(flaw, key, in));
}

void words_of_offered(const struct decision *d, const struct intent *asked, uint32_t index, char out[WORDS_MAX])
{
    struct sentence s = {.text = out, .asked = asked};
    const struct offered_item *item = &d->offered[index];
    out[0] = '\0';
    if (item->answer == ANSWER_ACCEPTED)
        return;
    if (item->reason == REASON_ALREADY_DONE)
        sentence_add(&s, "it is done already; offer it with --again if it has to be done once more");
    else if (item->reason == REASON_QUOTA && item->flaw == FLAW_AFTER)
        sentence_add(&s, "as many offers as may wait for one key wait for one that it comes after");
    else if (item->reason == REASON_QUOTA)
        sentence_add(
            &s, "the store holds as many offers as it may (offers_max); withdraw some, or let an operator raise that");
    else if (item->reason == REASON_NOT_HOLDER)
        sentence_add(&s,
                     "it is not offered, or another session offered it, which alone may withdraw it (or an operator)");
    else
        say_item_flaw(&s, item->flaw, index);
}

void words_say_offered(struct sentence *s, const struct decision *d)
{
    uint32_t updated = 0, refused = 0;
    for (uint32_t i = 0; i < d->offered_count; i++) {
        refused += d->offered[i].answer != ANSWER_ACCEPTED;
        updated += d->offered[i].updated;
    }
    uint32_t taken = d->offered_count - refused;
    sentence_add(s, d->verb == VERB_OFFER ? "Offered %" PRIu32 " %s" : "Withdrawn: %" PRIu32 " %s", taken,
                 taken == 1 ? "item" : "items");
    if (updated > 0)
        sentence_add(s, ", %" PRIu32 " of them before", updated);
    if (refused > 0)
        sentence_add(s, "; %" PRIu32 " %s not", refused, refused == 1 ? "was" : "were");
    sentence_add(s, ".");
}

/* ---------------------------------------------------------------- drained */

static void say_nearest(struct sentence *s, const struct decision *d, const struct report_obstacle *o)
{
    if (o->key.size == 0) {
        if (o->by.size > 0) {
            sentence_add(s, " (");
            sentence_quote(s, o->by);
            sentence_add(s, ")");
        }
        return;
    }
    sentence_add(s, " (%s", o->count > 1 ? "first " : "");
    sentence_span(s, o->key);
    if (o->by.size > 0) {
        static const char *const links[] = {[OBSTACLE_CLAIMED] = ", by ", [OBSTACLE_BLOCKED] = ", which waits for ",
                                            [OBSTACLE_NEEDS] = ": ",      [OBSTACLE_SIMILAR] = ", like that of ",
                                            [OBSTACLE_CATEGORY] = ": ",   [OBSTACLE_BEYOND] = ": "};
        const char *link = o->kind < sizeof links / sizeof links[0] ? links[o->kind] : NULL;
        sentence_add(s, "%s", link != NULL ? link : ": ");
        sentence_quote(s, o->by);
    }
    if (o->until_ms != 0) {
        sentence_add(s, ", for ");
        sentence_duration(s, sentence_left(d, o->until_ms));
    }
    sentence_add(s, ")");
}

static const char *obstacle_words(enum obstacle kind, bool one)
{
    switch (kind) {
    case OBSTACLE_CLAIMED:
        return one ? "is claimed" : "are claimed";
    case OBSTACLE_BLOCKED:
        return one ? "is blocked by what must be done first" : "are blocked by what must be done first";
    case OBSTACLE_COOLING:
        return one ? "cools after a failure" : "cool after failures";
    case OBSTACLE_NOT_YET:
        return one ? "is for later" : "are for later";
    case OBSTACLE_NEEDS:
        return one ? "needs what you don't have" : "need what you don't have";
    case OBSTACLE_SIMILAR:
        return one ? "is like work that is taken" : "are like work that is taken";
    case OBSTACLE_CATEGORY:
        return one ? "is of another category" : "are of other categories";
    case OBSTACLE_BEYOND:
        return one ? "was not looked at" : "were not looked at";
    case OBSTACLE_NONE:
        break;
    }
    return one ? "is not to be had" : "are not to be had";
}

static bool has_obstacle(const struct decision *d, enum obstacle kind)
{
    for (uint32_t i = 0; i < d->obstacle_count; i++)
        if (d->obstacles[i].kind == kind)
            return true;
    return false;
}

static void say_what_to_do(struct sentence *s, const struct decision *d)
{
    uint64_t ready_ms = d->has_supply ? d->supply.next_ready_ms : 0;
    if (has_obstacle(d, OBSTACLE_CATEGORY))
        sentence_add(s, " Ask without --category, or for another one.");
    else if (has_obstacle(d, OBSTACLE_NEEDS))
        sentence_add(s, " If you can do it, say so with --can.");
    if (ready_ms != 0) {
        sentence_add(s, " Ask again in ");
        sentence_duration(s, sentence_left(d, ready_ms));
        sentence_add(s, ", not before.");
    } else if (d->advice == ADVICE_CREATE) {
        sentence_add(s, " Don't go on asking: make something new, or offer what you know of with `dibs offer`.");
    } else {
        sentence_add(s, has_obstacle(d, OBSTACLE_CLAIMED)   ? " What is claimed comes free when its holder ends."
                        : has_obstacle(d, OBSTACLE_BLOCKED) ? " Do what the others wait for."
                                                            : "");
        sentence_add(s, " Else offer new work, or end.");
    }
}

/* Of 10,000, as it is shown elsewhere. */
static void say_share(struct sentence *s, uint32_t share)
{
    uint32_t tenths = (share + 5) / 10;
    sentence_add(s, "%" PRIu32 ".%" PRIu32 "%%", tenths / 10, tenths % 10);
}

/* S66: an operator wants work of which none is there. */
static void say_wanted(struct sentence *s, const struct decision *d)
{
    const struct report_draw *draw = &d->draws[0];
    if (d->draw_count == 0 || !draw->own_target || draw->dispatchable != 0 || draw->boost == 0)
        return;
    sentence_add(s, " Wanted most is work of the category ");
    sentence_quote(s, draw->category);
    sentence_add(s, ": it had ");
    say_share(s, draw->share);
    sentence_add(s, " of the last picks and is to have ");
    say_share(s, draw->target);
    sentence_add(s, ".");
}

void words_say_drained(struct sentence *s, const struct decision *d)
{
    if (d->obstacle_count == 0)
        sentence_add(s, "There is nothing to pick: nothing is offered.");
    else
        sentence_add(s, "There is nothing to pick for you: ");
    for (uint32_t i = 0; i < d->obstacle_count; i++) {
        const struct report_obstacle *o = &d->obstacles[i];
        sentence_add(s, "%s%" PRIu64 " %s", i == 0 ? "" : ", ", o->count, obstacle_words(o->kind, o->count == 1));
        say_nearest(s, d, o);
    }
    if (d->obstacle_count > 0)
        sentence_add(s, ".");
    say_what_to_do(s, d);
    say_wanted(s, d);
}

/* ---------------------------------------------------------------- reports */

void words_say_supply(struct sentence *s, const struct decision *d)
{
    const struct report_supply *supply = &d->supply;
    if (!d->has_supply || supply->verdict == SUPPLY_NONE) {
        sentence_add(s, "Nothing was ever offered here: `dibs offer` registers work, `dibs next` picks from it.");
        return;
    }
    sentence_add(s, "Supply is %s: %" PRIu64 " of %" PRIu64 " can be picked",
                 dibs_supply_verdict_name((enum dibs_supply_verdict)supply->verdict), supply->dispatchable,
                 supply->offers);
    if (supply->dispatchable == 0 && supply->next_ready_ms != 0) {
        sentence_add(s, "; drained for ");
        sentence_duration(s, sentence_left(d, supply->next_ready_ms));
    }
    if (supply->verdict == SUPPLY_HEALTHY)
        sentence_add(s, ".");
    else if (supply->verdict == SUPPLY_THIN)
        sentence_add(s, "; start nobody more than that.");
    else
        sentence_add(s, "; start nobody until there is more.");
}

/* Where there is something to pick, whoever is denied has somewhere to go; what is neglected most is told first. */
void words_say_supplied(struct sentence *s, const struct decision *d)
{
    if (!d->has_supply || d->supply.dispatchable == 0 || d->reason == REASON_DRAINED)
        return;
    sentence_add(s, " `dibs next` picks from %" PRIu64 " that %s free", d->supply.dispatchable,
                 d->supply.dispatchable == 1 ? "is" : "are");
    if (d->has_steering && d->draw_count > 0 && d->draws[0].dispatchable > 0 && d->draws[0].boost > 0) {
        sentence_add(s, "; most neglected is the category ");
        sentence_quote(s, d->draws[0].category);
    }
    sentence_add(s, ".");
}
