/* Offers, picks, supply and steering as JSON. */
#include <stdio.h>
#include <string.h>

#include "json.h"
#include "output.h"

static void put_real(json_t *object, const char *name, uint64_t of_2_32)
{
    json_object_set_new(object, name, json_real((double)(of_2_32 >> 12) / 1048576.0));
}

static json_t *offered_of(const struct dibs_answer *answer, const char *word)
{
    json_t *list = json_array();

    for (size_t i = 0; i < answer->offered_count; i++) {
        const struct dibs_offered *item = &answer->offered[i];
        bool taken = item->verdict == DIBS_VERDICT_ACCEPTED;
        json_t *object = json_object();
        json_put_text(object, "answer", taken ? item->updated ? "updated" : word : dibs_verdict_name(item->verdict));
        json_put_text(object, "key", item->key);
        json_put_text(object, "reason", dibs_reason_name(item->reason));
        json_put_text(object, "why", dibs_why_name(item->why));
        json_put_flag(object, "after_full", item->after_full);
        json_put_text(object, "message", item->message);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *supply_of(const struct dibs_supply *supply)
{
    json_t *object = json_object();
    uint64_t probes = supply->denials_hour + supply->grants_hour;

    json_put_text(object, "verdict", dibs_supply_verdict_name(supply->verdict));
    json_put_number(object, "dispatchable", supply->dispatchable);
    json_put_number(object, "offers", supply->offers);
    json_put_number(object, "blocked", supply->blocked);
    json_put_number(object, "cooling", supply->cooling);
    json_put_number(object, "not_yet", supply->not_yet);
    json_put_number(object, "offers_hour", supply->offers_hour);
    json_put_number(object, "demands_hour", supply->demands_hour);
    json_put_number(object, "grants_hour", supply->grants_hour);
    json_put_number(object, "denials_hour", supply->denials_hour);
    if (probes > 0)
        json_object_set_new(object, "denial_rate", json_real((double)supply->denials_hour / (double)probes));
    json_put_number(object, "dry_probes", supply->dry_probes);
    if (supply->runway_ms >= 0)
        json_put_number(object, "runway_ms", (uint64_t)supply->runway_ms);
    json_put_time(object, "next_ready", supply->next_ready_ts_ms);
    if (supply->next_ready_ts_ms >= 0)
        json_put_number(object, "next_ready_in_ms", (uint64_t)supply->next_ready_in_ms);
    return object;
}

static json_t *obstacles_of(const struct dibs_answer *answer)
{
    json_t *list = json_array();

    for (size_t i = 0; i < answer->obstacle_count; i++) {
        const struct dibs_obstacle *obstacle = &answer->obstacles[i];
        json_t *object = json_object();
        json_put_text(object, "kind", dibs_obstacle_name(obstacle->kind));
        json_put_number(object, "count", obstacle->count);
        json_put_text(object, "key", obstacle->key);
        json_put_text(object, "by", obstacle->by);
        json_put_time(object, "until", obstacle->until_ts_ms);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *draws_of(const struct dibs_answer *answer)
{
    json_t *list = json_array();

    for (size_t i = 0; i < answer->draw_count; i++) {
        const struct dibs_draw *draw = &answer->draws[i];
        json_t *object = json_object();
        json_object_set_new(object, "category", json_string(draw->category));
        json_put_number(object, "successes", draw->successes);
        json_put_number(object, "failures", draw->failures);
        json_put_number(object, "share", draw->share);
        json_put_number(object, "target", draw->target);
        json_put_flag(object, "own_target", draw->own_target);
        json_put_number(object, "dispatchable", draw->dispatchable);
        json_put_number(object, "selections", draw->selections);
        put_real(object, "mean", draw->mean);
        put_real(object, "boost", draw->boost);
        if (draw->score != 0) {
            put_real(object, "draw", draw->draw);
            put_real(object, "score", draw->score);
        }
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *pick_of(const struct dibs_pick *pick)
{
    json_t *object = json_object();

    json_put_number(object, "offer", pick->offer);
    json_put_number(object, "looked", pick->looked);
    json_put_number(object, "similar", pick->similar);
    json_put_number(object, "penalty", pick->penalty);
    json_put_flag(object, "family_saturated", pick->family_saturated);
    json_put_text(object, "family", pick->family);
    if (pick->family_claims > 0)
        json_put_number(object, "family_claims", pick->family_claims);
    return object;
}

static json_t *steering_of(const struct dibs_steering *steering)
{
    json_t *object = json_object();

    json_put_number(object, "selections", steering->selections);
    json_put_number(object, "plateaus", steering->plateaus);
    json_object_set_new(object, "plateau", json_boolean(steering->plateau));
    json_object_set_new(object, "soft", json_boolean(steering->soft));
    return object;
}

void output_json_put_supply(json_t *object, const struct dibs_answer *answer, const char *accepted)
{
    if (answer->offered_count > 0)
        json_object_set_new(object, "offered", offered_of(answer, accepted));
    json_put_text(object, "category", answer->category);
    json_put_text(object, "ref", answer->ref);
    if (answer->pick != NULL)
        json_object_set_new(object, "pick", pick_of(answer->pick));
    if (answer->supply != NULL)
        json_object_set_new(object, "supply", supply_of(answer->supply));
    if (answer->obstacle_count > 0)
        json_object_set_new(object, "obstacles", obstacles_of(answer));
    if (answer->draw_count > 0)
        json_object_set_new(object, "draws", draws_of(answer));
    if (answer->steering != NULL)
        json_object_set_new(object, "steering", steering_of(answer->steering));
}

void output_json_put_offer(json_t *object, const struct dibs_row *row)
{
    char needs[2048];
    json_t *list = json_array();

    snprintf(needs, sizeof needs, "%s", row->needs); /* at most sixteen of 64 bytes */
    for (char *rest = needs, *need; (need = strsep(&rest, " ")) != NULL;)
        if (need[0] != '\0')
            json_array_append_new(list, json_string(need));
    json_put_text(object, "state", row->obstacle == DIBS_OBSTACLE_NONE ? "ready" : dibs_obstacle_name(row->obstacle));
    json_put_number(object, "priority", row->priority);
    json_object_set_new(object, "needs", list);
    json_put_text(object, "blocked_by", row->by);
    if (row->until_ts_ms >= 0) {
        json_put_time(object, "until", row->until_ts_ms);
        json_put_number(object, "until_in_ms", (uint64_t)row->until_in_ms);
    }
}

void output_json_offers(const struct output_offers *offers)
{
    json_t *object = json_envelope("offered");

    json_put_text(object, "store", offers->store);
    json_put_number(object, "new", offers->offered);
    json_put_number(object, "updated", offers->updated);
    json_put_number(object, "already_done", offers->done);
    json_put_number(object, "no_room", offers->no_room);
    json_put_number(object, "bad", offers->bad);
    json_print(object);
}
