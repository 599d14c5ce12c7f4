/* Takes a fleet's address apart. A URL is seen by others (argv, logs, answers): nothing secret may be in it, and nothing
 * that makes the library run a program. */
#include "log/kafka_url.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "log/kafka_names.h"

#define EXAMPLE "write kafka://host:port[,host:port]/FLEET"

static enum dibs_error take_host(struct span host, struct text *brokers, struct error_text *why)
{
    const char *bytes = (const char *)host.bytes;
    size_t length = 0;
    while (length < host.size &&
           strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_[]:", bytes[length]))
        length++;
    if (host.size == 0 || length < host.size)
        return error_say(why, DIBS_BAD_INPUT, "a broker's address in the store's URL is empty or malformed; " EXAMPLE);
    const char *colon = memrchr(bytes, ':', host.size);
    const char *bracket = memrchr(bytes, ']', host.size);
    bool has_port = colon != NULL && (bracket == NULL || colon > bracket);
    if (has_port) {
        size_t digits = host.size - (size_t)(colon + 1 - bytes);
        unsigned port = 0;
        for (size_t i = 0; i < digits && i < 6; i++)
            port = colon[1 + i] >= '0' && colon[1 + i] <= '9' ? port * 10 + (unsigned)(colon[1 + i] - '0') : 99999;
        if (digits == 0 || digits > 5 || port == 0 || port > 65535 || colon == bytes)
            return error_say(why, DIBS_BAD_INPUT, "a broker's port in the store's URL is not 1–65535; " EXAMPLE);
    }
    if (brokers->size > 0)
        text_char(brokers, ',');
    text_bytes(brokers, host);
    if (!has_port)
        text_add(brokers, ":9092");
    return DIBS_OK;
}

static enum dibs_error take_brokers(struct span all, struct kafka_url *out, struct error_text *why)
{
    if (memchr(all.bytes, '@', all.size) != NULL)
        return error_say(why, DIBS_BAD_INPUT,
                         "the store's URL holds a user or password, which others could see; put sasl.username and "
                         "sasl.password into a file that only you can read, and name it in $DIBS_KAFKA_CONFIG");
    struct text brokers;
    TEXT_BEGIN(&brokers, out->brokers);
    for (;;) {
        const uint8_t *comma = all.size == 0 ? NULL : memchr(all.bytes, ',', all.size);
        size_t size = comma == NULL ? all.size : (size_t)(comma - all.bytes);
        enum dibs_error error = take_host(span_first(all, size), &brokers, why);
        if (error != DIBS_OK)
            return error;
        if (comma == NULL)
            break;
        all = span_skip(all, size + 1);
    }
    return brokers.truncated ? error_say(why, DIBS_BAD_INPUT, "the store's URL names too many brokers") : DIBS_OK;
}

static enum dibs_error take_fleet(struct span fleet, struct kafka_url *out, struct error_text *why)
{
    bool fine = fleet.size > 0 && fleet.size <= KAFKA_FLEET_MAX;
    for (size_t i = 0; fine && i < fleet.size; i++) {
        uint8_t c = fleet.bytes[i];
        fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
               c == '-';
    }
    if (!fine)
        return error_say(why, DIBS_BAD_INPUT,
                         "the fleet's name in the store's URL must be 1–%d of a–z A–Z 0–9 . _ -; " EXAMPLE,
                         KAFKA_FLEET_MAX);
    memcpy(out->fleet, fleet.bytes, fleet.size);
    out->fleet[fleet.size] = '\0';
    return DIBS_OK;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Percent-decodes; false: malformed, or a control character, which would end a line of settings. */
static bool decode(struct span part, struct text *out)
{
    for (size_t i = 0; i < part.size; i++) {
        uint8_t c = part.bytes[i];
        if (c == '%') {
            int high = i + 2 < part.size ? hex_digit(part.bytes[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(part.bytes[i + 2]) : -1;
            if (low < 0)
                return false;
            c = (uint8_t)(high << 4 | low);
            i += 2;
        }
        if (c < 0x20 || c == 0x7f)
            return false;
        text_char(out, (char)c);
    }
    return true;
}

static enum dibs_error take_setting(struct span part, struct text *settings, struct error_text *why)
{
    size_t begin = settings->size;
    const char *equals = part.size == 0 ? NULL : memchr(part.bytes, '=', part.size);
    if (equals == NULL || !decode(part, settings))
        return error_say(why, DIBS_BAD_INPUT,
                         "an option in the store's URL is malformed; write ?name=value&name=value");
    text_char(settings, '\n');
    if (settings->truncated)
        return error_say(why, DIBS_BAD_INPUT, "the options in the store's URL are longer than %d bytes",
                         KAFKA_SETTINGS_MAX);
    size_t name_size = strcspn(settings->bytes + begin, "=");
    return kafka_name_check(span_of(settings->bytes + begin, name_size), true, why);
}

static enum dibs_error take_settings(struct span all, struct kafka_url *out, struct error_text *why)
{
    struct text settings;
    TEXT_BEGIN(&settings, out->settings);
    while (all.size > 0) {
        const uint8_t *and = memchr(all.bytes, '&', all.size);
        size_t size = and == NULL ? all.size : (size_t)(and-all.bytes);
        enum dibs_error error = take_setting(span_first(all, size), &settings, why);
        if (error != DIBS_OK)
            return error;
        all = span_skip(all, and == NULL ? size : size + 1);
    }
    return DIBS_OK;
}

enum dibs_error kafka_url_parse(const char *url, struct kafka_url *out, struct error_text *why)
{
    *out = (struct kafka_url){0};
    if (strncmp(url, "kafka://", 8) != 0)
        return error_say(why, DIBS_BAD_INPUT, "this is not the URL of a fleet; " EXAMPLE);
    const char *brokers = url + 8;
    size_t brokers_size = strcspn(brokers, "/?");
    if (brokers[brokers_size] != '/')
        return error_say(why, DIBS_BAD_INPUT, "the store's URL names no fleet; " EXAMPLE);
    const char *fleet = brokers + brokers_size + 1;
    size_t fleet_size = strcspn(fleet, "?");
    const char *settings = fleet[fleet_size] == '?' ? fleet + fleet_size + 1 : "";
    enum dibs_error error = take_brokers(span_of(brokers, brokers_size), out, why);
    if (error == DIBS_OK)
        error = take_fleet(span_of(fleet, fleet_size), out, why);
    if (error == DIBS_OK)
        error = take_settings(span_from_text(settings), out, why);
    if (error != DIBS_OK)
        *out = (struct kafka_url){0};
    return error;
}

void kafka_url_shown(const struct kafka_url *url, char *out, size_t size)
{
    (void)snprintf(out, size, "kafka://%s/%s", url->brokers, url->fleet);
}
