/* Who steers in the simulation: dibs itself, and what it is compared with. */
#ifndef BENCH_STEER_PLAYER_H
#define BENCH_STEER_PLAYER_H

#include <stdint.h>

#include "base/random.h"
#include "coordinator/core/steer/steer.h"

enum { STEER_CATEGORIES = 6 };

/* OURS: coordinator/core/steer. SEED: Thompson sampling, Beta(1, 1), every posterior of every category decayed by 0.99 at
 * each reward (gptme-contrib, packages/gptme-sessions, thompson_sampling.py: update with decay_rate 0.99). TEXT: ours as
 * first designed: beyond 50 observations a random one is dropped, the draw alone is the score, nothing notices a change. */
enum player_kind { PLAYER_OURS, PLAYER_SEED, PLAYER_TEXT, PLAYER_KINDS };

struct player {
    enum player_kind kind;
    struct random random; /* of SEED and TEXT */
    double a[STEER_CATEGORIES], b[STEER_CATEGORIES];
    struct belief beliefs[STEER_CATEGORIES];
    struct recent recent;
    uint64_t offset;
};

const char *player_name(enum player_kind kind);
void player_init(struct player *player, enum player_kind kind, uint64_t seed);
uint32_t player_choose(struct player *player);
void player_learn(struct player *player, uint32_t category, uint32_t success);

/* What policy starts with. */
extern const struct steer_rule player_rule;
extern const uint32_t player_target;

#endif
