/* The fields of a decision that are about work offered and picked. */
#include "tests/sim/decision_fields.h"

static void number(const struct field_visitor *v, const char *name, uint32_t at, uint64_t value)
{
    v->number(v->context, name, at, FIELD_NUMBER, value);
}

/* Which of several faults of an item's form is named is no rule. */
static bool is_of_form(enum flaw flaw)
{
    return (flaw >= FLAW_NO_KEYS && flaw <= FLAW_TEXT) || flaw == FLAW_SUBTREE_OFFERED || flaw == FLAW_NEED ||
           flaw == FLAW_PRIORITY;
}

static void visit_offered(const struct decision *d, const struct field_visitor *v)
{
    number(v, "offered_count", 0, d->offered_count);
    for (uint32_t i = 0; i < d->offered_count; i++) {
        const struct offered_item *item = &d->offered[i];
        bool of_form = is_of_form(item->flaw) || (item->flaw == FLAW_AFTER && item->reason == REASON_BAD_REQUEST);
        v->number(v->context, "offered.answer", i, FIELD_ANSWER, item->answer);
        v->number(v->context, "offered.reason", i, FIELD_REASON, item->reason);
        v->number(v->context, "offered.why", i, FIELD_WHY, item->why);
        v->number(v->context, "offered.flaw", i, FIELD_FLAW, of_form ? FLAW_KEY_FORM : item->flaw);
        number(v, "offered.updated", i, item->updated);
    }
}

static void visit_pick(const struct decision *d, const struct field_visitor *v)
{
    v->bytes(v->context, "category", 0, d->category);
    v->bytes(v->context, "ref", 0, d->ref);
    number(v, "has_pick", 0, d->has_pick);
    if (!d->has_pick)
        return;
    number(v, "pick.offer", 0, d->pick.offer);
    number(v, "pick.penalty", 0, d->pick.penalty);
    number(v, "pick.looked", 0, d->pick.looked);
    number(v, "pick.similar", 0, d->pick.similar);
    number(v, "pick.family_saturated", 0, d->pick.family_saturated);
}

static void visit_figures(const struct decision *d, const struct field_visitor *v)
{
    const struct report_supply *supply = &d->supply;

    number(v, "has_supply", 0, d->has_supply);
    if (!d->has_supply)
        return;
    number(v, "supply.verdict", 0, supply->verdict);
    number(v, "supply.offers", 0, supply->offers);
    number(v, "supply.dispatchable", 0, supply->dispatchable);
    number(v, "supply.blocked", 0, supply->blocked);
    number(v, "supply.cooling", 0, supply->cooling);
    number(v, "supply.not_yet", 0, supply->not_yet);
    number(v, "supply.next_ready_ms", 0, supply->next_ready_ms);
    number(v, "supply.offers_hour", 0, supply->offers_hour);
    number(v, "supply.demands_hour", 0, supply->demands_hour);
    number(v, "supply.grants_hour", 0, supply->grants_hour);
    number(v, "supply.denials_hour", 0, supply->denials_hour);
    number(v, "supply.dry_probes", 0, supply->dry_probes);
    number(v, "supply.runway_ms", 0, supply->runway_ms);
}

static void visit_obstacles(const struct decision *d, const struct field_visitor *v)
{
    number(v, "obstacle_count", 0, d->obstacle_count);
    for (uint32_t i = 0; i < d->obstacle_count; i++) {
        const struct report_obstacle *obstacle = &d->obstacles[i];
        number(v, "obstacles.kind", i, obstacle->kind);
        number(v, "obstacles.count", i, obstacle->count);
        v->bytes(v->context, "obstacles.key", i, obstacle->key);
        v->bytes(v->context, "obstacles.by", i, obstacle->by);
        number(v, "obstacles.until_ms", i, obstacle->until_ms);
    }
}

static void visit_draws(const struct decision *d, const struct field_visitor *v)
{
    number(v, "has_steering", 0, d->has_steering);
    if (d->has_steering) {
        number(v, "steering.selections", 0, d->steering.selections);
        number(v, "steering.plateaus", 0, d->steering.plateaus);
        number(v, "steering.plateau", 0, d->steering.plateau);
        number(v, "steering.soft", 0, d->steering.soft);
    }
    number(v, "draw_count", 0, d->draw_count);
    for (uint32_t i = 0; i < d->draw_count; i++) {
        const struct report_draw *draw = &d->draws[i];
        v->bytes(v->context, "draws.category", i, draw->category);
        number(v, "draws.successes", i, draw->successes);
        number(v, "draws.failures", i, draw->failures);
        number(v, "draws.share", i, draw->share);
        number(v, "draws.target", i, draw->target);
        number(v, "draws.own_target", i, draw->own_target);
        number(v, "draws.dispatchable", i, draw->dispatchable);
        number(v, "draws.selections", i, draw->selections);
        number(v, "draws.draw", i, draw->draw);
        number(v, "draws.mean", i, draw->mean);
        number(v, "draws.boost", i, draw->boost);
        number(v, "draws.score", i, draw->score);
    }
}

void decision_fields_visit_supply(const struct decision *decision, const struct field_visitor *visitor)
{
    visit_offered(decision, visitor);
    visit_pick(decision, visitor);
    visit_figures(decision, visitor);
    visit_obstacles(decision, visitor);
    visit_draws(decision, visitor);
}
