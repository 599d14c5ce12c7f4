/* One seed's world: what kind of trouble it has, and one event after the other until all has come to rest. */
#include "tests/fleet_sim/fleet.h"

#include <stdarg.h>

#include "tests/fleet_sim/agents.h"
#include "tests/fleet_sim/replicas.h"

enum { REST_MS = 20 * 60000, EVENTS_MAX = 200000, REST_LOOK_MS = 1000 };

/* What EVENT_TROUBLE is about (event.what); `who` is an agent or a replica. */
enum trouble_kind {
    TROUBLE_AGENT,
    TROUBLE_OUTAGE,
    TROUBLE_JUMP,
    TROUBLE_NONSENSE,
    TROUBLE_FALSE_CHECKPOINT,
    TROUBLE_FREEZE,
    TROUBLE_RETENTION,
    TROUBLE_CRASH
};

void fleet_fail(struct fleet *fleet, const char *format, ...)
{
    va_list arguments;

    if (fleet->failed)
        return;
    fleet->failed = true;
    va_start(arguments, format);
    (void)vsnprintf(fleet->words, sizeof fleet->words, format, arguments);
    va_end(arguments);
    fleet_trace(fleet, "WRONG: %s", fleet->words);
}

void fleet_trace(const struct fleet *fleet, const char *format, ...)
{
    va_list arguments;

    if (fleet->trace == NULL)
        return;
    (void)fprintf(fleet->trace, "%10.3f ", (double)(fleet->now_ms % 100000000) / 1000);
    va_start(arguments, format);
    (void)vfprintf(fleet->trace, format, arguments);
    va_end(arguments);
    (void)fputc('\n', fleet->trace);
}

struct fleet *fleet_new(const char *parent)
{
    struct fleet *fleet = calloc(1, sizeof *fleet);

    CHECK(fleet != NULL);
    replicas_new(fleet, parent);
    return fleet;
}

void fleet_free(struct fleet *fleet)
{
    replicas_free(fleet);
    agents_free(fleet);
    oracle_free(fleet);
    broker_free(fleet);
    events_free(&fleet->events);
    free(fleet);
}

/* ---------------------------------------------------------------- trouble */

static uint32_t some(struct random *random, uint32_t percent, uint32_t most)
{
    return dice_percent(random, percent) ? 1 + dice_below(random, most) : 0;
}

static void pick_trouble(struct fleet *fleet)
{
    struct random *random = &fleet->random;
    struct trouble *trouble = &fleet->trouble;
    static const uint32_t slow[] = {2, 10, 50, 400};

    *trouble = (struct trouble){.calm = dice_percent(random, 25), .slow = slow[dice_below(random, 4)]};
    trouble->duplicates = some(random, 50, 40);
    trouble->reordered = some(random, 50, 30);
    trouble->cancels = some(random, 50, 60);
    trouble->crashes = some(random, 40, 30);
    trouble->resumes = 80;
    trouble->holes = dice_percent(random, 30);
    trouble->garbage = some(random, 40, 5);
    trouble->retention = dice_percent(random, 25);
    trouble->snapshots = dice_percent(random, 50);
    trouble->lose_state = dice_percent(random, 40);
    trouble->false_checkpoints = dice_percent(random, 30);
    trouble->foreign_decisions = dice_percent(random, 30);
    trouble->replica_crash = some(random, 60, 40);
    trouble->failed_acks = some(random, 40, 15);
    if (trouble->calm)
        return;
    trouble->lost = some(random, 50, 30);
    trouble->maybe = some(random, 50, 30);
    trouble->replica_freeze = some(random, 50, 100);
    trouble->outage = dice_percent(random, 30);
    trouble->jumps = dice_percent(random, 40);
}

static void plan_trouble(struct fleet *fleet, enum trouble_kind kind, uint32_t who)
{
    uint64_t span_ms = fleet->quiet_ms - fleet->now_ms;
    uint64_t at_ms = fleet->now_ms + random_below(&fleet->random, span_ms);

    events_plan(&fleet->events, at_ms, EVENT_TROUBLE, who, kind);
}

static void plan_all_trouble(struct fleet *fleet)
{
    const struct trouble *trouble = &fleet->trouble;
    struct random *random = &fleet->random;

    if (trouble->outage)
        plan_trouble(fleet, TROUBLE_OUTAGE, 0);
    for (int i = 0; trouble->jumps && i < 3; i++)
        plan_trouble(fleet, TROUBLE_JUMP, (uint32_t)i);
    for (uint32_t i = 0; i < trouble->garbage; i++)
        plan_trouble(fleet, TROUBLE_NONSENSE, 0);
    for (int i = 0; trouble->false_checkpoints && i < 3; i++)
        plan_trouble(fleet, TROUBLE_FALSE_CHECKPOINT, 0);
    for (int i = 0; trouble->retention && i < 4; i++)
        plan_trouble(fleet, TROUBLE_RETENTION, 0);
    for (uint32_t i = 0; i < REPLICAS_MAX; i++) {
        if (dice_percent(random, trouble->replica_freeze))
            plan_trouble(fleet, TROUBLE_FREEZE, i);
        if (trouble->replica_crash != 0 && dice_percent(random, 50))
            plan_trouble(fleet, TROUBLE_CRASH, i);
    }
}

/* One jump forward that log time notices (R4's assumption); the rest go back or a little. */
static void jump(struct fleet *fleet, uint32_t number)
{
    struct random *random = &fleet->random;
    int64_t by_ms = number == 0 ? (int64_t)dice_below(random, 200000) : -(int64_t)dice_below(random, 30000);

    fleet->broker.skew_ms += by_ms;
    fleet_trace(fleet, "the broker's clock jumps by %lld ms", (long long)by_ms);
}

/* Old decisions go; what is younger than a minute stays. */
static void expire_decisions(struct fleet *fleet)
{
    for (int i = 0; i < PARTITIONS; i++) {
        struct topic *topic = &fleet->decisions[i];
        while (topic->first < topic->count && topic->records[topic->first].at_ms + 60000 < fleet->now_ms)
            topic->first++;
    }
    fleet_trace(fleet, "old decisions are deleted");
}

static void make_trouble(struct fleet *fleet, enum trouble_kind kind, uint32_t who)
{
    switch (kind) {
    case TROUBLE_AGENT:
        agents_crash(fleet, who);
        break;
    case TROUBLE_OUTAGE:
        fleet->broker.down_until_ms = fleet->now_ms + dice_below(&fleet->random, 60000);
        fleet_trace(fleet, "the broker is down");
        break;
    case TROUBLE_JUMP:
        jump(fleet, who);
        break;
    case TROUBLE_NONSENSE:
        agents_write_nonsense(fleet);
        break;
    case TROUBLE_FALSE_CHECKPOINT:
        replicas_forge_checkpoint(fleet);
        break;
    case TROUBLE_FREEZE:
        replicas_freeze(fleet, who);
        break;
    case TROUBLE_CRASH:
        replicas_crash(fleet, who);
        break;
    case TROUBLE_RETENTION:
        expire_decisions(fleet);
        break;
    }
}

/* ---------------------------------------------------------------- playing */

static void begin(struct fleet *fleet, uint64_t seed)
{
    const struct record like = {.entry = NO_ENTRY};

    fleet->seed = seed;
    fleet->failed = false;
    random_init(&fleet->random, seed);
    fleet->now_ms = UINT64_C(1000000000000);
    pick_trouble(fleet);
    fleet->quiet_ms = fleet->now_ms + 30000 + dice_below(&fleet->random, 200000);
    if (dice_percent(&fleet->random, 10)) { /* long enough for leases to be renewed many times */
        fleet->trouble.is_long = true;
        fleet->quiet_ms += 600000;
    }
    events_clear(&fleet->events);
    broker_clear(fleet);
    oracle_clear(fleet);
    agents_begin(fleet);
    replicas_begin(fleet);
    broker_append(fleet, TOPIC_INTENTS, 0, agents_genesis(fleet), &like);
    plan_all_trouble(fleet);
}

static void handle(struct fleet *fleet, const struct event *event)
{
    switch (event->kind) {
    case EVENT_ARRIVE:
        broker_on_arrive(fleet, event->who);
        break;
    case EVENT_REPORT:
        broker_on_report(fleet, event->who);
        break;
    case EVENT_AGENT:
        agents_look(fleet, event->who);
        break;
    case EVENT_REPLICA:
        replicas_look(fleet, event->who);
        break;
    case EVENT_TROUBLE:
        make_trouble(fleet, (enum trouble_kind)event->what, event->who);
        break;
    }
}

/* Everything that was started before is answered, settled and committed. */
static bool is_at_rest(const struct fleet *fleet)
{
    return fleet_is_quiet(fleet) && agents_are_done(fleet) && oracle_is_settled(fleet) && replicas_are_settled(fleet);
}

bool fleet_play(struct fleet *fleet, uint64_t seed)
{
    struct event event;
    uint64_t look_ms = 0;
    bool rests = false;

    begin(fleet, seed);
    for (uint32_t i = 0; !fleet->failed && !rests && events_next(&fleet->events, &event); i++) {
        if (i > EVENTS_MAX)
            fleet_fail(fleet, "runs without an end: the last event is of kind %u, %u", event.kind, event.who);
        if (event.time_ms > fleet->quiet_ms + REST_MS)
            break;
        fleet->now_ms = event.time_ms;
        handle(fleet, &event);
        if (fleet_is_quiet(fleet) && fleet->now_ms >= look_ms) {
            rests = is_at_rest(fleet);
            look_ms = fleet->now_ms + REST_LOOK_MS;
        }
    }
    if (!fleet->failed && !rests && !is_at_rest(fleet)) /* nothing may be left to happen since the last look */
        fleet_fail(fleet, "does not come to rest: agents %s, decisions %s, replicas %s",
                   agents_are_done(fleet) ? "done" : "open", oracle_is_settled(fleet) ? "settled" : "open",
                   replicas_are_settled(fleet) ? "settled" : "open");
    if (!fleet->failed)
        oracle_at_rest(fleet);
    if (!fleet->failed)
        agents_at_rest(fleet);
    if (!fleet->failed)
        replicas_at_rest(fleet);
    return !fleet->failed;
}
