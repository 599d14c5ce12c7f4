/* A family is a prefix, so its live claims stand together in the index of what is held. */
#include "coordinator/core/supply/family.h"

#include "base/ascii.h"
#include "base/hash.h"
#include "coordinator/core/subtree.h"

/* The last of this byte, or the text's size. */
static size_t last_of(struct span text, uint8_t byte)
{
    for (size_t i = text.size; i-- > 0;)
        if (text.bytes[i] == byte)
            return i;
    return text.size;
}

/* Of jira:BOB-17, also with a role: what stands before the last hyphen, if only digits follow it. Else 0. */
static size_t before_number(struct span key)
{
    struct span work = span_first(key, last_of(key, '~'));
    size_t hyphen = last_of(work, '-');

    if (hyphen + 1 >= work.size)
        return 0;
    for (size_t i = hyphen + 1; i < work.size; i++)
        if (!byte_is_digit(work.bytes[i]))
            return 0;
    return hyphen;
}

struct span family_of(struct span key)
{
    if (span_starts_with(key, span_from_text("file:")))
        return span_first(key, last_of(key, ':'));
    for (size_t i = 1; i < key.size; i++)
        if (key.bytes[i] == '#' || key.bytes[i] == '!' || key.bytes[i] == '@')
            return span_first(key, i);
    size_t numbered = before_number(key);
    if (numbered != 0)
        return span_first(key, numbered);
    for (size_t i = 1; i < key.size; i++)
        if (key.bytes[i] == '/')
            return span_first(key, i);
    return key;
}

uint64_t family_hash(struct span family)
{
    return hash_xxh3_128_pieces(&family, 1).low;
}

uint32_t family_live(struct state *state, struct span family)
{
    struct held_key walk;
    uint32_t live = 0;

    subtree_walk_from(&walk, family);
    for (int lines = 0; lines < FAMILY_LINES_MOST && live < FAMILY_LIVE_MOST; lines++) {
        if (!subtree_walk(state, TABLE_HOLD, &walk, family))
            break;
        live += span_equal(family_of(span_of(walk.key, walk.key_size)), family);
    }
    return live;
}
