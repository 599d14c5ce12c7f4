/* One setting from its text, and whether they fit together. */
#include "coordinator/daemon/options.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/duration.h"
#include "base/utf8.h"

const struct option_row *options_find(struct span name)
{
    for (size_t i = 0; i < option_count; i++)
        if (span_equal(span_from_text(option_table[i].name), name))
            return &option_table[i];
    return NULL;
}

static size_t text_room(const struct option_row *row)
{
    return row->kind == OPTION_PATH ? PATH_MAX : OPTION_TEXT_MAX;
}

/* Decimal digits alone; a number of bytes may end in K, M, G or T. */
static bool parse_number(struct span text, bool bytes, uint64_t *out)
{
    static const char units[] = "KMGT";
    unsigned shift = 0;
    uint64_t value = 0;
    if (bytes && text.size > 1) {
        const char *unit = memchr(units, text.bytes[text.size - 1], 4);
        shift = unit == NULL ? 0 : 10 * (unsigned)(unit - units + 1);
        text.size -= unit == NULL ? 0 : 1;
    }
    if (text.size == 0 || text.size > 18)
        return false;
    for (size_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9')
            return false;
        value = value * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    if (value > UINT64_MAX >> shift)
        return false;
    *out = value << shift;
    return true;
}

/* Which of the words `a|b|c` it is. */
static bool parse_choice(struct span text, const char *words, uint64_t *out)
{
    for (uint64_t i = 0; words[0] != '\0'; i++) {
        size_t size = strcspn(words, "|");
        if (span_equal(text, span_of(words, size))) {
            *out = i;
            return true;
        }
        words += size + (words[size] == '|');
    }
    return false;
}

static enum dibs_error refuse(const struct option_row *row, struct span value, const char *where,
                              struct error_text *why)
{
    char least[DURATION_TEXT_SIZE], most[DURATION_TEXT_SIZE];
    struct text from, to;
    TEXT_BEGIN(&from, least);
    TEXT_BEGIN(&to, most);
    int size = value.size > 60 ? 60 : (int)value.size;
    if (row->kind == OPTION_DURATION) {
        duration_format(&from, row->least);
        duration_format(&to, row->most);
    } else {
        text_u64(&from, row->least);
        text_u64(&to, row->most);
    }
    if (row->kind == OPTION_SWITCH || row->kind == OPTION_CHOICE)
        return error_say(why, DIBS_BAD_INPUT, "%s: %s is one of %s, not '%.*s'", where, row->name, row->argument, size,
                         (const char *)value.bytes);
    return error_say(why, DIBS_BAD_INPUT, "%s: %s is a %s from %s to %s, not '%.*s'", where, row->name,
                     row->kind == OPTION_DURATION ? "time (90s, 15m, 2h)"
                     : row->kind == OPTION_BYTES  ? "size (64M, 2G)"
                                                  : "number",
                     least, most, size, (const char *)value.bytes);
}

static enum dibs_error set_text(struct options *options, const struct option_row *row, struct span value,
                                const char *where, struct error_text *why)
{
    if (value.size >= text_room(row) || !utf8_is_clean(value, false))
        return error_say(why, DIBS_BAD_INPUT, "%s: %s is a text of less than %zu bytes without control characters",
                         where, row->name, text_room(row));
    char *to = (char *)options + row->place;
    memcpy(to, value.bytes, value.size);
    to[value.size] = '\0';
    return DIBS_OK;
}

static enum dibs_error set_row(struct options *options, const struct option_row *row, struct span value,
                               const char *where, struct error_text *why)
{
    uint64_t number = 0;
    bool good = false;
    switch (row->kind) {
    case OPTION_TEXT:
    case OPTION_PATH:
        return set_text(options, row, value, where, why);
    case OPTION_NUMBER:
    case OPTION_BYTES:
        good = parse_number(value, row->kind == OPTION_BYTES, &number) && number >= row->least && number <= row->most;
        break;
    case OPTION_DURATION:
        good = duration_parse(value, &number, NULL) == DIBS_OK && number >= row->least && number <= row->most;
        break;
    case OPTION_SWITCH:
        good = parse_choice(value, "no|yes", &number);
        break;
    case OPTION_CHOICE:
        good = parse_choice(value, row->argument, &number);
        break;
    }
    if (!good)
        return refuse(row, value, where, why);
    if (row->kind == OPTION_SWITCH)
        memcpy((char *)options + row->place, &(bool){number == 1}, sizeof(bool));
    else
        memcpy((char *)options + row->place, &number, sizeof number);
    return DIBS_OK;
}

enum dibs_error options_set(struct options *options, struct span name, struct span value, const char *where,
                            struct error_text *why)
{
    const struct option_row *row = options_find(name);
    if (row == NULL)
        return error_say(why, DIBS_BAD_INPUT, "%s: there is no setting '%.*s'; `dibsd --help` lists them", where,
                         name.size > 60 ? 60 : (int)name.size, (const char *)name.bytes);
    return set_row(options, row, value, where, why);
}

void options_init(struct options *options)
{
    memset(options, 0, sizeof *options);
    for (size_t i = 0; i < option_count; i++)
        CHECK(set_row(options, &option_table[i], span_from_text(option_table[i].initial), "default", NULL) == DIBS_OK);
}

enum dibs_error options_check(const struct options *options, struct error_text *why)
{
    if (options->store[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT, "no store: say --store kafka://host:port/FLEET");
    if (strncmp(options->store, "kafka://", 8) != 0)
        return error_say(why, DIBS_BAD_INPUT,
                         "dibsd serves a store on Kafka, kafka://host:port/FLEET; %s needs no dibsd", options->store);
    if (options->state[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT, "no place for the state: say --state DIR");
    if (options->create_topics && options->operator_key[0] == '\0')
        return error_say(why, DIBS_BAD_INPUT,
                         "create_topics writes the genesis, which names the operator: say --operator-key FILE (made if "
                         "missing)");
    if (options->prune && options->snapshots == 0)
        return error_say(why, DIBS_BAD_INPUT, "prune deletes only what a snapshot covers: set snapshots to 1 or more");
    if (options->min_insync > options->replication && options->replication != 0)
        return error_say(why, DIBS_BAD_INPUT,
                         "min_insync (%llu) is more than replication (%llu): nothing could be written",
                         (unsigned long long)options->min_insync, (unsigned long long)options->replication);
    return DIBS_OK;
}
