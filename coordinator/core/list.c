/* A page of the list: held keys in the order of the overlap index, then those that are waited for, then done keys, then
 * offers. A page looks at a bounded number of rows, so it may be short of matches and yet have a next one. */
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
static void list_stop(struct listing *listing, struct list_cursor at)
{
    struct decision *decision = listing->report->decision;

    decision->more = true;
    decision->next = at;
    if (at.key.size != 0)
        memcpy(listing->place->key, at.key.bytes, at.key.size);
    decision->next.key = span_of(listing->place->key, at.key.size);
}

static struct list_cursor cursor_of_row(const struct report_row *row)
{
    if (row->kind == ROW_WAITER)
        return (struct list_cursor){.waits = true, .key = row->key, .token = row->offset};
    if (row->kind == ROW_DONE || row->kind == ROW_OFFER)
        return (struct list_cursor){.done = row->kind == ROW_DONE, .offers = row->kind == ROW_OFFER, .key = row->key};
    return (struct list_cursor){.key = row->key, .token = row->token};
}

/* The page is full, or has looked at enough rows, of which the last was this one: the next one begins after it, or after
 * the last row that is on the page. */
static void list_end_page(struct listing *listing, bool full, struct list_cursor at)
{
    const struct decision *decision = listing->report->decision;

    list_stop(listing, full && decision->row_count > 0 ? cursor_of_row(&decision->rows[decision->row_count - 1]) : at);
}

static bool is_wanted_session(struct listing *listing, struct span session)
{
    return listing->query->session.size == 0 || span_equal(session, listing->query->session);
}

/* Of TABLE_CLAIM or TABLE_WAITER; counts as a look. False: the page has ended, after `last`, which is this row otherwise. */
static bool list_row(struct listing *listing, enum table table, const struct held_key *row, struct held_key *last)
{
    struct span key = span_of(row->key, row->key_size);
    struct claim_row claim;
    struct session_name name;
    bool matches = listing->looks < LIST_LOOKS && span_starts_with(key, listing->query->prefix) &&
                   claim_load_row(listing->apply->state, table, row->id, &claim) &&
                   session_name_of(listing->apply, claim.session, &name) &&
                   is_wanted_session(listing, session_name_span(&name));
    bool full = matches && !report_claim(listing->apply, listing->report, table, row->id, key);

    if (listing->looks++ >= LIST_LOOKS || full) {
        list_end_page(listing, full,
                      (struct list_cursor){.waits = table == TABLE_WAITER,
                                           .key = span_of(last->key, last->key_size),
                                           .token = last->id});
        return false;
    }
    *last = *row;
    return true;
}

/* False: the page has ended. */
static bool list_held(struct listing *listing)
{
    const struct query_intent *query = listing->query;
    struct held_key held = {0}, last;

    if (query->after.key.size != 0)
        subtree_walk_after(&held, query->after.key, query->after.token, query->prefix);
    else
        subtree_walk_from(&held, query->prefix);
    last = held;
    while (subtree_walk(listing->apply->state, TABLE_HOLD, &held, query->prefix)) {
        if (!list_row(listing, TABLE_CLAIM, &held, &last))
            return false;
    }
    return true;
}

/* All waits for the walk's key, whatever their mode, from that offset on; the walk is past them then. */
static bool list_waits_for(struct listing *listing, struct held_key *walk, uint64_t from, struct held_key *last)
{
    struct state *state = listing->apply->state;

    for (walk->id = from;
         (walk->id = subtree_exact_any(state, TABLE_WANT, span_of(walk->key, walk->key_size), walk->id)) != UINT64_MAX;
         walk->id++) {
        if (!list_row(listing, TABLE_WAITER, walk, last))
            return false;
    }
    walk->past = true;
    return true;
}

static bool list_waits(struct listing *listing)
{
    const struct query_intent *query = listing->query;
    struct held_key walk = {0}, last;

    if (query->after.waits && query->after.key.size != 0)
        subtree_walk_after(&walk, query->after.key, query->after.token, query->prefix);
    else
        subtree_walk_from(&walk, query->prefix);
    last = walk;
    if (walk.after && walk.id != UINT64_MAX && !list_waits_for(listing, &walk, walk.id + 1, &last))
        return false;
    while (subtree_walk(listing->apply->state, TABLE_WANT, &walk, query->prefix)) {
        if (!list_waits_for(listing, &walk, 0, &last))
            return false;
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

/* What was offered is read into the room for rows: nothing is written here, and stacks are small. */
static bool list_offer_row(struct listing *listing, struct span key)
{
    struct state *state = listing->apply->state;
    struct offer_told told;

    if (!offer_load_told(state, key, &told, state_row_room(state)) ||
        !is_wanted_session(listing, told.texts[OFFER_SESSION]))
        return true;
    return report_offer(listing->apply, listing->report, key, &told);
}

/* Done keys or offers, whose tables are in the order of keys; `begun` says that the cursor is among them. False: the page
 * has ended. */
static bool list_keys(struct listing *listing, enum table table, bool begun,
                      bool (*row)(struct listing *listing, struct span key))
{
    const struct query_intent *query = listing->query;
    struct list_cursor end = {.done = table == TABLE_DONE, .offers = table == TABLE_OFFER};
    struct row_key at, last;
    struct span found, value;
    /* A cursor before the prefix is none: the page begins where the prefix does. */
    bool resumed = begun && query->after.key.size != 0 && span_compare(query->after.key, query->prefix) >= 0;

    row_key_begin(&at);
    row_key_span(&at, resumed ? query->after.key : query->prefix);
    last = at;
    if (!resumed)
        row_key_begin(&last);
    while ((resumed ? table_next : table_seek)(listing->apply->state, table, row_key_as_span(&at), &found, &value) &&
           span_starts_with(found, query->prefix)) {
        resumed = true; /* from now on strictly after */
        row_key_begin(&at);
        row_key_span(&at, found);
        bool full = listing->looks < LIST_LOOKS && !row(listing, row_key_as_span(&at));
        if (listing->looks++ >= LIST_LOOKS || full) {
            end.key = row_key_as_span(&last);
            list_end_page(listing, full, end);
            return false;
        }
        last = at;
    }
    return true;
}

void list_answer(struct apply *apply, const struct query_intent *query, struct report *report, struct list_place *place)
{
    struct listing listing = {.apply = apply, .query = query, .report = report, .place = place};
    const struct list_cursor *after = &query->after;

    if (query->want_held && !after->waits && !after->done && !after->offers && !list_held(&listing))
        return;
    if (query->want_waits && !after->done && !after->offers && !list_waits(&listing))
        return;
    if (query->want_done && !after->offers && !list_keys(&listing, TABLE_DONE, after->done, list_done_row))
        return;
    if (query->want_offers)
        (void)list_keys(&listing, TABLE_OFFER, after->offers, list_offer_row);
}
