/* Decisions on the wire: every member of struct decision is a field. */
#include "proto/codec.h"

#include "base/check.h"
#include "proto/wire.h"

static const struct wire_field granted_key_fields[] = {
    FIELD_SPAN(1, granted_key, key),
    FIELD_U64(2, granted_key, token),
    FIELD_U64(3, granted_key, expires_ms),
};
static WIRE_TABLE(wire_granted_key, granted_key_fields);

static const struct wire_field holder_fields[] = {
    FIELD_SPAN(1, holder, session),
    FIELD_SPAN(2, holder, about),
    FIELD_SPAN(3, holder, ref),
    FIELD_SPAN(4, holder, origin),
    FIELD_SPAN(5, holder, key),
    FIELD_U64(6, holder, token),
    FIELD_U64(7, holder, since_ms),
    FIELD_U64(8, holder, expires_ms),
    FIELD_FIXED64(9, holder, own_waiter.client),
    FIELD_U64(10, holder, own_waiter.seq),
};
static WIRE_TABLE(wire_holder, holder_fields);

static const struct wire_field renewed_item_fields[] = {
    FIELD_ENUM(1, renewed_item, answer, ANSWER_REPORT),
    FIELD_ENUM(2, renewed_item, reason, REASON_UNSUPPORTED),
    FIELD_ENUM(3, renewed_item, why, WHY_OFFERS),
    FIELD_SPAN(4, renewed_item, by),
    FIELD_U64(5, renewed_item, token),
    FIELD_U64(6, renewed_item, expires_ms),
    FIELD_BOOL(7, renewed_item, waiter),
};
static WIRE_TABLE(wire_renewed_item, renewed_item_fields);

static const struct wire_field report_row_fields[] = {
    FIELD_ENUM(1, report_row, kind, ROW_OFFER),
    FIELD_SPAN(2, report_row, key),
    FIELD_SPAN(3, report_row, session),
    FIELD_SPAN(4, report_row, about),
    FIELD_SPAN(5, report_row, ref),
    FIELD_SPAN(6, report_row, origin),
    FIELD_SPAN(7, report_row, category),
    FIELD_SPAN(8, report_row, result),
    FIELD_U64(9, report_row, token),
    FIELD_U64(10, report_row, offset),
    FIELD_U64(11, report_row, since_ms),
    FIELD_U64(12, report_row, expires_ms),
    FIELD_U64(13, report_row, ttl_ms),
    FIELD_BOOL(14, report_row, shared),
    FIELD_BOOL(15, report_row, any),
    FIELD_ENUM(16, report_row, obstacle, OBSTACLE_BEYOND),
    FIELD_U64(17, report_row, until_ms),
    FIELD_SPAN(18, report_row, by),
    FIELD_SPAN(19, report_row, needs),
    FIELD_U32(20, report_row, priority),
};
static WIRE_TABLE(wire_report_row, report_row_fields);

static const struct wire_field report_status_fields[] = {
    FIELD_U64(1, report_status, claims),       FIELD_U64(2, report_status, waiters),
    FIELD_U64(3, report_status, sessions),     FIELD_U64(4, report_status, client_rows),
    FIELD_U64(5, report_status, done),         FIELD_U64(6, report_status, bad_records),
    FIELD_U64(7, report_status, done_evicted), FIELD_U64(8, report_status, last_token),
    FIELD_BOOL(9, report_status, sealed),
};
static WIRE_TABLE(wire_report_status, report_status_fields);

static const struct wire_field rival_fields[] = {
    FIELD_SPAN(1, rival, key),      FIELD_SPAN(2, rival, session),    FIELD_SPAN(3, rival, about),
    FIELD_SPAN(4, rival, ref),      FIELD_U64(5, rival, token),       FIELD_U32(6, rival, score),
    FIELD_BOOL(7, rival, done),     FIELD_BOOL(8, rival, linked),     FIELD_BOOL(9, rival, own),
    FIELD_U64(10, rival, since_ms), FIELD_U64(11, rival, expires_ms),
};
static WIRE_TABLE(wire_rival, rival_fields);

static const struct wire_field report_thresholds_fields[] = {
    FIELD_U32(1, report_thresholds, deny),
    FIELD_U32(2, report_thresholds, ask),
    FIELD_U32(3, report_thresholds, warn),
};
static WIRE_TABLE(wire_report_thresholds, report_thresholds_fields);

static const struct wire_field offered_item_fields[] = {
    FIELD_ENUM(1, offered_item, answer, ANSWER_REPORT),
    FIELD_ENUM(2, offered_item, reason, REASON_UNSUPPORTED),
    FIELD_ENUM(3, offered_item, why, WHY_OFFERS),
    FIELD_ENUM(4, offered_item, flaw, FLAW_CATEGORY),
    FIELD_BOOL(5, offered_item, updated),
};
static WIRE_TABLE(wire_offered_item, offered_item_fields);

static const struct wire_field report_supply_fields[] = {
    FIELD_ENUM(1, report_supply, verdict, SUPPLY_DROUGHT),
    FIELD_U64(2, report_supply, offers),
    FIELD_U64(3, report_supply, dispatchable),
    FIELD_U64(4, report_supply, blocked),
    FIELD_U64(5, report_supply, cooling),
    FIELD_U64(6, report_supply, not_yet),
    FIELD_U64(7, report_supply, next_ready_ms),
    FIELD_U64(8, report_supply, offers_hour),
    FIELD_U64(9, report_supply, demands_hour),
    FIELD_U64(10, report_supply, grants_hour),
    FIELD_U64(11, report_supply, denials_hour),
    FIELD_U64(12, report_supply, dry_probes),
    FIELD_U64(13, report_supply, runway_ms),
};
static WIRE_TABLE(wire_report_supply, report_supply_fields);

static const struct wire_field report_obstacle_fields[] = {
    FIELD_ENUM(1, report_obstacle, kind, OBSTACLE_BEYOND),
    FIELD_U64(2, report_obstacle, count),
    FIELD_SPAN(3, report_obstacle, key),
    FIELD_SPAN(4, report_obstacle, by),
    FIELD_U64(5, report_obstacle, until_ms),
};
static WIRE_TABLE(wire_report_obstacle, report_obstacle_fields);

static const struct wire_field report_draw_fields[] = {
    FIELD_SPAN(1, report_draw, category),  FIELD_U32(2, report_draw, successes),
    FIELD_U32(3, report_draw, failures),   FIELD_U32(4, report_draw, share),
    FIELD_U32(5, report_draw, target),     FIELD_U64(6, report_draw, dispatchable),
    FIELD_U64(7, report_draw, selections), FIELD_U64(8, report_draw, draw),
    FIELD_U64(9, report_draw, mean),       FIELD_U64(10, report_draw, boost),
    FIELD_U64(11, report_draw, score),     FIELD_BOOL(12, report_draw, own_target),
};
static WIRE_TABLE(wire_report_draw, report_draw_fields);

static const struct wire_field report_steering_fields[] = {
    FIELD_U64(1, report_steering, selections),
    FIELD_U32(2, report_steering, plateaus),
    FIELD_BOOL(3, report_steering, plateau),
    FIELD_BOOL(4, report_steering, soft),
};
static WIRE_TABLE(wire_report_steering, report_steering_fields);

static const struct wire_field report_pick_fields[] = {
    FIELD_U64(1, report_pick, offer),   FIELD_U32(2, report_pick, penalty),           FIELD_U32(3, report_pick, looked),
    FIELD_U32(4, report_pick, similar), FIELD_BOOL(5, report_pick, family_saturated),
};
static WIRE_TABLE(wire_report_pick, report_pick_fields);

static const struct wire_field decision_fields[] = {
    FIELD_FORMAT(1),
    FIELD_U64(2, decision, offset),
    FIELD_U32(3, decision, index),
    FIELD_U64(4, decision, now_ms),
    FIELD_U64(5, decision, ts_ms),
    FIELD_U32(6, decision, rules),
    FIELD_FIXED64(7, decision, id.client),
    FIELD_U64(8, decision, id.seq),
    FIELD_SPAN(9, decision, session),
    FIELD_U32(10, decision, reply_partition),
    FIELD_ENUM(11, decision, verb, VERB_IMPORT),
    FIELD_ENUM(12, decision, answer, ANSWER_REPORT),
    FIELD_BOOL(13, decision, final),
    FIELD_ENUM(14, decision, reason, REASON_UNSUPPORTED),
    FIELD_ENUM(15, decision, why, WHY_OFFERS),
    FIELD_ENUM(16, decision, advice, ADVICE_CREATE),
    FIELD_ENUM(17, decision, flaw, FLAW_CATEGORY),
    FIELD_U32(18, decision, flaw_key),
    FIELD_U32(19, decision, warnings),
    FIELD_BOOL(20, decision, dry_run),
    FIELD_BOOL(21, decision, repeat),
    FIELD_U64(22, decision, first_offset),
    FIELD_ENUM(23, decision, standing, STANDING_ENDED),
    FIELD_ENUM(24, decision, standing_why, WHY_OFFERS),
    FIELD_MESSAGES(25, decision, keys, granted_key, key_count, wire_granted_key, FLAW_UNDECODABLE),
    FIELD_U64(26, decision, ttl_ms),
    FIELD_U64(27, decision, deadline_ms),
    FIELD_U64(28, decision, waiter_lease_ms),
    FIELD_SPAN(29, decision, about),
    FIELD_MESSAGE_IF(30, decision, holder, holder, has_holder, wire_holder),
    FIELD_U32(31, decision, queue_length),
    FIELD_SPAN(32, decision, result),
    FIELD_SPAN(33, decision, by),
    FIELD_SPAN(34, decision, words),
    FIELD_MESSAGES(35, decision, items, renewed_item, item_count, wire_renewed_item, FLAW_UNDECODABLE),
    FIELD_U32(36, decision, ended_count),
    FIELD_BOOL(37, decision, more),
    FIELD_MESSAGES(38, decision, rows, report_row, row_count, wire_report_row, FLAW_UNDECODABLE),
    FIELD_MESSAGE(39, decision, next, list_cursor, wire_list_cursor),
    FIELD_MESSAGES(40, decision, policy, policy_entry, policy_count, wire_policy_entry, FLAW_UNDECODABLE),
    FIELD_MESSAGE(41, decision, status, report_status, wire_report_status),
    FIELD_MESSAGES(42, decision, prefixes, prefix_entry, prefix_count, wire_prefix_entry, FLAW_UNDECODABLE),
    FIELD_MESSAGES(43, decision, rivals, rival, rival_count, wire_rival, FLAW_UNDECODABLE),
    FIELD_ENUM(44, decision, likeness, LIKENESS_LINKED),
    FIELD_MESSAGE(45, decision, thresholds, report_thresholds, wire_report_thresholds),
    FIELD_MESSAGES(46, decision, offered, offered_item, offered_count, wire_offered_item, FLAW_UNDECODABLE),
    FIELD_SPAN(47, decision, category),
    FIELD_SPAN(48, decision, ref),
    FIELD_MESSAGE_IF(49, decision, pick, report_pick, has_pick, wire_report_pick),
    FIELD_MESSAGE_IF(50, decision, supply, report_supply, has_supply, wire_report_supply),
    FIELD_MESSAGE_IF(51, decision, steering, report_steering, has_steering, wire_report_steering),
    FIELD_MESSAGES(52, decision, obstacles, report_obstacle, obstacle_count, wire_report_obstacle, FLAW_UNDECODABLE),
    FIELD_MESSAGES(53, decision, draws, report_draw, draw_count, wire_report_draw, FLAW_UNDECODABLE),
    FIELD_U64(54, decision, retry_ms),
};
WIRE_TABLE(wire_decision, decision_fields);

enum dibs_error decision_encode(const struct decision *decision, uint8_t *bytes, size_t size, size_t *used,
                                struct error_text *why)
{
    size_t limit = size < LIMIT_RECORD_BYTES ? size : LIMIT_RECORD_BYTES;
    struct wire_writer writer = {.bytes = bytes, .at = limit};
    wire_put_message(&writer, &wire_decision, decision);
    if (!wire_finish(&writer, limit, used))
        return error_say(why, DIBS_BAD_INPUT, "the decision is larger than %zu bytes", limit);
    return DIBS_OK;
}

enum dibs_error decision_decode(struct span bytes, struct decision *out, struct error_text *why)
{
    decision_clear(out);
    if (bytes.size > LIMIT_RECORD_BYTES)
        return error_say(why, DIBS_DAMAGED, "not a decision: it has %zu bytes, %d are the most", bytes.size,
                         (int)LIMIT_RECORD_BYTES);
    struct wire_finding found = wire_read(&wire_decision, bytes, out);
    if (found.damaged)
        return error_say(why, DIBS_DAMAGED, "not a decision: its bytes are damaged");
    if (found.unknown || found.flaw == FLAW_NEWER_FORMAT)
        return error_say(why, DIBS_NEWER, "the decision is of a newer form than this version of dibs knows");
    if (found.flaw != FLAW_NONE || (out->verb != VERB_NONE && !verb_is_named(out->verb)))
        return error_say(why, DIBS_DAMAGED, "not a decision: a number or a count in it is out of range");
    return DIBS_OK;
}
