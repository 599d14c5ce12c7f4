/* Looking at the state beside the log: what a record would find now, whether time would change something, and the digest.
 * Changes nothing. */
#include "base/hash.h"
#include "coordinator/core/context.h"
#include "coordinator/core/log_time.h"

void apply_beside(struct apply *apply, struct state *state, const struct core_record *record, struct state_meta *meta,
                  struct decision_sink sink)
{
    *meta = *state_meta(state);
    meta->now_ms = meta->until_ms = log_time_next(meta, record->ts_ms);
    apply->state = state;
    apply->meta = meta;
    apply->record = record;
    apply->sink = sink;
    apply->session.loaded = apply->client.loaded = false;
}

struct state_digest core_digest(struct state *state)
{
    static const uint8_t no_key[2] = {0, 0};
    const uint8_t table = TABLE_META;
    struct state_meta meta = *state_meta(state);
    struct state_digest digest = state_digest(state);

    meta.digest_low = meta.digest_high = 0; /* they are of the other rows */
    const struct span row[] = {span_of(&table, 1), span_of(no_key, sizeof no_key), span_of(&meta, sizeof meta)};
    struct hash128 hash = hash_xxh3_128_pieces(row, 3);
    digest.low += hash.low;
    digest.high += hash.high + (digest.low < hash.low);
    return digest;
}

bool core_is_due(struct state *state, uint64_t ts_ms)
{
    const struct state_meta *meta = state_meta(state);

    return meta->has_genesis && meta->next_due_ms <= log_time_next(meta, ts_ms);
}
