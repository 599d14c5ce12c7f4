/* What can be made of a store's files as they were found. See examine.h. */
#include "agent-shim/examine.h"

#include <inttypes.h>
#include <stdio.h>

/* The records from the start of which segment on are whole to the end? The count if the last one is no good. */
static size_t last_run(const struct examination *out)
{
    size_t at = out->segment_count;
    while (at > 0 && !out->segments[at - 1].is_bad &&
           (at == out->segment_count || out->segments[at - 1].end == out->segments[at].first))
        at--;
    return at;
}

static bool has_snapshot_within(const struct examination *out, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < out->snapshots.count; i++)
        if (out->snapshots.items[i].offset >= from && out->snapshots.items[i].offset <= to)
            return true;
    return false;
}

/* The end of what is whole and in a row from the first segment on. */
static uint64_t first_run_end(const struct examination *out)
{
    uint64_t end = out->segments[0].first;
    for (size_t i = 0; i < out->segment_count && out->segments[i].first == end; i++) {
        end = out->segments[i].end;
        if (out->segments[i].is_bad)
            break;
    }
    return end;
}

static void plan(struct examination *out)
{
    if (out->segment_count == 0) {
        out->plan = PLAN_BACKUP;
        return;
    }
    size_t last = last_run(out);
    uint64_t first = out->segments[0].first, end = out->segments[out->segment_count - 1].end;
    uint64_t from = last < out->segment_count ? out->segments[last].first : end;
    bool by_snapshot = has_snapshot_within(out, from, end);
    bool by_state = out->state_is_sound && out->state_offset >= from && out->state_offset <= end;
    bool is_short = out->state_is_sound && out->state_offset > end;
    bool is_last_bad = last == out->segment_count && out->state_is_sound && out->state_offset >= end;
    out->keep_from = from;
    if (last == 0 && (first == 0 || by_snapshot) && !is_short) {
        out->plan = out->has_manifest ? PLAN_NONE : PLAN_MANIFEST;
    } else if (is_short || is_last_bad) { /* no segment goes on from the state: a new one does */
        out->plan = PLAN_HISTORY;
        out->keep_from = out->state_offset;
        out->needs_state = true;
    } else if (last < out->segment_count && (by_snapshot || by_state)) {
        out->plan = PLAN_HISTORY;
        out->needs_state = !by_snapshot;
    } else {
        out->keep_until = first_run_end(out);
        bool can_begin = first == 0 || has_snapshot_within(out, first, out->keep_until);
        out->plan = can_begin && out->keep_until > first ? PLAN_CUT : PLAN_BACKUP;
    }
}

static void say_plan(const struct examination *out, struct dibs_store_report *report)
{
    char *words = report->advice;
    size_t size = sizeof report->advice;
    const char *path = out->place.path;
    report->can_recover = out->plan != PLAN_BACKUP && out->plan != PLAN_NONE;
    switch (out->plan) {
    case PLAN_NONE:
        (void)snprintf(words, size, "nothing has to be done");
        break;
    case PLAN_HISTORY:
        (void)snprintf(words, size,
                       "`dibs recover --store '%s'` keeps the log from record %" PRIu64
                       " on: nothing that was answered is lost, only the history before can't be shown any more",
                       path, out->keep_from);
        break;
    case PLAN_CUT:
        report->loses_records = true;
        (void)snprintf(words, size,
                       "restore a copy of the log, or `dibs recover --store '%s'` cuts it before record %" PRIu64
                       ": what was answered there and after is lost",
                       path, out->keep_until);
        break;
    case PLAN_MANIFEST:
        (void)snprintf(
            words, size,
            "`dibs recover --store '%s'` makes store.json anew (process durability, a map of 64 GiB, 90 days)", path);
        break;
    case PLAN_BACKUP:
        (void)snprintf(words, size, "restore the store from a copy: nothing can be built from what is here");
        break;
    }
}

void examine_plan(struct examination *examination, struct dibs_store_report *report)
{
    plan(examination);
    say_plan(examination, report);
}
