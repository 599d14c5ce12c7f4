/* The INVs of DESIGN section 4, checked from the stream of decisions and from the rows at each record's end, with no
 * help from the core or the model. After a broken one `invariants_broken` has the words. */
#ifndef SIM_INVARIANTS_H
#define SIM_INVARIANTS_H

#include "tests/sim/sequence.h"
#include "tests/sim/snapshot.h"

enum { TOLD_MAX = 4096, TOKENS_MAX = 4096, WAITING_MAX = 512 };

/* Who sent an intent: the two make the session. */
struct sender {
    uint8_t name[LIMIT_SESSION_BYTES];
    uint32_t name_size;
    uint8_t identity[LIMIT_IDENTITY_BYTES];
    bool known;
};

struct told {
    struct intent_id id;
    struct sender sender;
    enum answer answer;
    enum reason reason;
    enum why why;
    uint64_t token, now_ms;
    enum likeness likeness;
    uint64_t rival; /* the first one's token */
    bool kept;      /* surely, for a while */
};

struct waiting {
    struct intent_id id;
    struct sender sender;
    uint64_t offset;
};

struct token_story {
    uint64_t token, origin; /* origin: the offset of the claim's own intent, kept through hand-offs */
    struct sender sender;
};

struct invariants {
    char broken[512];
    /* the record in hand */
    const struct sim_record *record;
    const struct intent *intent;
    struct sender own;
    uint32_t next_index, own_answers;
    uint64_t last_now_ms, own_now_ms, taken_token;
    bool own_accepted, own_repeated, item_accepted[LIMIT_RENEW_ITEMS];
    /* the story so far */
    uint64_t last_token, row_keep_ms;
    uint64_t policy[POLICY_END], policy_before[POLICY_END];
    bool rows_limited; /* a limit on rows made forgetting lawful */
    bool has_genesis, blurred;
    uint32_t told_count, waiting_count, token_count;
    struct told told[TOLD_MAX];
    struct waiting waiting[WAITING_MAX];
    struct token_story tokens[TOKENS_MAX];
};

void invariants_begin(struct invariants *invariants);
void invariants_record_begin(struct invariants *invariants, const struct sim_record *record,
                             const struct intent *intent);
void invariants_hear(struct invariants *invariants, const struct decision *decision);
void invariants_record_end(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after);

static inline const char *invariants_broken(const struct invariants *invariants)
{
    return invariants->broken[0] == '\0' ? NULL : invariants->broken;
}

/* Keeps the first. */
__attribute__((format(printf, 2, 3))) void invariants_break(struct invariants *invariants, const char *format, ...);
const struct token_story *invariants_token(const struct invariants *invariants, uint64_t token);

/* invariants_tables.c */
void invariants_tables(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after);

/* invariants_keys.c: S43 */
void invariants_keys(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after);

/* INV-8, R32: what was there before may stay */
void invariants_count(struct invariants *invariants, const char *what, uint64_t before, uint64_t after,
                      enum policy policy);

/* invariants_supply.c: S53 to S59 */
void invariants_supply(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after);

/* invariants_ideas.c: S44 to S52 */
void invariants_ideas(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after);
void invariants_rivals(struct invariants *invariants, const struct decision *decision, const struct sender *sender,
                       bool mine);

/* invariants_rows.c: INV-3, what is remembered. */
void invariants_told(struct invariants *invariants, const struct decision *decision, const struct sender *sender);

bool sender_equal(const struct sender *a, const struct sender *b);

#endif
