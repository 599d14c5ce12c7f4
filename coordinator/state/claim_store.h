/* Claims and waiters in memory and in their tables: one struct for both, since the one becomes the other. */
#ifndef STATE_CLAIM_STORE_H
#define STATE_CLAIM_STORE_H

#include "coordinator/state/rows.h"
#include "coordinator/state/state.h"

enum {
    CLAIM_STORAGE_BYTES = LIMIT_ALL_KEYS * (LIMIT_KEY_BYTES + 2) + 2 * LIMIT_ABOUT_BYTES + LIMIT_CATEGORY_BYTES +
                          2 * LIMIT_REF_BYTES + 2 + LIMIT_CATEGORY_BYTES + LIMIT_NOT_SAME * 8
};

/* row.key_count keys and the texts; the spans point into `storage` after claim_load, else wherever the caller has
 * them. row.text_sizes is filled by claim_save. */
struct claim {
    struct claim_row row;
    struct span keys[LIMIT_ANY_KEYS]; /* stored ones have at most LIMIT_ALL_KEYS */
    struct span texts[CLAIM_TEXTS];
    struct span scope; /* with CLAIM_SCOPED */
    uint32_t not_same_count;
    uint64_t not_same_as[LIMIT_NOT_SAME];
    uint8_t storage[CLAIM_STORAGE_BYTES];
};

/* `table` is TABLE_CLAIM (id: token) or TABLE_WAITER (id: offset). False: no such row. */
bool claim_load(struct state *state, enum table table, uint64_t id, struct claim *out);

/* Only the fixed part: enough for most rules and much cheaper. */
bool claim_load_row(struct state *state, enum table table, uint64_t id, struct claim_row *out);

/* Writes the row anew; the texts over CLAIM_TEXT_INLINE bytes go to TABLE_TEXT. */
void claim_save(struct state *state, enum table table, uint64_t id, struct claim *claim);

/* Writes only the fixed part of a row that is there; key_count and text_sizes must be as stored. */
void claim_save_row(struct state *state, enum table table, uint64_t id, const struct claim_row *row);

/* Takes the row and its texts away. */
void claim_erase(struct state *state, enum table table, uint64_t id, const struct claim_row *row);

/* Has the claim this very key? Its index, or -1. */
int claim_key_index(const struct claim *claim, struct span key);

#endif
