/* Prefixes for key_canonical as a test has them: one or none. */
#ifndef TEST_ONE_PREFIX_H
#define TEST_ONE_PREFIX_H

#include "coordinator/core/key/canonical_key.h"

/* `= {0}` is none. */
struct one_prefix {
    char prefix[LIMIT_PREFIX_BYTES + 1]; /* in upper case */
    char tracker[16];
    unsigned asked; /* how often it was looked up */
};

static inline bool one_prefix_find(void *context, struct span prefix, struct span *tracker)
{
    struct one_prefix *one = context;
    one->asked++;
    *tracker = span_from_text(one->tracker);
    return one->prefix[0] != '\0' && span_equal(prefix, span_from_text(one->prefix));
}

/* Good as long as *one is. */
static inline struct key_prefixes one_prefix(struct one_prefix *one)
{
    return (struct key_prefixes){.find = one_prefix_find, .context = one};
}

#endif
