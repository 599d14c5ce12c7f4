/* Policy settings by name, and their values as text. */
#include "agent-shim/policy_info.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

#include "coordinator/core/key/canonical_key.h"

#define UNIT_MS "ms"
#define UNIT_COUNT "count"
#define UNIT_PER_MIN "per_min"
#define UNIT_BYTES "bytes"
#define UNIT_SCORE "score"
#define UNIT_SHARE "share"
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

static enum dibs_error given_twice(const char *name, struct error_text *why)
{
    return error_say(why, DIBS_BAD_INPUT, "%s is given twice; give each setting at most once", name);
}

/* A value within the setting's range, or none, which takes a category's target out. */
static bool parse_in_range(const struct policy_info *info, const struct policy_domain *domain, const char *text,
                           uint64_t *value)
{
    if (domain->category.size != 0 && text != NULL && text[0] == '\0') {
        *value = POLICY_TARGET_COMMON;
        return true;
    }
    return parse_value(info, text, value) && *value >= info->least && *value <= info->most;
}

static enum dibs_error parse_entry(const struct dibs_setting *setting, const struct policy_domain *domain,
                                   struct configure_intent *out, struct error_text *why)
{
    const struct policy_info *info = find(setting->name);
    uint64_t value;
    if (info == NULL)
        return error_say(why, DIBS_BAD_INPUT, "no setting is named '%.60s'; `dibs configure` alone lists all",
                         setting->name == NULL ? "" : setting->name);
    if (domain->category.size != 0 && info->id != POLICY_STEER_TARGET)
        return error_say(why, DIBS_BAD_INPUT, "%s is for all categories; one alone has a steer_target of its own",
                         info->name);
    if (!parse_in_range(info, domain, setting->value, &value))
        return bad_value(info, setting->value == NULL ? "" : setting->value, why);
    for (uint32_t i = 0; i < out->entry_count; i++)
        if (out->entries[i].id == info->id)
            return given_twice(info->name, why);
    if (out->entry_count == POLICY_END)
        return error_say(why, DIBS_BAD_INPUT, "%s is one setting too many: at most %d in one command", info->name,
                         POLICY_END);
    out->entries[out->entry_count++] =
        (struct policy_entry){.id = info->id, .value = value, .scope = domain->scope, .category = domain->category};
    return DIBS_OK;
}

/* ---------------------------------------------------------------- prefixes */

static const char prefix_dot[] = "prefix.";

static bool is_same_prefix(struct span a, struct span b)
{
    for (size_t i = 0; a.size == b.size && i < a.size; i++)
        if (toupper(a.bytes[i]) != toupper(b.bytes[i]))
            return false;
    return a.size == b.size;
}

static enum dibs_error parse_prefix(const struct dibs_setting *setting, const struct policy_domain *domain,
                                    struct configure_intent *out, struct error_text *why)
{
    struct span prefix = span_from_text(setting->name + strlen(prefix_dot)), tracker = span_from_text(setting->value);
    bool known = tracker.size == 0 || span_equal(tracker, span_from_text("jira")) ||
                 span_equal(tracker, span_from_text("linear"));
    if (domain->scope.size != 0 || domain->category.size != 0)
        return error_say(why, DIBS_BAD_INPUT, "%.60s is for all scopes and categories: leave --scope or --category out",
                         setting->name);
    if (!key_is_prefix(prefix))
        return error_say(why, DIBS_BAD_INPUT,
                         "%.60s: '%.40s' is no prefix: a letter, then letters, digits and underscores, at most %d "
                         "bytes, as ENG in prefix.ENG=linear",
                         setting->name, setting->name + strlen(prefix_dot), LIMIT_PREFIX_BYTES);
    if (!known)
        return error_say(why, DIBS_BAD_INPUT,
                         "%s: '%.40s' is no tracker that dibs knows; write jira or linear, or nothing after the equals "
                         "sign to take the prefix out",
                         setting->name, setting->value);
    for (uint32_t i = 0; i < out->prefix_count; i++)
        if (is_same_prefix(out->prefixes[i].prefix, prefix))
            return given_twice(setting->name, why);
    if (out->prefix_count == LIMIT_PREFIXES)
        return error_say(why, DIBS_BAD_INPUT, "%s is one prefix too many: at most %d in one command", setting->name,
                         LIMIT_PREFIXES);
    out->prefixes[out->prefix_count++] = (struct prefix_entry){.prefix = prefix, .tracker = tracker};
    return DIBS_OK;
}

enum dibs_error policy_parse(const struct dibs_setting *settings, size_t count, struct policy_domain domain,
                             struct configure_intent *out, struct error_text *why)
{
    enum dibs_error error = DIBS_OK;
    out->entry_count = out->prefix_count = 0;
    for (size_t i = 0; i < count && error == DIBS_OK; i++) {
        const char *name = settings[i].name;
        bool is_prefix = name != NULL && strncmp(name, prefix_dot, strlen(prefix_dot)) == 0;
        error =
            is_prefix ? parse_prefix(&settings[i], &domain, out, why) : parse_entry(&settings[i], &domain, out, why);
    }
    return error;
}
