/* The tables of dibs.proto's intents: which member of which struct is which field. */
#include "proto/wire.h"

static const struct wire_field record_fields[] = {
    FIELD_U32(1, wire_record_parts, format),
    FIELD_SPAN_IF(2, wire_record_parts, head, has_head),
    FIELD_U32(3, wire_record_parts, verb),
    FIELD_SPAN(4, wire_record_parts, body),
};
WIRE_TABLE(wire_record, record_fields);

static const struct wire_field head_fields[] = {
    FIELD_FIXED64(1, intent_head, id.client),   FIELD_U64(2, intent_head, id.seq),
    FIELD_SPAN(3, intent_head, session),        FIELD_BLOB_REQUIRED(4, intent_head, identity, FLAW_IDENTITY),
    FIELD_U32(5, intent_head, reply_partition),
};
WIRE_TABLE(wire_head, head_fields);

static const struct wire_field claim_fields[] = {
    FIELD_SPANS(1, claim_intent, keys, key_count, FLAW_TOO_MANY_KEYS),
    FIELD_BOOL(2, claim_intent, any),
    FIELD_BOOL(3, claim_intent, shared),
    FIELD_BOOL(4, claim_intent, fresh),
    FIELD_BOOL(5, claim_intent, again),
    FIELD_BOOL(6, claim_intent, dry_run),
    FIELD_U64_IF(7, claim_intent, ttl_ms, has_ttl),
    FIELD_BOOL(8, claim_intent, has_wait),
    FIELD_U64_IF(9, claim_intent, wait_ms, has_wait_ms),
    FIELD_U64_IF(10, claim_intent, waiter_lease_ms, has_waiter_lease),
    FIELD_SPAN(11, claim_intent, in),
    FIELD_SPAN(12, claim_intent, about),
    FIELD_SPAN(13, claim_intent, aka),
    FIELD_SPAN(14, claim_intent, category),
    FIELD_SPAN(15, claim_intent, ref),
    FIELD_SPAN(16, claim_intent, origin),
    FIELD_SPAN(17, claim_intent, scope),
    FIELD_U64S(18, claim_intent, not_same_as, not_same_count, FLAW_TOO_MANY_KEYS),
};
static WIRE_TABLE(wire_claim, claim_fields);

static const struct wire_field target_fields[] = {
    FIELD_ENUM_REQUIRED(1, target, kind, TARGET_TOKEN, TARGET_SESSION, FLAW_TARGET),
    FIELD_U64(2, target, token),
    FIELD_SPAN(3, target, key),
    FIELD_FIXED64(4, target, id.client),
    FIELD_U64(5, target, id.seq),
    FIELD_SPAN(6, target, session),
};
static WIRE_TABLE(wire_target, target_fields);

static const struct wire_field renew_fields[] = {
    FIELD_MESSAGES(1, renew_intent, targets, target, target_count, wire_target, FLAW_TOO_MANY_KEYS),
    FIELD_SPAN(2, renew_intent, in),
    FIELD_U64_IF(3, renew_intent, ttl_ms, has_ttl),
    FIELD_BOOL(4, renew_intent, shorten),
};
static WIRE_TABLE(wire_renew, renew_fields);

static const struct wire_field close_fields[] = {
    FIELD_MESSAGES(1, close_intent, targets, target, target_count, wire_target, FLAW_TOO_MANY_KEYS),
    FIELD_BOOL(2, close_intent, all),
    FIELD_SPAN(3, close_intent, in),
    FIELD_ENUM_REQUIRED(4, close_intent, outcome, CLOSE_DONE, CLOSE_RELEASED, FLAW_UNDECODABLE),
    FIELD_SPAN(5, close_intent, result),
    FIELD_SPAN(6, close_intent, reason),
    FIELD_U32_IF(7, close_intent, reward, has_reward),
};
static WIRE_TABLE(wire_close, close_fields);

static const struct wire_field cancel_fields[] = {
    FIELD_FIXED64(1, cancel_intent, target.client),
    FIELD_U64(2, cancel_intent, target.seq),
};
static WIRE_TABLE(wire_cancel, cancel_fields);

static const struct wire_field handoff_fields[] = {
    FIELD_MESSAGE_REQUIRED(1, handoff_intent, target, target, wire_target, FLAW_TARGET),
    FIELD_SPAN(2, handoff_intent, in),
    FIELD_BOOL(3, handoff_intent, withdraw),
    FIELD_BLOB(4, handoff_intent, code_hash, FLAW_CODE),
};
static WIRE_TABLE(wire_handoff, handoff_fields);

static const struct wire_field take_fields[] = {
    FIELD_SPAN(1, take_intent, code),
    FIELD_SPAN(2, take_intent, origin),
};
static WIRE_TABLE(wire_take, take_fields);

static const struct wire_field list_cursor_fields[] = {
    FIELD_BOOL(1, list_cursor, done),  FIELD_SPAN(2, list_cursor, key),    FIELD_U64(3, list_cursor, token),
    FIELD_BOOL(4, list_cursor, waits), FIELD_BOOL(5, list_cursor, offers),
};
WIRE_TABLE(wire_list_cursor, list_cursor_fields);

static const struct wire_field query_fields[] = {
    FIELD_ENUM_REQUIRED(1, query_intent, kind, QUERY_TICKET, QUERY_STEER, FLAW_UNDECODABLE),
    FIELD_FIXED64(2, query_intent, ticket.client),
    FIELD_U64(3, query_intent, ticket.seq),
    FIELD_SPAN(4, query_intent, key),
    FIELD_SPAN(5, query_intent, in),
    FIELD_U64(6, query_intent, token),
    FIELD_SPAN(7, query_intent, prefix),
    FIELD_SPAN(8, query_intent, session),
    FIELD_BOOL(9, query_intent, want_held),
    FIELD_BOOL(10, query_intent, want_done),
    FIELD_MESSAGE(11, query_intent, after, list_cursor, wire_list_cursor),
    FIELD_SPAN(12, query_intent, about),
    FIELD_SPAN(13, query_intent, aka),
    FIELD_SPAN(14, query_intent, scope),
    FIELD_SPAN(15, query_intent, category),
    FIELD_BOOL(16, query_intent, want_waits),
    FIELD_BOOL(17, query_intent, want_offers),
};
static WIRE_TABLE(wire_query, query_fields);

static const struct wire_field revoke_fields[] = {
    FIELD_BLOB_REQUIRED(1, revoke_intent, operator_identity, FLAW_IDENTITY),
    FIELD_MESSAGE_REQUIRED(2, revoke_intent, target, target, wire_target, FLAW_TARGET),
    FIELD_SPAN(3, revoke_intent, in),
    FIELD_SPAN(4, revoke_intent, reason),
};
static WIRE_TABLE(wire_revoke, revoke_fields);

static const struct wire_field policy_entry_fields[] = {
    FIELD_U32(1, policy_entry, id),
    FIELD_U64(2, policy_entry, value),
    FIELD_SPAN(3, policy_entry, scope),
    FIELD_SPAN(4, policy_entry, category),
};
WIRE_TABLE(wire_policy_entry, policy_entry_fields);

static const struct wire_field prefix_entry_fields[] = {
    FIELD_SPAN(1, prefix_entry, prefix),
    FIELD_SPAN(2, prefix_entry, tracker),
};
WIRE_TABLE(wire_prefix_entry, prefix_entry_fields);

static const struct wire_field configure_fields[] = {
    FIELD_BLOB_REQUIRED(1, configure_intent, operator_identity, FLAW_IDENTITY),
    FIELD_MESSAGES(2, configure_intent, entries, policy_entry, entry_count, wire_policy_entry, FLAW_TOO_LARGE),
    FIELD_MESSAGES(3, configure_intent, prefixes, prefix_entry, prefix_count, wire_prefix_entry, FLAW_TOO_LARGE),
};
static WIRE_TABLE(wire_configure, configure_fields);

static const struct wire_field genesis_fields[] = {
    FIELD_U32(1, genesis_intent, format),
    FIELD_BLOB_REQUIRED(2, genesis_intent, store_id, FLAW_UNDECODABLE),
    FIELD_U64(3, genesis_intent, jump_max_ms),
    FIELD_U64(4, genesis_intent, row_keep_ms),
    FIELD_U32(5, genesis_intent, rules),
    FIELD_BLOB_REQUIRED(6, genesis_intent, operator_identity, FLAW_IDENTITY),
    FIELD_BOOL(7, genesis_intent, import_follows),
    FIELD_MESSAGES(8, genesis_intent, entries, policy_entry, entry_count, wire_policy_entry, FLAW_TOO_LARGE),
};
static WIRE_TABLE(wire_genesis, genesis_fields);

static const struct wire_field recovered_fields[] = {
    FIELD_BOOL(1, recovered_intent, lost_records),
    FIELD_BLOB(2, recovered_intent, operator_identity, FLAW_IDENTITY),
};
static WIRE_TABLE(wire_recovered, recovered_fields);

static const struct wire_field seal_fields[] = {
    FIELD_BLOB_REQUIRED(1, seal_intent, operator_identity, FLAW_IDENTITY),
    FIELD_SPAN(2, seal_intent, moved_to),
};
static WIRE_TABLE(wire_seal, seal_fields);

static const struct wire_field imported_record_fields[] = {
    FIELD_U64(1, imported_record, offset),
    FIELD_U64(2, imported_record, ts_ms),
    FIELD_SPAN(3, imported_record, payload),
    FIELD_ENUM(4, imported_record, flaw, FLAW_CATEGORY),
};
static WIRE_TABLE(wire_imported_record, imported_record_fields);

static const struct wire_field import_fields[] = {
    FIELD_BLOB_REQUIRED(1, import_intent, operator_identity, FLAW_IDENTITY),
    FIELD_MESSAGES(2, import_intent, records, imported_record, record_count, wire_imported_record, FLAW_TOO_LARGE),
    FIELD_BOOL(3, import_intent, end),
    FIELD_U64(4, import_intent, jump_max_ms),
    FIELD_U64(5, import_intent, row_keep_ms),
};
static WIRE_TABLE(wire_import, import_fields);

static const struct wire_field label_fields[] = {
    FIELD_SPAN(1, label_intent, a),
    FIELD_SPAN(2, label_intent, b),
    FIELD_SPAN(3, label_intent, in),
};
static WIRE_TABLE(wire_label, label_fields);

static const struct wire_field offer_item_fields[] = {
    FIELD_SPAN(1, offer_item, key),
    FIELD_SPAN(2, offer_item, about),
    FIELD_SPAN(3, offer_item, aka),
    FIELD_SPAN(4, offer_item, category),
    FIELD_SPAN(5, offer_item, scope),
    FIELD_SPAN(6, offer_item, ref),
    FIELD_U32_IF(7, offer_item, priority, has_priority),
    FIELD_SPANS(8, offer_item, after, after_count, FLAW_AFTER),
    FIELD_SPANS(9, offer_item, needs, need_count, FLAW_NEED),
    FIELD_U64_IF(10, offer_item, not_before_ts_ms, has_not_before),
    FIELD_U64_IF(11, offer_item, expires_ts_ms, has_expires),
    FIELD_BOOL(12, offer_item, again),
};
static WIRE_TABLE(wire_offer_item, offer_item_fields);

static const struct wire_field offer_fields[] = {
    FIELD_MESSAGES(1, offer_intent, items, offer_item, item_count, wire_offer_item, FLAW_ITEMS),
    FIELD_SPAN(2, offer_intent, in),
};
static WIRE_TABLE(wire_offer, offer_fields);

static const struct wire_field withdraw_fields[] = {
    FIELD_SPANS(1, withdraw_intent, keys, key_count, FLAW_TOO_MANY_KEYS),
    FIELD_SPAN(2, withdraw_intent, in),
    FIELD_BLOB(3, withdraw_intent, operator_identity, FLAW_IDENTITY),
};
static WIRE_TABLE(wire_withdraw, withdraw_fields);

static const struct wire_field next_fields[] = {
    FIELD_SPANS(1, next_intent, categories, category_count, FLAW_TOO_MANY_KEYS),
    FIELD_SPANS(2, next_intent, can, can_count, FLAW_NEED),
    FIELD_U64_IF(3, next_intent, ttl_ms, has_ttl),
    FIELD_BOOL(4, next_intent, has_wait),
    FIELD_U64_IF(5, next_intent, wait_ms, has_wait_ms),
    FIELD_U64_IF(6, next_intent, waiter_lease_ms, has_waiter_lease),
    FIELD_SPAN(7, next_intent, origin),
    FIELD_SPAN(8, next_intent, scope),
    FIELD_BOOL(9, next_intent, explain),
};
static WIRE_TABLE(wire_next, next_fields);

static const struct wire_message wire_tick = {0};

const struct wire_message *wire_body(enum verb verb)
{
    switch (verb) {
    case VERB_CLAIM:
        return &wire_claim;
    case VERB_RENEW:
        return &wire_renew;
    case VERB_CLOSE:
        return &wire_close;
    case VERB_CANCEL:
        return &wire_cancel;
    case VERB_HANDOFF:
        return &wire_handoff;
    case VERB_TAKE:
        return &wire_take;
    case VERB_QUERY:
        return &wire_query;
    case VERB_REVOKE:
        return &wire_revoke;
    case VERB_CONFIGURE:
        return &wire_configure;
    case VERB_GENESIS:
        return &wire_genesis;
    case VERB_RECOVERED:
        return &wire_recovered;
    case VERB_SEAL:
        return &wire_seal;
    case VERB_TICK:
        return &wire_tick;
    case VERB_IMPORT:
        return &wire_import;
    case VERB_SAME:
    case VERB_DIFFERENT:
        return &wire_label;
    case VERB_OFFER:
        return &wire_offer;
    case VERB_WITHDRAW:
        return &wire_withdraw;
    case VERB_NEXT:
        return &wire_next;
    case VERB_NONE:
        break;
    }
    return NULL;
}
