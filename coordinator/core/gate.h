/* The gate before every remembered verb: has this very intent been answered, cancelled or forgotten already? (INV-3, R5,
 * R7, R8, R12, S6, S11, S28) */
#ifndef CORE_GATE_H
#define CORE_GATE_H

#include "coordinator/core/context.h"
#include "coordinator/core/form.h"

struct gate {
    bool answered;          /* the gate has answered it: nothing more to do */
    bool remembered;        /* there is room for it: gate_answer remembers the decision */
    struct row_owner owner; /* session 0: never seen so far, so it holds nothing */
};

/* Answers what needs no new decision. `decision` has been begun. */
struct gate gate_enter(struct apply *apply, struct decision *decision);

/* How a remembered verb begins: its answer, what is wrong with its form, the gate. */
struct gate gate_begin(struct apply *apply, struct form form, struct decision *decision);

/* The same, and only for the operator (R36, S34). */
struct gate gate_begin_operator(struct apply *apply, struct form form, const uint8_t identity[LIMIT_IDENTITY_BYTES],
                                struct decision *decision);

/* For a dry run: nothing is remembered. */
struct gate gate_enter_dry(struct apply *apply, struct decision *decision);

/* A claim or take that is to be paid for has a session from here on; the gate has seen that there is room. */
void gate_open_session(struct apply *apply, struct gate *gate);

/* The decision is made: remembers it where it is to be, and emits it. `flags` are of enum outcome_flag. */
void gate_answer(struct apply *apply, const struct gate *gate, struct decision *decision, uint32_t flags);

/* The first half alone: for a decision that is remembered otherwise than it is told. */
void gate_remember(struct apply *apply, const struct gate *gate, const struct decision *decision, uint32_t flags);

/* Is this the operator's identity (R36, S34)? */
bool gate_is_operator(const struct apply *apply, const uint8_t identity[LIMIT_IDENTITY_BYTES]);

#endif
