/* What an outcome said of like ideas, in a row of its own: most say nothing. */
#include "coordinator/core/outcome.h"
#include "coordinator/state/keys.h"

enum { FLAG_DONE = 1, FLAG_LINKED = 2, TEXTS = 4 };

static void rivals_key(struct row_key *key, struct row_owner owner, uint64_t seq)
{
    row_key_begin(key);
    row_key_u64(key, owner.client);
    row_key_u64(key, owner.session);
    row_key_u64(key, seq);
}

static void put_bytes(uint8_t *value, size_t *used, const void *bytes, size_t size)
{
    if (size != 0)
        memcpy(value + *used, bytes, size);
    *used += size;
}

static void put_rival(uint8_t *value, size_t *used, const struct rival *rival)
{
    const struct span texts[TEXTS] = {rival->key, rival->session, rival->about, rival->ref};
    struct outcome_rival row = {.token = rival->token,
                                .since_ms = rival->since_ms,
                                .expires_ms = rival->expires_ms,
                                .score = rival->score,
                                .flags = (uint16_t)((rival->done ? FLAG_DONE : 0) | (rival->linked ? FLAG_LINKED : 0))};

    for (int i = 0; i < TEXTS; i++)
        row.text_sizes[i] = (uint16_t)texts[i].size;
    put_bytes(value, used, &row, sizeof row);
    for (int i = 0; i < TEXTS; i++)
        put_bytes(value, used, texts[i].bytes, texts[i].size);
}

void outcome_rivals_save(struct state *state, struct row_owner owner, uint64_t seq, const struct decision *decision)
{
    struct outcome_rivals_row row = {.likeness = decision->likeness, .rival_count = decision->rival_count};
    uint8_t *value = state_row_room(state);
    size_t used = 0;
    struct row_key key;

    put_bytes(value, &used, &row, sizeof row);
    for (uint32_t i = 0; i < decision->rival_count; i++)
        put_rival(value, &used, &decision->rivals[i]);
    rivals_key(&key, owner, seq);
    table_put(state, TABLE_OUTCOME_RIVALS, row_key_as_span(&key), span_of(value, used));
}

/* False: the state is damaged. */
static bool take_rival(struct state *state, struct span *rest, struct rival *out)
{
    struct span *texts[TEXTS] = {&out->key, &out->session, &out->about, &out->ref};
    struct outcome_rival row;

    if (!state_expect(state, rest->size >= sizeof row))
        return false;
    memcpy(&row, rest->bytes, sizeof row);
    *rest = span_skip(*rest, sizeof row);
    *out = (struct rival){.token = row.token,
                          .score = row.score,
                          .done = (row.flags & FLAG_DONE) != 0,
                          .linked = (row.flags & FLAG_LINKED) != 0,
                          .since_ms = row.since_ms,
                          .expires_ms = row.expires_ms};
    for (int i = 0; i < TEXTS; i++) {
        if (!state_expect(state, rest->size >= row.text_sizes[i]))
            return false;
        *texts[i] = span_first(*rest, row.text_sizes[i]);
        *rest = span_skip(*rest, row.text_sizes[i]);
    }
    return true;
}

bool outcome_rivals_load(struct state *state, struct row_owner owner, uint64_t seq, struct outcome_rivals *out)
{
    struct outcome_rivals_row row;
    struct row_key key;
    struct span value;

    rivals_key(&key, owner, seq);
    if (!state_expect(state, table_get(state, TABLE_OUTCOME_RIVALS, row_key_as_span(&key), &value)) ||
        !state_expect(state, value.size >= sizeof row))
        return false;
    memcpy(&row, value.bytes, sizeof row);
    size_t size = value.size - sizeof row;
    if (!state_expect(state, row.rival_count <= OUTCOME_RIVALS_MOST && row.likeness <= LIKENESS_LINKED &&
                                 size <= sizeof out->storage + row.rival_count * sizeof(struct outcome_rival)))
        return false;
    out->likeness = (enum likeness)row.likeness;
    out->count = row.rival_count;
    struct span rest = span_skip(value, sizeof row);
    size_t used = 0;
    for (uint32_t i = 0; i < out->count; i++) {
        struct rival *rival = &out->rivals[i];
        struct span *texts[TEXTS] = {&rival->key, &rival->session, &rival->about, &rival->ref};
        if (!take_rival(state, &rest, rival))
            return false;
        for (int t = 0; t < TEXTS; t++) { /* out of the row, which the next change moves */
            if (!state_expect(state, texts[t]->size <= sizeof out->storage - used))
                return false;
            memcpy(out->storage + used, texts[t]->bytes, texts[t]->size);
            *texts[t] = span_of(out->storage + used, texts[t]->size);
            used += texts[t]->size;
        }
    }
    return true;
}

void outcome_rivals_erase(struct state *state, struct row_owner owner, uint64_t seq)
{
    struct row_key key;

    rivals_key(&key, owner, seq);
    (void)table_delete(state, TABLE_OUTCOME_RIVALS, row_key_as_span(&key));
}
