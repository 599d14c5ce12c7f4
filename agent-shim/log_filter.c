/* Which records and decisions of a log somebody asked for. */
#include "agent-shim/log_filter.h"

#include <stdio.h>
#include <stdlib.h>

#include "agent-shim/asked.h"
#include "agent-shim/words.h"

enum dibs_error log_filter_init(struct log_filter *filter, const struct dibs_log_options *options,
                                struct error_text *why)
{
    *filter = (struct log_filter){.range = *options};
    if (options->session != NULL) {
        filter->has_session = true;
        (void)snprintf(filter->session, sizeof filter->session, "%s", options->session);
    }
    if (options->key == NULL)
        return DIBS_OK;
    struct span given = span_from_text(options->key), in = span_from_text(options->in);
    filter->has_key = true;
    enum flaw flaw = key_canonical(given, in, NULL, &filter->readings[0]);
    if (flaw != FLAW_NONE)
        return error_say(why, DIBS_BAD_INPUT, "%s", words_of_key_flaw(flaw, given, in));
    (void)snprintf(filter->given, sizeof filter->given, "%s", options->key);
    (void)snprintf(filter->in, sizeof filter->in, "%s", options->in == NULL ? "" : options->in);
    filter->reading_count = 1;
    return DIBS_OK;
}

static struct span key_span(const struct canonical_key *key)
{
    return span_of(key->bytes, key->size);
}

static bool is_about(const struct log_filter *filter, struct span key)
{
    for (uint32_t i = 0; i < filter->reading_count; i++)
        if (key_overlaps(key, key_span(&filter->readings[i])))
            return true;
    return false;
}

static bool is_reading(const struct log_filter *filter, struct span key)
{
    for (uint32_t i = 0; i < filter->reading_count; i++)
        if (span_equal(key, key_span(&filter->readings[i])))
            return true;
    return false;
}

void log_filter_set_prefixes(struct log_filter *filter, const struct key_prefixes *prefixes)
{
    struct canonical_key key;
    filter->prefixes = prefixes;
    if (!filter->has_key || filter->reading_count == LOG_READINGS_MAX ||
        key_canonical(span_from_text(filter->given), span_from_text(filter->in), prefixes, &key) != FLAW_NONE ||
        is_reading(filter, key_span(&key)))
        return;
    filter->readings[filter->reading_count++] = key;
}

void log_filter_deinit(struct log_filter *filter)
{
    free(filter->tokens);
    *filter = (struct log_filter){0};
}

enum log_range log_filter_range(const struct log_filter *filter, const struct log_record *record)
{
    const struct dibs_log_options *range = &filter->range;
    int64_t ts_ms = record->ts_ms > INT64_MAX ? INT64_MAX : (int64_t)record->ts_ms;
    if ((range->has_to_offset && record->offset >= range->to_offset) || (range->has_to_ts && ts_ms >= range->to_ts_ms))
        return LOG_BEHIND;
    if ((range->has_from_offset && record->offset < range->from_offset) ||
        (range->has_from_ts && ts_ms < range->from_ts_ms))
        return LOG_BEFORE;
    return LOG_WITHIN;
}

/* Keys as given; one that has no canonical form is about nothing. */
static bool given_key_matches(const struct log_filter *filter, struct span given, struct span in)
{
    struct canonical_key key;
    return key_canonical(given, in, filter->prefixes, &key) == FLAW_NONE && is_about(filter, key_span(&key));
}

static size_t token_place(const struct log_filter *filter, uint64_t token)
{
    size_t low = 0, high = filter->token_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (filter->tokens[middle] < token)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool knows_token(const struct log_filter *filter, uint64_t token)
{
    size_t place = token_place(filter, token);
    return token != 0 && place < filter->token_count && filter->tokens[place] == token;
}

/* Short of memory, verbs by token are not found: the listing is thinner, not wrong. */
static void learn_token(struct log_filter *filter, uint64_t token)
{
    if (token == 0 || knows_token(filter, token))
        return;
    if (filter->token_count == filter->token_room) {
        size_t room = filter->token_room == 0 ? 64 : filter->token_room * 2;
        uint64_t *tokens = realloc(filter->tokens, room * sizeof *tokens);
        if (tokens == NULL)
            return;
        filter->tokens = tokens;
        filter->token_room = room;
    }
    size_t place = token_place(filter, token);
    memmove(filter->tokens + place + 1, filter->tokens + place, (filter->token_count - place) * sizeof *filter->tokens);
    filter->tokens[place] = token;
    filter->token_count++;
}

static bool target_matches(const struct log_filter *filter, const struct target *target, struct span in)
{
    bool by_key = target->kind == TARGET_KEY || target->kind == TARGET_FENCED_KEY;
    return by_key ? given_key_matches(filter, target->key, in) : knows_token(filter, target->token);
}

static bool any_target_matches(const struct log_filter *filter, const struct target *targets, uint32_t count,
                               struct span in)
{
    for (uint32_t i = 0; i < count; i++)
        if (target_matches(filter, &targets[i], in))
            return true;
    return false;
}

static bool any_asked_matches(const struct log_filter *filter, const struct intent *intent)
{
    struct span in = {0};
    for (uint32_t i = 0; i < asked_count(intent); i++)
        if (given_key_matches(filter, asked_key_in(intent, i, &in), in))
            return true;
    return false;
}

static bool intent_is_about_key(const struct log_filter *filter, const struct intent *intent)
{
    if (intent->flaw != FLAW_NONE)
        return false;
    if (intent->verb == VERB_CLAIM) {
        const struct claim_intent *claim = &intent->body.claim;
        for (uint32_t i = 0; i < claim->key_count; i++)
            if (given_key_matches(filter, claim->keys[i], claim->in))
                return true;
        return false;
    }
    if (intent->verb == VERB_OFFER || intent->verb == VERB_WITHDRAW)
        return any_asked_matches(filter, intent);
    if (intent->verb == VERB_SAME || intent->verb == VERB_DIFFERENT)
        return given_key_matches(filter, intent->body.label.a, intent->body.label.in) ||
               given_key_matches(filter, intent->body.label.b, intent->body.label.in);
    if (intent->verb == VERB_RENEW)
        return any_target_matches(filter, intent->body.renew.targets, intent->body.renew.target_count,
                                  intent->body.renew.in);
    if (intent->verb == VERB_CLOSE)
        return any_target_matches(filter, intent->body.close.targets, intent->body.close.target_count,
                                  intent->body.close.in);
    if (intent->verb == VERB_HANDOFF)
        return target_matches(filter, &intent->body.handoff.target, intent->body.handoff.in);
    if (intent->verb == VERB_REVOKE)
        return target_matches(filter, &intent->body.revoke.target, intent->body.revoke.in);
    return false;
}

bool log_filter_intent(const struct log_filter *filter, const struct intent *intent)
{
    if (filter->has_session &&
        (!intent->has_head || !span_equal(intent->head.session, span_from_text(filter->session))))
        return false;
    return !filter->has_key || intent_is_about_key(filter, intent);
}

bool log_filter_decision(struct log_filter *filter, const struct decision *decision, bool of_passed)
{
    bool about_key = !filter->has_key || of_passed;
    for (uint32_t i = 0; filter->has_key && i < decision->key_count; i++)
        if (is_about(filter, decision->keys[i].key)) {
            learn_token(filter, decision->keys[i].token);
            about_key = true;
        }
    if (filter->has_key && decision->has_holder && is_about(filter, decision->holder.key))
        about_key = true;
    if (filter->has_session && !span_equal(decision->session, span_from_text(filter->session)))
        return false;
    return about_key;
}
