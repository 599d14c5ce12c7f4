/* The one text form in which core and model show their tables, one row a line, so that a plain comparison finds the
 * first difference. Only printing: each side fills these structs from its own tables, in the order given here. */
#ifndef MODEL_DUMP_H
#define MODEL_DUMP_H

#include <stdio.h>

#include "proto/messages.h"
#include "tests/model/dump_supply.h"

/* First. */
struct dump_totals {
    uint64_t now_ms, last_ts_ms, last_token, bad_records;
    bool sealed;
};
/* Then claims by token; then waiters by offset (keys: those still wanted, in order). */
struct dump_claim {
    uint64_t token, since_ms, expires_ms, ttl_ms;
    struct span session;
    const uint8_t *verifier; /* 32 bytes */
    bool shared, yours_told, has_code;
    const struct span *keys;
    uint32_t key_count;
};
struct dump_waiter {
    uint64_t offset, deadline_ms, lease_ends_ms, ttl_ms;
    struct span session;
    const uint8_t *verifier;
    bool shared, any, fresh, again;
    const struct span *keys;
    uint32_t key_count;
};
/* Then done-memory by key. */
struct dump_done {
    struct span key, session, result;
    uint64_t token, since_ms, expires_ms;
};
/* Then trackers' prefixes, in order. */
struct dump_prefix {
    struct span prefix, tracker;
};
/* Then scopes by name, each followed by its policies by id and its frequencies by bucket, those above 0. */
struct dump_scope {
    struct span name;
    uint64_t counted, living; /* N, K */
};
struct dump_scope_policy {
    uint64_t id, value;
};
struct dump_frequency {
    uint64_t bucket, count;
};
/* Then ideas by number. */
struct dump_idea {
    uint64_t number, norm, token; /* token: of the live claim, or 0 */
    struct span scope, kind;
    const uint8_t *verifier;
    const uint32_t *features, *marks;
    uint32_t feature_count, mark_count, done_count;
};
/* Then labels by key; then parted groups, in both orders, ascending. */
struct dump_label {
    struct span key;
    uint64_t group;
};
struct dump_parted {
    uint64_t group, other;
};
/* Then outcomes by (client, session name, verifier, seq). */
struct dump_outcome {
    uint64_t client, seq, floor;
    struct span session;
    const uint8_t *verifier;
    enum answer answer;
    enum reason reason; /* a tombstone: ANSWER_DENIED, REASON_CANCELLED */
    enum standing standing;
    enum why standing_why;
};

void dump_totals(FILE *out, const struct dump_totals *row);
void dump_claim(FILE *out, const struct dump_claim *row);
void dump_waiter(FILE *out, const struct dump_waiter *row);
void dump_done(FILE *out, const struct dump_done *row);
void dump_prefix(FILE *out, const struct dump_prefix *row);
void dump_scope(FILE *out, const struct dump_scope *row);
void dump_scope_policy(FILE *out, const struct dump_scope_policy *row);
void dump_frequency(FILE *out, const struct dump_frequency *row);
void dump_idea(FILE *out, const struct dump_idea *row);
void dump_label(FILE *out, const struct dump_label *row);
void dump_parted(FILE *out, const struct dump_parted *row);
void dump_outcome(FILE *out, const struct dump_outcome *row);

#endif
