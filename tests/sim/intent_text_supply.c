/* Intents about work offered and picked, as text. */
#include "tests/sim/intent_text.h"

#define NUMBER(value) ((unsigned long long)(value))

static void print_words(struct bytes *text, const char *name, const struct span *words, uint32_t count)
{
    if (count == 0)
        return;
    bytes_print(text, " %s", name);
    for (uint32_t i = 0; i < count; i++) {
        bytes_print(text, i == 0 ? "=" : ",");
        bytes_print_span(text, words[i]);
    }
}

static void print_item(struct bytes *text, const struct offer_item *item)
{
    bytes_print(text, " {");
    bytes_print_span(text, item->key);
    bytes_print(text, " category='");
    bytes_print_span(text, item->category);
    bytes_print(text, "'");
    print_words(text, "after", item->after, item->after_count);
    print_words(text, "needs", item->needs, item->need_count);
    if (item->has_priority)
        bytes_print(text, " priority=%u", item->priority);
    if (item->has_not_before)
        bytes_print(text, " not_before=%llu", NUMBER(item->not_before_ts_ms));
    if (item->has_expires)
        bytes_print(text, " expires=%llu", NUMBER(item->expires_ts_ms));
    bytes_print(text, "%s}", item->again ? " again" : "");
}

void intent_text_offer(struct bytes *text, const struct offer_intent *offer)
{
    for (uint32_t i = 0; i < offer->item_count; i++)
        print_item(text, &offer->items[i]);
    print_words(text, "in", &offer->in, offer->in.size > 0);
}

void intent_text_withdraw(struct bytes *text, const struct withdraw_intent *withdraw)
{
    print_words(text, "keys", withdraw->keys, withdraw->key_count);
    print_words(text, "in", &withdraw->in, withdraw->in.size > 0);
    bytes_print(text, " operator %02x", withdraw->operator_identity[0]);
}

void intent_text_next(struct bytes *text, const struct next_intent *next)
{
    print_words(text, "categories", next->categories, next->category_count);
    print_words(text, "can", next->can, next->can_count);
    if (next->has_ttl)
        bytes_print(text, " ttl=%llu", NUMBER(next->ttl_ms));
    if (next->has_wait)
        bytes_print(text, " wait=%llu", next->has_wait_ms ? NUMBER(next->wait_ms) : NUMBER(UINT64_MAX));
    if (next->has_waiter_lease)
        bytes_print(text, " waiter_lease=%llu", NUMBER(next->waiter_lease_ms));
    print_words(text, "scope", &next->scope, next->scope.size > 0);
    bytes_print(text, "%s", next->explain ? " explain" : "");
}
