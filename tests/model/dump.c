/* Prints table rows one a line, as key=value. Texts and keys are quoted; what isn't printable ASCII, a quote or a
 * backslash is \xHH. */
#include "tests/model/dump.h"

#include <inttypes.h>

static void put_text(FILE *out, const char *name, struct span text)
{
    fprintf(out, " %s=\"", name);
    for (size_t i = 0; i < text.size; i++) {
        uint8_t byte = text.bytes[i];
        if (byte < 0x20 || byte > 0x7e || byte == '"' || byte == '\\')
            fprintf(out, "\\x%02x", byte);
        else
            fputc(byte, out);
    }
    fputc('"', out);
}

static void put_number(FILE *out, const char *name, uint64_t number)
{
    fprintf(out, " %s=%" PRIu64, name, number);
}

static void put_bytes(FILE *out, const char *name, const uint8_t *bytes, size_t size)
{
    fprintf(out, " %s=", name);
    for (size_t i = 0; i < size; i++)
        fprintf(out, "%02x", bytes[i]);
}

static void put_keys(FILE *out, const struct span *keys, uint32_t count)
{
    put_number(out, "keys", count);
    for (uint32_t i = 0; i < count; i++)
        put_text(out, "key", keys[i]);
}

void dump_totals(FILE *out, const struct dump_totals *row)
{
    fputs("totals", out);
    put_number(out, "now", row->now_ms);
    put_number(out, "last_ts", row->last_ts_ms);
    put_number(out, "last_token", row->last_token);
    put_number(out, "bad_records", row->bad_records);
    put_number(out, "sealed", row->sealed);
    fputc('\n', out);
}

void dump_claim(FILE *out, const struct dump_claim *row)
{
    fputs("claim", out);
    put_number(out, "token", row->token);
    put_number(out, "since", row->since_ms);
    put_number(out, "expires", row->expires_ms);
    put_number(out, "ttl", row->ttl_ms);
    put_text(out, "session", row->session);
    put_bytes(out, "verifier", row->verifier, LIMIT_IDENTITY_BYTES);
    put_number(out, "shared", row->shared);
    put_number(out, "yours_told", row->yours_told);
    put_number(out, "code", row->has_code);
    put_keys(out, row->keys, row->key_count);
    fputc('\n', out);
}

void dump_waiter(FILE *out, const struct dump_waiter *row)
{
    fputs("waiter", out);
    put_number(out, "offset", row->offset);
    put_number(out, "deadline", row->deadline_ms);
    put_number(out, "lease_ends", row->lease_ends_ms);
    put_number(out, "ttl", row->ttl_ms);
    put_text(out, "session", row->session);
    put_bytes(out, "verifier", row->verifier, LIMIT_IDENTITY_BYTES);
    put_number(out, "shared", row->shared);
    put_number(out, "any", row->any);
    put_number(out, "fresh", row->fresh);
    put_number(out, "again", row->again);
    put_keys(out, row->keys, row->key_count);
    fputc('\n', out);
}

void dump_done(FILE *out, const struct dump_done *row)
{
    fputs("done", out);
    put_text(out, "key", row->key);
    put_text(out, "session", row->session);
    put_number(out, "token", row->token);
    put_number(out, "since", row->since_ms);
    put_number(out, "expires", row->expires_ms);
    put_text(out, "result", row->result);
    fputc('\n', out);
}

void dump_prefix(FILE *out, const struct dump_prefix *row)
{
    fputs("prefix", out);
    put_text(out, "prefix", row->prefix);
    put_text(out, "tracker", row->tracker);
    fputc('\n', out);
}

void dump_scope(FILE *out, const struct dump_scope *row)
{
    fputs("scope", out);
    put_text(out, "name", row->name);
    put_number(out, "counted", row->counted);
    put_number(out, "living", row->living);
    fputc('\n', out);
}

void dump_scope_policy(FILE *out, const struct dump_scope_policy *row)
{
    fputs("scope_policy", out);
    put_number(out, "id", row->id);
    put_number(out, "value", row->value);
    fputc('\n', out);
}

void dump_frequency(FILE *out, const struct dump_frequency *row)
{
    fputs("frequency", out);
    put_number(out, "bucket", row->bucket);
    put_number(out, "count", row->count);
    fputc('\n', out);
}

static void put_hashes(FILE *out, const char *name, const uint32_t *hashes, uint32_t count)
{
    fprintf(out, " %s=", name);
    for (uint32_t i = 0; i < count; i++)
        fprintf(out, "%s%08" PRIx32, i == 0 ? "" : ",", hashes[i]);
}

void dump_idea(FILE *out, const struct dump_idea *row)
{
    fputs("idea", out);
    put_number(out, "number", row->number);
    put_text(out, "scope", row->scope);
    put_number(out, "token", row->token);
    put_number(out, "done", row->done_count);
    put_number(out, "norm", row->norm);
    put_bytes(out, "verifier", row->verifier, LIMIT_IDENTITY_BYTES);
    put_text(out, "kind", row->kind);
    put_hashes(out, "marks", row->marks, row->mark_count);
    put_hashes(out, "features", row->features, row->feature_count);
    fputc('\n', out);
}

void dump_label(FILE *out, const struct dump_label *row)
{
    fputs("label", out);
    put_text(out, "key", row->key);
    put_number(out, "group", row->group);
    fputc('\n', out);
}

void dump_parted(FILE *out, const struct dump_parted *row)
{
    fputs("parted", out);
    put_number(out, "group", row->group);
    put_number(out, "other", row->other);
    fputc('\n', out);
}

void dump_outcome(FILE *out, const struct dump_outcome *row)
{
    fputs("outcome", out);
    put_number(out, "client", row->client);
    put_text(out, "session", row->session);
    put_bytes(out, "verifier", row->verifier, LIMIT_IDENTITY_BYTES);
    put_number(out, "seq", row->seq);
    put_number(out, "floor", row->floor);
    put_number(out, "answer", row->answer);
    put_number(out, "reason", row->reason);
    put_number(out, "standing", row->standing);
    put_number(out, "standing_why", row->standing_why);
    fputc('\n', out);
}

void dump_supply(FILE *out, const struct dump_supply *row)
{
    fputs("supply", out);
    put_number(out, "last_offer", row->last_offer);
    put_number(out, "dry_probes", row->dry_probes);
    put_number(out, "verdict", row->verdict);
    put_number(out, "ready", row->ready);
    put_number(out, "claimed", row->claimed);
    put_number(out, "blocked", row->blocked);
    put_number(out, "cooling", row->cooling);
    put_number(out, "not_yet", row->not_yet);
    put_number(out, "offers", row->hour[0]);
    put_number(out, "demands", row->hour[1]);
    put_number(out, "grants", row->hour[2]);
    put_number(out, "denials", row->hour[3]);
    fputc('\n', out);
}

void dump_offer(FILE *out, const struct dump_offer *row)
{
    fputs("offer", out);
    put_text(out, "key", row->key);
    put_number(out, "number", row->number);
    put_number(out, "category", row->category);
    put_number(out, "priority", row->priority);
    put_number(out, "ready", row->ready_ms);
    put_number(out, "rank", row->rank);
    put_number(out, "not_before", row->not_before_ms);
    put_number(out, "expires", row->expires_ms);
    put_number(out, "cools_to", row->cools_to_ms);
    put_number(out, "cooled", row->cooled);
    put_number(out, "open", row->open);
    put_bytes(out, "verifier", row->verifier, LIMIT_IDENTITY_BYTES);
    fputc('\n', out);
}

void dump_after(FILE *out, const struct dump_after *row)
{
    fputs("after", out);
    put_text(out, "key", row->key);
    put_text(out, "offer", row->offer);
    fputc('\n', out);
}

void dump_category(FILE *out, const struct dump_category *row)
{
    fputs("category", out);
    put_number(out, "number", row->number);
    put_text(out, "name", row->name);
    put_number(out, "ready", row->ready);
    put_number(out, "selections", row->selections);
    put_number(out, "target", row->target);
    put_number(out, "seen", row->seen);
    put_number(out, "outcomes", row->outcomes);
    fputc('\n', out);
}
