/* The model's tables of work offered, in the order that dump_supply.h asks for. */
#include "tests/model/dump.h"
#include "tests/model/model_state.h"

static void dump_totals_of(const struct model *model, FILE *out)
{
    struct report_supply now = supply_report(model);
    dump_supply(
        out, &(struct dump_supply){.last_offer = model->supply.last_offer,
                                   .dry_probes = now.dry_probes,
                                   .verdict = now.verdict,
                                   .ready = now.dispatchable,
                                   .claimed = now.offers - now.dispatchable - now.blocked - now.cooling - now.not_yet,
                                   .blocked = now.blocked,
                                   .cooling = now.cooling,
                                   .not_yet = now.not_yet,
                                   .hour = {now.offers_hour, now.demands_hour, now.grants_hour, now.denials_hour}});
}

/* The next by key; NULL: none is left. */
static const struct offer *next_by_key(const struct model *model, const struct offer *after)
{
    const struct offer *next = NULL;
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        if ((after == NULL || span_compare(offer->key, after->key) > 0) &&
            (next == NULL || span_compare(offer->key, next->key) < 0))
            next = offer;
    }
    return next;
}

static void dump_one_offer(const struct model *model, const struct offer *offer, FILE *out)
{
    struct dump_offer line = {.key = offer->key,
                              .verifier = offer->owner,
                              .number = offer->number,
                              .category = category_of(model, offer->category)->number,
                              .priority = offer->priority,
                              .ready_ms = offer->was_ready ? offer->ready_ms : 0,
                              .rank = offer->placed && offer->stands == OBSTACLE_NONE ? offer->rank : 0,
                              .not_before_ms = offer->not_before_ms,
                              .expires_ms = offer->expires_ms == UINT64_MAX ? 0 : offer->expires_ms,
                              .cools_to_ms = offer->cools_to_ms,
                              .cooled = offer->cooled};
    for (uint32_t i = 0; i < offer->after_count; i++)
        line.open += offer->open[i];
    dump_offer(out, &line);
}

static int after_order(const struct dump_after *a, const struct dump_after *b)
{
    int order = span_compare(a->key, b->key);
    return order != 0 ? order : span_compare(a->offer, b->offer);
}

/* The next by key, then by offer. False: none is left. */
static bool next_after(const struct model *model, struct dump_after *line)
{
    struct dump_after next = {{0}, {0}};
    for (size_t i = 0; i < model->supply.offers.count; i++) {
        const struct offer *offer = model->supply.offers.items[i];
        for (uint32_t j = 0; j < offer->after_count; j++) {
            struct dump_after one = {offer->after[j], offer->key};
            if (offer->open[j] && (line->key.size == 0 || after_order(&one, line) > 0) &&
                (next.key.size == 0 || after_order(&one, &next) < 0))
                next = one;
        }
    }
    *line = next;
    return next.key.size > 0;
}

static void dump_one_category(const struct model *model, const struct category *category, FILE *out)
{
    struct dump_category line = {.name = category->name,
                                 .number = category->number,
                                 .ready = dispatchable_in(model, category),
                                 .selections = steer_belief(model, category).selections,
                                 .target = category->has_target ? category->target + 1 : 0,
                                 .seen = category->seen_count};
    for (uint32_t i = 0; i < category->seen_count; i++)
        line.outcomes = line.outcomes << 1 | (category->seen[i] ? 1 : 0);
    dump_category(out, &line);
}

void dump_all_supply(const struct model *model, FILE *out)
{
    struct dump_after after = {{0}, {0}};
    dump_totals_of(model, out);
    for (const struct offer *offer = NULL; (offer = next_by_key(model, offer)) != NULL;)
        dump_one_offer(model, offer, out);
    while (next_after(model, &after))
        dump_after(out, &after);
    for (size_t i = 0; i < model->supply.categories.count; i++)
        dump_one_category(model, model->supply.categories.items[i], out);
}
