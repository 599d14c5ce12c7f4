/* dibs_offer, dibs_withdraw, dibs_get_supply, dibs_get_steering. */
#include "agent-shim/client.h"

#include "agent-shim/cursor.h"
#include "agent-shim/note.h"

_Static_assert((int)DIBS_OFFER_ITEMS == (int)LIMIT_OFFER_ITEMS && (int)DIBS_OFFER_AFTER == (int)LIMIT_OFFER_AFTER &&
                   (int)DIBS_NEEDS == (int)LIMIT_NEEDS && (int)DIBS_WITHDRAW_KEYS == (int)LIMIT_WITHDRAW_KEYS &&
                   (int)DIBS_NEXT_CATEGORIES == (int)LIMIT_NEXT_CATEGORIES,
               "the public limits are the wire's");

static enum dibs_error fill_item(const struct dibs_offer_item *from, struct offer_item *to)
{
    if (from->after_count > LIMIT_OFFER_AFTER)
        return error_say(note(), DIBS_BAD_INPUT, "%s comes after %zu keys; at most %d",
                         from->key != NULL ? from->key : "an item", from->after_count, LIMIT_OFFER_AFTER);
    if (from->need_count > LIMIT_NEEDS)
        return error_say(note(), DIBS_BAD_INPUT, "%s needs %zu capabilities; at most %d",
                         from->key != NULL ? from->key : "an item", from->need_count, LIMIT_NEEDS);
    if ((from->after_count > 0 && from->after == NULL) || (from->need_count > 0 && from->needs == NULL))
        return note_need(NULL, from->needs == NULL && from->need_count > 0 ? "needs" : "after");
    *to = (struct offer_item){.key = span_from_text(from->key),
                              .about = span_from_text(from->about),
                              .aka = span_from_text(from->aka),
                              .category = span_from_text(from->category),
                              .scope = span_from_text(from->scope),
                              .ref = span_from_text(from->ref),
                              .after_count = (uint32_t)from->after_count,
                              .need_count = (uint32_t)from->need_count,
                              .has_priority = from->has_priority,
                              .priority = from->priority,
                              .has_not_before = from->not_before_ts_ms > 0,
                              .has_expires = from->expires_ts_ms > 0,
                              .not_before_ts_ms = (uint64_t)from->not_before_ts_ms,
                              .expires_ts_ms = (uint64_t)from->expires_ts_ms,
                              .again = from->again};
    for (size_t i = 0; i < from->after_count; i++)
        to->after[i] = span_from_text(from->after[i]);
    for (size_t i = 0; i < from->need_count; i++)
        to->needs[i] = span_from_text(from->needs[i]);
    return DIBS_OK;
}

static enum dibs_error fill_offer(const struct dibs_offer_options *options, struct offer_intent *offer)
{
    if (options->item_count == 0 || options->item_count > LIMIT_OFFER_ITEMS)
        return error_say(note(), DIBS_BAD_INPUT, "%zu items were given to offer; it is 1 to %d at once",
                         options->item_count, LIMIT_OFFER_ITEMS);
    enum dibs_error error = note_need(options->items, "items");
    for (size_t i = 0; error == DIBS_OK && i < options->item_count; i++)
        error = fill_item(&options->items[i], &offer->items[i]);
    offer->item_count = (uint32_t)options->item_count;
    offer->in = span_from_text(options->in);
    return error;
}

enum dibs_error dibs_offer(dibs_client *client, const struct dibs_offer_options *options, struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_OFFER, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    if (error == DIBS_OK)
        error = fill_offer(options, &call.intent.body.offer);
    if (error == DIBS_OK)
        error = call_submit(&call);
    call_end(&call);
    return error;
}

static enum dibs_error fill_withdraw(const dibs_client *client, const struct dibs_withdraw_options *options,
                                     struct withdraw_intent *withdraw)
{
    if (options->key_count == 0 || options->key_count > LIMIT_WITHDRAW_KEYS)
        return error_say(note(), DIBS_BAD_INPUT, "%zu keys were given to withdraw; it is 1 to %d at once",
                         options->key_count, LIMIT_WITHDRAW_KEYS);
    enum dibs_error error = note_need(options->keys, "keys");
    for (size_t i = 0; error == DIBS_OK && i < options->key_count; i++)
        withdraw->keys[i] = span_from_text(options->keys[i]);
    withdraw->key_count = (uint32_t)options->key_count;
    withdraw->in = span_from_text(options->in);
    if (error != DIBS_OK || !options->as_operator)
        return error;
    return client_operator(client, client_identity_form(client), withdraw->operator_identity);
}

enum dibs_error dibs_withdraw(dibs_client *client, const struct dibs_withdraw_options *options,
                              struct dibs_answer **out)
{
    struct call call;
    enum dibs_error error = call_begin(&call, client, NULL, VERB_WITHDRAW, out);
    if (error != DIBS_OK)
        return error;
    error = note_need(options, "options");
    if (error == DIBS_OK)
        error = fill_withdraw(client, options, &call.intent.body.withdraw);
    if (error == DIBS_OK)
        error = call_submit(&call);
    call_end(&call);
    return error;
}

enum dibs_error dibs_get_supply(dibs_client *client, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_SUPPLY};
    return call_question(client, &query, "supply", false, out);
}

enum dibs_error dibs_get_steering(dibs_client *client, const char *after, struct dibs_answer **out)
{
    struct query_intent query = {.kind = QUERY_STEER};
    enum dibs_error error = note_need(out, "out");
    if (error != DIBS_OK)
        return error;
    *out = NULL;
    error = cursor_parse(after, &query.after, note());
    return error == DIBS_OK ? call_question(client, &query, "steer", false, out) : error;
}

enum dibs_error dibs_get_category_policy(dibs_client *client, const char *category, struct dibs_answer **out)
{
    const struct query_intent query = {.kind = QUERY_POLICY, .category = span_from_text(category)};
    return call_question(client, &query, "configure", false, out);
}
