/* Of an answer: offers, what was picked and what kept items from being picked, supply, steering. */
#include "agent-shim/answer.h"

#include "agent-shim/asked.h"
#include "agent-shim/words.h"
#include "coordinator/core/supply/family.h"

static const char *offered_key(struct pool *pool, const struct answer_context *context, uint32_t index)
{
    struct canonical_key key;
    bool good = asked_canonical(context->asked, index, context->prefixes, &key);
    return pool_text(pool, good ? span_of(key.bytes, key.size) : asked_key(context->asked, index));
}

static const struct dibs_offered *copy_offered(struct pool *pool, const struct decision *d,
                                               const struct answer_context *context)
{
    struct dibs_offered *items = pool_take_array(pool, d->offered_count, sizeof *items);
    char words[WORDS_MAX];
    for (uint32_t i = 0; items != NULL && i < d->offered_count; i++) {
        const struct offered_item *from = &d->offered[i];
        words_of_offered(d, context->asked, i, words);
        items[i] = (struct dibs_offered){.verdict = (enum dibs_verdict)from->answer,
                                         .reason = (enum dibs_reason)from->reason,
                                         .why = (enum dibs_why)from->why,
                                         .updated = from->updated,
                                         .key = offered_key(pool, context, i),
                                         .message = pool_text(pool, span_from_text(words)),
                                         .after_full = from->reason == REASON_QUOTA && from->flaw == FLAW_AFTER};
    }
    return items;
}

static const struct dibs_supply *copy_supply(struct pool *pool, const struct decision *d)
{
    const struct report_supply *from = &d->supply;
    struct dibs_supply *to = d->has_supply ? pool_take(pool, sizeof *to) : NULL;
    if (to == NULL)
        return NULL;
    *to = (struct dibs_supply){.verdict = (enum dibs_supply_verdict)from->verdict,
                               .offers = from->offers,
                               .dispatchable = from->dispatchable,
                               .blocked = from->blocked,
                               .cooling = from->cooling,
                               .not_yet = from->not_yet,
                               .next_ready_ts_ms = answer_ts(d, from->next_ready_ms),
                               .next_ready_in_ms = answer_left(d, from->next_ready_ms),
                               .offers_hour = from->offers_hour,
                               .demands_hour = from->demands_hour,
                               .grants_hour = from->grants_hour,
                               .denials_hour = from->denials_hour,
                               .dry_probes = from->dry_probes,
                               .runway_ms = from->grants_hour == 0        ? -1
                                            : from->runway_ms > INT64_MAX ? INT64_MAX
                                                                          : (int64_t)from->runway_ms};
    return to;
}

static const struct dibs_obstacle *copy_obstacles(struct pool *pool, const struct decision *d)
{
    struct dibs_obstacle *rows = pool_take_array(pool, d->obstacle_count, sizeof *rows);
    for (uint32_t i = 0; rows != NULL && i < d->obstacle_count; i++) {
        const struct report_obstacle *from = &d->obstacles[i];
        rows[i] = (struct dibs_obstacle){.kind = (enum dibs_obstacle_kind)from->kind,
                                         .count = from->count,
                                         .key = pool_text(pool, from->key),
                                         .by = pool_text(pool, from->by),
                                         .until_ts_ms = answer_ts(d, from->until_ms),
                                         .until_in_ms = answer_left(d, from->until_ms)};
    }
    return rows;
}

static const struct dibs_draw *copy_draws(struct pool *pool, const struct decision *d)
{
    struct dibs_draw *rows = pool_take_array(pool, d->draw_count, sizeof *rows);
    for (uint32_t i = 0; rows != NULL && i < d->draw_count; i++) {
        const struct report_draw *from = &d->draws[i];
        rows[i] = (struct dibs_draw){.category = pool_text(pool, from->category),
                                     .successes = from->successes,
                                     .failures = from->failures,
                                     .share = from->share,
                                     .target = from->target,
                                     .dispatchable = from->dispatchable,
                                     .selections = from->selections,
                                     .draw = from->draw,
                                     .mean = from->mean,
                                     .boost = from->boost,
                                     .score = from->score,
                                     .own_target = from->own_target};
    }
    return rows;
}

/* S61: each live claim of the family but one costs a step, and so do 3 of the last 5 selections. */
static uint32_t family_claims(const struct report_pick *pick)
{
    uint32_t steps = pick->penalty - (pick->family_saturated ? 1 : 0);
    return pick->penalty == 0 || steps == 0 ? 0 : steps + 1;
}

static const struct dibs_pick *copy_pick(struct pool *pool, const struct decision *d)
{
    struct dibs_pick *to = d->has_pick ? pool_take(pool, sizeof *to) : NULL;
    bool picked = d->has_pick && d->pick.offer != 0 && d->key_count != 0;
    if (to != NULL)
        *to = (struct dibs_pick){.family = pool_text(pool, picked ? family_of(d->keys[0].key) : (struct span){0}),
                                 .family_claims = family_claims(&d->pick),
                                 .offer = d->pick.offer,
                                 .penalty = d->pick.penalty,
                                 .looked = d->pick.looked,
                                 .similar = d->pick.similar,
                                 .family_saturated = d->pick.family_saturated};
    return to;
}

static const struct dibs_steering *copy_steering(struct pool *pool, const struct decision *d)
{
    struct dibs_steering *to = d->has_steering ? pool_take(pool, sizeof *to) : NULL;
    if (to != NULL)
        *to = (struct dibs_steering){.selections = d->steering.selections,
                                     .plateaus = d->steering.plateaus,
                                     .plateau = d->steering.plateau,
                                     .soft = d->steering.soft};
    return to;
}

void answer_supply(struct dibs_answer *answer, struct pool *pool, const struct decision *d,
                   const struct answer_context *context)
{
    answer->offered = copy_offered(pool, d, context);
    answer->offered_count = d->offered_count;
    answer->category = pool_text(pool, d->category);
    answer->ref = pool_text(pool, d->ref);
    answer->pick = copy_pick(pool, d);
    answer->supply = copy_supply(pool, d);
    answer->obstacles = copy_obstacles(pool, d);
    answer->obstacle_count = d->obstacle_count;
    answer->draws = copy_draws(pool, d);
    answer->draw_count = d->draw_count;
    answer->steering = copy_steering(pool, d);
}
