/* The small world that a seed plays in: who acts, on which keys in which spellings, and what kind of trouble. */
#ifndef SIM_UNIVERSE_H
#define SIM_UNIVERSE_H

#include "proto/messages.h"
#include "tests/sim/dice.h"

enum { ACTORS_MAX = 6, CLIENTS_MAX = 12, SPELLINGS_MAX = 48, CODES_MAX = 4, BULK_KEYS = 320 };

enum action {
    ACT_CLAIM,
    ACT_RETRY,
    ACT_RENEW,
    ACT_CLOSE,
    ACT_CANCEL,
    ACT_HANDOFF,
    ACT_TAKE,
    ACT_QUERY,
    ACT_REVOKE,
    ACT_CONFIGURE,
    ACT_SEAL,
    ACT_RECOVERED,
    ACT_TICK,
    ACT_GARBAGE,
    ACT_GENESIS,
    ACT_LABEL,
    ACTIONS
};

/* Percentages, but for the weights and the counts. */
struct profile {
    const char *name;
    uint8_t weights[ACTIONS];
    uint8_t wait, any, set, shared, fresh, again, odd, brief_ttl;
    uint8_t jump_due, jump_far, step_back;
    uint8_t tiny_limits, small_keep;
    uint8_t actors, clients, keys; /* at most so many */
    uint8_t families;              /* bits: which families of keys */
    bool bulk;                     /* many keys at once: more than one step's work */
    bool ideas;                    /* it is about them */
};

struct spelling {
    const char *in, *text; /* in: the repository for bare references, or "" */
};

struct actor {
    struct span name;
    uint8_t identity[LIMIT_IDENTITY_BYTES];
};

struct client {
    uint64_t id, next_seq;
    uint32_t home; /* the actor it mostly speaks for */
};

struct universe {
    const struct profile *profile;
    uint32_t shared;  /* percent of this seed's claims */
    uint32_t ideas;   /* percent of this seed's claims that say what they are about in words; 0: nothing of ideas */
    bool crowd;       /* all its ideas share a word, and many live at once */
    bool mild;        /* a like idea is warned of and seldom denied */
    bool has_tickets; /* among its keys are some that prefixes of trackers may be of */
    uint32_t actor_count, client_count, spelling_count;
    struct actor actors[ACTORS_MAX];
    struct client clients[CLIENTS_MAX];
    struct spelling spellings[SPELLINGS_MAX];
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
};

void universe_init(struct universe *universe, struct random *random);

/* One of so many hand-off codes of 16 to 64 bytes. */
struct span universe_code(uint32_t number);

/* A key that is wrong in one way or another. */
struct span universe_bad_key(struct random *random);

/* Key number `number` of the many; valid until the process ends. */
struct span universe_bulk_key(uint32_t number);

#endif
