/* The core's tables in the text form that core and model share. Texts of done rows come by the core's own reader; all
 * else is read by rows.h alone. */
#include "tests/sim/core_dump.h"

#include "coordinator/core/done.h"
#include "coordinator/state/keys.h"
#include "tests/model/dump.h"

struct owner {
    uint8_t verifier[LIMIT_IDENTITY_BYTES];
    uint8_t name[LIMIT_SESSION_BYTES];
    size_t name_size;
};

/* A session number's name and verifier; an unknown one is shown as "?". */
static void read_owner(struct state *state, uint64_t number, struct owner *owner)
{
    struct row_key key;
    struct session_row row;
    struct span value;

    row_key_begin(&key);
    row_key_u64(&key, number);
    if (!table_get(state, TABLE_SESSION, row_key_as_span(&key), &value)) {
        *owner = (struct owner){.name = "?", .name_size = 1};
        return;
    }
    CHECK(value.size >= sizeof row);
    memcpy(&row, value.bytes, sizeof row);
    memcpy(owner->verifier, row.verifier, sizeof owner->verifier);
    owner->name_size = row.name_size;
    CHECK(row.name_size <= sizeof owner->name && sizeof row + row.name_size <= value.size);
    memcpy(owner->name, value.bytes + sizeof row, row.name_size);
}

static struct span owner_name(const struct owner *owner)
{
    return span_of(owner->name, owner->name_size);
}

static void dump_claims(struct state *state, const struct snapshot *snapshot, FILE *out)
{
    for (uint32_t i = 0; i < snapshot->claim_count; i++) {
        const struct snap_entry *claim = &snapshot->claims[i];
        struct owner owner;
        read_owner(state, claim->row.session, &owner);
        const struct dump_claim row = {.token = claim->id,
                                       .since_ms = claim->row.since_ms,
                                       .expires_ms = claim->row.expires_ms,
                                       .ttl_ms = claim->row.ttl_ms,
                                       .session = owner_name(&owner),
                                       .verifier = owner.verifier,
                                       .shared = (claim->row.flags & CLAIM_SHARED) != 0,
                                       .yours_told = (claim->row.flags & CLAIM_YOURS_TOLD) != 0,
                                       .has_code = (claim->row.flags & CLAIM_HAS_CODE) != 0,
                                       .keys = snapshot->keys + claim->key_first,
                                       .key_count = claim->row.key_count};
        dump_claim(out, &row);
    }
}

static void dump_waiters(struct state *state, const struct snapshot *snapshot, FILE *out)
{
    for (uint32_t i = 0; i < snapshot->waiter_count; i++) {
        const struct snap_entry *waiter = &snapshot->waiters[i];
        struct owner owner;
        read_owner(state, waiter->row.session, &owner);
        const struct dump_waiter row = {.offset = waiter->id,
                                        .deadline_ms = waiter->row.deadline_ms,
                                        .lease_ends_ms = waiter->row.expires_ms,
                                        .ttl_ms = waiter->row.ttl_ms,
                                        .session = owner_name(&owner),
                                        .verifier = owner.verifier,
                                        .shared = (waiter->row.flags & CLAIM_SHARED) != 0,
                                        .any = (waiter->row.flags & CLAIM_ANY) != 0,
                                        .fresh = (waiter->row.flags & CLAIM_FRESH) != 0,
                                        .again = (waiter->row.flags & CLAIM_AGAIN) != 0,
                                        .keys = snapshot->keys + waiter->key_first,
                                        .key_count = waiter->row.key_count};
        dump_waiter(out, &row);
    }
}

static void dump_done_rows(struct state *state, FILE *out)
{
    struct span key, value;
    struct done done;

    for (bool more = table_seek(state, TABLE_DONE, (struct span){0}, &key, &value); more;
         more = table_next(state, TABLE_DONE, key, &key, &value)) {
        CHECK(done_load(state, key, &done));
        const struct dump_done line = {.key = key,
                                       .session = done.texts[DONE_SESSION],
                                       .result = done.texts[DONE_RESULT],
                                       .token = done.row.token,
                                       .since_ms = done.row.since_ms,
                                       .expires_ms = done.row.expires_ms};
        dump_done(out, &line);
    }
}

static void dump_prefixes(const struct snapshot *snapshot, FILE *out)
{
    for (uint32_t i = 0; i < snapshot->prefix_count; i++) {
        const struct snap_prefix *prefix = &snapshot->prefixes[i];
        const struct dump_prefix line = {.prefix = span_of(prefix->name, prefix->name_size),
                                         .tracker = span_of(prefix->tracker, prefix->tracker_size)};
        dump_prefix(out, &line);
    }
}

/* ---------------------------------------------------------------- outcomes */

struct outcome {
    struct owner owner;
    struct dump_outcome line;
};

static uint64_t read_floor(struct state *state, uint64_t client, uint64_t session)
{
    struct row_key key;
    struct client_row row;
    struct span value;

    row_key_begin(&key);
    row_key_u64(&key, client);
    row_key_u64(&key, session);
    CHECK(table_get(state, TABLE_CLIENT, row_key_as_span(&key), &value) && value.size >= sizeof row);
    memcpy(&row, value.bytes, sizeof row);
    return row.floor_seq;
}

static bool claim_lives(struct state *state, uint64_t token)
{
    struct row_key key;
    struct span value;

    row_key_begin(&key);
    row_key_u64(&key, token);
    return table_get(state, TABLE_CLAIM, row_key_as_span(&key), &value);
}

/* S25: a grant stands until its claim ends; a `yours` while every claim it named is live. */
static enum standing read_standing(struct state *state, const struct outcome_row *row, struct span rest)
{
    if (row->answer == ANSWER_GRANTED)
        return (row->flags & OUTCOME_ENDED) != 0 ? STANDING_ENDED : STANDING_LIVE;
    if (row->answer != ANSWER_YOURS)
        return STANDING_NONE;
    for (uint16_t i = 0; i < row->key_count; i++) {
        struct outcome_key key;
        CHECK(rest.size >= sizeof key);
        memcpy(&key, rest.bytes, sizeof key);
        if (!claim_lives(state, key.token))
            return STANDING_ENDED;
        rest = span_skip(rest, sizeof key + key.size);
    }
    return STANDING_LIVE;
}

static void read_outcome(struct state *state, struct span key, struct span value, struct outcome *outcome)
{
    struct outcome_row row;
    uint64_t session = row_key_read_u64(key, 8);

    CHECK(key.size == 24 && value.size >= sizeof row);
    memcpy(&row, value.bytes, sizeof row);
    outcome->line = (struct dump_outcome){.client = row_key_read_u64(key, 0),
                                          .seq = row_key_read_u64(key, 16),
                                          .answer = (enum answer)row.answer,
                                          .reason = (enum reason)row.reason};
    if ((row.flags & OUTCOME_WAITING) != 0)
        outcome->line.answer = ANSWER_WAITING;
    outcome->line.standing = read_standing(state, &row, span_skip(value, sizeof row));
    if (row.answer == ANSWER_GRANTED && outcome->line.standing == STANDING_ENDED)
        outcome->line.standing_why = (enum why)row.ended_why;
    outcome->line.floor = read_floor(state, outcome->line.client, session);
    read_owner(state, session, &outcome->owner);
}

static int compare_outcomes(const void *left, const void *right)
{
    const struct outcome *a = left, *b = right;
    int order = (a->line.client > b->line.client) - (a->line.client < b->line.client);

    if (order == 0)
        order = span_compare(owner_name(&a->owner), owner_name(&b->owner));
    if (order == 0)
        order = memcmp(a->owner.verifier, b->owner.verifier, sizeof a->owner.verifier);
    return order != 0 ? order : (a->line.seq > b->line.seq) - (a->line.seq < b->line.seq);
}

static void dump_outcomes(struct state *state, FILE *out)
{
    size_t count = 0, room = (size_t)table_count(state, TABLE_OUTCOME);
    struct outcome *outcomes = calloc(room + 1, sizeof *outcomes);
    struct span key, value;

    CHECK(outcomes != NULL);
    for (bool more = table_seek(state, TABLE_OUTCOME, (struct span){0}, &key, &value); more && count < room;
         more = table_next(state, TABLE_OUTCOME, key, &key, &value))
        read_outcome(state, key, value, &outcomes[count++]);
    qsort(outcomes, count, sizeof *outcomes, compare_outcomes);
    for (size_t i = 0; i < count; i++) {
        outcomes[i].line.session = owner_name(&outcomes[i].owner);
        outcomes[i].line.verifier = outcomes[i].owner.verifier;
        dump_outcome(out, &outcomes[i].line);
    }
    free(outcomes);
}

void core_dump(struct state *state, const struct snapshot *snapshot, FILE *out)
{
    const struct state_meta *meta = &snapshot->meta;
    const struct dump_totals totals = {.now_ms = meta->now_ms,
                                       .last_ts_ms = meta->last_ts_ms,
                                       .last_token = meta->last_token,
                                       .bad_records = meta->bad_records,
                                       .sealed = meta->sealed != 0};

    dump_totals(out, &totals);
    dump_claims(state, snapshot, out);
    dump_waiters(state, snapshot, out);
    dump_done_rows(state, out);
    dump_prefixes(snapshot, out);
    core_dump_ideas(state, &snapshot->ideas, out);
    core_dump_supply(snapshot, out);
    dump_outcomes(state, out);
}
