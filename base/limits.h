/* The fixed limits of DESIGN section 10: part of the rules, changed only with the rule set. Policy limits, which the
 * log can change, are in coordinator/core/policy.h. */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    LIMIT_KEY_BYTES = 400,     /* a canonical key, and a key as given */
    LIMIT_KEY_SEGMENTS = 32,   /* parts between '/' */
    LIMIT_SESSION_BYTES = 128, /* a session's name */
    LIMIT_ALL_KEYS = 32,       /* keys of an all-of claim */
    LIMIT_ANY_KEYS = 64,       /* candidates of an any-of claim */
    LIMIT_WAIT_KEYS = 8,       /* keys of a claim that waits */
    LIMIT_RENEW_ITEMS = 64,    /* tokens, keys and tickets in one renew or close */
    LIMIT_TEXT_BYTES = 2048,   /* result and reason */
    LIMIT_ABOUT_BYTES = 16384, /* about and aka: the most that policy can allow */
    LIMIT_CATEGORY_BYTES = 64,
    LIMIT_REF_BYTES = 1024,      /* ref and origin */
    LIMIT_CODE_BYTES = 64,       /* a hand-off code as presented */
    LIMIT_CODE_MIN_BYTES = 16,   /* 128 random bits */
    LIMIT_RECORD_BYTES = 65536,  /* an encoded intent or decision */
    LIMIT_IMPORT_BYTES = 131072, /* an encoded `import`: an intent of the largest size and what stands around it */
    LIMIT_IMPORT_RECORDS = 64,   /* records of another log in one `import` */
    LIMIT_OUTCOMES = 16,         /* remembered per (client, session) */
    LIMIT_STEP_WORK = 256,       /* due events, waiter re-checks or ends of a revoke in one step of apply */
    LIMIT_PAGE_ROWS = 64,        /* rows in one page of a list */
    LIMIT_PREFIXES = 32,         /* trackers' prefixes in policy, and in one configure */
    LIMIT_PREFIX_BYTES = 32,     /* ENG of ENG-5 */
    LIMIT_SCOPES = 256,          /* domains of ideas in a store */
    LIMIT_NOT_SAME = 64,         /* claims that one says it isn't the same as */
    LIMIT_RIVALS = 8,            /* like claims in a decision: 3 of a claim's, 8 of a query's */
    LIMIT_RIVAL_ABOUT = 200,     /* bytes of what a like claim is about, as it is shown */
    LIMIT_IDEA_CANDIDATES = 32,  /* ideas of those that share a stem that are compared as a whole */
    LIMIT_IDEA_COMMON = 3000,    /* ideas of a scope: a stem that more of them have finds none */
    LIMIT_IDEA_COUNT_BITS = 20,  /* the counts of a scope are halved at 2^20 ideas */
    LIMIT_LABEL_GROUP = 64,      /* keys that are the same */
    LIMIT_LABEL_PARTED = 256,    /* groups that one is different from */
    LIMIT_OFFER_ITEMS = 16,      /* items in one offer */
    LIMIT_OFFER_AFTER = 16,      /* keys that an item comes after */
    LIMIT_NEEDS = 16,            /* capabilities of an item, or of who picks */
    LIMIT_NEED_BYTES = 64,       /* a capability */
    LIMIT_WITHDRAW_KEYS = 64,    /* keys in one withdrawal */
    LIMIT_NEXT_CATEGORIES = 16,  /* categories that a next asks for */
    LIMIT_CATEGORIES = 256,      /* categories of a store that are told apart */
    LIMIT_OBSTACLES = 8,         /* kinds of what keeps items from being picked */
    LIMIT_DRAWS = 64,            /* categories in one decision */
    LIMIT_PICK_LOOKS = 64,       /* items of a category among which a pick chooses, and that it compares in all */
    LIMIT_PICK_READS = 256,      /* items that a pick reads, of all categories */
    LIMIT_PICK_SETS = 64,        /* sets of needs of a category that a pick looks at */
    LIMIT_DEPENDENTS = 256,      /* offers that may wait for one key */
    LIMIT_CYCLE_STEPS = 256,     /* offers that the search for a cycle looks at */
    LIMIT_IDENTITY_BYTES = 32    /* a verifier or a proof: BLAKE2b-256 */
};

#endif
