/* What the model knows: plain lists of plain structs, and the small functions that look through them.
 *
 * Read this first, then model_apply.c (a record from its beginning to its end), then one file per idea:
 *   model_time.c      what falls due
 *   model_form.c      is the intent well formed?
 *   model_judge.c     yours, done, held, queued or free: the heart of it
 *   model_claim.c     claim, and waiting in the queue
 *   model_serve.c     who in the queue can be let in now
 *   model_mutate.c    what a target means; renew, close
 *   model_cancel.c    cancel, hand-off, take
 *   model_operator.c  genesis, revoke, configure, seal
 *   model_row.c       what is remembered of answered intents, and for how long
 *   model_query.c     reads
 *   model_idea.c      whose idea is like this one
 *   model_rival.c     what follows from that
 *   model_label.c     keys that are, or are not, one piece of work
 *   model_scope.c     how common words are, and from when on one asks
 *   model_signature.c what is kept of a text; before it model_commit.c, _word.c, _stem.c, _mark.c
 *   model_key*.c      one spelling for one key
 *   model_prefix.c    whose issues a bare ABC-1 means
 *   model_supply_state.h, model_supply.h and what they name: work that is offered, picked, and learned from
 *   model_check.c     what must hold of these tables after each record
 *   model_memory.c    lists and copies */
#ifndef MODEL_STATE_H
#define MODEL_STATE_H

#include "tests/model/model.h"

/* A growable array of pointers, each owned by the list. */
struct list {
    void **items;
    size_t count, capacity;
};

/* What is compared of an idea's texts (docs/IDEAS.md). Without a feature it is none. */
enum { FEATURES_MAX = 256, MARKS_MAX = 64 };

struct signature {
    uint32_t features[FEATURES_MAX], marks[MARKS_MAX]; /* ascending */
    uint32_t feature_count, mark_count;
    uint8_t kind[LIMIT_CATEGORY_BYTES];
    size_t kind_size;
};
#include "tests/model/model_supply_state.h"

/* What a claim asks for, or a waiter waits for. */
struct wanted {
    struct span keys[LIMIT_ANY_KEYS];     /* canonical; for a waiter only those still wanted */
    uint32_t given_index[LIMIT_ANY_KEYS]; /* where each stood among the given keys */
    uint32_t count;
    bool any, shared, fresh, again;
    bool has_ttl;
    uint64_t ttl_ms;
    uint64_t offset; /* of the intent: waiters below it are older, `again` covers what was done below it */
    struct signature signature;
    uint64_t not_same_as[LIMIT_NOT_SAME];
    uint32_t not_same_count;
};

/* The texts that travel with a claim. */
struct texts {
    struct span about, aka, category, ref, origin, scope;
};

/* Whom a decision answers. */
struct asker {
    struct intent_id id;
    uint64_t session; /* number of the session; 0: it has no row */
    struct span session_name;
    const uint8_t *identity;
    uint32_t reply_partition;
    enum verb verb;
    struct span category; /* of a claim: its own */
};

struct session {
    uint64_t number; /* order of first sight */
    struct span name;
    uint8_t identity[LIMIT_IDENTITY_BYTES];
    uint64_t claim_level, claim_last_ms; /* R31, level in 1/60,000 intents */
    uint64_t query_level, query_last_ms;
    bool was_denied; /* a counted denial since the last grant (R34) */
    uint64_t last_denial_ms;
};

struct claim {
    uint64_t token;
    uint64_t since_ms, expires_ms, ttl_ms;
    uint64_t session;
    bool shared;
    bool yours_told; /* R13 */
    bool has_code;
    uint8_t code_hash[LIMIT_IDENTITY_BYTES];
    struct span keys[LIMIT_ALL_KEYS];
    uint32_t key_count;
    struct texts texts;
    struct asker granted;    /* its last granted intent (R11) */
    uint64_t granted_offset; /* of that intent, also when it had waited */
    struct intent_id guard;  /* R7: who made it or renewed it last */
    uint64_t idea;           /* its number; 0: none */
};

struct waiter {
    struct asker asker;
    struct wanted wanted;
    struct texts texts;
    bool is_next; /* it wants no key: whatever can be picked */
    bool is_due;  /* and is to be looked at */
    struct next_intent next;
    uint64_t since_ms;
    uint64_t deadline_ms;
    uint64_t lease_ms; /* asked for, or policy's */
    uint64_t lease_ends_ms;
    uint32_t warnings;
    struct intent_id guard;
};

struct done {
    struct span key;
    struct span session_name;
    struct texts texts;
    struct span result;
    uint64_t token;
    uint64_t offset; /* of the close */
    uint64_t since_ms, expires_ms;
    uint64_t idea; /* of the claim; 0: none */
};

/* S44. Forgotten when no claim and no done key has its number any more (S47). */
struct idea {
    uint64_t number; /* the token of its claim's first grant */
    struct scope *scope;
    struct signature signature;
    uint64_t norm;                          /* by the frequencies at its grant */
    uint8_t verifier[LIMIT_IDENTITY_BYTES]; /* of who holds it, or held it last */
};

/* A domain of ideas: how common words are in it, and thresholds of its own. */
struct scope {
    struct span name;
    uint64_t counted;        /* N */
    struct list frequencies; /* how many of those had a stem in a bucket */
    struct list policies;    /* set for it alone */
};

struct frequency {
    uint32_t bucket;
    uint64_t count;
};

/* S51: keys of one group are the same; groups that are parted are different. */
struct label {
    struct span key;
    uint64_t group;
};

struct parting {
    uint64_t group, other;
};

enum { PREFIX_BYTES = 32, TRACKER_BYTES = 6 };

/* Whose issues NAME-1 means; the name in upper case. */
struct prefix {
    char name[PREFIX_BYTES + 1], tracker[TRACKER_BYTES + 1];
};

/* In no order; with more than the limit only while a record is looked at. */
struct prefixes {
    struct prefix list[2 * LIMIT_PREFIXES];
    uint32_t count;
};

/* How an intent was answered; `answer` is WAITING while it waits. */
struct outcome {
    uint64_t seq;
    struct decision *answer; /* owned; its texts live as long as the model */
    bool tombstone;          /* R12: a cancel came first */
    bool waited;
    uint64_t keep_until_ms; /* R9, when it had waited */
    /* S27: the claim it was granted is gone, and how */
    bool ended;
    enum why ended_why;
    struct span ended_by, ended_words;
    uint64_t ended_token;
    struct span lost_keys[LIMIT_ALL_KEYS]; /* had at the end and not granted again since */
    uint32_t lost_count;
};

/* What is remembered of one client in one session (R6). */
struct row {
    uint64_t client;
    uint64_t session;
    uint64_t floor;         /* R8 */
    uint64_t idle_since_ms; /* S26 */
    struct list outcomes;
};

struct model {
    bool begun; /* there was a genesis */
    bool sealed;
    struct span moved_to;
    uint64_t now_ms, last_ts_ms;
    uint64_t jump_max_ms, row_keep_ms;
    uint32_t rules;
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES];
    uint64_t policy[POLICY_END];
    uint64_t last_token, last_session;
    uint64_t bad_records, done_evicted;

    struct prefixes prefixes;
    struct list sessions; /* by number */
    struct list claims;   /* by token */
    struct list waiters;  /* by offset */
    struct list done;     /* in no order */
    struct list rows;     /* in no order */
    struct list ideas;    /* by number */
    struct list scopes;   /* in the order in which they were made */
    struct list labels;   /* in no order */
    struct list partings; /* in no order; each once */
    struct supply supply;

    /* the record being applied */
    uint64_t offset, ts_ms;
    uint64_t end_ms; /* T(n), which now_ms reaches when all that is due is done */
    uint32_t index;
    struct decision_sink sink;

    struct list kept;    /* texts copied for good */
    struct list scratch; /* texts copied until the record ends */
};

/* ---- model_memory.c */
void *list_add(struct list *list, size_t size); /* a new zeroed entry at the end */
void list_remove(struct list *list, const void *item);
void list_clear(struct list *list);
struct span text_keep(struct model *model, struct span text);
struct span text_scratch(struct model *model, struct span text);
struct texts texts_keep(struct model *model, struct texts texts);
uint64_t time_after(uint64_t time_ms, uint64_t duration_ms); /* stops at the greatest number */

/* ---- model_apply.c */
void decision_emit(struct model *model, const struct asker *asker, struct decision *decision);
void deny(struct decision *decision, enum reason reason, enum why why);
struct session *session_find(const struct model *model, struct span name, const uint8_t *identity);
struct session *session_numbered(const struct model *model, uint64_t number);
struct session *session_find_or_add(struct model *model, const struct asker *asker); /* NULL: sessions are full */
uint64_t claims_of(const struct model *model, uint64_t session);
uint64_t waiters_of(const struct model *model, uint64_t session);
struct claim *claim_with_token(const struct model *model, uint64_t token);

/* ---- model_time.c */
void time_passes(struct model *model); /* to T(n) */
bool bucket_pay(struct model *model, uint64_t per_minute, uint64_t *level, uint64_t *last_ms);
void deny_rate(struct decision *decision, uint64_t per_minute, uint64_t level);

/* ---- model_form.c */
bool form_text(struct span text, size_t most);
bool form_line(struct span text); /* a repository, or a list's cursor: of one line */
enum flaw form_head(const struct intent_head *head);
enum flaw form_intent(struct model *model, const struct intent *intent, uint32_t *flaw_key);

/* ---- model_key.c */
enum flaw canonical(struct model *model, struct span given, struct span in, struct span *key); /* key: scratch */
bool is_subtree(struct span key);
struct span subtree_root(struct span key); /* without the slash and stars */
bool lies_under(struct span tree, struct span key);
bool overlaps(struct span a, struct span b);

/* ---- model_prefix.c: S43 */
enum flaw form_prefixes(const struct configure_intent *intent, uint32_t *flaw_key);
enum flaw prefixes_after(const struct prefixes *before, const struct configure_intent *intent, struct prefixes *after,
                         uint32_t *flaw_key);
const struct prefix *next_prefix(const struct prefixes *prefixes, const char *after); /* in order; NULL: none is left */
const char *tracker_of(const struct prefixes *prefixes, struct span name);            /* name: upper case; or NULL */

/* ---- model_judge.c */
enum verdict_kind { VERDICT_FREE, VERDICT_YOURS, VERDICT_DONE, VERDICT_HELD, VERDICT_QUEUED, VERDICT_BAD };
struct verdict {
    enum verdict_kind kind;
    uint32_t chosen;       /* any-of, FREE or YOURS: the candidate; else the key that stands in the way */
    struct claim *claim;   /* HELD: by whom */
    struct waiter *waiter; /* QUEUED: behind whom */
    struct done *done;
    enum flaw flaw; /* BAD */
    uint32_t flaw_key;
};
struct verdict judge(const struct model *model, uint64_t session, const struct wanted *wanted, bool at_record);
struct done *done_with_key(const struct model *model, struct span key);
struct done *done_against(const struct model *model, const struct wanted *wanted, struct span key);
struct claim *claim_covering(const struct model *model, uint64_t session, bool shared, struct span key);
uint64_t queue_length(const struct model *model, struct span key);
void show_blocker(const struct model *model, const struct wanted *wanted, uint64_t session,
                  const struct verdict *verdict, struct decision *decision);
void count_denial(struct model *model, const struct asker *asker, bool dry_run, struct decision *decision);

/* ---- model_claim.c */
bool claim_refused_early(struct model *model, struct asker *asker, enum flaw flaw, uint32_t warnings,
                         struct decision *decision); /* everything between the repeat and the keys */
void claim_apply(struct model *model, struct asker *asker, const struct claim_intent *intent);
void grant(struct model *model, const struct asker *asker, const struct wanted *wanted, const struct texts *texts,
           uint32_t chosen, uint64_t lease_ms, bool by_next, struct decision *decision);
void answer_yours(struct model *model, uint64_t session, const struct wanted *wanted, uint32_t chosen, bool dry_run,
                  struct decision *decision);
bool over_grant_limits(const struct model *model, uint64_t session, const struct wanted *wanted, struct span scope,
                       struct decision *decision);
void forget_losses(struct model *model, uint64_t session, const struct span *keys, uint32_t count);

/* ---- model_serve.c */
void serve(struct model *model);
void waiter_finish(struct model *model, struct waiter *waiter, struct decision *decision); /* leaves; its final */

/* ---- model_mutate.c */
struct found {
    enum reason reason; /* NONE: found */
    enum why why;
    struct span by, words;
    enum flaw flaw;
    struct claim *claims[LIMIT_RENEW_ITEMS * 4]; /* by token */
    uint32_t count;
    struct span key; /* KEY, FENCED_KEY: canonical */
};
struct found resolve(struct model *model, const struct asker *asker, const struct target *target, struct span in,
                     bool exactly_one);
void tell_keys(const struct claim *claim, uint64_t expires_ms, struct decision *decision);
void claim_end(struct model *model, struct claim *claim, enum why why, struct span by,
               struct span words); /* leaves; its outcome says so */
void emit_ended(struct model *model, const struct claim *claim, enum why why, struct span by, struct span words);
void renew_apply(struct model *model, struct asker *asker, const struct renew_intent *intent);
void close_apply(struct model *model, struct asker *asker, const struct close_intent *intent);

/* ---- model_cancel.c */
void cancel_apply(struct model *model, struct asker *asker, const struct cancel_intent *intent);
void handoff_apply(struct model *model, struct asker *asker, const struct handoff_intent *intent);
void take_apply(struct model *model, struct asker *asker, const struct take_intent *intent);

/* ---- model_operator.c */
enum flaw policy_check(const struct policy_entry *entries, uint32_t count, uint32_t *flaw_key);
bool genesis_apply(struct model *model, const struct genesis_intent *intent);
bool import_ends(struct model *model, const struct import_intent *intent);
void revoke_apply(struct model *model, struct asker *asker, const struct revoke_intent *intent);
void configure_apply(struct model *model, struct asker *asker, const struct configure_intent *intent);
void seal_apply(struct model *model, struct asker *asker, const struct seal_intent *intent);

/* ---- model_row.c */
struct row *row_find(const struct model *model, uint64_t client, uint64_t session);
struct outcome *outcome_find(const struct row *row, uint64_t seq);
struct outcome *outcome_of(const struct model *model, const struct asker *asker);
struct claim *claim_granted_to(const struct model *model, uint64_t client, uint64_t seq, uint64_t session);
struct waiter *waiter_of(const struct model *model, uint64_t client, uint64_t seq, uint64_t session);
bool rows_full_for(const struct model *model, const struct asker *asker);
struct outcome *remember(struct model *model, const struct asker *asker, const struct decision *decision);
bool answer_repeat(struct model *model, const struct asker *asker, struct decision *forgotten);
bool refused_sealed(const struct model *model, struct decision *decision);
bool refused_before_deciding(struct model *model, const struct asker *asker, struct decision *decision);
void recall(const struct model *model, const struct outcome *outcome, uint64_t client, uint64_t session,
            struct decision *decision);
enum standing standing_of(const struct model *model, const struct row *row, const struct outcome *outcome,
                          enum why *why);
struct outcome *ending_of_token(const struct model *model, uint64_t token, uint64_t *loser); /* loser: may be NULL */
bool lost_key(const struct outcome *outcome, struct span key);
struct outcome *ending_of_key(const struct model *model, uint64_t session, struct span key);
bool row_is_pending(const struct model *model, const struct row *row);
uint64_t row_fades_ms(const struct model *model, const struct row *row);
void row_remove(struct model *model, struct row *row);

/* ---- model_signature.c */
void signature_read(const struct texts *texts, struct signature *signature);
bool signature_has(const struct signature *signature, uint32_t feature);
bool signatures_conflict(const struct signature *a, const struct signature *b);
bool kinds_agree(const struct signature *a, const struct signature *b);
uint64_t log2_q8(uint64_t number);
uint64_t feature_weight(const struct scope *scope, uint32_t feature); /* scope NULL: nothing was counted yet */
uint64_t likeness_score(uint64_t shared, uint64_t norm, uint64_t other_norm);

/* ---- model_scope.c */
struct scope *scope_find(const struct model *model, struct span name);
struct scope *scope_find_or_add(struct model *model, struct span name);
void scope_clear(struct scope *scope);
uint64_t scope_frequency(const struct scope *scope, uint32_t bucket);
void scope_count(struct scope *scope, const struct signature *signature);
void scope_set(struct model *model, const struct policy_entry *entry);
uint64_t scope_policy(const struct model *model, struct span name, uint32_t id);     /* its own, or the one for all */
const struct policy_entry *scope_own_policy(const struct scope *scope, uint32_t id); /* NULL: none was set */
struct report_thresholds scope_thresholds(struct model *model, struct span name);

/* ---- model_idea.c: S44, S47 */
enum { POOL_MOST = LIMIT_IDEA_CANDIDATES };
struct pool {
    struct {
        const struct idea *idea;
        struct rival rival;
    } list[POOL_MOST];
    uint32_t count;
};
void pool_find(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope,
               bool own_too, struct pool *pool);
void idea_add(struct model *model, const struct asker *asker, const struct signature *signature, struct span scope,
              uint64_t number);
struct idea *idea_numbered(const struct model *model, uint64_t number);
void forget_ideas(struct model *model); /* that nothing names */
uint64_t ideas_in(const struct model *model, const struct scope *scope);
struct rival rival_of_claim(const struct model *model, const struct claim *claim);
struct rival rival_of_done(const struct done *done);

/* ---- model_rival.c: S45 */
struct wanted would_get(const struct wanted *wanted, uint32_t chosen);
bool refused_as_similar(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope,
                        bool look_at_links, bool dry_run, struct decision *decision);
void show_near(struct model *model, const struct asker *asker, const struct wanted *wanted, struct span scope,
               struct decision *decision); /* S49 */
void forget_rivals(struct decision *decision);
bool over_scopes(const struct model *model, const struct wanted *wanted, struct span scope, struct decision *decision);

/* ---- model_dump_ideas.c */
void dump_all_ideas(const struct model *model, FILE *out);

/* ---- model_label.c: S51 */
enum flaw form_label(struct model *model, const struct label_intent *label, uint32_t *flaw_key);
void label_apply(struct model *model, struct asker *asker, const struct label_intent *label, bool same);
bool labelled_different(const struct model *model, struct span a, struct span b);
bool labelled_same(const struct model *model, struct span a, struct span b); /* and they are not one key */
/* ---- model_query.c */
void query_apply(struct model *model, struct asker *asker, const struct query_intent *intent);
struct span text_cut(struct span text); /* to what is shown of it */

#include "tests/model/model_supply.h"

#endif
