/* Where a state stands in its log, beside what its meta row says. */
#ifndef INTAKE_PLACE_H
#define INTAKE_PLACE_H

#include "base/limits.h"
#include "coordinator/state/state.h"

/* The row LOCAL_INTAKE; zeros where there is none. No padding: it is stored as it is. */
struct intake_place {
    uint64_t next_physical; /* importing: the record to read; afterwards: the import's end, nothing before it counts */
    uint64_t shift;         /* logical = physical + shift */
    uint64_t skipped;
    uint32_t importing;
    uint32_t next_inner; /* of the record at next_physical */
    uint32_t has_end;    /* the record at next_physical is the import's end */
    uint32_t zero;
    uint8_t operator_identity[LIMIT_IDENTITY_BYTES]; /* the verifier in the outer genesis */
};
_Static_assert(sizeof(struct intake_place) == 3 * 8 + 4 * 4 + LIMIT_IDENTITY_BYTES, "intake_place has padding");

struct intake_place intake_place(struct state *state);
void intake_place_keep(struct state *state, const struct intake_place *place);

#endif
