/* Keys in the rows: who has one keeps it as it was given, whatever the prefixes become; and those (S43). */
#include "tests/sim/invariants.h"

#include <ctype.h>

#define NUMBER(value) ((unsigned long long)(value))

/* ---------------------------------------------------------------- keys are kept */

/* Are the keys some of those before, in their order? */
static bool are_among(const struct snapshot *after, const struct snap_entry *now, const struct snapshot *before,
                      const struct snap_entry *then)
{
    uint32_t at = 0;

    for (uint32_t i = 0; i < now->row.key_count; i++, at++) {
        while (at < then->row.key_count && !span_equal(snapshot_key(after, now, i), snapshot_key(before, then, at)))
            at++;
        if (at == then->row.key_count)
            return false;
    }
    return true;
}

/* NULL: there is none. Entries are in order of their ids. */
static const struct snap_entry *find_entry(const struct snap_entry *entries, uint32_t count, uint64_t id)
{
    uint32_t first = 0, end = count;

    while (first < end) {
        uint32_t middle = first + (end - first) / 2;
        if (entries[middle].id < id)
            first = middle + 1;
        else
            end = middle;
    }
    return first < count && entries[first].id == id ? &entries[first] : NULL;
}

static void check_kept(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    for (uint32_t i = 0; i < after->claim_count; i++) {
        const struct snap_entry *claim = &after->claims[i];
        const struct token_story *story = invariants_token(invariants, claim->id);
        const struct snap_entry *then = find_entry(before->claims, before->claim_count, claim->id);
        if (then == NULL && story != NULL) /* out of the queue */
            then = find_entry(before->waiters, before->waiter_count, story->origin);
        if (then != NULL && then->row.key_count > 0 && !are_among(after, claim, before, then))
            invariants_break(invariants, "S43: claim %llu has a key that it was not given", NUMBER(claim->id));
    }
    for (uint32_t i = 0; i < after->waiter_count; i++) {
        const struct snap_entry *waiter = &after->waiters[i];
        const struct snap_entry *then = find_entry(before->waiters, before->waiter_count, waiter->id);
        if (then != NULL && !are_among(after, waiter, before, then))
            invariants_break(invariants, "S43: the waiter of offset %llu wants another key", NUMBER(waiter->id));
    }
}

/* ---------------------------------------------------------------- prefixes */

static uint8_t upper(uint8_t byte)
{
    return byte >= 'a' && byte <= 'z' ? (uint8_t)(byte - 32) : byte;
}

static bool is_named(const struct snap_prefix *prefix, struct span name)
{
    if (prefix->name_size != name.size)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        if (prefix->name[i] != upper(name.bytes[i]))
            return false;
    }
    return true;
}

static const struct snap_prefix *find_prefix(const struct snapshot *snapshot, struct span name)
{
    for (uint32_t i = 0; i < snapshot->prefix_count; i++) {
        if (is_named(&snapshot->prefixes[i], name))
            return &snapshot->prefixes[i];
    }
    return NULL;
}

/* What the record says of this prefix last; NULL: nothing that took effect. */
static const struct prefix_entry *last_word(const struct invariants *invariants, const struct snap_prefix *prefix)
{
    const struct configure_intent *configure = &invariants->intent->body.configure;
    bool took_effect = invariants->intent->flaw == FLAW_NONE && invariants->intent->verb == VERB_CONFIGURE &&
                       invariants->own_accepted && !invariants->own_repeated;

    for (uint32_t i = took_effect ? configure->prefix_count : 0; i > 0; i--) {
        if (is_named(prefix, configure->prefixes[i - 1].prefix))
            return &configure->prefixes[i - 1];
    }
    return NULL;
}

static struct span tracker_of(const struct snap_prefix *prefix)
{
    return prefix == NULL ? (struct span){0} : span_of(prefix->tracker, prefix->tracker_size);
}

static void check_prefix(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after,
                         const struct snap_prefix *prefix)
{
    struct span name = span_of(prefix->name, prefix->name_size);
    const struct prefix_entry *word = last_word(invariants, prefix);
    struct span due = word != NULL ? word->tracker : tracker_of(find_prefix(before, name));

    if (!span_equal(tracker_of(find_prefix(after, name)), due))
        invariants_break(invariants, "S43: the tracker of %.*s is not what was last said", (int)name.size,
                         (const char *)name.bytes);
}

static void check_prefixes(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    const struct configure_intent *configure = &invariants->intent->body.configure;
    bool configures = invariants->intent->flaw == FLAW_NONE && invariants->intent->verb == VERB_CONFIGURE;

    if (after->prefix_count > LIMIT_PREFIXES)
        invariants_break(invariants, "INV-8: %u prefixes, at most %u are kept", after->prefix_count, LIMIT_PREFIXES);
    for (uint32_t i = 0; i < before->prefix_count; i++)
        check_prefix(invariants, before, after, &before->prefixes[i]);
    for (uint32_t i = 0; i < after->prefix_count; i++)
        check_prefix(invariants, before, after, &after->prefixes[i]);
    for (uint32_t i = 0; configures && i < configure->prefix_count; i++) { /* those that should be there and aren't */
        struct span name = configure->prefixes[i].prefix;
        struct snap_prefix prefix = {.name_size = (uint8_t)name.size};
        if (name.size == 0 || name.size > sizeof prefix.name)
            continue;
        for (size_t j = 0; j < name.size; j++)
            prefix.name[j] = upper(name.bytes[j]);
        check_prefix(invariants, before, after, &prefix);
    }
}

/* ---------------------------------------------------------------- a bare ENG-5 */

/* Nothing, or ~merged: a letter, then letters, digits, hyphens and underscores, 32 in all. */
static bool is_role_or_nothing(struct span text)
{
    if (text.size == 0)
        return true;
    bool good = text.size >= 2 && text.size <= 33 && text.bytes[0] == '~' && isalpha(text.bytes[1]);
    for (size_t i = 1; good && i < text.size; i++)
        good = isalnum(text.bytes[i]) || text.bytes[i] == '-' || text.bytes[i] == '_';
    return good;
}

/* ENG-5 or ENG-5~merged: ENG; else empty. */
static struct span prefix_in(struct span key)
{
    size_t letters = 0, digits = 0;

    while (letters < key.size && key.bytes[letters] != '-')
        letters++;
    while (letters + 1 + digits < key.size && key.bytes[letters + 1 + digits] >= '0' &&
           key.bytes[letters + 1 + digits] <= '9')
        digits++;
    bool is_number = digits > 0 && digits <= 10 && key.bytes[letters + 1] != '0';
    return letters < key.size && is_number && is_role_or_nothing(span_skip(key, letters + 1 + digits))
               ? span_first(key, letters)
               : (struct span){0};
}

/* What is claimed bare while its prefix is known is the tracker's. */
static void check_new_keys(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    if (invariants->intent->verb == VERB_NEXT)
        return; /* an item keeps the key that it was offered with */
    for (uint32_t i = 0; i < after->claim_count && before->prefix_count > 0; i++) {
        const struct snap_entry *claim = &after->claims[i];
        const struct token_story *story = invariants_token(invariants, claim->id);
        if (claim->id <= before->meta.last_token || story == NULL || story->origin != invariants->record->offset)
            continue;
        for (uint32_t j = 0; j < claim->row.key_count; j++) {
            struct span name = prefix_in(snapshot_key(after, claim, j));
            if (name.size > 0 && find_prefix(before, name) != NULL)
                invariants_break(invariants, "S43: claim %llu has the bare key of a tracker's issue",
                                 NUMBER(claim->id));
        }
    }
}

void invariants_keys(struct invariants *invariants, const struct snapshot *before, const struct snapshot *after)
{
    check_kept(invariants, before, after);
    check_prefixes(invariants, before, after);
    check_new_keys(invariants, before, after);
}
