/* A decision in words, the ones that scenarios look for. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tests/sim/names.h"
#include "tests/unit/rules/play.h"

struct words {
    char *out;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void say(struct words *words, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(words->out + words->used, words->size - words->used, format, arguments);
    va_end(arguments);
    words->used += (size_t)size < words->size - words->used ? (size_t)size : words->size - words->used - 1;
}

/* A text as one word. */
static void say_text(struct words *words, const char *name, struct span text)
{
    if (text.size == 0)
        return;
    say(words, " %s=", name);
    for (size_t i = 0; i < text.size; i++)
        say(words, "%c", text.bytes[i] == ' ' || text.bytes[i] == ';' ? '_' : text.bytes[i]);
}

static void say_number(struct words *words, const char *name, uint64_t number)
{
    if (number != 0)
        say(words, " %s=%" PRIu64, name, number);
}

#define TEXT(span) (int)(span).size, (const char *)(span).bytes

static const char *const warnings[] = {"session_in_key", "subtree_series", "ttl_clamped", "wait_clamped",
                                       "same_name",      "waits_on_self",  "similar"};

static void say_verdict(struct words *words, const struct decision *decision)
{
    say(words, "%.*s %s", TEXT(decision->session), name_of_answer(decision->answer));
    if (decision->reason != REASON_NONE)
        say(words, " %s", name_of_reason(decision->reason));
    if (decision->why != WHY_NONE)
        say(words, " why=%s", name_of_why(decision->why));
    if (decision->advice != ADVICE_NONE)
        say(words, " advice=%s", name_of_advice(decision->advice));
    if (decision->flaw != FLAW_NONE)
        say(words, " flaw=%s at=%u", name_of_flaw(decision->flaw), decision->flaw_key);
    for (uint32_t i = 0; i < 7; i++)
        if (decision->warnings & 1u << i)
            say(words, " warn=%s", warnings[i]);
    say(words, "%s%s%s", decision->verb == VERB_NEXT ? " verb=next" : "", decision->dry_run ? " dry" : "",
        decision->final ? " final" : "");
    if (decision->repeat)
        say(words, " repeat first=%" PRIu64, decision->first_offset);
    if (decision->standing != STANDING_NONE)
        say(words, " %s", decision->standing == STANDING_LIVE ? "live" : "gone");
    say_number(words, "retry", decision->retry_ms);
    if (decision->standing_why != WHY_NONE)
        say(words, " gone=%s", name_of_why(decision->standing_why));
}

static void say_holder(struct words *words, const struct decision *decision)
{
    const struct holder *holder = &decision->holder;
    say_text(words, "holder", holder->session);
    say_text(words, "on", holder->key);
    say_number(words, "token", holder->token);
    say(words, " since=%" PRIu64 " expires=%" PRIu64, holder->since_ms, holder->expires_ms);
    say_text(words, "holder_about", holder->about);
    say_text(words, "ref", holder->ref);
    say_text(words, "origin", holder->origin);
    if (holder->own_waiter.client != 0)
        say(words, " mine=%" PRIu64, holder->own_waiter.seq);
    say(words, " queue=%u", decision->queue_length);
}

static void say_items(struct words *words, const struct decision *decision)
{
    for (uint32_t i = 0; i < decision->item_count; i++) {
        const struct renewed_item *item = &decision->items[i];
        if (item->answer == ANSWER_DENIED)
            say(words, " item=%s", name_of_reason(item->reason));
        else if (item->waiter)
            say(words, " item=waiter");
        else
            say(words, " item=#%" PRIu64, item->token);
        if (item->why != WHY_NONE)
            say(words, " item_why=%s", name_of_why(item->why));
        say_text(words, "item_by", item->by);
        say_number(words, "item_until", item->expires_ms);
    }
}

static void say_rows(struct words *words, const struct decision *decision)
{
    static const char *const kinds[] = {"", "claim", "waiter", "done", "offer"};
    static const char *const stands[] = {"ready", "claimed", "blocked", "cooling", "not_yet"};
    for (uint32_t i = 0; i < decision->row_count; i++) {
        const struct report_row *row = &decision->rows[i];
        say(words, " row=%s/%.*s/%.*s#%" PRIu64, kinds[row->kind], TEXT(row->session), TEXT(row->key), row->token);
        say_number(words, "row_offset", row->offset);
        if (row->kind != ROW_OFFER)
            continue;
        say(words, " %s priority=%u", stands[row->obstacle], row->priority);
        say_text(words, "row_by", row->by);
        say_text(words, "row_needs", row->needs);
        say_number(words, "row_until", row->until_ms);
        say_number(words, "row_since", row->since_ms);
        say_number(words, "row_expires", row->expires_ms);
    }
    say_text(words, "next", decision->next.key);
    if (decision->next.done)
        say(words, " next_done");
    if (decision->next.offers)
        say(words, " next_offers");
    say_number(words, "next_token", decision->next.token);
    for (uint32_t i = 0; i < decision->policy_count; i++) {
        const struct policy_entry *entry = &decision->policy[i];
        bool is_target = entry->category.size != 0;
        say(words, " %u=%" PRIu64 "%s%.*s", entry->id, entry->value, is_target ? "@" : "", TEXT(entry->category));
    }
    for (uint32_t i = 0; i < decision->prefix_count; i++)
        say(words, " prefix.%.*s=%.*s", TEXT(decision->prefixes[i].prefix), TEXT(decision->prefixes[i].tracker));
}

/* rival=WHO/KEY#TOKEN@SCORE, then what is said of it */
static void say_rivals(struct words *words, const struct decision *decision)
{
    static const char *const how[] = {"", " like=maybe", " like=same", " like=linked"};
    say(words, "%s", how[decision->likeness]);
    for (uint32_t i = 0; i < decision->rival_count; i++) {
        const struct rival *rival = &decision->rivals[i];
        say(words, " rival=%.*s/%.*s#%" PRIu64 "@%u%s%s%s", TEXT(rival->session), TEXT(rival->key), rival->token,
            rival->score, rival->done ? " finished" : "", rival->linked ? " linked" : "", rival->own ? " own" : "");
        say_text(words, "rival_about", rival->about);
    }
    if (decision->thresholds.ask != 0)
        say(words, " deny=%u ask=%u warn=%u", decision->thresholds.deny, decision->thresholds.ask,
            decision->thresholds.warn);
}

/* offered=new, updated, or why not */
static void say_offered(struct words *words, const struct decision *decision)
{
    for (uint32_t i = 0; i < decision->offered_count; i++) {
        const struct offered_item *item = &decision->offered[i];
        say(words, " offered=%s",
            item->answer == ANSWER_DENIED ? name_of_reason(item->reason)
            : item->updated               ? "updated"
                                          : "new");
        if (item->why != WHY_NONE)
            say(words, "/%s", name_of_why(item->why));
        if (item->flaw != FLAW_NONE)
            say(words, "/%s", name_of_flaw(item->flaw));
    }
}

/* VERDICT offers=N ready=N …, all of them */
static void say_supply(struct words *words, const struct decision *decision)
{
    static const char *const verdicts[] = {"none", "healthy", "thin", "dry", "drought"};
    const struct report_supply *supply = &decision->supply;
    if (!decision->has_supply)
        return;
    say(words, " supply=%s offers=%" PRIu64 " ready=%" PRIu64 " blocked=%" PRIu64 " cooling=%" PRIu64,
        verdicts[supply->verdict], supply->offers, supply->dispatchable, supply->blocked, supply->cooling);
    say(words, " not_yet=%" PRIu64 " next_ready=%" PRIu64 " hour=%" PRIu64 "/%" PRIu64 "/%" PRIu64 "/%" PRIu64,
        supply->not_yet, supply->next_ready_ms, supply->offers_hour, supply->demands_hour, supply->grants_hour,
        supply->denials_hour);
    say(words, " dry=%" PRIu64 " runway=%" PRIu64, supply->dry_probes, supply->runway_ms);
}

/* no=KIND:COUNT/KEY/BY@UNTIL */
static void say_obstacles(struct words *words, const struct decision *decision)
{
    static const char *const kinds[] = {"none",  "claimed", "blocked",  "cooling", "not_yet",
                                        "needs", "similar", "category", "beyond"};
    for (uint32_t i = 0; i < decision->obstacle_count; i++) {
        const struct report_obstacle *obstacle = &decision->obstacles[i];
        say(words, " no=%s:%" PRIu64 "/%.*s/%.*s@%" PRIu64, kinds[obstacle->kind], obstacle->count, TEXT(obstacle->key),
            TEXT(obstacle->by), obstacle->until_ms);
    }
}

/* pick=OFFER … draw=CATEGORY:SUCCESSES/FAILURES:SHARE:READY:SELECTIONS own_target=CATEGORY:TARGET */
static void say_pick(struct words *words, const struct decision *decision)
{
    say_text(words, "category", decision->category);
    say_text(words, "ref", decision->ref);
    if (decision->has_pick) {
        say_number(words, "pick", decision->pick.offer);
        say_number(words, "penalty", decision->pick.penalty);
        say(words, "%s", decision->pick.family_saturated ? " saturated" : "");
        say_number(words, "looked", decision->pick.looked);
        say_number(words, "similar", decision->pick.similar);
    }
    if (decision->has_steering) {
        say_number(words, "selections", decision->steering.selections);
        say_number(words, "plateaus", decision->steering.plateaus);
        say(words, "%s%s", decision->steering.plateau ? " plateau_now" : "", decision->steering.soft ? " soft" : "");
    }
    for (uint32_t i = 0; i < decision->draw_count; i++) {
        const struct report_draw *draw = &decision->draws[i];
        say(words, " draw=%.*s:%u/%u:%u:%" PRIu64 ":%" PRIu64, TEXT(draw->category), draw->successes, draw->failures,
            draw->share, draw->dispatchable, draw->selections);
        if (draw->own_target)
            say(words, " own_target=%.*s:%u", TEXT(draw->category), draw->target);
    }
}

static void say_status(struct words *words, const struct report_status *status)
{
    say_number(words, "claims", status->claims);
    say_number(words, "waiters", status->waiters);
    say_number(words, "sessions", status->sessions);
    say_number(words, "rows", status->client_rows);
    say_number(words, "done", status->done);
    say_number(words, "bad", status->bad_records);
    say_number(words, "evicted", status->done_evicted);
    say_number(words, "last_token", status->last_token);
}

void play_describe(const struct decision *decision, char *out, size_t size)
{
    struct words words = {.out = out, .size = size};
    say_verdict(&words, decision);
    for (uint32_t i = 0; i < decision->key_count; i++)
        say(&words, " %.*s#%" PRIu64 " until=%" PRIu64, TEXT(decision->keys[i].key), decision->keys[i].token,
            decision->keys[i].expires_ms);
    say_number(&words, "ttl", decision->ttl_ms);
    say_number(&words, "deadline", decision->deadline_ms);
    say_number(&words, "lease", decision->waiter_lease_ms);
    say_text(&words, "about", decision->about);
    if (decision->has_holder)
        say_holder(&words, decision);
    say_text(&words, "result", decision->result);
    say_text(&words, "by", decision->by);
    say_text(&words, "words", decision->words);
    say_items(&words, decision);
    say_offered(&words, decision);
    say_supply(&words, decision);
    say_pick(&words, decision);
    say_obstacles(&words, decision);
    say_number(&words, "ended", decision->ended_count);
    say(&words, "%s", decision->more ? " more" : "");
    say_rows(&words, decision);
    say_rivals(&words, decision);
    say_status(&words, &decision->status);
    say(&words, " now=%" PRIu64 " ts=%" PRIu64, decision->now_ms, decision->ts_ms);
}
