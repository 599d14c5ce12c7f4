/* A page of a query's answer. */
#include "coordinator/core/report.h"

#include "base/check.h"
#include "base/utf8.h"
#include "coordinator/core/done.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/session.h"
#include "coordinator/core/subtree.h"
#include "coordinator/core/supply/after.h"

void report_begin(struct report *report, struct decision *decision)
{
    report->decision = decision;
    report->cost = report->used = 0;
}

static struct span report_keep(struct report *report, struct span text)
{
    struct span kept = span_of(report->storage + report->used, text.size);

    CHECK(report->used + text.size <= sizeof report->storage);
    if (text.size != 0)
        memcpy(report->storage + report->used, text.bytes, text.size);
    report->used += text.size;
    return kept;
}

/* Cuts the row's long texts, and adds it if the page has room for it. */
static bool report_add(struct report *report, struct report_row row)
{
    struct decision *decision = report->decision;
    struct span *texts[] = {&row.key,      &row.session, &row.about, &row.ref,  &row.origin,
                            &row.category, &row.result,  &row.by,    &row.needs};
    enum { TEXTS = sizeof texts / sizeof texts[0] };
    size_t cost = REPORT_ROW_COST;

    row.about = utf8_cut(row.about, REPORT_TEXT_BYTES);
    row.ref = utf8_cut(row.ref, REPORT_TEXT_BYTES);
    row.origin = utf8_cut(row.origin, REPORT_TEXT_BYTES);
    row.result = utf8_cut(row.result, REPORT_TEXT_BYTES);
    for (int i = 0; i < TEXTS; i++)
        cost += texts[i]->size;
    if (decision->row_count == LIMIT_PAGE_ROWS || report->cost + cost > REPORT_BYTES) {
        decision->more = true;
        return false;
    }
    report->cost += cost;
    for (int i = 0; i < TEXTS; i++)
        *texts[i] = report_keep(report, *texts[i]);
    decision->rows[decision->row_count++] = row;
    return true;
}

bool report_claim(struct apply *apply, struct report *report, enum table table, uint64_t id, struct span key)
{
    bool waits = table == TABLE_WAITER;
    struct claim claim;
    struct session_name name;

    if (!claim_load(apply->state, table, id, &claim) || !session_name_of(apply, claim.row.session, &name))
        return true; /* only after a failure of the state */
    uint64_t ends_ms = claim.row.expires_ms;
    if (waits && claim.row.deadline_ms < ends_ms)
        ends_ms = claim.row.deadline_ms;
    if (ends_ms <= apply->meta->now_ms)
        return true; /* over already, though no record has said so yet */
    return report_add(report, (struct report_row){
                                  .kind = waits ? ROW_WAITER : ROW_CLAIM,
                                  .key = key,
                                  .session = session_name_span(&name),
                                  .about = claim.texts[CLAIM_ABOUT],
                                  .ref = claim.texts[CLAIM_REF],
                                  .origin = claim.texts[CLAIM_ORIGIN],
                                  .category = claim.texts[CLAIM_CATEGORY],
                                  .token = waits ? 0 : id,
                                  .offset = claim.row.offset,
                                  .since_ms = claim.row.since_ms,
                                  .expires_ms = ends_ms,
                                  .ttl_ms = claim.row.ttl_ms,
                                  .shared = (claim.row.flags & CLAIM_SHARED) != 0,
                                  .any = (claim.row.flags & CLAIM_ANY) != 0,
                              });
}

bool report_done(struct apply *apply, struct report *report, struct span key)
{
    struct done done;

    if (!done_load(apply->state, key, &done) || done.row.expires_ms <= apply->meta->now_ms)
        return true;
    return report_add(report, (struct report_row){
                                  .kind = ROW_DONE,
                                  .key = key,
                                  .session = done.texts[DONE_SESSION],
                                  .about = done.texts[DONE_ABOUT],
                                  .ref = done.texts[DONE_REF],
                                  .origin = done.texts[DONE_ORIGIN],
                                  .category = done.texts[DONE_CATEGORY],
                                  .result = done.texts[DONE_RESULT],
                                  .token = done.row.token,
                                  .offset = done.row.offset,
                                  .since_ms = done.row.since_ms,
                                  .expires_ms = done.row.expires_ms,
                              });
}

static enum obstacle offer_obstacle(const struct apply *apply, const struct offer_row *row)
{
    static const enum obstacle of_place[] = {[PLACE_CLAIMED] = OBSTACLE_CLAIMED,
                                             [PLACE_BLOCKED] = OBSTACLE_BLOCKED,
                                             [PLACE_COOLING] = OBSTACLE_COOLING,
                                             [PLACE_NOT_YET] = OBSTACLE_NOT_YET};
    bool timed = row->place == PLACE_COOLING || row->place == PLACE_NOT_YET;

    /* Beside the log its time may have come, though no record has said so yet. */
    if (row->place == PLACE_READY || (timed && row->at_ms <= apply->meta->now_ms))
        return OBSTACLE_NONE;
    return of_place[row->place];
}

/* The first key, in the order given, that it waits for. */
static struct span offer_waits_for(struct apply *apply, const struct offer_told *told, struct span key)
{
    for (uint32_t i = 0; i < told->after_count; i++) {
        if (after_is_open(apply->state, told->after[i], key))
            return told->after[i];
    }
    return (struct span){0};
}

static struct span join_needs(const struct offer_told *told, uint8_t joined[LIMIT_NEEDS * (LIMIT_NEED_BYTES + 1)])
{
    size_t used = 0;

    for (uint32_t i = 0; i < told->need_count; i++) {
        if (i > 0)
            joined[used++] = ' ';
        memcpy(joined + used, told->needs[i].bytes, told->needs[i].size);
        used += told->needs[i].size;
    }
    return span_of(joined, used);
}

bool report_offer(struct apply *apply, struct report *report, struct span key, const struct offer_told *told)
{
    uint8_t joined[LIMIT_NEEDS * (LIMIT_NEED_BYTES + 1)];
    struct offer_row row;

    if (!offer_load(apply->state, key, &row) || (row.expires_ms != 0 && row.expires_ms <= apply->meta->now_ms))
        return true;
    enum obstacle obstacle = offer_obstacle(apply, &row);
    bool timed = obstacle == OBSTACLE_COOLING || obstacle == OBSTACLE_NOT_YET;
    return report_add(report,
                      (struct report_row){
                          .kind = ROW_OFFER,
                          .key = key,
                          .session = told->texts[OFFER_SESSION],
                          .about = told->texts[OFFER_ABOUT],
                          .ref = told->texts[OFFER_REF],
                          .category = told->texts[OFFER_CATEGORY],
                          .since_ms = row.was_ready ? row.ready_ms : 0,
                          .expires_ms = row.expires_ms,
                          .obstacle = obstacle,
                          .until_ms = timed ? row.at_ms : 0,
                          .by = obstacle == OBSTACLE_BLOCKED ? offer_waits_for(apply, told, key) : (struct span){0},
                          .needs = join_needs(told, joined),
                          .priority = row.priority,
                      });
}

/* Every (key, id) line of one very key; false: the page is full. */
static bool report_exact(struct apply *apply, struct report *report, enum table index, enum table table,
                         struct span key)
{
    uint64_t id = 0;

    while ((id = subtree_exact_any(apply->state, index, key, id)) != UINT64_MAX) {
        if (!report_claim(apply, report, table, id++, key))
            return false;
    }
    return true;
}

/* Claims on the subtrees over a key, the shortest first. */
static bool report_over(struct apply *apply, struct report *report, struct span key)
{
    static const uint8_t stars[] = {'/', '*', '*'};
    struct span path = key_path(key);
    size_t ends = key_is_subtree(key) ? path.size : path.size + 1;
    uint8_t tree[LIMIT_KEY_BYTES + sizeof stars];

    for (size_t size = 1; size < ends; size++) {
        if (size < path.size && path.bytes[size] != '/')
            continue;
        memcpy(tree, path.bytes, size);
        memcpy(tree + size, stars, sizeof stars);
        if (size + sizeof stars > LIMIT_KEY_BYTES)
            break;
        if (!report_exact(apply, report, TABLE_HOLD, TABLE_CLAIM, span_of(tree, size + sizeof stars)))
            return false;
    }
    return true;
}

void report_key(struct apply *apply, struct report *report, struct span key)
{
    if (report_exact(apply, report, TABLE_HOLD, TABLE_CLAIM, key) && report_over(apply, report, key) &&
        report_exact(apply, report, TABLE_WANT, TABLE_WAITER, key))
        (void)report_done(apply, report, key);
}
