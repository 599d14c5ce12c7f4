/* Decisions as they were heard, and the words expected of them. */
#ifndef TEST_RULES_HEARD_H
#define TEST_RULES_HEARD_H

#include "proto/messages.h"
#include "tests/sim/bytes.h"

/* One record's. `= {0}` is none. */
struct heard {
    size_t count, room;
    char **words;        /* of play_describe */
    struct bytes fields; /* of all, in a form that is equal when they are */
};

/* The sink's function; the context is a struct heard. */
void heard_add(void *context, const struct decision *decision);
void heard_clear(struct heard *heard);
bool heard_equal(const struct heard *a, const struct heard *b);

/* Are the words as expected? `expected` is cut up; false: `why` says what is missing. */
bool heard_as_expected(const struct heard *heard, char *expected, char *why, size_t why_size);

/* Cuts a text at its blanks; at most `most` words. */
size_t heard_split(char *text, char **words, size_t most);

#endif
