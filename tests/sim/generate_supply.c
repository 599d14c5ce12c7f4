/* Work that is offered, withdrawn, picked and closed with a reward; and how much of a seed's story that is. */
#include "tests/sim/generator_parts.h"

#include <stdio.h>

enum { ITEMS_MAX = 40, CATEGORIES = 6, NEEDS = 4 };

/* Items of a few families of keys. */
static const char *item_key(uint32_t number)
{
    static char keys[ITEMS_MAX][40];
    static const char *const forms[] = {"github:o/r#%u", "gitlab:g/p!%u", "github:o/q#%u", "job:x/n%u", "task:fix-%u"};
    char *key = keys[number % ITEMS_MAX];

    if (key[0] == '\0')
        (void)snprintf(key, sizeof keys[0], forms[number % 5], number % ITEMS_MAX);
    return key;
}

/* Two categories, and one thing that pays until the other does: rewards that say that the world has changed. */
static void generate_shifts(struct supply_story *story, uint32_t shift)
{
    *story = (struct supply_story){.part = 90,
                                   .items = ITEMS_MAX,
                                   .categories = 2,
                                   .done = 100,
                                   .reward = 100,
                                   .targets = 60,
                                   .selecting = true,
                                   .shift = shift};
}

void generate_supply_init(struct generator *generator)
{
    static const uint8_t parts[] = {0, 15, 40, 85};
    struct supply_story *story = &generator->supply;

    story->part = parts[below(generator, 4)];
    story->items = 2 + below(generator, chance(generator, 50) ? 6 : ITEMS_MAX - 1);
    story->categories = 1 + below(generator, CATEGORIES);
    story->chains = below(generator, 60);
    story->needs = chance(generator, 50) ? 0 : below(generator, 60);
    story->times = chance(generator, 40) ? 0 : below(generator, 70);
    story->done = 30 + below(generator, 70);
    story->reward = 20 + below(generator, 80);
    story->targets = chance(generator, 50) ? 0 : below(generator, 80);
    story->brief = story->part == 0 || chance(generator, 40) ? 0 : 40;
    story->selecting = chance(generator, 40);
    if (story->part != 0 && chance(generator, 12))
        generate_shifts(story, 4 + below(generator, 8));
}

/* Windows so small that they are full soon, and limits that are reached. */
void generate_supply_policy(struct generator *generator, struct policy_entry *entries, uint32_t *count)
{
    const struct policy_entry brief[] = {{POLICY_PLATEAU_WINDOW, 1 + below(generator, 6), {0}, {0}},
                                         {POLICY_PLATEAU_MOST, 2000 + below(generator, 5000), {0}, {0}},
                                         {POLICY_PLATEAU_LEAST, below(generator, 4000), {0}, {0}},
                                         {POLICY_STEER_WINDOW, 1 + below(generator, 60), {0}, {0}},
                                         {POLICY_COOL_FIRST_MS, below(generator, 20000), {0}, {0}},
                                         {POLICY_COOL_MAX_MS, below(generator, 60000), {0}, {0}},
                                         {POLICY_SUPPLY_DROUGHT, 1 + below(generator, 4), {0}, {0}},
                                         {POLICY_SUPPLY_HEALTHY, 1 + below(generator, 12), {0}, {0}},
                                         {POLICY_SUPPLY_THIN, 1 + below(generator, 8), {0}, {0}},
                                         {POLICY_OFFERS_MAX, below(generator, 30), {0}, {0}},
                                         {POLICY_PRIORITY_STEP_MS, 1000 + below(generator, 60000), {0}, {0}}};

    for (uint32_t i = 0; i < sizeof brief / sizeof brief[0]; i++) {
        if (*count < POLICY_END && chance(generator, generator->supply.brief))
            entries[(*count)++] = brief[i];
    }
}

/* Mostly one of the items, now and then one of the keys that are claimed anyway. */
struct spelling generate_item_key(struct generator *generator)
{
    if (chance(generator, 15))
        return generator_any_spelling(generator);
    return (struct spelling){"", item_key(below(generator, generator->supply.items))};
}

static const char *const category_names[CATEGORIES] = {"fix", "feat", "", "docs", "Fix", "chore/deps"};

static struct span pick_category(struct generator *generator)
{
    bool main = generator->supply.shift != 0 && chance(generator, 70);

    return span_from_text(category_names[main ? 0 : below(generator, generator->supply.categories)]);
}

struct span generate_category(struct generator *generator)
{
    static char too_long[LIMIT_CATEGORY_BYTES + 1];

    memset(too_long, 'c', sizeof too_long);
    if (odd(generator) && chance(generator, 25))
        return chance(generator, 50) ? span_from_text("\xc3") : span_of(too_long, sizeof too_long);
    return chance(generator, 80) ? pick_category(generator)
                                 : span_from_text(category_names[below(generator, CATEGORIES)]);
}

/* Categories upon categories, so that their numbers run out. */
static void generate_many_targets(struct generator *generator, struct policy_entry *entries, uint32_t *count)
{
    static char names[POLICY_END][8];
    uint32_t first = below(generator, 300);

    for (uint32_t i = *count; i < POLICY_END; i++) {
        (void)snprintf(names[i], sizeof names[i], "c%u", first + i);
        entries[(*count)++] =
            (struct policy_entry){POLICY_STEER_TARGET, below(generator, 10001), {0}, span_from_text(names[i])};
    }
}

/* Categories with a target of their own, and those from which it is taken back. */
void generate_targets(struct generator *generator, struct policy_entry *entries, uint32_t *count)
{
    static const uint64_t targets[] = {0, 1, 310, 2000, 5000, 10000, 10001, 10001};

    if (odd(generator) && chance(generator, 20)) {
        generate_many_targets(generator, entries, count);
        return;
    }
    for (uint32_t left = 1 + below(generator, 3); left > 0 && *count < POLICY_END; left--) {
        struct policy_entry entry = {.id = POLICY_STEER_TARGET, .category = generate_category(generator)};
        entry.value = chance(generator, 70) ? targets[below(generator, 8)] : below(generator, 10002);
        if (odd(generator) && chance(generator, 20))
            entry.value = chance(generator, 50) ? 10002 : UINT64_MAX;
        if (odd(generator) && chance(generator, 20))
            entry.id = chance(generator, 50) ? POLICY_STEER_GAIN : POLICY_IDEA_ASK;
        if (odd(generator) && chance(generator, 10))
            entry.scope = generate_scope(generator);
        entries[(*count)++] = entry;
    }
}

static struct span pick_need(struct generator *generator)
{
    static const char *const good[NEEDS] = {"gpu", "net.out", "GPU", "a_b-9"};
    static const char *const bad[] = {"", "has space", "n\xc3\xa4",
                                      "0123456789012345678901234567890123456789012345678901234567890123x"};

    if (odd(generator) && chance(generator, 20))
        return span_from_text(bad[below(generator, 4)]);
    return span_from_text(good[below(generator, NEEDS)]);
}

static uint64_t pick_ts(struct generator *generator)
{
    uint64_t now = generator->record.ts_ms, after = 1 + below(generator, chance(generator, 60) ? 5000 : 4000000);

    if (odd(generator))
        return chance(generator, 50) ? 0 : UINT64_MAX - below(generator, 2);
    if (chance(generator, 8))
        return now - now % 4096;
    world_note_time(&generator->world, generator->world.now_ms + (now - generator->world.last_ts_ms) + after);
    return now + after;
}

static void pick_after(struct generator *generator, struct offer_item *item)
{
    uint32_t count = odd(generator) ? below(generator, LIMIT_OFFER_AFTER + 1) : 1 + below(generator, 3);

    for (uint32_t i = 0; i < count; i++) {
        struct spelling spelling = generate_item_key(generator);
        item->after[i] = span_from_text(spelling.text);
    }
    item->after_count = count;
}

static void make_item(struct generator *generator, struct offer_item *item, struct span *in, bool has_words)
{
    const struct supply_story *story = &generator->supply;
    struct spelling spelling = generate_item_key(generator);

    item->key = span_from_text(spelling.text);
    if (spelling.in[0] != '\0')
        *in = span_from_text(spelling.in);
    item->category = pick_category(generator);
    item->ref = generator_text(generator, LIMIT_REF_BYTES);
    item->about = generate_no_idea(generator);
    if (has_words && chance(generator, generator->universe.ideas)) {
        struct idea_words words = generate_idea(generator);
        item->about = words.about;
        item->aka = words.aka;
        item->scope = words.scope;
    }
    if (chance(generator, story->chains))
        pick_after(generator, item);
    item->need_count = chance(generator, story->needs) ? 1 + below(generator, 3) : 0;
    for (uint32_t i = 0; i < item->need_count; i++)
        item->needs[i] = pick_need(generator);
    item->has_priority = chance(generator, 40);
    item->priority = odd(generator) ? below(generator, 12) : below(generator, 10);
    if (!item->has_priority)
        item->priority = 0;
    item->has_not_before = chance(generator, story->times / 2);
    if (item->has_not_before)
        item->not_before_ts_ms = pick_ts(generator);
    item->has_expires = chance(generator, story->times / 3);
    if (item->has_expires)
        item->expires_ts_ms = pick_ts(generator);
    item->again = chance(generator, 30);
    if (odd(generator) && chance(generator, 20))
        item->scope = generator_text(generator, LIMIT_CATEGORY_BYTES);
}

static void head_of_anyone(struct generator *generator, enum verb verb)
{
    uint32_t client = below(generator, generator->universe.client_count);

    generator->intent.verb = verb;
    generator_head(generator, client, generator_actor(generator, client));
}

void generate_offer(struct generator *generator)
{
    struct offer_intent *offer = &generator->intent.body.offer;

    head_of_anyone(generator, VERB_OFFER);
    offer->item_count = chance(generator, 50) ? 1 : 1 + below(generator, chance(generator, 70) ? 4 : LIMIT_OFFER_ITEMS);
    if (odd(generator) && chance(generator, 10))
        offer->item_count = 0;
    for (uint32_t i = 0; i < offer->item_count; i++)
        make_item(generator, &offer->items[i], &offer->in, i < 2); /* words for more are not kept */
    if (odd(generator) && chance(generator, 10))
        offer->in = span_from_text("two\nlines");
}

void generate_withdraw(struct generator *generator)
{
    struct withdraw_intent *withdraw = &generator->intent.body.withdraw;

    head_of_anyone(generator, VERB_WITHDRAW);
    withdraw->key_count = odd(generator) ? below(generator, LIMIT_WITHDRAW_KEYS + 1) : 1 + below(generator, 3);
    for (uint32_t i = 0; i < withdraw->key_count; i++) {
        struct spelling spelling = generate_item_key(generator);
        withdraw->keys[i] = span_from_text(spelling.text);
        if (spelling.in[0] != '\0')
            withdraw->in = span_from_text(spelling.in);
    }
    if (!chance(generator, 30))
        return;
    memcpy(withdraw->operator_identity, generator->universe.operator_identity, LIMIT_IDENTITY_BYTES);
    if (chance(generator, 30))
        withdraw->operator_identity[0] ^= 1;
}

void generate_next(struct generator *generator)
{
    struct next_intent *next = &generator->intent.body.next;

    head_of_anyone(generator, VERB_NEXT);
    next->category_count = chance(generator, 30) ? 1 + below(generator, 3) : 0;
    if (odd(generator) && chance(generator, 20))
        next->category_count = below(generator, LIMIT_NEXT_CATEGORIES + 1);
    for (uint32_t i = 0; i < next->category_count; i++)
        next->categories[i] = pick_category(generator);
    next->can_count = chance(generator, 60) ? below(generator, 5) : 0;
    for (uint32_t i = 0; i < next->can_count; i++)
        next->can[i] = pick_need(generator);
    next->has_ttl = chance(generator, 70);
    if (next->has_ttl)
        next->ttl_ms =
            odd(generator) ? below(generator, 2000) : 1000 + below(generator, chance(generator, 30) ? 4000 : 2000000);
    next->explain = chance(generator, 60);
    next->has_wait = chance(generator, 35);
    next->has_wait_ms = next->has_wait && chance(generator, 80);
    if (next->has_wait_ms)
        next->wait_ms = odd(generator) ? UINT64_MAX : below(generator, chance(generator, 50) ? 5000 : 900000);
    next->has_waiter_lease = chance(generator, 40);
    if (next->has_waiter_lease)
        next->waiter_lease_ms = below(generator, 200000);
    next->origin = generator_text(generator, LIMIT_REF_BYTES);
    if (chance(generator, generator->universe.ideas / 2))
        next->scope = generate_scope(generator);
}

/* Whoever has a claim is through with it: mostly done and worth something. */
void generate_finish(struct generator *generator)
{
    struct close_intent *close = &generator->intent.body.close;
    const struct known_grant *grant = world_pick_grant(&generator->world, &generator->random);
    uint32_t client = below(generator, generator->universe.client_count);

    if (grant == NULL) {
        generate_offer(generator);
        return;
    }
    generator->intent.verb = VERB_CLOSE;
    generator_head(generator, client, grant->actor);
    close->outcome = chance(generator, generator->supply.done) ? CLOSE_DONE
                     : chance(generator, 70)                   ? CLOSE_ABANDONED
                                                               : CLOSE_RELEASED;
    close->target_count = 1;
    close->targets[0] = (struct target){.kind = TARGET_TOKEN, .token = grant->token};
    generator->record.refs[generator->record.ref_count++] = (struct token_ref){.target = 0, .id = grant->id};
    close->has_reward = close->outcome == CLOSE_DONE && chance(generator, generator->supply.reward);
    if (close->has_reward)
        close->reward = chance(generator, 40) ? 10000 * below(generator, 2) : below(generator, 10001);
    if (generator->supply.shift != 0)
        close->reward = generator->supply.rewarded++ / generator->supply.shift % 2 == 0 ? 10000 : 0;
    if (close->outcome == CLOSE_ABANDONED)
        world_note_time(&generator->world, generator->world.now_ms + 600000);
}

bool generate_of_supply(struct generator *generator)
{
    static void (*const makers[])(struct generator *) = {generate_offer, generate_withdraw, generate_finish,
                                                         generate_next};
    static const uint8_t kinds[2][4] = {{30, 5, 25, 40}, {14, 1, 35, 50}};
    const uint8_t *weights = kinds[generator->supply.selecting];
    uint32_t sum = 0;

    if (!chance(generator, generator->supply.part))
        return false;
    if (chance(generator, generator->supply.targets / 12)) {
        generate_configure(generator);
        return true;
    }
    for (uint32_t i = 0; i < 4; i++)
        sum += weights[i];
    uint32_t roll = below(generator, sum), at = 0;
    while (roll >= weights[at])
        roll -= weights[at++];
    makers[at](generator);
    return true;
}
