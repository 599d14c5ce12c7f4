/* Prefixes of trackers in a configure (S43): of the keys that are about, in any case, set, changed and taken out; the
 * same twice; more than there may be; and some that are none. */
#include "tests/sim/generator_parts.h"

enum { FILLERS = 44 }; /* with the others more than the limit */

static struct span keep_text(struct generator *generator, uint32_t at, struct span text)
{
    uint8_t *kept = generator->prefix_texts[at];

    memcpy(kept, text.bytes, text.size);
    for (size_t i = 0; i < text.size; i++) {
        bool is_lower = kept[i] >= 'a' && kept[i] <= 'z';
        if (is_lower && chance(generator, 50))
            kept[i] = (uint8_t)(kept[i] - 32);
    }
    return span_of(kept, text.size);
}

static struct span pick_name(struct generator *generator, uint32_t at)
{
    static const char *const names[] = {"eng", "eng", "eng", "x", "x", "ops_2", "ops_2", "pr", "gh", "utf"};
    static const char *const odd_names[] = {"", "1x", "_x", "a-b", "e\xc3\xa9", "x ", "eng-5", "a.b"};

    if (odd(generator) && chance(generator, 15))
        return span_from_text(odd_names[below(generator, 8)]);
    if (odd(generator) && chance(generator, 15)) /* the longest, or one too long */
        return keep_text(generator, at,
                         span_first(span_from_text("a23456789_123456789_123456789_123"),
                                    LIMIT_PREFIX_BYTES + (chance(generator, 30) ? 1 : 0)));
    return keep_text(generator, at, span_from_text(names[below(generator, 10)]));
}

static struct span pick_tracker(struct generator *generator)
{
    static const char *const odd_trackers[] = {"Linear", "JIRA", "jira ", "github", "j", "linearlinearlinear"};
    uint32_t roll = below(generator, 100);

    if (odd(generator) && chance(generator, 15))
        return span_from_text(odd_trackers[below(generator, 6)]);
    return span_from_text(roll < 40 ? "linear" : roll < 70 ? "jira" : "");
}

static void fill_up(struct generator *generator, struct configure_intent *configure)
{
    bool taking_out = chance(generator, 15);

    configure->prefix_count = 8 + below(generator, LIMIT_PREFIXES - 7);
    for (uint32_t i = 0; i < configure->prefix_count; i++) {
        uint32_t number = below(generator, FILLERS);
        uint8_t *kept = generator->prefix_texts[i];
        kept[0] = chance(generator, 50) ? 'Z' : 'z';
        kept[1] = (uint8_t)('0' + number / 10);
        kept[2] = (uint8_t)('0' + number % 10);
        configure->prefixes[i].prefix = span_of(kept, 3);
        configure->prefixes[i].tracker = span_from_text(chance(generator, 8) != taking_out ? "" : "jira");
    }
}

void generate_prefixes(struct generator *generator, struct configure_intent *configure)
{
    if (chance(generator, 15)) {
        fill_up(generator, configure);
        return;
    }
    configure->prefix_count = chance(generator, 50) ? 1 : 2 + below(generator, chance(generator, 80) ? 3 : 8);
    for (uint32_t i = 0; i < configure->prefix_count; i++)
        configure->prefixes[i] = (struct prefix_entry){pick_name(generator, i), pick_tracker(generator)};
}
