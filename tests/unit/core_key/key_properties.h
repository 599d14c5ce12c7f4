/* What must hold of every key, whatever was given: for random mutations and for the fuzzer. */
#ifndef TEST_KEY_PROPERTIES_H
#define TEST_KEY_PROPERTIES_H

#include <string.h>

#include "coordinator/core/key/canonical_key.h"

/* A second, naive reading of UTF-8, on purpose not the canonicaliser's. */
static inline bool is_clean_utf8(const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < size;) {
        uint32_t code = text[i];
        size_t more = code < 0x80 ? 0 : code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : 1;
        if (code >= 0x80 && (code < 0xc2 || code > 0xf4))
            return false;
        code = more == 0 ? code : code & (0x3fU >> more);
        for (size_t k = 1; k <= more; k++) {
            if (i + k >= size || text[i + k] / 64 != 2)
                return false;
            code = code * 64 + text[i + k] % 64;
        }
        bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
        bool surrogate = code >= 0xd800 && code <= 0xdfff;
        if (control || surrogate || code > 0x10ffff || (more == 2 && code < 0x800) || (more == 3 && code < 0x10000))
            return false;
        i += more + 1;
    }
    return true;
}

static inline bool keeps_limits(const struct canonical_key *key)
{
    struct span text = span_of(key->bytes, key->size), root = key_path(text);
    size_t segments = 1;
    for (size_t i = 0; i < text.size; i++) {
        segments += text.bytes[i] == '/';
        if (i < root.size && (text.bytes[i] == '*' || text.bytes[i] == '?'))
            return false;
    }
    return text.size > 0 && text.size <= LIMIT_KEY_BYTES && segments <= LIMIT_KEY_SEGMENTS && text.bytes[0] != ' ' &&
           text.bytes[text.size - 1] != ' ' && is_clean_utf8(text.bytes, text.size);
}

static inline bool is_same(struct span given, struct span in, const struct key_prefixes *prefixes,
                           const struct canonical_key *expected)
{
    struct canonical_key again;
    memset(&again, 0xaa, sizeof again);
    return key_canonical(given, in, prefixes, &again) == FLAW_NONE && again.size == expected->size &&
           memcmp(again.bytes, expected->bytes, again.size) == 0;
}

/* NULL, or which property does not hold. */
static inline const char *key_property_broken(struct span given, struct span in, const struct key_prefixes *prefixes)
{
    struct canonical_key key;
    enum flaw flaw = key_canonical(given, in, prefixes, &key);
    if (flaw != FLAW_NONE)
        return flaw < FLAW_KEY_EMPTY || flaw > FLAW_KEY_FORM ? "a flaw that keys don't have" : NULL;
    struct span once = span_of(key.bytes, key.size);
    if (!is_same(given, in, prefixes, &key))
        return "asked twice, answered differently";
    if (!keeps_limits(&key))
        return "over a limit or not clean";
    if (!is_same(once, in, prefixes, &key))
        return "not its own canonical form";
    if (in.size > 0 && !is_same(once, span_from_text("gitlab:x/y/z"), prefixes, &key))
        return "another key in another repository";
    if (in.size > 0 && !is_same(once, (struct span){0}, prefixes, &key))
        return "another key without a repository";
    return NULL;
}

#endif
