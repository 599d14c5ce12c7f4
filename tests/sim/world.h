/* What the generator has heard: the clock, tokens, waiters, who asked what, and times at which something is due. */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

#include "tests/sim/sequence.h"
#include "tests/sim/universe.h"

enum { WORLD_GRANTS = 32, WORLD_WAITS = 64, WORLD_TIMES = 64, WORLD_ASKED = 256, WORLD_RIVALS = 16 };

struct known_grant {
    struct intent_id id;
    uint64_t token;
    uint32_t actor;
    bool over;       /* it was told to have ended */
    struct span key; /* its first key's canonical text, in `text` */
    uint8_t text[LIMIT_KEY_BYTES];
};

struct known_intent {
    struct intent_id id;
    uint32_t actor;
};

struct world {
    uint64_t now_ms, last_ts_ms, jump_max_ms, row_keep_ms, denial_window_ms;
    bool has_genesis;
    uint32_t grant_count, time_count, asked_count, wait_count, rival_count; /* ever added; the rings keep the latest */
    struct known_grant grants[WORLD_GRANTS];
    uint64_t times[WORLD_TIMES];
    struct known_intent asked[WORLD_ASKED];
    uint64_t rivals[WORLD_RIVALS];          /* tokens of like claims that were shown */
    struct known_intent waits[WORLD_WAITS]; /* a list, not a ring: those waiting now */
};

void world_hear(struct world *world, const struct decision *decision);
void world_clock(struct world *world, const struct sim_record *record, const struct intent *intent);
void world_asked(struct world *world, struct intent_id id, uint32_t actor);

void world_note_time(struct world *world, uint64_t time_ms); /* something is due then */

bool world_client_waits(const struct world *world, uint64_t client);

/* NULL: there is none. The first prefers late ones. */
const struct known_grant *world_pick_grant(const struct world *world, struct random *random);
const struct known_intent *world_pick_wait(const struct world *world, struct random *random);
const struct known_intent *world_pick_asked(const struct world *world, struct random *random);

uint64_t world_pick_rival(const struct world *world, struct random *random); /* 0: there is none */

/* A time after now at which something is due, mostly the next; 0: none is known. */
uint64_t world_pick_time(const struct world *world, struct random *random);

#endif
