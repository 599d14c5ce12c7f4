/* The signature's tables of words: internal to coordinator/core/idea. */
#ifndef CORE_IDEA_WORDS_H
#define CORE_IDEA_WORDS_H

#include "base/span.h"

/* Does this lower-cased word say nothing? */
bool idea_word_stops(struct span word);

/* Two lower-cased words that are commonly one (`sign in`; the second may have a plural s): the one, in static memory;
 * else empty. */
struct span idea_word_joined(struct span first, struct span second);

/* The stem that stands for this one, in static memory; itself if none does. */
struct span idea_stem_folded(struct span stem);

#endif
