/* What the value of an option is, by the option's form. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "when.h"

bool parse_number(const char *text, uint64_t *out)
{
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno != 0 || *end != '\0')
        return false;
    *out = number;
    return true;
}

void arguments_set_flag(struct arguments *arguments, enum option_id id)
{
    bool *flags[OPTION_COUNT] = {
        [OPTION_JSON] = &arguments->json,       [OPTION_HELP] = &arguments->help,
        [OPTION_ANY] = &arguments->any,         [OPTION_SHARED] = &arguments->shared,
        [OPTION_FRESH] = &arguments->fresh,     [OPTION_AGAIN] = &arguments->again,
        [OPTION_DRY_RUN] = &arguments->dry_run, [OPTION_SHORTEN] = &arguments->shorten,
        [OPTION_ALL] = &arguments->all,         [OPTION_WITHDRAW] = &arguments->withdraw,
        [OPTION_WAITS] = &arguments->waits,     [OPTION_HELD] = &arguments->held,
        [OPTION_DONE] = &arguments->done,       [OPTION_SYNC] = &arguments->sync,
        [OPTION_WAIT] = &arguments->wait,       [OPTION_VERIFY] = &arguments->verify,
        [OPTION_COPY] = &arguments->copy,       [OPTION_MAN] = &arguments->man,
        [OPTION_CHECK] = &arguments->check,     [OPTION_NEXT] = &arguments->next,
        [OPTION_EXPLAIN] = &arguments->explain, [OPTION_OFFERED] = &arguments->offered,
    };
    if (flags[id] != NULL)
        *flags[id] = true;
}

static bool set_text(struct arguments *arguments, enum option_id id, const char *value)
{
    const char **texts[OPTION_COUNT] = {
        [OPTION_STORE] = &arguments->store,
        [OPTION_SESSION] = &arguments->session,
        [OPTION_ABOUT] = &arguments->about,
        [OPTION_AKA] = &arguments->aka,
        [OPTION_SCOPE] = &arguments->scope,
        [OPTION_REF] = &arguments->ref,
        [OPTION_IN] = &arguments->in,
        [OPTION_ORIGIN] = &arguments->origin,
        [OPTION_RESULT] = &arguments->result,
        [OPTION_REASON] = &arguments->reason,
        [OPTION_FROM] = &arguments->from,
        [OPTION_TO] = &arguments->to,
        [OPTION_KEY] = &arguments->key,
        [OPTION_OPERATOR_KEY] = &arguments->operator_key,
        [OPTION_UNTIL] = &arguments->until,
        [OPTION_INTO] = &arguments->into,
        [OPTION_THEN] = &arguments->then,
        [OPTION_ON_LOST] = &arguments->on_lost,
        [OPTION_FROM_GITHUB] = &arguments->from_github,
        [OPTION_FROM_MARKDOWN] = &arguments->from_markdown,
    };
    if (texts[id] == NULL)
        return false;
    *texts[id] = value;
    return true;
}

static bool set_number(struct arguments *arguments, enum option_id id, const char *value)
{
    if (id == OPTION_MAP_SIZE)
        return parse_number(value, &arguments->map_bytes);
    if (id == OPTION_SEGMENT_SIZE)
        return parse_number(value, &arguments->segment_bytes);
    arguments->has_token = parse_number(value, &arguments->token);
    return arguments->has_token && arguments->token != 0;
}

/* Tokens with commas between them. */
static bool set_not_same(struct arguments *arguments, const char *value)
{
    for (;;) {
        char digits[24];
        size_t size = strcspn(value, ",");
        if (size >= sizeof digits || arguments->not_same_count == NOT_SAME_MOST)
            return false;
        memcpy(digits, value, size);
        digits[size] = '\0';
        uint64_t *token = &arguments->not_same_as[arguments->not_same_count++];
        if (!parse_number(digits, token) || *token == 0)
            return false;
        if (value[size] == '\0')
            return true;
        value += size + 1;
    }
}

static bool set_duration(struct arguments *arguments, enum option_id id, const char *value)
{
    if (id == OPTION_TTL) {
        arguments->has_ttl = true;
        return dibs_parse_duration(value, &arguments->ttl_ms) == DIBS_OK;
    }
    if (id == OPTION_TIMEOUT) {
        arguments->has_timeout = true;
        return dibs_parse_duration(value, &arguments->timeout_ms) == DIBS_OK;
    }
    if (id == OPTION_RETAIN) {
        arguments->has_retain = true;
        return dibs_parse_duration(value, &arguments->retain_ms) == DIBS_OK;
    }
    if (id == OPTION_GRACE) {
        arguments->has_grace = true;
        return dibs_parse_duration(value, &arguments->grace_ms) == DIBS_OK;
    }
    arguments->wait = arguments->has_wait_ms = true;
    return dibs_parse_duration(value, &arguments->wait_ms) == DIBS_OK;
}

/* One more of a list, or with `parted` several, with commas between them. They live as long as the process. */
static bool add_words(struct word_list *list, const char *given, bool parted)
{
    char *value = strdup(given);

    for (;;) {
        if (value == NULL || list->count == WORD_LIST_MOST)
            return false;
        char *comma = parted ? strchr(value, ',') : NULL;
        list->words[list->count++] = value;
        if (comma == NULL)
            return true;
        *comma = '\0';
        value = comma + 1;
    }
}

/* The options that may be given more than once. */
static bool set_list(struct arguments *arguments, enum option_id id, const char *value, const char **why)
{
    struct word_list *list = id == OPTION_AFTER   ? &arguments->after
                             : id == OPTION_NEEDS ? &arguments->needs
                             : id == OPTION_CAN   ? &arguments->can
                                                  : &arguments->categories;

    arguments->category = id == OPTION_CATEGORY ? value : arguments->category;
    *why = "that is more than 16";
    return add_words(list, value, id == OPTION_NEEDS || id == OPTION_CAN);
}

static bool set_priority(struct arguments *arguments, const char *value)
{
    uint64_t number;

    if (!parse_number(value, &number) || number > 9)
        return false;
    arguments->has_priority = true;
    arguments->priority = (uint32_t)number;
    return true;
}

/* What a lease may be, after what is wrong with this one, if it is no duration at all. */
static const char *ttl_words(bool is_duration)
{
    static char words[512];

    snprintf(words, sizeof words,
             "%s%sa lease lasts at least 1s and at most what the store allows (ttl_max, 7d unless configured)",
             is_duration ? "" : dibs_error_text(), is_duration ? "" : "; ");
    return words;
}

/* The options whose values have a form of their own. False: the value is refused, *why says what is wrong. */
static bool set_form(struct arguments *arguments, enum option_id id, const char *value, const char **why)
{
    if (id == OPTION_TOKEN || id == OPTION_MAP_SIZE || id == OPTION_SEGMENT_SIZE) {
        *why = "it takes a whole number above 0";
        return set_number(arguments, id, value);
    }
    if (id == OPTION_NOT_SAME_AS) {
        *why = "it takes at most 64 tokens, as they were shown, with commas between them";
        return set_not_same(arguments, value);
    }
    if (id == OPTION_REWARD) {
        arguments->has_reward = true;
        bool taken = dibs_parse_reward(value, &arguments->reward) == DIBS_OK;
        *why = dibs_error_text();
        return taken;
    }
    if (id == OPTION_PRIORITY) {
        *why = "it is 0 to 9, 9 the most urgent";
        return set_priority(arguments, value);
    }
    if (id == OPTION_NOT_BEFORE || id == OPTION_EXPIRES) {
        *why = "it is a time (RFC 3339), or how long from now (2h)";
        return when_ahead(value, id == OPTION_EXPIRES ? &arguments->expires_ts_ms : &arguments->not_before_ts_ms);
    }
    bool taken = set_duration(arguments, id, value);
    *why = id == OPTION_TTL ? ttl_words(taken) : dibs_error_text();
    return taken && (id != OPTION_TTL || arguments->ttl_ms != 0);
}

bool option_is_repeatable(const struct command *command, enum option_id id)
{
    bool lists = id == OPTION_AFTER || id == OPTION_NEEDS || id == OPTION_CAN;

    return lists || (id == OPTION_CATEGORY && (command->run == cmd_next || command->run == cmd_exec));
}

bool arguments_set_value(struct arguments *arguments, enum option_id id, const char *value, const char **why)
{
    if (set_text(arguments, id, value))
        return true;
    if (id == OPTION_AFTER || id == OPTION_NEEDS || id == OPTION_CAN || id == OPTION_CATEGORY)
        return set_list(arguments, id, value, why);
    return set_form(arguments, id, value, why);
}
