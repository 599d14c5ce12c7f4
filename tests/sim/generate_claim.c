/* Claims: one key or a set, waiting or not, in the usual and in unusual ways. */
#include "tests/sim/generator_parts.h"

static uint64_t pick_ttl(struct generator *generator)
{
    static const uint64_t extremes[] = {0, 999, 1000, 604800000, 604800001, UINT64_MAX, 31536000000};

    if (odd(generator))
        return extremes[below(generator, 7)];
    if (generator->universe.profile->ideas && chance(generator, 30)) /* many end at one time */
        return 11000 - generator->world.now_ms % 10000;
    if (chance(generator, generator->universe.profile->brief_ttl))
        return 1000 + below(generator, 4000);
    return 1000 + below(generator, chance(generator, 50) ? 60000 : 7200000);
}

static uint64_t pick_wait(struct generator *generator)
{
    static const uint64_t extremes[] = {0, 1, 600000, 600001, 86400000, 86400001, UINT64_MAX};

    if (odd(generator))
        return extremes[below(generator, 7)];
    return 1 + below(generator, chance(generator, 50) ? 10000 : 900000);
}

static uint64_t pick_lease(struct generator *generator)
{
    static const uint64_t extremes[] = {0, 999, 1000, 3600000, 3600001, UINT64_MAX};

    return odd(generator) ? extremes[below(generator, 6)] : 1000 + below(generator, 200000);
}

static void bulk_keys(struct generator *generator, struct claim_intent *claim)
{
    uint32_t first = 16 * below(generator, BULK_KEYS / 16);

    claim->key_count = chance(generator, 60) ? LIMIT_ALL_KEYS : 16;
    claim->any = false;
    for (uint32_t i = 0; i < claim->key_count; i++)
        claim->keys[i] = universe_bulk_key(first + i);
    claim->has_wait = claim->has_wait && odd(generator); /* too many to wait for */
}

static uint32_t pick_key_count(struct generator *generator, const struct claim_intent *claim)
{
    const struct profile *profile = generator->universe.profile;

    if (odd(generator))
        return below(generator, (uint32_t)(claim->any ? LIMIT_ANY_KEYS : LIMIT_ALL_KEYS) + 1);
    if (!claim->any && !chance(generator, profile->set))
        return 1;
    return 2 + below(generator, chance(generator, 90) ? 3 : 7);
}

static void pick_keys(struct generator *generator, struct claim_intent *claim)
{
    const struct profile *profile = generator->universe.profile;

    if (profile->bulk && chance(generator, 70)) {
        bulk_keys(generator, claim);
        return;
    }
    claim->key_count = pick_key_count(generator, claim);
    bool crowd = generator->universe.crowd;
    if (crowd || (profile->ideas && chance(generator, 55))) { /* apart from all others */
        for (uint32_t i = 0; i < claim->key_count; i++)
            claim->keys[i] = universe_bulk_key(below(generator, crowd ? BULK_KEYS : 40));
        return;
    }
    for (uint32_t i = 0; i < claim->key_count; i++) {
        struct spelling spelling = generator_spelling(generator);
        claim->keys[i] = span_from_text(spelling.text);
        if (spelling.in[0] != '\0')
            claim->in = span_from_text(spelling.in);
    }
    if (odd(generator) && chance(generator, 20))
        claim->in = span_from_text(chance(generator, 50) ? "not a repo" : "github:other/repo");
}

static void pick_wish(struct generator *generator, struct claim_intent *claim)
{
    const struct profile *profile = generator->universe.profile;

    claim->any = chance(generator, profile->any);
    claim->shared = chance(generator, generator->universe.shared);
    claim->fresh = chance(generator, profile->fresh);
    claim->again = chance(generator, profile->again);
    claim->dry_run = chance(generator, 3);
    claim->has_ttl = chance(generator, 85);
    if (claim->has_ttl)
        claim->ttl_ms = pick_ttl(generator);
    claim->has_wait = chance(generator, profile->wait);
    claim->has_wait_ms = claim->has_wait && chance(generator, 80);
    if (claim->has_wait_ms)
        claim->wait_ms = pick_wait(generator);
    claim->has_waiter_lease = chance(generator, 50);
    if (claim->has_waiter_lease)
        claim->waiter_lease_ms = pick_lease(generator);
    if (claim->has_wait_ms && chance(generator, 12)) { /* both ends at one time */
        claim->has_waiter_lease = true;
        claim->waiter_lease_ms = claim->wait_ms = 1000 + below(generator, 20000);
    }
}

/* Mostly a client with nothing unanswered: one has a single claim in the queue at a time (R6). */
static uint32_t pick_client(struct generator *generator)
{
    uint32_t client = below(generator, generator->universe.client_count);

    if (generator->flood > 0)
        return generator->flood_client;
    for (uint32_t tries = 0; tries < 6 && chance(generator, 95); tries++) {
        if (!world_client_waits(&generator->world, generator->universe.clients[client].id))
            break;
        client = below(generator, generator->universe.client_count);
    }
    return client;
}

/* Of any size, good or bad, and without a word: about nothing. */
struct span generate_no_idea(struct generator *generator)
{
    static char blanks[LIMIT_TEXT_BYTES + 1];
    struct span text = generator_text(generator, LIMIT_TEXT_BYTES);

    memset(blanks, ' ', sizeof blanks);
    bool bad = text.size <= 4 && (text.size == 0 || text.bytes[0] != 'x');
    return bad || text.size > LIMIT_TEXT_BYTES ? text : span_of(blanks, text.size);
}

static void pick_texts(struct generator *generator, struct claim_intent *claim)
{
    claim->ref = generator_text(generator, LIMIT_REF_BYTES);
    claim->origin = generator_text(generator, LIMIT_REF_BYTES);
    if (!chance(generator, generator->universe.ideas)) {
        claim->about = generate_no_idea(generator);
        claim->category = generator_text(generator, LIMIT_CATEGORY_BYTES);
        if (chance(generator, 10))
            claim->aka = generate_no_idea(generator);
        return;
    }
    struct idea_words words = generate_idea(generator);
    claim->about = words.about;
    claim->aka = words.aka;
    claim->category = words.category;
    claim->scope = words.scope;
    generate_not_same(generator, claim);
}

void generate_claim(struct generator *generator)
{
    struct claim_intent *claim = &generator->intent.body.claim;
    uint32_t client = pick_client(generator);

    generator->intent.verb = VERB_CLAIM;
    generator_head(generator, client, generator_actor(generator, client));
    pick_wish(generator, claim);
    pick_keys(generator, claim);
    pick_texts(generator, claim);
}
