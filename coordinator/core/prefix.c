/* Prefixes of trackers: what configure sets, and what key_canonical asks. Promises upper case in the table and nothing
 * there but trackers that dibs knows. */
#include "coordinator/core/prefix.h"

#include "base/ascii.h"

static const char *const trackers[] = {"jira", "linear"};

/* The tracker of that name, empty if dibs knows none. */
static struct span tracker_of(struct span name)
{
    for (size_t i = 0; i < sizeof trackers / sizeof trackers[0]; i++) {
        if (span_equal(name, span_from_text(trackers[i])))
            return span_from_text(trackers[i]);
    }
    return (struct span){0};
}

struct prefix_name {
    uint8_t bytes[LIMIT_PREFIX_BYTES];
    size_t size;
};

static struct prefix_name upper(struct span prefix)
{
    struct prefix_name name = {.size = prefix.size};
    for (size_t i = 0; i < prefix.size; i++)
        name.bytes[i] = byte_upper(prefix.bytes[i]);
    return name;
}

static struct span name_span(const struct prefix_name *name)
{
    return span_of(name->bytes, name->size);
}

static bool find(void *context, struct span prefix, struct span *tracker)
{
    struct state *state = context;
    struct span value;
    if (!table_get(state, TABLE_PREFIX, prefix, &value))
        return false;
    *tracker = tracker_of(value);
    return state_expect(state, tracker->size != 0);
}

struct key_prefixes core_prefixes(struct state *state)
{
    return (struct key_prefixes){.find = find, .context = state};
}

enum flaw prefix_check(const struct prefix_entry *entry)
{
    if (!key_is_prefix(entry->prefix))
        return FLAW_POLICY_NAME;
    return entry->tracker.size == 0 || tracker_of(entry->tracker).size != 0 ? FLAW_NONE : FLAW_POLICY_VALUE;
}

/* ---------------------------------------------------------------- is there room */

/* The prefixes as they would be: those of the table and of one record. */
struct prefixes {
    struct prefix_name names[2 * LIMIT_PREFIXES];
    uint32_t count;
};

static void load(struct state *state, struct prefixes *out)
{
    struct span key = {0}, value;
    out->count = 0;
    for (bool more = table_seek(state, TABLE_PREFIX, key, &key, &value); more;
         more = table_next(state, TABLE_PREFIX, key, &key, &value)) {
        if (!state_expect(state, key_is_prefix(key) && out->count < LIMIT_PREFIXES))
            return;
        out->names[out->count++] = upper(key);
    }
}

static uint32_t place_of(const struct prefixes *prefixes, struct span name)
{
    uint32_t place = 0;
    while (place < prefixes->count && !span_equal(name_span(&prefixes->names[place]), name))
        place++;
    return place;
}

static void try_one(struct prefixes *prefixes, const struct prefix_entry *entry)
{
    struct prefix_name name = upper(entry->prefix);
    uint32_t place = place_of(prefixes, name_span(&name));
    bool is_there = place < prefixes->count, takes_out = entry->tracker.size == 0;
    if (is_there && takes_out)
        prefixes->names[place] = prefixes->names[--prefixes->count];
    else if (!is_there && !takes_out)
        prefixes->names[prefixes->count++] = name;
}

uint32_t prefix_without_room(struct state *state, const struct prefix_entry *entries, uint32_t count)
{
    struct prefixes prefixes;
    uint32_t first = count;
    load(state, &prefixes);
    for (uint32_t i = 0; i < count; i++) {
        try_one(&prefixes, &entries[i]);
        if (first == count && prefixes.count > LIMIT_PREFIXES)
            first = i;
    }
    return prefixes.count > LIMIT_PREFIXES ? first : count;
}

/* ---------------------------------------------------------------- setting, listing */

void prefix_set(struct state *state, const struct prefix_entry *entry)
{
    struct prefix_name name = upper(entry->prefix);
    if (entry->tracker.size == 0)
        (void)table_delete(state, TABLE_PREFIX, name_span(&name));
    else
        table_put(state, TABLE_PREFIX, name_span(&name), entry->tracker);
}

uint32_t prefix_list(struct state *state, struct prefix_place *place, struct prefix_entry out[static LIMIT_PREFIXES])
{
    struct span key = {0}, value;
    uint32_t count = 0;
    for (bool more = table_seek(state, TABLE_PREFIX, key, &key, &value); more;
         more = table_next(state, TABLE_PREFIX, key, &key, &value)) {
        struct span tracker = tracker_of(value);
        if (!state_expect(state, key_is_prefix(key) && tracker.size != 0 && count < LIMIT_PREFIXES))
            break;
        memcpy(place->bytes[count], key.bytes, key.size);
        out[count] = (struct prefix_entry){.prefix = span_of(place->bytes[count], key.size), .tracker = tracker};
        count++;
    }
    return count;
}
