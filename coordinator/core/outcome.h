/* Outcomes: what was answered to an intent, so that the same id gets the same answer (INV-3, R7-R10, S24-S26). */
#ifndef CORE_OUTCOME_H
#define CORE_OUTCOME_H

#include "coordinator/core/context.h"

enum {
    OUTCOME_STORAGE_BYTES = LIMIT_ALL_KEYS * LIMIT_KEY_BYTES + 2 * LIMIT_ABOUT_BYTES + 2 * LIMIT_SESSION_BYTES +
                            2 * LIMIT_REF_BYTES + LIMIT_KEY_BYTES + 2 * LIMIT_TEXT_BYTES,
    OUTCOME_RIVALS_MOST = 3,
    OUTCOME_RIVALS_BYTES =
        OUTCOME_RIVALS_MOST * (LIMIT_KEY_BYTES + LIMIT_SESSION_BYTES + LIMIT_RIVAL_ABOUT + LIMIT_REF_BYTES)
};

/* What an outcome said of like ideas: the rivals' spans point into `storage`. */
struct outcome_rivals {
    enum likeness likeness;
    uint32_t count;
    struct rival rivals[OUTCOME_RIVALS_MOST];
    uint8_t storage[OUTCOME_RIVALS_BYTES];
};

struct outcome {
    struct outcome_row row;
    struct outcome_key keys[LIMIT_ALL_KEYS];
    struct span key_spans[LIMIT_ALL_KEYS];
    struct span texts[OUTCOME_TEXTS];
    uint8_t storage[OUTCOME_STORAGE_BYTES];
    struct outcome_rivals rivals; /* with OUTCOME_RIVALS */
};

/* Reads the outcome of an intent; false: nothing is remembered of it. */
bool outcome_load(struct state *state, struct row_owner owner, uint64_t seq, struct outcome *out);

/* The same of its fixed part alone, which is small. */
bool outcome_load_row(struct state *state, struct row_owner owner, uint64_t seq, struct outcome_row *out);

/* Remembers a decision, in place of what was remembered of that seq; `flags` are of enum outcome_flag, waiter_offset is
 * for a waiting one. The owner's row must be there (client_make). Makes room first (S24). */
void outcome_remember(struct apply *apply, struct row_owner owner, uint64_t seq, const struct decision *decision,
                      uint32_t flags, uint64_t waiter_offset);

/* The claim that this intent was granted has ended. With expiry, revoke and take the ending is remembered (S27). */
struct claim_end;
void outcome_claim_ended(struct apply *apply, struct row_owner owner, uint64_t seq, const struct claim_end *end,
                         const struct span *keys, uint32_t key_count);

/* Fills `decision` with what the outcome says, as a repeat (R10, S25). The decision's spans point into the outcome. */
void outcome_answer(struct apply *apply, const struct outcome *outcome, struct decision *decision);

/* Until when the row's outcomes that had waited are kept; 0: none. */
uint64_t outcome_kept_until(struct state *state, struct row_owner owner);

/* outcome_rivals.c: the row beside an outcome's own. */
void outcome_rivals_save(struct state *state, struct row_owner owner, uint64_t seq, const struct decision *decision);
bool outcome_rivals_load(struct state *state, struct row_owner owner, uint64_t seq, struct outcome_rivals *out);
void outcome_rivals_erase(struct state *state, struct row_owner owner, uint64_t seq);

void outcome_erase_all(struct apply *apply, struct row_owner owner);

#endif
