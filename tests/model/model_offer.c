/* offer and withdraw: what may be picked, who says so, and in which order an item is judged. */
#include <string.h>

#include "base/check.h"
#include "tests/model/model_state.h"

struct offer *offer_with_key(const struct model *model, struct span key)
{
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        struct offer *offer = model->supply.offers.items[i];
        if (span_equal(offer->key, key))
            return offer;
    }
    return NULL;
}

void offers_free(struct model *model)
{
    list_clear(&model->supply.offers);
    list_clear(&model->supply.categories);
    list_clear(&model->supply.selections);
    list_clear(&model->supply.happened);
}

/* ---------------------------------------------------------------- form */

/* Only what is wrong with the record; what is wrong with an item is that item's answer. */
enum flaw form_offer(const struct offer_intent *intent)
{
    if (!form_line(intent->in))
        return FLAW_TEXT;
    return intent->item_count == 0 || intent->item_count > LIMIT_OFFER_ITEMS ? FLAW_ITEMS : FLAW_NONE;
}

enum flaw form_withdraw(const struct withdraw_intent *intent)
{
    if (!form_line(intent->in))
        return FLAW_TEXT;
    if (intent->key_count == 0)
        return FLAW_NO_KEYS;
    return intent->key_count > LIMIT_WITHDRAW_KEYS ? FLAW_TOO_MANY_KEYS : FLAW_NONE;
}

bool form_need(struct span word)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (word.size < 1 || word.size > LIMIT_NEED_BYTES)
        return false;
    for (size_t i = 0; i < word.size; i++)
        if (word.bytes[i] == '\0' || strchr(allowed, word.bytes[i]) == NULL)
            return false;
    return true;
}

struct span lower_cased(struct model *model, struct span word)
{
    uint8_t bytes[LIMIT_NEED_BYTES];
    for (size_t i = 0; i < word.size; i++)
        bytes[i] = word.bytes[i] >= 'A' && word.bytes[i] <= 'Z' ? word.bytes[i] + 32 : word.bytes[i];
    return text_scratch(model, span_of(bytes, word.size));
}

static bool form_item_texts(const struct model *model, const struct offer_item *item)
{
    uint64_t about_most = model->policy[POLICY_ABOUT_MAX_BYTES];
    return form_text(item->about, about_most) && form_text(item->aka, about_most) &&
           form_text(item->category, LIMIT_CATEGORY_BYTES) && form_text(item->scope, LIMIT_CATEGORY_BYTES) &&
           form_text(item->ref, LIMIT_REF_BYTES);
}

static bool is_among(struct span text, const struct span *list, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (span_equal(list[i], text))
            return true;
    return false;
}

/* Reads an item: its key, what it comes after and what it needs; the first flaw, or none. */
static enum flaw read_item(struct model *model, const struct offer_item *item, struct span in, struct offer *offer)
{
    enum flaw flaw = canonical(model, item->key, in, &offer->key);
    if (flaw != FLAW_NONE)
        return flaw;
    if (is_subtree(offer->key))
        return FLAW_SUBTREE_OFFERED;
    if (!form_item_texts(model, item))
        return FLAW_TEXT;
    if (item->has_priority && item->priority > 9)
        return FLAW_PRIORITY;
    for (uint32_t i = 0; i < item->after_count; i++) {
        struct span key;
        if (canonical(model, item->after[i], in, &key) != FLAW_NONE || is_subtree(key) || span_equal(key, offer->key))
            return FLAW_AFTER;
        if (!is_among(key, offer->after, offer->after_count))
            offer->after[offer->after_count++] = key;
    }
    for (uint32_t i = 0; i < item->need_count; i++) {
        if (!form_need(item->needs[i]))
            return FLAW_NEED;
        struct span need = lower_cased(model, item->needs[i]);
        if (!is_among(need, offer->needs, offer->need_count))
            offer->needs[offer->need_count++] = need;
    }
    return FLAW_NONE;
}

/* People's time as T: what is past counts as now. OPEN: a time of 2^53 or more counts as in S3. */
static uint64_t log_time_of(const struct model *model, uint64_t given_ts_ms)
{
    if (given_ts_ms >= UINT64_C(1) << 53)
        given_ts_ms = (UINT64_C(1) << 53) - 1;
    return given_ts_ms <= model->ts_ms ? model->now_ms : time_after(model->now_ms, given_ts_ms - model->ts_ms);
}

/* ---------------------------------------------------------------- one item */

static bool waits_for(const struct offer *offer, struct span key)
{
    for (uint32_t i = 0; i < offer->after_count; i++)
        if (offer->open[i] && span_equal(offer->after[i], key))
            return true;
    return false;
}

/* At most so many offers wait for one key. */
static bool has_room_after(const struct model *model, const struct offer *offer)
{
    for (uint32_t i = 0; i < offer->after_count; i++) {
        size_t others = 0;
        for (size_t j = 0; j < model->supply.offers.count; j++) {
            const struct offer *other = model->supply.offers.items[j];
            others += !span_equal(other->key, offer->key) && waits_for(other, offer->after[i]);
        }
        if (offer->open[i] && others >= LIMIT_DEPENDENTS)
            return false;
    }
    return true;
}

/* Would it come after itself? Breadth first, over so many different keys. */
static bool is_cycle(const struct model *model, const struct offer *offer)
{
    struct span keys[LIMIT_CYCLE_STEPS];
    uint32_t count = 0;
    for (uint32_t i = 0; i < offer->after_count && count < LIMIT_CYCLE_STEPS; i++)
        keys[count++] = offer->after[i];
    for (uint32_t at = 0; at < count; at++) {
        if (span_equal(keys[at], offer->key))
            return true;
        const struct offer *next = offer_with_key(model, keys[at]);
        for (uint32_t i = 0; next != NULL && i < next->after_count; i++)
            if (count < LIMIT_CYCLE_STEPS && !is_among(next->after[i], keys, count))
                keys[count++] = next->after[i];
    }
    return false;
}

static void refuse_item(struct offered_item *answer, enum reason reason, enum why why, enum flaw flaw)
{
    *answer = (struct offered_item){.answer = ANSWER_DENIED, .reason = reason, .why = why, .flaw = flaw};
}

/* The new words hold, what they leave out is cleared; number, age and cooling stay. */
static void put_offer(struct model *model, const struct asker *asker, const struct offer_item *item,
                      const struct offer *read)
{
    struct offer *offer = offer_with_key(model, read->key);
    if (offer == NULL) {
        offer = list_add(&model->supply.offers, sizeof *offer);
        offer->number = ++model->supply.last_offer;
        offer->key = text_keep(model, read->key);
        supply_offered(model);
    }
    offer->about = text_keep(model, item->about);
    offer->aka = text_keep(model, item->aka);
    offer->category = text_keep(model, item->category);
    offer->scope = text_keep(model, item->scope);
    offer->ref = text_keep(model, item->ref);
    offer->owner_name = text_keep(model, asker->session_name);
    memcpy(offer->owner, asker->identity, LIMIT_IDENTITY_BYTES);
    offer->after_count = read->after_count;
    offer->need_count = read->need_count;
    for (uint32_t i = 0; i < read->after_count; i++) {
        offer->after[i] = text_keep(model, read->after[i]);
        offer->open[i] = read->open[i];
    }
    for (uint32_t i = 0; i < read->need_count; i++)
        offer->needs[i] = text_keep(model, read->needs[i]);
    offer->priority = item->has_priority ? item->priority : 5;
    offer->not_before_ms = item->has_not_before ? log_time_of(model, item->not_before_ts_ms) : 0;
    offer->expires_ms = read->expires_ms;
    know_category(model, item->category);
    offer->asleep = offer->placed = false;
    offers_look(model);
}

static void offer_item(struct model *model, const struct asker *asker, const struct offer_item *item, struct span in,
                       struct offered_item *answer)
{
    struct offer read = {0};
    enum flaw flaw = read_item(model, item, in, &read);
    if (flaw != FLAW_NONE) {
        refuse_item(answer, REASON_BAD_REQUEST, WHY_NONE, flaw);
        return;
    }
    struct offer *before = offer_with_key(model, read.key);
    for (uint32_t i = 0; i < read.after_count; i++)
        read.open[i] = done_with_key(model, read.after[i]) == NULL;
    read.expires_ms = item->has_expires ? log_time_of(model, item->expires_ts_ms) : UINT64_MAX;
    if (!item->again && done_with_key(model, read.key) != NULL) {
        refuse_item(answer, REASON_ALREADY_DONE, WHY_NONE, FLAW_NONE); /* it is spent */
    } else if (before == NULL && model->supply.offers.count >= model->policy[POLICY_OFFERS_MAX]) {
        refuse_item(answer, REASON_QUOTA, WHY_OFFERS, FLAW_NONE);
    } else if (!has_room_after(model, &read)) {
        refuse_item(answer, REASON_QUOTA, WHY_OFFERS, FLAW_AFTER);
    } else if (is_cycle(model, &read)) {
        refuse_item(answer, REASON_BAD_REQUEST, WHY_NONE, FLAW_CYCLE);
    } else {
        *answer = (struct offered_item){.answer = ANSWER_ACCEPTED, .updated = before != NULL};
        if (read.expires_ms > model->now_ms)
            put_offer(model, asker, item, &read);
        else if (before != NULL)
            offer_ends(model, before);
    }
}

/* ---------------------------------------------------------------- the verbs */

/* Whoever offers needs a row, and pays nothing. True: refused. */
static bool has_no_row(struct model *model, struct asker *asker, struct decision *decision)
{
    if (rows_full_for(model, asker)) {
        deny(decision, REASON_QUOTA, WHY_FULL);
        return true;
    }
    asker->session = session_find_or_add(model, asker)->number;
    return false;
}

void offer_apply(struct model *model, struct asker *asker, const struct offer_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    if (!has_no_row(model, asker, &decision)) {
        decision.answer = ANSWER_ACCEPTED;
        decision.final = true;
        decision.offered_count = intent->item_count;
        for (uint32_t i = 0; i < intent->item_count; i++)
            offer_item(model, asker, &intent->items[i], intent->in, &decision.offered[i]);
    }
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}

static void withdraw_key(struct model *model, const struct asker *asker, const struct withdraw_intent *intent,
                         struct span given, struct offered_item *answer)
{
    struct span key;
    enum flaw flaw = canonical(model, given, intent->in, &key);
    if (flaw != FLAW_NONE) {
        refuse_item(answer, REASON_BAD_REQUEST, WHY_NONE, flaw);
        return;
    }
    struct offer *offer = offer_with_key(model, key);
    bool may = memcmp(intent->operator_identity, model->operator_identity, LIMIT_IDENTITY_BYTES) == 0;
    if (offer != NULL && span_equal(offer->owner_name, asker->session_name) &&
        memcmp(offer->owner, asker->identity, LIMIT_IDENTITY_BYTES) == 0)
        may = true;
    if (offer == NULL || !may) {
        refuse_item(answer, REASON_NOT_HOLDER, WHY_NONE, FLAW_NONE);
        return;
    }
    *answer = (struct offered_item){.answer = ANSWER_ACCEPTED};
    offer_ends(model, offer);
}

void withdraw_apply(struct model *model, struct asker *asker, const struct withdraw_intent *intent)
{
    struct decision decision = {0};
    if (refused_before_deciding(model, asker, &decision))
        return;
    decision.answer = ANSWER_ACCEPTED;
    decision.final = true;
    decision.offered_count = intent->key_count;
    for (uint32_t i = 0; i < intent->key_count; i++)
        withdraw_key(model, asker, intent, intent->keys[i], &decision.offered[i]);
    remember(model, asker, &decision);
    decision_emit(model, asker, &decision);
}
