/* The numbers as OpenMetrics text. Names are part of the interface: docs/OPERATIONS.md lists what to watch. */
#include "coordinator/http/metrics.h"

#include <inttypes.h>
#include <stddef.h>

/* By enum reason, as docs/WIRE.md names them. */
static const char *const reasons[] = {"none",    "held",        "queued",    "similar",    "already_done",
                                      "quota",   "stale_token", "deadline",  "queue_full", "bad_request",
                                      "drained", "not_holder",  "forbidden", "cancelled",  "forgotten",
                                      "sealed",  "unsupported"};

struct row {
    const char *name, *type, *help;
    size_t place;
};

#define AT(field) offsetof(struct numbers, field)
/* clang-format off */
static const struct row rows[] = {
    {"dibs_offset", "gauge", "offset of the record that comes next", AT(offset)},
    {"dibs_committed_offset", "gauge", "the same as of the last commit", AT(committed)},
    {"dibs_checkpoint_offset", "gauge", "offset of the newest checkpoint that is the operator's", AT(checkpoint)},
    {"dibs_log_time_ms", "gauge", "log time", AT(log_time_ms)},
    {"dibs_live_claims", "gauge", "claims that live", AT(claims)},
    {"dibs_waiters", "gauge", "claims that wait in a queue", AT(waiters)},
    {"dibs_sessions", "gauge", "sessions that are known", AT(sessions)},
    {"dibs_done_keys", "gauge", "keys remembered as done", AT(done)},
    {"dibs_bad_records", "gauge", "records of the log that were no good", AT(bad_records)},
    {"dibs_unsettled_decisions", "gauge", "decisions made and not yet known to be on the topic", AT(unsettled)},
    {"dibs_unsettled_bytes", "gauge", "bytes of them", AT(unsettled_bytes)},
    {"dibs_seen_ahead", "gauge", "decisions of others that were not made here yet", AT(seen_ahead)},
    {"dibs_records", "counter", "records applied", AT(records)},
    {"dibs_decisions", "counter", "decisions made", AT(decisions)},
    {"dibs_granted", "counter", "claims granted", AT(granted)},
    {"dibs_published", "counter", "decisions sent to the topic", AT(published)},
    {"dibs_acknowledged", "counter", "decisions that the brokers confirmed", AT(acknowledged)},
    {"dibs_ticks", "counter", "ticks sent", AT(ticks)},
    {"dibs_checkpoints", "counter", "checkpoints sent", AT(checkpoints)},
    {"dibs_snapshots", "counter", "snapshots made", AT(snapshots)},
    {"dibs_alarms", "counter", "a higher rank answered or computed otherwise", AT(alarms)},
    {"dibs_foreign_records", "counter", "records among decisions and checkpoints that are no coordinator's", AT(foreign)},
    {"dibs_sender_times", "counter", "records whose time their sender chose: the topic has the wrong timestamp type", AT(sender_times)},
    {"dibs_clock_jumps", "counter", "times that the brokers' clock moved by more than jump_max beside the time that passed",
     AT(clock_jumps)},
    {"dibs_seen_dropped", "counter", "decisions of others that could not be kept for comparing", AT(seen_dropped)},
    {"dibs_broker_errors", "counter", "errors told by the brokers or on the way to them", AT(broker_errors)},
    {"dibs_connects", "counter", "connections begun", AT(connects)},
};
/* clang-format on */

static void add_head(struct text *out, const char *name, const char *type, const char *help)
{
    text_printf(out, "# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

static void add_row(struct text *out, const struct row *row, const struct numbers *numbers)
{
    uint64_t number = *(const uint64_t *)((const char *)numbers + row->place);
    add_head(out, row->name, row->type, row->help);
    text_printf(out, "%s%s %" PRIu64 "\n", row->name, row->type[0] == 'c' ? "_total" : "", number);
}

static void add_denials(struct text *out, const struct numbers *numbers)
{
    add_head(out, "dibs_denied", "counter", "intents denied, by reason");
    for (size_t i = 1; i < sizeof reasons / sizeof reasons[0]; i++)
        text_printf(out, "dibs_denied_total{reason=\"%s\"} %" PRIu64 "\n", reasons[i], numbers->denied[i]);
}

static void add_latency(struct text *out, const struct numbers *numbers)
{
    static const uint64_t bounds[] = {LATENCY_BOUNDS};
    uint64_t count = 0;
    add_head(out, "dibs_decision_latency_seconds", "histogram",
             "from the log's append of an intent to the brokers' confirmation of its decision");
    for (size_t i = 0; i < LATENCY_BUCKETS; i++) {
        count += numbers->latency[i];
        if (i < sizeof bounds / sizeof bounds[0])
            text_printf(out, "dibs_decision_latency_seconds_bucket{le=\"%" PRIu64 ".%03" PRIu64 "\"} %" PRIu64 "\n",
                        bounds[i] / 1000, bounds[i] % 1000, count);
        else
            text_printf(out, "dibs_decision_latency_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n", count);
    }
    text_printf(out, "dibs_decision_latency_seconds_sum %" PRIu64 ".%03" PRIu64 "\n", numbers->latency_sum_ms / 1000,
                numbers->latency_sum_ms % 1000);
    text_printf(out, "dibs_decision_latency_seconds_count %" PRIu64 "\n", count);
}

void metrics_render(const struct numbers *numbers, struct text *out)
{
    char digest[STATE_DIGEST_TEXT];
    state_digest_print(numbers->digest, digest);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        add_row(out, &rows[i], numbers);
    add_head(out, "dibs_lag_records", "gauge", "records of the log that were heard of and are not applied");
    text_printf(out, "dibs_lag_records %" PRIu64 "\n",
                numbers->log_end > numbers->log_next ? numbers->log_end - numbers->log_next : 0);
    add_head(out, "dibs_ready", "gauge", "1: caught up and hearing the brokers");
    text_printf(out, "dibs_ready %d\n", numbers->ready);
    add_head(out, "dibs_stands_in", "gauge", "1: answers at once, since every lower rank is silent");
    text_printf(out, "dibs_stands_in %d\n", numbers->stands_in);
    add_head(out, "dibs_state", "info", "digest of the state at dibs_offset, and this coordinator's rank");
    text_printf(out, "dibs_state_info{digest=\"%s\",rank=\"%u\"} 1\n", digest, numbers->rank);
    add_denials(out, numbers);
    add_latency(out, numbers);
    text_add(out, "# EOF\n");
}
