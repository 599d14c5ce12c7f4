/* Whose issues a bare ABC-1 means, by policy (S43). */
#include <string.h>

#include "tests/model/model_state.h"

static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char WORD[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/* All of its bytes are among the letters; a NUL is none. */
static bool consists_of(struct span text, const char *letters)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] == '\0' || strchr(letters, text.bytes[i]) == NULL)
            return false;
    return true;
}

static bool is_prefix(struct span text)
{
    return text.size >= 1 && text.size <= PREFIX_BYTES && consists_of(text, WORD) &&
           consists_of(span_first(text, 1), LETTERS);
}

static bool is_tracker(struct span text)
{
    return span_equal(text, span_from_text("jira")) || span_equal(text, span_from_text("linear"));
}

enum flaw form_prefixes(const struct configure_intent *intent, uint32_t *flaw_key)
{
    for (uint32_t i = 0; i < intent->prefix_count; i++) {
        *flaw_key = intent->entry_count + i;
        if (!is_prefix(intent->prefixes[i].prefix))
            return FLAW_POLICY_NAME;
        if (intent->prefixes[i].tracker.size > 0 && !is_tracker(intent->prefixes[i].tracker))
            return FLAW_POLICY_VALUE;
    }
    *flaw_key = 0;
    return FLAW_NONE;
}

/* ---------------------------------------------------------------- the table */

static struct prefix *find(struct prefixes *prefixes, struct span name)
{
    for (uint32_t i = 0; i < prefixes->count; i++)
        if (span_equal(span_from_text(prefixes->list[i].name), name))
            return &prefixes->list[i];
    return NULL;
}

static void put(struct prefixes *prefixes, struct span name, struct span tracker)
{
    struct prefix *prefix = find(prefixes, name);
    if (tracker.size == 0) {
        if (prefix != NULL)
            *prefix = prefixes->list[--prefixes->count];
        return;
    }
    if (prefix == NULL)
        prefix = &prefixes->list[prefixes->count++];
    *prefix = (struct prefix){0};
    memcpy(prefix->name, name.bytes, name.size);
    memcpy(prefix->tracker, tracker.bytes, tracker.size);
}

static struct span upper_cased(const struct prefix_entry *entry, uint8_t *name)
{
    for (size_t i = 0; i < entry->prefix.size; i++) {
        uint8_t byte = entry->prefix.bytes[i];
        name[i] = byte >= 'a' && byte <= 'z' ? byte - 32 : byte;
    }
    return span_of(name, entry->prefix.size);
}

/* Too many are too many at the end of the record; at fault is then the entry that first brought one too many. */
enum flaw prefixes_after(const struct prefixes *before, const struct configure_intent *intent, struct prefixes *after,
                         uint32_t *flaw_key)
{
    bool is_over = false;
    uint32_t over_at = 0;
    *after = *before;
    for (uint32_t i = 0; i < intent->prefix_count; i++) {
        uint8_t name[PREFIX_BYTES];
        put(after, upper_cased(&intent->prefixes[i], name), intent->prefixes[i].tracker);
        if (!is_over && after->count > LIMIT_PREFIXES) {
            is_over = true;
            over_at = intent->entry_count + i;
        }
    }
    if (after->count <= LIMIT_PREFIXES)
        return FLAW_NONE;
    *flaw_key = over_at;
    return FLAW_POLICY_VALUE;
}

const struct prefix *next_prefix(const struct prefixes *prefixes, const char *after)
{
    const struct prefix *next = NULL;
    for (uint32_t i = 0; i < prefixes->count; i++) {
        const struct prefix *prefix = &prefixes->list[i];
        if (strcmp(prefix->name, after) > 0 && (next == NULL || strcmp(prefix->name, next->name) < 0))
            next = prefix;
    }
    return next;
}

const char *tracker_of(const struct prefixes *prefixes, struct span name)
{
    for (uint32_t i = 0; i < prefixes->count; i++)
        if (span_equal(span_from_text(prefixes->list[i].name), name))
            return prefixes->list[i].tracker;
    return NULL;
}
