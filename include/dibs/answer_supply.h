/* What an answer tells of offers, picks, supply and steering. A part of answer.h, which includes it: ownership, texts and
 * times as there. */
#ifndef DIBS_ANSWER_SUPPLY_H
#define DIBS_ANSWER_SUPPLY_H

#include <dibs/answer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of an item that was offered, or of a key that was to be withdrawn. */
struct dibs_offered {
    enum dibs_verdict verdict; /* ACCEPTED or DENIED */
    enum dibs_reason reason;
    enum dibs_why why;
    bool updated;        /* it was offered before */
    const char *key;     /* canonical; as given where it is none */
    const char *message; /* denied: a sentence; else "" */
    bool after_full;     /* quota: not the store is full, but a key that it comes after: as many wait for that as may */
};

/* Enough to do? */
enum dibs_supply_verdict {
    DIBS_SUPPLY_NONE = 0, /* nothing was ever offered */
    DIBS_SUPPLY_HEALTHY = 1,
    DIBS_SUPPLY_THIN = 2,   /* few items can be picked */
    DIBS_SUPPLY_DRY = 3,    /* none can */
    DIBS_SUPPLY_DROUGHT = 4 /* none could for many probes in a row */
};

struct dibs_supply {
    enum dibs_supply_verdict verdict;
    uint64_t offers;       /* all: the four below, and those that a claim holds */
    uint64_t dispatchable; /* can be picked */
    uint64_t blocked, cooling, not_yet;
    int64_t next_ready_ts_ms, next_ready_in_ms; /* when time alone makes one ready; -1 and 0: it won't */
    uint64_t offers_hour, demands_hour, grants_hour, denials_hour; /* of the last 60 minutes */
    uint64_t dry_probes;                                           /* how often nothing was found, in a row */
    int64_t runway_ms; /* until all is taken at the last hour's rate; -1: nothing was taken */
};

/* Of one kind: how many items, and the one nearest to becoming free. */
struct dibs_obstacle {
    enum dibs_obstacle_kind kind;
    uint64_t count;
    const char *key;                  /* that item; "" not told */
    const char *by;                   /* the key it waits for, the capability, the category, or who has it; "" */
    int64_t until_ts_ms, until_in_ms; /* -1 and 0: time alone doesn't free it */
};

/* A category as steering sees it (docs/STEERING.md). Fractions are of 2^32. */
struct dibs_draw {
    const char *category;         /* "": of none */
    uint32_t successes, failures; /* observations that count */
    uint32_t share, target;       /* of the newest selections, of 10,000 */
    uint64_t dispatchable, selections;
    uint64_t draw, mean, boost, score; /* fractions; draw and score: of this pick, else 0. The highest score wins */
    bool own_target;                   /* `target` is its own (dibs_configure_category), not the one for all */
};

struct dibs_steering {
    uint64_t selections;
    uint32_t plateaus; /* of the last 60 selections, how many stood in a plateau */
    bool plateau;      /* one category has most of the newest selections while another has none to speak of */
    bool soft;         /* plateaus show often: boosts are halved */
};

/* How an item was picked from its category. */
struct dibs_pick {
    uint64_t offer;           /* its number */
    uint32_t penalty;         /* steps of priority that its family cost it */
    uint32_t looked, similar; /* items looked at, and of them passed over as like another's work */
    bool family_saturated;    /* 3 or more of the last 5 selections were of its family: one step */
    const char *family; /* what its key has in common with others': its repository, say; "" when none was picked */
    uint32_t
        family_claims; /* live claims of the family before it, if each after the first cost it a step; 16: or more */
};

/* Constant names, as those in answer.h. */
const char *dibs_supply_verdict_name(
    enum dibs_supply_verdict verdict);                        /* "none", "healthy", "thin", "dry", "drought" */
const char *dibs_obstacle_name(enum dibs_obstacle_kind kind); /* "claimed", "blocked", ... */

#ifdef __cplusplus
}
#endif
#endif
