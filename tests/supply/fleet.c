/* Who asks mostly asks `next`; some claim what they have heard of: work that is free, held, resting or done. */
#include "tests/supply/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

enum { SECOND_MS = 1000, MINUTE_MS = 60000, LEASE_MS = 3600000 };

static const char *const categories[] = {"code", "docs", "tests"};

void fleet_begin(struct fleet *fleet, struct teller *teller, struct random *dice)
{
    memset(fleet, 0, sizeof *fleet);
    fleet->teller = teller;
    fleet->yard = teller->yard;
    fleet->dice = dice;
    fleet->feed_ms = fleet->withdraw_ms = UINT64_MAX;
    for (uint32_t i = 0; i < FLEET_ALL; i++) {
        struct session *session = &fleet->sessions[i];
        if (i < FLEET_SESSIONS)
            (void)snprintf(session->name, sizeof session->name, "s%u", i + 1);
        else
            (void)snprintf(session->name, sizeof session->name, "%s", i == FLEET_WATCH ? "watch" : "feeder");
        hash_blake2b_256(span_from_text(session->name), session->identity);
        session->at_ms = random_between(dice, SECOND_MS, 10 * MINUTE_MS);
    }
}

static struct intent *intent_of(struct fleet *fleet, uint32_t session, enum verb verb)
{
    struct session *from = &fleet->sessions[session];

    memset(&fleet->intent, 0, sizeof fleet->intent);
    fleet->intent.has_head = true;
    fleet->intent.verb = verb;
    fleet->intent.head.id = (struct intent_id){session + 1, ++from->seq};
    fleet->intent.head.session = span_from_text(from->name);
    memcpy(fleet->intent.head.identity, from->identity, sizeof from->identity);
    return &fleet->intent;
}

static void item_key(char key[32], uint32_t item)
{
    (void)snprintf(key, 32, "x:item-%u", item);
}

static void sleep_between(struct fleet *fleet, struct session *session, uint64_t least_min, uint64_t most_min)
{
    session->at_ms = fleet->teller->now_ms + random_between(fleet->dice, least_min * MINUTE_MS, most_min * MINUTE_MS);
}

/* ---------------------------------------------------------------- asking */

static bool gives_back(const struct fleet *fleet)
{
    enum phase_kind kind = plan_phase(fleet->teller->plan)->kind;

    return kind != PHASE_DROUGHT && kind != PHASE_THIN; /* these are to stay what they are planted as */
}

static void granted(struct fleet *fleet, uint32_t number, const char *key)
{
    struct session *session = &fleet->sessions[number];
    struct teller *teller = fleet->teller;
    bool dry = fleet->yard->ready == 0;

    sleep_between(fleet, session, 15, 50);
    if (strncmp(key, "x:item-", 7) == 0) {
        session->item = (uint32_t)strtoul(key + 7, NULL, 10);
        session->state = gives_back(fleet) && random_chance(fleet->dice, 10) ? SESSION_DEAD : SESSION_WORKS;
        if (session->item >= fleet->yard->item_count || fleet->yard->items[session->item].holder != YARD_NOBODY)
            teller_fail(teller, "granted %s, which is none or somebody's", key);
        else
            yard_claimed(fleet->yard, teller->now_ms, session->item, number + 1, teller->now_ms + LEASE_MS);
    } else {
        session->state = SESSION_WORKS_ASIDE;
        (void)snprintf(session->key, sizeof session->key, "%s", key);
    }
    plan_phase(teller->plan)->lone_grants += dry;
    teller->ended_by_grant += dry && fleet->yard->verdict == SUPPLY_DROUGHT;
    yard_granted(fleet->yard);
    if (session->state == SESSION_DEAD)
        session->at_ms = teller->now_ms + LEASE_MS + MINUTE_MS;
}

static void ask(struct fleet *fleet, uint32_t number, const char *what, bool counts)
{
    struct teller *teller = fleet->teller;
    struct told told;

    if (!teller_tell(teller, &fleet->intent, what, &told))
        return;
    bool vain = told.answer == ANSWER_DENIED &&
                (told.reason == REASON_HELD || told.reason == REASON_ALREADY_DONE || told.reason == REASON_DRAINED);
    sleep_between(fleet, &fleet->sessions[number], 5, 20);
    if (!vain && told.answer != ANSWER_GRANTED)
        teller_fail(teller, "answer %d, reason %d, which nothing here asks for", told.answer, told.reason);
    else if (counts && told.answer == ANSWER_GRANTED)
        granted(fleet, number, told.key);
    else if (counts && (told.reason == REASON_DRAINED || fleet->yard->ready == 0))
        yard_in_vain(fleet->yard);
    if (vain != told.has_supply && counts)
        teller_fail(teller, "a denial without its supply");
    if (told.has_supply)
        teller_probe(teller, &told);
    if (!teller->failed && counts && random_chance(fleet->dice, 20) &&
        teller_tell(teller, &fleet->intent, "a repeat", &told) && !told.repeat)
        teller_fail(teller, "a repeat is taken for a new one");
}

static void ask_next(struct fleet *fleet, uint32_t number, bool one_category)
{
    struct next_intent *next = &intent_of(fleet, number, VERB_NEXT)->body.next;

    next->has_ttl = true;
    next->ttl_ms = LEASE_MS;
    if (one_category)
        next->categories[next->category_count++] = span_from_text(categories[random_below(fleet->dice, 3)]);
    if (number % 10 == 0)
        next->can[next->can_count++] = span_from_text("gpu");
    ask(fleet, number, "next", true);
}

static void ask_claim(struct fleet *fleet, uint32_t number, const char *key, bool dry_run)
{
    struct claim_intent *claim = &intent_of(fleet, number, VERB_CLAIM)->body.claim;

    claim->keys[claim->key_count++] = span_from_text(key);
    claim->has_ttl = true;
    claim->ttl_ms = LEASE_MS;
    claim->dry_run = dry_run;
    ask(fleet, number, dry_run ? "a dry run" : "claim", !dry_run);
}

static void ask_something(struct fleet *fleet, uint32_t number)
{
    const struct yard *yard = fleet->yard;
    uint64_t roll = random_below(fleet->dice, 1000);
    char key[32];

    if (roll < 3 || yard->item_count == 0) {
        (void)snprintf(key, sizeof key, "x:side-%u", fleet->side_keys++);
        ask_claim(fleet, number, key, false);
    } else if (roll < 870 || yard->live_count == 0) {
        ask_next(fleet, number, roll < 60);
    } else if (roll < 970) {
        item_key(key, yard->live[random_below(fleet->dice, yard->live_count)]);
        ask_claim(fleet, number, key, roll < 890);
    } else {
        item_key(key, (uint32_t)random_below(fleet->dice, yard->item_count));
        ask_claim(fleet, number, key, true); /* most are done */
    }
}

/* ---------------------------------------------------------------- closing */

static void close_it(struct fleet *fleet, uint32_t number)
{
    struct session *session = &fleet->sessions[number];
    struct close_intent *close = &intent_of(fleet, number, VERB_CLOSE)->body.close;
    uint64_t roll = random_below(fleet->dice, 100);
    struct told told;
    char key[32];

    item_key(key, session->item);
    close->outcome = !gives_back(fleet) || roll < 96 ? CLOSE_DONE : roll < 98 ? CLOSE_ABANDONED : CLOSE_RELEASED;
    if (session->state == SESSION_WORKS_ASIDE)
        close->outcome = CLOSE_RELEASED;
    close->targets[close->target_count++] = (struct target){
        .kind = TARGET_KEY, .key = span_from_text(session->state == SESSION_WORKS_ASIDE ? session->key : key)};
    if (!teller_tell(fleet->teller, &fleet->intent, "close", &told))
        return;
    if (told.answer != ANSWER_ACCEPTED)
        teller_fail(fleet->teller, "a close of one's own is refused");
    else if (session->state == SESSION_WORKS)
        yard_closed(fleet->yard, fleet->teller->now_ms, session->item, close->outcome);
    session->state = SESSION_IDLE;
    session->at_ms = fleet->teller->now_ms + random_between(fleet->dice, 1, 2 * MINUTE_MS);
}

void fleet_act(struct fleet *fleet, uint32_t session)
{
    enum session_state state = fleet->sessions[session].state;

    if (state == SESSION_IDLE)
        ask_something(fleet, session);
    else if (state == SESSION_DEAD) /* its lease ended a minute ago */
        fleet->sessions[session].state = SESSION_IDLE;
    else
        close_it(fleet, session);
}

void fleet_watch(struct fleet *fleet)
{
    struct told told;

    intent_of(fleet, FLEET_WATCH, VERB_QUERY)->body.query.kind = QUERY_SUPPLY;
    if (teller_tell(fleet->teller, &fleet->intent, "query supply", &told)) {
        if (told.has_supply)
            teller_probe(fleet->teller, &told);
        else
            teller_fail(fleet->teller, "a query of supply without supply");
    }
}

/* ---------------------------------------------------------------- offering */

/* In waves some come after another one, some not before a time, some need what few have. */
static void one_item(struct fleet *fleet, struct offer_item *item, char keys[2][32], bool mixed)
{
    uint64_t now_ms = fleet->teller->now_ms, not_before_ms = 0, roll = random_below(fleet->dice, 100);
    struct yard *yard = fleet->yard;
    uint32_t after = 0;

    if (mixed && roll < 3 && yard->live_count > 0)
        after = yard->live[random_below(fleet->dice, yard->live_count)] + 1;
    else if (mixed && roll < 6)
        not_before_ms = now_ms + random_between(fleet->dice, MINUTE_MS, 20 * MINUTE_MS);
    else if (mixed && roll < 9)
        item->needs[item->need_count++] = span_from_text("gpu");
    item_key(keys[0], yard_offer(yard, now_ms, after, not_before_ms));
    item->key = span_from_text(keys[0]);
    item->category = span_from_text(categories[random_below(fleet->dice, 3)]);
    if (after != 0) {
        item_key(keys[1], after - 1);
        item->after[item->after_count++] = span_from_text(keys[1]);
    }
    item->has_not_before = not_before_ms != 0;
    item->not_before_ts_ms = not_before_ms;
}

static void offer(struct fleet *fleet, uint32_t count, bool mixed)
{
    char keys[LIMIT_OFFER_ITEMS][2][32];
    struct offer_intent *offer = &intent_of(fleet, FLEET_FEEDER, VERB_OFFER)->body.offer;
    struct told told;

    yard_pass(fleet->yard, fleet->teller->now_ms);
    offer->item_count = count < LIMIT_OFFER_ITEMS ? count : LIMIT_OFFER_ITEMS;
    for (uint32_t i = 0; i < offer->item_count; i++)
        one_item(fleet, &offer->items[i], keys[i], mixed);
    if (teller_tell(fleet->teller, &fleet->intent, "offer", &told) && told.refused_items > 0)
        teller_fail(fleet->teller, "%u of %u items refused", told.refused_items, offer->item_count);
}

void fleet_feed(struct fleet *fleet)
{
    enum phase_kind kind = plan_phase(fleet->teller->plan)->kind;
    uint32_t least, most;

    plan_feed(kind, &least, &most);
    if (most == 0 || fleet->yard->ready > least)
        return;
    while (fleet->yard->ready < most && !fleet->teller->failed)
        offer(fleet, most - fleet->yard->ready, kind == PHASE_WAVES);
}

void fleet_feed_few(struct fleet *fleet)
{
    offer(fleet, (uint32_t)random_between(fleet->dice, 1, 3), false);
    fleet->feed_ms = fleet->teller->now_ms + random_between(fleet->dice, 5 * SECOND_MS, 8 * MINUTE_MS);
    fleet->withdraw_item = fleet->yard->item_count - 1;
    fleet->withdraw_ms = random_chance(fleet->dice, 300)
                             ? fleet->teller->now_ms + random_between(fleet->dice, SECOND_MS, 5 * SECOND_MS)
                             : UINT64_MAX;
}

void fleet_withdraw(struct fleet *fleet)
{
    struct withdraw_intent *withdraw = &intent_of(fleet, FLEET_FEEDER, VERB_WITHDRAW)->body.withdraw;
    struct told told;
    char key[32];

    fleet->withdraw_ms = UINT64_MAX;
    if (!yard_is_ready(fleet->yard, fleet->teller->now_ms, fleet->withdraw_item))
        return;
    item_key(key, fleet->withdraw_item);
    withdraw->keys[withdraw->key_count++] = span_from_text(key);
    if (!teller_tell(fleet->teller, &fleet->intent, "withdraw", &told))
        return;
    if (told.refused_items > 0)
        teller_fail(fleet->teller, "a withdrawal is refused");
    else
        yard_withdrawn(fleet->yard, fleet->teller->now_ms, fleet->withdraw_item);
}
