/* The small world that a seed plays in. */
#include "tests/sim/universe.h"

#include <stdio.h>

#include "base/check.h"

enum {
    FAMILY_ISSUES = 1,
    FAMILY_FILES = 2,
    FAMILY_TASKS = 4,
    FAMILY_PLAIN = 8,
    FAMILY_TICKETS = 16,
    FAMILY_ALL = 31,
    SAME_KEY_MAX = 5
};

/* Weights: claim retry renew close cancel handoff take query revoke configure seal recovered tick garbage genesis label. */
static const struct profile profiles[] = {
    {.name = "queue",
     .weights = {55, 4, 8, 9, 5, 1, 1, 2, 1, 1, 0, 0, 3, 1, 0},
     .wait = 90,
     .any = 15,
     .set = 20,
     .shared = 35,
     .fresh = 15,
     .again = 10,
     .odd = 2,
     .brief_ttl = 30,
     .jump_due = 10,
     .jump_far = 2,
     .step_back = 2,
     .tiny_limits = 10,
     .small_keep = 20,
     .actors = 6,
     .clients = 12,
     .keys = 4,
     .families = FAMILY_ALL},
    {.name = "sets",
     .weights = {50, 4, 10, 16, 4, 2, 2, 3, 2, 2, 0, 0, 4, 1, 0},
     .wait = 70,
     .any = 35,
     .set = 60,
     .shared = 40,
     .fresh = 15,
     .again = 15,
     .odd = 3,
     .brief_ttl = 40,
     .jump_due = 12,
     .jump_far = 3,
     .step_back = 3,
     .tiny_limits = 10,
     .small_keep = 20,
     .actors = 5,
     .clients = 10,
     .keys = 7,
     .families = FAMILY_FILES | FAMILY_PLAIN | FAMILY_TICKETS},
    {.name = "handover",
     .weights = {30, 12, 8, 8, 18, 12, 14, 4, 2, 1, 0, 0, 4, 1, 0},
     .wait = 40,
     .any = 15,
     .set = 30,
     .shared = 30,
     .fresh = 10,
     .again = 10,
     .odd = 3,
     .brief_ttl = 40,
     .jump_due = 20,
     .jump_far = 3,
     .step_back = 3,
     .tiny_limits = 15,
     .small_keep = 30,
     .actors = 3,
     .clients = 4,
     .keys = 5,
     .families = FAMILY_ALL},
    {.name = "limits",
     .weights = {50, 6, 6, 12, 5, 3, 4, 8, 2, 8, 0, 0, 4, 2, 0},
     .wait = 60,
     .any = 25,
     .set = 30,
     .shared = 35,
     .fresh = 15,
     .again = 10,
     .odd = 6,
     .brief_ttl = 50,
     .jump_due = 20,
     .jump_far = 5,
     .step_back = 3,
     .tiny_limits = 100,
     .small_keep = 30,
     .actors = 5,
     .clients = 10,
     .keys = 4,
     .families = FAMILY_ALL},
    {.name = "time",
     .weights = {40, 6, 14, 10, 4, 3, 3, 3, 1, 3, 0, 1, 14, 2, 0},
     .wait = 60,
     .any = 20,
     .set = 25,
     .shared = 30,
     .fresh = 10,
     .again = 15,
     .odd = 5,
     .brief_ttl = 40,
     .jump_due = 35,
     .jump_far = 15,
     .step_back = 12,
     .tiny_limits = 20,
     .small_keep = 40,
     .actors = 5,
     .clients = 8,
     .keys = 4,
     .families = FAMILY_ALL},
    {.name = "rows",
     .weights = {34, 22, 8, 10, 12, 3, 4, 6, 1, 2, 0, 0, 4, 1, 0},
     .wait = 45,
     .any = 15,
     .set = 20,
     .shared = 30,
     .fresh = 15,
     .again = 15,
     .odd = 3,
     .brief_ttl = 70,
     .jump_due = 30,
     .jump_far = 3,
     .step_back = 2,
     .tiny_limits = 20,
     .small_keep = 100,
     .actors = 3,
     .clients = 3,
     .keys = 5,
     .families = FAMILY_ALL},
    {.name = "mess",
     .weights = {28, 10, 8, 9, 7, 5, 5, 10, 5, 5, 1, 2, 6, 10, 1},
     .wait = 45,
     .any = 25,
     .set = 30,
     .shared = 40,
     .fresh = 20,
     .again = 20,
     .odd = 15,
     .brief_ttl = 50,
     .jump_due = 20,
     .jump_far = 6,
     .step_back = 6,
     .tiny_limits = 30,
     .small_keep = 40,
     .actors = 4,
     .clients = 5,
     .keys = 8,
     .families = FAMILY_ALL},
    {.name = "ideas",
     .weights = {50, 5, 3, 14, 3, 2, 4, 10, 1, 3, 0, 0, 3, 1, 0, 8},
     .wait = 40,
     .any = 15,
     .set = 20,
     .shared = 20,
     .fresh = 5,
     .again = 10,
     .odd = 3,
     .brief_ttl = 20,
     .jump_due = 8,
     .jump_far = 2,
     .step_back = 2,
     .tiny_limits = 12,
     .small_keep = 20,
     .actors = 6,
     .clients = 12,
     .keys = 8,
     .families = FAMILY_ALL,
     .ideas = true},
    {.name = "bulk",
     .weights = {60, 3, 4, 14, 2, 1, 1, 5, 2, 1, 0, 0, 4, 0, 0},
     .wait = 25,
     .any = 10,
     .set = 85,
     .shared = 25,
     .fresh = 10,
     .again = 20,
     .odd = 1,
     .brief_ttl = 20,
     .jump_due = 10,
     .jump_far = 6,
     .step_back = 1,
     .tiny_limits = 0,
     .small_keep = 20,
     .actors = 3,
     .clients = 8,
     .keys = 8,
     .families = FAMILY_FILES,
     .bulk = true},
};

static const struct key_family {
    int family;
    struct spelling same[SAME_KEY_MAX];
} key_families[] = {
    {FAMILY_ISSUES,
     {{"", "github:o/r#1"},
      {"", "gh:O/R#1"},
      {"", "https://github.com/o/r/issues/1"},
      {"github:o/r", "#1"},
      {"o/r", "GH-1"}}},
    {FAMILY_ISSUES, {{"", "github:o/r#2"}, {"", "http://www.github.com/o/r/pull/2#x"}, {"github:o/r", "issue 2"}}},
    {FAMILY_ISSUES, {{"", "gitlab:g/p!7"}, {"", "https://gitlab.com/g/p/-/merge_requests/7/diffs"}}},
    {FAMILY_ISSUES, {{"", "jira:BOB-17"}, {"", "jira:bob-17"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:src/**"}, {"github:o/r", "file:src/**"}}},
    {FAMILY_FILES,
     {{"", "file:github:o/r:src/a.c"}, {"github:o/r", "./src//a.c:12:5"}, {"github:o/r", "file:src/../src/a.c"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:src/b/**"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:src/b/c.c"}, {"github:o/r", "src/b/c.c#L10"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:src/b/d/**"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:src"}}},
    {FAMILY_FILES, {{"", "file:github:o/r:doc/x.md"}}},
    {FAMILY_TASKS, {{"", "task:fix-worker-seven-bug"}, {"", "task:Fix_Worker Seven_Bug"}}},
    {FAMILY_TASKS, {{"", "task:worker-sevenx"}}},
    {FAMILY_TASKS, {{"", "idea:beta"}, {"", "idea:Beta"}}},
    {FAMILY_TASKS, {{"", "github:o/r/**"}}},
    {FAMILY_PLAIN, {{"", "job:x/**"}}},
    {FAMILY_PLAIN, {{"", "job:x/y"}, {"", " job:x/y "}}},
    {FAMILY_PLAIN, {{"", "job:x/y/**"}}},
    {FAMILY_PLAIN, {{"", "job:x/y/z"}}},
    {FAMILY_PLAIN, {{"", "job:xy"}}},
    {FAMILY_PLAIN, {{"", "job:x"}}},
    /* One key each, or several, as the prefixes of the moment say. */
    {FAMILY_TICKETS,
     {{"", "ENG-5"}, {"", "eng-005"}, {"github:o/r", "fixes Eng-5"}, {"", "linear:eng-5"}, {"", "jira:ENG-5"}}},
    {FAMILY_TICKETS,
     {{"", "eng-005~merged"}, {"", "ENG-5:Merged"}, {"gitlab:g/p", "eng-5~merged"}, {"", "linear:ENG-5~merged"}}},
    {FAMILY_TICKETS, {{"", "X-1"}, {"", "x-01"}, {"o/r", "X-1"}, {"", "jira:x-1"}, {"", "linear:X-1"}}},
    {FAMILY_TICKETS, {{"", "ops_2-7"}, {"", "see OPS_2-7."}, {"o/r", "`ops_2-7`"}, {"", "jira:OPS_2-7"}}},
    {FAMILY_TICKETS, {{"", "gh-1"}, {"github:o/r", "GH-1"}, {"", "pr-2"}, {"github:o/r", "PR-2"}, {"", "jira:PR-2"}}},
    {FAMILY_TICKETS,
     {{"", "ENG-5/**"}, {"github:o/r", "eng-5/**"}, {"", "utf-8"}, {"", "ENG-0"}, {"", "ENG-12345678901"}}},
};

enum { PROFILES = sizeof profiles / sizeof profiles[0], KEY_FAMILIES = sizeof key_families / sizeof key_families[0] };

static const struct profile *pick_profile(struct random *random)
{
    /* The last one, bulk, costs ten times the others; ideas are before it. */
    if (dice_percent(random, 3))
        return &profiles[PROFILES - 1];
    return dice_percent(random, 15) ? &profiles[PROFILES - 2] : &profiles[dice_below(random, PROFILES - 1)];
}

static void fill_actors(struct universe *universe, struct random *random)
{
    static const char *const names[] = {"alice", "worker-seven", "alice", "b\xc3\xb6/2", "carol", "d"};
    uint32_t first = dice_below(random, ACTORS_MAX);

    universe->actor_count = (uint32_t)random_between(random, 2, universe->profile->actors);
    for (uint32_t i = 0; i < universe->actor_count; i++) {
        struct actor *actor = &universe->actors[i];
        uint32_t who = (first + i) % ACTORS_MAX;
        actor->name = span_from_text(names[who]);
        memset(actor->identity, (int)(0x11 * (who + 1)), sizeof actor->identity);
    }
    memset(universe->operator_identity, 0xee, sizeof universe->operator_identity);
}

static void fill_clients(struct universe *universe, struct random *random)
{
    universe->client_count = (uint32_t)random_between(random, 2, universe->profile->clients);
    for (uint32_t i = 0; i < universe->client_count; i++) {
        struct client *client = &universe->clients[i];
        client->id = i == 0 ? UINT64_MAX : 0x10 + i * (dice_percent(random, 20) ? 0x100000001u : 1u);
        client->next_seq = dice_percent(random, 10) ? UINT64_MAX - 40 : 1 + dice_below(random, 3);
        client->home = dice_below(random, universe->actor_count);
    }
}

static void fill_spellings(struct universe *universe, struct random *random)
{
    uint32_t wanted = (uint32_t)random_between(random, 3, universe->profile->keys);
    bool taken[KEY_FAMILIES] = {false};

    for (uint32_t tries = 0, keys = 0; tries < 200 && keys < wanted; tries++) {
        uint32_t at = dice_below(random, KEY_FAMILIES);
        if (taken[at] || (key_families[at].family & universe->profile->families) == 0)
            continue;
        taken[at] = true;
        keys++;
        universe->has_tickets = universe->has_tickets || key_families[at].family == FAMILY_TICKETS;
        for (uint32_t i = 0; i < SAME_KEY_MAX && key_families[at].same[i].text != NULL; i++) {
            CHECK(universe->spelling_count < SPELLINGS_MAX);
            universe->spellings[universe->spelling_count++] = key_families[at].same[i];
        }
    }
}

void universe_init(struct universe *universe, struct random *random)
{
    static const uint32_t all_one_mode[] = {0, 0, 85};

    *universe = (struct universe){.profile = pick_profile(random)};
    universe->shared = dice_percent(random, 55) ? all_one_mode[dice_below(random, 3)] : universe->profile->shared;
    universe->ideas = universe->profile->ideas ? 85 : dice_percent(random, 40) ? 60 : 0;
    universe->mild = universe->ideas > 0 && dice_percent(random, 35);
    universe->crowd = universe->profile->ideas && dice_percent(random, 12);
    fill_actors(universe, random);
    fill_clients(universe, random);
    fill_spellings(universe, random);
}

struct span universe_code(uint32_t number)
{
    static const char *const codes[CODES_MAX] = {"code-0123456789a", "code-0123456789ab-cdef", "another-code-0000",
                                                 "0123456789012345678901234567890123456789012345678901234567890123"};
    return span_from_text(codes[number % CODES_MAX]);
}

struct span universe_bad_key(struct random *random)
{
    static char long_key[LIMIT_KEY_BYTES + 2], deep_key[4 * LIMIT_KEY_SEGMENTS];
    static const char *const bad[] = {"",   "a\x01_", "\xff\xfe", "src/*.c", "job:x/**/y", "file:github:o/r:../../x",
                                      "#5", "  ",     "GH-1",     "**",      "/**",        "a/../../b"};
    uint32_t pick = dice_below(random, sizeof bad / sizeof bad[0] + 2);

    if (pick == 0) {
        memset(long_key, 'k', sizeof long_key - 1);
        memcpy(long_key, "job:", 4);
        return span_of(long_key, (size_t)LIMIT_KEY_BYTES + dice_below(random, 2));
    }
    if (pick == 1) {
        for (size_t i = 0; i + 1 < sizeof deep_key; i += 2)
            memcpy(deep_key + i, "d/", 2);
        memcpy(deep_key, "job:", 4);
        return span_of(deep_key, 4 + 2 * (size_t)(LIMIT_KEY_SEGMENTS - 2 + dice_below(random, 4)) - 1);
    }
    return span_from_text(bad[pick - 2]);
}

struct span universe_bulk_key(uint32_t number)
{
    static char keys[BULK_KEYS][32];
    char *key = keys[number % BULK_KEYS];

    if (key[0] == '\0')
        (void)snprintf(key, sizeof keys[0], "file:github:o/r:src/n%u", number % BULK_KEYS);
    return span_from_text(key);
}
