/* The generator: which action comes next, when, and by whom. */
#include "tests/sim/generator_parts.h"

#include "base/check.h"

static const uint64_t day_ms = 86400000;

struct generator *generator_new(void)
{
    struct generator *generator = calloc(1, sizeof *generator);
    CHECK(generator != NULL);
    return generator;
}

void generator_free(struct generator *generator)
{
    bytes_free(&generator->payload);
    free(generator);
}

void generator_begin(struct generator *generator, uint64_t seed)
{
    struct bytes kept = generator->payload;

    *generator = (struct generator){.payload = kept};
    random_init(&generator->random, seed);
    universe_init(&generator->universe, &generator->random);
    generate_supply_init(generator);
    generator->stride = chance(generator, 70) ? 3 : 1;
    generator->world.last_ts_ms = 1700000000000 + random_next(&generator->random) % day_ms;
}

const char *generator_profile(const struct generator *generator)
{
    return generator->universe.profile->name;
}

/* ---------------------------------------------------------------- pieces of an intent */

static uint64_t next_seq(struct generator *generator, struct client *client)
{
    if (chance(generator, 2))
        client->next_seq += below(generator, 20);
    if (odd(generator) && client->next_seq > 4)
        return client->next_seq - 1 - below(generator, 4); /* an id used before, or skipped */
    return client->next_seq++;
}

void generator_head(struct generator *generator, uint32_t client, uint32_t actor)
{
    static const char *const bad_names[] = {"", "a\x01", "\xff", "tab\there"};
    struct intent *intent = &generator->intent;
    struct client *who = &generator->universe.clients[client];
    const struct actor *actor_now = &generator->universe.actors[actor];

    intent->has_head = true;
    intent->head.id = (struct intent_id){.client = who->id, .seq = next_seq(generator, who)};
    intent->head.session = actor_now->name;
    intent->head.reply_partition = client % 8;
    memcpy(intent->head.identity, actor_now->identity, sizeof intent->head.identity);
    if (odd(generator) && chance(generator, 10))
        intent->head.session = span_from_text(bad_names[below(generator, 4)]);
    if (odd(generator) && chance(generator, 5))
        intent->head.id.client = 0;
    if (odd(generator) && chance(generator, 5))
        intent->head.id.seq = chance(generator, 50) ? 0 : UINT64_MAX;
    world_asked(&generator->world, intent->head.id, actor);
}

uint32_t generator_actor(struct generator *generator, uint32_t client)
{
    return chance(generator, 88) ? generator->universe.clients[client].home
                                 : below(generator, generator->universe.actor_count);
}

struct spelling generator_spelling(struct generator *generator)
{
    /* Claims by name over what is offered. */
    if (chance(generator, generator->supply.part / 2))
        return generate_item_key(generator);
    return generator_any_spelling(generator);
}

struct spelling generator_any_spelling(struct generator *generator)
{
    struct universe *universe = &generator->universe;

    if (odd(generator) && chance(generator, 40)) {
        struct span bad = universe_bad_key(&generator->random);
        static char text[LIMIT_KEY_BYTES + 8]; /* used up before the next one is made, but in sets: then it repeats */
        memcpy(text, bad.bytes, bad.size);
        text[bad.size] = '\0';
        return (struct spelling){"", text};
    }
    return universe->spellings[below(generator, universe->spelling_count)];
}

struct span generator_text(struct generator *generator, uint32_t size_most)
{
    static char filler[8200];
    static const char *const texts[] = {"fix the flaky test", "x", "two\nlines\tand a tab", "d\xc3\xa9j\xc3\xa0 vu"};
    static const char *const bad[] = {"\x01", "\xc3", "del\x7f"};

    if (filler[0] == '\0')
        memset(filler, 'w', sizeof filler - 1);
    if (chance(generator, 55))
        return (struct span){0};
    if (odd(generator) && chance(generator, 30))
        return chance(generator, 50) ? span_from_text(bad[below(generator, 3)]) : span_of(filler, size_most + 1);
    if (chance(generator, 5)) {
        uint32_t sizes[] = {300, 1024, 1025, size_most};
        uint32_t size = sizes[below(generator, 4)];
        return span_of(filler, size < size_most ? size : size_most);
    }
    struct span text = span_from_text(texts[below(generator, 4)]);
    return span_first(text, text.size < size_most ? text.size : size_most);
}

/* ---------------------------------------------------------------- time */

static uint64_t far_jump(struct generator *generator)
{
    static const uint64_t jumps[] = {60000, 600000, 3600000, 86400000, 86400000, 2592000000, 31536000000};

    if (chance(generator, 3))
        return chance(generator, 50) ? (uint64_t)1 << 53 : UINT64_MAX;
    return jumps[below(generator, 7)] - 1 + below(generator, 3);
}

static uint64_t next_ts(struct generator *generator)
{
    const struct profile *profile = generator->universe.profile;
    uint64_t last = generator->world.last_ts_ms;

    if (generator->flood > 0)
        return last;
    if (chance(generator, profile->jump_due)) {
        uint64_t due = world_pick_time(&generator->world, &generator->random);
        if (due != 0)
            return last + (due - generator->world.now_ms) - 1 + below(generator, 3);
    }
    if (chance(generator, profile->step_back))
        return chance(generator, 90) ? last - last % 100000 : below(generator, 5);
    if (chance(generator, profile->jump_far)) {
        uint64_t jump = far_jump(generator);
        return last + jump < last ? UINT64_MAX : last + jump;
    }
    if (chance(generator, 35))
        return last;
    return last + below(generator, chance(generator, 70) ? 200 : 5000);
}

/* ---------------------------------------------------------------- the next record */

static enum action pick_action(struct generator *generator)
{
    const uint8_t *weights = generator->universe.profile->weights;
    uint32_t sum = 0;

    if (generator->flood > 0 && --generator->flood > 0)
        return generator->flood_action;
    if (generator->universe.has_tickets && chance(generator, 4))
        return ACT_CONFIGURE;
    if (generator->universe.ideas > 0 && chance(generator, 3))
        return ACT_LABEL;
    if (below(generator, 400) == 0) {
        generator->flood = 5 + below(generator, 30);
        generator->flood_client = below(generator, generator->universe.client_count);
        generator->flood_action = chance(generator, 70) ? ACT_CLAIM : ACT_QUERY;
    }
    for (uint32_t i = 0; i < ACTIONS; i++)
        sum += weights[i];
    uint32_t roll = below(generator, sum);
    for (uint32_t i = 0; i < ACTIONS; i++) {
        if (roll < weights[i])
            return (enum action)i;
        roll -= weights[i];
    }
    return ACT_TICK;
}

static void make_intent(struct generator *generator, enum action action)
{
    static void (*const makers[ACTIONS])(struct generator *) = {
        [ACT_CLAIM] = generate_claim,   [ACT_RENEW] = generate_renew,         [ACT_CLOSE] = generate_close,
        [ACT_CANCEL] = generate_cancel, [ACT_HANDOFF] = generate_handoff,     [ACT_TAKE] = generate_take,
        [ACT_QUERY] = generate_query,   [ACT_REVOKE] = generate_revoke,       [ACT_CONFIGURE] = generate_configure,
        [ACT_SEAL] = generate_seal,     [ACT_RECOVERED] = generate_recovered, [ACT_GENESIS] = generate_genesis,
        [ACT_LABEL] = generate_label};

    generator->intent = (struct intent){.verb = VERB_TICK};
    bool of_supply = action != ACT_GENESIS && generator->flood == 0 && generate_of_supply(generator);
    if (!of_supply && makers[action] != NULL)
        makers[action](generator);
    /* What the codec cannot even say becomes a tick. */
    generator->payload.size = 0;
    if (sim_codec_encode(&generator->intent, &generator->payload))
        return;
    generator->record.ref_count = 0;
    generator->intent = (struct intent){.verb = VERB_TICK};
    CHECK(sim_codec_encode(&generator->intent, &generator->payload));
}

/* The very same bytes once more. */
static bool make_retry(struct generator *generator, const struct sequence *sequence)
{
    uint32_t reach = sequence->count;

    if (reach < 2)
        return false;
    if (reach > 16 && chance(generator, 70))
        reach = 16;
    const struct sim_record *before = &sequence->records[sequence->count - 1 - below(generator, reach - 1)];
    struct span payload = sequence_payload(sequence, before);
    generator->payload.size = 0;
    bytes_add(&generator->payload, payload.bytes, payload.size);
    generator->record.ref_count = before->ref_count;
    memcpy(generator->record.refs, before->refs, sizeof before->refs);
    return true;
}

bool generator_next(struct generator *generator, struct sequence *sequence)
{
    enum action action = pick_action(generator);

    generator->record = (struct sim_record){.offset = generator->next_offset, .ts_ms = next_ts(generator)};
    generator->next_offset += chance(generator, 95) ? generator->stride : 1 + below(generator, 5);
    if (!generator->world.has_genesis && (sequence->count >= 3 || !chance(generator, 3)))
        action = ACT_GENESIS;
    if (action != ACT_RETRY || !make_retry(generator, sequence))
        make_intent(generator, action);
    if (action == ACT_GARBAGE)
        generate_garbage(generator, sequence);
    return sequence_add(sequence, &generator->record, bytes_span(&generator->payload));
}

void generator_hear(struct generator *generator, const struct decision *decision)
{
    world_hear(&generator->world, decision);
}

void generator_clock(struct generator *generator, const struct sim_record *record, const struct intent *intent)
{
    world_clock(&generator->world, record, intent);
}
