/* Policy settings by name, and their values as text. */
#include "agent-shim/policy_info.h"

#include <inttypes.h>
#include <stdlib.h>

#define UNIT_MS "ms"
#define UNIT_COUNT "count"
#define UNIT_PER_MIN "per_min"
#define UNIT_BYTES "bytes"
#define UNIT_SCORE "score"
#define INFO(id, NAME, name, unit, initial, least, most) {id, name, UNIT_##unit, initial, least, most},

static const struct policy_info infos[] = {POLICY_TABLE(INFO)};
enum { INFO_COUNT = sizeof infos / sizeof infos[0] };

const struct policy_info *policy_info_of(uint32_t id)
{
    static const struct policy_info unknown = {0, "unknown", "count", 0, 0, 0};
    for (size_t i = 0; i < INFO_COUNT; i++)
        if (infos[i].id == id)
            return &infos[i];
    return &unknown;
}

static const struct policy_info *find(const char *name)
{
    for (size_t i = 0; name != NULL && i < INFO_COUNT; i++)
        if (strcmp(infos[i].name, name) == 0)
            return &infos[i];
    return NULL;
}

static bool parse_value(const struct policy_info *info, const char *text, uint64_t *value)
{
    if (text == NULL)
        return false;
    size_t digits = strspn(text, "0123456789");
    if (digits > 0 && digits <= 18 && text[digits] == '\0') {
        *value = strtoull(text, NULL, 10);
        return true;
    }
    return strcmp(info->unit, UNIT_MS) == 0 && dibs_parse_duration(text, value) == DIBS_OK;
}

/* The value as it was given is no such number, or none within its range. */
static enum dibs_error bad_value(const struct policy_info *info, const char *given, struct error_text *why)
{
    char least[DIBS_DURATION_TEXT_SIZE], most[DIBS_DURATION_TEXT_SIZE];
    if (strcmp(info->unit, UNIT_MS) == 0)
        return error_say(why, DIBS_BAD_INPUT,
                         "%s: '%.40s' is not a number of milliseconds or duration such as 90s, or outside %s to %s",
                         info->name, given, dibs_format_duration(info->least, least, sizeof least),
                         dibs_format_duration(info->most, most, sizeof most));
    return error_say(why, DIBS_BAD_INPUT, "%s: '%.40s' is not a whole number, or outside %" PRIu64 " to %" PRIu64,
                     info->name, given, info->least, info->most);
}

enum dibs_error policy_parse(const struct dibs_setting *settings, size_t count, struct policy_entry *entries,
                             uint32_t *entry_count, struct error_text *why)
{
    if (count >= POLICY_END)
        return error_say(why, DIBS_BAD_INPUT, "too many settings: %zu; give each at most once", count);
    for (size_t i = 0; i < count; i++) {
        const struct policy_info *info = find(settings[i].name);
        if (info == NULL)
            return error_say(why, DIBS_BAD_INPUT, "no setting is named '%.60s'; `dibs configure` alone lists all",
                             settings[i].name == NULL ? "" : settings[i].name);
        uint64_t value;
        if (!parse_value(info, settings[i].value, &value) || value < info->least || value > info->most)
            return bad_value(info, settings[i].value == NULL ? "" : settings[i].value, why);
        for (size_t before = 0; before < i; before++)
            if (entries[before].id == info->id)
                return error_say(why, DIBS_BAD_INPUT, "%s is given twice; give each setting at most once", info->name);
        entries[i] = (struct policy_entry){.id = info->id, .value = value};
    }
    *entry_count = (uint32_t)count;
    return DIBS_OK;
}
