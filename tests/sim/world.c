/* What the generator has heard. */
#include "tests/sim/world.h"

static const uint64_t ts_most = ((uint64_t)1 << 53) - 1;

void world_note_time(struct world *world, uint64_t time_ms)
{
    if (time_ms != 0)
        world->times[world->time_count++ % WORLD_TIMES] = time_ms;
}

static uint32_t actor_of(const struct world *world, struct intent_id id)
{
    uint32_t kept = world->asked_count < WORLD_ASKED ? world->asked_count : WORLD_ASKED;

    for (uint32_t i = 1; i <= kept; i++) {
        const struct known_intent *asked = &world->asked[(world->asked_count - i) % WORLD_ASKED];
        if (intent_id_equal(asked->id, id))
            return asked->actor;
    }
    return 0;
}

static void note_grant(struct world *world, const struct decision *decision)
{
    struct known_grant *grant = &world->grants[world->grant_count++ % WORLD_GRANTS];
    struct span key = decision->keys[0].key;

    if (key.size > sizeof grant->text)
        key.size = 0;
    *grant = (struct known_grant){
        .id = decision->id, .token = decision->keys[0].token, .actor = actor_of(world, decision->id)};
    if (key.size != 0)
        memcpy(grant->text, key.bytes, key.size);
    grant->key = span_of(grant->text, key.size);
}

static void drop_wait(struct world *world, struct intent_id id)
{
    for (uint32_t i = 0; i < world->wait_count; i++) {
        if (intent_id_equal(world->waits[i].id, id)) {
            world->waits[i] = world->waits[--world->wait_count];
            return;
        }
    }
}

static void note_end(struct world *world, uint64_t token)
{
    for (uint32_t i = 0; i < WORLD_GRANTS; i++)
        world->grants[i].over = world->grants[i].over || world->grants[i].token == token;
}

void world_hear(struct world *world, const struct decision *decision)
{
    if (decision->final)
        drop_wait(world, decision->id);
    if (decision->answer == ANSWER_GRANTED && !decision->repeat && !decision->dry_run && decision->key_count > 0)
        note_grant(world, decision);
    if (decision->answer == ANSWER_WAITING && !decision->repeat && world->wait_count < WORLD_WAITS)
        world->waits[world->wait_count++] =
            (struct known_intent){.id = decision->id, .actor = actor_of(world, decision->id)};
    if (decision->answer == ANSWER_ENDED) {
        world_note_time(world, world->now_ms + world->row_keep_ms);
        note_end(world, decision->keys[0].token);
    }
    for (uint32_t i = 0; i < decision->key_count; i++)
        world_note_time(world, decision->keys[i].expires_ms);
    for (uint32_t i = 0; i < decision->item_count; i++)
        world_note_time(world, decision->items[i].expires_ms);
    if (decision->answer == ANSWER_DENIED && decision->has_holder)
        world_note_time(world, world->now_ms + world->denial_window_ms);
    for (uint32_t i = 0; i < decision->rival_count; i++) {
        world_note_time(world, decision->rivals[i].expires_ms);
        world->rivals[world->rival_count++ % WORLD_RIVALS] = decision->rivals[i].token;
    }
    world_note_time(world, decision->deadline_ms);
    world_note_time(world, decision->waiter_lease_ms);
    if (decision->has_holder)
        world_note_time(world, decision->holder.expires_ms);
    if (decision->verb == VERB_CLOSE && decision->answer == ANSWER_ACCEPTED)
        world_note_time(world, world->now_ms + world->row_keep_ms);
}

static bool policy_is_good(const struct policy_entry *entry)
{
#define POLICY_RANGE(id, NAME, name, unit, initial, least, most) [id] = {least, most},
    static const uint64_t ranges[POLICY_END][2] = {POLICY_TABLE(POLICY_RANGE)};
#undef POLICY_RANGE
    if (entry->id >= POLICY_END || ranges[entry->id][1] == 0)
        return false;
    return entry->value >= ranges[entry->id][0] && entry->value <= ranges[entry->id][1];
}

static bool genesis_is_good(const struct intent *intent)
{
    if (intent->flaw != FLAW_NONE || intent->verb != VERB_GENESIS || intent->body.genesis.format != 1)
        return false;
    for (uint32_t i = 0; i < intent->body.genesis.entry_count; i++) {
        if (!policy_is_good(&intent->body.genesis.entries[i]))
            return false;
    }
    return true;
}

/* Whether the operator's proof was right does not matter here. */
static void note_policy(struct world *world, const struct policy_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].id == POLICY_DENIAL_WINDOW_MS)
            world->denial_window_ms = entries[i].value;
    }
}

void world_clock(struct world *world, const struct sim_record *record, const struct intent *intent)
{
    uint64_t ts = record->ts_ms > ts_most ? ts_most : record->ts_ms;

    if (world->has_genesis) {
        uint64_t forward = ts > world->last_ts_ms ? ts - world->last_ts_ms : 0;
        world->now_ms += forward < world->jump_max_ms ? forward : world->jump_max_ms;
    } else if (genesis_is_good(intent)) {
        world->has_genesis = true;
        world->jump_max_ms = intent->body.genesis.jump_max_ms;
        world->row_keep_ms = intent->body.genesis.row_keep_ms;
        world->now_ms = ts;
    }
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_IMPORT && intent->body.import.jump_max_ms > 0)
        world->jump_max_ms = intent->body.import.jump_max_ms; /* most are good */
    world->last_ts_ms = ts;
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_GENESIS)
        note_policy(world, intent->body.genesis.entries, intent->body.genesis.entry_count);
    if (intent->flaw == FLAW_NONE && intent->verb == VERB_CONFIGURE)
        note_policy(world, intent->body.configure.entries, intent->body.configure.entry_count);
}

void world_asked(struct world *world, struct intent_id id, uint32_t actor)
{
    world->asked[world->asked_count++ % WORLD_ASKED] = (struct known_intent){.id = id, .actor = actor};
}

bool world_client_waits(const struct world *world, uint64_t client)
{
    for (uint32_t i = 0; i < world->wait_count; i++) {
        if (world->waits[i].id.client == client)
            return true;
    }
    return false;
}

/* How far back from the newest, of `count` ever added to a ring of `room`. */
static uint32_t pick_back(struct random *random, uint32_t count, uint32_t room)
{
    uint32_t kept = count < room ? count : room;

    if (kept > 6 && dice_percent(random, 65))
        kept = 6;
    return 1 + dice_below(random, kept);
}

const struct known_grant *world_pick_grant(const struct world *world, struct random *random)
{
    const struct known_grant *grant = NULL;

    if (world->grant_count == 0)
        return NULL;
    /* Mostly one that may still be live. */
    for (uint32_t tries = dice_percent(random, 85) ? 5 : 1; tries > 0 && (grant == NULL || grant->over); tries--)
        grant =
            &world->grants[(world->grant_count - pick_back(random, world->grant_count, WORLD_GRANTS)) % WORLD_GRANTS];
    return grant;
}

const struct known_intent *world_pick_wait(const struct world *world, struct random *random)
{
    return world->wait_count == 0 ? NULL : &world->waits[dice_below(random, world->wait_count)];
}

const struct known_intent *world_pick_asked(const struct world *world, struct random *random)
{
    if (world->asked_count == 0)
        return NULL;
    return &world->asked[(world->asked_count - pick_back(random, world->asked_count, WORLD_ASKED)) % WORLD_ASKED];
}

uint64_t world_pick_rival(const struct world *world, struct random *random)
{
    if (world->rival_count == 0)
        return 0;
    return world->rivals[(world->rival_count - pick_back(random, world->rival_count, WORLD_RIVALS)) % WORLD_RIVALS];
}

uint64_t world_pick_time(const struct world *world, struct random *random)
{
    uint32_t kept = world->time_count < WORLD_TIMES ? world->time_count : WORLD_TIMES;
    bool nearest = dice_percent(random, 70);
    uint64_t best = 0;
    uint32_t found = 0;

    for (uint32_t i = 0; i < kept; i++) {
        uint64_t time = world->times[i];
        if (time <= world->now_ms)
            continue;
        found++;
        if (best == 0 || (nearest ? time < best : dice_below(random, found) == 0))
            best = time;
    }
    return best;
}
