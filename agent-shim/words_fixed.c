/* The fixed words: flaws, warnings, verbs. */
#include "agent-shim/words.h"

const char *words_of_flaw(enum flaw flaw)
{
    static const char *const words[] = {
        [FLAW_NONE] = "the request was refused",
        [FLAW_UNDECODABLE] = "the record cannot be decoded",
        [FLAW_UNKNOWN_FIELD] = "the record has a field that this version does not know",
        [FLAW_UNKNOWN_VERB] = "this version does not know that verb",
        [FLAW_NEWER_FORMAT] = "the record has a newer format than this version knows",
        [FLAW_TOO_LARGE] = "the request is larger than 64 KiB; give fewer keys or shorter texts",
        [FLAW_SESSION] = "a session's name is 1 to 128 bytes of UTF-8 without control characters",
        [FLAW_IDENTITY] = "the session's identity is not 32 bytes",
        [FLAW_CLIENT] = "this client id already waits for another claim; use one id for each waiting claim",
        [FLAW_NO_KEYS] = "no key was given; name at least one",
        [FLAW_TOO_MANY_KEYS] = "too many keys: at most 32 in one claim, 64 with any, 8 when waiting",
        [FLAW_KEY_EMPTY] = "a key is empty; give one, such as github:o/r#5 (is a variable unset?)",
        [FLAW_KEY_LONG] = "a key is longer than 400 bytes",
        [FLAW_KEY_BYTES] = "a key has control characters or is not UTF-8; write it in plain text",
        [FLAW_KEY_SEGMENTS] = "a key has more than 32 parts between slashes",
        [FLAW_KEY_GLOB] = "a key has a glob; the only one is /** at the very end, for a whole subtree",
        [FLAW_KEY_ESCAPES] = "a key climbs with .. above the root of its repository",
        [FLAW_KEY_NO_REPO] =
            "a bare reference needs its repository: write github:OWNER/REPO#N, or give the repository with --in",
        [FLAW_KEY_FORM] = "that cannot be a key; write KIND:REST such as github:o/r#5 or file:github:o/r:src/a.c",
        [FLAW_TTL] = "the ttl is outside what the store allows: 1s to its longest (ttl_max, 7d unless configured)",
        [FLAW_WAIT] = "the wait is longer than the store allows (24h unless configured)",
        [FLAW_TEXT] = "a text is over its limit, not UTF-8, or has control characters",
        [FLAW_REWARD] = "a reward is a number between 0 and 1",
        [FLAW_PARTIAL] = "this session holds a part of it already; close that first or claim only the rest",
        [FLAW_MODE] = "this session holds it already in the other mode (shared or exclusive); close that first",
        [FLAW_AMBIGUOUS] = "this session has two claims on that key; name the token",
        [FLAW_SUBTREE_DONE] = "a subtree cannot be done, only keys can; release or abandon it",
        [FLAW_CODE] = "a hand-off code has 16 to 64 characters",
        [FLAW_CODE_TAKEN] = "that hand-off code is in use on another claim; make a new one",
        [FLAW_POLICY_NAME] = "there is no setting of that name; list all with `configure`",
        [FLAW_POLICY_VALUE] = "the value is outside what that setting allows; list the limits with `configure`",
        [FLAW_TARGET] = "name what to act on: a key, a token, or both (at most 64)",
        [FLAW_NOT_FIRST] = "a store has one beginning; this is a second",
        [FLAW_NO_GENESIS] = "the log does not begin with a genesis record",
        [FLAW_OPERATOR] = "only the operator may write that to the log",
        [FLAW_SCOPE] = "a scope is a text of at most 64 bytes, and a store has at most 256 of them",
        [FLAW_LABEL] = "that is one key twice; name two",
        [FLAW_LABEL_FULL] = "too many keys: at most 64 are the same work, and one is different from at most 256",
        [FLAW_LABEL_CONTRADICTS] = "they were labelled otherwise before, and labels are for good",
        [FLAW_ITEMS] = "name what to offer: 1 to 16 items at once",
        [FLAW_SUBTREE_OFFERED] = "a subtree cannot be offered, only keys can",
        [FLAW_AFTER] = "what it comes after is at most 16 good keys, none a subtree or its own",
        [FLAW_CYCLE] = "it would come after itself, by way of what it comes after; take one of them out",
        [FLAW_NEED] = "a capability is 1 to 64 letters, digits, dots, lines and dashes, and there are at most 16",
        [FLAW_PRIORITY] = "a priority is 0 to 9, 9 the most urgent",
        [FLAW_CATEGORY] = "a category is a text of at most 64 bytes, and a store tells at most 256 of them apart",
    };
    unsigned number = (unsigned)flaw;
    return number < sizeof words / sizeof words[0] && words[number] != NULL ? words[number] : words[FLAW_NONE];
}

const char *words_warning_code(uint32_t bit)
{
    switch (bit) {
    case WARNING_SESSION_IN_KEY:
        return "session_in_key";
    case WARNING_SUBTREE_SERIES:
        return "subtree_series";
    case WARNING_TTL_CLAMPED:
        return "ttl_clamped";
    case WARNING_WAIT_CLAMPED:
        return "wait_clamped";
    case WARNING_SAME_NAME:
        return "same_name";
    case WARNING_WAITS_ON_SELF:
        return "waits_on_self";
    case WARNING_SIMILAR:
        return "similar";
    default:
        return "";
    }
}

const char *words_of_warning(uint32_t bit)
{
    switch (bit) {
    case WARNING_SESSION_IN_KEY:
        return "The key has this session's own name in it, so nobody else can ever claim the same work under that key.";
    case WARNING_SUBTREE_SERIES:
        return "This subtree covers paths only; issues and pull requests such as github:o/r#5 are not in it.";
    case WARNING_TTL_CLAMPED:
        return "The ttl was longer than the store allows and was cut to its longest.";
    case WARNING_WAIT_CLAMPED:
        return "Sets and subtrees wait for a shorter time than was asked; the wait was cut.";
    case WARNING_SAME_NAME:
        return "The holder has this session's name but another secret: two different sessions use one name.";
    case WARNING_WAITS_ON_SELF:
        return "What stands in the way is this session's own claim or wait.";
    case WARNING_SIMILAR:
        return "Somebody's live or lately done work is like this; see that it isn't the same.";
    default:
        return "";
    }
}

const char *words_of_intent(const struct intent *intent)
{
    if (intent->flaw != FLAW_NONE)
        return "bad";
    if (intent->verb != VERB_CLOSE)
        return words_of_verb(intent->verb);
    switch (intent->body.close.outcome) {
    case CLOSE_DONE:
        return "done";
    case CLOSE_ABANDONED:
        return "abandon";
    case CLOSE_RELEASED:
        return "release";
    }
    return "close";
}

const char *words_of_verb(enum verb verb)
{
    switch (verb) {
    case VERB_CLAIM:
        return "claim";
    case VERB_RENEW:
        return "renew";
    case VERB_CLOSE:
        return "close";
    case VERB_CANCEL:
        return "cancel";
    case VERB_HANDOFF:
        return "handoff";
    case VERB_TAKE:
        return "take";
    case VERB_QUERY:
        return "query";
    case VERB_REVOKE:
        return "revoke";
    case VERB_CONFIGURE:
        return "configure";
    case VERB_GENESIS:
        return "genesis";
    case VERB_RECOVERED:
        return "recovered";
    case VERB_SEAL:
        return "seal";
    case VERB_TICK:
        return "tick";
    case VERB_SAME:
        return "same";
    case VERB_DIFFERENT:
        return "different";
    case VERB_OFFER:
        return "offer";
    case VERB_WITHDRAW:
        return "withdraw";
    case VERB_NEXT:
        return "next";
    case VERB_IMPORT:
        return "import";
    case VERB_NONE:
        break;
    }
    return "bad";
}
