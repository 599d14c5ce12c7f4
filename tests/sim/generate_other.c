/* Queries, the operator's and the log's own records, and bytes that are nobody's. */
#include "tests/sim/generator_parts.h"

static void pick_idea(struct generator *generator, struct query_intent *query)
{
    struct idea_words words = generate_idea(generator);

    query->about = words.about;
    query->aka = words.aka;
    query->category = words.category;
    query->scope = words.scope;
    if (chance(generator, 60))
        query->key = query->in = (struct span){0};
}

void generate_query(struct generator *generator)
{
    static const char *const prefixes[] = {
        "", "file:", "file:github:o/r:src/", "job:x", "github:o/r#", "zz", "\xff", "linear:", "ENG"};
    struct query_intent *query = &generator->intent.body.query;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    const struct known_intent *asked = world_pick_asked(&generator->world, &generator->random);
    const struct known_intent *wait = world_pick_wait(&generator->world, &generator->random);
    uint32_t client = below(generator, generator->universe.client_count);
    struct spelling spelling = generator_spelling(generator);

    if (generator->flood > 0)
        client = generator->flood_client;
    generator->intent.verb = VERB_QUERY;
    generator_head(generator, client,
                   asked != NULL && chance(generator, 60) ? asked->actor : generator_actor(generator, client));
    query->kind = (enum query_kind)(1 + below(generator, 7));
    if (chance(generator, generator->universe.ideas / 2))
        query->kind = QUERY_SIMILAR;
    if (chance(generator, generator->supply.part))
        query->kind = chance(generator, 50) ? QUERY_SUPPLY : QUERY_STEER;
    query->key = grant != NULL && chance(generator, 40) ? grant->key : span_from_text(spelling.text);
    query->in = span_from_text(spelling.in);
    if (query->kind == QUERY_TICKET && asked != NULL)
        query->ticket = wait != NULL && chance(generator, 30) ? wait->id : asked->id;
    if (query->kind == QUERY_CHECK && grant != NULL) {
        query->token = grant->token;
        generator->record.refs[generator->record.ref_count++] = (struct token_ref){.target = 0, .id = grant->id};
    }
    if (query->kind == QUERY_SIMILAR)
        pick_idea(generator, query);
    if (query->kind == QUERY_POLICY && chance(generator, 40))
        query->scope = generate_scope(generator);
    if (query->kind == QUERY_POLICY && chance(generator, 60))
        query->category = generate_category(generator);
    if (query->kind == QUERY_STEER && chance(generator, 20))
        query->after.token = below(generator, 5);
    if (query->kind != QUERY_LIST)
        return;
    query->prefix = span_from_text(prefixes[below(generator, 9)]);
    if (chance(generator, 30))
        query->session = generator->universe.actors[below(generator, generator->universe.actor_count)].name;
    query->want_held = chance(generator, 75);
    query->want_done = chance(generator, 60);
    query->want_waits = chance(generator, 40);
    query->want_offers = chance(generator, 50);
    if (chance(generator, 40) && grant != NULL)
        query->after = (struct list_cursor){.done = chance(generator, 30),
                                            .key = grant->key,
                                            .token = chance(generator, 50) ? grant->token : 0,
                                            .waits = chance(generator, 30),
                                            .offers = chance(generator, 30)};
}

/* ---------------------------------------------------------------- policy */

struct policy_range {
    uint64_t initial, least, most;
};

static struct policy_range policy_range(uint32_t id)
{
#define POLICY_RANGE(number, NAME, name, unit, initial, least, most) [number] = {initial, least, most},
    static const struct policy_range ranges[POLICY_END] = {POLICY_TABLE(POLICY_RANGE)};
#undef POLICY_RANGE
    return id < POLICY_END ? ranges[id] : (struct policy_range){0};
}

static uint64_t pick_policy_value(struct generator *generator, uint32_t id)
{
    struct policy_range range = policy_range(id);
    uint32_t roll = below(generator, 100);

    if (odd(generator) && chance(generator, 20))
        return chance(generator, 50) ? range.most + 1 : range.least - 1;
    if (roll < 50)
        return range.least + below(generator, 4);
    if (roll < 70)
        return range.initial;
    if (roll < 85 && range.least + 5000 <= range.most)
        return range.least + below(generator, 5000);
    return random_between(&generator->random, range.least, chance(generator, 80) ? range.initial : range.most);
}

static void add_policy(struct policy_entry *entries, uint32_t *count, uint32_t id, uint64_t value)
{
    if (*count < POLICY_END)
        entries[(*count)++] = (struct policy_entry){.id = id, .value = value};
}

static void add_random_policies(struct generator *generator, struct policy_entry *entries, uint32_t *count)
{
    for (uint32_t left = 1 + below(generator, 4); left > 0; left--) {
        uint32_t id = 1 + below(generator, POLICY_ABOUT_MAX_BYTES);
        if (chance(generator, generator->supply.part))
            id = POLICY_OFFERS_MAX + below(generator, POLICY_PLATEAU_LEAST - POLICY_OFFERS_MAX + 1);
        if (odd(generator) && chance(generator, 10))
            id = below(generator, 40);
        /* When an idle session's row fades is no rule (R33), so what would show it stays as it was at first. */
        if (id == POLICY_SESSIONS_MAX || id == POLICY_DENIAL_WINDOW_MS)
            continue;
        add_policy(entries, count, id, pick_policy_value(generator, id));
    }
}

static void use_operator(struct generator *generator, uint8_t identity[LIMIT_IDENTITY_BYTES])
{
    memcpy(identity, generator->universe.operator_identity, LIMIT_IDENTITY_BYTES);
    if (chance(generator, 20))
        identity[chance(generator, 50) ? 0 : LIMIT_IDENTITY_BYTES - 1] ^= 1;
}

void generate_configure(struct generator *generator)
{
    struct configure_intent *configure = &generator->intent.body.configure;
    uint32_t client = below(generator, generator->universe.client_count);

    generator->intent.verb = VERB_CONFIGURE;
    generator_head(generator, client, generator_actor(generator, client));
    use_operator(generator, configure->operator_identity);
    bool has_prefixes = chance(generator, generator->universe.has_tickets ? 75 : 10);
    if (chance(generator, has_prefixes ? 25 : 92))
        add_random_policies(generator, configure->entries, &configure->entry_count);
    if (chance(generator, generator->universe.ideas))
        generate_idea_policies(generator, configure->entries, &configure->entry_count);
    if (chance(generator, generator->supply.targets))
        generate_targets(generator, configure->entries, &configure->entry_count);
    if (has_prefixes)
        generate_prefixes(generator, configure);
}

void generate_seal(struct generator *generator)
{
    uint32_t client = below(generator, generator->universe.client_count);

    generator->intent.verb = VERB_SEAL;
    generator_head(generator, client, generator_actor(generator, client));
    use_operator(generator, generator->intent.body.seal.operator_identity);
    generator->intent.body.seal.moved_to = generator_text(generator, LIMIT_TEXT_BYTES);
}

/* What is left of an import once its records are in (S42). */
static void generate_import_end(struct generator *generator)
{
    struct import_intent *import = &generator->intent.body.import;

    generator->intent.verb = VERB_IMPORT;
    use_operator(generator, import->operator_identity);
    import->end = !chance(generator, 10);
    import->record_count = chance(generator, 10) ? 1 : 0;
    import->jump_max_ms = chance(generator, 10) ? 0 : 1000 + below(generator, 100000);
    import->row_keep_ms = chance(generator, 5) ? UINT64_MAX : 1 + below(generator, 700000);
}

void generate_recovered(struct generator *generator)
{
    if (chance(generator, 30)) {
        generate_import_end(generator);
        return;
    }
    generator->intent.verb = VERB_RECOVERED;
    generator->intent.body.recovered.lost_records = chance(generator, 60);
}

void generate_genesis(struct generator *generator)
{
    static const uint64_t jumps[] = {UINT64_MAX, UINT64_MAX, 60000, 60000, 1000, 86400000, 1};
    struct genesis_intent *genesis = &generator->intent.body.genesis;
    const struct profile *profile = generator->universe.profile;

    generator->intent.verb = VERB_GENESIS;
    genesis->format = 1;
    genesis->rules = 1;
    memset(genesis->store_id, 0x5d, sizeof genesis->store_id);
    memcpy(genesis->operator_identity, generator->universe.operator_identity, LIMIT_IDENTITY_BYTES);
    genesis->jump_max_ms = profile->bulk ? UINT64_MAX : jumps[below(generator, 7)];
    genesis->row_keep_ms = chance(generator, profile->small_keep) ? 1 + below(generator, 8000) : 600000;
    if (!chance(generator, 15) || profile->bulk)
        add_policy(genesis->entries, &genesis->entry_count, POLICY_CLAIMS_PER_MINUTE, 100000);
    if (profile->bulk)
        add_policy(genesis->entries, &genesis->entry_count, POLICY_CLAIMS_PER_SESSION, 256);
    if (chance(generator, profile->small_keep))
        add_policy(genesis->entries, &genesis->entry_count, POLICY_WAITED_KEEP_MS, below(generator, 10000));
    if (chance(generator, 40))
        add_policy(genesis->entries, &genesis->entry_count, POLICY_DONE_TTL_MS, 1000 + below(generator, 20000));
    if (chance(generator, 30))
        add_policy(genesis->entries, &genesis->entry_count, POLICY_DENIAL_WINDOW_MS, 1000 + below(generator, 20000));
    generate_supply_policy(generator, genesis->entries, &genesis->entry_count);
    if (chance(generator, profile->tiny_limits))
        add_random_policies(generator, genesis->entries, &genesis->entry_count);
    if (!generator->universe.crowd && chance(generator, generator->universe.ideas / 2))
        generate_idea_policies(generator, genesis->entries, &genesis->entry_count);
    if (generator->universe.crowd || generator->universe.mild) {
        add_policy(genesis->entries, &genesis->entry_count, POLICY_IDEA_DENY, 1001);
        add_policy(genesis->entries, &genesis->entry_count, POLICY_IDEA_ASK, chance(generator, 70) ? 1001 : 700);
        add_policy(genesis->entries, &genesis->entry_count, POLICY_IDEA_WARN, 10 + below(generator, 300));
    }
    if (odd(generator) && chance(generator, 15))
        generate_targets(generator, genesis->entries, &genesis->entry_count);
    for (uint32_t i = 0; i < genesis->entry_count && !odd(generator); i++)
        genesis->entries[i].scope = (struct span){0};
}

/* ---------------------------------------------------------------- garbage */

static void any_bytes(struct generator *generator)
{
    generator->payload.size = 0;
    for (uint32_t left = below(generator, 60); left > 0; left--) {
        uint8_t byte = (uint8_t)below(generator, 256);
        bytes_add(&generator->payload, &byte, 1);
    }
}

static void spoil(struct generator *generator)
{
    static const uint8_t unknown_field[] = {0xf8, 0x07, 0x01}; /* number 127, a varint */
    struct bytes *payload = &generator->payload;
    uint32_t roll = below(generator, 100);

    if (roll < 25 && payload->size > 0)
        payload->size = below(generator, (uint32_t)payload->size);
    else if (roll < 45)
        bytes_add(payload, unknown_field, sizeof unknown_field);
    else if (roll < 47)
        while (payload->size <= LIMIT_RECORD_BYTES)
            bytes_add(payload, unknown_field, sizeof unknown_field);
    else
        for (uint32_t flips = 1 + below(generator, 3); flips > 0 && payload->size > 0; flips--)
            payload->data[below(generator, (uint32_t)payload->size)] ^= (uint8_t)(1u << below(generator, 8));
}

void generate_garbage(struct generator *generator, const struct sequence *sequence)
{
    if (sequence->count == 0 || chance(generator, 20)) {
        any_bytes(generator);
        return;
    }
    uint32_t reach = sequence->count < 20 ? sequence->count : 20;
    struct span payload = sequence_payload(sequence, &sequence->records[sequence->count - 1 - below(generator, reach)]);
    generator->payload.size = 0;
    generator->record.ref_count = 0;
    bytes_add(&generator->payload, payload.bytes, payload.size);
    spoil(generator);
}
