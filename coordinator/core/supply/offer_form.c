/* The form of one item; nothing here looks at what is offered. */
#include "coordinator/core/supply/offer_form.h"

#include "coordinator/core/form.h"
#include "coordinator/core/policy.h"

enum { PRIORITY_MOST = 9 };

static bool texts_are_good(struct apply *apply, const struct offer_item *item)
{
    uint64_t about_most = policy_value(apply->state, POLICY_ABOUT_MAX_BYTES);

    return form_text(item->about, about_most) && form_text(item->aka, about_most) &&
           form_text(item->category, LIMIT_CATEGORY_BYTES) && form_text(item->scope, LIMIT_CATEGORY_BYTES) &&
           form_text(item->ref, LIMIT_REF_BYTES);
}

static bool after_is_good(struct apply *apply, const struct offer_item *item, struct span in, struct offering *out)
{
    if (item->after_count > LIMIT_OFFER_AFTER)
        return false;
    for (uint32_t i = 0; i < item->after_count; i++) {
        struct canonical_key *after = &out->after[i];

        if (form_key(apply->state, item->after[i], in, after) != FLAW_NONE)
            return false;
        out->told.after[i] = span_of(after->bytes, after->size);
        if (key_is_subtree(out->told.after[i]) || span_equal(out->told.after[i], offering_key(out)))
            return false;
    }
    out->told.after_count = item->after_count;
    return true;
}

static void tell(struct apply *apply, const struct offer_item *item, struct offering *out)
{
    struct offer_told *told = &out->told;

    told->texts[OFFER_ABOUT] = item->about;
    told->texts[OFFER_AKA] = item->aka;
    told->texts[OFFER_CATEGORY] = item->category;
    told->texts[OFFER_SCOPE] = item->scope;
    told->texts[OFFER_REF] = item->ref;
    told->texts[OFFER_SESSION] = apply_head(apply)->session;
    told->need_count = out->needs.count;
    memcpy(told->needs, out->needs.words, sizeof told->needs);
}

enum flaw offer_form(struct apply *apply, const struct offer_item *item, struct span in, struct offering *out)
{
    enum flaw flaw = form_key(apply->state, item->key, in, &out->key);

    if (flaw != FLAW_NONE)
        return flaw;
    if (key_is_subtree(offering_key(out)))
        return FLAW_SUBTREE_OFFERED;
    if (!texts_are_good(apply, item))
        return FLAW_TEXT;
    if (item->has_priority && item->priority > PRIORITY_MOST)
        return FLAW_PRIORITY;
    if (!after_is_good(apply, item, in, out))
        return FLAW_AFTER;
    if (!need_read(item->needs, item->need_count, &out->needs))
        return FLAW_NEED;
    tell(apply, item, out);
    return FLAW_NONE;
}
