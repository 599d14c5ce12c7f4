/* A decision's identity: the record that made it, and its number among that record's. In this order decisions are made. */
#ifndef PROTO_DECISION_ID_H
#define PROTO_DECISION_ID_H

#include <stdint.h>

struct decision_id {
    uint64_t offset;
    uint32_t index;
};

/* Below, equal to or above 0, as memcmp. */
static inline int decision_id_compare(struct decision_id a, struct decision_id b)
{
    if (a.offset != b.offset)
        return a.offset < b.offset ? -1 : 1;
    return (a.index > b.index) - (a.index < b.index);
}

#endif
