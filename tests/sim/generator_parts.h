/* Inside the generator: its state, and the makers of each kind of intent. */
#ifndef SIM_GENERATOR_PARTS_H
#define SIM_GENERATOR_PARTS_H

#include "tests/sim/generator.h"
#include "tests/sim/world.h"

/* What a claim or a query says of its idea. */
struct idea_words {
    struct span about, aka, category, scope;
};

/* How much of the story is work that is offered and picked, and what it is like: percent, but for the counts. */
struct supply_story {
    uint32_t part, items, categories, chains, needs, times, done, reward, brief, targets;
    bool selecting;           /* mostly it is picked and closed */
    uint32_t shift, rewarded; /* after so many rewards what paid doesn't, and back; 0: they are any */
};

struct generator {
    struct random random;
    struct universe universe;
    struct world world;
    struct intent intent;     /* the one being made */
    struct sim_record record; /* it will be in */
    struct bytes payload;
    uint64_t next_offset;
    uint32_t stride; /* offsets between records: topics have gaps, and extra ticks need room */
    uint32_t last_code;
    uint8_t prefix_texts[LIMIT_PREFIXES][LIMIT_PREFIX_BYTES + 1]; /* of the configure being made */
    struct idea_words last_idea;                                  /* asked again, since people do */
    uint32_t flood, flood_client; /* so many more of the same at the same moment, through that client */
    enum action flood_action;
    struct supply_story supply;
};

/* Rolls. */
static inline bool chance(struct generator *generator, uint32_t percent)
{
    return dice_percent(&generator->random, percent);
}

static inline uint32_t below(struct generator *generator, uint32_t bound)
{
    return dice_below(&generator->random, bound);
}

/* Something out of the ordinary, as often as the profile likes it. */
static inline bool odd(struct generator *generator)
{
    return chance(generator, generator->universe.profile->odd);
}

/* generator.c: the head of an intent by that actor. */
void generator_head(struct generator *generator, uint32_t client, uint32_t actor);
uint32_t generator_actor(struct generator *generator, uint32_t client); /* mostly the client's own */
struct spelling generator_spelling(struct generator *generator);
struct spelling generator_any_spelling(struct generator *generator);         /* of no offered item */
struct span generator_text(struct generator *generator, uint32_t size_most); /* mostly good */

/* Each fills intent.verb and intent.body, and mostly calls generator_head. */
void generate_claim(struct generator *generator);
void generate_renew(struct generator *generator);
void generate_close(struct generator *generator);
void generate_cancel(struct generator *generator);
void generate_handoff(struct generator *generator);
void generate_take(struct generator *generator);
void generate_revoke(struct generator *generator);
void generate_query(struct generator *generator);
void generate_configure(struct generator *generator);
void generate_label(struct generator *generator);
void generate_prefixes(struct generator *generator, struct configure_intent *configure);
void generate_genesis(struct generator *generator);
void generate_recovered(struct generator *generator);
void generate_seal(struct generator *generator);

/* generate_idea.c */
struct idea_words generate_idea(struct generator *generator); /* good until the next one but three */
struct span generate_scope(struct generator *generator);
void generate_not_same(struct generator *generator, struct claim_intent *claim);
void generate_idea_policies(struct generator *generator, struct policy_entry *entries, uint32_t *count);

/* generate_supply.c */
void generate_supply_init(struct generator *generator);
void generate_supply_policy(struct generator *generator, struct policy_entry *entries, uint32_t *count);
struct span generate_category(struct generator *generator); /* also none, and what is no text */
void generate_targets(struct generator *generator, struct policy_entry *entries, uint32_t *count);
bool generate_of_supply(struct generator *generator); /* false: the record is to be about something else */
struct spelling generate_item_key(struct generator *generator);
void generate_offer(struct generator *generator);
void generate_withdraw(struct generator *generator);
void generate_next(struct generator *generator);
void generate_finish(struct generator *generator);
struct span generate_no_idea(struct generator *generator); /* a text, but blank where it would be an idea */

/* Spoils the payload, or replaces it by one that was never good. */
void generate_garbage(struct generator *generator, const struct sequence *sequence);

#endif
