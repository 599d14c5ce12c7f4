/* Every field of a decision, named once, so that comparing, hashing and printing forget none. */
#ifndef SIM_DECISION_FIELDS_H
#define SIM_DECISION_FIELDS_H

#include <stdio.h>

#include "proto/messages.h"
#include "tests/sim/bytes.h"

/* Which enum a number belongs to, for printing. */
enum field_kind { FIELD_NUMBER, FIELD_ANSWER, FIELD_REASON, FIELD_WHY, FIELD_ADVICE, FIELD_FLAW, FIELD_VERB };

struct field_visitor {
    void (*number)(void *context, const char *name, uint32_t at, enum field_kind kind, uint64_t value);
    void (*bytes)(void *context, const char *name, uint32_t at, struct span value);
    void *context;
    /* Leaves out what only tells in which record something happened (offset, index, ts): extra ticks move that. */
    bool meaning_only;
};

void decision_fields_visit(const struct decision *decision, const struct field_visitor *visitor);

void decision_fields_visit_supply(const struct decision *decision, const struct field_visitor *visitor);

/* Appends the fields that are not 0 in a form that is equal exactly when the fields are, on every machine. */
void decision_fields_flatten(const struct decision *decision, bool meaning_only, struct bytes *out);

/* Appends one field a line, "name[at] value"; zeros are left out. Ends with a NUL that is not counted. */
void decision_fields_print(const struct decision *decision, bool meaning_only, struct bytes *out);

/* One line for a reader who follows a sequence. */
void decision_line(FILE *out, const struct decision *decision);

#endif
