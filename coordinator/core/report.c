/* A page of a query's answer. */
#include "coordinator/core/report.h"

#include "base/check.h"
#include "base/utf8.h"
#include "coordinator/core/done.h"
#include "coordinator/core/session.h"

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
    struct span *texts[] = {&row.key, &row.session, &row.about, &row.ref, &row.origin, &row.category, &row.result};
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
