/* store.json: one flat JSON object of short texts, whole numbers and true or false. */
#include "agent-shim/manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 64 };

void manifest_print(const struct manifest *manifest, char out[MANIFEST_TEXT_MAX])
{
    char id[33];
    for (int i = 0; i < 16; i++)
        (void)snprintf(id + 2 * i, 3, "%02x", manifest->store_id[i]);
    (void)snprintf(out, MANIFEST_TEXT_MAX,
                   "{\n  \"format\": %d,\n  \"store_id\": \"%s\",\n  \"map_bytes\": %" PRIu64 ",\n  \"sync\": %s,\n"
                   "  \"boot_id\": \"%s\",\n  \"boot_base_ts_ms\": %" PRIu64 ",\n  \"boot_base_clock_ms\": %" PRIu64
                   ",\n"
                   "  \"state_device\": %" PRIu64 ",\n  \"state_inode\": %" PRIu64 ",\n"
                   "  \"state_born_ns\": %" PRIu64 ",\n"
                   "  \"synced_offset\": %" PRIu64 ",\n  \"retain_ms\": %" PRIu64 "\n}\n",
                   MANIFEST_FORMAT, id, manifest->map_bytes, manifest->sync ? "true" : "false", manifest->clock.boot_id,
                   manifest->clock.base_ts_ms, manifest->clock.base_boottime_ms, manifest->state_device,
                   manifest->state_inode, manifest->state_born_ns, manifest->synced_offset, manifest->retain_ms);
}

/* One `"name": value`; texts without escapes, values without their quotes. */
struct pair {
    char name[NAME_MAX_BYTES], value[NAME_MAX_BYTES];
};

static const char *skip_space(const char *at)
{
    return at + strspn(at, " \t\r\n");
}

static bool take_text(const char **at, char out[NAME_MAX_BYTES])
{
    if (**at != '"')
        return false;
    size_t length = strcspn(*at + 1, "\"\\");
    if (length >= NAME_MAX_BYTES || (*at)[1 + length] != '"')
        return false;
    memcpy(out, *at + 1, length);
    out[length] = '\0';
    *at += length + 2;
    return true;
}

static bool take_value(const char **at, char out[NAME_MAX_BYTES])
{
    if (**at == '"')
        return take_text(at, out);
    size_t length = strspn(*at, "0123456789truefals");
    if (length == 0 || length >= NAME_MAX_BYTES)
        return false;
    memcpy(out, *at, length);
    out[length] = '\0';
    *at += length;
    return true;
}

static bool take_pair(const char **at, struct pair *pair)
{
    *at = skip_space(*at);
    if (!take_text(at, pair->name))
        return false;
    *at = skip_space(*at);
    if (*(*at)++ != ':')
        return false;
    *at = skip_space(*at);
    if (!take_value(at, pair->value))
        return false;
    *at = skip_space(*at);
    return true;
}

static bool to_number(const char *text, uint64_t *out)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 20 || text[digits] != '\0')
        return false;
    errno = 0;
    *out = strtoull(text, NULL, 10);
    return errno == 0;
}

static bool to_id(const char *text, uint8_t out[16])
{
    if (strlen(text) != 32 || strspn(text, "0123456789abcdef") != 32)
        return false;
    for (int i = 0; i < 16; i++) {
        char byte[3] = {text[2 * i], text[2 * i + 1], '\0'};
        out[i] = (uint8_t)strtoul(byte, NULL, 16);
    }
    return true;
}

struct reading {
    struct manifest manifest;
    uint64_t format;
    unsigned seen; /* one bit for each name */
};

static bool take_field(struct reading *reading, const struct pair *pair)
{
    struct manifest *m = &reading->manifest;
    struct {
        const char *name;
        uint64_t *number;
    } numbers[] = {{"format", &reading->format},
                   {"map_bytes", &m->map_bytes},
                   {"boot_base_ts_ms", &m->clock.base_ts_ms},
                   {"boot_base_clock_ms", &m->clock.base_boottime_ms},
                   {"state_device", &m->state_device},
                   {"state_inode", &m->state_inode}};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        if (strcmp(pair->name, numbers[i].name) == 0) {
            reading->seen |= 1u << i;
            return to_number(pair->value, numbers[i].number);
        }
    }
    if (strcmp(pair->name, "synced_offset") == 0)
        return to_number(pair->value, &m->synced_offset);
    if (strcmp(pair->name, "state_born_ns") == 0)
        return to_number(pair->value, &m->state_born_ns);
    if (strcmp(pair->name, "retain_ms") == 0)
        return to_number(pair->value, &m->retain_ms);
    if (strcmp(pair->name, "store_id") == 0) {
        reading->seen |= 1u << 6;
        return to_id(pair->value, m->store_id);
    }
    if (strcmp(pair->name, "boot_id") == 0) {
        reading->seen |= 1u << 7;
        return snprintf(m->clock.boot_id, sizeof m->clock.boot_id, "%s", pair->value) < BOOT_ID_BYTES;
    }
    if (strcmp(pair->name, "sync") == 0) {
        reading->seen |= 1u << 8;
        m->sync = strcmp(pair->value, "true") == 0;
        return m->sync || strcmp(pair->value, "false") == 0;
    }
    return true;
}

static bool read_all(const char *text, struct reading *reading)
{
    const char *at = skip_space(text);
    if (*at++ != '{')
        return false;
    for (;;) { /* bounded by the text */
        struct pair pair;
        if (!take_pair(&at, &pair) || !take_field(reading, &pair))
            return false;
        if (*at == '}')
            return *skip_space(at + 1) == '\0';
        if (*at++ != ',')
            return false;
    }
}

enum dibs_error manifest_parse(const char *text, const char *path, struct manifest *out, struct error_text *why)
{
    struct reading reading = {.manifest = {.retain_ms = MANIFEST_RETAIN_MS}};
    bool whole = read_all(text, &reading);
    if ((reading.seen & 1) != 0 && reading.format > MANIFEST_FORMAT)
        return error_say(why, DIBS_NEWER, "%s has format %" PRIu64 ", this dibs knows up to %d; use a newer dibs", path,
                         reading.format, MANIFEST_FORMAT);
    if (!whole || reading.seen != 0x1ff || reading.format == 0)
        return error_say(why, DIBS_DAMAGED,
                         "%s is damaged; restore it from a copy of the store, or `dibs recover` makes it anew", path);
    *out = reading.manifest;
    return DIBS_OK;
}
