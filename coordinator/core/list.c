/* A page of the list: held keys in the order of the overlap index, then done keys. A page looks at a bounded number of
 * rows, so it may be short of matches and yet have a next one. */
#include "coordinator/core/list.h"

#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/done.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/state/keys.h"

enum { LIST_LOOKS = 1000 };

struct listing {
    struct apply *apply;
    const struct query_intent *query;
    struct report *report;
    struct list_place *place;
    int looks;
};

/* The next page begins after this row. */
static void list_stop(struct listing *listing, bool done, struct span key, uint64_t token)
{
    struct decision *decision = listing->report->decision;

    decision->more = true;
    decision->next.done = done;
    decision->next.token = token;
    if (key.size != 0)
        memcpy(listing->place->key, key.bytes, key.size);
    decision->next.key = span_of(listing->place->key, key.size);
}

/* The page is full, or has looked at enough rows, of which the last was this one: the next one begins after it, or after
 * the last row that is on the page. */
static void list_end_page(struct listing *listing, bool full, bool done, struct span key, uint64_t token)
{
    const struct decision *decision = listing->report->decision;

    if (full && decision->row_count > 0) {
        const struct report_row *last = &decision->rows[decision->row_count - 1];
        list_stop(listing, last->kind == ROW_DONE, last->key, last->kind == ROW_DONE ? 0 : last->token);
    } else {
        list_stop(listing, done, key, token);
    }
}

static bool is_wanted_session(struct listing *listing, struct span session)
{
    return listing->query->session.size == 0 || span_equal(session, listing->query->session);
}

static bool list_held_row(struct listing *listing, const struct held_key *held)
{
    struct span key = span_of(held->key, held->key_size);
    struct claim_row row;
    struct session_name name;

    if (!span_starts_with(key, listing->query->prefix))
        return true;
    if (!claim_load_row(listing->apply->state, TABLE_CLAIM, held->id, &row) ||
        !session_name_of(listing->apply, row.session, &name) || !is_wanted_session(listing, session_name_span(&name)))
        return true;
    return report_claim(listing->apply, listing->report, TABLE_CLAIM, held->id, key);
}

/* False: the page has ended. */
static bool list_held(struct listing *listing)
{
    const struct query_intent *query = listing->query;
    struct held_key held = {0}, last = {0};

    if (query->after.key.size != 0)
        subtree_walk_after(&held, query->after.key, query->after.token, query->prefix);
    else
        subtree_walk_from(&held, query->prefix);
    last = held;
    while (subtree_walk(listing->apply->state, TABLE_HOLD, &held, query->prefix)) {
        bool full = listing->looks < LIST_LOOKS && !list_held_row(listing, &held);
        if (listing->looks++ >= LIST_LOOKS || full) {
            list_end_page(listing, full, false, span_of(last.key, last.key_size), last.id);
            return false;
        }
        last = held;
    }
    return true;
}

static bool list_done_row(struct listing *listing, struct span key)
{
    struct done done;

    if (!done_load(listing->apply->state, key, &done) || !is_wanted_session(listing, done.texts[DONE_SESSION]))
        return true;
    return report_done(listing->apply, listing->report, key);
}

static void list_done(struct listing *listing)
{
    const struct query_intent *query = listing->query;
    struct row_key at, last;
    struct span found, value;
    /* A cursor before the prefix is none: the page begins where the prefix does. */
    bool resumed =
        query->after.done && query->after.key.size != 0 && span_compare(query->after.key, query->prefix) >= 0;

    row_key_begin(&at);
    row_key_span(&at, resumed ? query->after.key : query->prefix);
    last = at;
    if (!resumed)
        row_key_begin(&last);
    while (
        (resumed ? table_next : table_seek)(listing->apply->state, TABLE_DONE, row_key_as_span(&at), &found, &value) &&
        span_starts_with(found, query->prefix)) {
        resumed = true; /* from now on strictly after */
        row_key_begin(&at);
        row_key_span(&at, found);
        bool full = listing->looks < LIST_LOOKS && !list_done_row(listing, row_key_as_span(&at));
        if (listing->looks++ >= LIST_LOOKS || full) {
            list_end_page(listing, full, true, row_key_as_span(&last), 0);
            return;
        }
        last = at;
    }
}

void list_answer(struct apply *apply, const struct query_intent *query, struct report *report, struct list_place *place)
{
    struct listing listing = {.apply = apply, .query = query, .report = report, .place = place};

    if (query->want_held && !query->after.done && !list_held(&listing))
        return;
    if (query->want_done)
        list_done(&listing);
}
