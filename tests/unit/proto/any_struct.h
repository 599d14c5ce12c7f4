/* Structs filled with anything, and compared, by the codec's own tables: a member that a table forgets stays zero here,
 * which test_members.c finds. */
#ifndef TESTS_UNIT_PROTO_ANY_STRUCT_H
#define TESTS_UNIT_PROTO_ANY_STRUCT_H

#include "base/random.h"
#include "proto/wire.h"

/* Fills every member that the table names, within its range; repeated ones up to their bound, so that `long_span` bytes
 * a span are the most. Spans point into a fixed array. Zero and absent are likely. */
void any_struct(struct random *random, const struct wire_message *message, uint32_t long_span, void *out);

/* A random intent of that verb, or a random decision, good for the codec. Struct and size as the codec's. */
void any_intent(struct random *random, enum verb verb, struct intent *out);
void any_decision(struct random *random, struct decision *out);

/* Are the two equal in every member that the table names? Spans by content. */
bool same_struct(const struct wire_message *message, const void *a, const void *b);

#endif
