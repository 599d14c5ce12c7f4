/* Counted anew after each change, from the items alone. */
#include "tests/supply/yard.h"

#include "base/check.h"

/* The thresholds of docs/SUPPLY.md, not the core's. */
enum { HEALTHY_FROM = 8, STAYS_HEALTHY_FROM = 5, DROUGHT_FROM = 10 };

bool yard_is_ready(const struct yard *yard, uint64_t now_ms, uint32_t item)
{
    const struct item *at = &yard->items[item];

    return at->offered && at->holder == YARD_NOBODY && now_ms >= at->free_ms &&
           (at->after == 0 || yard->items[at->after - 1].done);
}

static void judge(struct yard *yard)
{
    if (yard->ready == 0)
        yard->verdict = yard->in_vain >= DROUGHT_FROM ? SUPPLY_DROUGHT : SUPPLY_DRY;
    else if (yard->ready >= HEALTHY_FROM)
        yard->verdict = SUPPLY_HEALTHY;
    else if (yard->ready < STAYS_HEALTHY_FROM || yard->verdict != SUPPLY_HEALTHY)
        yard->verdict = SUPPLY_THIN;
}

/* Each change takes one away or adds some, so that nothing in between is missed. */
static void count(struct yard *yard, uint64_t now_ms)
{
    uint32_t before = yard->ready;

    yard->ready = 0;
    for (uint32_t i = 0; i < yard->live_count; i++)
        yard->ready += yard_is_ready(yard, now_ms, yard->live[i]);
    yard->rises += before == 0 && yard->ready > 0;
    if (yard->ready < STAYS_HEALTHY_FROM)
        yard->low = true;
    if (yard->ready >= HEALTHY_FROM && yard->low) {
        yard->low = false;
        yard->fills++;
    }
    judge(yard);
}

static void rest(struct item *item, uint64_t now_ms)
{
    uint64_t rest_ms = YARD_FIRST_REST_MS, until_ms;

    for (uint32_t i = 0; i < item->rests && rest_ms < YARD_LONGEST_REST_MS; i++)
        rest_ms *= 2;
    item->rests++;
    until_ms = now_ms + (rest_ms < YARD_LONGEST_REST_MS ? rest_ms : YARD_LONGEST_REST_MS);
    item->free_ms = item->free_ms > until_ms ? item->free_ms : until_ms;
}

static void end(struct yard *yard, uint32_t item)
{
    yard->items[item].offered = false;
    for (uint32_t i = 0; i < yard->live_count; i++)
        if (yard->live[i] == item) {
            yard->live[i] = yard->live[--yard->live_count];
            return;
        }
}

uint32_t yard_offer(struct yard *yard, uint64_t now_ms, uint32_t after, uint64_t not_before_ms)
{
    uint32_t item = yard->item_count++;

    CHECK(item < YARD_ITEMS);
    yard->items[item] = (struct item){.offered = true, .after = after, .free_ms = not_before_ms};
    yard->live[yard->live_count++] = item;
    count(yard, now_ms);
    return item;
}

void yard_pass(struct yard *yard, uint64_t now_ms)
{
    for (uint32_t i = 0; i < yard->live_count; i++) {
        struct item *item = &yard->items[yard->live[i]];
        if (item->holder == YARD_NOBODY || now_ms < item->expires_ms)
            continue;
        item->holder = YARD_NOBODY;
        rest(item, item->expires_ms);
    }
    count(yard, now_ms);
}

void yard_claimed(struct yard *yard, uint64_t now_ms, uint32_t item, uint32_t holder, uint64_t expires_ms)
{
    yard->items[item].holder = holder;
    yard->items[item].expires_ms = expires_ms;
    count(yard, now_ms);
}

void yard_closed(struct yard *yard, uint64_t now_ms, uint32_t item, enum close_outcome outcome)
{
    yard->items[item].holder = YARD_NOBODY;
    if (outcome == CLOSE_DONE) {
        yard->items[item].done = true;
        end(yard, item);
    } else if (outcome == CLOSE_ABANDONED) {
        rest(&yard->items[item], now_ms);
    }
    count(yard, now_ms);
}

void yard_withdrawn(struct yard *yard, uint64_t now_ms, uint32_t item)
{
    end(yard, item);
    count(yard, now_ms);
}

void yard_granted(struct yard *yard)
{
    yard->in_vain = 0;
    judge(yard);
}

void yard_in_vain(struct yard *yard)
{
    yard->in_vain++;
    judge(yard);
}
