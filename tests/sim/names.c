/* Words for numbers, for the simulator's readers only. */
#include "tests/sim/names.h"

#include <stddef.h>

#include "proto/messages.h"

#define NAME_OF(table, number) \
    ((number) < sizeof(table) / sizeof((table)[0]) && (table)[number] ? (table)[number] : "?")

const char *name_of_verb(uint64_t verb)
{
    static const char *const names[] = {
        [VERB_NONE] = "none",           [VERB_CLAIM] = "claim",     [VERB_RENEW] = "renew",
        [VERB_CLOSE] = "close",         [VERB_CANCEL] = "cancel",   [VERB_HANDOFF] = "handoff",
        [VERB_TAKE] = "take",           [VERB_QUERY] = "query",     [VERB_REVOKE] = "revoke",
        [VERB_CONFIGURE] = "configure", [VERB_GENESIS] = "genesis", [VERB_RECOVERED] = "recovered",
        [VERB_SEAL] = "seal",           [VERB_TICK] = "tick",       [VERB_SAME] = "same",
        [VERB_DIFFERENT] = "different", [VERB_OFFER] = "offer",     [VERB_WITHDRAW] = "withdraw",
        [VERB_NEXT] = "next",           [VERB_IMPORT] = "import"};
    return NAME_OF(names, verb);
}

const char *name_of_answer(uint64_t answer)
{
    static const char *const names[] = {"none", "granted", "yours", "waiting", "denied", "accepted", "ended", "report"};
    return NAME_OF(names, answer);
}

const char *name_of_reason(uint64_t reason)
{
    static const char *const names[] = {"none",    "held",        "queued",    "similar",    "already_done",
                                        "quota",   "stale_token", "deadline",  "queue_full", "bad_request",
                                        "drained", "not_holder",  "forbidden", "cancelled",  "forgotten",
                                        "sealed",  "unsupported"};
    return NAME_OF(names, reason);
}

const char *name_of_why(uint64_t why)
{
    static const char *const names[] = {"none",
                                        "expired",
                                        "revoked",
                                        "taken",
                                        "lease",
                                        "closed",
                                        "cancelled",
                                        "rate",
                                        "claims",
                                        "waiters",
                                        "full",
                                        "scopes",
                                        [WHY_OFFERS] = "offers"};
    return NAME_OF(names, why);
}

const char *name_of_advice(uint64_t advice)
{
    static const char *const names[] = {"none", "wait", "pivot", "create"};
    return NAME_OF(names, advice);
}

const char *name_of_flaw(uint64_t flaw)
{
    /* clang-format off */
    static const char *const names[] = {
        "none",          "undecodable",  "unknown_field", "unknown_verb",     "newer_format",
        "too_large",     "session",      "identity",      "client",           "no_keys",
        "too_many_keys", "key_empty",    "key_long",      "key_bytes",        "key_segments",
        "key_glob",      "key_escapes",  "key_no_repo",   "key_form",         "ttl",
        "wait",          "text",         "reward",        "partial",          "mode",
        "ambiguous",     "subtree_done", "code",          "code_taken",       "policy_name",
        "policy_value",  "target",       "not_first",     "no_genesis",       "operator",
        "scope",         "label",        "label_full",    "label_contradicts",
        [FLAW_ITEMS] = "items", [FLAW_SUBTREE_OFFERED] = "subtree_offered", [FLAW_AFTER] = "after",
        [FLAW_CYCLE] = "cycle", [FLAW_NEED] = "need",                       [FLAW_PRIORITY] = "priority", [FLAW_CATEGORY] = "category"};
    /* clang-format on */
    return NAME_OF(names, flaw);
}

const char *name_of_policy(uint64_t policy)
{
#define POLICY_NAME(id, NAME, name, unit, initial, least, most) [id] = name,
    static const char *const names[] = {POLICY_TABLE(POLICY_NAME)};
#undef POLICY_NAME
    return NAME_OF(names, policy);
}
