/* One seed's story: its records told to the core and to the model in lockstep, then told again with crashes and with
 * extra ticks. */
#ifndef SIM_STORY_H
#define SIM_STORY_H

#include "tests/model/model.h"
#include "tests/sim/core_side.h"
#include "tests/sim/decision_store.h"
#include "tests/sim/generator.h"
#include "tests/sim/invariants.h"

enum difference_kind {
    SAME,
    DIFFERS_DECISION,  /* core and model decide differently */
    DIFFERS_DUMP,      /* their tables differ */
    DIFFERS_INVARIANT, /* an INV is broken */
    DIFFERS_DIGEST,    /* the digest is not what the rows give, or not the same at the same offset */
    DIFFERS_CRASH,     /* after a crash the core decides differently */
    DIFFERS_TICKS,     /* extra ticks change an answer (R1) */
    DIFFERS_QUERY,     /* core_query or core_is_due tells otherwise than the record does */
    DIFFERS_CODEC,     /* a decision does not fit or is not read back as written */
    DIFFERS_LOCAL,     /* the state failed */
    DIED               /* the process did */
};

struct difference {
    enum difference_kind kind;
    uint32_t record; /* its number in the sequence */
    char field[64];  /* the first differing one, if it is about a decision or a row */
    char words[600];
};

struct story {
    uint64_t seed;
    struct sequence *sequence;   /* not owned */
    struct generator *generator; /* NULL: the sequence is there already */
    FILE *loud;                  /* NULL: quiet; else every record and decision */
    FILE *report;                /* NULL: no report of a difference */
    bool texts;                  /* a difference names its field; slower */
    bool dump_always;            /* compare the tables after every record */
    FILE *records_out;           /* NULL, or where each generated record is written before it is told */
    uint32_t *shared_at;         /* NULL, or where the record in hand is noted for whoever outlives this process */

    struct core_side core, again;
    struct model *model;
    struct sim_decoder *decoder;
    struct grants grants;
    struct invariants invariants;
    struct snapshot snapshots[2]; /* before and after the record, in turn */
    struct decision_store told, model_told, scratch;
    struct decision_store meant; /* as told, without what ticks move */
    struct bytes encoded, flat;
    uint32_t first_decision[SEQUENCE_MAX + 1]; /* of each record, in `told` */
    struct state_digest digests[SEQUENCE_MAX];
    uint32_t at; /* the record in hand */
    struct difference difference;
};

/* Directories are made under `parent`. */
struct story *story_new(const char *parent, const char *name);
void story_free(struct story *story);

/* Tells the whole; with a generator it makes `records` records first. False: story->difference says what is wrong. */
bool story_tell(struct story *story, uint64_t seed, struct sequence *sequence, struct generator *generator,
                uint32_t records);

/* Notes the first difference; always false. */
__attribute__((format(printf, 4, 5))) bool story_differs(struct story *story, enum difference_kind kind,
                                                         const char *field, const char *format, ...);

/* story_again.c: the later tellings, after the first one went well. */
bool story_again_with_crashes(struct story *story);
bool story_again_with_ticks(struct story *story);

const char *difference_name(enum difference_kind kind);

#endif
