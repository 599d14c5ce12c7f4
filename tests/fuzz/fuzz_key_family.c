/* Any canonical key has a family: a beginning of it that says what the key is one of, and nothing of which one (S61). */
#include <string.h>

#include "base/check.h"
#include "coordinator/core/key/canonical_key.h"
#include "coordinator/core/supply/family.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has(struct span text, const char *letters)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.bytes[i] != '\0' && strchr(letters, text.bytes[i]) != NULL)
            return true;
    return false;
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

static bool same(struct span a, struct span b)
{
    return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* Another number at the key's end, where it has one: of the same family. */
static void check_next_number(struct span key, struct span family)
{
    uint8_t other[LIMIT_KEY_BYTES];
    if (!is_digit(key.bytes[key.size - 1]) || family.size == key.size)
        return;
    memcpy(other, key.bytes, key.size);
    other[key.size - 1] = other[key.size - 1] == '7' ? '8' : '7';
    CHECK(same(family_of(span_of(other, key.size)), family));
}

/* Ends it in a dash and digits, as a tracker's do? A role behind them does not count. */
static bool has_number(struct span key)
{
    size_t size = key.size, role = key.size;
    while (role > 0 && key.bytes[role - 1] != '~')
        role--;
    if (role > 0)
        size = role - 1;
    size_t at = size;
    while (at > 0 && is_digit(key.bytes[at - 1]))
        at--;
    return at < size && at >= 2 && key.bytes[at - 1] == '-';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct canonical_key canonical;
    if (key_canonical(span_of(data, size), span_from_text("github:acme/app"), NULL, &canonical) != FLAW_NONE)
        return 0;
    struct span key = span_of(canonical.bytes, canonical.size), family = family_of(key);
    CHECK(family.bytes == key.bytes && family.size > 0 && family.size <= key.size);
    struct span rest = span_skip(key, family.size);
    if (span_starts_with(key, span_from_text("file:")))
        CHECK(rest.size > 0 && rest.bytes[0] == ':' && !has(span_skip(rest, 1), ":"));
    else if (family.size < key.size)
        CHECK(strchr("#!@-/", rest.bytes[0]) != NULL && !has(span_skip(family, 1), "#!@"));
    else
        CHECK(!has_number(key) && !has(span_skip(key, 1), "#!@/"));
    check_next_number(key, family);
    CHECK(family_hash(family) == family_hash(family_of(key)));
    return 0;
}
