/* The index of ideas: rows, postings of word stems, and the search for the nearest. */
#ifndef CORE_IDEA_INDEX_H
#define CORE_IDEA_INDEX_H

#include "coordinator/core/idea/idea_marks.h"
#include "coordinator/core/idea/idea_scope.h"
#include "coordinator/core/idea/idea_signature.h"

/* What a text is about, weighed as its scope's frequencies stand. */
struct idea {
    struct scope scope;
    struct span scope_name, kind; /* borrowed from the texts */
    struct idea_signature signature;
    struct idea_marks marks;
    uint32_t weights[IDEA_FEATURES];
    uint64_t norm;
};

/* False: the texts have no feature, so they are no idea. */
bool idea_read(struct state *state, struct span about, struct span aka, struct span category, struct span scope,
               struct idea *out);

enum { IDEA_NEAREST = LIMIT_IDEA_CANDIDATES };

struct idea_near {
    uint64_t id;
    uint32_t score;
};

/* The scope's nearest ideas, whose they may be: highest score first, then lower id. */
struct idea_list {
    struct idea_near near[IDEA_NEAREST];
    uint32_t count;
};

void idea_search(struct state *state, const struct idea *idea, struct idea_list *out);

/* An idea as it is stored. */
struct stored_idea {
    struct idea_row row;
    struct idea_signature signature;
    struct idea_marks marks;
    uint8_t kind[LIMIT_CATEGORY_BYTES];
};

bool idea_load(struct state *state, uint64_t id, struct stored_idea *out);

/* Only the fixed part. */
bool idea_load_row(struct state *state, uint64_t id, struct idea_row *out);
void idea_save_row(struct state *state, uint64_t id, const struct idea_row *row);

/* Puts it into the index, and counts it: its scope is made if it is missing. */
void idea_add(struct state *state, uint64_t id, const struct idea *idea, const struct idea_row *row);

/* Takes it out; what was counted stays. */
void idea_erase(struct state *state, uint64_t id);

#endif
