/* The gate: repeats, tombstones, floors, the seal, and room for the row, in this order. */
#include "coordinator/core/gate.h"

#include "coordinator/core/client.h"
#include "coordinator/core/denial.h"
#include "coordinator/core/outcome.h"
#include "coordinator/core/policy.h"
#include "coordinator/core/seal.h"
#include "coordinator/core/session.h"

bool gate_is_operator(const struct apply *apply, const uint8_t identity[LIMIT_IDENTITY_BYTES])
{
    return memcmp(apply->meta->operator_identity, identity, LIMIT_IDENTITY_BYTES) == 0;
}

static void answer_cancelled(struct apply *apply, struct gate *gate, bool dry, struct decision *decision)
{
    denial_set(decision, REASON_CANCELLED, WHY_NONE);
    gate->remembered = !dry;
    gate_answer(apply, gate, decision, 0);
}

/* Apart, so that its large struct is on the stack of a repeat alone. */
static void answer_again(struct apply *apply, const struct gate *gate, struct decision *decision)
{
    struct outcome outcome;

    if (!outcome_load(apply->state, gate->owner, apply_head(apply)->id.seq, &outcome))
        return; /* only after a failure of the state */
    outcome_answer(apply, &outcome, decision);
    apply_emit(apply, decision);
}

/* True: the row knows this seq, or has forgotten it. */
static bool answer_from_row(struct apply *apply, struct gate *gate, bool dry, struct decision *decision)
{
    uint64_t seq = apply_head(apply)->id.seq;
    struct outcome_row row;

    if (outcome_load_row(apply->state, gate->owner, seq, &row)) {
        if (row.flags & OUTCOME_TOMBSTONE)
            answer_cancelled(apply, gate, dry, decision);
        else
            answer_again(apply, gate, decision);
        return true;
    }
    if (client_use(apply, gate->owner) && seq <= apply->client.row.floor_seq) {
        denial_set(decision, REASON_FORGOTTEN, WHY_NONE);
        apply_emit(apply, decision);
        return true;
    }
    return false;
}

/* R12: could an outcome of this intent be remembered? */
static bool has_room(struct apply *apply, const struct gate *gate)
{
    struct state *state = apply->state;
    bool session_fits =
        gate->owner.session != 0 || table_count(state, TABLE_SESSION) < policy_value(state, POLICY_SESSIONS_MAX);

    return session_fits && client_fits(apply, gate->owner);
}

static struct gate gate_pass(struct apply *apply, struct decision *decision, bool dry)
{
    struct gate gate = {.owner = {.client = apply_head(apply)->id.client}};
    bool is_claim = decision->verb == VERB_CLAIM || decision->verb == VERB_TAKE || decision->verb == VERB_SAME ||
                    decision->verb == VERB_DIFFERENT || decision->verb == VERB_OFFER ||
                    decision->verb == VERB_NEXT; /* those pay or keep something, so they need a row */

    gate.owner.session = session_find(apply->state, apply_head(apply));
    if (gate.owner.session != 0 && answer_from_row(apply, &gate, dry, decision)) {
        gate.answered = true;
        return gate;
    }
    bool room = has_room(apply, &gate);
    gate.remembered = room && !dry;
    if (apply->meta->sealed) {
        seal_deny(apply, decision);
        gate_answer(apply, &gate, decision, 0);
        gate.answered = true;
    } else if (is_claim && !room) {
        denial_set(decision, REASON_QUOTA, WHY_FULL);
        denial_advise(apply, 0, false, decision);
        apply_emit(apply, decision);
        gate.answered = true;
    }
    return gate;
}

struct gate gate_enter(struct apply *apply, struct decision *decision)
{
    return gate_pass(apply, decision, false);
}

struct gate gate_begin(struct apply *apply, struct form form, struct decision *decision)
{
    apply_answer_begin(apply, decision);
    if (form.flaw == FLAW_NONE)
        return gate_enter(apply, decision);
    denial_bad(decision, form.flaw, form.index);
    apply_emit(apply, decision);
    return (struct gate){.answered = true};
}

struct gate gate_begin_operator(struct apply *apply, struct form form, const uint8_t identity[LIMIT_IDENTITY_BYTES],
                                struct decision *decision)
{
    struct gate gate = gate_begin(apply, form, decision);
    if (gate.answered || gate_is_operator(apply, identity))
        return gate;
    denial_set(decision, REASON_FORBIDDEN, WHY_NONE);
    gate_answer(apply, &gate, decision, 0);
    gate.answered = true;
    return gate;
}

struct gate gate_enter_dry(struct apply *apply, struct decision *decision)
{
    return gate_pass(apply, decision, true);
}

void gate_open_session(struct apply *apply, struct gate *gate)
{
    if (gate->owner.session == 0)
        gate->owner.session = session_ensure(apply, apply_head(apply));
}

void gate_remember(struct apply *apply, const struct gate *gate, const struct decision *decision, uint32_t flags)
{
    struct row_owner owner = gate->owner;

    if (gate->remembered && owner.session == 0)
        owner.session = session_ensure(apply, apply_head(apply));
    if (gate->remembered && owner.session != 0 && client_fits(apply, owner)) {
        client_make(apply, owner);
        outcome_remember(apply, owner, apply_head(apply)->id.seq, decision, flags,
                         flags & OUTCOME_WAITING ? apply->record->offset : 0);
    }
}

void gate_answer(struct apply *apply, const struct gate *gate, struct decision *decision, uint32_t flags)
{
    gate_remember(apply, gate, decision, flags);
    apply_emit(apply, decision);
}
