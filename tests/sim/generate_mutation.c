/* Renew, close, cancel, hand-off, take, revoke: on tokens and keys that are one's own, another's, or long gone. */
#include "tests/sim/generator_parts.h"

/* Puts a token that was granted into the target and remembers whose it was. */
static void use_token(struct generator *generator, struct target *target, uint32_t at, const struct known_grant *grant)
{
    struct sim_record *record = &generator->record;

    target->token = grant != NULL ? grant->token : below(generator, 8);
    if (odd(generator) && chance(generator, 20)) {
        target->token += 1 + below(generator, 3);
        return;
    }
    if (grant != NULL && record->ref_count < REFS_MAX)
        record->refs[record->ref_count++] = (struct token_ref){.target = at, .id = grant->id};
}

static struct span use_key(struct generator *generator, struct span *in, const struct known_grant *grant)
{
    if (grant != NULL && grant->key.size != 0 && chance(generator, 80))
        return grant->key;
    struct spelling spelling = generator_spelling(generator);
    if (spelling.in[0] != '\0')
        *in = span_from_text(spelling.in);
    return span_from_text(spelling.text);
}

static void use_ticket(struct generator *generator, struct target *target, const struct known_grant *grant)
{
    const struct known_intent *wait = world_pick_wait(&generator->world, &generator->random);
    const struct known_intent *asked = world_pick_asked(&generator->world, &generator->random);

    if (wait != NULL && chance(generator, 55))
        target->id = wait->id;
    else if (grant != NULL && chance(generator, 50))
        target->id = grant->id;
    else if (asked != NULL)
        target->id = asked->id;
}

static void pick_target(struct generator *generator, struct target *target, uint32_t at, struct span *in,
                        const struct known_grant *grant)
{
    uint32_t roll = below(generator, 100);

    target->kind = roll < 50 ? TARGET_TOKEN : roll < 80 ? TARGET_KEY : TARGET_FENCED_KEY;
    if (target->kind != TARGET_KEY)
        use_token(generator, target, at, grant);
    if (target->kind != TARGET_TOKEN)
        target->key = use_key(generator, in, grant);
}

/* Mostly the holder itself speaks, through any client. */
static void head_for(struct generator *generator, const struct known_grant *grant)
{
    uint32_t client = below(generator, generator->universe.client_count);
    bool holder = grant != NULL && chance(generator, 85);

    generator_head(generator, client, holder ? grant->actor : generator_actor(generator, client));
}

static uint32_t pick_target_count(struct generator *generator)
{
    if (odd(generator))
        return below(generator, LIMIT_RENEW_ITEMS + 1);
    return chance(generator, 75) ? 1 : 1 + below(generator, 4);
}

void generate_renew(struct generator *generator)
{
    static const uint64_t ttls[] = {0, 1, 1000, 30000, 604800000, 604800001, UINT64_MAX};
    struct renew_intent *renew = &generator->intent.body.renew;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);

    generator->intent.verb = VERB_RENEW;
    head_for(generator, grant);
    renew->target_count = pick_target_count(generator);
    for (uint32_t i = 0; i < renew->target_count; i++) {
        if (chance(generator, 25)) {
            renew->targets[i].kind = TARGET_TICKET;
            use_ticket(generator, &renew->targets[i], grant);
        } else {
            pick_target(generator, &renew->targets[i], i, &renew->in, grant);
        }
        grant = world_pick_grant(&generator->world, &generator->random);
    }
    renew->has_ttl = chance(generator, 40);
    if (renew->has_ttl)
        renew->ttl_ms = chance(generator, 70) ? 1000 + below(generator, 60000) : ttls[below(generator, 7)];
    renew->shorten = chance(generator, 15);
}

void generate_close(struct generator *generator)
{
    struct close_intent *close = &generator->intent.body.close;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    uint32_t roll = below(generator, 100);

    generator->intent.verb = VERB_CLOSE;
    head_for(generator, grant);
    close->outcome = roll < 40 ? CLOSE_DONE : roll < 60 ? CLOSE_ABANDONED : CLOSE_RELEASED;
    close->all = chance(generator, 6);
    if (close->all && chance(generator, 90))
        close->outcome = CLOSE_RELEASED;
    if (!close->all || odd(generator))
        close->target_count = pick_target_count(generator);
    for (uint32_t i = 0; i < close->target_count; i++) {
        pick_target(generator, &close->targets[i], i, &close->in, grant);
        if (chance(generator, 50))
            grant = world_pick_grant(&generator->world, &generator->random);
    }
    if (close->outcome == CLOSE_DONE || odd(generator))
        close->result = generator_text(generator, LIMIT_TEXT_BYTES);
    if (close->outcome != CLOSE_DONE || odd(generator))
        close->reason = generator_text(generator, LIMIT_TEXT_BYTES);
    close->has_reward = chance(generator, close->outcome == CLOSE_DONE ? 30 : 2);
    if (close->has_reward)
        close->reward = odd(generator) ? 10001 : below(generator, 10001);
}

void generate_cancel(struct generator *generator)
{
    const struct known_intent *wait = world_pick_wait(&generator->world, &generator->random);
    const struct known_intent *asked = world_pick_asked(&generator->world, &generator->random);
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    struct intent_id *target = &generator->intent.body.cancel.target;
    uint32_t client = below(generator, generator->universe.client_count);
    uint32_t actor = generator_actor(generator, client);
    struct client *ahead = &generator->universe.clients[client];

    generator->intent.verb = VERB_CANCEL;
    if (wait != NULL && chance(generator, 40)) {
        *target = wait->id;
        actor = wait->actor;
    } else if (grant != NULL && chance(generator, 45)) {
        *target = grant->id;
        actor = grant->actor;
    } else if (asked != NULL && chance(generator, 45)) {
        *target = asked->id;
        actor = asked->actor;
    } else if (chance(generator, 90)) {
        /* Before it comes: the next ones but one of this client, or its very own id. */
        *target = (struct intent_id){.client = ahead->id, .seq = ahead->next_seq + below(generator, 3)};
    }
    if (chance(generator, 5))
        actor = below(generator, generator->universe.actor_count);
    generator_head(generator, client, actor);
}

void generate_handoff(struct generator *generator)
{
    struct handoff_intent *handoff = &generator->intent.body.handoff;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);

    generator->intent.verb = VERB_HANDOFF;
    head_for(generator, grant);
    pick_target(generator, &handoff->target, 0, &handoff->in, grant);
    handoff->withdraw = chance(generator, 10);
    generator->last_code = below(generator, CODES_MAX);
    if (!handoff->withdraw)
        sim_codec_code_hash(universe_code(generator->last_code), handoff->code_hash);
}

void generate_take(struct generator *generator)
{
    struct take_intent *take = &generator->intent.body.take;
    uint32_t client = below(generator, generator->universe.client_count);

    generator->intent.verb = VERB_TAKE;
    generator_head(generator, client, generator_actor(generator, client));
    take->code = universe_code(chance(generator, 75) ? generator->last_code : below(generator, CODES_MAX));
    if (odd(generator))
        take->code = span_first(take->code, chance(generator, 50) ? 15 : 0);
    take->origin = generator_text(generator, LIMIT_REF_BYTES);
}

void generate_revoke(struct generator *generator)
{
    struct revoke_intent *revoke = &generator->intent.body.revoke;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    uint32_t roll = below(generator, 100);

    generator->intent.verb = VERB_REVOKE;
    head_for(generator, NULL);
    memcpy(revoke->operator_identity, generator->universe.operator_identity, LIMIT_IDENTITY_BYTES);
    if (chance(generator, 20))
        revoke->operator_identity[chance(generator, 50) ? 0 : LIMIT_IDENTITY_BYTES - 1] ^= 1;
    revoke->target.kind = roll < 35 ? TARGET_TOKEN : roll < 65 ? TARGET_KEY : TARGET_SESSION;
    if (revoke->target.kind == TARGET_TOKEN)
        use_token(generator, &revoke->target, 0, grant);
    if (revoke->target.kind == TARGET_KEY)
        revoke->target.key = use_key(generator, &revoke->in, grant);
    if (revoke->target.kind == TARGET_SESSION)
        revoke->target.session = generator->universe.actors[below(generator, generator->universe.actor_count)].name;
    revoke->reason = odd(generator) ? (struct span){0} : span_from_text("it hangs");
}
