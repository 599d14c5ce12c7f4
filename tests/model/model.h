/* The model: a second, naive implementation of the claim rules, to be read to learn them and to check the core by.
 * Lists and loops, no indexes, no code shared with the core. Allocates freely; not thread-safe. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdio.h>

#include "proto/messages.h"

struct model;

struct model *model_new(void);
void model_free(struct model *model);

/* Applies one record; the intent's spans need to live only for the call. */
void model_apply(struct model *model, uint64_t offset, uint64_t ts_ms, const struct intent *intent,
                 struct decision_sink sink);

/* The model's canonical form of a key; false: it has none. *out is good until the next call on the model. */
bool model_canonical(struct model *model, struct span given, struct span in, struct span *out);

/* What is broken in the tables, which no record may break (model_check.c); NULL: nothing. */
const char *model_check(const struct model *model);

/* The tables as text, for comparison with the core's: see dump.h. */
void model_dump(const struct model *model, FILE *out);

#endif
