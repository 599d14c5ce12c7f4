/* Thompson sampling three ways. Only ours is in whole numbers. */
#include "bench/steer_player.h"

#include <math.h>
#include <string.h>

static const double seed_decay = 0.99;
static const double text_window = 50;

const struct steer_rule player_rule = {
    .window = 50, .gain = 100, .plateau = {.window = 20, .most = 6500, .least = 500}};
const uint32_t player_target = 310;

const char *player_name(enum player_kind kind)
{
    static const char *const names[PLAYER_KINDS] = {"dibs", "global decay", "dibs as first designed"};

    return names[kind];
}

void player_init(struct player *player, enum player_kind kind, uint64_t seed)
{
    memset(player, 0, sizeof *player);
    player->kind = kind;
    random_init(&player->random, seed * PLAYER_KINDS + kind);
    player->offset = seed << 20; /* our chances are of the offset alone: each seed has offsets of its own */
    for (int i = 0; i < STEER_CATEGORIES; i++)
        player->a[i] = player->b[i] = 1;
}

static double uniform(struct random *random)
{
    return ((double)(random_next(random) >> 11) + 0.5) * 0x1p-53;
}

static double normal(struct random *random)
{
    double radius = sqrt(-2 * log(uniform(random)));

    return radius * cos(6.283185307179586 * uniform(random));
}

/* Gamma(shape, 1) by Marsaglia and Tsang; shape at least 1, as posteriors with prior Beta(1, 1) have it. */
static double gamma_draw(struct random *random, double shape)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);

    for (;;) {
        double x = normal(random), v = 1 + c * x;

        if (v <= 0)
            continue;
        v = v * v * v;
        if (log(uniform(random)) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

static uint32_t choose_float(struct player *player)
{
    uint32_t best = 0;
    double most = -1;

    for (uint32_t i = 0; i < STEER_CATEGORIES; i++) {
        double x = gamma_draw(&player->random, player->a[i]), y = gamma_draw(&player->random, player->b[i]);
        double score = x / (x + y);
        uint32_t share = recent_share(&player->recent, i);

        if (player->kind == PLAYER_TEXT && share < player_target)
            score += player_rule.gain * (player_target - share) / (double)SHARE_WHOLE;
        if (score > most) {
            most = score;
            best = i;
        }
    }
    return best;
}

static uint32_t choose_ours(struct player *player)
{
    struct steer_candidate candidates[STEER_CATEGORIES] = {0};

    for (uint32_t i = 0; i < STEER_CATEGORIES; i++) {
        candidates[i].arm = i;
        candidates[i].belief = player->beliefs[i];
        candidates[i].target = player_target;
    }
    return steer_choose(player_rule, &player->recent, player->offset, candidates, STEER_CATEGORIES);
}

uint32_t player_choose(struct player *player)
{
    static const uint32_t all[STEER_CATEGORIES] = {0, 1, 2, 3, 4, 5};
    uint32_t chosen = player->kind == PLAYER_OURS ? choose_ours(player) : choose_float(player);

    recent_note(&player->recent, chosen, player_rule.plateau, all, STEER_CATEGORIES);
    player->offset++;
    return chosen;
}

static void learn_ours(struct player *player, uint32_t category, uint32_t success)
{
    if (!belief_learn(&player->beliefs[category], success != 0, player_rule.window))
        return;
    for (uint32_t i = 0; i < STEER_CATEGORIES; i++)
        if (i != category)
            player->beliefs[i] = (struct belief){0};
}

void player_learn(struct player *player, uint32_t category, uint32_t success)
{
    double *a = &player->a[category], *b = &player->b[category];

    if (player->kind == PLAYER_OURS) {
        learn_ours(player, category, success);
        return;
    }
    for (int i = 0; i < STEER_CATEGORIES && player->kind == PLAYER_SEED; i++) {
        player->a[i] = 1 + seed_decay * (player->a[i] - 1);
        player->b[i] = 1 + seed_decay * (player->b[i] - 1);
    }
    if (player->kind == PLAYER_TEXT && *a + *b - 2 >= text_window) {
        if (uniform(&player->random) * (*a + *b - 2) < *a - 1)
            *a -= 1;
        else
            *b -= 1;
    }
    *(success ? a : b) += 1;
}
