/* Supply, selection, steering: work that is offered, and picked and claimed in one. A part of dibs.h, which includes it:
 * errors, texts and threads as there. What is offered is told by answer->offered, what was picked by answer->keys, about,
 * category, ref and pick, why nothing was by answer->obstacles, how the store is supplied by answer->supply, what steering
 * believes by answer->draws (answer.h). */
#ifndef DIBS_SUPPLY_H
#define DIBS_SUPPLY_H

#include <dibs/dibs.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    DIBS_OFFER_ITEMS = 16,    /* in one dibs_offer */
    DIBS_OFFER_AFTER = 16,    /* keys that an item comes after */
    DIBS_NEEDS = 16,          /* capabilities of an item, or of who picks */
    DIBS_WITHDRAW_KEYS = 64,  /* in one dibs_withdraw */
    DIBS_NEXT_CATEGORIES = 16 /* in one dibs_next */
};

/* Work that may be picked. Offering a key again replaces what was said of it; whether it is claimed or cools stays. */
struct dibs_offer_item {
    const char *key;          /* not a subtree */
    const char *about, *aka;  /* the work in words, at most 2 KiB each */
    const char *category;     /* at most 64 bytes */
    const char *scope;        /* the domain in which `about` is compared with others'; at most 64 bytes */
    const char *ref;          /* URL, pull request, branch; at most 1 KiB */
    const char *const *after; /* keys that must be done first, at most 16; no cycles */
    size_t after_count;
    const char *const
        *needs; /* capabilities that a picker must have: 1-64 letters, digits, `.`, `_`, `-`; at most 16 */
    size_t need_count;
    bool has_priority;        /* else 5 */
    uint32_t priority;        /* 0-9, 9 the most urgent */
    int64_t not_before_ts_ms; /* Unix milliseconds by the store's clock; 0: at once */
    int64_t expires_ts_ms;    /* the same; 0: never */
    bool again;               /* also when the key is remembered as done */
};

struct dibs_offer_options {
    const struct dibs_offer_item *items; /* 1-16, together at most 64 KiB of text */
    size_t item_count;
    const char *in; /* the repository that bare references mean */
};

/* ACCEPTED, with an entry of answer->offered for each item in its order: items stand alone, one that is refused doesn't undo
 * the others (dibs_answer_exit_code then says 1, or 2 for bad input). Offering the same again changes nothing. */
enum dibs_error dibs_offer(dibs_client *client, const struct dibs_offer_options *options, struct dibs_answer **out);

struct dibs_withdraw_options {
    const char *const *keys; /* 1-64 */
    size_t key_count;
    const char *in;
    bool as_operator; /* also what others offered; needs the operator's key */
};

/* Takes offers back, of this session's own making; a claim of such a key lives on. answer->offered as of dibs_offer: an
 * entry is DENIED `not_holder` when the key isn't offered, or by somebody else. */
enum dibs_error dibs_withdraw(dibs_client *client, const struct dibs_withdraw_options *options,
                              struct dibs_answer **out);

struct dibs_next_options {
    const char *const *categories; /* of one of these; none: of any; at most 16 */
    size_t category_count;
    const char *const *can; /* capabilities of who asks, at most 16 */
    size_t can_count;
    bool has_ttl; /* else the store's default */
    uint64_t ttl_ms;
    bool wait; /* until something fits */
    bool has_wait_ms;
    uint64_t wait_ms;
    bool has_waiter_lease;
    uint64_t waiter_lease_ms; /* wait, wait_ms and this as of a claim */
    const char *origin;       /* host, pid, run; at most 1 KiB; NULL: host and pid */
    const char *scope;        /* of ideas: what isn't offered in one is compared there; at most 64 bytes */
    bool explain;             /* answer->draws of a grant, too */
};

/* Picks from what is offered and claims it, in one record: nobody comes between. GRANTED as a claim is, or DENIED
 * `drained` with answer->obstacles. With `wait` it blocks as dibs_claim does. */
enum dibs_error dibs_next(dibs_client *client, const struct dibs_next_options *options, struct dibs_answer **out);

/* The same without blocking: with `wait` the verdict may be WAITING; keep answer->ticket and call dibs_wait. */
enum dibs_error dibs_next_submit(dibs_client *client, const struct dibs_next_options *options,
                                 struct dibs_answer **out);

/* answer->supply; changes nothing. Its `verdict` is NONE where nothing was ever offered. */
enum dibs_error dibs_get_supply(dibs_client *client, struct dibs_answer **out);

/* The exit code for a launcher that asks before it starts somebody: 0 healthy, 6 thin, 7 dry (or never offered anything),
 * 8 drought. */
int dibs_supply_exit_code(const struct dibs_supply *supply);

/* What steering believes: answer->steering, and a page of answer->draws, one a category. `after`: answer->next of the page
 * before, NULL at first. Changes nothing. */
enum dibs_error dibs_get_steering(dibs_client *client, const char *after, struct dibs_answer **out);

/* As dibs_configure, for one category alone: its steer_target, the share of the selections that it is to have, of 10,000,
 * in place of the one for all; with "" as value it has that one again. A category that nobody has heard of is made, of
 * at most 256. "" or NULL: for all. */
enum dibs_error dibs_configure_category(dibs_client *client, const char *category, const struct dibs_setting *settings,
                                        size_t count, struct dibs_answer **out);

/* As dibs_get_policy, with what is set for this category after that for all. */
enum dibs_error dibs_get_category_policy(dibs_client *client, const char *category, struct dibs_answer **out);

#ifdef __cplusplus
}
#endif
#endif
