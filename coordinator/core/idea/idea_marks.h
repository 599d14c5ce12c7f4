/* What sets two ideas apart that read alike: their kind, and the numbers and identifiers in them (sim=1). Pure, bounded,
 * takes any bytes. The definition, to the last bit: docs/IDEAS.md. */
#ifndef CORE_IDEA_MARKS_H
#define CORE_IDEA_MARKS_H

#include "base/span.h"

enum { IDEA_MARKS = 64 };

/* Hashes, sorted, each once. */
struct idea_marks {
    uint32_t marks[IDEA_MARKS];
    uint32_t count;
};

/* Of `about` and then `aka`, the first IDEA_MARKS found; either may be empty. */
void idea_marks(struct span about, struct span aka, struct idea_marks *out);

/* Has each a mark that the other lacks? */
bool idea_marks_conflict(const struct idea_marks *a, const struct idea_marks *b);

/* The category, else the conventional-commit type of `about` (in static memory), else empty. */
struct span idea_kind(struct span category, struct span about);

/* Are they equal, or is one empty? */
bool idea_kinds_agree(struct span a, struct span b);

#endif
