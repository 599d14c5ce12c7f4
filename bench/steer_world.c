/* Plays one player through one seed's days. */
#include "bench/steer_world.h"

#include <string.h>

#include "base/check.h"

enum { LEAD_OF = 20, WAITING_MAX = 4096, SESSION_MINUTES = 45, DAY_MINUTES = 1440 };

static const double chances[STEER_CATEGORIES] = {0.80, 0.65, 0.55, 0.45, 0.35, 0.25};

struct waiting {
    uint32_t category, success;
    uint64_t heard_at; /* before this session is started */
};

struct days {
    const struct world *world;
    struct random shifts, luck;
    struct player player;
    double chance[STEER_CATEGORIES];
    struct waiting waiting[WAITING_MAX];
    uint64_t first, end; /* of waiting */
    uint64_t picked[STEER_CATEGORIES], since_shift;
    double shifted_at; /* in days; below 0: the new best leads, or there was no shift yet */
    double regret, lead_sum, neglected_sum;
    uint32_t shifts_done, leads, spans;
};

static uint32_t best_of(const struct days *days)
{
    uint32_t best = 0;

    for (uint32_t i = 1; i < STEER_CATEGORIES; i++)
        if (days->chance[i] > days->chance[best])
            best = i;
    return best;
}

static void exchange(double *a, double *b)
{
    double kept = *a;

    *a = *b;
    *b = kept;
}

static void deal(struct days *days)
{
    for (uint32_t i = STEER_CATEGORIES - 1; i > 0; i--)
        exchange(&days->chance[i], &days->chance[random_below(&days->shifts, i + 1)]);
}

static void led(struct days *days, double now)
{
    if (days->shifted_at < 0)
        return;
    days->lead_sum += now - days->shifted_at;
    days->leads++;
    days->shifted_at = -1;
}

static void span_end(struct days *days)
{
    uint64_t least = days->picked[0];

    for (uint32_t i = 1; i < STEER_CATEGORIES; i++)
        if (days->picked[i] < least)
            least = days->picked[i];
    if (days->since_shift > 0) {
        days->neglected_sum += (double)least / (double)days->since_shift;
        days->spans++;
    }
    days->since_shift = 0;
    memset(days->picked, 0, sizeof days->picked);
}

static void shift(struct days *days, double now)
{
    uint32_t before = best_of(days);

    led(days, now); /* one that never led: the whole time until the next shift */
    span_end(days);
    if (days->world->swap) {
        uint32_t other = (before + 1 + (uint32_t)random_below(&days->shifts, STEER_CATEGORIES - 1)) % STEER_CATEGORIES;

        exchange(&days->chance[before], &days->chance[other]);
    }
    while (best_of(days) == before)
        deal(days);
    days->shifted_at = now;
    days->shifts_done++;
}

static bool new_best_leads(const struct days *days)
{
    const struct recent *recent = &days->player.recent;
    uint32_t best = best_of(days), most = recent_count(recent, best, LEAD_OF);

    for (uint32_t i = 0; i < STEER_CATEGORIES; i++)
        if (i != best && recent_count(recent, i, LEAD_OF) >= most)
            return false;
    return true;
}

static void session(struct days *days, uint64_t number, uint32_t per_day, double now)
{
    uint64_t delay = ((uint64_t)per_day * SESSION_MINUTES + DAY_MINUTES / 2) / DAY_MINUTES;
    double luck = (double)(random_next(&days->luck) >> 11) * 0x1p-53;
    struct waiting *heard;
    uint32_t chosen;

    while (days->first < days->end && days->waiting[days->first % WAITING_MAX].heard_at <= number) {
        heard = &days->waiting[days->first++ % WAITING_MAX];
        player_learn(&days->player, heard->category, heard->success);
    }
    chosen = player_choose(&days->player);
    days->regret += days->chance[best_of(days)] - days->chance[chosen];
    days->picked[chosen]++;
    days->since_shift++;
    if (days->shifted_at >= 0 && new_best_leads(days))
        led(days, now);
    CHECK(days->end - days->first < WAITING_MAX);
    days->waiting[days->end++ % WAITING_MAX] =
        (struct waiting){.category = chosen, .success = luck < days->chance[chosen], .heard_at = number + 1 + delay};
}

struct outcome world_run(const struct world *world, uint32_t per_day, enum player_kind kind, uint64_t seed)
{
    static struct days days;
    uint64_t sessions = (uint64_t)per_day * world->days;
    double now = 0;

    memset(&days, 0, sizeof days);
    days.world = world;
    days.shifted_at = -1;
    random_init(&days.shifts, seed * 2);
    random_init(&days.luck, seed * 2 + 1);
    player_init(&days.player, kind, seed);
    memcpy(days.chance, chances, sizeof chances);
    deal(&days);
    for (uint64_t number = 0; number < sessions; number++) {
        now = ((double)number + 0.5) / per_day;
        if (now >= days.shifts_done * world->every + world->every - 0.5)
            shift(&days, now);
        session(&days, number, per_day, now);
    }
    led(&days, world->days);
    span_end(&days);
    return (struct outcome){.regret = days.regret / (double)sessions,
                            .lead_days = days.leads == 0 ? 0 : days.lead_sum / days.leads,
                            .neglected = days.neglected_sum / days.spans};
}
