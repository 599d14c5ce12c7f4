/* What the model knows of work that is offered, and of what was picked. Read model_offer.c first, then model_ready.c,
 * model_next.c, model_steer.c and model_supply.c. */
#ifndef MODEL_SUPPLY_STATE_H
#define MODEL_SUPPLY_STATE_H

#include "proto/messages.h"

/* Work that may be picked. */
struct offer {
    uint64_t number; /* in the order in which they were first accepted */
    struct span key, about, aka, category, scope, ref;
    struct span owner_name; /* who offered it last */
    uint8_t owner[LIMIT_IDENTITY_BYTES];
    struct span after[LIMIT_OFFER_AFTER];
    bool open[LIMIT_OFFER_AFTER]; /* not done yet */
    uint32_t after_count;
    struct span needs[LIMIT_NEEDS]; /* in lower case, each once */
    uint32_t need_count;
    uint32_t priority;
    uint64_t not_before_ms;
    uint64_t expires_ms;  /* UINT64_MAX: never */
    uint64_t cools_to_ms; /* it was given up, and may not be picked before */
    uint32_t cooled;      /* how often in a row */
    bool asleep;          /* only time keeps it, until it falls due */
    bool placed;          /* it was looked at since it was offered first */
    enum obstacle stands; /* NONE: it can be picked */
    bool was_ready;
    uint64_t ready_ms; /* when it could first be picked */
    uint64_t rank;     /* lower is sooner: its age, and its priority when it last became ready */
};

/* A category that something was offered in, or that was given a target. */
struct category {
    uint64_t number;
    struct span name;
    bool seen[64]; /* successes and failures, the oldest first */
    uint32_t seen_count;
    bool has_target; /* its own, in place of the common one */
    uint32_t target;
};

/* A grant by `next`, or of a claim with a category. */
struct selection {
    uint64_t category;  /* its number */
    struct span family; /* of the key */
    bool plateau;       /* one stood after it */
};

enum happening { HAPPENED_OFFER, HAPPENED_DEMAND, HAPPENED_GRANT, HAPPENED_DENIAL };

struct happened {
    enum happening what;
    uint64_t minute;
};

struct supply {
    struct list offers;     /* by number */
    struct list categories; /* by number */
    struct list selections; /* all there ever were */
    struct list happened;   /* in order */
    uint64_t last_offer;
    uint64_t dry_probes;
    enum supply_verdict verdict;
};

#endif
