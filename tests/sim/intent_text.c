/* An intent as one readable line: who, when, what. */
#include "tests/sim/intent_text.h"
#include "tests/sim/names.h"
#include "tests/sim/sequence.h"

enum { LINE_KEYS = 6 };

#define NUMBER(value) ((unsigned long long)(value))

static void print_text(struct bytes *text, const char *name, struct span value)
{
    if (value.size == 0)
        return;
    bytes_print(text, " %s='", name);
    bytes_print_span(text, value);
    bytes_print(text, "'");
}

static void print_if(struct bytes *text, bool has, const char *name, uint64_t value)
{
    if (has)
        bytes_print(text, " %s=%llu", name, NUMBER(value));
}

static void print_target(struct bytes *text, const struct target *target)
{
    bytes_print(text, " {");
    switch (target->kind) {
    case TARGET_TOKEN:
        bytes_print(text, "token %llu", NUMBER(target->token));
        break;
    case TARGET_KEY:
        print_text(text, "key", target->key);
        break;
    case TARGET_FENCED_KEY:
        print_text(text, "key", target->key);
        bytes_print(text, " token %llu", NUMBER(target->token));
        break;
    case TARGET_TICKET:
        bytes_print(text, "ticket %llx/%llu", NUMBER(target->id.client), NUMBER(target->id.seq));
        break;
    case TARGET_SESSION:
        print_text(text, "session", target->session);
        break;
    default:
        bytes_print(text, "kind %d", (int)target->kind);
    }
    bytes_print(text, "}");
}

static void print_claim(struct bytes *text, const struct claim_intent *claim)
{
    bytes_print(text, "%s%s%s%s%s", claim->any ? " any" : "", claim->shared ? " shared" : "",
                claim->fresh ? " fresh" : "", claim->again ? " again" : "", claim->dry_run ? " dry_run" : "");
    for (uint32_t i = 0; i < claim->key_count && i < LINE_KEYS; i++)
        print_text(text, "key", claim->keys[i]);
    if (claim->key_count > LINE_KEYS)
        bytes_print(text, " ... %u keys", claim->key_count);
    print_text(text, "in", claim->in);
    print_if(text, claim->has_ttl, "ttl", claim->ttl_ms);
    print_if(text, claim->has_wait, "wait", claim->has_wait_ms ? claim->wait_ms : UINT64_MAX);
    print_if(text, claim->has_waiter_lease, "waiter_lease", claim->waiter_lease_ms);
    print_text(text, "about", claim->about);
    print_text(text, "aka", claim->aka);
    print_text(text, "category", claim->category);
    print_text(text, "scope", claim->scope);
    for (uint32_t i = 0; i < claim->not_same_count && i < LINE_KEYS; i++)
        bytes_print(text, " not=%llu", NUMBER(claim->not_same_as[i]));
    print_text(text, "origin", claim->origin);
}

static void print_close(struct bytes *text, const struct close_intent *close)
{
    static const char *const outcomes[] = {"?", "done", "abandoned", "released"};

    bytes_print(text, " %s%s", outcomes[close->outcome <= CLOSE_RELEASED ? close->outcome : 0],
                close->all ? " all" : "");
    for (uint32_t i = 0; i < close->target_count && i < 12; i++)
        print_target(text, &close->targets[i]);
    print_text(text, "in", close->in);
    print_if(text, close->has_reward, "reward", close->reward);
}

static void print_renew(struct bytes *text, const struct renew_intent *renew)
{
    print_if(text, renew->has_ttl, "ttl", renew->ttl_ms);
    bytes_print(text, "%s", renew->shorten ? " shorten" : "");
    for (uint32_t i = 0; i < renew->target_count && i < 12; i++)
        print_target(text, &renew->targets[i]);
    print_text(text, "in", renew->in);
}

static void print_query(struct bytes *text, const struct query_intent *query)
{
    static const char *const kinds[] = {"?",      "ticket", "key",     "check",  "list",
                                        "policy", "status", "similar", "supply", "steer"};

    bytes_print(text, " %s", kinds[query->kind <= QUERY_STEER ? query->kind : 0]);
    print_if(text, query->kind == QUERY_TICKET, "client", query->ticket.client);
    print_if(text, query->kind == QUERY_TICKET, "seq", query->ticket.seq);
    print_text(text, "key", query->key);
    print_if(text, query->kind == QUERY_CHECK, "token", query->token);
    print_text(text, "prefix", query->prefix);
    print_text(text, "session", query->session);
    print_text(text, "after", query->after.key);
    bytes_print(text, "%s%s", query->want_offers ? " offers" : "", query->after.offers ? " after_offers" : "");
    print_text(text, "about", query->about);
    print_text(text, "aka", query->aka);
    print_text(text, "category", query->category);
    print_text(text, "scope", query->scope);
}

static void print_policy(struct bytes *text, const struct policy_entry *entries, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bytes_print(text, " %s=%llu", name_of_policy(entries[i].id), NUMBER(entries[i].value));
        print_text(text, "for", entries[i].scope);
        print_text(text, "of", entries[i].category);
    }
}

static void print_prefixes(struct bytes *text, const struct configure_intent *configure)
{
    for (uint32_t i = 0; i < configure->prefix_count; i++) {
        bytes_print(text, " ");
        bytes_print_span(text, configure->prefixes[i].prefix);
        bytes_print(text, "=");
        bytes_print_span(text, configure->prefixes[i].tracker);
    }
}

static void print_body(struct bytes *text, const struct intent *intent)
{
    switch ((int)intent->verb) {
    case VERB_CLAIM:
        print_claim(text, &intent->body.claim);
        break;
    case VERB_RENEW:
        print_renew(text, &intent->body.renew);
        break;
    case VERB_CLOSE:
        print_close(text, &intent->body.close);
        break;
    case VERB_CANCEL:
        bytes_print(text, " %llx/%llu", NUMBER(intent->body.cancel.target.client),
                    NUMBER(intent->body.cancel.target.seq));
        break;
    case VERB_HANDOFF:
        print_target(text, &intent->body.handoff.target);
        bytes_print(text, intent->body.handoff.withdraw ? " withdraw" : " code %02x",
                    intent->body.handoff.code_hash[0]);
        break;
    case VERB_TAKE:
        print_text(text, "code", intent->body.take.code);
        break;
    case VERB_QUERY:
        print_query(text, &intent->body.query);
        break;
    case VERB_REVOKE:
        bytes_print(text, " operator %02x", intent->body.revoke.operator_identity[0]);
        print_target(text, &intent->body.revoke.target);
        break;
    case VERB_CONFIGURE:
        bytes_print(text, " operator %02x", intent->body.configure.operator_identity[0]);
        print_policy(text, intent->body.configure.entries, intent->body.configure.entry_count);
        print_prefixes(text, &intent->body.configure);
        break;
    case VERB_GENESIS:
        bytes_print(text, " J=%llu row_keep=%llu", NUMBER(intent->body.genesis.jump_max_ms),
                    NUMBER(intent->body.genesis.row_keep_ms));
        print_policy(text, intent->body.genesis.entries, intent->body.genesis.entry_count);
        break;
    case VERB_SAME:
    case VERB_DIFFERENT:
        print_text(text, "a", intent->body.label.a);
        print_text(text, "b", intent->body.label.b);
        print_text(text, "in", intent->body.label.in);
        break;
    case VERB_IMPORT:
        bytes_print(text, " operator %02x%s records=%u J=%llu row_keep=%llu", intent->body.import.operator_identity[0],
                    intent->body.import.end ? " end" : "", (unsigned)intent->body.import.record_count,
                    NUMBER(intent->body.import.jump_max_ms), NUMBER(intent->body.import.row_keep_ms));
        break;
    case VERB_OFFER:
        intent_text_offer(text, &intent->body.offer);
        break;
    case VERB_WITHDRAW:
        intent_text_withdraw(text, &intent->body.withdraw);
        break;
    case VERB_NEXT:
        intent_text_next(text, &intent->body.next);
        break;
    default:
        break;
    }
}

void intent_line(FILE *out, const struct sim_record *record, const struct intent *intent)
{
    struct bytes text = {0};

    bytes_print(&text, "@%llu ts=%llu ", NUMBER(record->offset), NUMBER(record->ts_ms));
    if (intent->has_head) {
        bytes_print_span(&text, intent->head.session);
        bytes_print(&text, "#%02x %llx/%llu ", intent->head.identity[0], NUMBER(intent->head.id.client),
                    NUMBER(intent->head.id.seq));
    }
    bytes_print(&text, "%s", name_of_verb(intent->verb));
    if (intent->flaw == FLAW_NONE)
        print_body(&text, intent);
    else
        bytes_print(&text, " BAD: %s (%zu bytes)", name_of_flaw(intent->flaw), record->payload_size);
    (void)fprintf(out, "%s\n", (const char *)text.data);
    bytes_free(&text);
}
